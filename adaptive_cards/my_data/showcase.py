"""Examples of the cards of one's own data, for the gallery."""

from __future__ import annotations

from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.my_data.cards import confirm_card, my_data_card
from adaptive_cards.texts import Texts
from hr.my_data.model import Kind

_DAYS: Final = {Kind.CASES: 30, Kind.RATINGS: 183}
_TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret


def my_data_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card in one language by name."""
    everything = dict.fromkeys(Kind, 1)
    erasable = {Kind.RATINGS: 3, Kind.CASES: 1}
    return {
        "my_data": my_data_card(texts=texts, counts=everything, erasable=erasable, days=_DAYS),
        "my_data_nothing": my_data_card(
            texts=texts, counts={}, erasable={}, days=_DAYS, notice=texts.say("my_data.erased", count=4)
        ),
        "my_data_confirm": confirm_card(texts=texts, erasable=erasable, token=_TOKEN),
    }
