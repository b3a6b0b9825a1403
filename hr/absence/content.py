"""Reads HR's files on absence follow-up: `absence.toml` and `closed_days.toml`. Every fault is told with its file and line.

`LiveContent` notices edits while Kompas runs, and goes on with the last good version of a file that has a fault.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from hr.absence.content_file import (
    ClosedEntry,
    GuideEntry,
    HalfDayEntry,
    ModelEntry,
    ParametersEntry,
    StepEntry,
    fault_of,
    line_of_field,
)
from hr.absence.timeline import AbsenceContent, Entry, FollowUpModel, Guide, StepRule
from hr.errors import AbsenceContentError
from hr.live_file import Accepted, HasFault, LiveFile
from hr.toml_file import line_of_entry, read_toml
from hr.workdays import ClosedDays, MunicipalCalendar, on_or_after

ABSENCE_FILE: Final = "absence.toml"
CLOSED_DAYS_FILE: Final = "closed_days.toml"

_LONGEST_BREAK: Final = timedelta(days=31)
_YEARS_CHECKED: Final = (2024, 2025, 2026, 2027)

_Entry = TypeVar("_Entry", bound=BaseModel)


def load_absence(folder: Path) -> AbsenceContent:
    """The timeline of `absence.toml`. Raises AbsenceContentError with the line of the first fault."""
    return _AbsenceFile(folder / ABSENCE_FILE).content()


def load_closed_days(folder: Path) -> ClosedDays:
    """The days of `closed_days.toml`. Raises AbsenceContentError with the line of the first fault."""
    return _ClosedDaysFile(folder / CLOSED_DAYS_FILE).content()


class LiveContent:
    """HR's content as it is in `folder` now; the last good version of a file with a fault. The first load raises AbsenceContentError."""

    def __init__(
        self, folder: Path, *, accepted: Accepted | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._absence = LiveFile(
            folder / ABSENCE_FILE, lambda path: load_absence(path.parent), accepted=accepted, monotonic=monotonic
        )
        self._calendar = LiveFile(
            folder / CLOSED_DAYS_FILE,
            lambda path: MunicipalCalendar(load_closed_days(path.parent)),
            accepted=accepted,
            monotonic=monotonic,
        )

    @property
    def absence(self) -> AbsenceContent:
        """The timeline."""
        return self._absence.value

    @property
    def calendar(self) -> MunicipalCalendar:
        """Working days by HR's closed days."""
        return self._calendar.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """Both files, for who tells of their faults."""
        return self._absence, self._calendar


class _ContentFile:
    """A file of tables, and the faults in it."""

    def __init__(self, path: Path, *, tables: Sequence[str]) -> None:
        self.path = path
        self.data, self.text = read_toml(path, AbsenceContentError)
        unknown = next((name for name in self.data if name not in tables), None)
        if unknown is not None:
            known = ", ".join(tables)
            line = line_of_field(self.text, None, unknown)
            raise self.fault(f"unknown entry {unknown!r}; this file has {known}", line)

    def fault(self, reason: str, line: int | None) -> AbsenceContentError:
        """A fault in this file."""
        return AbsenceContentError(path=self.path, line=line, reason=reason)

    def fault_in(self, table: str, index: int, field: str, reason: str) -> AbsenceContentError:
        """A fault in a field of an entry."""
        return self.fault(f"{field}: {reason}", line_of_entry(self.text, table, index, field))

    def entries(self, table: str, entry: type[_Entry], *, required: bool = True) -> list[_Entry]:
        """The `[[table]]` entries, checked one by one."""
        found = self.data.get(table, [])
        if not isinstance(found, list) or (required and not found):
            raise self.fault(f"no [[{table}]] table: write at least one", line_of_field(self.text, None, table))
        return [self._entry(table, index, entry, values) for index, values in enumerate(found)]

    def _entry(self, table: str, index: int, entry: type[_Entry], values: Any) -> _Entry:
        try:
            return entry.model_validate(values)
        except ValidationError as error:
            field, reason = fault_of(error)
            raise self.fault(reason, line_of_entry(self.text, table, index, field)) from error

    def no_doubles(self, table: str, ids: Sequence[str]) -> None:
        """Refuse an id that two entries have."""
        for index, found in enumerate(ids):
            if found in ids[:index]:
                raise self.fault_in(table, index, "id", f"{found!r} is used twice")

    def in_succession(
        self, table: str, entries: Sequence[ModelEntry | StepRule | Guide], chosen: Sequence[int], what: str
    ) -> list[int]:
        """The chosen entries in order of validity. Refuse two that hold on one day, and days between two on which neither does."""
        order = sorted(chosen, key=lambda index: entries[index].valid_from or date.min)
        for earlier, later in pairwise(order):
            ends, begins = entries[earlier].valid_to, entries[later].valid_from
            if ends is None or begins is None or ends >= begins:
                line = line_of_entry(self.text, table, earlier)
                raise self.fault_in(table, later, "valid_from", f"overlaps with {entries[earlier].id!r} in line {line}")
            if ends + timedelta(days=1) != begins:
                raise self.fault_in(table, later, "valid_from", f"days between {ends} and {begins} have no {what}")
        return order


class _AbsenceFile(_ContentFile):
    """`absence.toml`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, tables=("parameters", "models", "steps", "guides"))

    def content(self) -> AbsenceContent:
        try:
            parameters = ParametersEntry.model_validate(self.data.get("parameters", {})).frozen()
        except ValidationError as error:
            field, reason = fault_of(error)
            raise self.fault(reason, line_of_field(self.text, "parameters", field)) from error
        steps = tuple(step.frozen() for step in self.entries("steps", StepEntry))
        guides = tuple(guide.frozen() for guide in self.entries("guides", GuideEntry, required=False))
        rules, earlier_rules = self._versions("steps", steps)
        latest_guides, earlier_guides = self._versions("guides", guides)
        self._alike(steps)
        return AbsenceContent(
            parameters=parameters,
            models=self._models(steps),
            rules=rules,
            guides=latest_guides,
            earlier_rules=earlier_rules,
            earlier_guides=earlier_guides,
        )

    def _versions(self, table: str, entries: tuple[Entry, ...]) -> tuple[Mapping[str, Entry], tuple[Entry, ...]]:
        """The latest version of each entry by id, in the order of the file, and all versions before those."""
        latest: dict[str, Entry] = {}
        earlier: list[Entry] = []
        for name in dict.fromkeys(entry.id for entry in entries):
            same = _with_id(entries, name)
            if len(same) > 1 and any(
                entries[index].valid_from is None and entries[index].valid_to is None for index in same
            ):
                reason = (
                    f"{name!r} is used twice: give each version valid_from or valid_to, so that only one holds on a day"
                )
                raise self.fault_in(table, same[1], "id", reason)
            *before, last = self.in_succession(table, entries, same, f"version of {name!r}")
            latest[name] = entries[last]
            earlier += [entries[index] for index in before]
        return MappingProxyType(latest), tuple(earlier)

    def _alike(self, rules: tuple[StepRule, ...]) -> None:
        """Refuse a version that would give the step another key in a case than the version before did."""
        for index, rule in enumerate(rules):
            first = rules[_with_id(rules, rule.id)[0]]
            for field, same in (
                ("contact", rule.contact == first.contact),
                ("phase", rule.phase is first.phase),
                ("every_days", (rule.every_days is None) == (first.every_days is None)),
            ):
                if not same:
                    reason = f"all versions of {rule.id!r} have the same; give a step of another sort an id of its own"
                    raise self.fault_in("steps", index, field, reason)

    def _models(self, rules: tuple[StepRule, ...]) -> tuple[FollowUpModel, ...]:
        entries = self.entries("models", ModelEntry)
        self.no_doubles("models", [entry.id for entry in entries])
        contact_rules = {rule.id for rule in rules if rule.contact}
        for index, entry in enumerate(entries):
            for contact in entry.contacts:
                if contact.rule not in contact_rules:
                    known = ", ".join(sorted(contact_rules)) or "none"
                    reason = f"no step {contact.rule!r} has contact = true; those that have it: {known}"
                    raise self.fault_in("models", index, "contacts", reason)
        used = {contact.rule for entry in entries for contact in entry.contacts}
        for index, rule in enumerate(rules):
            if rule.contact and rule.id not in used:
                raise self.fault_in("steps", index, "contact", f"no model gives {rule.id!r} a day")
        self._without_gaps(entries)
        for entry in entries:
            for contact in entry.contacts:
                self._covered(entry, contact.rule, rules)
        return tuple(sorted((entry.frozen() for entry in entries), key=lambda model: model.valid_from or date.min))

    def _without_gaps(self, entries: list[ModelEntry]) -> None:
        """Every first day there is has exactly one model."""
        by_day = sorted(range(len(entries)), key=lambda index: entries[index].valid_from or date.min)
        first, last = by_day[0], by_day[-1]
        if entries[first].valid_from is not None:
            raise self.fault_in(
                "models", first, "valid_from", "the earliest model has none: days before it are not covered"
            )
        if entries[last].valid_to is not None:
            raise self.fault_in("models", last, "valid_to", "the latest model has none: days after it are not covered")
        self.in_succession("models", entries, by_day, "model")

    def _covered(self, model: ModelEntry, name: str, rules: tuple[StepRule, ...]) -> None:
        """Refuse a contact that has no version on some of the days of its model."""
        same = sorted(_with_id(rules, name), key=lambda index: rules[index].valid_from or date.min)
        begins, ends = rules[same[0]].valid_from, rules[same[-1]].valid_to
        if begins is not None and (model.valid_from is None or model.valid_from < begins):
            reason = f"the model {model.id!r} asks for {name!r} on days before this one"
            raise self.fault_in("steps", same[0], "valid_from", reason)
        if ends is not None and (model.valid_to is None or model.valid_to > ends):
            reason = f"the model {model.id!r} asks for {name!r} on days after this one"
            raise self.fault_in("steps", same[-1], "valid_to", reason)


def _with_id(entries: Sequence[StepRule | Guide], name: str) -> list[int]:
    return [index for index, entry in enumerate(entries) if entry.id == name]


class _ClosedDaysFile(_ContentFile):
    """`closed_days.toml`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, tables=("closed", "half_days"))

    def content(self) -> ClosedDays:
        closed = self.entries("closed", ClosedEntry, required=False)
        half = self.entries("half_days", HalfDayEntry, required=False)
        seen: set[object] = set()
        for table, entries in (("closed", closed), ("half_days", half)):
            for index, entry in enumerate(entries):
                if entry.key in seen:
                    raise self.fault_in(table, index, entry.field, "this day is in the file already")
                seen.add(entry.key)
        days = ClosedDays(
            yearly=frozenset(entry.day for entry in closed if entry.day is not None),
            single=frozenset(entry.date for entry in closed if entry.date is not None),
            half_yearly=MappingProxyType({entry.day: entry.closes_at for entry in half if entry.day is not None}),
            half_single=MappingProxyType({entry.date: entry.closes_at for entry in half if entry.date is not None}),
        )
        for index, entry in enumerate(half):
            if entry.date is not None and days.closed(entry.date):
                raise self.fault_in("half_days", index, "date", "this day is closed altogether")
        self._with_working_days(days, closed)
        return days

    def _with_working_days(self, days: ClosedDays, entries: Sequence[ClosedEntry]) -> None:
        """Refuse a file that closes more than a month on end: no date could be moved to a working day near it."""
        calendar = MunicipalCalendar(days)
        for index, entry in enumerate(entries):
            for day in entry.dates(_YEARS_CHECKED):
                if on_or_after(calendar, day) - day > _LONGEST_BREAK:
                    raise self.fault_in("closed", index, entry.field, "more than a month on end would be closed")
