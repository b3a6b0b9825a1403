"""Until when a step can be put off, at the moment at which it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from hr.absence.model import SnoozeChoice, Step, StepKind
from hr.absence.snoozing import snooze_options
from hr.absence.views import SnoozeOptions
from hr.errors import SnoozeRefusal
from tests.unit.hr.absence.builders import PARAMETERS, WINDOW, a_step, local, the_calendar

CONTACT = a_step(StepKind.LOCAL, date(2026, 9, 10))
LIMIT = a_step(StepKind.LAW, date(2026, 9, 14))
"""A Thursday, and a Monday."""

LATER, TOMORROW, DAY = SnoozeChoice.LATER, SnoozeChoice.TOMORROW, SnoozeChoice.DAY
ALL = {LATER, TOMORROW, DAY}


def options(step: Step, now: datetime) -> SnoozeOptions:
    return snooze_options(step, now=now, parameters=PARAMETERS, calendar=the_calendar(), window=WINDOW)


@pytest.mark.parametrize(
    ("now", "choices"),
    [
        (local(2026, 9, 10, 10), ALL),
        (local(2026, 9, 10, 14, 29), ALL),
        (local(2026, 9, 10, 14, 30), {TOMORROW, DAY}),
        (local(2026, 9, 10, 23), {TOMORROW, DAY}),
        (local(2026, 9, 11, 5), ALL),
        (local(2026, 9, 12, 10), {TOMORROW, DAY}),
    ],
)
def test_two_hours_are_offered_while_they_end_on_the_same_day(now: datetime, choices: set[SnoozeChoice]) -> None:
    assert options(CONTACT, now) == SnoozeOptions(choices=frozenset(choices))


@pytest.mark.parametrize(
    ("now", "choices"),
    [
        (local(2026, 9, 11, 10), ALL),
        (local(2026, 9, 11, 15), {TOMORROW, DAY}),
        (local(2026, 9, 14, 10), {LATER}),
    ],
)
def test_a_limit_of_the_law_leaves_what_lies_before_its_end(now: datetime, choices: set[SnoozeChoice]) -> None:
    assert options(LIMIT, now) == SnoozeOptions(choices=frozenset(choices), last_on=LIMIT.due_on)


@pytest.mark.parametrize("now", [local(2026, 9, 14, 15), local(2026, 9, 15, 10)])
def test_late_on_the_last_day_and_after_it_nothing_can_be_chosen(now: datetime) -> None:
    found = options(LIMIT, now)
    assert (found.choices, found.refusal) == (frozenset(), SnoozeRefusal.PAST_LIMIT)


@pytest.mark.parametrize("step", [CONTACT, LIMIT])
def test_what_was_put_off_as_often_as_it_can_be_is_not_put_off_again(step: Step) -> None:
    worn = replace(step, snoozes=PARAMETERS.max_snooze)
    found = options(worn, local(2026, 9, 10, 10))
    assert (found.choices, found.refusal) == (frozenset(), SnoozeRefusal.TOO_MANY)


def test_a_limit_of_the_law_ends_the_choice_for_what_leads_up_to_it() -> None:
    now = local(2026, 9, 10, 10)
    found = snooze_options(
        CONTACT, limit=date(2026, 9, 10), now=now, parameters=PARAMETERS, calendar=the_calendar(), window=WINDOW
    )
    assert (found.choices, found.last_on) == ({LATER}, date(2026, 9, 10))
