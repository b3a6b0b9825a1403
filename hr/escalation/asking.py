"""What the one who asks can do: send a question, see what became of it, ask on, take it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from hr.errors import NotConfirmedError, RequestMovedOnError, RequestTextError, RequestTextFault
from hr.escalation.desk import Desk, Reach, checked
from hr.escalation.model import OPEN, Request, RequestMessage, RequestState
from hr.escalation.queueing import update_cards
from hr.escalation.routing import Topic
from hr.escalation.views import Page, RequestView
from hr.outbox.model import MessageKind
from hr.policy import Operation
from hr.ports import UnitOfWork
from privacy.redaction import redact

WORDING: Final = "wording"
"""The mark of a question whose words tell of a dismissal, a sanction or a judgement of somebody."""

OPEN_LIMIT: Final = 5
"""Open questions of one person. Each is a card to everybody in its group, and anybody in the tenant may ask."""

ANSWER_LIMIT: Final = 1_500
"""Characters that are kept of what Kompas had answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to send. `confirmed` is the mark of the warning that has been read; `token` makes one question of several presses."""

    asker_id: str
    question: str
    topic: str
    token: str
    confirmed: str = ""
    answer: str | None = None
    documents: tuple[str, ...] = ()


class Asking:
    """The asker's use cases. Everything is kept before anything leaves, and leaves by the outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, draft: Draft) -> RequestView:
        """Keep the question and queue it for its group; a second press gives the same question.

        Raises RequestTextError for what must not be kept and for one too many, NotConfirmedError for what must be confirmed first.
        """
        desk, request_id = self._desk, uuid5(NAMESPACE_OID, f"request:{draft.asker_id}:{draft.token}").hex
        topic = desk.routing.topic(draft.topic)
        if topic is None:
            raise RequestTextError(RequestTextFault.TOPIC)
        question = _confirmed(draft, topic)
        now, reach = desk.clock.now(), await desk.reach(desk.routing.group_of(topic), draft.asker_id)
        if not reach.members:
            raise RequestTextError(RequestTextFault.NOBODY)
        async with desk.new_unit() as unit:
            if not await unit.used_actions.claim(draft.token, at=now):
                return await desk.view(
                    unit, await desk.own(unit, request_id, draft.asker_id, Operation.SEE_OWN_REQUEST)
                )
            if sum(one.state in OPEN for one in await unit.requests.of_asker(draft.asker_id)) >= OPEN_LIMIT:
                raise RequestTextError(RequestTextFault.TOO_MANY)
            request = Request(
                id=request_id,
                asker_id=draft.asker_id,
                topic=topic.id,
                group=reach.group.id,
                question=redact(question),
                answer=draft.answer[:ANSWER_LIMIT] if draft.answer else None,
                documents=draft.documents,
                remind_at=desk.first_reminder,
                created_at=now,
                changed_at=now,
            )
            request = replace(request, number=await unit.requests.add(request))
            await self._tell(unit, request, reach)
            view = await desk.view(unit, request)
            await unit.commit()
        return view

    async def mine(self, asker_id: str, *, start: int = 0) -> Page:
        """What the person has asked, the newest first, from the `start`-th on."""
        async with self._desk.new_unit() as unit:
            return await self._desk.page(unit, await unit.requests.of_asker(asker_id), start)

    async def show(self, asker_id: str, request_id: str) -> RequestView:
        """One of them. Raises RequestNotFoundError."""
        async with self._desk.new_unit() as unit:
            return await self._desk.view(
                unit, await self._desk.own(unit, request_id, asker_id, Operation.SEE_OWN_REQUEST)
            )

    async def withdraw(self, asker_id: str, request_id: str) -> RequestView:
        """Take the question back: what has not left does not leave, and HR's cards say so. Raises RequestNotFoundError, RequestMovedOnError."""
        return await self._end(asker_id, request_id, Operation.WITHDRAW_REQUEST, RequestState.WITHDRAWN, OPEN)

    async def helped(self, asker_id: str, request_id: str) -> RequestView:
        """The answer helped. Raises RequestNotFoundError, RequestMovedOnError."""
        answered = frozenset({RequestState.ANSWERED})
        return await self._end(asker_id, request_id, Operation.SETTLE_REQUEST, RequestState.CLOSED, answered)

    async def ask_on(self, asker_id: str, request_id: str, text: str, *, token: str) -> RequestView:
        """Open an answered or closed question again with something more to it. Raises as `send` and `withdraw` do."""
        desk, now = self._desk, self._desk.clock.now()
        text, _ = checked(text)
        async with desk.new_unit() as unit:
            request = await desk.own(unit, request_id, asker_id, Operation.ASK_ON, lock=True)
            if not await unit.used_actions.claim(token, at=now):
                return await desk.view(unit, request)
            if request.state not in {RequestState.ANSWERED, RequestState.CLOSED}:
                raise RequestMovedOnError
            reach = await desk.reach(desk.routing.group(request.group), asker_id)
            request = replace(
                request,
                state=RequestState.NEW,
                group=reach.group.id,
                taken_by=None,
                version=request.version + 1,
                rounds=request.rounds + 1,
                reminders=0,
                remind_at=desk.first_reminder,
                changed_at=now,
            )
            await unit.requests.save(request)
            await unit.requests.add_message(
                RequestMessage(
                    request_id=request.id,
                    version=request.version,
                    author_id=asker_id,
                    from_hr=False,
                    text=redact(text),
                    at=now,
                )
            )
            await update_cards(unit, desk.queue, request)
            await self._tell(unit, request, reach)
            view = await desk.view(unit, request)
            await unit.commit()
        return view

    async def _end(
        self,
        asker_id: str,
        request_id: str,
        operation: Operation,
        end: RequestState,
        allowed: frozenset[RequestState],
    ) -> RequestView:
        desk = self._desk
        async with desk.new_unit() as unit:
            request = await desk.own(unit, request_id, asker_id, operation, lock=True)
            if request.state is not end:
                if request.state not in allowed:
                    raise RequestMovedOnError
                request = replace(
                    request, state=end, version=request.version + 1, remind_at=None, changed_at=desk.clock.now()
                )
                await unit.requests.save(request)
                if end is RequestState.WITHDRAWN:
                    await unit.outbox.cancel_about(request.id, kinds={MessageKind.REQUEST_ANSWER})
                await update_cards(unit, desk.queue, request)
            view = await desk.view(unit, request)
            await unit.commit()
        return view

    async def _tell(self, unit: UnitOfWork, request: Request, reach: Reach) -> None:
        channel = await self._desk.channel(unit, reach.group)
        await unit.outbox.add(self._desk.queue.new(request, members=reach.members, channel=channel))


def _confirmed(draft: Draft, topic: Topic) -> str:
    """The question, when it may be sent and what must be confirmed was. Raises RequestTextError, NotConfirmedError."""
    question, found = checked(draft.question)
    if topic.warning is not None:
        mark, warning = topic.id, topic.warning
    elif found is not None:
        mark, warning = WORDING, None
    else:
        return question
    if draft.confirmed != mark:
        raise NotConfirmedError(mark=mark, warning=warning)
    return question
