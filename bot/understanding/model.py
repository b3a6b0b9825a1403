"""What a message can be understood as. Each value asks for a card that confirms; none of them is an order.

`label` is whom the message names, as the label their case would have: one of the open cases if it can be, else the person's initials; None
when nobody is named. `impossible_day`: a date was written that no calendar has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.understanding.times import LaterToday, Period


class Topic(StrEnum):
    """What the bot's last turn was about."""

    STEP_CARD = "step_card"
    CASE_LIST = "case_list"
    START_CARD = "start_card"
    ANSWER = "answer"
    ONBOARDING = "onboarding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known beside the text: the labels of the sender's open cases, and what was talked of last."""

    open_cases: tuple[str, ...] = ()
    last_topic: Topic | None = None


class Action(StrEnum):
    """The kinds of action, as choices that a clarifying question can offer."""

    START_CASE = "start_case"
    RECORD_CONTACT = "record_contact"
    SNOOZE = "snooze"
    CLOSE_CASE = "close_case"
    LIST_CASES = "list_cases"
    STEP_GUIDANCE = "step_guidance"
    REMINDERS = "reminders"
    CORRECT_FIRST_DAY = "correct_first_day"
    TRANSFER_CASE = "transfer_case"
    SHOW_GUIDE = "show_guide"


class Outcome(StrEnum):
    """How a case is to be closed; UNKNOWN asks. No outcome tells a cause."""

    WELL = "well"
    PARTIAL = "partial"
    ENDED = "ended"
    MISTAKE = "mistake"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """What is to become of the reminders; SHOW opens the settings."""

    STOP = "stop"
    FEWER = "fewer"
    DEADLINES = "deadlines"
    PAUSE = "pause"
    RESUME = "resume"
    DEPUTY = "deputy"
    SHOW = "show"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCase:
    """Open a case. `label` is None when nobody was named, `first_day` when no possible day was; `several`: more than one person was named."""

    label: str | None = None
    first_day: date | None = None
    several: bool = False
    impossible_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """A contact was made, or tried (`reached` False). `step_day` is the n of "dag n"; `on` is today or a day before."""

    label: str | None = None
    step_day: int | None = None
    reached: bool = True
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Remind again on a day, or later today; both None ask."""

    label: str | None = None
    until: date | None = None
    later: LaterToday | None = None
    step_day: int | None = None
    impossible_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """A case ends. `day` is the first day back, or the last day; it may lie ahead."""

    label: str | None = None
    outcome: Outcome
    day: date | None = None
    impossible_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCases:
    """Show the sender's own cases; `only_due`: what asks for something now."""

    label: str | None = None
    only_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGuidance:
    """How a step is done; without a day, the next one."""

    label: str | None = None
    step_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """Change the reminders. `deputy` is the deputy as written, `label` the one case that is meant."""

    change: Change
    period: Period | None = None
    deputy: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectFirstDay:
    """The first sick day of a case was another one."""

    label: str | None = None
    day: date | None = None
    impossible_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCase:
    """Offer a case to another leader; `handle` is the leader as written."""

    label: str | None = None
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGuide:
    """Open a guide, by the id of HR's content."""

    guide: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """Nothing certain: offer these choices, the likeliest first. `label` and `day` go along with them. `several`: more than one is meant."""

    candidates: tuple[Action, ...]
    label: str | None = None
    day: date | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class NotAbsence:
    """Nothing to do here: the message is for the question answering."""


Understood = (
    StartCase
    | RecordContact
    | Snooze
    | CloseCase
    | ListCases
    | StepGuidance
    | Reminders
    | CorrectFirstDay
    | TransferCase
    | ShowGuide
    | Clarify
    | NotAbsence
)
