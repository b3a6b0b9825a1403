"""Cases, HR's content and calendars for tests of absence follow-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from hr.absence.content import load_absence, load_closed_days
from hr.absence.model import AbsenceCase, Step, StepKind
from hr.absence.plan import model_for, plan
from hr.absence.timeline import AbsenceContent, Parameters
from hr.clock import COPENHAGEN
from hr.send_window import SendWindow
from hr.workdays import MunicipalCalendar, WorkCalendar

CONTENT_FOLDER = Path(__file__).parents[4] / "hr" / "content"
WINDOW = SendWindow(start=time(7, 30), end=time(16, 30), zone=COPENHAGEN)
OWNER = "5a3e0c00-0000-4000-8000-000000000002"
DEPUTY = "5a3e0c00-0000-4000-8000-000000000005"
HR_PERSON = "5a3e0c00-0000-4000-8000-000000000011"


@cache
def the_content() -> AbsenceContent:
    """HR's content as it is delivered."""
    return load_absence(CONTENT_FOLDER)


@cache
def the_calendar() -> MunicipalCalendar:
    """The municipality's working days as they are delivered."""
    return MunicipalCalendar(load_closed_days(CONTENT_FOLDER))


def content_with(**parameters: Any) -> AbsenceContent:
    """HR's content with other parameters."""
    content = the_content()
    return replace(content, parameters=replace(content.parameters, **parameters))


PARAMETERS = Parameters()


def local(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment by the wall clock in Copenhagen, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)


def on_wall(moment: datetime) -> datetime:
    """A moment as the wall clock shows it."""
    return moment.astimezone(COPENHAGEN)


def a_case(
    first_day: date,
    *,
    created_on: date | None = None,
    calendar: WorkCalendar | None = None,
    office_calendar: WorkCalendar | None = None,
    content: AbsenceContent | None = None,
    today: date | None = None,
    **facts: Any,
) -> AbsenceCase:
    """A case created at noon on its first day, with the steps that it asks for on `today` (its first day)."""
    content, calendar = content or the_content(), calendar or the_calendar()
    created_on = created_on or first_day
    case = AbsenceCase(
        id="c" * 32,
        owner_id=OWNER,
        label="ME",
        first_day=first_day,
        model_id=model_for(content, first_day).id,
        created_at=datetime.combine(created_on, time(12), tzinfo=COPENHAGEN).astimezone(UTC),
        **facts,
    )
    return replace(case, steps=plan(case, content, calendar, today or created_on, office_calendar=office_calendar))


def the_step(case: AbsenceCase, key: str) -> Step:
    """The step with this key, which is there."""
    step = case.step(key)
    assert step is not None, f"no {key} among {[step.key for step in case.steps]}"
    return step


def with_step(case: AbsenceCase, key: str, **facts: Any) -> AbsenceCase:
    """The case with other facts of one step."""
    the_step(case, key)
    steps = tuple(replace(step, **facts) if step.key == key else step for step in case.steps)
    return replace(case, steps=steps)


def a_step(kind: StepKind, due_on: date, **facts: Any) -> Step:
    """A step due on a day."""
    values: dict[str, Any] = {
        "key": "A28" if kind is StepKind.LAW else "A03",
        "day": 3,
        "nominal_on": due_on,
        **facts,
    }
    return Step(rule=values["key"][:3], kind=kind, due_on=due_on, **values)


def keys(case: AbsenceCase) -> list[str]:
    """The keys of the open steps, in order."""
    return [step.key for step in case.open_steps]
