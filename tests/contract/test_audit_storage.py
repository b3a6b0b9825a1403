"""What the log of look-ups promises: in memory, in a SQLite file, on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from hr.audit.chain import first_broken
from hr.audit.model import GENESIS, SYSTEM, AuditEntry, Deed, Purpose
from hr.errors import StorageError
from hr.ports import Storage
from tests.contract.absence_builders import LEADER, NOON, a_case, an_entry, minutes


async def record(storage: Storage, *entries: AuditEntry) -> None:
    async with storage.unit() as unit:
        await unit.audit.record(entries)
        await unit.commit()


async def test_entries_come_back_as_they_were_recorded_and_their_hashes_hold(storage: Storage) -> None:
    local = datetime(2026, 3, 29, 3, 30, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    entries = [
        an_entry(1),
        an_entry(2, at=local, actor_id=SYSTEM, deed=Deed.DELETED, purpose=Purpose.RETENTION),
        an_entry(3, at=NOON.replace(microsecond=0)),
    ]
    await record(storage, *entries[:2])
    await record(storage, entries[2])
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
        assert await unit.audit.anchor() == (0, GENESIS)
    assert [link.entry for link in kept] == entries
    assert [link.number for link in kept] == [1, 2, 3]
    assert kept[0].previous == GENESIS
    assert first_broken(kept) is None


async def test_a_unit_sees_what_it_has_recorded(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.audit.record([an_entry(1)])
        assert [link.number for link in await unit.audit.entries()] == [1]
        await unit.audit.record([])
        await unit.audit.record([an_entry(2), an_entry(3)])
        await unit.commit()
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
    assert [link.entry for link in kept] == [an_entry(1), an_entry(2), an_entry(3)]
    assert first_broken(kept) is None


async def test_what_was_undone_leaves_no_entry_and_no_gap(storage: Storage) -> None:
    await record(storage, an_entry(1))
    async with storage.unit() as unit:
        await unit.audit.record([an_entry(2)])
    async with storage.unit() as unit:
        await unit.audit.record([an_entry(3)])
        assert len(await unit.audit.entries()) == 2
    await record(storage, an_entry(4))
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
    assert [link.entry for link in kept] == [an_entry(1), an_entry(4)]
    assert first_broken(kept) is None


async def test_units_that_record_at_once_make_one_chain(storages: tuple[Storage, Storage]) -> None:
    async def look_up(storage: Storage, number: int) -> None:
        async with storage.unit() as unit:
            await unit.audit.record([an_entry(number)])
            await asyncio.sleep(0.001 * (number % 3))
            await unit.audit.record([an_entry(100 + number)])
            await unit.commit()

    await asyncio.gather(*(look_up(storages[number % 2], number) for number in range(20)))
    async with storages[0].unit() as unit:
        kept = await unit.audit.entries()
    assert [link.number for link in kept] == list(range(1, 41))
    assert {link.entry.case_id for link in kept} == {f"case-{n}" for n in [*range(20), *range(100, 120)]}
    assert first_broken(kept) is None


async def test_whoever_records_first_and_locks_a_case_then_meets_no_dead_end(storages: tuple[Storage, Storage]) -> None:
    async with storages[0].unit() as unit:
        await unit.cases.add(a_case())
        await unit.commit()

    async def look_up(storage: Storage, record_first: bool) -> None:
        async with storage.unit() as unit:
            if record_first:
                await unit.audit.record([an_entry()])
            await asyncio.sleep(0.01)
            assert await unit.cases.find("case-1", lock=True) is not None
            await asyncio.sleep(0.01)
            if not record_first:
                await unit.audit.record([an_entry()])
            await unit.commit()

    await asyncio.gather(*(look_up(storages[number % 2], number % 3 == 0) for number in range(8)))
    async with storages[0].unit() as unit:
        assert first_broken(await unit.audit.entries()) is None


async def test_entries_are_read_by_case_and_page_by_page(storage: Storage) -> None:
    await record(storage, *(an_entry(number, case_id=f"case-{number % 2}") for number in range(1, 8)))
    async with storage.unit() as unit:
        odd = await unit.audit.entries(case_id="case-1")
        assert [link.number for link in odd] == [1, 3, 5, 7]
        assert [link.number for link in await unit.audit.entries(case_id="case-1", after=3, limit=1)] == [5]
        assert await unit.audit.entries(case_id="case-9") == ()
        page = await unit.audit.entries(limit=4)
        rest = await unit.audit.entries(after=page[-1].number, limit=4)
    assert first_broken(page) is None
    assert first_broken(rest, (page[-1].number, page[-1].hash)) is None
    assert [link.number for link in page + rest] == list(range(1, 8))


async def test_retention_cuts_the_oldest_off_and_the_rest_still_holds(storage: Storage) -> None:
    await record(storage, *(an_entry(number) for number in range(1, 6)))
    async with storage.unit() as unit:
        third = (await unit.audit.entries())[2]
        assert await unit.audit.cut_before(NOON + minutes(4)) == 3
        await unit.commit()
    await record(storage, an_entry(6))
    async with storage.unit() as unit:
        kept, anchor = await unit.audit.entries(), await unit.audit.anchor()
        assert anchor == (3, third.hash)
        assert [link.number for link in kept] == [4, 5, 6]
        assert first_broken(kept, anchor) is None
        assert await unit.audit.cut_before(NOON + minutes(4)) == 0
        assert await unit.audit.anchor() == anchor


async def test_a_log_that_was_cut_off_altogether_goes_on_where_it_was(storage: Storage) -> None:
    async with storage.unit() as unit:
        assert await unit.audit.cut_before(NOON) == 0
        await unit.audit.record([an_entry(1), an_entry(2)])
        assert await unit.audit.cut_before(NOON + minutes(9)) == 2
        assert await unit.audit.entries() == ()
        await unit.audit.record([an_entry(3)])
        await unit.commit()
    async with storage.unit() as unit:
        kept, anchor = await unit.audit.entries(), await unit.audit.anchor()
        assert [link.number for link in kept] == [3]
        assert anchor[0] == 2
        assert first_broken(kept, anchor) is None


async def test_only_a_beginning_is_cut_off_when_a_clock_was_set_back(storage: Storage) -> None:
    late, early = an_entry(1, at=NOON + minutes(60)), an_entry(2, at=NOON)
    await record(storage, early, late, replace(early, case_id="case-3"))
    async with storage.unit() as unit:
        assert await unit.audit.cut_before(NOON + minutes(30)) == 1
        assert [link.entry.at for link in await unit.audit.entries()] == [late.at, early.at]


async def test_hostile_ids_do_not_break_the_chain(storage: Storage) -> None:
    await record(storage, an_entry(1, case_id="a\x00b\ud800", actor_id=LEADER), an_entry(2))
    async with storage.unit() as unit:
        assert first_broken(await unit.audit.entries()) is None


async def test_nothing_is_recorded_outside_a_unit(storage: Storage) -> None:
    unit = storage.unit()
    with pytest.raises(StorageError, match="not open"):
        await unit.audit.record([an_entry()])
    async with unit:
        await unit.commit()
    with pytest.raises(StorageError, match="not open"):
        await unit.audit.record([an_entry()])


async def test_who_stands_in_the_log_can_be_forgotten_and_the_log_still_holds(storage: Storage) -> None:
    await record(storage, an_entry(1), an_entry(2, actor_id="another-leader"), an_entry(3))
    async with storage.unit() as unit:
        assert [link.number for link in await unit.audit.entries(actor_id=LEADER)] == [1, 3]
        assert await unit.audit.forget_person(LEADER)
        assert not await unit.audit.forget_person(LEADER)
        await unit.commit()
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
        assert await unit.audit.entries(actor_id=LEADER) == ()
    assert first_broken(kept) is None
    assert [link.entry.actor_id == "another-leader" for link in kept] == [False, True, False]
    assert LEADER not in {link.entry.actor_id for link in kept}
    assert kept[0].entry.actor_id == kept[2].entry.actor_id


async def test_whoever_comes_back_after_being_forgotten_is_somebody_new_to_the_log(storage: Storage) -> None:
    await record(storage, an_entry(1))
    async with storage.unit() as unit:
        await unit.audit.forget_person(LEADER)
        await unit.commit()
    await record(storage, an_entry(2))
    async with storage.unit() as unit:
        kept = await unit.audit.entries()
    assert first_broken(kept) is None
    assert [link.entry.actor_id == LEADER for link in kept] == [False, True]
