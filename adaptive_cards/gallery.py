"""One named example of every card: golden files, screenshots and the docs page are made of these."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence.showcase import showcase
from adaptive_cards.actions import GiveReason
from adaptive_cards.campaigns.showcase import campaigns_showcase
from adaptive_cards.contacts.showcase import contacts_showcase
from adaptive_cards.content_faults.showcase import content_faults_showcase
from adaptive_cards.dialogues.showcase import dialogues_showcase
from adaptive_cards.escalation.showcase import showcase as asking
from adaptive_cards.feedback import outdated_card, reason_card, thanks_card
from adaptive_cards.insight.showcase import insight_showcase
from adaptive_cards.my_data.showcase import my_data_showcase
from adaptive_cards.onboarding.showcase import onboarding_showcase
from adaptive_cards.texts import Catalogue, Texts


def gallery(catalogue: Catalogue) -> Mapping[str, AdaptiveCard]:
    """Every card in every language by name, such as `feedback_reason.da`."""
    return {
        f"{name}.{language}": card for language, texts in catalogue.items() for name, card in _examples(texts).items()
    }


def _examples(texts: Texts) -> dict[str, AdaptiveCard]:
    payload = GiveReason(token="example-token", answer_id="example-answer", language=texts.language)  # noqa: S106 - an example, not a secret
    return {
        "feedback_reason": reason_card(texts=texts, payload=payload),
        "feedback_thanks": thanks_card(texts=texts),
        "feedback_outdated": outdated_card(texts=texts),
        **showcase(texts),
        **campaigns_showcase(texts),
        **contacts_showcase(texts),
        **content_faults_showcase(texts),
        **dialogues_showcase(texts),
        **insight_showcase(texts),
        **my_data_showcase(texts),
        **onboarding_showcase(texts),
        **asking(texts),
    }
