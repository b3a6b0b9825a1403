"""Entities that keep their fields."""

from __future__ import annotations

from typing import Any

from botbuilder.schema import Entity


class OpenEntity(Entity):  # type: ignore[misc]
    """An entity with any fields. The SDK's own drops all but `type` when it serialises, without a word."""

    _attribute_map = {  # noqa: RUF012 - msrest's way of declaring the wire names
        "type": {"key": "type", "type": "str"},
        "additional_properties": {"key": "", "type": "{object}"},
    }

    def __init__(self, *, type: str, fields: dict[str, Any]) -> None:  # noqa: A002 - the name on the wire
        super().__init__(type=type)
        self.additional_properties = fields
