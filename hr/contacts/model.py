"""An entry of who helps with what, and how fresh it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

STALE_AFTER: Final = timedelta(days=365)
"""An entry that nobody has looked at for longer says so."""

_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ]{5,18}[0-9]")
_LINK: Final = re.compile(r"https://[^\s<>()\[\]]+")


class ChannelKind(StrEnum):
    """How somebody is reached."""

    PHONE = "phone"
    MAIL = "mail"
    LINK = "link"


def channel_kind(written: str) -> ChannelKind | None:
    """What a channel is, by the look of it; None for what can be neither called, written to nor opened.

    >>> channel_kind("https://intranet.example/hr"), channel_kind("ring til os")
    (<ChannelKind.LINK: 'link'>, None)
    """
    shapes = ((ChannelKind.MAIL, _MAIL), (ChannelKind.PHONE, _PHONE), (ChannelKind.LINK, _LINK))
    return next((kind for kind, shape in shapes if shape.fullmatch(written)), None)


class Freshness(StrEnum):
    """How sure one can be that an entry still holds."""

    CHECKED = "checked"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One topic. `words` are what people may call it besides `topic`; `document` is the id of the document it comes from.

    `unit`, `locally`, `centrally`, `channel` and `owner` are empty where HR has not filled them in.
    """

    id: str
    topic: str
    words: tuple[str, ...] = ()
    unit: str = ""
    locally: str = ""
    centrally: str = ""
    channel: str = ""
    owner: str = ""
    last_checked: date | None = None
    document: str

    def freshness(self, today: date) -> Freshness:
        """Whether somebody has looked at the entry within a year."""
        if self.last_checked is None:
            return Freshness.NEVER
        return Freshness.STALE if today - self.last_checked > STALE_AFTER else Freshness.CHECKED
