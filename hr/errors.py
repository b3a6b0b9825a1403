"""What can go wrong in the HR core. The docstring says what happened; the message adds where and what to do about it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hr.absence.views import CaseView
    from privacy.labels import LabelRefusal


class HrError(Exception):
    """Something in the HR core could not be done."""


class NaiveTimeError(HrError):
    """A time without a zone was given where a moment is needed."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} has no time zone: give an aware datetime")


class ContentError(HrError):
    """A file that HR edits cannot be used."""

    def __init__(self, *, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line is not None else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class PeopleFileError(ContentError):
    """The people file cannot be read, or an entry of it is wrong."""


class TopicsFileError(ContentError):
    """The topics of HR cannot be read, or an entry is wrong."""


class UnknownPersonError(HrError):
    """Nobody in the people file has this key."""

    def __init__(self, *, key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"nobody is called {key!r} in the people file; the keys are: {', '.join(known)}")
        self.key = key
        self.known = known


class NotHrError(HrError):
    """Only HR may see this."""


class RatingNotFoundError(HrError):
    """A reason was given for an answer that this person has not rated."""


class StorageError(HrError):
    """The database cannot be used."""


class UnsupportedDatabaseError(StorageError):
    """The database URL names no database that Kompas can use."""


class DatabaseUnavailableError(StorageError):
    """The database does not answer, or refuses the statement."""


class SchemaError(StorageError):
    """The tables of the database are not those of this version, and could not be made so."""


# --- absence ------------------------------------------------------------------------------------------------------------------


class AbsenceError(HrError):
    """A case of absence cannot be seen or changed so."""


class CaseNotFoundError(AbsenceError):
    """There is no such case, or the person may not do this with it: the two are told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such case for this person")


class NotALeaderError(AbsenceError):
    """Somebody who leads nobody, as far as the directory knows, asked for what belongs to leaders."""

    def __init__(self) -> None:
        super().__init__("this needs the role leader or new_leader: see the people file")


class StillLeadsError(AbsenceError):
    """Cases were to be handed over for a leader who can do it himself."""

    def __init__(self) -> None:
        super().__init__(
            "this person still has the role leader or new_leader, and hands cases over in Teams: Mere, Overdrag"
        )


class OutdatedError(AbsenceError):
    """What was pressed no longer fits the case. `case` is the case as it is now."""

    def __init__(self, *, case: CaseView) -> None:
        super().__init__("the case has moved on since this was shown")
        self.case = case


class MovedOnError(AbsenceError):
    """What was said no longer fits the case: its step is answered, it is closed or not closed. Callers outside get OutdatedError."""

    def __init__(self) -> None:
        super().__init__("the case has moved on")


class DayFault(StrEnum):
    """What is wrong with a day."""

    FUTURE = "future"
    TOO_OLD = "too_old"
    TOO_FAR = "too_far"
    BEFORE_FIRST_DAY = "before_first_day"
    ORDER = "order"
    """The period ends before it begins."""
    PAST = "past"


class InvalidDayError(AbsenceError):
    """A day that cannot be what it is given for."""

    def __init__(self, reason: DayFault) -> None:
        super().__init__(f"the day cannot be used: {reason.value}")
        self.reason = reason


class LabelRefusedError(AbsenceError):
    """A text cannot be the reference of a case. The text itself is not kept here."""

    def __init__(self, reason: LabelRefusal) -> None:
        super().__init__(f"the reference cannot be used: {reason.value}")
        self.reason = reason


class UnknownColleagueError(AbsenceError):
    """Nobody who can take this on has exactly these initials or this address."""

    def __init__(self) -> None:
        super().__init__("nobody in the people file who can take this on has these initials or this address")


class SameLabelError(AbsenceError):
    """An open case of the same leader has the label already. `label` and `since` (its first day) are that case's; neither is in the text."""

    def __init__(self, *, label: str, since: date) -> None:
        super().__init__("an open case has this label: confirm that it is about somebody else")
        self.label = label
        self.since = since


class OfferGoneError(CaseNotFoundError):
    """An offer was answered or withdrawn before this answer, which comes from the one it was made to or from the owner.

    To everyone else, and to who does not ask, there is no such case.
    """


class UnknownGuideError(AbsenceError):
    """HR's content has no guide with this id."""

    def __init__(self) -> None:
        super().__init__("there is no such guide: see hr/content/absence.toml")


# Absence follow-up: HR's content and the rules of dates.


class AbsenceContentError(ContentError):
    """HR's file on absence follow-up or on closed days cannot be read, or an entry of it is wrong."""


class SnoozeRefusal(StrEnum):
    """Why a reminder is not put off."""

    TOO_MANY = "too_many"
    PAST_LIMIT = "past_limit"
    DAY_GONE = "day_gone"


class SnoozeRefusedError(AbsenceError):
    """A reminder was to be put off too often, past the last day for it, or to a time that is gone. `limit` is that last day."""

    def __init__(self, reason: SnoozeRefusal, *, limit: date | None = None) -> None:
        super().__init__(f"the reminder was not put off: {reason.value}")
        self.reason = reason
        self.limit = limit
