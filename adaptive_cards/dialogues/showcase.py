"""Examples of the cards of a TRIO's dialogue, for the gallery."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.dialogues.cards import (
    agree_card,
    agreement_card,
    confirm_card,
    follow_up_card,
    note_card,
    palette_card,
    theme_card,
)
from adaptive_cards.texts import Texts
from hr.dialogues.model import Dialogue, DialogueState, Theme

_TODAY: Final = date(2026, 3, 2)
_LATEST: Final = date(2026, 9, 2)
_TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret
_THEMES: Final = (
    Theme(
        id="forebyggelse",
        title="Forebyggelse",
        purpose="I finder det, der holder jer raske på arbejde, og gør mere af det.",
        questions=(
            "Hvad giver energi i en god uge hos os?",
            "Hvilke belastninger kan vi selv ændre?",
            "Hvad siger APV?",
        ),
        hint="Begynd med det, der virker.",
    ),
    Theme(
        id="brug-af-data",
        title="Brug af data",
        purpose="I ser mønstre for hele arbejdspladsen.",
        questions=("Hvilke tal ser vi på?", "Hvornår er fremmødet lavest?", "Hvilket tal vil vi følge?"),
        hint="Se kun på grupper.",
    ),
)
_OPEN: Final = Dialogue(
    id="d" * 32, conversation_id="19:trio", themes=("forebyggelse", "brug-af-data"), kept_from=_TODAY
)
_AGREED: Final = replace(
    _OPEN,
    actions=("Vis fremmødetallene på hvert personalemøde", "AMR holder et oplæg om pauser"),
    follow_up_on=date(2026, 5, 4),
    state=DialogueState.AGREED,
    generation=1,
)


def dialogues_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card by name."""
    return {
        "dialogues_palette": palette_card(texts=texts, themes=_THEMES, waiting=[_AGREED], token=_TOKEN),
        "dialogues_theme": theme_card(texts=texts, dialogue=_OPEN, themes=_THEMES, place=0),
        "dialogues_agree": agree_card(texts=texts, dialogue=_OPEN, token=_TOKEN, today=_TODAY, latest=_LATEST),
        "dialogues_agreement": agreement_card(texts=texts, dialogue=_AGREED, themes=_THEMES),
        "dialogues_done": agreement_card(
            texts=texts, dialogue=replace(_AGREED, state=DialogueState.DONE), themes=_THEMES[:1]
        ),
        "dialogues_follow_up": follow_up_card(
            texts=texts,
            dialogue=_AGREED,
            themes=_THEMES,
            tokens=("example-token-1", "example-token-2", "example-token-3"),
            today=_TODAY,
            latest=_LATEST,
        ),
        "dialogues_confirm": confirm_card(texts=texts, dialogue=_AGREED),
        "dialogues_note": note_card(texts=texts, text=texts.say("dialogues.say.deleted")),
    }
