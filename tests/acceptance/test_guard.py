"""How much the guard misses and refuses for nothing, over sentences that were written before its lists were looked at.

The lists were mended on these sentences afterwards: the bars keep what was reached, they say nothing about new wording. First-sight
figures stand in docs/evaluation.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.measure_guard import BY_OTHERS, SENTENCES, by_kind, measured

LEAST_RECALL = 0.95
MOST_FALSE_ALARMS = 0.02


@pytest.mark.parametrize("file", [SENTENCES, BY_OTHERS], ids=lambda file: file.stem)
def test_what_ties_health_to_a_person_or_holds_a_cpr_number_is_refused_and_a_topic_passes(file: Path) -> None:
    figures = measured(file)
    assert figures.to_refuse >= 120
    assert figures.to_pass >= 120
    assert figures.recall >= LEAST_RECALL, figures.missed
    assert figures.false_alarms <= MOST_FALSE_ALARMS, figures.alarms


@pytest.mark.parametrize("file", [SENTENCES, BY_OTHERS], ids=lambda file: file.stem)
def test_every_sentence_with_a_cpr_number_is_refused(file: Path) -> None:
    assert by_kind(file)["cpr"].missed == ()
