"""Examples of the cards about faults, for the gallery."""

from __future__ import annotations

from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.content_faults.cards import fault_card, mended_card
from adaptive_cards.texts import Texts
from hr.live_file import ContentFault

_JOURNEYS: Final = ContentFault(file="journeys.toml", line=14, reason="title: Field required")
_SYNTAX: Final = ContentFault(file="contacts.toml", line=22, reason="not valid TOML: Illegal character '\\n'")
_DOCUMENT: Final = ContentFault(
    file="hr-ferie.md", line=6, reason="front matter: `valid_from`: is not a date; write YYYY-MM-DD"
)


def content_faults_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card by name."""
    return {
        "content_fault": fault_card(texts=texts, fault=_JOURNEYS),
        "content_fault_syntax": fault_card(texts=texts, fault=_SYNTAX, resent=True),
        "content_fault_document": fault_card(texts=texts, fault=_DOCUMENT),
        "content_fault_mended": mended_card(texts=texts, fault=_JOURNEYS, in_use=True),
        "content_fault_another": mended_card(texts=texts, fault=_JOURNEYS, in_use=False),
    }
