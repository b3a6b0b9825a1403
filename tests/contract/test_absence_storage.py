"""What the stores of cases, choices and offers promise: in memory, in a SQLite file, on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import event

from hr.absence.model import (
    AbsenceCase,
    Away,
    CaseState,
    EndReason,
    Preferences,
    ReminderLevel,
    StepKind,
    StepState,
    Transfer,
)
from hr.errors import StorageError
from hr.ports import Storage
from hr.storage.engine import create_engine
from hr.storage.sql import SqlStorage
from tests.contract.absence_builders import LEADER, NOON, a_case, a_message, a_step, minutes

DAY = timedelta(days=1)


async def keep(storage: Storage, *cases: AbsenceCase) -> None:
    async with storage.unit() as unit:
        for case in cases:
            await unit.cases.add(case)
        await unit.commit()


def a_full_case() -> AbsenceCase:
    done = a_step("A03", state=StepState.DONE, attempts=1, snoozes=2, nudges=3, next_nudge_at=None, done_at=NOON)
    law = a_step("A28", kind=StepKind.LAW, day=28, nominal_on=date(2026, 3, 30), due_on=date(2026, 3, 27))
    return a_case(
        "case-1",
        done,
        law,
        state=CaseState.CLOSED,
        generation=4,
        partial_from=date(2026, 3, 9),
        return_day=date(2026, 3, 16),
        end_reason=EndReason.WELL,
        closed_at=NOON + minutes(1),
        shared_with_hr=True,
        counts_for_frequency=False,
    )


@pytest.mark.parametrize("lock", [False, True])
async def test_a_case_is_found_as_it_was_kept(storage: Storage, lock: bool) -> None:
    await keep(storage, a_full_case(), a_case("case-2"))
    async with storage.unit() as unit:
        assert await unit.cases.find("case-1", lock=lock) == a_full_case()
        assert await unit.cases.find("case-2", lock=lock) == a_case("case-2")
        assert await unit.cases.find("case-3", lock=lock) is None


@pytest.mark.parametrize("lock", [False, True])
async def test_steps_come_in_order_of_date_and_key(storage: Storage, lock: bool) -> None:
    late, early = a_step("A01", due_on=date(2026, 3, 9)), a_step("B", due_on=date(2026, 3, 4))
    same_day = a_step("A42-2", due_on=date(2026, 3, 4))
    await keep(storage, a_case("case-1", late, early, same_day))
    async with storage.unit() as unit:
        case = await unit.cases.find("case-1", lock=lock)
        assert case is not None
        assert case.steps == (same_day, early, late)


async def test_a_case_is_not_kept_over_another_with_the_same_id(storage: Storage) -> None:
    await keep(storage, a_case())
    with pytest.raises(StorageError):
        await keep(storage, a_case(label="XX"))
    async with storage.unit() as unit:
        assert await unit.cases.find("case-1") == a_case()


async def test_a_saved_case_takes_the_place_of_the_old_one_and_lost_steps_go(storage: Storage) -> None:
    await keep(storage, a_case("case-1", a_step("A03"), a_step("A10")), a_case("case-2", a_step("A10")))
    changed = a_case("case-1", a_step("A03", state=StepState.DONE, done_at=NOON), a_step("R01"), label="XX")
    async with storage.unit() as unit:
        await unit.cases.save(changed)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.cases.find("case-1") == changed
        await unit.cases.save(replace(changed, steps=()))
        assert await unit.cases.find("case-1") == replace(changed, steps=())
        assert await unit.cases.find("case-2") == a_case("case-2", a_step("A10"))


async def test_many_locked_cases_are_saved_as_one_would_be(storage: Storage) -> None:
    before = [a_case(f"case-{number:03d}", a_step("A03", next_nudge_at=NOON), a_step("A10")) for number in range(250)]
    other = a_case("other", a_step("A03", next_nudge_at=None), a_step("A10", next_nudge_at=None))
    await keep(storage, *before, other)
    async with storage.unit() as unit:
        due = await unit.cases.due(NOON, limit=300)
        assert len(due) == 250
        steps = (a_step("A03", nudges=1, next_nudge_at=None), a_step("R01", next_nudge_at=None))
        after = [replace(case, generation=2, steps=steps) for case in due]
        await unit.cases.save_locked(after)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.cases.find("case-000") == next(case for case in after if case.id == "case-000")
        assert await unit.cases.find("case-249") == next(case for case in after if case.id == "case-249")
        assert await unit.cases.find("other") == other
        assert await unit.cases.due(NOON, limit=9) == ()
        await unit.cases.save_locked([replace(after[0], steps=())])
        assert await unit.cases.find(after[0].id) == replace(after[0], steps=())


async def test_a_case_that_is_gone_is_not_saved_back(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.cases.save(a_case("case-1", a_step()))
        assert await unit.cases.find("case-1") is None
        assert await unit.cases.due(NOON, limit=9) == ()
        await unit.cases.add(a_case())
        assert await unit.cases.find("case-1") == a_case()


async def test_nothing_of_a_deleted_case_is_left(storage: Storage) -> None:
    await keep(storage, a_case("case-1", a_step()), a_case("case-2", a_step()))
    async with storage.unit() as unit:
        await unit.outbox.add([a_message(1), a_message(2), a_message(3, case_id="case-2")])
        await unit.outbox.cancel(case_id="case-1", steps=["A03"])
        for case_id in ("case-1", "case-2"):
            await unit.transfers.save(Transfer(case_id=case_id, to_id="chief", offered_at=NOON))
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.cases.delete("case-1")
        assert not await unit.cases.delete("case-1")
        await unit.commit()
    async with storage.unit() as unit:
        assert [case.id for case in await unit.cases.of_owners([LEADER])] == ["case-2"]
        assert [offer.case_id for offer in await unit.transfers.offered_to("chief")] == ["case-2"]
        assert await unit.outbox.find("message-1") is None
        assert await unit.outbox.find("message-2") is None
        assert await unit.outbox.find("message-3") is not None
        await unit.cases.add(a_case("case-1"))
        assert await unit.cases.find("case-1") == a_case("case-1")


async def test_leaders_cases_are_listed_by_first_day_closed_ones_too(storage: Storage) -> None:
    later = a_case("B", a_step(), first_day=date(2026, 3, 3), shared_with_hr=True)
    same_day = a_case("a", first_day=date(2026, 3, 3), owner_id="another", shared_with_hr=True)
    closed = a_case("z", a_step(), a_step("A10"), state=CaseState.CLOSED, closed_at=NOON)
    await keep(storage, same_day, later, closed, a_case("x", owner_id="third"))
    async with storage.unit() as unit:
        assert await unit.cases.of_owners([LEADER, "another", "nobody"]) == (closed, later, same_day)
        assert await unit.cases.of_owners([]) == ()
        assert await unit.cases.shared_with_hr() == (later, same_day)


async def test_due_cases_come_whole_the_longest_waiting_first(storage: Storage) -> None:
    def waiting(case_id: str, minutes_ago: float) -> AbsenceCase:
        first = a_step("A03", next_nudge_at=NOON + DAY)
        return a_case(case_id, first, a_step("A10", next_nudge_at=NOON - minutes(minutes_ago)))

    longest, just, soon = waiting("case-b", 5), waiting("case-c", 0), waiting("case-a", -1)
    none = a_case("case-d", a_step(next_nudge_at=None))
    await keep(storage, soon, none, just, longest, a_case("case-e"))
    async with storage.unit() as unit:
        assert await unit.cases.due(NOON, limit=9) == (longest, just)
        assert await unit.cases.due(NOON, limit=1) == (longest,)
        assert await unit.cases.due(NOON - minutes(6), limit=9) == ()


async def test_a_case_without_a_reminder_left_is_due_no_more(storage: Storage) -> None:
    await keep(storage, a_case("case-1", a_step("A03"), a_step("A10", next_nudge_at=NOON + DAY)))
    async with storage.unit() as unit:
        (case,) = await unit.cases.due(NOON, limit=9)
        moved = replace(case, steps=tuple(replace(step, next_nudge_at=NOON + DAY) for step in case.steps))
        await unit.cases.save(moved)
        assert await unit.cases.due(NOON, limit=9) == ()
        assert await unit.cases.due(NOON + DAY, limit=9) == (moved,)
        await unit.cases.save(replace(case, steps=()))
        assert await unit.cases.due(NOON + DAY, limit=9) == ()


async def test_of_workers_that_look_for_due_cases_at_once_none_gets_what_another_has(
    storages: tuple[Storage, Storage],
) -> None:
    every = [a_case(f"case-{number}", a_step()) for number in range(40)]
    await keep(storages[0], *every)

    async def work(storage: Storage) -> list[str]:
        taken: list[str] = []
        while True:
            async with storage.unit() as unit:
                some = await unit.cases.due(NOON, limit=3)
                for case in some:
                    await unit.cases.save(replace(case, steps=(a_step(next_nudge_at=None, nudges=1),)))
                await asyncio.sleep(0)
                await unit.commit()
            if not some:
                return taken
            taken += [case.id for case in some]

    shares = await asyncio.gather(*map(work, storages * 2))
    assert sorted(chain.from_iterable(shares)) == sorted(case.id for case in every)


async def test_changes_of_a_locked_case_at_the_same_time_are_all_kept(storages: tuple[Storage, Storage]) -> None:
    await keep(storages[0], a_case("case-1", a_step()))

    async def snooze(storage: Storage) -> None:
        async with storage.unit() as unit:
            case = await unit.cases.find("case-1", lock=True)
            assert case is not None
            await asyncio.sleep(0.005)
            await unit.cases.save(replace(case, steps=(replace(case.steps[0], snoozes=case.steps[0].snoozes + 1),)))
            await unit.commit()

    await asyncio.gather(*map(snooze, storages * 5))
    async with storages[0].unit() as unit:
        case = await unit.cases.find("case-1")
        assert case is not None
        assert case.steps[0].snoozes == 10


@pytest.mark.parametrize("lock", [False, True])
async def test_a_case_never_has_the_steps_of_another_version_of_it(
    storages: tuple[Storage, Storage], lock: bool
) -> None:
    def version(generation: int) -> AbsenceCase:
        steps = [a_step(key, nudges=generation) for key in ("A03", "A10", f"A42-{generation}")]
        return a_case("case-1", *steps, generation=generation)

    await keep(storages[0], version(1))
    writing = asyncio.create_task(_write(storages[0], [version(generation) for generation in range(2, 40)]))
    seen = set()
    while not writing.done():
        async with storages[1].unit() as unit:
            case = await unit.cases.find("case-1", lock=lock)
        assert case is not None
        assert case == version(case.generation)
        seen.add(case.generation)
        await asyncio.sleep(0)
    await writing
    assert seen


async def _write(storage: Storage, versions: list[AbsenceCase]) -> None:
    for case in versions:
        async with storage.unit() as unit:
            await unit.cases.save(case)
            await unit.commit()


async def test_leaders_who_still_have_something_to_do_are_each_named_once(storage: Storage) -> None:
    await keep(
        storage,
        a_case("case-1", a_step("A03"), a_step("A10", state=StepState.SNOOZED), owner_id="b"),
        a_case("case-2", a_step("A03", state=StepState.ATTEMPTED), owner_id="B"),
        a_case("case-3", a_step("R01"), owner_id="a", state=CaseState.CLOSED, closed_at=NOON),
        a_case("case-4", a_step(), owner_id="b"),
        a_case("case-5", a_step(state=StepState.DONE), a_step("A10", state=StepState.LAPSED), owner_id="c"),
        a_case("case-6", a_step(state=StepState.SKIPPED), owner_id="d"),
        a_case("case-7", owner_id="e"),
    )
    async with storage.unit() as unit:
        assert await unit.cases.owners_with_open_steps() == ("B", "a", "b")


async def test_cases_closed_long_ago_are_named_for_retention_unless_the_employee_is_not_back_yet(
    storage: Storage,
) -> None:
    # 30 minutes past midnight in Copenhagen, still the day before in UTC.
    moment = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    closed = {"state": CaseState.CLOSED, "closed_at": moment - DAY}
    await keep(
        storage,
        a_case("newest", **closed),
        a_case("oldest", **{**closed, "closed_at": moment - 2 * DAY}),
        a_case("back today", **{**closed, "return_day": date(2026, 4, 1)}),
        a_case("back tomorrow", **{**closed, "return_day": date(2026, 4, 2)}),
        a_case("just closed", **{**closed, "closed_at": moment}),
        a_case("open"),
    )
    async with storage.unit() as unit:
        assert await unit.cases.closed_before(moment, limit=9) == ("oldest", "back today", "newest")
        assert await unit.cases.closed_before(moment, limit=1) == ("oldest",)
        assert await unit.cases.closed_before(moment - 3 * DAY, limit=9) == ()


async def test_cases_that_are_not_closed_are_counted(storage: Storage) -> None:
    async with storage.unit() as unit:
        assert await unit.cases.count_open() == 0
    await keep(
        storage, a_case("1"), a_case("2", state=CaseState.PARTIAL), a_case("3", state=CaseState.CLOSED, closed_at=NOON)
    )
    async with storage.unit() as unit:
        assert await unit.cases.count_open() == 2


async def test_choices_are_kept_by_person_the_last_one_counts(storage: Storage) -> None:
    fewer = Preferences(person_id="a", level=ReminderLevel.FEWER)
    duty = Preferences(person_id="b", level=ReminderLevel.DEADLINES, weekend_duty=True)
    async with storage.unit() as unit:
        for choice in (Preferences(person_id="a", weekend_duty=True), fewer, duty):
            await unit.choices.save_preferences(choice)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.choices.preferences(["a", "b", "c"]) == {"a": fewer, "b": duty}
        assert await unit.choices.preferences(["b"]) == {"b": duty}
        assert await unit.choices.preferences([]) == {}


async def test_a_leader_has_one_period_away_and_a_deputy_all_of_theirs(storage: Storage) -> None:
    def away(leader: str, first: int, last: int, deputy: str | None = "deputy") -> Away:
        return Away(leader_id=leader, from_day=date(2026, 3, first), to_day=date(2026, 3, last), deputy_id=deputy)

    async with storage.unit() as unit:
        for period in (away("a", 1, 2), away("a", 9, 20), away("b", 3, 4), away("c", 3, 9, None), away("B", 3, 9)):
            await unit.choices.save_away(period)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.choices.away(["a", "c", "d"]) == {"a": away("a", 9, 20), "c": away("c", 3, 9, None)}
        assert await unit.choices.deputy_for("deputy") == (away("B", 3, 9), away("b", 3, 4), away("a", 9, 20))
        assert await unit.choices.deputy_for("nobody") == ()
        assert await unit.choices.end_away("a")
        assert not await unit.choices.end_away("a")
        assert await unit.choices.forget_away_before(date(2026, 3, 9)) == 1
        assert set(await unit.choices.away(["a", "b", "c", "B"])) == {"c", "B"}


async def test_an_offer_waits_for_one_person_a_new_one_takes_its_place(storage: Storage) -> None:
    def offer(case_id: str, to_id: str, after: float = 0) -> Transfer:
        return Transfer(case_id=case_id, to_id=to_id, offered_at=NOON + minutes(after))

    async with storage.unit() as unit:
        for transfer in (offer("case-1", "a"), offer("case-1", "b", 5), offer("case-2", "b")):
            await unit.transfers.save(transfer)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.transfers.find("case-1") == offer("case-1", "b", 5)
        assert await unit.transfers.find("case-3") is None
        assert await unit.transfers.offered_to("a") == ()
        assert await unit.transfers.offered_to("b") == (offer("case-2", "b"), offer("case-1", "b", 5))
        assert await unit.transfers.remove("case-1")
        assert not await unit.transfers.remove("case-1")
        assert await unit.transfers.offered_to("b") == (offer("case-2", "b"),)


async def test_thousands_of_people_are_asked_after_at_once(storage: Storage) -> None:
    await keep(storage, a_case("case-1", owner_id="leader-39999"))
    people = [f"leader-{number}" for number in range(40_000)]
    async with storage.unit() as unit:
        assert [case.id for case in await unit.cases.of_owners(people)] == ["case-1"]
        assert await unit.choices.preferences(people) == {}
        assert await unit.choices.away(people) == {}


async def test_a_scan_takes_two_statements_and_a_save_three(tmp_path: Path, migrated_file: Path) -> None:
    engine = create_engine(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'kompas.db')}")
    storage = SqlStorage(engine)
    await keep(storage, *(a_case(f"case-{number}", a_step("A03"), a_step("A10")) for number in range(50)))
    statements: list[str] = []
    event.listen(
        engine.sync_engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2].split()[0])
    )
    async with storage.unit() as unit:
        cases = await unit.cases.due(NOON, limit=50)
        assert len(cases) == 50
        assert statements == ["BEGIN", "SELECT", "SELECT"]
        statements.clear()
        await unit.cases.save(cases[0])
        assert statements == ["UPDATE", "INSERT", "DELETE"]
    await storage.close()


async def test_after_a_deletion_the_label_is_in_no_file(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "kompas.db")
    storage = SqlStorage(create_engine(f"sqlite:///{tmp_path / 'kompas.db'}"))

    def files_with(word: str) -> set[str]:
        return {path.name for path in tmp_path.iterdir() if word.encode() in path.read_bytes()}

    await keep(storage, a_case("case-1", a_step(), label="KANARIE"), a_case("case-2", label="BLIVER"))
    await storage.scrub()
    assert files_with("KANARIE") == {"kompas.db"}
    async with storage.unit() as unit:
        await unit.cases.save(a_case("case-1", label="OMDØBT"))
        await unit.cases.delete("case-1")
        await unit.commit()
    assert files_with("KANARIE")
    await storage.scrub()
    assert files_with("KANARIE") == files_with("OMDØBT") == files_with("case-1") == set()
    assert files_with("BLIVER") == {"kompas.db"}
    await storage.close()


async def test_scrubbing_waits_for_units_and_says_when_it_could_not(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "kompas.db")
    storage = SqlStorage(create_engine(f"sqlite:///{tmp_path / 'kompas.db'}"))
    async with storage.unit() as unit:
        await unit.cases.add(a_case())
        scrubbing = asyncio.create_task(storage.scrub())
        await asyncio.sleep(0.2)
        assert not scrubbing.done()
        await unit.commit()
    await scrubbing
    assert (tmp_path / "kompas.db-wal").read_bytes() == b""
    await storage.close()


async def test_every_storage_can_be_scrubbed(storage: Storage) -> None:
    await keep(storage, a_case())
    await storage.scrub()
    async with storage.unit() as unit:
        assert await unit.cases.find("case-1") == a_case()
