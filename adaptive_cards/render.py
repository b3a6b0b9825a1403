"""Cards as the plain JSON that goes over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from microsoft_teams.cards import AdaptiveCard
from pydantic import BaseModel

from adaptive_cards.errors import CardTooLargeError
from adaptive_cards.payloads import SEAL_ROOM

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
"""The media type of a card in an attachment and in an invoke answer."""

SIZE_LIMIT = 25_000
"""Bytes of a card as UTF-16, below the 28 KB at which Teams refuses a message."""

SEALED_LIMIT = 27_000
"""The same with the seals of its buttons, which are put in on the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A finished card. `summary` is read aloud and shown in notifications; it holds no personal data."""

    content: dict[str, Any]
    summary: str


def render(card: AdaptiveCard, *, summary: str) -> Card:
    """The JSON of a card. Raises CardTooLargeError above `SIZE_LIMIT`, or above `SEALED_LIMIT` with the seals of its buttons."""
    content = _plain(card.model_dump(exclude_none=True, by_alias=True))
    text = json.dumps(content, ensure_ascii=False)
    size = len(text.encode("utf-16-le"))
    sealed = size + SEAL_ROOM * (text.count('"Action.Execute"') + text.count('"Action.Submit"'))
    for found, limit in ((size, SIZE_LIMIT), (sealed, SEALED_LIMIT)):
        if found > limit:
            raise CardTooLargeError(f"The card takes {found} bytes; Teams accepts {limit}.")
    return Card(content=content, summary=summary)


def undeclared_fields(model: BaseModel, path: str = "card") -> Iterator[str]:
    """Where a card holds a field that the card schema does not know: the builder accepts a typing error without a word.

    The `data` of a button is ours and is left out.
    """
    for name in model.model_extra or {}:
        yield f"{path}.{name}"
    for name in type(model).model_fields.keys() - {"data"}:
        yield from _undeclared(getattr(model, name), f"{path}.{name}")


def _undeclared(value: object, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from undeclared_fields(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _undeclared(item, f"{path}[{index}]")


def _plain(value: Any) -> Any:
    """Whole numbers without a fraction: the builder turns `maxLength` 500 into 500.0, which strict clients refuse."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
