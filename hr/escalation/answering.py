"""What HR can do with a question: take it, answer, close, open it again, and say in which channel questions are to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from hr.errors import RequestMovedOnError, RequestNotFoundError
from hr.escalation.desk import Desk, checked
from hr.escalation.model import HrChannel, HrDeed, Request, RequestMessage, RequestState
from hr.escalation.queueing import update_cards
from hr.escalation.routing import Group
from hr.escalation.views import Page, RequestView
from hr.policy import Operation, is_hr

_FROM: Final[dict[HrDeed, frozenset[RequestState]]] = {
    HrDeed.TAKE: frozenset({RequestState.NEW}),
    HrDeed.TAKE_OVER: frozenset({RequestState.TAKEN}),
    HrDeed.CLOSE: frozenset({RequestState.NEW, RequestState.TAKEN, RequestState.ANSWERED}),
    HrDeed.REOPEN: frozenset({RequestState.ANSWERED, RequestState.CLOSED}),
}
"""In which states a deed makes sense."""

_OPERATION: Final[dict[HrDeed, Operation]] = {
    HrDeed.TAKE: Operation.TAKE_REQUEST,
    HrDeed.TAKE_OVER: Operation.TAKE_REQUEST,
    HrDeed.CLOSE: Operation.CLOSE_REQUEST,
    HrDeed.REOPEN: Operation.REOPEN_REQUEST,
    HrDeed.SHOW: Operation.SEE_REQUEST,
    HrDeed.DRAFT: Operation.DRAFT_DOCUMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The question as it is now, and whether the press changed it: it does not when somebody else was first."""

    view: RequestView
    changed: bool


class Answering:
    """HR's use cases; each asks anew whether the person may answer for the question's group."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def is_hr(self, person_id: str) -> bool:
        """Whether a person is in HR, by the people file."""
        return is_hr(await self._desk.person(person_id))

    async def answers(self, person_id: str) -> bool:
        """Whether a person answers for any group."""
        groups = self._desk.routing.groups.values()
        return any([await self._desk.may(person_id, Operation.SEE_REQUEST, group) for group in groups])

    async def show(
        self, person_id: str, request_id: str, *, operation: Operation = Operation.SEE_REQUEST
    ) -> RequestView:
        """A question as it stands, for whoever may do this with it. Raises RequestNotFoundError."""
        async with self._desk.new_unit() as unit:
            return await self._desk.view(unit, await self._desk.to_answer(unit, request_id, person_id, operation))

    async def open(self, person_id: str, *, start: int = 0) -> Page:
        """What waits for an answer of the groups that the person answers for, from the `start`-th on; nothing for everyone else.

        What nobody has taken comes first, the oldest of it before all. The default group has the questions of groups that are gone.
        """
        desk, routing = self._desk, self._desk.routing
        theirs = {
            group.id for group in routing.groups.values() if await desk.may(person_id, Operation.SEE_REQUEST, group)
        }
        async with desk.new_unit() as unit:
            waiting = [one for one in await unit.requests.open() if routing.group(one.group).id in theirs]
            waiting.sort(key=lambda one: (one.state is not RequestState.NEW, one.number))
            return await desk.page(unit, waiting, start)

    async def change(self, person_id: str, request_id: str, deed: HrDeed, *, card: str | None = None) -> Outcome:
        """Take, take over, close or open a question again. `card` is the message whose button was pressed. Raises RequestNotFoundError.

        Of two who take it at once the second changes nothing and sees who has it.
        """
        desk, now = self._desk, self._desk.clock.now()
        async with desk.new_unit() as unit:
            request = await desk.to_answer(unit, request_id, person_id, _OPERATION[deed], lock=True)
            if request.state not in _FROM.get(deed, frozenset()):
                return Outcome(view=await desk.view(unit, request), changed=False)
            request = self._changed(request, deed, person_id, now)
            await unit.requests.save(request)
            await update_cards(unit, desk.queue, request, besides=card)
            if deed is HrDeed.CLOSE and not _is_answered(await unit.requests.messages(request.id)):
                await unit.outbox.add([desk.queue.answer(request)])
            view = await desk.view(unit, request)
            await unit.commit()
        return Outcome(view=view, changed=True)

    async def answer(
        self, person_id: str, request_id: str, text: str, *, token: str, card: str | None = None
    ) -> Outcome:
        """Keep the answer and queue it for the one who asked. Who answers a question that nobody has, has it.

        Raises RequestNotFoundError, RequestTextError; RequestMovedOnError when it is withdrawn or closed.
        """
        desk, now = self._desk, self._desk.clock.now()
        text, _ = checked(text, acute=False)
        async with desk.new_unit() as unit:
            request = await desk.to_answer(unit, request_id, person_id, Operation.ANSWER_REQUEST, lock=True)
            # By each who presses: in a channel all of HR have the same card before them.
            if not await unit.used_actions.claim(uuid5(NAMESPACE_OID, f"{token}:{person_id}").hex, at=now):
                return Outcome(view=await desk.view(unit, request), changed=True)
            if request.state in {RequestState.WITHDRAWN, RequestState.CLOSED}:
                raise RequestMovedOnError
            if request.state in {RequestState.TAKEN, RequestState.ANSWERED} and request.taken_by != person_id:
                return Outcome(view=await desk.view(unit, request), changed=False)
            request = replace(
                request,
                state=RequestState.ANSWERED,
                taken_by=person_id,
                version=request.version + 1,
                remind_at=None,
                changed_at=now,
            )
            await unit.requests.save(request)
            await unit.requests.add_message(
                RequestMessage(
                    request_id=request.id,
                    version=request.version,
                    author_id=person_id,
                    from_hr=True,
                    text=text,
                    at=now,
                )
            )
            await unit.outbox.add([desk.queue.answer(request)])
            await update_cards(unit, desk.queue, request, besides=card)
            view = await desk.view(unit, request)
            await unit.commit()
        return Outcome(view=view, changed=True)

    async def register_channel(self, person_id: str, conversation_id: str, group_name: str) -> Group | None:
        """Let the questions of a group come into this chat from now on; None when there is no such group.

        Raises RequestNotFoundError for whoever does not answer for it.
        """
        desk = self._desk
        group = desk.routing.group_named(group_name)
        if not await desk.may(person_id, Operation.CHOOSE_CHANNEL, group):
            raise RequestNotFoundError
        if group is None:
            return None
        async with desk.new_unit() as unit:
            await unit.requests.save_channel(
                HrChannel(
                    group=group.id,
                    conversation_id=conversation_id,
                    registered_by=person_id,
                    registered_at=desk.clock.now(),
                )
            )
            await unit.commit()
        return group

    async def is_channel_of(self, conversation_id: str, request_id: str) -> bool:
        """Whether a chat is the channel of the group that a question went to: there its card may be pressed, though others read along."""
        async with self._desk.new_unit() as unit:
            request = await unit.requests.find(request_id)
            if request is None:
                return False
            group = self._desk.routing.group(request.group)
            return conversation_id == await self._desk.channel_named(unit, group)

    def _changed(self, request: Request, deed: HrDeed, person_id: str, now: datetime) -> Request:
        desk, taken = self._desk, deed in {HrDeed.TAKE, HrDeed.TAKE_OVER, HrDeed.REOPEN}
        return replace(
            request,
            state=RequestState.TAKEN if taken else RequestState.CLOSED,
            taken_by=person_id if taken else request.taken_by,
            version=request.version + 1,
            reminders=0,
            remind_at=desk.morning_after(desk.routing.remind_taker_after_days) if taken else None,
            changed_at=now,
        )


def _is_answered(said: Sequence[RequestMessage]) -> bool:
    """Whether HR had the last word."""
    return bool(said) and said[-1].from_hr
