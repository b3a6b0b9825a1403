from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.coverage import WordWeights, coverage, likeness, stems_of

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøå", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("frist", "frist", 1.0),
        ("velkomst", "velkomstmød", 0.8),
        ("fravær", "sygefravær", 0.8),
        ("mulighedserklæring", "mulihgedserklæring", 0.7),
        ("2024", "2025", 0.0),
        ("trio", "triosamtal", 0.0),
        ("løn", "ferie", 0.0),
    ],
)
def test_parts_of_compounds_and_misspellings_count_for_less(one: str, other: str, alike: float) -> None:
    assert likeness(one, other) == likeness(other, one) == alike


def test_a_rare_word_that_is_missing_weighs_more_than_a_common_one() -> None:
    weights = WordWeights([["ferie", "frist"], ["ferie"], ["ferie"]])
    asked = [["ferie"], ["frist"]]
    assert coverage(asked, frozenset({"frist"}), weights) > coverage(asked, frozenset({"ferie"}), weights)


def test_a_synonym_does_as_well_as_the_word() -> None:
    weights = WordWeights([["samtal"]])
    assert coverage([["snak", "samtal"]], frozenset({"samtal"}), weights) == 1.0
    assert coverage([["snak"]], frozenset({"samtal"}), weights) == 0.0


def test_without_words_nothing_is_covered() -> None:
    assert coverage([], frozenset({"ferie"}), WordWeights([])) == 0.0


def test_a_part_of_a_word_is_covered_by_it_but_does_not_occur_itself() -> None:
    stems = stems_of("velkomstmøde for ledere")
    weights = WordWeights([stems])
    assert coverage([["velkomst"]], frozenset(stems), weights) > 0.5
    assert coverage([["parkering"]], frozenset(stems), weights) == 0.0
    assert weights.occurs(stems[0])
    assert not weights.occurs("velkomst")


@settings(max_examples=60, deadline=None)
@given(asked=st.lists(WORDS, max_size=6), found=st.frozensets(WORDS, max_size=6))
def test_coverage_is_a_share_and_everything_covers_itself(asked: list[str], found: frozenset[str]) -> None:
    weights = WordWeights([asked, list(found)])
    assert 0.0 <= coverage([[word] for word in asked], found, weights) <= 1.0
    if asked:
        assert coverage([[word] for word in asked], frozenset(asked), weights) == pytest.approx(1.0)
