"""The buttons of one's own data."""

from __future__ import annotations

from typing import Final

from adaptive_cards.my_data import actions as m
from hr.policy import Operation
from tests.unit.bot.presses.press import TOKEN, Press, simple

PRESSES: Final[dict[type, list[Press]]] = {
    m.ShowMyData: [simple("my data", Operation.SEE_MY_DATA, lambda _, __: m.ShowMyData(), quiet=True)],
    m.AskErase: [simple("ask to erase", Operation.ERASE_MY_DATA, lambda _, __: m.AskErase(), quiet=True)],
    m.EraseMyData: [simple("erase", Operation.ERASE_MY_DATA, lambda _, __: m.EraseMyData(token=TOKEN))],
}
"""By the class of the button."""
