"""Which message a press in a shared chat may change."""

from __future__ import annotations

import pytest

from adaptive_cards.actions import Menu, OpenMenu
from adaptive_cards.render import Card
from bot.events import Pressed
from bot.seal import Seal, seals_of
from bot.teams.places import BUTTONS, PLACE_SECONDS, PLACES, Places
from tests.unit.bot.builders import reference

SEAL = Seal.of_one_process()
CHANNEL = reference("p", chat="19:room@thread.tacv2", kind="channel")
THREAD = reference("p", chat="19:room@thread.tacv2;messageid=17", kind="channel")
ELSEWHERE = reference("p", chat="19:other@thread.tacv2", kind="channel")


def card(*menus: str, case: int = 0) -> Card:
    """A card with one button for each menu."""
    data = [{"kind": "absence_menu", "menu": menu, "n": case} for menu in menus]
    actions = [{"type": "Action.Submit", "data": one} for one in data]
    return SEAL.card(Card(content={"type": "AdaptiveCard", "body": [{"actions": actions}]}, summary=""))


def press(of: Card, *, message: str | None = "m", where: object = CHANNEL) -> Pressed:
    (seal,) = seals_of(of)
    return Pressed(reference=where, action=OpenMenu(menu=Menu.LIST), card_id=message, seal=seal)  # type: ignore[arg-type]


def test_the_message_of_a_card_is_that_of_its_buttons_and_of_no_others() -> None:
    places = Places()
    places.note(CHANNEL, "m", card("list"))
    places.note(CHANNEL, "n", card("start"))
    assert places.of(press(card("list"))) == "m"
    assert places.of(press(card("list"), message="n")) is None
    assert places.of(press(card("list"), where=ELSEWHERE)) is None
    assert places.of(press(card("list"), message=None)) is None


def test_a_press_without_a_seal_of_ours_changes_no_message() -> None:
    places = Places()
    places.note(CHANNEL, "m", card("list"))
    assert places.of(Pressed(reference=CHANNEL, action=None, card_id="m")) is None


def test_in_a_personal_chat_its_owner_is_believed() -> None:
    assert Places().of(press(card("list"), where=reference("p"))) == "m"


def test_a_channel_is_the_same_with_and_without_the_thread() -> None:
    places = Places()
    places.note(THREAD, "m", card("list"))
    assert places.of(press(card("list"))) == "m"
    assert places.of(press(card("list"), where=THREAD)) == "m"


def test_who_still_sees_the_card_as_it_was_presses_the_same_message() -> None:
    places = Places()
    places.note(CHANNEL, "m", card("list"))
    places.note(CHANNEL, "m", card("start"))
    assert places.of(press(card("list"))) == places.of(press(card("start"))) == "m"


def test_of_a_card_that_changed_very_often_the_last_buttons_are_known() -> None:
    places = Places()
    for number in range(BUTTONS + 1):
        places.note(CHANNEL, "m", card("list", case=number))
    assert places.of(press(card("list", case=BUTTONS))) == "m"
    assert places.of(press(card("list", case=0))) is None


@pytest.mark.parametrize(("seconds", "known"), [(PLACE_SECONDS - 1, True), (PLACE_SECONDS + 1, False)])
def test_it_is_forgotten_after_a_day(seconds: float, known: bool) -> None:
    now = [0.0]
    places = Places(monotonic=lambda: now[0])
    places.note(CHANNEL, "m", card("list"))
    now[0] += seconds
    assert (places.of(press(card("list"))) is not None) is known


def test_of_very_many_cards_the_oldest_is_forgotten() -> None:
    places = Places()
    for number in range(PLACES + 1):
        places.note(CHANNEL, str(number), card("list"))
    assert places.of(press(card("list"), message="0")) is None
    assert places.of(press(card("list"), message="1")) == "1"
