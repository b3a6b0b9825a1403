"""What a leader chooses for himself: how much he is reminded, when not, and who is reminded instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hr.absence import course
from hr.absence.changes import cancel_outdated
from hr.absence.course import Facts
from hr.absence.desk import ONE_YEAR, Desk, choices_of
from hr.absence.model import AbsenceCase, Away, CaseState, Preferences, ReminderLevel
from hr.absence.showing import Showing
from hr.absence.views import SettingsView
from hr.errors import DayFault, InvalidDayError, UnknownColleagueError
from hr.people import Person
from hr.policy import Operation, is_leader
from hr.ports import UnitOfWork
from hr.send_window import moment_at
from hr.workdays import on_or_after

_DAY = timedelta(days=1)


class LeaderSettings:
    """Preferences and periods away."""

    def __init__(self, desk: Desk, showing: Showing) -> None:
        self._desk = desk
        self._showing = showing

    async def may_lead(self, person_id: str) -> bool:
        """Whether the directory says so."""
        return is_leader(await self._desk.person(person_id))

    async def settings(self, person_id: str) -> SettingsView:
        """The choices as they are, those of somebody who chose nothing included."""
        person = await self._desk.person(person_id)
        async with self._desk.new_unit() as unit:
            return await self._view(unit, person.id if person is not None else person_id)

    async def choose(self, person_id: str, *, level: ReminderLevel, weekend_duty: bool, token: str) -> SettingsView:
        """Keep the choices and let the cases follow them."""
        person = await self._desk.leader(person_id, Operation.CHOOSE_REMINDERS)
        async with self._desk.new_unit() as unit:
            if await self._desk.claim(unit, token):
                before = await choices_of(unit, person.id)
                after = Preferences(person_id=person.id, level=level, weekend_duty=weekend_duty)
                await unit.choices.save_preferences(after)
                facts = self._desk.facts(after)
                for case in await self._followed(unit, person.id):
                    if before.weekend_duty != after.weekend_duty and case.state is not CaseState.CLOSED:
                        await _save(unit, case, course.planned(facts, case, new_generation=True))
                    elif before != after:
                        await _save(unit, case, course.reminded(facts, case))
            return await self._finish(unit, person)

    async def go_away(
        self, person_id: str, *, from_day: date, to_day: date, deputy: str | None, token: str
    ) -> SettingsView:
        """Keep a period in the place of the one there was, and tell the deputy."""
        person = await self._desk.leader(person_id, Operation.CHOOSE_REMINDERS)
        self._check_period(from_day, to_day)
        deputy_id = await self._deputy(person, deputy)
        async with self._desk.new_unit() as unit:
            if await self._desk.claim(unit, token):
                away = Away(leader_id=person.id, from_day=from_day, to_day=to_day, deputy_id=deputy_id)
                await self._awaken(unit, person.id)
                await unit.choices.save_away(away)
                if deputy_id is not None:
                    messages = self._desk.messages(await choices_of(unit, deputy_id))
                    await unit.outbox.add([messages.deputy_notice(away, deputy_id=deputy_id, token=token)])
            return await self._finish(unit, person)

    async def come_back(self, person_id: str, *, token: str) -> SettingsView:
        """Forget the period; what waited for its end is due now."""
        person = await self._desk.leader(person_id, Operation.CHOOSE_REMINDERS)
        async with self._desk.new_unit() as unit:
            if await self._desk.claim(unit, token):
                await self._awaken(unit, person.id)
                await unit.choices.end_away(person.id)
            return await self._finish(unit, person)

    async def _finish(self, unit: UnitOfWork, person: Person) -> SettingsView:
        view = await self._view(unit, person.id)
        await unit.commit()
        return view

    async def _view(self, unit: UnitOfWork, person_id: str) -> SettingsView:
        today = self._desk.clock.today()
        away = (await unit.choices.away([person_id])).get(person_id)
        if away is not None and away.to_day < today:
            away = None
        deputy_id = away.deputy_id if away is not None else None
        return SettingsView(
            preferences=await choices_of(unit, person_id),
            away=away,
            deputy_name=await self._showing.name(deputy_id) if deputy_id is not None else None,
            today=today,
            deputy_reachable=deputy_id is None or await unit.conversations.find_personal(deputy_id) is not None,
        )

    async def _deputy(self, person: Person, handle: str | None) -> str | None:
        if handle is None or not handle.strip():
            return None
        deputy = await self._desk.directory.find_by_handle(handle.strip())
        if deputy is None or deputy.id == person.id:
            raise UnknownColleagueError
        return deputy.id

    def _check_period(self, from_day: date, to_day: date) -> None:
        today = self._desk.clock.today()
        if to_day < from_day:
            raise InvalidDayError(DayFault.ORDER)
        if to_day < today:
            raise InvalidDayError(DayFault.PAST)
        if to_day > today + ONE_YEAR:
            raise InvalidDayError(DayFault.TOO_FAR)

    async def _followed(self, unit: UnitOfWork, person_id: str) -> list[AbsenceCase]:
        """The leader's cases that still ask for something, each locked, in the one order in which cases are locked."""
        listed = sorted(case.id for case in await unit.cases.of_owners([person_id]) if case.listed)
        found = [await unit.cases.find(case_id, lock=True) for case_id in listed]
        return [case for case in found if case is not None and case.listed and case.owner_id == person_id]

    async def _awaken(self, unit: UnitOfWork, person_id: str) -> None:
        """Let nothing wait any longer for the end of the period that there was."""
        away = (await unit.choices.away([person_id])).get(person_id)
        if away is None:
            return
        facts = self._desk.facts(await choices_of(unit, person_id))
        for case in await self._followed(unit, person_id):
            await _save(unit, case, course.awakened(facts, case, _back_at(facts, away)))


def _back_at(facts: Facts, away: Away) -> datetime:
    """When a leader without a deputy is reminded of what he missed."""
    day = on_or_after(facts.calendar, away.to_day + _DAY)
    return moment_at(day, facts.content.parameters.send_time, facts.zone)


async def _save(unit: UnitOfWork, before: AbsenceCase, after: AbsenceCase) -> None:
    if after == before:
        return
    if after.generation != before.generation:
        await cancel_outdated(unit, before, after)
    await unit.cases.save(after)
