"""Absence follow-up, seen from Teams: typed messages, presses, forged presses, a database that is down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adaptive_cards.render import Card
from bot.seal import Seal
from hr.absence.model import AbsenceCase, CaseState, StepState
from hr.clock import FixedClock, SystemClock
from hr.conversations.model import ConversationReference
from hr.errors import DatabaseUnavailableError
from hr.outbox.model import MessageKind, MessageState, OutboxMessage
from hr.storage.memory import MemoryStorage
from tests.integration.wire import OTHER_LEADER, SEAL, Wire, running
from tests.unit.bot.builders import DA, LEADER_AAD, TODAY, buttons_of, words_of

OTHER = {"id": "29:other", "name": "Anden", "aadObjectId": OTHER_LEADER.id}
GROUP = {"id": "19:group", "conversationType": "groupChat"}
CARD = "application/vnd.microsoft.card.adaptive"


def say(key: str, **values: object) -> str:
    return DA.say(f"absence.say.{key}", **values)


def shown(content: dict[str, Any]) -> str:
    return words_of(Card(content=content, summary=""))


async def card_for(wire: Wire, text: str) -> dict[str, Any]:
    """The card that a message brings."""
    message = await wire.ask(text)
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == CARD
    return {**attachment["content"], "message_id": message["id"]}


async def answer_to(wire: Wire, press: dict[str, Any]) -> dict[str, Any]:
    response = await wire.post(press)
    assert response.status == 200
    return await response.json()  # type: ignore[no-any-return]


async def pressed(wire: Wire, data: Any, **changes: Any) -> dict[str, Any]:
    """The card that takes the place of the one whose button was pressed."""
    body = await answer_to(wire, wire.press(data, **changes))
    assert body["type"] == CARD
    return body["value"]  # type: ignore[no-any-return]


async def created(wire: Wire, label: str = "ME") -> dict[str, Any]:
    """The card of a case that was just created, from the typed word on."""
    form = await card_for(wire, "ny sag")
    return await pressed(wire, {**buttons_of(form)["Opret"], "label": label, "first_day": TODAY.isoformat()})


async def cases(wire: Wire) -> tuple[AbsenceCase, ...]:
    async with wire.storage.unit() as unit:
        return await unit.cases.of_owners([LEADER_AAD, OTHER_LEADER.id])


def bare(data: dict[str, Any]) -> dict[str, Any]:
    """What a button sends, without its seal."""
    return {name: value for name, value in data.items() if name != "seal"}


async def step_button(wire: Wire, title: str) -> dict[str, Any]:
    """The button of the first step's card."""
    card = await card_for(wire, "Hvad skal jeg gøre på dag 1?")
    return buttons_of(card)[title]


async def test_a_case_is_created_by_one_word_and_one_press() -> None:
    async with running(follow_up=True) as wire:
        card = await created(wire)
        (case,) = await cases(wire)
    assert DA.say("absence.created.title", label="ME") in shown(card)
    assert (case.owner_id, case.label, case.first_day) == (LEADER_AAD, "ME", TODAY)


async def test_a_sentence_with_a_name_becomes_a_form_without_it() -> None:
    async with running(follow_up=True) as wire:
        card = await card_for(wire, "Mette har meldt sig syg i dag")
        assert await cases(wire) == ()
    assert DA.say("absence.start.title") in shown(card)
    assert "Mette" not in str(card)


async def test_the_same_press_under_a_new_id_has_one_effect_and_shows_the_current_card() -> None:
    async with running(follow_up=True) as wire:
        form = await card_for(wire, "ny sag")
        data = {**buttons_of(form)["Opret"], "label": "ME", "first_day": TODAY.isoformat()}
        once = wire.press(data)
        first, resent = await answer_to(wire, once), await answer_to(wire, once)
        assert first == resent
        again = await pressed(wire, data)
        assert len(await cases(wire)) == 1
        assert DA.say("absence.created.title", label="ME") in shown(again)
        done = await step_button(wire, "Gjort")
        for _ in range(3):
            assert say("step_done") in shown(await pressed(wire, done))
        (case,) = await cases(wire)
    assert [step.state for step in case.steps if step.key == "A01"] == [StepState.DONE]


async def test_a_press_by_the_wrong_person_is_answered_like_a_case_that_does_not_exist() -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        done = await step_button(wire, "Gjort")
        before = await cases(wire)
        theirs = await pressed(wire, done, **{"from": OTHER})
        missing = await pressed(wire, SEAL.data({**bare(done), "case_id": "0" * 32}), **{"from": OTHER})
        anonymous = await pressed(wire, done, **{"from": {"id": "29:nobody"}})
        assert await cases(wire) == before
    assert theirs == missing == anonymous
    assert say("not_found") in shown(theirs)


@pytest.mark.parametrize(
    "forged",
    [
        {"owner_id": LEADER_AAD},
        {"person_id": LEADER_AAD},
        {"case_id": "../../etc"},
        {"case_id": ["a"]},
        {"change": "promote"},
        {"step": "A01'; drop table"},
        {"token": ""},
        {"token": "another-token"},
        {"step": "A03"},
        {"change": "skip"},
        {"seal": ""},
        {"seal": ["a"]},
        {"seal": "ffffff.AAAAAAAAAAAAAAAAAAAAAA"},
        {"seal": "ÆØÅ.Å"},
    ],
)
async def test_a_forged_press_does_nothing_and_says_so(forged: dict[str, Any]) -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        done = await step_button(wire, "Gjort")
        before = await cases(wire)
        await answer_to(wire, wire.press({**done, **forged}))
        assert (await wire.double.next_message())["text"] == DA.say("errors.unreadable_button")
        if "seal" not in forged:  # nor with a seal that is right
            await answer_to(wire, wire.press(SEAL.data({**bare(done), "owner_id": LEADER_AAD, **forged})))
            assert (await wire.double.next_message())["text"] == DA.say("errors.unreadable_button")
        assert await cases(wire) == before


async def test_an_old_card_does_nothing_and_says_how_to_get_a_new_one() -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        done = await step_button(wire, "Gjort")
        before = await cases(wire)
        then = Seal(SEAL._keys, FixedClock(moment=SystemClock().now() - timedelta(days=500)))
        body = await answer_to(wire, wire.press(then.data(bare(done))))
        assert body["type"] != CARD
        assert (await wire.double.next_message())["text"] == DA.say("errors.old_card", words="mine sager")
        assert await cases(wire) == before


async def test_a_press_after_the_case_was_closed_shows_the_case() -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        no_answer = await step_button(wire, "Ingen svar")
        form = await card_for(wire, "afslut forløbet af en anden grund")
        if "Ja, afslut" not in buttons_of(form):
            form = await pressed(wire, buttons_of(form)[say("close_end")])
        await pressed(wire, buttons_of(form)["Ja, afslut"])
        late = await pressed(wire, no_answer)
        (case,) = await cases(wire)
    assert say("outdated") in shown(late)
    assert case.state is CaseState.CLOSED
    assert case.step("A01").state is StepState.LAPSED  # type: ignore[union-attr]


async def test_a_client_without_execute_gets_the_card_updated() -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        card = await card_for(wire, "Hvad skal jeg gøre på dag 1?")
        press = wire.activity(value=buttons_of(card)["Gjort"], replyToId=card["message_id"])
        assert (await wire.post(press)).status == 202
        assert await wire.double.no_message()
        (put,) = [call for call in wire.double.calls if call.method == "PUT"]
    assert put.activity_id == card["message_id"]
    assert say("step_done") in shown(put.body["attachments"][0]["content"])


async def test_a_card_pressed_in_a_group_shows_nothing_of_the_case() -> None:
    async with running(follow_up=True) as wire:
        await created(wire)
        done = await step_button(wire, "Gjort")
        before = await cases(wire)
        body = await answer_to(wire, wire.press(done, conversation=GROUP))
        assert (await wire.double.next_message())["text"] == say("private")
        assert await cases(wire) == before
    assert body["type"] != CARD


class Switch:
    """A database that can be switched off."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self.off = False

    def unit(self) -> Any:
        return _Down() if self.off else self.storage.unit()


class _Down:
    async def __aenter__(self) -> Any:
        raise DatabaseUnavailableError("down")

    async def __aexit__(self, *_: object) -> None:
        return None


async def test_a_database_that_is_down_is_told_and_the_same_press_works_later() -> None:
    database = Switch()
    async with running(follow_up=True, storage=database.storage, new_unit=database.unit) as wire:
        await created(wire)
        done = await step_button(wire, "Gjort")
        database.off = True
        body = await answer_to(wire, wire.press(done))
        assert body["type"] != CARD
        assert (await wire.double.next_message())["text"] == DA.say("errors.unavailable")
        assert (await wire.ask("mine forløb"))["text"] == DA.say("errors.unavailable")
        assert (await wire.ask("Hvad er en mulighedserklæring?"))["text"].startswith("Kontakt")
        database.off = False
        assert say("step_done") in shown(await pressed(wire, done))


async def test_health_words_are_neither_kept_nor_shown_again(caplog: pytest.LogCaptureFixture) -> None:
    async with running(follow_up=True) as wire:
        await wire.post(wire.activity(text="Mette er syg med stress"))
        await wire.double.next_message()
        offer = await wire.double.next_message()
        assert await cases(wire) == ()
    assert list(buttons_of(offer["attachments"][0]["content"])) == [say("start_without_cause")]
    assert "stress" not in str(offer)
    assert "stress" not in caplog.text


async def test_leaders_are_shown_how_to_begin() -> None:
    async with running(follow_up=True) as wire:
        leader = await wire.ask("hjælp")
        somebody = await wire.ask(
            "hjælp", **{"from": {"id": "29:x", "aadObjectId": "4" * 8 + "-0000-4000-8000-" + "4" * 12}}
        )
    assert leader["suggestedActions"]["actions"][0]["value"] == "Ny sag"
    assert somebody["suggestedActions"]["actions"][0]["value"] == DA.several("home.starters")[0]
    assert "ny sag" in leader["text"]


async def test_without_follow_up_such_messages_are_questions_and_its_buttons_unreadable() -> None:
    async with running() as wire:
        assert (await wire.ask("ny sag"))["text"].startswith("Kontakt")
        await wire.post(wire.press(SEAL.data({"kind": "absence_menu", "menu": "start"})))
        assert (await wire.double.next_message())["text"] == DA.say("errors.unreadable_button")


# --- who can be reached again ----------------------------------------------------------------------------------------------------


def blocked(number: int) -> OutboxMessage:
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return OutboxMessage(
        id=f"{number:032x}",
        kind=MessageKind.DIGEST,
        key=f"digest:{number}",
        recipient_id=LEADER_AAD,
        state=MessageState.BLOCKED,
        due_at=now,
        not_before=now,
        created_at=now,
    )


async def hold_back(wire: Wire, number: int) -> None:
    async with wire.storage.unit() as unit:
        await unit.outbox.add([blocked(number)])
        await unit.commit()


async def waiting(wire: Wire, number: int) -> MessageState:
    async with wire.storage.unit() as unit:
        found = await unit.outbox.find(f"{number:032x}")
    assert found is not None
    return found.state


async def test_who_writes_again_gets_what_was_held_back() -> None:
    async with running(follow_up=True) as wire:
        await hold_back(wire, 1)
        await wire.ask("hej")
        assert await wire.double.no_message()
        assert await waiting(wire, 1) is MessageState.PENDING


async def test_who_installs_again_gets_what_was_held_back_though_nothing_else_is_new() -> None:
    async with running(follow_up=True) as wire:
        await wire.ask("hej")
        await hold_back(wire, 1)
        await wire.post(wire.activity("installationUpdate", action="add"))
        await wire.double.next_message()
        assert await wire.double.no_message()
        assert await waiting(wire, 1) is MessageState.PENDING


async def test_a_message_in_a_group_does_not_make_a_person_reachable() -> None:
    async with running(follow_up=True) as wire:
        await hold_back(wire, 1)
        await wire.ask("hej", conversation=GROUP)
        assert await wire.double.no_message()
        assert await waiting(wire, 1) is MessageState.BLOCKED


async def test_references_are_dated_by_the_machine_and_not_by_a_simulated_day() -> None:
    before = SystemClock().now()
    async with running(follow_up=True) as wire:
        await wire.ask("hej")
        assert await wire.double.no_message()
        async with wire.storage.unit() as unit:
            kept: ConversationReference | None = await unit.conversations.find("a:chat;1@x")
    assert kept is not None
    assert before <= kept.updated_at <= before + timedelta(minutes=5)
