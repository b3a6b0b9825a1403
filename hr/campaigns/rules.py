"""The rules of campaigns: what is complete, when each message may leave, what may become of a state. Pure: facts and a moment in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from hr.campaigns.model import TEXT_LIMIT, TITLE_LIMIT, Audience, Campaign, CampaignState, Standing, Template
from hr.errors import CampaignFault
from hr.outbox.model import Why
from hr.outbox.policy import Later
from hr.send_window import SendWindow, moment_at
from hr.workdays import WorkCalendar, on_or_after

APART: Final = timedelta(hours=1)
"""No campaign comes nearer than this to a reminder about absence."""

STALE: Final = timedelta(days=30)
"""A campaign without a deadline is news to nobody after so long: who can only be reached then does not get it."""

HELD: Final = timedelta(minutes=1)
"""How long a message waits that was taken up in the moment of a pause."""

_ALIVE: Final = frozenset({CampaignState.SENDING, CampaignState.PAUSED, CampaignState.DONE})

FURTHEST: Final = timedelta(days=400)
"""How far ahead a campaign can be planned."""


def faults_of(
    *,
    title: str,
    text: str,
    audience: Audience,
    deadline: date | None,
    send_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[CampaignFault, ...]:
    """What is wrong, in the order of the form; empty when nothing is."""
    found: list[CampaignFault] = []
    if not any(char.isalnum() for char in title):
        found.append(CampaignFault.NO_TITLE)
    if len(title) > TITLE_LIMIT:
        found.append(CampaignFault.TITLE_TOO_LONG)
    if not any(char.isalnum() for char in text):
        found.append(CampaignFault.NO_TEXT)
    if len(text) > TEXT_LIMIT:
        found.append(CampaignFault.TEXT_TOO_LONG)
    if audience.empty:
        found.append(CampaignFault.NO_AUDIENCE)
    return (*found, *date_faults(deadline=deadline, send_at=send_at, now=now, zone=zone))


def date_faults(
    *, deadline: date | None, send_at: datetime | None, now: datetime, zone: ZoneInfo
) -> tuple[CampaignFault, ...]:
    """What is wrong with the dates at this moment: a draft that lay for a while may be too late."""
    found: list[CampaignFault] = []
    if send_at is not None and send_at < now:
        found.append(CampaignFault.SEND_PAST)
    if send_at is not None and send_at > now + FURTHEST:
        found.append(CampaignFault.SEND_TOO_FAR)
    if deadline is not None and deadline < now.astimezone(zone).date():
        found.append(CampaignFault.DEADLINE_PAST)
    elif deadline is not None and send_at is not None and deadline < send_at.astimezone(zone).date():
        found.append(CampaignFault.DEADLINE_BEFORE_SENDING)
    return tuple(found)


def send_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """`at` o'clock on the wall, in UTC. A time that the clocks skip becomes the one they skip to; of one that comes twice, the first.

    >>> from zoneinfo import ZoneInfo
    >>> zone = ZoneInfo("Europe/Copenhagen")
    >>> send_moment(date(2027, 3, 28), time(2, 30), zone).isoformat(), send_moment(date(2026, 10, 25), time(2, 30), zone).isoformat()
    ('2027-03-28T01:30:00+00:00', '2026-10-25T00:30:00+00:00')
    """
    return moment_at(day, at, zone)


def next_on(day_month: tuple[int, int], today: date) -> date:
    """The next such day from `today` on.

    >>> next_on((1, 2), date(2026, 11, 28)).isoformat()
    '2027-02-01'
    """
    day, month = day_month
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February
            continue
        if found >= today:
            return found
    raise ValueError(f"there is no day {day}.{month}.")


def proposed(template: Template, today: date) -> tuple[date | None, date | None]:
    """The day of sending and the deadline that a template proposes; no day where it would already have been sent: at once, then.

    >>> mus = Template(id="C01", title="MUS", text="MUS.", groups=frozenset(), send_on=(1, 2), deadline_on=(30, 4))
    >>> [str(day) for day in proposed(mus, date(2026, 11, 28))], [str(day) for day in proposed(mus, date(2027, 2, 3))]
    (['2027-02-01', '2027-04-30'], ['None', '2027-04-30'])
    """
    send_on = next_on(template.send_on, today) if template.send_on is not None else None
    if template.deadline_on is None:
        late = template.send_on is not None and next_on(template.send_on, today - STALE) < today
        return None if late else send_on, None
    deadline = next_on(template.deadline_on, today)
    return None if send_on is not None and deadline < send_on else send_on, deadline


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week (ISO) that a moment lies in, by the wall.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> week_of(datetime(2027, 1, 3, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Copenhagen")).isoformat()
    '2027-01-04'
    """
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def in_week_after(moment: datetime, *, window: SendWindow, calendar: WorkCalendar) -> datetime:
    """The same time on the first working day of a later week (the next one, unless all of it is off); the opening where that is too late."""
    local = moment.astimezone(window.zone)
    day = on_or_after(calendar, week_of(moment, window.zone) + timedelta(days=7))
    at = moment_at(day, local.time().replace(tzinfo=None), window.zone)
    if not window.contains(at, calendar):
        at = moment_at(day, window.start, window.zone)
    return window.next_open(at, calendar, send_time=window.start)


def clear_of(at: datetime, nudges: Collection[datetime], *, window: SendWindow, calendar: WorkCalendar) -> datetime:
    """The first moment from `at` on that no reminder about absence is within an hour of, inside the window."""
    send_time = at.astimezone(window.zone).time().replace(tzinfo=None)
    for _ in range(len(nudges) + 1):
        near = [nudge for nudge in nudges if abs(nudge - at) < APART]
        if not near:
            return at
        at = window.next_open(max(near) + APART, calendar, send_time=send_time)
    return at


def must_wait(standing: Standing, *, now: datetime, reminder: bool, zone: ZoneInfo) -> Why | Later | None:
    """Whether a message may leave now. None: it may."""
    answered = reminder and (standing.acknowledged_at is not None or not standing.acknowledgement)
    if standing.state not in _ALIVE or answered or _too_late(standing, now=now, zone=zone):
        return Why.CHANGED
    if standing.state is CampaignState.PAUSED:
        return Later(at=now + HELD)
    return Later(at=now + APART) if any(abs(nudge - now) < APART for nudge in standing.nudged_at) else None


def _too_late(standing: Standing, *, now: datetime, zone: ZoneInfo) -> bool:
    if standing.deadline is not None:
        return standing.deadline < now.astimezone(zone).date()
    return standing.frozen_at is not None and now - standing.frozen_at > STALE


def needs_approval(count: int, *, approval_size: int, approver_id: str | None) -> bool:
    """Whether somebody else in HR must look at it first."""
    return count > approval_size and approver_id is None


class Deed(StrEnum):
    """What can be done with a campaign as a whole."""

    EDIT = "edit"
    DELETE = "delete"
    SEND = "send"
    RECALL = "recall"
    """Back to a draft, before anything was sent."""
    APPROVE = "approve"
    GIVE_BACK = "give_back"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    REMIND = "remind"


POSSIBLE: Final[Mapping[CampaignState, frozenset[Deed]]] = MappingProxyType(
    {
        CampaignState.DRAFT: frozenset({Deed.EDIT, Deed.DELETE, Deed.SEND}),
        CampaignState.WAITING_APPROVAL: frozenset({Deed.APPROVE, Deed.GIVE_BACK, Deed.RECALL, Deed.CANCEL}),
        CampaignState.SCHEDULED: frozenset({Deed.RECALL, Deed.CANCEL}),
        CampaignState.SENDING: frozenset({Deed.PAUSE, Deed.CANCEL, Deed.WITHDRAW, Deed.REMIND}),
        CampaignState.PAUSED: frozenset({Deed.RESUME, Deed.CANCEL, Deed.WITHDRAW}),
        CampaignState.DONE: frozenset({Deed.WITHDRAW, Deed.REMIND}),
        CampaignState.CANCELLED: frozenset({Deed.WITHDRAW}),
        CampaignState.WITHDRAWN: frozenset(),
    }
)
"""What is possible in each state."""


def possible(campaign: Campaign, deed: Deed) -> bool:
    """Whether the deed fits the campaign as it is: nothing is taken back that was never sent, nobody reminded who need not acknowledge."""
    fits = {
        Deed.WITHDRAW: campaign.frozen_at is not None,
        Deed.REMIND: campaign.acknowledgement,
    }
    return deed in POSSIBLE[campaign.state] and fits.get(deed, True)
