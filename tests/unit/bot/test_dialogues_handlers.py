"""A TRIO chooses themes, agrees on a step and a day, and looks back in its own chat."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from adaptive_cards.actions import parse_action
from adaptive_cards.dialogues.actions import Agree, BeginDialogue, CloseDialogue, OpenAgreement, OpenPalette, OpenTheme
from hr.dialogues.model import DialogueState
from hr.outbox.model import MessageKind, MessageState, Why
from tests.unit.bot.builders import DA, asked, buttons_of, words_of
from tests.unit.bot.dialogue_room import AMR, EMPLOYEE, MAY_4, MONDAY, OTHER, TR, TRIO, Room
from tests.unit.hr.absence.service_builders import DITTE, HANNE, NOBODY

SAMPLES = Path(__file__).parents[2] / "acceptance" / "data" / "utterances_absence.jsonl"
TOKEN = "token-of-a-test"


def say(key: str) -> str:
    return DA.say(f"dialogues.say.{key}")


@pytest.fixture
def room() -> Room:
    return Room()


# --- the word that opens it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["trio", "start TRIO-dialog", "Paletten!", "TRIO dialog", "start trio dialogue"])
async def test_a_word_opens_the_palette_in_a_group(room: Room, text: str) -> None:
    card = (await room.write(text)).card
    (ticks,) = [part for part in card.content["body"] if part["type"] == "Input.ChoiceSet"]
    assert len(ticks["choices"]) == 8
    assert ticks["isMultiSelect"] is True
    assert await room.kept() == []


def test_no_message_about_something_else_opens_it(room: Room) -> None:
    texts = [json.loads(line)["text"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    others = ["Hvad er en TRIO?", "vi har drøftet paletten i TRIO", "Hvad er de 8 temaer i paletten?", ""]
    assert [text for text in [*texts, *others] if room.handler.asks(asked(text, DITTE))] == []


@pytest.mark.parametrize("by", [DITTE, AMR, TR, HANNE])
async def test_leader_tr_amr_and_hr_may_begin(room: Room, by: str) -> None:
    assert "Start dialogen" in buttons_of((await room.write(by=by)).card)


@pytest.mark.parametrize("kind", ["personal", "channel"])
async def test_it_can_be_begun_elsewhere_too(room: Room, kind: str) -> None:
    assert "Start dialogen" in buttons_of((await room.write(kind=kind)).card)


@pytest.mark.parametrize("by", [EMPLOYEE, NOBODY, None])
async def test_others_are_told_kindly_and_begin_nothing(room: Room, by: str | None) -> None:
    turn = await room.write(by=by)
    assert [message.text for message in turn.sent] == [say("not_in_trio")]
    turn = await room.press(BeginDialogue(token=TOKEN, themes="haandtering"), by=by)
    assert ([message.text for message in turn.sent], turn.cards) == ([say("not_in_trio")], [])
    assert await room.kept() == []


# --- the themes ---------------------------------------------------------------------------------------------------------------


async def test_the_themes_follow_each_other_in_place(room: Room) -> None:
    first = await room.begun()
    assert "Brug af data" in words_of(first)
    assert "Forrige" not in buttons_of(first)
    second = await room.press_button(first, "Næste")
    assert "Forebyggelse" in words_of(second)
    assert "Næste" not in buttons_of(second)
    assert words_of(await room.press_button(second, "Forrige")) == words_of(first)
    assert (await room.one()).themes == ("brug-af-data", "forebyggelse")


@pytest.mark.parametrize("themes", ["", "a,b", "haandtering,forebyggelse,brug-af-data,tydelig-ledelse"])
async def test_none_too_many_or_made_up_themes_are_asked_again(room: Room, themes: str) -> None:
    card = await room.begun(themes=themes)
    assert say("themes") in words_of(card)
    assert await room.kept() == []


async def test_a_second_press_begins_nothing_more(room: Room) -> None:
    for _ in range(2):
        turn = await room.press(BeginDialogue(token=TOKEN, themes="haandtering"))
    assert say("used") in words_of(turn.card)
    assert len(await room.kept()) == 1


async def test_a_theme_that_hr_has_taken_out_is_passed_over(room: Room) -> None:
    await room.begun(themes="haandtering")
    dialogue = await room.one()
    card = (await room.press(OpenTheme(dialogue_id=dialogue.id, place=7))).card
    assert "Håndtering" in words_of(card)
    async with room.town.storage.unit() as unit:
        await unit.dialogues.save(type(dialogue)(id=dialogue.id, conversation_id=TRIO, themes=("x",), kept_from=MONDAY))
        await unit.commit()
    assert "Gem aftalen" in buttons_of((await room.press(OpenTheme(dialogue_id=dialogue.id))).card)


# --- what is agreed -----------------------------------------------------------------------------------------------------------


async def test_a_group_agrees_on_steps_and_a_day(room: Room) -> None:
    card = await room.agreed(second="AMR holder et oplæg om pauser")
    dialogue = await room.one()
    assert dialogue.actions == ("Vis tallene på hvert personalemøde", "AMR holder et oplæg om pauser")
    assert (dialogue.state, dialogue.follow_up_on) == (DialogueState.AGREED, MAY_4)
    assert "4. maj 2026" in words_of(card)
    (message,) = await room.outbox()
    assert (message.kind, message.conversation_id, message.recipient_id) == (
        MessageKind.DIALOGUE_FOLLOW_UP,
        TRIO,
        TRIO,
    )
    assert message.due_at.date() == MAY_4


async def test_a_day_off_moves_to_the_next_working_day_and_says_so(room: Room) -> None:
    card = await room.agreed(day=date(2026, 4, 2))
    assert "2. april 2026 er en fridag. Opfølgningen er flyttet til 7. april 2026." in words_of(card)
    assert (await room.one()).follow_up_on == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("inputs", "fault"),
    [
        ({"first": "Mette ringer hver fredag", "follow_up": "2026-05-04"}, "person"),
        ({"first": "Mette er syg med stress", "follow_up": "2026-05-04"}, "private"),
        ({"first": "Ring om 010190-1234", "follow_up": "2026-05-04"}, "private"),
        ({"first": "x" * 121, "follow_up": "2026-05-04"}, "too_long"),
        ({"first": "  ", "follow_up": "2026-05-04"}, "no_action"),
        ({"first": "Vis tallene", "follow_up": "snart"}, "no_day"),
        ({"first": "Vis tallene", "follow_up": "2026-03-02"}, "past"),
        ({"first": "Vis tallene", "follow_up": "2027-03-02"}, "too_far"),
    ],
)
async def test_what_cannot_be_agreed_is_told_and_not_kept(room: Room, inputs: dict[str, str], fault: str) -> None:
    form = await room.press_button(await room.begun(), "Aftal et skridt")
    card = await room.press_button(form, "Gem aftalen", **inputs)
    assert say(fault) in words_of(card)
    assert ("Vis tallene" in words_of(card)) is (fault in {"no_day", "past", "too_far"})
    assert "Mette" not in json.dumps(card.content)
    assert (await room.one()).state is DialogueState.OPEN
    assert await room.outbox() == []


async def test_an_agreement_can_be_changed_and_only_the_new_day_is_reminded_of(room: Room) -> None:
    form = await room.press_button(await room.agreed(), "Ret aftalen")
    await room.press_button(form, "Gem aftalen", first="Ny vagtplan", follow_up="2026-06-01")
    assert (await room.one()).actions == ("Ny vagtplan",)
    states = [(message.state, message.due_at.date()) for message in await room.outbox()]
    assert states == [(MessageState.CANCELLED, MAY_4), (MessageState.PENDING, date(2026, 6, 1))]


async def test_a_second_press_agrees_on_nothing_more(room: Room) -> None:
    await room.begun()
    dialogue = await room.one()
    for _ in range(2):
        turn = await room.press(
            Agree(token=TOKEN, dialogue_id=dialogue.id, first="Vis tallene", follow_up="2026-05-04")
        )
    assert say("used") in words_of(turn.card)
    assert len(await room.outbox()) == 1


async def test_what_is_under_way_is_found_again(room: Room) -> None:
    await room.agreed()
    palette = (await room.write(by=AMR)).card
    assert "Vores aftale" in words_of(await room.press_button(palette, "Aftale til 4. maj 2026", by=AMR))


# --- whose it is --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["show", "edit", "delete"])
async def test_another_conversation_neither_sees_nor_changes_it(room: Room, view: str) -> None:
    await room.agreed()
    dialogue = await room.one()
    presses = [
        OpenAgreement.model_validate({"dialogue_id": dialogue.id, "view": view}),
        OpenTheme(dialogue_id=dialogue.id),
        CloseDialogue(token=TOKEN, dialogue_id=dialogue.id, generation=1, done=True),
        Agree(token=TOKEN, dialogue_id=dialogue.id, first="Andet", follow_up="2026-05-05"),
        parse_action({"kind": "dialogues_delete", "dialogue_id": dialogue.id}),
    ]
    for action in presses:
        turn = await room.press(action, chat=OTHER)
        assert ([message.text for message in turn.sent], turn.cards) == ([say("not_found")], [])
    assert await room.one() == dialogue


@pytest.mark.parametrize("by", [EMPLOYEE, NOBODY, None])
async def test_who_may_not_act_leaves_the_groups_card_alone(room: Room, by: str | None) -> None:
    await room.agreed()
    dialogue = await room.one()
    for action in (
        OpenPalette(),
        CloseDialogue(token=TOKEN, dialogue_id=dialogue.id, generation=1, done=True),
        parse_action({"kind": "dialogues_delete", "dialogue_id": dialogue.id}),
    ):
        turn = await room.press(action, by=by)
        assert ([message.text for message in turn.sent], turn.cards) == ([say("not_in_trio")], [])
    assert await room.one() == dialogue


async def test_a_made_up_dialogue_is_not_there(room: Room) -> None:
    turn = await room.press(OpenTheme(dialogue_id="0" * 32))
    assert [message.text for message in turn.sent] == [say("not_found")]


# --- the day to look back -----------------------------------------------------------------------------------------------------


async def test_the_chat_is_reminded_on_its_day_and_not_before(room: Room) -> None:
    await room.agreed(first="Vis tallene")
    await room.send(date(2026, 5, 1))
    assert room.posts.posted == []
    await room.send(MAY_4)
    ((chat, card),) = room.posts.posted
    assert chat == TRIO
    assert "Vis tallene" in words_of(card)
    assert {"Gjort", "Afslut", "Gem ny dato"} <= set(buttons_of(card))
    await room.send(date(2026, 5, 5))
    assert len(room.posts.posted) == 1


@pytest.mark.parametrize(("title", "state"), [("Gjort", DialogueState.DONE), ("Afslut", DialogueState.ENDED)])
async def test_a_group_closes_its_agreement(room: Room, title: str, state: DialogueState) -> None:
    await room.agreed()
    await room.send(MAY_4)
    card = await room.press_button(room.posts.posted[0][1], title, by=TR)
    assert (await room.one()).state is state
    assert "Ret aftalen" not in buttons_of(card)
    again = await room.press_button(room.posts.posted[0][1], title, by=TR)
    assert say("used") in words_of(again)


async def test_another_try_has_a_new_day_and_the_old_card_is_out_of_date(room: Room) -> None:
    await room.agreed()
    await room.send(MAY_4)
    old = room.posts.posted[0][1]
    await room.press_button(old, "Gem ny dato", follow_up="2026-06-01", by=AMR)
    late = await room.press_button(old, "Gjort")
    assert say("outdated") in words_of(late)
    assert (await room.one()).state is DialogueState.AGREED
    await room.send(date(2026, 6, 1))
    assert len(room.posts.posted) == 2


async def test_a_wrong_new_day_is_told_on_the_same_card(room: Room) -> None:
    await room.agreed()
    await room.send(MAY_4)
    card = await room.press_button(room.posts.posted[0][1], "Gem ny dato", follow_up="2026-05-04")
    assert say("past") in words_of(card)
    assert "Gjort" in buttons_of(card)


async def test_a_closed_dialogue_is_not_agreed_on_anew(room: Room) -> None:
    form = await room.press_button(await room.agreed(), "Ret aftalen")
    dialogue = await room.one()
    await room.press(CloseDialogue(token=TOKEN, dialogue_id=dialogue.id, generation=1, done=True))
    card = await room.press_button(form, "Gem aftalen", first="Andet", follow_up="2026-05-05")
    assert say("outdated") in words_of(card)
    card = await room.press_button(form, "Gem aftalen", first="", follow_up="2026-05-05")
    assert "Gem aftalen" not in buttons_of(card)
    await room.send(MAY_4)
    assert room.posts.posted == []


async def test_a_message_that_was_overtaken_does_not_leave(room: Room) -> None:
    await room.agreed()
    (message,) = await room.outbox()
    dialogue = await room.one()
    room.clock.set(MAY_4)
    async with room.town.storage.unit() as unit:
        assert await room.service.due(unit, message) == dialogue
        await unit.dialogues.delete(dialogue.id)
        assert await room.service.due(unit, message) is Why.CHANGED


# --- deleting -----------------------------------------------------------------------------------------------------------------


async def test_a_dialogue_is_deleted_at_once_after_a_question(room: Room) -> None:
    asked_back = await room.press_button(await room.agreed(), "Slet")
    kept = await room.press_button(asked_back, "Behold")
    assert "Vores aftale" in words_of(kept)
    card = await room.press_button(asked_back, "Slet", by=TR)
    assert say("deleted") in words_of(card)
    assert (await room.kept(), await room.outbox()) == ([], [])
    await room.send(MAY_4)
    assert room.posts.posted == []


async def test_a_dialogue_is_kept_a_year_after_its_day(room: Room) -> None:
    await room.agreed()
    room.clock.set(date(2027, 5, 4))
    assert await room.service.delete_expired() == 0
    room.clock.set(date(2027, 5, 5))
    assert await room.service.delete_expired() == 1
    assert (await room.kept(), await room.outbox()) == ([], [])


async def test_retention_follows_the_setting_and_goes_on_until_nothing_is_left() -> None:
    room = Room(retention_days=10)
    for _ in range(3):
        await room.begun()
    room.clock.set(date(2026, 3, 13))
    assert await room.service.delete_expired(limit=1) == 3


# --- the bot is taken out -----------------------------------------------------------------------------------------------------


async def test_nothing_falls_over_when_kompas_was_removed_and_it_comes_when_it_is_back(room: Room) -> None:
    await room.agreed()
    await room.removed()
    await room.send(MAY_4)
    (message,) = await room.outbox()
    assert (message.state, message.why) == (MessageState.BLOCKED, Why.NOT_INSTALLED)
    await room.write()
    await room.send(MAY_4, 10)
    assert [chat for chat, _ in room.posts.posted] == [TRIO]
