"""Which typed messages are about HR's reminders. Pure and narrow: `påmindelser` alone are one's own, on absence."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from adaptive_cards.texts import Catalogue

_NEW: Final = re.compile(
    r"^(?:jeg vil (?:gerne )?|vi vil (?:gerne )?|kan du |hjælp mig med at )?"
    r"(?:ny|opret(?:te)?|lave?|sende?|starte?|skrive?|planlæg(?:ge)?) (?:en )?(?:ny )?"
    r"(?:(?:hr-?)?kampagne(?: (?:til|for|om) .{1,80})?"
    r"|(?:hr-?)?påmindelse (?:til|for) (?:alle )?(?:nye )?(?:ledere|lederne|medarbejdere|medarbejderne|tr|amr)(?: .{1,60})?)$"
)


class Wish(StrEnum):
    """What is asked for."""

    NEW = "new"
    LIST = "list"


class CampaignWords:
    """The whole messages of the catalogue, in every language, and a few sentences."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._said = {
            phrase: (wish, texts.language)
            for texts in reversed(list(catalogue.values()))
            for wish in Wish
            for phrase in texts.several(f"campaigns.commands.{wish.value}")
        }

    def wish(self, text: str) -> tuple[Wish, str] | None:
        """What a message wishes and its language; None when it is about something else."""
        plain = " ".join(text.casefold().split()).strip(" .!?")
        found = self._said.get(plain)
        if found is not None:
            return found
        return (Wish.NEW, "da") if _NEW.match(plain) else None
