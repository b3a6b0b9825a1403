"""What may be agreed, by whom, and until when. Pure."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hr.dialogues.model import ACTION_LIMIT, THEMES
from hr.dialogues.places import without_places
from hr.errors import DialogueFault, InvalidDialogueError
from hr.workdays import WorkCalendar, on_or_after
from privacy.guard import inspect
from privacy.names import WORD
from privacy.redaction import redact
from privacy.strangers import strangers

ACTIONS: Final = 2
"""As many actions as are agreed at once."""

MONTHS_AHEAD: Final = 6
"""How far ahead a group looks back at most."""

_BLANKS: Final = re.compile(r"\s+")


def chosen_themes(written: str, known: Sequence[str]) -> tuple[str, ...]:
    """The ids that a client joined by commas, in HR's order. Raises InvalidDialogueError for none, too many, or one that is not there."""
    chosen = {part.strip() for part in written.split(",") if part.strip()}
    if not 1 <= len(chosen) <= THEMES or not chosen <= set(known):
        raise InvalidDialogueError(DialogueFault.THEMES)
    return tuple(one for one in known if one in chosen)


def agreed_actions(written: Sequence[str]) -> tuple[str, ...]:
    """One or two actions in one line each. Raises InvalidDialogueError for none, a long one, and one that tells of a person."""
    lines = [_BLANKS.sub(" ", one).strip() for one in written]
    actions = tuple(dict.fromkeys(line for line in lines if line))
    if not 1 <= len(actions) <= ACTIONS:
        raise InvalidDialogueError(DialogueFault.NO_ACTION)
    for action in actions:
        if len(action) > ACTION_LIMIT:
            raise InvalidDialogueError(DialogueFault.TOO_LONG)
        if inspect(action) is not None:
            raise InvalidDialogueError(DialogueFault.PRIVATE)
        if names_somebody(action):
            raise InvalidDialogueError(DialogueFault.PERSON)
    return actions


def names_somebody(text: str) -> bool:
    """Whether a text names a person, as far as lists and places of words tell. Rather once too often: it can be put without a name.

    >>> names_somebody("Mette ringer hver fredag"), names_somebody("Lederen viser tallene hver måned")
    (True, False)
    """
    left = without_places(text)
    found = strangers(WORD.findall(left))
    return redact(left) != left or bool(found.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDay:
    """A working day to look back on; `moved_from` is the day off that was chosen."""

    day: date
    moved_from: date | None = None


def follow_up_day(chosen: date | None, *, today: date, calendar: WorkCalendar) -> FollowUpDay:
    """The day as it is kept. Raises InvalidDialogueError without one, for today or earlier, and for more than six months ahead."""
    if chosen is None:
        raise InvalidDialogueError(DialogueFault.NO_DAY)
    if chosen <= today:
        raise InvalidDialogueError(DialogueFault.PAST)
    if chosen > latest_day(today):
        raise InvalidDialogueError(DialogueFault.TOO_FAR)
    day = on_or_after(calendar, chosen)
    if day > latest_day(today):
        raise InvalidDialogueError(DialogueFault.TOO_FAR)
    return FollowUpDay(day=day, moved_from=chosen if day != chosen else None)


def latest_day(today: date) -> date:
    """The same day of the month six months on, or the last one of that month.

    >>> latest_day(date(2026, 8, 31))
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(today.month - 1 + MONTHS_AHEAD, 12)
    last = months.monthrange(today.year + year, month + 1)[1]
    return date(today.year + year, month + 1, min(today.day, last))


def written_day(written: str) -> date | None:
    """The day of a date input (`2026-05-07`) or as people write it (`7-5-2026`, `7/5 2026`); None when it is no day."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written.strip())
    danish = re.fullmatch(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})", written.strip())
    if iso is not None:
        year, month, day = map(int, iso.groups())
    elif danish is not None:
        day, month, year = map(int, danish.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
