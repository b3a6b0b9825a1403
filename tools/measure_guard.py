"""Measures the guard on labelled sentences and prints the table of docs/evaluation.md.

    python -m tools.measure_guard [SENTENCES.jsonl]

Each line is {"text": ..., "refuse": true or false, "why": the kind of sentence}. What is wrong is printed below the table: give it only
sentences that nobody real wrote.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from privacy.guard import inspect

_DATA: Final = Path(__file__).parents[1] / "tests" / "acceptance" / "data"
SENTENCES: Final = _DATA / "guard_sentences.jsonl"
BY_OTHERS: Final = _DATA / "guard_by_others.jsonl"
"""Sentences in batches by several authors who had not seen the guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many sentences were to be refused and to pass, and the texts that went the other way."""

    to_refuse: int
    to_pass: int
    missed: tuple[str, ...]
    alarms: tuple[str, ...]

    @property
    def recall(self) -> float:
        """The share refused of those to be refused; 1 without any."""
        return 1 - len(self.missed) / self.to_refuse if self.to_refuse else 1.0

    @property
    def false_alarms(self) -> float:
        """The share refused of those to pass; 0 without any."""
        return len(self.alarms) / self.to_pass if self.to_pass else 0.0


def measured(file: Path) -> Figures:
    """The figures over all lines of a file."""
    return _figures(_read(file))


def by_kind(file: Path) -> Mapping[str, Figures]:
    """The figures for each value of `why`, in the order of the file."""
    lines = _read(file)
    kinds = dict.fromkeys(kind for _, _, kind in lines)
    return {kind: _figures([line for line in lines if line[2] == kind]) for kind in kinds}


def _read(file: Path) -> list[tuple[str, bool, str]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    return [(row["text"], row["refuse"], row["why"]) for row in rows]


def _figures(lines: Sequence[tuple[str, bool, str]]) -> Figures:
    judged = [(text, refuse, inspect(text) is not None) for text, refuse, _ in lines]
    return Figures(
        to_refuse=sum(refuse for _, refuse, _ in judged),
        to_pass=sum(not refuse for _, refuse, _ in judged),
        missed=tuple(text for text, refuse, refused in judged if refuse and not refused),
        alarms=tuple(text for text, refuse, refused in judged if refused and not refuse),
    )


def _row(name: str, figures: Figures) -> str:
    refused = figures.to_refuse - len(figures.missed)
    return f"| {name} | {refused} of {figures.to_refuse} | {len(figures.alarms)} of {figures.to_pass} |"


def main(arguments: Sequence[str]) -> None:
    """Print the table, and below it what went wrong."""
    file = Path(arguments[0]) if arguments else SENTENCES
    every = measured(file)
    rows = [_row(kind, figures) for kind, figures in by_kind(file).items()]
    lines = ["| kind | refused | false alarms |", "|---|---|---|", *rows, _row("all", every), ""]
    lines.append(f"recall {every.recall:.3f}, false alarms {every.false_alarms:.3f}")
    lines += [f"missed: {text}" for text in every.missed] + [f"false alarm: {text}" for text in every.alarms]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
