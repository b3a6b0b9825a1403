"""Retention: what is over is deleted in time, everywhere, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hr.absence import course, lapsing
from hr.absence.course import Facts
from hr.absence.model import AbsenceCase, EndReason, ReminderLevel, StepChange
from hr.absence.service import Retention
from hr.audit.model import SYSTEM, Deed, Purpose
from hr.errors import DatabaseUnavailableError
from hr.outbox.model import MessageState
from hr.storage.memory.cases import MemoryCases
from hr.storage.memory.storage import MemoryStorage, MemoryUnitOfWork
from tests.unit.hr.absence.service_builders import DITTE, MONDAY, SUSANNE, Town

DAY = timedelta(days=1)


async def ended(town: Town, label: str = "MH") -> str:
    case = await town.case(label=label)
    await town.service.end(DITTE, case, token=town.token())
    return case


async def test_a_case_that_ended_is_gone_after_a_month_with_everything_of_it() -> None:
    town = Town()
    case = await town.case()
    await town.morning(MONDAY + DAY)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    await town.service.end(DITTE, case, token=town.token())
    town.clock.set(MONDAY + 31 * DAY, 8)
    assert await town.service.delete_expired() == 0
    town.clock.set(MONDAY + 31 * DAY, 10)
    assert await town.service.delete_expired() == 1
    assert await town.kept(case) is None
    assert await town.outbox() == []
    async with town.storage.unit() as unit:
        assert await unit.transfers.find(case) is None
    entry = (await town.log())[-1]
    assert (entry.actor_id, entry.deed, entry.purpose, entry.case_id) == (
        SYSTEM,
        Deed.DELETED,
        Purpose.RETENTION,
        case,
    )


async def test_a_case_is_kept_until_long_enough_after_a_return_that_lay_ahead() -> None:
    town = Town()
    case = await town.case()
    await town.service.report_return(DITTE, case, day=MONDAY + 20 * DAY, token=town.token())
    town.clock.set(MONDAY + 40 * DAY)
    assert await town.service.delete_expired() == 0
    town.clock.set(MONDAY + 51 * DAY)
    assert await town.service.delete_expired() == 1


async def test_cases_are_locked_in_one_order_by_all_who_lock_several() -> None:
    town = Town()
    for label in "ABCDE":
        await ended(town, label)
        town.clock.forward(minutes=1)
    for days, label in enumerate("FGHIJ"):
        await town.case(label=label, first_day=MONDAY - days * DAY)
    locked: list[str] = []

    class Watched(MemoryCases):
        async def find(self, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
            locked.extend([case_id] if lock else [])
            return await super().find(case_id, lock=lock)

    class WatchedUnit(MemoryUnitOfWork):
        def __init__(self, storage: MemoryStorage) -> None:
            super().__init__(storage)
            self.cases = Watched(self._session)

    town.storage.unit = lambda: WatchedUnit(town.storage)  # type: ignore[method-assign]
    await town.service.choose(DITTE, level=ReminderLevel.FEWER, weekend_duty=False, token=town.token())
    assert (len(locked), locked) == (5, sorted(locked))
    locked.clear()
    town.clock.set(MONDAY + 31 * DAY)
    assert await town.service.delete_expired() == 5
    assert (len(locked), locked) == (5, sorted(locked))


async def test_a_case_that_runs_is_never_too_old() -> None:
    town = Town()
    case = await town.case()
    town.clock.set(MONDAY + 700 * DAY)
    assert await town.service.delete_expired() == 0
    assert await town.kept(case) is not None


async def test_a_case_that_nobody_touches_is_closed_and_one_that_cannot_be_worked_out_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    town = Town(retention=Retention(open_cases_days=100))
    cases = {label: await town.case(label=label) for label in "ABC"}
    closes = course.lapsed

    def lapsed(facts: Facts, case: AbsenceCase) -> AbsenceCase:
        if case.label == "A":
            raise KeyError("ME")
        return closes(facts, case)

    monkeypatch.setattr(course, "lapsed", lapsed)
    town.clock.set(MONDAY + 101 * DAY, 12)
    assert await town.service.lapse() == 2
    kept = {label: await town.kept(case_id) for label, case_id in cases.items()}
    assert [case.end_reason for case in kept.values() if case is not None] == [None, EndReason.LAPSED, EndReason.LAPSED]
    assert "KeyError" in caplog.text
    assert "ME" not in caplog.text
    monkeypatch.undo()
    assert await town.service.lapse() == 1


async def test_more_cases_than_one_look_takes_are_all_closed_and_a_fault_of_them_all_is_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town(retention=Retention(open_cases_days=100))
    monkeypatch.setattr(lapsing, "_BATCH", 2)
    for label in "ABCDE":
        await town.case(label=label)
    town.clock.set(MONDAY + 101 * DAY, 12)
    monkeypatch.setattr(course, "lapsed", None)
    assert await town.service.lapse() == 0
    monkeypatch.undo()
    monkeypatch.setattr(lapsing, "_BATCH", 2)
    assert await town.service.lapse() == 5


async def test_a_case_that_goes_on_is_kept() -> None:
    town = Town()
    case = await ended(town)
    town.clock.set(MONDAY + 7 * DAY)
    await town.service.reopen(DITTE, case, token=town.token())
    town.clock.set(MONDAY + 60 * DAY)
    assert await town.service.delete_expired() == 0


async def test_cases_are_kept_for_half_a_year_while_the_hint_on_frequency_needs_them() -> None:
    town = Town()
    town.content.set(freq_enabled=True)
    await ended(town)
    town.clock.set(MONDAY + 182 * DAY)
    assert await town.service.delete_expired() == 0
    town.clock.set(MONDAY + 184 * DAY)
    assert await town.service.delete_expired() == 1


async def test_operators_may_keep_cases_for_a_shorter_time() -> None:
    town = Town(retention=Retention(cases_days=3))
    await ended(town)
    town.clock.set(MONDAY + 4 * DAY)
    assert await town.service.delete_expired() == 1


async def test_much_is_deleted_in_batches() -> None:
    town = Town()
    for _ in range(3):
        await ended(town)
    town.clock.set(MONDAY + 40 * DAY)
    assert [await town.service.delete_expired(limit=2) for _ in range(3)] == [2, 1, 0]


async def test_periods_tokens_messages_and_old_entries_of_the_log_are_forgotten() -> None:
    town = Town()
    case = await town.case()
    token = town.token()
    await town.service.change_step(DITTE, case, "A01", StepChange.DONE, token=token)
    await town.deputise()
    (message,) = await town.outbox()
    async with town.storage.unit() as unit:
        await unit.outbox.claim(town.clock.now(), lease="l", lease_now=town.clock.now(), lease_seconds=60, limit=9)
        await unit.outbox.settle(replace(message, state=MessageState.SENT, sent_at=town.clock.now()), lease="l")
        await unit.commit()
    town.clock.set(MONDAY + 29 * DAY)
    await town.service.delete_expired()
    assert await town.outbox() != []
    town.clock.set(MONDAY + 60 * DAY)
    await town.service.delete_expired()
    assert await town.outbox() == []
    async with town.storage.unit() as unit:
        assert await unit.choices.deputy_for(SUSANNE) == ()
        assert await unit.used_actions.claim(token, at=town.clock.now())
    assert await town.log() != []
    town.clock.set(MONDAY + 800 * DAY)
    await town.service.delete_expired()
    assert await town.log() == []


async def test_a_deletion_that_is_not_committed_has_not_happened() -> None:
    town = Town()
    case = await ended(town)
    town.clock.set(MONDAY + 40 * DAY)
    town.database_fails = True
    with pytest.raises(DatabaseUnavailableError):
        await town.service.delete_expired()
    town.database_fails = False
    assert await town.kept(case) is not None
