"""Questions to HR and HR's channels in SQL."""

# ruff: noqa: D102 - `hr.escalation.ports` says what each method promises

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from hr.escalation.model import OPEN, HrChannel, Request, RequestMessage, RequestState
from hr.storage.escalation_tables import hr_channels, request_messages, requests
from hr.storage.sql.session import Session
from privacy.redaction import RedactedText

_OPEN = [state.value for state in RequestState if state in OPEN]
_FINISHED = [state.value for state in RequestState if state not in OPEN]


class SqlRequests:
    """Answers `hr.escalation.ports.Requests`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, request: Request) -> int:
        insert = self._session.insert(requests).values(id=request.id, **_columns(request)).returning(requests.c.number)
        row = await self._session.first(insert)
        return int(row.number) if row is not None else 0

    async def find(self, request_id: str, *, lock: bool = False) -> Request | None:
        wanted = select(requests).where(requests.c.id == request_id)
        row = await self._session.first(wanted.with_for_update() if lock else wanted)
        return _request(row) if row is not None else None

    async def save(self, request: Request) -> None:
        await self._session.run(update(requests).where(requests.c.id == request.id).values(**_columns(request)))

    async def of_asker(self, asker_id: str) -> tuple[Request, ...]:
        wanted = select(requests).where(requests.c.asker_id == asker_id).order_by(requests.c.number.desc())
        return tuple(map(_request, await self._session.all(wanted)))

    async def open(self) -> tuple[Request, ...]:
        wanted = select(requests).where(requests.c.state.in_(_OPEN)).order_by(requests.c.number)
        return tuple(map(_request, await self._session.all(wanted)))

    async def waiting(self, now: datetime, *, limit: int) -> tuple[Request, ...]:
        wanted = (
            select(requests)
            .where(requests.c.remind_at <= now)
            .order_by(requests.c.remind_at, requests.c.number)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(map(_request, await self._session.all(wanted)))

    async def finished_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        wanted = (
            select(requests.c.id)
            .where(requests.c.state.in_(_FINISHED), requests.c.changed_at < moment)
            .order_by(requests.c.changed_at, requests.c.number)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(row.id for row in await self._session.all(wanted))

    async def delete(self, request_id: str) -> bool:
        await self._session.run(delete(request_messages).where(request_messages.c.request_id == request_id))
        return bool(await self._session.run(delete(requests).where(requests.c.id == request_id)))

    async def add_message(self, message: RequestMessage) -> None:
        await self._session.run(
            self._session.insert(request_messages).values(
                request_id=message.request_id,
                version=message.version,
                author_id=message.author_id,
                from_hr=message.from_hr,
                text=message.text,
                at=message.at,
            )
        )

    async def messages(self, request_id: str) -> tuple[RequestMessage, ...]:
        wanted = (
            select(request_messages)
            .where(request_messages.c.request_id == request_id)
            .order_by(request_messages.c.version)
        )
        return tuple(map(_message, await self._session.all(wanted)))

    async def save_channel(self, channel: HrChannel) -> None:
        await self._session.run(
            delete(hr_channels).where(
                hr_channels.c.conversation_id == channel.conversation_id, hr_channels.c.group_id != channel.group
            )
        )
        await self._session.run(
            self._session.upsert(hr_channels).values(
                group_id=channel.group,
                conversation_id=channel.conversation_id,
                registered_by=channel.registered_by,
                registered_at=channel.registered_at,
            )
        )

    async def forget_registrars(self, moment: datetime) -> int:
        known = (hr_channels.c.registered_at < moment) & (hr_channels.c.registered_by != "")
        return await self._session.run(update(hr_channels).where(known).values(registered_by=""))

    async def channel(self, group: str) -> HrChannel | None:
        row = await self._session.first(select(hr_channels).where(hr_channels.c.group_id == group))
        if row is None:
            return None
        return HrChannel(
            group=row.group_id,
            conversation_id=row.conversation_id,
            registered_by=row.registered_by,
            registered_at=row.registered_at,
        )


def _columns(request: Request) -> dict[str, Any]:
    return {
        "asker_id": request.asker_id,
        "topic": request.topic,
        "group_id": request.group,
        "question": request.question,
        "answer": request.answer,
        "documents": list(request.documents),
        "state": request.state.value,
        "taken_by": request.taken_by,
        "version": request.version,
        "rounds": request.rounds,
        "reminders": request.reminders,
        "remind_at": request.remind_at,
        "created_at": request.created_at,
        "changed_at": request.changed_at,
    }


def _request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        number=row.number,
        asker_id=row.asker_id,
        topic=row.topic,
        group=row.group_id,
        question=RedactedText(row.question),
        answer=row.answer,
        documents=tuple(row.documents),
        state=RequestState(row.state),
        taken_by=row.taken_by,
        version=row.version,
        rounds=row.rounds,
        reminders=row.reminders,
        remind_at=row.remind_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _message(row: Row[Any]) -> RequestMessage:
    return RequestMessage(
        request_id=row.request_id,
        version=row.version,
        author_id=row.author_id,
        from_hr=row.from_hr,
        text=row.text,
        at=row.at,
    )
