"""What the edge remembers of activities that came, and for how long."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from typing import Any

import pytest

from adaptive_cards.actions import Menu, OpenMenu
from adaptive_cards.gallery import gallery
from adaptive_cards.render import Card, render
from bot.events import Event
from bot.seal import Seal
from bot.teams.edge import ANSWER_SECONDS, ANSWERS, SEEN_SECONDS, Edge, Reply
from bot.turn import Turn
from hr.clock import SystemClock
from tests.unit.bot.builders import CATALOGUE, activity

SEAL = Seal.of_one_process()
EMPTY = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}


class Office:
    """An edge whose every press is answered with the same card, and a clock that is moved by hand."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.turns = 0
        self.now = 1000.0
        self.edge = Edge(
            connector=None,  # type: ignore[arg-type] - nothing is posted here
            dispatch=self.dispatch,
            on_error=self.failed,
            still_working=lambda event: "vent",
            clock=SystemClock(),
            seal=SEAL,
            monotonic=lambda: self.now,
        )

    async def dispatch(self, event: Event, turn: Turn) -> bool:
        self.turns += 1
        await turn.replace_card(Card(content=json.loads(json.dumps(self.card.content)), summary=""))
        return True

    async def failed(self, event: Event, turn: Turn, error: Exception) -> None:
        raise error

    async def press(self, number: int = 1) -> Reply:
        data = SEAL.data(OpenMenu(menu=Menu.LIST).pack())
        value = {"action": {"type": "Action.Execute", "data": data}}
        given: dict[str, Any] = {"id": f"incoming-{number}", "name": "adaptiveCard/action", "value": value}
        return await self.edge.receive(activity("invoke", service_url="https://smba.example/", **given))


@pytest.fixture
def office() -> Office:
    return Office(Card(content={"type": "AdaptiveCard", "body": []}, summary=""))


async def test_a_press_that_is_repeated_within_a_minute_gets_the_same_card(office: Office) -> None:
    first = await office.press()
    office.now += ANSWER_SECONDS - 1
    assert await office.press() == first
    assert first.body is not None
    assert first.body["value"] == office.card.content
    assert office.turns == 1


async def test_later_it_is_still_known_and_has_no_effect_but_its_card_is_not_kept(office: Office) -> None:
    await office.press()
    for seconds in (ANSWER_SECONDS + 1, SEEN_SECONDS - ANSWER_SECONDS - 2):
        office.now += seconds
        assert await office.press() == Reply(status=200, body=EMPTY)
    assert office.turns == 1


async def test_among_very_many_presses_the_oldest_answer_goes_first_and_no_press_counts_twice(office: Office) -> None:
    for number in range(ANSWERS + 1):
        await office.press(number)
    assert await office.press(0) == Reply(status=200, body=EMPTY)
    assert (await office.press(1)).body != EMPTY
    assert office.turns == ANSWERS + 1


async def test_the_answers_that_are_kept_take_tens_of_megabytes_at_most() -> None:
    """Measured on a tenth of as many answers, each with the largest card there is."""
    cards = [render(card, summary="") for card in gallery(CATALOGUE).values()]
    office = Office(max(cards, key=lambda card: len(json.dumps(card.content))))
    await office.press()
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(2, ANSWERS // 10 + 2):
            await office.press(number)
        await asyncio.sleep(0)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept * 10 < 80_000_000
