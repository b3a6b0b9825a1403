"""The buttons of HR's overview."""

from __future__ import annotations

from typing import Final

from adaptive_cards.insight import actions as i
from hr.policy import Operation
from tests.unit.bot.presses.press import Press, simple

PRESSES: Final[dict[type, list[Press]]] = {
    i.OpenInsight: [
        simple(
            f"insight {page.value}",
            Operation.SEE_INSIGHT,
            lambda _, __, page=page: i.OpenInsight(page=page),  # type: ignore[misc]
        )
        for page in i.InsightPage
    ],
}
"""By the class of the button."""
