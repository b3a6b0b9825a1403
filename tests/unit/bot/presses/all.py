"""Every button that there is, as somebody would press it or forge it: what it asks for, and with what in it.

A button without an entry fails the tests, and so does a choice within one (a deed, a form, a page) that is not named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hr.policy import Operation
from tests.unit.bot.everybody import CHANNEL
from tests.unit.bot.presses import absence, campaigns, dialogues, helping, insight, my_data, onboarding
from tests.unit.bot.presses.press import Press, simple

PRESSES: Final[dict[type, list[Press]]] = {
    **absence.PRESSES,
    **campaigns.PRESSES,
    **dialogues.PRESSES,
    **helping.PRESSES,
    **insight.PRESSES,
    **my_data.PRESSES,
    **onboarding.PRESSES,
}
"""By the class of the button."""

WRITTEN: Final = (
    simple("ask", Operation.ASK, lambda _, __: "Hvad er dag 3?", quiet=True),
    simple("channel", Operation.CHOOSE_CHANNEL, lambda _, __: "Brug kanalen til Gruppe", chat=CHANNEL, kind="channel"),
)
"""What is asked for in words alone."""

NOT_PRESSED: Final = frozenset(
    {
        Operation.SEE_UNACKNOWLEDGED,
        Operation.EXPORT_CAMPAIGN,
        Operation.KNOW_FAULTS,
        Operation.KNOW_PEOPLE_FAULTS,
    }
)
"""What a card shows to some and not to others, what is done on the machine for somebody, and what the worker tells; tests of their own."""


def every_press() -> Iterable[Press]:
    """All of them."""
    yield from (press for presses in PRESSES.values() for press in presses)
    yield from WRITTEN
