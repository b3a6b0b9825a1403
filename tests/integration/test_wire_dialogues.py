"""A TRIO in a group chat, seen from Teams: the leader, TR and AMR each press the one card that all of them see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from adaptive_cards.render import Card
from bot.seal import Seal
from hr.clock import FixedClock, SystemClock
from hr.dialogues.content import LiveThemes
from hr.dialogues.model import DialogueState
from hr.dialogues.service import DialogueService
from hr.people import FileDirectory, Role
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


def service(storage: MemoryStorage) -> DialogueService:
    return DialogueService(
        new_unit=storage.unit,
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
