"""Cases that change hands: offers and their answers, HR, and the notices about them and about deputies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hr.absence.messages import iso_week
from hr.absence.model import AbsenceCase, Relation, ReminderLevel, StepChange, Transfer
from hr.absence.service import Notice
from hr.audit.model import SYSTEM, Deed
from hr.errors import CaseNotFoundError, OutdatedError, StillLeadsError, UnknownColleagueError
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.people import Role
from hr.storage.memory.cases import MemoryCases
from hr.storage.memory.storage import MemoryStorage, MemoryUnitOfWork
from tests.unit.hr.absence.service_builders import DITTE, HANNE, INGER, MONDAY, SUSANNE, VIGGO, Town

DAY = timedelta(days=1)


async def offered(town: Town) -> tuple[str, OutboxMessage]:
    """A case of Ditte's on offer to Viggo, and the message about it."""
    case = await town.case()
    await town.service.offer_transfer(DITTE, case, colleague=" vmb@kompas.example ", token=town.token())
    return case, (await town.outbox())[-1]


async def notice(town: Town, message: OutboxMessage) -> Notice | Why:
    async with town.storage.unit() as unit:
        found = await town.service.notice(unit, message)
        await unit.commit()
    return found


async def test_an_offer_is_told_to_the_colleague_and_changes_nothing_yet() -> None:
    town = Town()
    case, message = await offered(town)
    assert (message.kind, message.recipient_id) == (MessageKind.TRANSFER_OFFER, VIGGO)
    assert (await town.case_of(case)).owner_id == DITTE
    assert (await town.service.view(DITTE, case)).transfer_to == "Viggo Mønsterby"
    told = await notice(town, message)
    assert isinstance(told, Notice)
    assert told.name == "Ditte Eksempelsen"
    assert told.case is not None
    assert (told.case.relation, len(told.case.case.steps)) == (Relation.NONE, 1)


@pytest.mark.parametrize("colleague", ["DES", "SPR", "HMO", "XYZ", "", "Viggo Mønsterby"])
async def test_a_case_is_offered_to_another_leader_only(colleague: str) -> None:
    town = Town()
    case = await town.case()
    with pytest.raises(UnknownColleagueError):
        await town.service.offer_transfer(DITTE, case, colleague=colleague, token=town.token())
    assert await town.outbox() == []


async def test_who_accepts_owns_the_case_and_its_reminders() -> None:
    town = Town()
    case = await town.case()
    await town.service.share_with_hr(DITTE, case, token=town.token())
    (queued,) = await town.morning(MONDAY + DAY)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    done = await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert done is not None
    kept = done.case.case
    assert (done.case.relation, kept.owner_id, kept.generation, kept.shared_with_hr) == (
        Relation.OWNER,
        VIGGO,
        2,
        True,
    )
    states = {message.id: message.state for message in await town.outbox()}
    assert states[queued.id] is MessageState.CANCELLED
    assert {message.recipient_id for message in await town.morning(MONDAY + 2 * DAY)} == {VIGGO}
    with pytest.raises(CaseNotFoundError):
        await town.service.view(DITTE, case)
    assert Deed.TRANSFERRED in {entry.deed for entry in await town.log()}


async def test_the_new_owners_own_choices_hold_for_the_case() -> None:
    town = Town()
    await town.service.choose(VIGGO, level=ReminderLevel.NORMAL, weekend_duty=True, token=town.token())
    case = await town.case()
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    done = await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert done is not None
    limit = done.case.case.step("A28")
    assert limit is not None
    assert limit.due_on == MONDAY + 28 * DAY


async def test_the_answer_is_told_to_the_one_who_offered() -> None:
    for accept in (True, False):
        town = Town()
        case, _ = await offered(town)
        await town.service.answer_transfer(VIGGO, case, accept=accept, token=town.token())
        message = (await town.outbox())[-1]
        assert (message.kind, message.recipient_id) == (MessageKind.TRANSFER_ANSWER, DITTE)
        told = await notice(town, message)
        assert isinstance(told, Notice)
        assert (told.name, told.accepted, told.case is None) == ("Viggo Mønsterby", accept, accept)


async def test_a_declined_offer_is_gone_and_the_case_stays() -> None:
    town = Town()
    case, message = await offered(town)
    token = town.token()
    for _ in range(2):
        assert await town.service.answer_transfer(VIGGO, case, accept=False, token=token) is None
    assert (await town.case_of(case)).owner_id == DITTE
    assert (await town.service.view(DITTE, case)).transfer_to is None
    assert await notice(town, message) is Why.CHANGED
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())


async def test_accepting_twice_shows_the_case_again() -> None:
    town = Town()
    case, _ = await offered(town)
    token = town.token()
    await town.service.answer_transfer(VIGGO, case, accept=True, token=token)
    again = await town.service.answer_transfer(VIGGO, case, accept=True, token=token)
    assert again is not None
    assert (again.repeated, again.case.case.generation) == (True, 2)


@pytest.mark.parametrize("who", [DITTE, SUSANNE, HANNE, "forged"])
async def test_nobody_else_answers_an_offer(who: str) -> None:
    town = Town()
    case, _ = await offered(town)
    for accept in (True, False):
        with pytest.raises(CaseNotFoundError):
            await town.service.answer_transfer(who, case, accept=accept, token=town.token())
    assert (await town.service.view(DITTE, case)).transfer_to is not None


async def test_a_colleague_who_leads_no_more_cannot_accept() -> None:
    town = Town()
    case, message = await offered(town)
    town.directory.give(VIGGO, Role.MENTOR)
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert await notice(town, message) is Why.NOT_ENTITLED
    assert (await town.service.overview(VIGGO)).offered == ()


async def test_an_offer_to_another_colleague_takes_the_first_one_back() -> None:
    town = Town()
    case, first = await offered(town)
    town.directory.give(SUSANNE, Role.LEADER)
    await town.service.offer_transfer(DITTE, case, colleague="SPR", token=town.token())
    assert await notice(town, first) is Why.CHANGED
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert await town.service.answer_transfer(SUSANNE, case, accept=True, token=town.token())


async def test_an_offer_repeated_to_the_same_colleague_is_told_once() -> None:
    town = Town()
    case, first = await offered(town)
    await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    assert await notice(town, first) is Why.SUPERSEDED
    assert isinstance(await notice(town, (await town.outbox())[-1]), Notice)


async def test_a_case_that_is_over_is_neither_offered_nor_taken() -> None:
    town = Town()
    case, message = await offered(town)
    await town.service.end(DITTE, case, token=town.token())
    with pytest.raises(OutdatedError):
        await town.service.offer_transfer(DITTE, case, colleague="VMB", token=town.token())
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert await notice(town, message) is Why.CHANGED


async def test_an_offer_does_not_outlive_the_course_it_was_made_for() -> None:
    for end in ("end", "report_return"):
        town = Town()
        case, message = await offered(town)
        day = {"day": MONDAY} if end == "report_return" else {}
        await getattr(town.service, end)(DITTE, case, token=town.token(), **day)
        await town.service.reopen(DITTE, case, token=town.token())
        assert (await town.service.view(DITTE, case)).transfer_to is None
        assert await notice(town, message) is Why.CHANGED
        with pytest.raises(CaseNotFoundError):
            await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())


async def test_an_offer_that_was_taken_back_cannot_be_accepted() -> None:
    town = Town()
    case, message = await offered(town)
    done = await town.service.withdraw_transfer(DITTE, case, token=town.token())
    assert done.case.transfer_to is None
    assert await notice(town, message) is Why.CHANGED
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    with pytest.raises(OutdatedError):
        await town.service.withdraw_transfer(DITTE, case, token=town.token())


async def test_nobody_but_the_owner_takes_an_offer_back() -> None:
    town = Town()
    case, _ = await offered(town)
    with pytest.raises(CaseNotFoundError):
        await town.service.withdraw_transfer(VIGGO, case, token=town.token())
    assert (await town.service.view(DITTE, case)).transfer_to is not None


async def test_an_offer_replaced_while_it_is_answered_is_not_taken() -> None:
    town = Town()
    case, _ = await offered(town)

    class Slow(MemoryCases):
        """Somebody else commits a newer offer while this unit waits for the case."""

        async def find(self, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
            if lock:
                newer = Transfer(case_id=case_id, to_id=SUSANNE, offered_at=town.clock.now())
                self._session.open().transfers[case_id] = newer
            return await super().find(case_id, lock=lock)

    class SlowUnit(MemoryUnitOfWork):
        def __init__(self, storage: MemoryStorage) -> None:
            super().__init__(storage)
            self.cases = Slow(self._session)

    town.storage.unit = lambda: SlowUnit(town.storage)  # type: ignore[method-assign]
    with pytest.raises(CaseNotFoundError):
        await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert (await town.case_of(case)).owner_id == DITTE


async def test_every_hr_consultant_is_told_once_of_a_case_handed_over() -> None:
    town = Town()
    case = await town.case()
    for _ in range(2):
        await town.service.share_with_hr(DITTE, case, token=town.token())
    messages = await town.outbox()
    assert {(message.kind, message.recipient_id) for message in messages} == {
        (MessageKind.HR_SHARED, HANNE),
        (MessageKind.HR_SHARED, INGER),
    }
    assert len(messages) == 2
    told = await notice(town, messages[0])
    assert isinstance(told, Notice)
    assert told.case is not None
    assert told.case.relation is Relation.HR
    assert told.name == told.case.owner_name == "Ditte Eksempelsen"
    town.directory.give(messages[0].recipient_id)
    assert await notice(town, messages[0]) is Why.NOT_ENTITLED


async def test_a_deputy_is_told_of_the_period() -> None:
    town = Town()
    await town.deputise()
    (message,) = await town.outbox()
    assert (message.kind, message.recipient_id) == (MessageKind.DEPUTY_NOTICE, SUSANNE)
    told = await notice(town, message)
    assert told == Notice(name="Ditte Eksempelsen", from_day=MONDAY, to_day=MONDAY + 4 * DAY)
    view = await town.service.settings(DITTE)
    assert view.deputy_name == "Susanne Prøvesen"


async def test_a_deputy_is_not_told_of_a_period_that_is_no_more() -> None:
    town = Town()
    await town.deputise()
    (message,) = await town.outbox()
    town.clock.set(MONDAY + 5 * DAY)
    assert await notice(town, message) is Why.CHANGED
    assert (await town.service.settings(DITTE)).away is None
    town.clock.set(MONDAY)
    await town.service.come_back(DITTE, token=town.token())
    assert await notice(town, message) is Why.CHANGED


async def test_a_deputy_of_two_leaders_is_told_of_both() -> None:
    town = Town()
    await town.deputise()
    await town.service.go_away(VIGGO, from_day=MONDAY, to_day=MONDAY, deputy="spr", token=town.token())
    for message in await town.outbox():
        assert isinstance(await notice(town, message), Notice)


async def test_what_a_deputy_does_is_in_the_owners_case() -> None:
    town = Town()
    case = await town.case()
    await town.deputise()
    await town.service.change_step(SUSANNE, case, "A01", StepChange.DONE, token=town.token())
    await town.service.change_step(SUSANNE, case, "A01", StepChange.UNDO, token=town.token())
    await town.service.change_step(SUSANNE, case, "A01", StepChange.DONE, token=town.token())
    step = (await town.service.view(DITTE, case)).step("A01")
    assert step is not None
    assert not step.step.open


async def test_a_reminder_is_no_notice() -> None:
    town = Town()
    await town.case()
    (message,) = await town.morning(MONDAY + DAY)
    with pytest.raises(ValueError, match="no notice"):
        await notice(town, message)


def test_a_week_is_named_after_the_year_that_has_most_of_it() -> None:
    assert iso_week(MONDAY.replace(year=2027, month=1, day=1)) == "2026-W53"


async def test_nobody_who_has_left_is_told_anything() -> None:
    town = Town()
    case, _ = await offered(town)
    await town.service.share_with_hr(DITTE, case, token=town.token())
    await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    await town.deputise()
    for who in (DITTE, HANNE, INGER, SUSANNE):
        town.directory.leave(who)
    told = [await notice(town, message) for message in await town.outbox() if message.recipient_id != VIGGO]
    assert told == [Why.NOT_ENTITLED] * 4


# --- Leaders who have left ----------------------------------------------------------------------------------------------------


async def test_the_cases_of_a_leader_who_has_left_are_counted_and_offered_to_another() -> None:
    town = Town()
    case = await town.case()
    closed = await town.case(label="KLH")
    await town.service.end(DITTE, closed, token=town.token())
    assert await town.service.leaderless() == {}
    town.directory.leave(DITTE)
    assert await town.service.leaderless() == {DITTE: 1}
    assert await town.service.offer_leaderless(DITTE, colleague="VMB") == 1
    assert next(entry for entry in await town.log() if entry.deed is Deed.OFFERED).actor_id == SYSTEM
    (offer,) = (await town.service.overview(VIGGO)).offered
    assert offer.case.id == case
    await town.service.answer_transfer(VIGGO, case, accept=True, token=town.token())
    assert (await town.case_of(case)).owner_id == VIGGO
    assert await town.service.leaderless() == {}


async def test_a_leader_who_still_leads_hands_over_himself() -> None:
    town = Town()
    await town.case()
    with pytest.raises(StillLeadsError):
        await town.service.offer_leaderless(DITTE, colleague="VMB")
    town.directory.leave(DITTE)
    with pytest.raises(UnknownColleagueError):
        await town.service.offer_leaderless(DITTE, colleague="nobody")
    assert not [message for message in await town.outbox() if message.kind is MessageKind.TRANSFER_OFFER]
