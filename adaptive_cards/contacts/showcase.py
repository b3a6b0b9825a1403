"""Examples of the cards of who helps with what, for the gallery."""

from __future__ import annotations

from datetime import date
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.contacts.cards import contact_card, list_card
from adaptive_cards.texts import Texts
from hr.contacts.model import Contact

_TODAY: Final = date(2026, 3, 2)
_EMPTY: Final = Contact(
    id="personalejura",
    topic="Personalejura",
    unit="Afdelingen for løn og personalejura (navn fra 2021)",
    locally="Du beskriver sagen uden navn og helbred.",
    centrally="Personalejura rådgiver, før du gør noget i en personalesag.",
    document="hr-hvem-hjaelper-med-hvad",
)
_FILLED: Final = Contact(
    id="loen",
    topic="Løn og personaleforhold",
    unit="Løn",
    centrally="Løn svarer på spørgsmål om løn.",
    channel="loen@norddjurs.example",
    last_checked=date(2025, 1, 15),
    document="hr-hvem-hjaelper-med-hvad",
)


def contacts_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card by name."""
    return {
        "contacts_entry": contact_card(
            texts=texts, contact=_EMPTY, today=_TODAY, source="Hvem hjælper med hvad?", others=[_FILLED]
        ),
        "contacts_stale": contact_card(texts=texts, contact=_FILLED, today=_TODAY),
        "contacts_list": list_card(texts=texts, contacts=[_EMPTY, _FILLED]),
    }
