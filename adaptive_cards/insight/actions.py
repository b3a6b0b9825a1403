"""What the buttons of HR's overview send. Nothing changes by them, so they have no token."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from adaptive_cards.payloads import Language, Payload


class InsightPage(StrEnum):
    """What can be shown."""

    OVERVIEW = "overview"
    QUESTIONS = "questions"
    VOTES = "votes"
    REVIEWS = "reviews"
    FAULTS = "faults"


class OpenInsight(Payload):
    """Show a page from its `start`-th line on, as it is now."""

    kind: Literal["insight_open"] = "insight_open"
    page: InsightPage = InsightPage.OVERVIEW
    start: Annotated[int, Field(ge=0, le=100_000)] = 0
    language: Language = "da"


InsightAction = OpenInsight
"""What the buttons of HR's overview send."""
