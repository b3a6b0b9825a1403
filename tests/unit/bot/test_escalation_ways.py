"""Questions to HR find somebody, and every card ends up true: moved channels, takers on holiday, groups that are gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adaptive_cards.escalation.actions import OwnDeed
from hr.escalation.model import HrDeed, RequestState
from hr.outbox.model import MessageKind, MessageState
from hr.outbox.policy import Later, Throttled
from hr.people import Role
from tests.unit.bot.builders import DA, words_of
from tests.unit.bot.escalation_office import Office
from tests.unit.hr.absence.service_builders import ELSE, HANNE, INGER, SUSANNE, VIGGO


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "drafts")


WAITING = MessageKind.REQUEST_WAITING


async def reminded(office: Office, request_id: str) -> list[tuple[str, str | None]]:
    return [(one.recipient_id, one.step_key) for one in await office.queued(request_id, WAITING)]


# --- a card on its way at the moment of a change -------------------------------------------------------------------------------


@pytest.mark.parametrize(("happens", "told"), [("withdraw", "asking.hr.withdrawn"), ("take", "asking.hr_states.taken")])
async def test_a_card_that_was_on_its_way_when_the_question_changed_is_put_right(
    office: Office, happens: str, told: str
) -> None:
    await office.joins(HANNE)
    request_id = await office.sends()

    async def change() -> None:
        if happens == "withdraw":
            await office.own(request_id, OwnDeed.WITHDRAW)
        else:
            office.directory.give(VIGGO, Role.HR)
            await office.hr(request_id, HrDeed.TAKE, VIGGO)

    office.posts.meanwhile = change
    await office.sends_out()
    await office.sends_out(2, minutes=2)
    (card,) = office.posts.shown().values()
    assert DA.say(told) in card.words


async def test_a_card_whose_send_has_no_outcome_yet_is_waited_for(office: Office) -> None:
    await office.joins(HANNE)
    request_id = await office.sends()
    made: list[object] = []

    async def change() -> None:
        await office.own(request_id, OwnDeed.WITHDRAW)
        (late,) = await office.queued(request_id, MessageKind.REQUEST_CHANGE)
        made.append(await office.made(late))

    office.posts.meanwhile = change
    await office.sends_out()
    assert isinstance(made[0], Later)


async def test_a_card_that_did_not_arrive_after_all_needs_no_putting_right(office: Office) -> None:
    await office.joins(HANNE)
    request_id = await office.sends()

    async def change() -> None:
        await office.own(request_id, OwnDeed.WITHDRAW)
        office.posts.outcome = Throttled(retry_after=1.0)

    office.posts.meanwhile = change
    await office.sends_out()
    office.posts.outcome = None
    await office.sends_out(minutes=10)
    assert office.posts.posted == []
    assert {one.state for one in await office.queued(request_id)} == {MessageState.CANCELLED}


# --- channels that move --------------------------------------------------------------------------------------------------------


async def in_channel(office: Office) -> str:
    """A question whose card is in the first channel of the group."""
    await office.joins(HANNE)
    await office.joins(HANNE, chat="19:first", kind="channel")
    await office.joins(HANNE, chat="19:second", kind="channel")
    office.source.group("loen", channel="19:first")
    request_id = await office.sends()
    await office.sends_out()
    assert [one.chat for one in office.posts.posted] == ["19:first"]
    return request_id


@pytest.mark.parametrize("deed", [HrDeed.SHOW, HrDeed.TAKE])
async def test_open_questions_follow_the_group_into_its_new_channel(office: Office, deed: HrDeed) -> None:
    request_id = await in_channel(office)
    await office.hr(request_id, deed)
    office.source.group("loen", channel="19:second")
    await office.sends_out()
    now = {one.chat: one.words for one in office.posts.shown().values()}
    assert "Hvor meget ferie har vi?" in now["19:second"]
    assert "Hvor meget ferie har vi?" not in now["19:first"]
    assert DA.say("asking.hr.moved") in now["19:first"]


async def test_a_channel_chosen_by_a_message_gets_what_waits(office: Office) -> None:
    await office.joins(HANNE)
    request_id = await office.sends()
    await office.sends_out()
    await office.joins(HANNE, chat="19:new", kind="channel")
    await office.write("brug kanalen til løn", HANNE, chat="19:new", kind="channel")
    await office.sends_out()
    assert [one.chat for one in office.posts.shown().values()] == [f"a:{HANNE}", "19:new"]
    assert (await office.queued(request_id))[-1].conversation_id == "19:new"


async def test_reminders_come_where_the_group_is_now(office: Office) -> None:
    await in_channel(office)
    office.source.group("loen", channel="19:second")
    await office.sends_out()
    await office.sends_out(days=1, hours=2)
    assert office.posts.posted[-1].chat == "19:second"
    assert DA.say("asking.hr.waiting", number=1) in office.posts.posted[-1].words


async def test_a_question_that_waited_for_the_morning_comes_into_the_channel_of_the_morning(office: Office) -> None:
    await office.joins(HANNE, chat="19:first", kind="channel")
    await office.joins(HANNE, chat="19:second", kind="channel")
    office.source.group("loen", channel="19:first")
    office.clock.forward(hours=8)
    await office.sends()
    await office.sends_out()
    office.source.group("loen", channel="19:second")
    await office.sends_out(hours=14)
    assert [one.chat for one in office.posts.posted] == ["19:second"]


async def test_without_a_channel_any_more_the_members_get_what_waits(office: Office) -> None:
    await in_channel(office)
    office.source.group("loen", channel=None)
    await office.sends_out()
    assert office.posts.posted[-1].chat == f"a:{HANNE}" or office.posts.posted[-2].chat == f"a:{HANNE}"


async def test_a_channel_that_moves_back_gets_the_question_anew(office: Office) -> None:
    await in_channel(office)
    for channel in ("19:second", "19:first"):
        office.source.group("loen", channel=channel)
        await office.sends_out()
    assert [one.chat for one in office.posts.posted if "Hvor meget ferie" in one.words][-1] == "19:first"


async def test_a_worker_that_starts_anew_posts_nothing_twice(office: Office) -> None:
    await in_channel(office)
    before = len(office.posts.posted)
    office.service = office.another_service()
    await office.sends_out()
    assert len(office.posts.posted) == before


async def test_the_card_of_somebody_who_left_the_group_no_longer_shows_the_question(office: Office) -> None:
    office.directory.give(ELSE, Role.HR)
    await office.joins(HANNE, ELSE)
    request_id = await office.sends()
    await office.sends_out()
    office.directory.give(ELSE)
    await office.hr(request_id, HrDeed.TAKE)
    await office.sends_out()
    theirs = [one for one in office.posts.shown().values() if one.chat == f"a:{ELSE}"]
    assert ["Hvor meget ferie" in one.words for one in theirs] == [False]


# --- nobody takes it, or the taker does not answer -----------------------------------------------------------------------------


async def test_the_taker_is_reminded_then_the_group_then_the_lead_until_it_is_answered(office: Office) -> None:
    office.directory.give(VIGGO, Role.HR)
    request_id = await office.sends()
    await office.hr(request_id, HrDeed.TAKE)
    for _ in range(24):
        office.clock.forward(days=1)
        await office.service.chores.remind()
    told = await reminded(office, request_id)
    assert told[:3] == [(HANNE, "taker"), (VIGGO, "held"), (INGER, "lead")]
    assert set(told[3:]) == {(INGER, "lead")}
    assert len(told) >= 4
    await office.answers(request_id)
    assert (await office.kept(request_id)).remind_at is None


async def test_the_taker_has_three_working_days_first(office: Office) -> None:
    request_id = await office.sends()  # Monday at noon
    await office.hr(request_id, HrDeed.TAKE)
    office.clock.forward(days=2, hours=20)
    await office.service.chores.remind()
    assert await reminded(office, request_id) == []
    office.clock.forward(hours=1)
    await office.service.chores.remind()
    assert await reminded(office, request_id) == [(HANNE, "taker")]


async def test_a_taker_who_has_left_is_not_waited_for(office: Office) -> None:
    office.directory.give(VIGGO, Role.HR)
    request_id = await office.sends()
    await office.hr(request_id, HrDeed.TAKE, VIGGO)
    office.directory.leave(VIGGO)
    office.clock.forward(days=4)
    await office.service.chores.remind()
    assert await reminded(office, request_id) == [(HANNE, "held")]


async def test_who_takes_over_starts_anew_and_the_first_is_left_in_peace(office: Office) -> None:
    office.directory.give(VIGGO, Role.HR)
    await office.joins(HANNE, VIGGO)
    request_id = await office.sends()
    await office.hr(request_id, HrDeed.TAKE)
    office.clock.forward(days=4)
    await office.service.chores.remind()
    await office.hr(request_id, HrDeed.TAKE_OVER, VIGGO)
    await office.sends_out()
    assert office.posts.posted == []
    assert (await office.kept(request_id)).reminders == 0


async def test_the_cards_of_a_held_question_say_who_has_it_and_let_others_take_over(office: Office) -> None:
    office.directory.give(VIGGO, Role.HR)
    await office.joins(HANNE, VIGGO, INGER)
    request_id = await office.sends()
    await office.sends_out()
    await office.hr(request_id, HrDeed.TAKE)
    for _ in range(30):
        await office.sends_out(days=1)
    words = [one.words for one in office.posts.posted]
    name = "Hanne Modelgaard"
    for title in (
        DA.say("asking.hr.taker", number=1),
        DA.say("asking.hr.held", number=1, name=name),
        DA.say("asking.hr.lead_held", number=1, name=name, group="Løn"),
    ):
        assert any(title in said for said in words), title


async def test_the_lead_is_told_each_week_of_what_nobody_takes(office: Office) -> None:
    request_id = await office.sends()
    for _ in range(35):
        office.clock.forward(days=1)
        await office.service.chores.remind()
    told = await reminded(office, request_id)
    assert told[:3] == [(HANNE, None)] * 3
    assert 4 <= told.count((INGER, "lead")) <= 5


async def test_without_a_lead_the_group_goes_on_being_told(office: Office) -> None:
    office.directory.leave(INGER)
    request_id = await office.sends()
    for _ in range(14):
        office.clock.forward(days=1)
        await office.service.chores.remind()
    assert (await reminded(office, request_id))[3:4] == [(HANNE, "lead")]


async def test_an_open_question_from_before_is_called_to_mind_too(office: Office) -> None:
    request_id = await office.sends()
    before = replace(await office.kept(request_id), remind_at=None)
    async with office.town.storage.unit() as unit:
        await unit.requests.save(before)
        await unit.commit()
    await office.service.chores.follow_groups()
    assert (await office.kept(request_id)).remind_at is not None


# --- somebody gets it ----------------------------------------------------------------------------------------------------------


async def test_a_group_of_the_asker_alone_lets_the_question_go_to_the_default_group_and_says_so(office: Office) -> None:
    office.source.group("loen", members=("ETK",), role=None)
    receipt = await office.asks(by=ELSE)
    request_id = (await office.service.asking.mine(ELSE)).views[0].request.id
    assert [one.recipient_id for one in await office.queued(request_id)] == [HANNE]
    assert DA.say("asking.own.redirected", meant="Løn", group="HR") in words_of(receipt)
    assert (await office.kept(request_id)).group == "hr"


async def test_where_the_asker_is_all_of_hr_the_lead_gets_it(office: Office) -> None:
    request_id = await office.sends(by=HANNE)
    assert [one.recipient_id for one in await office.queued(request_id)] == [INGER]


async def test_where_nobody_else_is_left_the_question_is_not_taken_in_and_the_asker_is_told(office: Office) -> None:
    office.directory.leave(INGER)
    again = await office.asks(by=HANNE)
    assert DA.say("asking.faults.nobody") in words_of(again)
    assert "Hvor meget ferie har vi?" in str(again)
    assert (await office.service.asking.mine(HANNE)).views == ()


async def test_the_reminder_also_goes_past_a_group_of_the_asker_alone(office: Office) -> None:
    office.source.group("loen", members=("SPR",), role=None)
    request_id = await office.sends()
    office.source.group("loen", members=("DES",))
    office.clock.forward(days=2)
    await office.service.chores.remind()
    assert await reminded(office, request_id) == [(HANNE, None)]
    assert {one.recipient_id for one in await office.queued(request_id)} == {SUSANNE, HANNE}


async def test_a_group_that_hr_took_away_leaves_its_questions_to_the_default_group(office: Office) -> None:
    office.source.group("loen", members=("ETK",), role=None)
    await office.sends()
    office.source.group("hr", members=("ETK",), role=None)
    office.source.without("loen")
    office.directory.give(HANNE, Role.HR)
    listed = (await office.write("åbne spørgsmål", by=HANNE)).card
    assert "Hvor meget ferie har vi?" in words_of(listed)
    assert "Hvor meget ferie har vi?" in words_of((await office.write("åbne spørgsmål", by=ELSE)).card)


# --- drafts --------------------------------------------------------------------------------------------------------------------


async def test_a_question_that_was_taken_back_makes_no_draft(office: Office, tmp_path: Path) -> None:
    request_id = await office.sends()
    await office.answers(request_id)
    card = await office.own(request_id, OwnDeed.ASK_ON)
    await office.push(card, "Send til HR", question="Også i år?")
    await office.own(request_id, OwnDeed.WITHDRAW)
    assert (await office.kept(request_id)).state is RequestState.WITHDRAWN
    said = await office.hr(request_id, HrDeed.DRAFT)
    assert DA.say("asking.say.not_drafted_withdrawn") in words_of(said)
    assert not list((tmp_path / "drafts").glob("*"))
