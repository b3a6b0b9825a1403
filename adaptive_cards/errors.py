"""What can go wrong when cards and texts are made."""

from __future__ import annotations


class CardError(Exception):
    """A card or a text could not be made or read."""


class TextError(CardError):
    """A text is missing from the catalogue or was given the wrong values."""


class CardTooLargeError(CardError):
    """A card is larger than Teams accepts."""


class UnreadableActionError(CardError):
    """A button sent something that none of our cards sends."""
