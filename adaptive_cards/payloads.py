"""What the payloads of all buttons share."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

SEAL: Final = "seal"
"""The field beside a payload that says that it is ours, and until when. No payload has one of this name."""

SEAL_ROOM: Final = 90
"""Bytes that it takes of a card as UTF-16, for each button and each fallback of one."""

SHORT: Final = timedelta(days=30)
"""For how long a form that makes something new can be sent: as long as the use of its token is remembered."""


class Payload(BaseModel):
    """What all payloads share. Strings are taken as strings only, and nothing else than the declared fields is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    inputs: ClassVar[frozenset[str]] = frozenset()
    """The fields that the client merges in from the card's inputs, by input id."""

    lasts: ClassVar[timedelta] = timedelta(days=400)
    """For how long the button works. Absence goes on for months, and what is agreed is looked back on half a year later."""

    def pack(self) -> dict[str, Any]:
        """The `data` of a button: the fields that the card knows already."""
        return self.model_dump(mode="json", exclude=set(self.inputs))


Token = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""Makes a second press of the same button harmless."""
OpaqueId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""An id of ours, as `uuid4().hex` makes them."""
Typed = Annotated[str, Field(max_length=200)]
"""What the person typed or picked in an input. Checked by the handler, which can say what is wrong with it."""
Language = Annotated[str, Field(pattern="^(da|en)$")]
