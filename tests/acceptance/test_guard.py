"""How much the guard misses and refuses for nothing, over sentences that were written before its lists were looked at.

The lists were mended on these sentences afterwards: the bars keep what was reached, they say nothing about new wording. First-sight
figures stand in docs/evaluation.md.
"""

from __future__ import annotations

from tools.measure_guard import SENTENCES, by_kind, measured

LEAST_RECALL = 0.95
MOST_FALSE_ALARMS = 0.02


def test_what_ties_health_to_a_person_or_holds_a_cpr_number_is_refused_and_a_topic_passes() -> None:
    figures = measured(SENTENCES)
    assert figures.to_refuse >= 120
    assert figures.to_pass >= 120
    assert figures.recall >= LEAST_RECALL, figures.missed
    assert figures.false_alarms <= MOST_FALSE_ALARMS, figures.alarms


def test_every_sentence_with_a_cpr_number_is_refused() -> None:
    assert by_kind(SENTENCES)["cpr"].missed == ()
