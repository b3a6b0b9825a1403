"""Presses while the database is slow: Teams hears in time, and the person sees what came of it, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adaptive_cards.render import Card
from bot.doubles.connector import Behaviour, Call
from hr.absence.model import AbsenceCase
from hr.errors import DatabaseUnavailableError
from hr.ports import UnitOfWork
from hr.storage.memory import MemoryStorage
from tests.integration.wire import Wire, running
from tests.unit.bot.builders import DA, LEADER_AAD, TODAY, buttons_of, words_of

CARD = "application/vnd.microsoft.card.adaptive"
TEXT = "application/vnd.microsoft.activity.message"
WAIT = 0.2
"""What stands for the nine seconds here."""


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.edge.INVOKE_SECONDS", WAIT)


class Database:
    """Takes `seconds` for each unit of work, and is gone after them when `down`."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self.seconds = 0.0
        self.down = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        await asyncio.sleep(self.seconds)
        if self.down:
            raise DatabaseUnavailableError("gone")
        async with self.storage.unit() as unit:
            yield unit


@asynccontextmanager
async def slow() -> AsyncIterator[tuple[Wire, Database, dict[str, Any], str]]:
    """A bot whose database has just become slow; what the button of the form for a new case sends, and the form's message."""
    database = Database()
    async with running(teams=True, follow_up=True, storage=database.storage, new_unit=database.unit) as wire:
        form = await wire.ask("ny sag")
        assert await wire.double.no_message()
        wire.double.calls.clear()
        button = buttons_of(form["attachments"][0]["content"])["Opret"]
        database.seconds = 2 * WAIT
        yield wire, database, {**button, "label": "ME", "first_day": TODAY.isoformat()}, form["id"]


async def cases(database: Database) -> tuple[AbsenceCase, ...]:
    async with database.storage.unit() as unit:
        return await unit.cases.of_owners([LEADER_AAD])


async def calls(wire: Wire, count: int = 1) -> list[Call]:
    """What the Connector was asked once `count` requests came, and nothing more for a moment."""
    for _ in range(500):
        if len(wire.double.calls) >= count:
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(3 * WAIT)
    return wire.double.calls


def shown(call: Call) -> str:
    return words_of(Card(content=call.body["attachments"][0]["content"], summary=""))


CREATED = DA.say("absence.created.title", label="ME")


async def test_a_press_that_takes_long_is_acknowledged_in_danish_and_its_card_comes_in_the_place_of_the_pressed() -> (
    None
):
    async with slow() as (wire, database, data, form_id):
        response = await wire.post(wire.press(data, card_id=form_id))
        body = await response.json()
        assert wire.double.calls == []
        (call,) = await calls(wire)
        assert len(await cases(database)) == 1
    assert (response.status, body) == (200, {"statusCode": 200, "type": TEXT, "value": DA.say("errors.still_working")})
    assert (call.method, call.activity_id) == ("PUT", form_id)
    assert CREATED in shown(call)


async def test_without_the_message_that_was_pressed_the_card_comes_in_one_of_its_own() -> None:
    async with slow() as (wire, _, data, _):
        press = wire.press(data)
        del press["replyToId"]
        await wire.post(press)
        (call,) = await calls(wire)
    assert (call.method, CREATED in shown(call)) == ("POST", True)


async def test_a_message_that_is_gone_meanwhile_takes_nobody_the_card() -> None:
    async with slow() as (wire, _, data, form_id):
        wire.double.script(Behaviour(status=404))
        await wire.post(wire.press(data, card_id=form_id))
        gone, call = await calls(wire, 2)
    assert (gone.method, call.method) == ("PUT", "POST")
    assert CREATED in shown(call)


async def test_a_slow_press_that_teams_sends_again_meanwhile_and_later_has_one_effect_and_brings_one_card() -> None:
    async with slow() as (wire, database, data, form_id):
        press = wire.press(data, card_id=form_id)
        first, second = await asyncio.gather(wire.post(press), wire.post(press))
        third = await wire.post(press)
        assert len(await calls(wire)) == 1
        later = await wire.post(press)
        assert len(await calls(wire)) == 1
        assert len(await cases(database)) == 1
        told = [(await one.json())["value"] for one in (first, second, third, later)]
    assert told == [*[DA.say("errors.still_working")] * 3, ""]


async def test_a_slow_press_that_teams_sends_again_under_a_new_id_has_one_effect() -> None:
    async with slow() as (wire, database, data, form_id):
        await asyncio.gather(wire.post(wire.press(data, card_id=form_id)), wire.post(wire.press(data, card_id=form_id)))
        found = await calls(wire, 2)
        assert len(await cases(database)) == 1
    assert [(call.method, call.activity_id) for call in found] == [("PUT", form_id)] * 2


async def test_a_database_that_fails_late_is_told_in_danish() -> None:
    async with slow() as (wire, database, data, form_id):
        database.down = True
        body = await (await wire.post(wire.press(data, card_id=form_id))).json()
        (call,) = await calls(wire)
        assert await cases(database) == ()
    assert body["value"] == DA.say("errors.still_working")
    assert (call.method, call.body["text"]) == ("POST", DA.say("errors.unavailable"))


@pytest.mark.parametrize("down", [False, True])
async def test_a_client_without_execute_sees_what_came_of_a_slow_press_too(down: bool) -> None:
    async with slow() as (wire, database, data, form_id):
        database.down = down
        press = wire.activity(value=data, replyToId=form_id)
        statuses = [(await wire.post(press)).status for _ in range(3)]
        (call,) = await calls(wire)
        assert len(await cases(database)) == (0 if down else 1)
    assert statuses == [202, 202, 202]
    if down:
        assert (call.method, call.body["text"]) == ("POST", DA.say("errors.unavailable"))
    else:
        assert (call.method, call.activity_id, CREATED in shown(call)) == ("PUT", form_id, True)


async def test_what_a_button_says_in_a_message_comes_late_as_well() -> None:
    async with slow() as (wire, _, data, form_id):
        await wire.post(wire.press({**data, "seal": "x"}, card_id=form_id))
        (call,) = await calls(wire)
    assert (call.method, call.body["text"]) == ("POST", DA.say("errors.unreadable_button"))


async def test_a_press_in_time_is_answered_in_the_response_alone() -> None:
    async with slow() as (wire, database, data, form_id):
        database.seconds = 0.0
        body = await (await wire.post(wire.press(data, card_id=form_id))).json()
        await asyncio.sleep(WAIT)
        assert wire.double.calls == []
    assert body["type"] == CARD


async def test_a_card_that_is_ready_in_time_is_the_answer_though_the_turn_goes_on() -> None:
    """What is noted of the chat after the card takes a unit of work more."""
    async with slow() as (wire, database, data, form_id):
        database.seconds = 0.75 * WAIT
        press = wire.press({**data, "label": ""}, card_id=form_id)
        body = await (await wire.post(press)).json()
        await asyncio.sleep(3 * WAIT)
        assert wire.double.calls == []
    assert body["type"] == CARD
