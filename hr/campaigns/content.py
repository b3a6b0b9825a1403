"""Reads `campaigns.toml`, the templates of HR's year, and a file that holds one campaign. Every fault is told with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as day_of_calendar
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from hr.absence.content_file import fault_of, line_of_field
from hr.campaigns.model import TEXT_LIMIT, TITLE_LIMIT, Group, Template
from hr.errors import CampaignsFileError
from hr.live_file import Accepted, HasFault, LiveFile, read_entries
from hr.toml_file import read_toml
from privacy.guard import inspect

CAMPAIGNS_FILE: Final = "campaigns.toml"

_LEAP_YEAR: Final = 2028


def _day_month(written: object) -> object:
    parts = written.split("/") if isinstance(written, str) else []
    try:
        day, month = (int(part) for part in parts)
        day_of_calendar(_LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError('write a day of the year as day/month, such as "30/4"') from None
    return day, month


def _plain_date(written: object) -> object:
    if type(written) is not day_of_calendar:
        raise ValueError("write a date as 2027-03-04, without quotes")
    return written


def _wall_time(written: object) -> object:
    if not isinstance(written, datetime) or written.tzinfo is not None:
        raise ValueError("write Danish time as 2027-03-04T09:00:00, without quotes and without a zone")
    return written


def _harmless(text: str) -> str:
    if inspect(text) is not None:
        raise ValueError("the guard refuses this text: no health of a person, no CPR number")
    return text


_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_DocumentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]
_DayMonth = Annotated[tuple[int, int], BeforeValidator(_day_month)]
_Flag = Annotated[bool, Field(strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Written(_Strict):
    title: _Title
    text: _Text
    ack: _Flag = False
    source: _DocumentId | None = None

    @model_validator(mode="after")
    def _passes_the_guard(self) -> Self:
        for name in ("title", "text"):
            try:
                _harmless(getattr(self, name))
            except ValueError as fault:
                raise ValueError(f"{name}: {fault}") from None
        return self


class _TemplateEntry(_Written):
    """One `[[campaigns]]` table."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
    audience: Annotated[frozenset[Group], Field(min_length=1)]
    send: _DayMonth | None = None
    deadline: _DayMonth | None = None
    hint: _Line | None = None

    def frozen(self) -> Template:
        """The template as the form uses it."""
        return Template(
            id=self.id,
            title=self.title,
            text=self.text,
            groups=self.audience,
            acknowledgement=self.ack,
            send_on=self.send,
            deadline_on=self.deadline,
            source=self.source,
            hint=self.hint,
        )


class CampaignEntry(_Written):
    """A file with one campaign. `people` is the name of a CSV file beside it; `send_at` is Danish time, left out: as soon as it is sent."""

    audience: frozenset[Group] = frozenset()
    areas: frozenset[_Line] = frozenset()
    people: _Line | None = None
    mandatory: _Flag = False
    deadline: Annotated[day_of_calendar, BeforeValidator(_plain_date)] | None = None
    send_at: Annotated[datetime, BeforeValidator(_wall_time)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.audience or self.areas or self.people):
            raise ValueError("audience: say whom it is for, in audience, areas or people")
        return self


class LiveCampaigns:
    """The templates as they are in `folder` now; the last good ones while the file has a fault. The first load raises CampaignsFileError."""

    def __init__(self, folder: Path, *, accepted: Accepted | None = None) -> None:
        self._file = LiveFile(folder / CAMPAIGNS_FILE, load_templates, accepted=accepted)

    @property
    def templates(self) -> tuple[Template, ...]:
        """In the order of the file."""
        return self._file.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """The file, for who tells of its faults."""
        return (self._file,)


def load_templates(path: Path) -> tuple[Template, ...]:
    """The templates of a file. Raises CampaignsFileError with the line of the first fault."""
    return tuple(entry.frozen() for entry in read_entries(path, "campaigns", _TemplateEntry, CampaignsFileError))


def load_campaign(path: Path) -> tuple[CampaignEntry, Callable[[str], int]]:
    """A file with one campaign, and in which line each of its fields stands. Raises CampaignsFileError with the line of the first fault."""
    data, text = read_toml(path, CampaignsFileError)
    try:
        entry = CampaignEntry.model_validate(data)
    except ValidationError as fault:
        field, reason = fault_of(fault)
        raise CampaignsFileError(path=path, line=line_of_field(text, None, field), reason=reason) from fault
    return entry, partial(line_of_field, text, None)
