"""Questions to HR: what the one who asks and HR see, and who may press what."""

from __future__ import annotations

from pathlib import Path

import pytest

from adaptive_cards.escalation.actions import AskingMenu, HrRequest, OpenAsking, OwnDeed, OwnRequest
from adaptive_cards.render import Card
from bot.conversation import Exchange
from hr.escalation.model import HrDeed, RequestState
from hr.outbox.model import MessageKind, MessageState, Why
from hr.outbox.policy import Unsent
from hr.people import Role
from indexer.cli import main as indexer
from tests.unit.bot.builders import DA, reference, words_of
from tests.unit.bot.escalation_office import Office
from tests.unit.hr.absence.service_builders import DITTE, ELSE, HANNE, INGER, VIGGO

GARBAGE = "0" * 32


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "drafts")


async def test_the_form_shows_the_last_question_and_its_answer_before_anything_is_sent(office: Office) -> None:
    office.memory.keep_exchange(
        "a:chat", DITTE, Exchange(question="Hvad er MUS?", answer="En samtale.", documents=("mus",))
    )
    form = (await office.write("Kan jeg tale med HR?")).card
    assert {"Hvad er MUS?", "En samtale."} <= set(words_of(form).splitlines())
    assert (await office.service.asking.mine(DITTE)).views == ()


async def test_the_receipt_has_a_number_and_the_question_is_kept_with_the_answer_although_nothing_could_be_sent(
    office: Office,
) -> None:
    office.memory.keep_exchange(
        "a:chat", DITTE, Exchange(question="Hvad er MUS?", answer="En samtale.", documents=("mus",))
    )
    form = (await office.write("spørg HR")).card
    card = await office.push(form, "Send til HR", question="Hvad er MUS for mig?", topic="ledelse")
    assert DA.say("asking.own.sent", number=1, group="HR") in words_of(card)
    (view,) = (await office.service.asking.mine(DITTE)).views
    assert (view.request.answer, view.request.documents) == ("En samtale.", ("mus",))
    (message,) = await office.queued(view.request.id)
    assert (message.kind, message.recipient_id) == (MessageKind.REQUEST_NEW, HANNE)


async def test_a_question_asked_after_the_form_was_opened_does_not_go_along(office: Office) -> None:
    form = (await office.write("spørg HR")).card
    office.memory.keep_exchange("a:chat", DITTE, Exchange(question="Noget andet?", answer="Andet."))
    await office.push(form, "Send til HR", question="Hvad er MUS?", topic="ledelse")
    assert (await office.service.asking.mine(DITTE)).views[0].request.answer is None


async def test_pressing_send_four_times_makes_one_question(office: Office) -> None:
    form = (await office.write("spørg HR: hvor meget ferie har vi?")).card
    cards = [await office.push(form, "Send til HR", question="Hvor meget ferie?", topic="loen") for _ in range(4)]
    assert len({words_of(card) for card in cards}) == 1
    assert len((await office.service.asking.mine(DITTE)).views) == 1


@pytest.mark.parametrize(
    ("question", "fault"),
    [("Mette er syg med stress", "health"), ("Hvad med 010190-1234?", "cpr"), ("", "empty"), ("a" * 2001, "too_long")],
)
async def test_what_must_not_be_kept_is_neither_sent_nor_kept(office: Office, question: str, fault: str) -> None:
    form = (await office.write("spørg HR")).card
    card = await office.push(form, "Send til HR", question=question, topic="loen")
    assert DA.say(f"asking.faults.{fault}") in words_of(card)
    assert (await office.service.asking.mine(DITTE)).views == ()


async def test_whoever_has_five_open_questions_waits_for_an_answer_or_takes_one_back(office: Office) -> None:
    ids = [await office.sends(f"Hvor meget ferie har vi i {year}?") for year in range(2020, 2025)]
    form = (await office.write("spørg HR")).card
    refused = await office.push(form, "Send til HR", question="Hvad med 2026?", topic="loen")
    assert DA.say("asking.faults.too_many") in words_of(refused)
    assert len((await office.service.asking.mine(DITTE)).views) == 5

    await office.own(ids[0], OwnDeed.WITHDRAW)
    form = (await office.write("spørg HR")).card
    sent = await office.push(form, "Send til HR", question="Hvad med 2026?", topic="loen")
    assert DA.say("asking.faults.too_many") not in words_of(sent)
    await office.sends("Må jeg også spørge?", by=ELSE)


@pytest.mark.parametrize(
    ("question", "topic"), [("Hvem skal med?", "personalejura"), ("Må jeg fyre Torben?", "ledelse")]
)
async def test_a_sensitive_question_is_sent_only_after_its_warning(office: Office, question: str, topic: str) -> None:
    form = (await office.write("spørg HR")).card
    warned = await office.push(form, "Send til HR", question=question, topic=topic)
    assert (await office.service.asking.mine(DITTE)).views == ()
    await office.push(warned, "Send alligevel", question=question, topic=topic)
    (view,) = (await office.service.asking.mine(DITTE)).views
    assert "Torben" not in view.request.question


async def test_of_two_who_take_a_question_one_gets_it_and_the_other_sees_who(office: Office) -> None:
    request_id = await office.sends()
    first, second = await office.hr(request_id, HrDeed.TAKE), await office.hr(request_id, HrDeed.TAKE, INGER)
    assert DA.say("asking.say.taken") in words_of(first)
    assert DA.say("asking.say.taken_by", name="Hanne Modelgaard") in words_of(second)


@pytest.mark.parametrize("by", [ELSE, VIGGO, DITTE])
@pytest.mark.parametrize("deed", list(HrDeed))
async def test_nobody_outside_hr_can_do_anything_for_hr(office: Office, by: str, deed: HrDeed) -> None:
    request_id = await office.sends()
    assert words_of(await office.hr(request_id, deed, by)) == DA.say("asking.say.not_found")
    assert (await office.service.asking.show(DITTE, request_id)).state is RequestState.NEW


@pytest.mark.parametrize("deed", list(OwnDeed))
async def test_nobody_sees_or_changes_anothers_question_and_forged_ids_find_nothing(
    office: Office, deed: OwnDeed
) -> None:
    request_id = await office.sends()
    for by, wanted in ((ELSE, request_id), (HANNE, request_id), (DITTE, GARBAGE)):
        turn = await office.press(OwnRequest(request_id=wanted, deed=deed), by)
        assert words_of(turn.card) == DA.say("asking.say.not_found")


async def test_the_answer_comes_to_the_one_who_asked_who_can_say_that_it_helped(office: Office) -> None:
    request_id = await office.sends()
    card = await office.push(await office.hr(request_id, HrDeed.TAKE), "Send svar", HANNE, answer="25 dage.")
    assert DA.say("asking.say.answered") in words_of(card)
    (message,) = await office.queued(request_id, MessageKind.REQUEST_ANSWER)
    told = await office.made(message)
    assert isinstance(told, Card)
    assert message.recipient_id == DITTE
    assert {"25 dage.", DA.say("asking.own.by_hr", name="Hanne Modelgaard")} <= set(words_of(told).splitlines())
    await office.push(told, "Det hjalp")
    assert (await office.service.asking.show(DITTE, request_id)).state is RequestState.CLOSED


async def test_asking_on_lets_the_question_wait_anew_with_all_that_was_said(office: Office) -> None:
    request_id = await office.sends()
    await office.push(await office.hr(request_id, HrDeed.TAKE), "Send svar", HANNE, answer="25 dage.")
    form = (await office.press(OwnRequest(request_id=request_id, deed=OwnDeed.ASK_ON))).card
    await office.push(form, "Send til HR", question="Også i år?")
    waiting = [
        one for one in await office.queued(request_id, MessageKind.REQUEST_NEW) if one.state is MessageState.PENDING
    ]
    card = await office.made(waiting[-1])
    assert isinstance(card, Card)
    assert {"25 dage.", "Også i år?"} <= set(words_of(card).splitlines())


async def test_a_withdrawn_question_does_not_leave_any_more(office: Office) -> None:
    request_id = await office.sends()
    (message,) = await office.queued(request_id)
    await office.press(OwnRequest(request_id=request_id, deed=OwnDeed.WITHDRAW))
    assert [one.state for one in await office.queued(request_id)] == [MessageState.CANCELLED]
    assert await office.made(message) is Why.CHANGED


async def test_hrs_card_can_be_pressed_in_the_channel_of_the_group_and_in_no_other_group(office: Office) -> None:
    channel: dict[str, str] = {"chat": "19:hr", "kind": "channel"}
    assert (await office.write("brug kanalen til Løn", ELSE, **channel)).sent[0].text == DA.say(
        "asking.say.channel_refused"
    )
    said = await office.write("@Kompas brug kanalen til løn", HANNE, **channel)
    assert said.sent[0].text == DA.say("asking.say.channel", group="Løn")
    (nobody_there,) = await office.queued(await office.sends("Hvad er feriegodtgørelse?"))
    assert (nobody_there.conversation_id, nobody_there.recipient_id) == (None, HANNE)
    async with office.town.storage.unit() as unit:
        await unit.conversations.save(reference(HANNE, **channel))
        await unit.commit()
    request_id = await office.sends()
    (message,) = await office.queued(request_id)
    assert message.conversation_id == "19:hr"
    take = HrRequest(request_id=request_id, deed=HrDeed.TAKE)
    elsewhere = await office.press(take, HANNE, chat="19:other", kind="channel")
    assert (elsewhere.cards, elsewhere.sent[0].text) == ([], DA.say("asking.say.private"))
    stranger = await office.press(take, ELSE, **channel)
    assert (stranger.cards, stranger.sent[0].text) == ([], DA.say("asking.say.not_found"))
    assert DA.say("asking.say.taken") in words_of((await office.press(take, HANNE, **channel)).card)


async def test_an_answer_becomes_a_draft_that_the_indexer_takes_and_none_is_overwritten(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request_id = await office.sends('Må vi "gemme" ferie?\n# Ja: nej')
    await office.push(await office.hr(request_id, HrDeed.TAKE), "Send svar", HANNE, answer="Ja, fem dage.\n# Ikke mere")
    card = await office.hr(request_id, HrDeed.DRAFT)
    (draft,) = (tmp_path / "drafts").glob("*.md")
    assert (draft.stat().st_mode & 0o777, draft.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert draft.name in words_of(card)
    assert str(tmp_path) not in words_of(card), "where the server keeps it is nobody's in Teams"
    draft.write_text(draft.read_text(encoding="utf-8") + "\nHR has gone on with it.\n", encoding="utf-8")
    await office.hr(request_id, HrDeed.DRAFT)
    assert len(list((tmp_path / "drafts").glob("*.md"))) == 2, "what HR has gone on with is not overwritten"
    await office.hr(request_id, HrDeed.DRAFT)
    assert len(list((tmp_path / "drafts").glob("*.md"))) == 2, "a press that Teams sends again makes no other draft"
    assert indexer(["check", "--source", str(tmp_path / "drafts")]) == 0
    assert "2 of 2 documents" in capsys.readouterr().out


async def test_a_finished_question_is_deleted_after_its_time_and_an_open_one_stays(office: Office) -> None:
    request_id = await office.sends()
    office.town.clock.forward(days=400)
    assert await office.service.chores.delete_finished() == 0
    await office.press(OwnRequest(request_id=request_id, deed=OwnDeed.WITHDRAW))
    office.town.clock.forward(days=184)
    assert await office.service.chores.delete_finished() == 1
    assert await office.queued(request_id) == []


async def test_a_question_that_nobody_answers_is_closed_after_its_time_told_of_once_and_then_deleted(
    office: Office,
) -> None:
    request_id = await office.sends()
    await office.sends_out()
    office.town.clock.forward(days=399)
    assert await office.service.chores.close_forgotten() == 0
    office.town.clock.forward(days=2)
    assert await office.service.chores.close_forgotten() == 1
    assert await office.service.chores.close_forgotten() == 0
    told = [one for one in await office.queued(request_id) if one.kind is MessageKind.REQUEST_ANSWER]
    assert [one.recipient_id for one in told] == [DITTE]
    async with office.town.storage.unit() as unit:
        assert await unit.requests.open() == ()
        view = await office.service.told(unit, told[0])
    assert getattr(view, "state", None) is RequestState.CLOSED
    office.town.clock.forward(days=184)
    assert await office.service.chores.delete_finished() == 1


async def test_what_was_said_meanwhile_keeps_a_question_open(office: Office) -> None:
    request_id = await office.sends()
    office.town.clock.forward(days=300)
    await office.hr(request_id, HrDeed.TAKE)
    office.town.clock.forward(days=300)
    assert await office.service.chores.close_forgotten() == 0


async def test_in_a_group_nothing_of_a_question_is_shown(office: Office) -> None:
    for turn in (
        await office.write("mine spørgsmål", chat="19:x", kind="groupChat"),
        await office.press(OpenAsking(menu=AskingMenu.MINE), chat="19:x", kind="groupChat"),
    ):
        assert [message.text for message in turn.sent] == [DA.say("asking.say.private")]


async def test_the_other_cards_are_brought_up_to_date_when_somebody_takes_the_question(office: Office) -> None:
    office.directory.give(VIGGO, Role.HR)
    await office.joins(HANNE, VIGGO)
    request_id = await office.sends()
    await office.sends_out()
    await office.hr(request_id, HrDeed.TAKE)
    await office.sends_out()
    shown = office.posts.shown().values()
    assert {one.chat for one in shown} == {f"a:{HANNE}", f"a:{VIGGO}"}
    assert all("Hanne Modelgaard" in one.words for one in shown)


async def test_with_teams_down_the_question_stays_in_the_queue_and_leaves_when_teams_is_back(office: Office) -> None:
    request_id = await office.sends()
    await office.joins(HANNE)
    office.posts.outcome = Unsent()
    await office.sends_out()
    assert [one.state for one in await office.queued(request_id)] == [MessageState.PENDING]
    office.posts.outcome = None
    await office.sends_out(minutes=5)
    assert [one.state for one in await office.queued(request_id)] == [MessageState.SENT]


async def test_of_two_answers_the_second_is_told_of_the_first_and_is_not_lost_silently(office: Office) -> None:
    request_id = await office.sends()
    card = await office.hr(request_id, HrDeed.SHOW)
    await office.push(card, "Send svar", by=HANNE, answer="Svar fra en")
    office.directory.give(ELSE, Role.HR)
    second = await office.push(card, "Send svar", by=ELSE, answer="Svar fra to")
    assert "har svaret. Dit svar er ikke sendt." in words_of(second)
    async with office.town.storage.unit() as unit:
        assert [said.text for said in await unit.requests.messages(request_id)] == ["Svar fra en"]


async def test_a_long_answer_reaches_the_one_who_asked_whole(office: Office) -> None:
    request_id = await office.sends("Hvad gælder? " + "ord " * 400 + "slutspørgsmål")
    card = await office.hr(request_id, HrDeed.TAKE)
    assert "slutspørgsmål" in words_of(card)
    await office.push(card, "Send svar", by=HANNE, answer="Det gælder. " + "ord " * 400 + "slutsvar")
    (message,) = await office.queued(request_id, MessageKind.REQUEST_ANSWER)
    told = await office.made(message)
    assert isinstance(told, Card)
    assert "slutsvar" in words_of(told)


async def test_an_urgent_word_opens_no_way_round_the_guard(office: Office) -> None:
    request_id = await office.sends()
    card = await office.hr(request_id, HrDeed.TAKE)
    refused = await office.push(card, "Send svar", by=HANNE, answer="Ring 112. Mette Hansen er syg med stress.")
    assert DA.say("asking.hr_faults.health") in words_of(refused)
    assert await office.queued(request_id, MessageKind.REQUEST_ANSWER) == []


async def test_what_must_not_be_kept_is_not_shown_again_either(office: Office) -> None:
    form = (await office.write("spørg HR")).card
    again = await office.push(form, "Send til HR", question="Hvad med 010190-1234?", topic="loen")
    assert "010190" not in str(again)


async def test_an_employee_who_asks_for_questions_to_hr_sees_their_own(office: Office) -> None:
    await office.sends()
    assert DA.say("asking.mine_list.title") in words_of((await office.write("åbne spørgsmål")).card)
    assert DA.say("asking.open_list.title") in words_of((await office.write("åbne spørgsmål", by=HANNE)).card)


async def test_an_answer_under_way_still_comes_when_an_earlier_one_helped(office: Office) -> None:
    request_id = await office.sends()
    await office.push(await office.hr(request_id, HrDeed.TAKE), "Send svar", by=HANNE, answer="Fem uger.")
    await office.press(OwnRequest(request_id=request_id, deed=OwnDeed.HELPED))
    (message,) = await office.queued(request_id, MessageKind.REQUEST_ANSWER)
    assert message.state is MessageState.PENDING


async def test_a_draft_holds_no_name_that_hr_wrote_in_the_answer(office: Office, tmp_path: Path) -> None:
    request_id = await office.sends()
    await office.push(
        await office.hr(request_id, HrDeed.TAKE), "Send svar", by=HANNE, answer="Hej Mette Hansen. Fem uger."
    )
    await office.hr(request_id, HrDeed.DRAFT)
    (draft,) = (tmp_path / "drafts").glob("*.md")
    text = draft.read_text(encoding="utf-8")
    assert "Mette Hansen" not in text
    assert "Fem uger." in text
