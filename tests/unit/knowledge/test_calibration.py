from __future__ import annotations

from dataclasses import fields, replace

import pytest

from knowledge.calibration import Calibration, load_calibration
from knowledge.evidence import Signals

NOTHING = Signals(**{field.name: 0.0 for field in fields(Signals)})
EVERYTHING = replace(Signals(**{field.name: 1.0 for field in fields(Signals)}), heaviest_word_missing=0.0)


SHIPPED = ("calibration", "by_words")


@pytest.mark.parametrize("of", SHIPPED)
def test_the_shipped_coefficients_tell_a_good_source_from_none(of: str) -> None:
    shipped = load_calibration(of)
    assert shipped.chance(NOTHING) < shipped.threshold < shipped.chance(EVERYTHING)


@pytest.mark.parametrize("of", SHIPPED)
@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_no_signal_speaks_against_what_it_is_for(name: str, of: str) -> None:
    shipped = load_calibration(of)
    better, worse = replace(EVERYTHING), replace(EVERYTHING, **{name: 1.0 - getattr(EVERYTHING, name)})
    assert shipped.chance(better) >= shipped.chance(worse)


def test_without_vectors_good_words_alone_are_enough_and_similarities_count_for_nothing() -> None:
    shipped = load_calibration("by_words")
    words = replace(EVERYTHING, sentence_similarity=0.0, passage_similarity=0.0, similarity_lead=0.0)
    assert shipped.chance(words) == shipped.chance(EVERYTHING) > shipped.threshold


@pytest.mark.parametrize(("intercept", "chance"), [(0.0, 0.5), (1e6, 1.0), (-1e6, 0.0)])
def test_a_chance_stays_between_0_and_1(intercept: float, chance: float) -> None:
    flat = Calibration(intercept=intercept, coefficients=(0.0,) * len(fields(Signals)), threshold=0.5)
    assert flat.chance(EVERYTHING) == pytest.approx(chance)


def test_coefficients_for_other_signals_are_not_taken() -> None:
    with pytest.raises(ValueError, match="zip"):
        Calibration(intercept=0.0, coefficients=(1.0,), threshold=0.5).chance(NOTHING)
