"""HR's routing of questions: topics, the groups that answer them, and when somebody is reminded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.escalation.model import RequestState
from hr.people import Role
from hr.send_window import SendWindow, moment_at
from hr.workdays import WorkCalendar, add_working_days

REMINDERS: Final = 3
"""How often a group is reminded of a question that nobody takes. After that HR's lead is."""

LEAD_EVERY_DAYS: Final = 5
"""Working days between two reminders of HR's lead. They go on until the question is answered or closed: none is to be forgotten."""

_MORNING: Final = time(8, 30)
_DAYS_LOOKED_AT: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a question may be about. `group` None: the default group. A `warning` must be confirmed before anything is sent."""

    id: str
    label: str
    label_en: str
    group: str | None = None
    warning: str | None = None
    audience: tuple[str, ...] = ("alle",)

    def named(self, language: str) -> str:
        """The label in a language of the catalogue."""
        return self.label_en if language == "en" else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who answers: people by key, initials or e-mail, and everyone with `role`. `channel` is the conversation id of their channel."""

    id: str
    label: str
    members: tuple[str, ...] = ()
    role: Role | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The whole of `routing.toml`, topics and groups in the order of the file."""

    default_group: str
    topics: tuple[Topic, ...]
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    remind_after_hours: float = 8
    remind_taker_after_days: int = 3

    def topic(self, topic_id: str) -> Topic | None:
        """The topic with this id."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def group(self, group_id: str) -> Group:
        """The group with this id; the default one for a group that HR has taken away."""
        return self.groups.get(group_id, self.groups[self.default_group])

    def group_of(self, topic: Topic) -> Group:
        """Who answers on a topic."""
        return self.group(topic.group or self.default_group)

    def group_meant(self, topic_id: str) -> Group | None:
        """The same for the topic with this id; None when there is no such topic."""
        topic = self.topic(topic_id)
        return self.group_of(topic) if topic is not None else None

    def group_named(self, name: str) -> Group | None:
        """The group with this id or label, in any letter case."""
        wanted = " ".join(name.casefold().split())
        found = (group for group in self.groups.values() if wanted in {group.id.casefold(), group.label.casefold()})
        return next(found, None)


def after_working_hours(start: datetime, hours: float, *, window: SendWindow, calendar: WorkCalendar) -> datetime:
    """The moment, in UTC, by which `hours` of the window have gone since `start`. A year without working days ends the search."""
    left, day = timedelta(hours=hours), start.astimezone(window.zone).date()
    for _ in range(_DAYS_LOOKED_AT):
        if calendar.is_working_day(day):
            closes = calendar.closes_at(day)
            opens = datetime.combine(day, window.start, tzinfo=window.zone).astimezone(UTC)
            ends = datetime.combine(day, min(window.end, closes or window.end), tzinfo=window.zone).astimezone(UTC)
            begins = max(opens, start.astimezone(UTC))
            if begins < ends:
                if begins + left < ends:
                    return begins + left
                left -= ends - begins
        day += timedelta(days=1)
    return start.astimezone(UTC) + timedelta(hours=hours)


class Told(StrEnum):
    """Who is called to mind of an open question, and what of it."""

    GROUP = "group"
    """Nobody has taken it."""
    TAKER = "taker"
    """Who took it has not answered."""
    HELD = "held"
    """The group, of a question that somebody has taken and not answered: whoever has it may be away."""
    LEAD = "lead"
    """HR's lead: the others were told in vain."""


def told_next(state: RequestState, reminders: int) -> Told | None:
    """Who is called to mind after so many reminders; None when there is nothing to do."""
    if state is RequestState.NEW:
        return Told.GROUP if reminders < REMINDERS else Told.LEAD
    if state is RequestState.TAKEN:
        return {0: Told.TAKER, 1: Told.HELD}.get(reminders, Told.LEAD)
    return None


def morning_after(now: datetime, days: int, *, window: SendWindow, calendar: WorkCalendar) -> datetime:
    """The morning of the working day that is `days` working days on: reminders come once a day at most."""
    day = add_working_days(calendar, now.astimezone(window.zone).date(), days)
    return window.next_open(moment_at(day, _MORNING, window.zone), calendar, send_time=_MORNING)
