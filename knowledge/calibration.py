"""From signals to the chance that an answer is right: a logistic model with coefficients that can be read.

Fitted by `tools/fit_calibration.py` on Danish questions with and without an answer; docs/adr/0008 has the data, the figures and their
bounds. An index of other documents keeps the same coefficients: the signals are shares, not scores.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files

from knowledge.evidence import Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The chance is `sigmoid(intercept + sum of coefficient x signal)`; answers below `threshold` are not given."""

    intercept: float
    coefficients: tuple[float, ...]
    threshold: float

    def chance(self, signals: Signals) -> float:
        """0..1."""
        total = self.intercept + sum(c * v for c, v in zip(self.coefficients, signals.vector(), strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def load_calibration(name: str = "calibration") -> Calibration:
    """The coefficients that ship with the package in knowledge/data: "calibration", or "by_words" for a search without vectors."""
    raw = tomllib.loads(files("knowledge").joinpath(f"data/{name}.toml").read_text(encoding="utf-8"))
    names = [field.name for field in fields(Signals)]
    return Calibration(
        intercept=float(raw["intercept"]),
        coefficients=tuple(float(raw["coefficients"][name]) for name in names),
        threshold=float(raw["threshold"]),
    )
