"""A TRIO in a group chat, seen from Teams: the leader, TR and AMR each press the one card that all of them see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from adaptive_cards.render import Card
from bot.doubles.connector import Call
from bot.seal import Seal
from hr.clock import FixedClock, SystemClock
from hr.dialogues.content import LiveThemes
from hr.dialogues.model import DialogueState
from hr.dialogues.service import DialogueService
from hr.people import FileDirectory, Role
from hr.ports import NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.storage.memory import MemoryStorage
from tests.integration.wire import CLOCK, SEAL, Wire, running
from tests.unit.bot.builders import DA, TODAY, buttons_of, words_of
from tests.unit.hr.absence.builders import CONTENT_FOLDER
from tests.unit.hr.absence.service_builders import FakeContent, person

LEADER, TR, AMR, COLLEAGUE = (f"5a3e0c00-0000-4000-8000-00000000020{n}" for n in range(4))
PEOPLE = FileDirectory(
    (
        person(LEADER, "Ditte Eksempelsen", "DES", Role.LEADER),
        person(TR, "Bente Rollestad", "BRS", Role.TR),
        person(AMR, "Kaj Skabelonsen", "KSK", Role.AMR),
        person(COLLEAGUE, "Rosa Opdigtsen", "ROP"),
    )
)
TRIO = {"id": "19:trio@thread.v2", "conversationType": "groupChat"}
OTHER = {"id": "19:other@thread.v2", "conversationType": "groupChat"}
ACTION = "Vi taler om arbejdspresset på hvert andet personalemøde"


def service(storage: MemoryStorage, unit: NewUnitOfWork | None = None) -> DialogueService:
    return DialogueService(
        new_unit=unit or storage.unit,
        directory=PEOPLE,
        themes=LiveThemes(CONTENT_FOLDER),
        content=FakeContent(),
        window=SendWindow.parse("07:30-16:30", CLOCK.zone),
        clock=CLOCK,
    )


def by(who: str, chat: dict[str, str] = TRIO) -> dict[str, Any]:
    """An activity of this person in a chat."""
    return {"from": {"id": f"29:{who}", "aadObjectId": who}, "conversation": chat}


def shown(content: dict[str, Any]) -> str:
    return words_of(Card(content=content, summary=""))


async def press(wire: Wire, card: dict[str, Any], title: str, who: str, **inputs: str) -> dict[str, Any]:
    """The card that all of them see after one of them has pressed."""
    response = await wire.post(wire.press({**buttons_of(card)[title], **inputs}, **by(who)))
    body = await response.json()
    assert (response.status, body["statusCode"]) == (200, 200)
    value: dict[str, Any] = body["value"]
    return value


async def palette(wire: Wire) -> dict[str, Any]:
    message = await wire.ask("start TRIO-dialog", **by(LEADER))
    content: dict[str, Any] = message["attachments"][0]["content"]
    return content


async def agreed(wire: Wire) -> dict[str, Any]:
    """The leader opens and begins, TR goes on to the form, AMR writes what they agreed."""
    theme = await press(wire, await palette(wire), "Start dialogen", LEADER, themes="forebyggelse")
    form = await press(wire, theme, "Aftal et skridt", TR)
    day = (TODAY + timedelta(days=30)).isoformat()
    return await press(wire, form, "Gem aftalen", AMR, first=ACTION, second="", follow_up=day)


async def test_leader_tr_and_amr_each_press_the_card_of_their_group() -> None:
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        card = await agreed(wire)
        async with storage.unit() as unit:
            (kept,) = await unit.dialogues.of_conversation(TRIO["id"])
    assert ACTION in shown(card)
    assert (kept.state, kept.actions) == (DialogueState.AGREED, (ACTION,))


async def test_a_colleague_in_the_chat_and_the_card_in_another_chat_change_nothing() -> None:
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        card = await agreed(wire)
        change = buttons_of(card)["Ret aftalen"]
        for where, told in ((by(COLLEAGUE), "not_in_trio"), (by(LEADER, OTHER), "not_found")):
            await wire.post(wire.press(change, **where))
            said = await wire.double.next_message()
            assert said["text"] == DA.say(f"dialogues.say.{told}")
        forged = {**change, "dialogue_id": "0" * 32}
        await wire.post(wire.press(forged, **by(LEADER)))
        assert (await wire.double.next_message())["text"] == DA.say("errors.unreadable_button")
        async with storage.unit() as unit:
            (kept,) = await unit.dialogues.of_conversation(TRIO["id"])
    assert kept.actions == (ACTION,)


async def test_an_old_card_of_the_group_says_how_to_begin_anew() -> None:
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        begin = {
            name: value for name, value in buttons_of(await palette(wire))["Start dialogen"].items() if name != "seal"
        }
        then = Seal(SEAL._keys, FixedClock(moment=SystemClock().now() - timedelta(days=31)))
        await wire.post(wire.press({**then.data(begin), "themes": "forebyggelse"}, **by(TR)))
        told = (await wire.double.next_message())["text"]
        async with storage.unit() as unit:
            assert await unit.dialogues.of_conversation(TRIO["id"]) == ()
    assert told == DA.say("errors.old_card", words="start TRIO-dialog")


# --- which card a press may put another in the place of ---------------------------------------------------------------------------


async def replaced(wire: Wire) -> Call:
    """The one request that a press led to."""
    for _ in range(500):
        if wire.double.calls:
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    (call,) = wire.double.calls
    return call


async def shared(wire: Wire, **where: Any) -> tuple[dict[str, Any], str]:
    """A card that all of the group see, and its message."""
    message = await wire.ask("start TRIO-dialog", **(where or by(LEADER)))
    assert await wire.double.no_message()
    wire.double.calls.clear()
    return message["attachments"][0]["content"], message["id"]


def submitted(wire: Wire, card: dict[str, Any], message_id: str, who: str, **changes: Any) -> dict[str, Any]:
    """A press as a client without Execute sends it."""
    data = {**buttons_of(card)["Start dialogen"], "themes": "forebyggelse"}
    return wire.activity(value=data, replyToId=message_id, **{**by(who), **changes})


async def test_a_card_of_a_group_is_replaced_in_its_place_for_whoever_presses_it() -> None:
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        card, message_id = await shared(wire)
        await wire.post(submitted(wire, card, message_id, TR))
        first = await replaced(wire)
        wire.double.calls.clear()
        theme = first.body["attachments"][0]["content"]
        again = wire.activity(value=buttons_of(theme)["Aftal et skridt"], replyToId=message_id, **by(AMR))
        await wire.post(again)
        second = await replaced(wire)
    assert [(call.method, call.activity_id) for call in (first, second)] == [("PUT", message_id)] * 2


async def test_a_card_that_was_replaced_in_the_answer_to_a_press_is_still_known() -> None:
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        card, message_id = await shared(wire)
        data = {**buttons_of(card)["Start dialogen"], "themes": "forebyggelse"}
        theme = (await (await wire.post(wire.press(data, card_id=message_id, **by(TR)))).json())["value"]
        await wire.post(wire.activity(value=buttons_of(theme)["Aftal et skridt"], replyToId=message_id, **by(AMR)))
        call = await replaced(wire)
    assert (call.method, call.activity_id) == ("PUT", message_id)


async def test_a_press_that_names_another_message_of_the_group_overwrites_nothing() -> None:
    """Neither a message that the bot has forgotten or that a worker wrote, nor another card of the same chat, nor one of another chat."""
    storage = MemoryStorage()
    async with running(storage=storage, directory=PEOPLE, dialogues=service(storage)) as wire:
        _, elsewhere = await shared(wire, **by(LEADER, OTHER))
        _, other = await shared(wire)
        card, _ = await shared(wire)
        found = []
        for named in (other, elsewhere, "of-a-worker"):
            await wire.post(submitted(wire, card, named, TR))
            found.append(await replaced(wire))
            wire.double.calls.clear()
    assert [(call.method, call.conversation_id) for call in found] == [("POST", TRIO["id"])] * 3


@pytest.mark.parametrize("named", ["own", "of-a-worker"])
async def test_a_slow_press_in_a_group_brings_its_card_in_its_place_or_below(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setattr("bot.teams.edge.INVOKE_SECONDS", 0.1)
    storage = MemoryStorage()
    seconds = 0.0

    @asynccontextmanager
    async def unit() -> AsyncIterator[UnitOfWork]:
        await asyncio.sleep(seconds)
        async with storage.unit() as opened:
            yield opened

    slow = service(storage, unit)
    async with running(storage=storage, directory=PEOPLE, dialogues=slow, new_unit=unit) as wire:
        card, own = await shared(wire)
        seconds = 0.3
        data = {**buttons_of(card)["Start dialogen"], "themes": "forebyggelse"}
        response = await wire.post(wire.press(data, card_id=own if named == "own" else named, **by(TR)))
        call = await replaced(wire)
        told = (await response.json())["value"]
    assert told == DA.say("errors.still_working")
    assert (call.method, call.activity_id) == (("PUT", own) if named == "own" else ("POST", None))
    assert DA.say("dialogues.summaries.theme") == call.body["summary"]
