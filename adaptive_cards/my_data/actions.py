"""What the buttons of one's own data send. Whose data it is follows from the sender alone: no payload names anybody."""

from __future__ import annotations

from typing import Literal

from adaptive_cards.payloads import Language, Payload, Token


class ShowMyData(Payload):
    """Show what is stored; nothing changes."""

    kind: Literal["my_data_show"] = "my_data_show"
    language: Language = "da"


class AskErase(Payload):
    """Ask back before anything is deleted; nothing changes."""

    kind: Literal["my_data_ask"] = "my_data_ask"
    language: Language = "da"


class EraseMyData(Payload):
    """Delete what nothing running needs."""

    kind: Literal["my_data_erase"] = "my_data_erase"
    token: Token
    language: Language = "da"


MyDataAction = ShowMyData | AskErase | EraseMyData
"""What the buttons of one's own data send."""
