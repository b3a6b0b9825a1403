"""What HR writes in `absence.toml` and `closed_days.toml`, entry by entry, and how a fault in an entry is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from datetime import date as day_of_calendar
from itertools import pairwise
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from hr.absence.model import StepKind
from hr.absence.timeline import (
    ContactDay,
    DayKind,
    FollowUpModel,
    Guide,
    Parameters,
    Phase,
    Shift,
    StepRule,
)
from hr.workdays import MonthDay

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})/(\d{1,2})")
_EARLIEST_SENDING: Final = time(6)
_LATEST_SENDING: Final = time(10)
_LEAP_YEAR: Final = 2024


def _clock(written: object) -> object:
    """`08:30` as a time; a TOML time as it is."""
    if isinstance(written, time):
        return written
    found = _CLOCK.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError("write a time as 08:30")
    return time(int(found[1]), int(found[2]))


def _month_day(written: object) -> object:
    """`24/12` as (12, 24)."""
    found = _DAY_MONTH.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError("write a day of every year as 24/12")
    try:
        day = date(_LEAP_YEAR, int(found[2]), int(found[1]))
    except ValueError as fault:
        raise ValueError(f"there is no such day: {fault}") from fault
    return day.month, day.day


def _plain_date(written: object) -> object:
    """A TOML date, without a time."""
    if type(written) is not date:
        raise ValueError("write a date as 2027-05-07, without quotes")
    return written


def _sending(at: time) -> time:
    if not _EARLIEST_SENDING <= at <= _LATEST_SENDING:
        raise ValueError("reminders leave between 06:00 and 10:00, before any half day ends")
    return at


def _half_day(at: time) -> time:
    if at <= _LATEST_SENDING:
        raise ValueError("a half day ends after 10:00; close the whole day instead")
    return at


def _ascending(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if any(first >= second for first, second in pairwise(numbers)):
        raise ValueError("write the working days in ascending order, each once")
    return numbers


def _forward(shift: Shift) -> Shift:
    if shift is Shift.BACK:
        raise ValueError("a step is not moved to before its day: forward or none")
    return shift


def _back(shift: Shift) -> Shift:
    if shift is Shift.FORWARD:
        raise ValueError("a limit of the law is not moved to after its last day: back or none")
    return shift


_Whole = Annotated[int, Field(strict=True)]
_Count = Annotated[_Whole, Field(ge=0, le=1000)]
_Day = Annotated[_Whole, Field(ge=1, le=730)]
_Clock = Annotated[time, BeforeValidator(_clock)]
_Date = Annotated[date, BeforeValidator(_plain_date)]
_MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]
_StepId = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")]
_GuideId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
_ModelId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
_DocumentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$")]
_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=240)]
_Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
_Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]
_Offset = Annotated[_Whole, Field(ge=-20, le=20)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ParametersEntry(_Strict):
    """The `[parameters]` table; what is left out has the default of `Parameters`."""

    day_kind: DayKind = DayKind.CALENDAR
    shift_local: Annotated[Shift, AfterValidator(_forward)] = Shift.FORWARD
    shift_legal: Annotated[Shift, AfterValidator(_back)] = Shift.BACK
    return_talk_workdays: Annotated[_Whole, Field(ge=0, le=20)] = 3
    local_reminders: Annotated[
        tuple[Annotated[_Offset, Field(ge=0)], ...], Field(max_length=10), AfterValidator(_ascending)
    ] = (0, 1, 3)
    legal_reminders: Annotated[tuple[_Offset, ...], Field(min_length=1, max_length=15), AfterValidator(_ascending)] = (
        -7,
        -3,
        0,
        1,
        2,
        3,
    )
    max_attempts: Annotated[_Whole, Field(ge=0, le=10)] = 2
    max_snooze: Annotated[_Whole, Field(ge=0, le=10)] = 3
    send_time: Annotated[_Clock, AfterValidator(_sending)] = time(8, 30)
    freq_enabled: Annotated[bool, Field(strict=True)] = False
    freq_periods: Annotated[_Whole, Field(ge=2, le=20)] = 3
    freq_months: Annotated[_Whole, Field(ge=1, le=24)] = 6
    relapse_gap_days: _Count = 7
    retention_days_after_close: _Count = 30
    retention_days_with_frequency: _Count = 183
    fallback_contact: _Email | None = None

    def frozen(self) -> Parameters:
        """The parameters as the rules use them."""
        return Parameters(**{name: getattr(self, name) for name in type(self).model_fields})


class ContactEntry(_Strict):
    """One contact of a model."""

    rule: _StepId
    day: _Day


class ModelEntry(_Strict):
    """One `[[models]]` table."""

    id: _ModelId
    valid_from: _Date | None = None
    valid_to: _Date | None = None
    document: _DocumentId
    contacts: Annotated[tuple[ContactEntry, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        rules, days = [contact.rule for contact in self.contacts], [contact.day for contact in self.contacts]
        if len(set(rules)) < len(rules):
            raise ValueError("contacts: a step has two days")
        if days != sorted(set(days)):
            raise ValueError("contacts: write the days in ascending order, each once")
        return self

    def frozen(self) -> FollowUpModel:
        """The model as the rules use it."""
        return FollowUpModel(
            id=self.id,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            contacts=tuple(ContactDay(rule=contact.rule, day=contact.day) for contact in self.contacts),
            document=self.document,
        )


class _Versioned(_Strict):
    """What has versions by the first day of a case, and a review of what it says of the law."""

    valid_from: _Date | None = None
    valid_to: _Date | None = None
    reviewed_at: _Date | None = None
    review_by: _Date | None = None
    reviewer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to: lies before valid_from")
        if self.reviewed_at is not None and self.review_by is not None and self.review_by < self.reviewed_at:
            raise ValueError("review_by: lies before reviewed_at")
        return self


class StepEntry(_Versioned):
    """One `[[steps]]` table."""

    id: _StepId
    title: _Title
    kind: StepKind
    phase: Phase
    contact: Annotated[bool, Field(strict=True)] = False
    day: _Day | None = None
    limit_days: _Day | None = None
    every_days: Annotated[_Whole, Field(ge=5, le=365)] | None = None
    within_workdays: Annotated[_Whole, Field(ge=0, le=20)] | None = None
    purpose: _Sentence
    phrases: Annotated[tuple[_Sentence, ...], Field(min_length=1, max_length=4)]
    avoid: Annotated[tuple[_Sentence, ...], Field(max_length=4)] = ()
    document: _DocumentId
    section: _Sentence | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        given = [name for name in ("day", "limit_days") if getattr(self, name) is not None]
        if self.contact and (given or self.every_days is not None):
            raise ValueError("contact: a contact has its day from the models; remove day, limit_days and every_days")
        if self.contact and self.phase not in {Phase.ACTIVE, Phase.FULL}:
            raise ValueError("contact: a contact belongs to the phase active or full")
        if not self.contact and len(given) != 1:
            raise ValueError("id: the step needs one of day and limit_days")
        if self.kind is StepKind.LAW and (self.limit_days is None or self.every_days is not None):
            raise ValueError("kind: a step of the law has limit_days and does not repeat")
        if self.every_days is not None and self.phase is Phase.RETURN:
            raise ValueError("every_days: a step of the phase return does not repeat")
        if self.within_workdays is not None and self.phase is not Phase.RETURN:
            raise ValueError("within_workdays: belongs to a step of the phase return")
        if self.review_by is not None and self.kind is StepKind.LOCAL:
            raise ValueError("review_by: belongs to law and what rests on it; a step of the kind local has none")
        return self

    def frozen(self) -> StepRule:
        """The step as the rules use it."""
        return StepRule(**{name: getattr(self, name) for name in type(self).model_fields})


class GuideEntry(_Versioned):
    """One `[[guides]]` table."""

    id: _GuideId
    title: _Title
    body: Annotated[tuple[_Paragraph, ...], Field(min_length=1, max_length=8)]
    document: _DocumentId
    section: _Sentence | None = None
    limit_days: _Day | None = None

    def frozen(self) -> Guide:
        """The guide as cards show it."""
        return Guide(**{name: getattr(self, name) for name in type(self).model_fields})


class ClosedEntry(_Strict):
    """One `[[closed]]` table: a `day` of every year, or a `date`. `name` is for HR's own overview."""

    day: _MonthDay | None = None
    date: _Date | None = None
    name: Annotated[str, StringConstraints(max_length=80)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.day is None) == (self.date is None):
            raise ValueError("write one of day (every year) and date (once)")
        return self

    @property
    def field(self) -> str:
        """Which of the two is written."""
        return "day" if self.day is not None else "date"

    @property
    def key(self) -> MonthDay | day_of_calendar | None:
        """What the entry is about."""
        return self.day or self.date

    def dates(self, years: Iterable[int]) -> list[day_of_calendar]:
        """The dates that it closes in these years; its own date whenever that is."""
        if self.day is None:
            return [self.date] if self.date is not None else []
        month, day = self.day
        leap = (month, day) == (2, 29)
        return [day_of_calendar(year, month, day) for year in years if not leap or year % 4 == 0]


class HalfDayEntry(ClosedEntry):
    """One `[[half_days]]` table: as `[[closed]]`, with the time at which the day ends."""

    closes_at: Annotated[_Clock, AfterValidator(_half_day)]


def fault_of(error: ValidationError) -> tuple[str | None, str]:
    """The field of an entry that the first fault is in (None: the entry as a whole), and what to tell about it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where: tuple[Any, ...] = first["loc"]
    told = first["msg"].removeprefix("Value error, ")
    if where:
        return str(where[0]), f"{'.'.join(str(part) for part in where)}: {told}"
    named = re.match(r"(\w+): ", told)
    return (named[1] if named else None), told


def line_of_field(text: str, table: str | None, field: str | None) -> int:
    """The line of `field` in the `[table]` (outside all tables for None), of a table called `field`, or else of the table; 1 at least."""
    wanted = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(field or '')}[\"']?\s*[=\]]")
    found, inside = 1, table is None
    for number, line in enumerate(text.splitlines(), start=1):
        if table is not None and line.lstrip().startswith("["):
            inside = re.match(rf"\s*\[\s*{re.escape(table)}\s*\]", line) is not None
            found = number if inside else found
        elif inside and field is not None and wanted.match(line):
            return number
    return found
