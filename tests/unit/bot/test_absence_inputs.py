"""What is said of what people type into the cards."""

from __future__ import annotations

import pytest

from bot.handlers.absence.inputs import label_fault
from hr.errors import LabelRefusedError
from privacy.labels import LabelRefusal
from tests.unit.bot.builders import DA, EN

WHAT_FITS = {
    LabelRefusal.EMPTY: "label_missing",
    LabelRefusal.NUMBER: "label_cpr",
    LabelRefusal.EMAIL: "label_email",
    LabelRefusal.HEALTH: "label_health",
    LabelRefusal.JUDGEMENT: "label_unusable",
    LabelRefusal.PRIVATE: "label_unusable",
    LabelRefusal.CHARACTERS: "label_unusable",
    LabelRefusal.TOO_LONG: "label_too_long",
}


@pytest.mark.parametrize("reason", LabelRefusal)
def test_every_refusal_of_a_reference_has_its_words(reason: LabelRefusal) -> None:
    for texts in (DA, EN):
        assert label_fault(texts, LabelRefusedError(reason)) == texts.say(f"absence.say.{WHAT_FITS[reason]}")
