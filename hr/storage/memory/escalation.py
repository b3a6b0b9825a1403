"""Questions to HR and HR's channels in memory."""

# ruff: noqa: D102 - `hr.escalation.ports` says what each method promises

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hr.escalation.model import OPEN, HrChannel, Request, RequestMessage
from hr.storage.memory.session import Session


class MemoryRequests:
    """Answers `hr.escalation.ports.Requests`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, request: Request) -> int:
        rows = self._session.open()
        rows.request_numbers.append(number := len(rows.request_numbers) + 1)
        rows.requests[request.id] = replace(request, number=number)
        return number

    async def find(self, request_id: str, *, lock: bool = False) -> Request | None:
        del lock  # one unit at a time
        return self._session.open().requests.get(request_id)

    async def save(self, request: Request) -> None:
        rows = self._session.open().requests
        if request.id in rows:
            rows[request.id] = replace(request, number=rows[request.id].number)

    async def of_asker(self, asker_id: str) -> tuple[Request, ...]:
        theirs = [one for one in self._session.open().requests.values() if one.asker_id == asker_id]
        return tuple(sorted(theirs, key=lambda one: -one.number))

    async def open(self) -> tuple[Request, ...]:
        rows = self._session.open().requests.values()
        return tuple(sorted((one for one in rows if one.state in OPEN), key=lambda one: one.number))

    async def waiting(self, now: datetime, *, limit: int) -> tuple[Request, ...]:
        due = [
            (one.remind_at, one.number, one)
            for one in self._session.open().requests.values()
            if one.remind_at is not None and one.remind_at <= now
        ]
        return tuple(one for _, _, one in sorted(due, key=lambda row: row[:2])[:limit])

    async def finished_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        rows = self._session.open().requests.values()
        over = [one for one in rows if one.state not in OPEN and one.changed_at < moment]
        return tuple(one.id for one in sorted(over, key=lambda one: (one.changed_at, one.number))[:limit])

    async def delete(self, request_id: str) -> bool:
        rows = self._session.open()
        for key in [key for key in rows.request_messages if key[0] == request_id]:
            del rows.request_messages[key]
        return rows.requests.pop(request_id, None) is not None

    async def add_message(self, message: RequestMessage) -> None:
        self._session.open().request_messages[message.request_id, message.version] = message

    async def messages(self, request_id: str) -> tuple[RequestMessage, ...]:
        rows = self._session.open().request_messages
        return tuple(rows[key] for key in sorted(rows) if key[0] == request_id)

    async def save_channel(self, channel: HrChannel) -> None:
        rows = self._session.open().hr_channels
        for group in [group for group, one in rows.items() if one.conversation_id == channel.conversation_id]:
            del rows[group]
        rows[channel.group] = channel

    async def forget_registrars(self, moment: datetime) -> int:
        rows = self._session.open().hr_channels
        known = [one for one in rows.values() if one.registered_at < moment and one.registered_by]
        rows |= {one.group: replace(one, registered_by="") for one in known}
        return len(known)

    async def channel(self, group: str) -> HrChannel | None:
        return self._session.open().hr_channels.get(group)
