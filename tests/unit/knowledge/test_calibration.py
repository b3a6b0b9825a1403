from __future__ import annotations

from dataclasses import fields, replace

import pytest

from knowledge.calibration import Calibration, load_calibration
from knowledge.evidence import Signals

NOTHING = Signals(**{field.name: 0.0 for field in fields(Signals)})
EVERYTHING = replace(Signals(**{field.name: 1.0 for field in fields(Signals)}), heaviest_word_missing=0.0)


def test_the_shipped_coefficients_tell_a_good_source_from_none() -> None:
    shipped = load_calibration()
    assert shipped.chance(NOTHING) < shipped.threshold < shipped.chance(EVERYTHING)


@pytest.mark.parametrize("name", [field.name for field in fields(Signals)])
def test_no_signal_speaks_against_what_it_is_for(name: str) -> None:
    shipped = load_calibration()
    better, worse = replace(EVERYTHING), replace(EVERYTHING, **{name: 1.0 - getattr(EVERYTHING, name)})
    assert shipped.chance(better) >= shipped.chance(worse)


@pytest.mark.parametrize(("intercept", "chance"), [(0.0, 0.5), (1e6, 1.0), (-1e6, 0.0)])
def test_a_chance_stays_between_0_and_1(intercept: float, chance: float) -> None:
    flat = Calibration(intercept=intercept, coefficients=(0.0,) * len(fields(Signals)), threshold=0.5)
    assert flat.chance(EVERYTHING) == pytest.approx(chance)


def test_coefficients_for_other_signals_are_not_taken() -> None:
    with pytest.raises(ValueError, match="zip"):
        Calibration(intercept=0.0, coefficients=(1.0,), threshold=0.5).chance(NOTHING)
