"""Train the guard's second opinion, privacy/data/opinion.json (docs/adr/0034).

    python -m tools.train_guard [--without SENTENCES.jsonl]

Learns from the labelled sentences of the tests and of tools/guard_training.jsonl, all written for the purpose, and prints figures of a
five-fold cross-validation. --without leaves a file out, to measure on it afterwards. Needs scikit-learn, which the product does not.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from privacy.opinion import features, is_of_somebody
from privacy.tagging import sentences
from privacy.words import clean

ROOT: Final = Path(__file__).parents[1]
ACCEPTANCE: Final = ROOT / "tests" / "acceptance" / "data"
UNIT: Final = ROOT / "tests" / "unit" / "privacy"
TARGET: Final = ROOT / "privacy" / "data" / "opinion.json"
OTHER_REASONS: Final = ("cpr", "other reason")
HARMLESS: Final = ("utterances_*.jsonl", "hr_*.jsonl", "onboarding_*.jsonl")
LEAST: Final = 0.8
"""From here on a message is refused. Higher refuses less, and less for nothing."""
FEWEST: Final = 2
MOST_FEATURES: Final = 12_000
STEPS: Final = 1000

Example = tuple[str, bool]


def examples(without: Path | None) -> list[Example]:
    """Every text once with whether it is to be refused for what it tells of health."""
    found = dict(_examples(without))
    return list(found.items())


def _examples(without: Path | None) -> Iterator[Example]:
    labelled = [*sorted(ACCEPTANCE.glob("guard_*.jsonl")), ROOT / "tools" / "guard_training.jsonl"]
    for file in labelled:
        if without is None or file.resolve() != without.resolve():
            yield from ((row["text"], row["refuse"]) for row in _lines(file) if row["why"] not in OTHER_REASONS)
    guard = tomllib.loads((UNIT / "guard_sentences.toml").read_text(encoding="utf-8"))
    for table in (guard, guard["unlisted"]):
        for name in ("health_details", "dismissal", "ranking", "others_data", "pass"):
            yield from ((text, name == "health_details") for text in table.get(name, "").strip().splitlines())
    pointing = tomllib.loads((UNIT / "pointing_sentences.toml").read_text(encoding="utf-8"))
    yield from ((text, False) for text in pointing["general"])
    harmless = [file for pattern in HARMLESS for file in sorted(ACCEPTANCE.glob(pattern))]
    for file in [*harmless, ACCEPTANCE.parent / "questions.jsonl"]:
        yield from ((row.get("text") or row["question"], False) for row in _lines(file))
    for document in sorted((ROOT / "knowledge" / "documents").glob("*.md")):
        body = document.read_text(encoding="utf-8").split("---")[-1]
        yield from ((line.strip("#- "), False) for line in body.splitlines() if len(line) > 20)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def tagged(text: str) -> list[str]:
    """The sentences of a text, as `privacy.opinion` sees them."""
    return [one.health for one in sentences(clean(text), every=True)]


def matrix(found: Sequence[frozenset[str]], places: dict[str, int]) -> Any:
    """One row a text, every feature divided by the root of their number."""
    rows, columns, values = [], [], []
    for row, one in enumerate(found):
        for column in sorted(places[feature] for feature in one if feature in places):
            rows.append(row)
            columns.append(column)
            values.append(1 / np.sqrt(len(one)))
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(places)))


def fitted(found: Sequence[frozenset[str]], refuse: np.ndarray) -> tuple[dict[str, int], LogisticRegression]:
    """The places of the features in the model, and the model."""
    seen = Counter(feature for one in found for feature in one)
    places = {feature: at for at, feature in enumerate(sorted(f for f, count in seen.items() if count >= FEWEST))}
    model = LogisticRegression(C=30, class_weight="balanced", max_iter=3000)
    return places, model.fit(matrix(found, places), refuse)


def cross_validated(found: Sequence[frozenset[str]], refuse: np.ndarray, somebody: np.ndarray) -> str:
    """How much of what the model has not seen it refuses, of either kind."""
    sure = np.zeros(len(refuse))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=1).split(sure, refuse):
        places, model = fitted([found[at] for at in train], refuse[train])
        sure[test] = model.predict_proba(matrix([found[at] for at in test], places))[:, 1]
    sure *= somebody
    told, harmless = sure[refuse] >= LEAST, sure[~refuse] >= LEAST
    return f"cross-validated: {told.sum()} of {len(told)} to refuse, {harmless.sum()} of {len(harmless)} harmless"


def main() -> None:
    """Train, print the figures and write the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", type=Path)
    lines = examples(parser.parse_args().without)
    texts, refuse = [tagged(text) for text, _ in lines], np.array([told for _, told in lines])
    found, somebody = [frozenset(features(text)) for text in texts], np.array([is_of_somebody(text) for text in texts])
    print(cross_validated(found, refuse, somebody))
    places, model = fitted(found, refuse)
    weights = model.coef_[0]
    scale = float(np.abs(weights).max()) / STEPS
    steps = {feature: round(float(weights[at]) / scale) for feature, at in places.items()}
    kept = sorted(sorted(steps, key=lambda feature: -abs(steps[feature]))[:MOST_FEATURES])
    data = {
        "bias": round(float(model.intercept_[0]), 4),
        "least": LEAST,
        "scale": scale,
        "weights": {feature: steps[feature] for feature in kept if steps[feature]},
    }
    TARGET.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(data['weights'])} weights, {TARGET.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
