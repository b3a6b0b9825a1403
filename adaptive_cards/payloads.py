"""What the payloads of all buttons share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Payload(BaseModel):
    """What all payloads share. Strings are taken as strings only, and nothing else than the declared fields is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    inputs: ClassVar[frozenset[str]] = frozenset()
    """The fields that the client merges in from the card's inputs, by input id."""

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
