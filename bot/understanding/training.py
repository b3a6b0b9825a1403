"""Makes `weights.json` from `examples.jsonl` with the bundled model: `python -m bot.understanding.training MODELS_FOLDER`.

A softmax regression with a small penalty, by Nesterov's gradient descent: the same weights on every run, but for the last digits.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np

from bot.understanding.nearest import Encoder, Weights, inputs, read
from knowledge.embedding import open_embedder
from knowledge.store import Vectors

TODAY: Final = date(2026, 3, 18)
"""The day that the examples are read on."""
_PENALTY: Final = 1e-3
_ROUNDS: Final = 300


def examples() -> list[tuple[str, str]]:
    """What each example means ("action/value" or "question"), and its text."""
    lines = _file().decode("utf-8").splitlines()
    return [(row["means"], row["text"]) for row in map(json.loads, lines)]


def digest() -> str:
    """Says which examples weights were made from."""
    return hashlib.sha256(_file()).hexdigest()[:16]


def train(encoder: Encoder) -> Weights:
    """The weights for this model."""
    rows = examples()
    classes = sorted({means for means, _ in rows})
    readings = [read(text, today=TODAY) for _, text in rows]
    vectors = encoder.encode_queries([one.plain for one in readings])
    mean: Vectors = vectors.mean(axis=0)
    wanted = np.eye(len(classes), dtype=np.float32)[[classes.index(means) for means, _ in rows]]
    fitted = _fit(inputs(vectors, mean, readings), wanted)
    return Weights(
        encoder=encoder.name,
        examples=digest(),
        classes=tuple(classes),
        mean=_short(mean),
        weights=tuple(_short(row) for row in fitted[:-1].T),
        bias=_short(fitted[-1]),
    )


def _fit(rows: Vectors, wanted: Vectors) -> Vectors:
    """Weights of shape (columns + 1, classes), the last row being the bias."""
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    rate = 1.0 / (0.5 * float(np.linalg.norm(rows, 2)) ** 2 / len(rows) + _PENALTY)
    current: Vectors = np.zeros((rows.shape[1], wanted.shape[1]), np.float32)
    ahead, momentum = current, 1.0
    for _ in range(_ROUNDS):
        scores = rows @ ahead
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        slope = rows.T @ (powers / powers.sum(axis=1, keepdims=True) - wanted) / len(rows)
        slope[:-1] += _PENALTY * ahead[:-1]
        following: Vectors = (ahead - rate * slope).astype(np.float32)
        next_momentum = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + np.float32((momentum - 1) / next_momentum) * (following - current)
        current, momentum = following, next_momentum
    return current


def _short(numbers: Vectors) -> tuple[float, ...]:
    return tuple(round(float(one), 5) for one in numbers)


def _file() -> bytes:
    return files("bot.understanding").joinpath("examples.jsonl").read_bytes()


def main(folder: str) -> None:
    """Write the weights beside this file."""
    weights = train(open_embedder(None, models_folder=Path(folder)))
    Path(__file__).with_name("weights.json").write_text(weights.model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
