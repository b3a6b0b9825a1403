"""What the use cases of questions to HR share: who is who, who may answer, and what a text must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from hr import policy
from hr.clock import Clock
from hr.errors import RequestNotFoundError, RequestTextError, RequestTextFault
from hr.escalation.model import Request
from hr.escalation.queueing import Queue
from hr.escalation.routing import Group, Routing, after_working_hours, morning_after
from hr.escalation.views import PAGE, Page, RequestView, Said
from hr.people import Person, Role
from hr.policy import Actor, Operation, by_role
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar
from privacy.guard import Finding, GuardReason, reasons_against

TEXT_LIMIT: Final = 2_000
"""Characters of a question or an answer."""

_REFUSED: Final = {
    GuardReason.HEALTH_DETAILS: RequestTextFault.HEALTH,
    GuardReason.CPR_NUMBER: RequestTextFault.CPR,
    GuardReason.ACUTE: RequestTextFault.ACUTE,
}


class RoutingSource(Protocol):
    """Where the routing is; `hr.escalation.routing_file.LiveRouting` knows."""

    @property
    def routing(self) -> Routing:
        """HR's routing as it is now."""
        ...


def checked(text: str, *, acute: bool = True) -> tuple[str, Finding | None]:
    """The text, and what the guard finds in it that may be sent all the same. Raises RequestTextError; `acute` False lets that pass too."""
    text = text.strip()
    if not any(char.isalnum() for char in text):
        raise RequestTextError(RequestTextFault.EMPTY)
    if len(text) > TEXT_LIMIT:
        raise RequestTextError(RequestTextFault.TOO_LONG)
    found = reasons_against(text)
    refused = [reason for reason in found if reason in _REFUSED and (acute or reason is not GuardReason.ACUTE)]
    if refused:
        raise RequestTextError(_REFUSED[refused[0]])
    return text, Finding(reason=found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The group that a question goes to, and who of it is told: nobody where the asker is all of HR."""

    group: Group
    members: tuple[Person, ...]


class Desk:
    """The parts, and the questions that every use case asks of them."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        source: RoutingSource,
        window: SendWindow,
        calendar: Callable[[], WorkCalendar],
        clock: Clock,
    ) -> None:
        self.new_unit = new_unit
        self.clock = clock
        self.window = window
        self._directory = directory
        self._source = source
        self._calendar = calendar

    @property
    def routing(self) -> Routing:
        """HR's routing as it is now."""
        return self._source.routing

    @property
    def calendar(self) -> WorkCalendar:
        """HR's working days as they are now."""
        return self._calendar()

    @property
    def opens_at(self) -> datetime:
        """When a message of this moment may leave: now, or at the next opening of the window."""
        return self.window.next_open(self.clock.now(), self.calendar, send_time=self.window.start)

    @property
    def queue(self) -> Queue:
        """Makes rows of the outbox at this moment."""
        return Queue(now=self.clock.now(), not_before=self.opens_at)

    @property
    def first_reminder(self) -> datetime:
        """When a group is called to mind of a question that begins to wait now."""
        return after_working_hours(
            self.clock.now(), self.routing.remind_after_hours, window=self.window, calendar=self.calendar
        )

    def morning_after(self, days: int) -> datetime:
        """The morning `days` working days from now."""
        return morning_after(self.clock.now(), days, window=self.window, calendar=self.calendar)

    async def person(self, person_id: str | None) -> Person | None:
        """Who somebody is."""
        return await self._directory.find(person_id) if person_id else None

    async def reach(self, group: Group, asker_id: str) -> Reach:
        """Who gets a question to a group. Where that is the asker alone, the default group gets it, or whoever else is in HR; else nobody."""
        default = self.routing.groups[self.routing.default_group]
        for one in (group, default):
            others = tuple(person for person in await self.members(one) if person.id != asker_id)
            if others:
                return Reach(group=one, members=others)
        hr = {person.id: person for person in [*await self._directory.with_role(Role.HR), *await self.leads()]}
        return Reach(group=default, members=tuple(person for person in hr.values() if person.id != asker_id))

    async def channel_named(self, unit: UnitOfWork, group: Group) -> str | None:
        """The conversation id of a group's channel: the one chosen by a message goes before that of the file."""
        found = await unit.requests.channel(group.id)
        return found.conversation_id if found is not None else group.channel

    async def channel(self, unit: UnitOfWork, group: Group) -> str | None:
        """The same where Kompas is in that chat; None when it is not, and the members must hear of a question themselves."""
        channel = await self.channel_named(unit, group)
        return channel if channel is not None and await unit.conversations.find(channel) is not None else None

    async def members(self, group: Group) -> tuple[Person, ...]:
        """Who answers for a group, each once. Where nobody is left, everyone in HR, so that no question goes nowhere."""
        everyone = {person.key: person for person in await self._directory.everyone()}
        named = [everyone.get(name) or await self._directory.find_by_handle(name) for name in group.members]
        found = [person for person in named if person is not None]
        found += await self._directory.with_role(group.role) if group.role is not None else ()
        if not found:
            found = [*await self._directory.with_role(Role.HR), *await self.leads()]
        return tuple({person.id: person for person in found}.values())

    async def leads(self) -> tuple[Person, ...]:
        """Who leads HR."""
        return await self._directory.with_role(Role.HR_LEAD)

    async def may(self, person_id: str, operation: Operation, group: Group | None) -> bool:
        """Whether a person may do this with the questions of a group; None is a group that is not there."""
        person = await self.person(person_id)
        found = set(by_role(person))
        if person is not None and group is not None and any(one.id == person.id for one in await self.members(group)):
            found.add(Actor.ANSWERER)
        return policy.may(operation, found)

    async def own(
        self, unit: UnitOfWork, request_id: str, asker_id: str, operation: Operation, *, lock: bool = False
    ) -> Request:
        """A question with which the one who asked may do this. Raises RequestNotFoundError."""
        request = await unit.requests.find(request_id, lock=lock)
        found = {Actor.ASKER} if request is not None and request.asker_id == asker_id else set()
        if request is None or not policy.may(operation, found):
            raise RequestNotFoundError
        return request

    async def to_answer(
        self, unit: UnitOfWork, request_id: str, person_id: str, operation: Operation, *, lock: bool = False
    ) -> Request:
        """A question with which the person may do this for HR. Raises RequestNotFoundError."""
        request = await unit.requests.find(request_id, lock=lock)
        if request is None or not await self.may(person_id, operation, self.routing.group(request.group)):
            raise RequestNotFoundError
        return request

    async def view(self, unit: UnitOfWork, request: Request) -> RequestView:
        """The question as it stands in `unit`, with names."""
        said = await unit.requests.messages(request.id)
        return RequestView(
            request=request,
            topic=self.routing.topic(request.topic),
            group=self.routing.group(request.group),
            asker=await self._name(request.asker_id),
            taker=await self._name(request.taken_by),
            thread=tuple(
                [
                    Said(name=await self._name(one.author_id), from_hr=one.from_hr, text=one.text, at=one.at)
                    for one in said
                ]
            ),
        )

    async def page(self, unit: UnitOfWork, requests: Sequence[Request], start: int) -> Page:
        """The questions from the `start`-th on; the last page when there are not so many."""
        if start >= len(requests):
            start = max(0, (len(requests) - 1) // PAGE * PAGE)
        views = [await self.view(unit, one) for one in requests[start : start + PAGE]]
        return Page(views=tuple(views), start=start, total=len(requests))

    async def _name(self, person_id: str | None) -> str:
        person = await self.person(person_id)
        return person.name if person is not None else ""
