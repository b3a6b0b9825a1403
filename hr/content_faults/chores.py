"""What happens by itself: a new fault is told to those who can mend it, and what told of it is replaced when it is mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from hr import policy
from hr.clock import Clock
from hr.content_faults.explaining import is_document
from hr.insight.model import KnownFault
from hr.live_file import ContentFault, HasFault
from hr.outbox.model import MessageKind, MessageState, OutboxMessage, Why
from hr.people import Person
from hr.policy import Operation, by_role
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import WorkCalendar

SETTLE: Final = timedelta(seconds=10)
"""How long a fault is left as it was last seen: two workers look at a file at different moments, and must not contradict each other."""

GRACE: Final = timedelta(seconds=20)
"""How long a fault waits to be told. Who mends it at once, or whose editor saves in two steps, is spared the message."""

_CARDS: Final = (MessageKind.CONTENT_FAULT,)

Documents = Callable[[], Sequence[ContentFault] | None]
"""The faults of documents; None where nobody knows just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message tells. `mended`: it takes the place of the one that told of the fault; `in_use`: the file has no other."""

    fault: ContentFault
    mended: bool
    in_use: bool


class FaultChores:
    """The worker's part. Any number of workers may do it at the same time."""

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        files: Sequence[HasFault],
        documents: Documents,
        people_file: str,
        window: SendWindow,
        calendar: Callable[[], WorkCalendar],
        clock: Clock,
    ) -> None:
        """`people_file` is the name of the file with people: operators are told of its faults too."""
        self._new_unit = new_unit
        self._directory = directory
        self._files = tuple(files)
        self._documents = documents
        self._people_file = people_file
        self._window = window
        self._calendar = calendar
        self._clock = clock

    async def follow(self) -> int:
        """Bring what is known of faults in line with the files; how many were opened or mended."""
        documents = self._documents()
        found = [fault for file in self._files if (fault := file.fault) is not None] + list(documents or ())
        async with self._new_unit() as unit:
            known = {one.fault.id: one for one in await unit.insight.open_faults()}
        done = 0
        for fault in found:
            before = known.pop(fault.id, None)
            if before is None or before.fault.line != fault.line:
                done += await self._open(fault)
        for gone in known.values():
            if documents is not None or not is_document(gone.fault):
                done += await self._mend(gone)
        return done

    async def told(self, unit: UnitOfWork, message: OutboxMessage) -> Told | Why:
        """What a message has to tell as things are in `unit`, or why it must not leave."""
        known = await unit.insight.fault(message.subject_id or "")
        mended = message.replaces is not None
        if known is None or message.step_key != _stamp(known.since) or mended is (known.mended_at is None):
            return Why.CHANGED
        if not self._may_know(await self._directory.find(message.recipient_id), known.fault):
            return Why.NOT_ENTITLED
        others = [one for one in await unit.insight.open_faults() if one.fault.file == known.fault.file]
        return Told(fault=known.fault, mended=mended, in_use=not others)

    async def _open(self, fault: ContentFault) -> bool:
        now = self._clock.now()
        async with self._new_unit() as unit:
            before = await unit.insight.fault(fault.id)
            if before is not None and before.mended_at is not None and _is_fresh(before.mended_at, now):
                return False
            opened = await unit.insight.open_fault(fault, at=now)
            if opened:
                await unit.outbox.add(
                    [self._row(fault, now, now + GRACE, person.id) for person in await self._recipients(fault)]
                )
            await unit.commit()
        return opened

    async def _mend(self, known: KnownFault) -> bool:
        now = self._clock.now()
        if _is_fresh(known.since, now):
            return False
        async with self._new_unit() as unit:
            if not await unit.insight.mend(known.fault.id, at=now):
                return False
            await unit.outbox.cancel_about(known.fault.id, kinds=_CARDS)
            cards = [
                card
                for card in await unit.outbox.about(known.fault.id, kinds=_CARDS)
                if card.step_key == _stamp(known.since) and card.replaces is None
            ]
            if any(card.state is MessageState.SENDING for card in cards):
                return False  # Not committed: nobody knows yet which card is to be replaced. The next round does.
            await unit.outbox.add(
                [
                    self._row(known.fault, known.since, now, card.recipient_id, replaces=card.activity_id)
                    for card in cards
                    if card.state is MessageState.SENT and card.activity_id is not None
                ]
            )
            await unit.commit()
        return True

    async def _recipients(self, fault: ContentFault) -> tuple[Person, ...]:
        return tuple(person for person in await self._directory.everyone() if self._may_know(person, fault))

    def _may_know(self, person: Person | None, fault: ContentFault) -> bool:
        of_people = fault.file == self._people_file
        return policy.may(Operation.KNOW_PEOPLE_FAULTS if of_people else Operation.KNOW_FAULTS, by_role(person))

    def _row(
        self, fault: ContentFault, since: datetime, at: datetime, recipient_id: str, *, replaces: str | None = None
    ) -> OutboxMessage:
        leaves = self._window.next_open(at, self._calendar(), send_time=self._window.start)
        part = "mended" if replaces is not None else "new"
        return OutboxMessage(
            id=uuid4().hex,
            kind=MessageKind.CONTENT_FAULT,
            key=f"{MessageKind.CONTENT_FAULT.value}:{fault.id}:{_stamp(since)}:{recipient_id}:{part}",
            recipient_id=recipient_id,
            subject_id=fault.id,
            step_key=_stamp(since),
            replaces=replaces,
            due_at=leaves,
            not_before=leaves,
            created_at=self._clock.now(),
        )


def _stamp(since: datetime) -> str:
    """When a fault was first seen: the same fault may come again."""
    return since.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")


def _is_fresh(moment: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - moment < SETTLE
