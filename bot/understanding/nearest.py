"""A second opinion on a message that no rule is certain of: how near it is, in meaning, to the examples of each action.

A linear model over the vector of the message and a few facts about its words. Its weights (`weights.json`) are made from `examples.jsonl`
by `bot.understanding.training` and hold for the bundled embedding model alone: with another one, the rules are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.understanding.dates import Direction, FoundDay, ImpossibleDay, all_days, read_day
from bot.understanding.model import (
    Action,
    Change,
    Clarify,
    CloseCase,
    Context,
    ListCases,
    NotAbsence,
    Outcome,
    RecordContact,
    Reminders,
    Snooze,
    StartCase,
    Topic,
    Understood,
)
from bot.understanding.references import known, mentions
from bot.understanding.rules import rules
from bot.understanding.tagging import Tagged, tagged
from bot.understanding.times import read_period, read_time
from knowledge.store import Vectors
from privacy.words import clean, fold

CERTAIN: Final = 0.65
"""From this probability on, an action is taken for meant. See docs/adr/0017 for how the limits were chosen."""
POSSIBLE: Final = 0.62
"""From this probability of all actions together on, the likeliest are offered as a choice."""
MOST_WORDS: Final = 25

_LONG: Final = 8
_OFFERED: Final = 0.15
_SURE_OF_VALUE: Final = 0.6
_EFFECTS: Final = frozenset({Action.START_CASE, Action.RECORD_CONTACT, Action.SNOOZE, Action.CLOSE_CASE})
_OF_A_CASE: Final = frozenset({Action.RECORD_CONTACT, Action.SNOOZE, Action.CLOSE_CASE})
_SOMETHING_MEANT: Final = re.compile(r"(?<!\S)(?:NAME|PRON|ROLE|STEP)(?!\S)")
_FORWARD: Final = re.compile(
    r"\b(?:kommer|vender|starter|begynder|stopper|moeder|holder|fra|pr|til|bliver|gaar|flytter)\b"
)
_LATER: Final = re.compile(r"(?<!\S)(?:efter|foerst|foer|til|igen) (?:DAY|TIME)(?!\S)")
_SCALE: Final = 8.0
"""Brings the centred vectors to the size of the flags."""


class Encoder(Protocol):
    """What turns texts into vectors: `knowledge.embedding.Embedder` does. `name` tells the model."""

    @property
    def name(self) -> str:
        """Which model it is."""
        ...

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Shape (len(texts), dimension), rows of length 1."""
        ...


class Weights(BaseModel):
    """The trained model. `classes` are "action/value" or "question"; `weights` has a row for each, `examples` is the digest of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    examples: str
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]


@cache
def packaged_weights() -> Weights:
    """The weights that ship."""
    return Weights.model_validate_json(files("bot.understanding").joinpath("weights.json").read_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message read for the model: `plain` is what is encoded, `flags` what else counts (1.0 or 0.0 each)."""

    text: str
    tags: Tagged
    plain: str
    flags: tuple[float, ...]
    asks: bool


def read(text: str, *, today: date, labels: tuple[str, ...] = ()) -> Reading:
    """The message without names and with today, a day before or a day to come for its days."""
    text = clean(text).strip()
    tags = tagged(text, today=today, known_labels=labels)
    spans = [(one.start, one.end, "Mette") for one in mentions(text, labels)]
    days = all_days(text, today=today, prefer=Direction.FUTURE)
    spans += [(one.start, one.end, _stand_in(one, today)) for one in days]
    plain, at = "", 0
    for start, end, word in sorted(spans):
        if start >= at:
            plain, at = plain + text[at:start] + word, end
    plain = (plain + text[at:]).lower().rstrip(".!")
    first = tags.sentence.split(" ")[0]
    asks_first = first in rules().questions and not rules().statements.search(tags.sentence)
    asks_later = "?" in text or bool(rules().inner.search(tags.sentence))
    verb_first = bool(rules().verbs_first.search(tags.sentence)) and not rules().statements.search(tags.sentence)
    whole = f" {tags.sentence} "
    ahead = any(isinstance(one, FoundDay) and one.day > today for one in days)
    behind = any(isinstance(one, FoundDay) and one.day < today for one in days)
    facts = (
        asks_first,
        "?" in text,
        asks_later,
        verb_first,
        *(f" {tag} " in whole for tag in ("NAME", "PRON", "ROLE", "STEP", "DAY", "TIME")),
        ahead,
        behind,
        len(tags.sentence.split()) > _LONG,
        bool(rules().absence.search(tags.sentence)),
        any(f" {word} " in whole for word in ("jeg", "vi")),
        any(f" {word} " in whole for word in ("ikke", "ingen", "intet")),
    )
    return Reading(
        text=text, tags=tags, plain=plain, flags=tuple(map(float, facts)), asks=asks_first or asks_later or verb_first
    )


def _stand_in(found: FoundDay | ImpossibleDay, today: date) -> str:
    if isinstance(found, ImpossibleDay) or found.day > today:
        return "på mandag"
    return "i dag" if found.day == today else "i går"


def inputs(vectors: Vectors, mean: Vectors, readings: list[Reading]) -> Vectors:
    """What the weights are for: a row for each message."""
    flags = np.array([one.flags for one in readings], np.float32)
    return np.hstack([(vectors - mean) * _SCALE, flags], dtype=np.float32)


class Nearest:
    """Guesses what a message asks for that the rules leave open. Safe to use from several threads."""

    def __init__(self, encoder: Encoder, *, weights: Weights | None = None) -> None:
        chosen = weights or packaged_weights()
        self._encoder = encoder
        self._classes = chosen.classes
        self._usable = encoder.name == chosen.encoder
        self._mean = np.array(chosen.mean, np.float32)
        self._weights = np.array(chosen.weights, np.float32)
        self._bias = np.array(chosen.bias, np.float32)

    def guess(self, text: str, *, today: date, context: Context, found: Understood) -> Understood:
        """`found` is what the rules say; it stands unless it is a choice or nothing and the examples tell more. Raises ModelUnavailable."""
        if not self._usable or not isinstance(found, NotAbsence | Clarify) or not 0 < len(text.split()) <= MOST_WORDS:
            return found
        reading = read(text, today=today, labels=context.open_cases)
        if rules().is_elsewhere(reading.tags.sentence):
            return found
        likely = self._probabilities(reading)
        actions = _allowed(_by_action(likely), context)
        if not actions:
            return found
        (first, probability), *_ = actions
        if probability >= CERTAIN and _is_certain(first, reading, context, found):
            return _built(first, _value(likely, first), reading, today=today, context=context)
        if isinstance(found, Clarify) or sum(one for _, one in actions) < POSSIBLE:
            return found
        candidates = tuple(action for action, one in actions if action is first or one >= _OFFERED)
        day = read_day(text, today=today, prefer=Direction.PAST)
        on = day.day if isinstance(day, FoundDay) else None
        return Clarify(candidates=candidates, label=_label(reading, context), day=on)

    def _probabilities(self, reading: Reading) -> dict[str, float]:
        row = inputs(self._encoder.encode_queries([reading.plain]), self._mean, [reading])
        scores = (row @ self._weights.T + self._bias)[0]
        powers = np.exp(scores - scores.max())
        return dict(zip(self._classes, (powers / powers.sum()).tolist(), strict=True))


def _by_action(likely: dict[str, float]) -> dict[Action, float]:
    found: dict[Action, float] = {}
    for name, probability in likely.items():
        if name != "question":
            action = Action(name.split("/")[0])
            found[action] = found.get(action, 0.0) + probability
    return found


def _allowed(found: dict[Action, float], context: Context) -> list[tuple[Action, float]]:
    """What makes sense to this sender, the likeliest first."""
    has_case = bool(context.open_cases) or context.last_topic is Topic.STEP_CARD
    ranked = sorted(found.items(), key=lambda one: -one[1])
    return [(action, one) for action, one in ranked if has_case or action not in _OF_A_CASE]


def _is_certain(action: Action, reading: Reading, context: Context, found: Understood) -> bool:
    """Whether context and form allow the action. What the rules offer as a choice is not left."""
    if isinstance(found, Clarify) and (found.several or action not in found.candidates):
        return False
    if action in _EFFECTS and reading.asks:
        return False
    under_step = context.last_topic is Topic.STEP_CARD
    if action is Action.SNOOZE:
        return under_step
    if action is Action.RECORD_CONTACT:
        if _LATER.search(reading.tags.sentence):
            return False
        return under_step or bool(_SOMETHING_MEANT.search(reading.tags.sentence))
    return True


def _value(likely: dict[str, float], action: Action) -> str:
    """Which change or outcome; "" when none stands out."""
    prefix = f"{action.value}/"
    values = {name.removeprefix(prefix): one for name, one in likely.items() if name.startswith(prefix)}
    best = max(values, key=lambda one: values[one], default="")
    return best if best and values[best] >= _SURE_OF_VALUE * sum(values.values()) else ""


def _label(reading: Reading, context: Context) -> str | None:
    named = reading.tags.mentions
    of_cases = (known(one, context.open_cases) for one in named)
    return next((label for label in of_cases if label is not None), named[0].label if named else None)


def _built(  # noqa: PLR0911 - one for each action
    action: Action, value: str, reading: Reading, *, today: date, context: Context
) -> Understood:
    """The action with whom and when, as far as the words say."""
    text, label, step_day = reading.text, _label(reading, context), reading.tags.step_day
    ahead = action is Action.SNOOZE or (action is Action.CLOSE_CASE and bool(_FORWARD.search(fold(text))))
    found = read_day(text, today=today, prefer=Direction.FUTURE if ahead else Direction.PAST)
    day = found.day if isinstance(found, FoundDay) else None
    impossible = isinstance(found, ImpossibleDay)
    match action:
        case Action.START_CASE:
            several = len({one.label for one in reading.tags.mentions}) > 1
            return StartCase(label=label, first_day=day, several=several, impossible_day=impossible)
        case Action.RECORD_CONTACT:
            on = day if day is not None and day <= today else None
            return RecordContact(label=label, step_day=step_day, reached=value != "missed", on=on)
        case Action.SNOOZE:
            until = day if day is not None and day > today else None
            later = read_time(text) if until is None else None
            return Snooze(label=label, until=until, later=later, step_day=step_day, impossible_day=impossible)
        case Action.CLOSE_CASE:
            outcome = Outcome(value) if value else Outcome.UNKNOWN
            return CloseCase(label=label, outcome=outcome, day=day, impossible_day=impossible)
        case Action.LIST_CASES:
            return ListCases(label=label)
        case Action.REMINDERS:
            return _reminders(Change(value) if value else Change.SHOW, reading, label, today)
        case _:
            return NotAbsence()


def _reminders(change: Change, reading: Reading, label: str | None, today: date) -> Reminders:
    text = reading.text
    period = read_period(text, today) if change in {Change.PAUSE, Change.DEPUTY, Change.STOP} else None
    if change is not Change.DEPUTY:
        return Reminders(change=change, period=period, label=label)
    deputy = next((text[one.start : one.end] for one in reading.tags.mentions), None)
    return Reminders(change=change, period=period, deputy=deputy)
