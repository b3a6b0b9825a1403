"""What people type into the cards, and what is said when it cannot be used."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from adaptive_cards.absence.step import snooze_limit
from adaptive_cards.texts import Texts
from bot.understanding.dates import Direction, FoundDay, ImpossibleDay, read_day
from hr.absence.model import StepKind
from hr.errors import DayFault, InvalidDayError, LabelRefusedError, SnoozeRefusal, SnoozeRefusedError
from privacy.labels import LabelRefusal


class DayProblem(StrEnum):
    """Why an input names no day; the values are keys of `absence.say`."""

    MISSING = "day_missing"
    UNKNOWN = "day_unknown"
    IMPOSSIBLE = "day_impossible"


_LABELS: Final = {
    LabelRefusal.EMPTY: "label_missing",
    LabelRefusal.TOO_LONG: "label_too_long",
    LabelRefusal.NUMBER: "label_cpr",
    LabelRefusal.EMAIL: "label_email",
    LabelRefusal.HEALTH: "label_health",
    LabelRefusal.JUDGEMENT: "label_unusable",
    LabelRefusal.PRIVATE: "label_unusable",
    LabelRefusal.CHARACTERS: "label_unusable",
}


def typed_day(typed: str, *, today: date, prefer: Direction) -> date | DayProblem:
    """The day in an input: ISO from a date picker, or as people write it."""
    if not typed:
        return DayProblem.MISSING
    found = read_day(typed, today=today, prefer=prefer)
    if isinstance(found, FoundDay):
        return found.day
    return DayProblem.IMPOSSIBLE if isinstance(found, ImpossibleDay) else DayProblem.UNKNOWN


def day_problem(texts: Texts, problem: DayProblem) -> str:
    """That no day was read, and how to write one."""
    return texts.say(f"absence.say.{problem.value}")


def day_fault(texts: Texts, error: InvalidDayError, *, first_day: date | None = None) -> str:
    """What is wrong with a day, and what to do. `first_day` is that of the case, where there is one."""
    if error.reason is DayFault.BEFORE_FIRST_DAY:
        if first_day is None:
            return texts.say("absence.say.day_order")
        return texts.say("absence.say.day_before_first", date=texts.day(first_day))
    return texts.say(f"absence.say.day_{error.reason.value}")


def label_fault(texts: Texts, error: LabelRefusedError) -> str:
    """What is wrong with a reference. The reference itself is not repeated."""
    return texts.say(f"absence.say.{_LABELS[error.reason]}")


def snooze_fault(texts: Texts, error: SnoozeRefusedError, kind: StepKind) -> str:
    """Why a step of this kind is not put off, and until when it can be."""
    if error.reason is SnoozeRefusal.PAST_LIMIT and error.limit is not None:
        if kind is StepKind.LAW:
            return snooze_limit(texts, error.limit)
        return texts.say("absence.say.snooze_too_far", date=texts.day(error.limit))
    if error.reason is SnoozeRefusal.TOO_MANY:
        return texts.say("absence.say.snooze_too_often")
    return texts.say("absence.say.snooze_day_gone")
