"""The part of `kompas bench` about a reminder of HR's to thousands: how long its recipients take to be frozen, and to be reached.

On SQLite, in a database that is gone afterwards. The floor of the sending is the rate alone; that of the freezing is the same number of
rows by bare INSERTs in one transaction. Reminders about absence fall due meanwhile and are timed too.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID, uuid4

import aiohttp
from sqlalchemy import insert

from adaptive_cards.texts import load_catalogue
from bot.benchmark_absence import Say
from bot.benchmark_figures import in_seconds, note_gaps, took
from bot.benchmark_office import MORNING, RATE, NoPassages, Office, open_office, reference, worker_of
from bot.doubles.connector import Call, ConnectorDouble
from bot.makers.campaigns import CAMPAIGN_KINDS, CampaignMaker
from hr.campaigns.composing import Written
from hr.campaigns.content import LiveCampaigns
from hr.campaigns.model import Audience
from hr.campaigns.service import CampaignService
from hr.people import FileDirectory, Person, Role
from hr.storage.campaigns_tables import campaign_recipients
from hr.storage.tables import outbox

AREA: Final = "Hele huset"
NUDGE_APART: Final = timedelta(seconds=17.3)
"""No multiple of the worker's own pause, so that the reminders meet it at every point."""

_HR: Final = Person(
    id=str(UUID(int=1 << 64)),
    key="hr",
    name="HR",
    initials="HR",
    email="hr@kompas.example",
    roles=frozenset({Role.EMPLOYEE, Role.HR}),
)
_IN_ONE_UNIT: Final = 500
_LATEST_SECONDS: Final = 600.0
"""How much longer than the rate allows it may take before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """To how many a campaign goes, and how many reminders about absence fall due while it leaves."""

    people: int = 3500
    nudges: int = 7


FULL: Final = Size()
QUICK: Final = Size(people=300, nudges=0)


async def run(content_folder: Path, *, say: Say, size: Size = FULL) -> None:
    """Measure and print. Raises HrError."""
    with TemporaryDirectory(prefix="kompas-bench-") as folder:
        async with (
            open_office(f"sqlite:///{folder}/bench.db", content_folder) as office,
            ConnectorDouble() as double,
            aiohttp.ClientSession() as session,
        ):
            people = tuple(_employee(number) for number in range(size.people))
            mailing = _Mailing(
                office=office, people=people, service=_service(office, people, content_folder), double=double
            )
            await office.reach_leaders(double.service_url)
            await _reach(office, people, double.service_url)
            await _measure_freezing(mailing, say)
            await _measure_sending(mailing, session, say, nudges=size.nudges)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mailing:
    office: Office
    people: tuple[Person, ...]
    service: CampaignService
    double: ConnectorDouble

    def calls(self, kind: str) -> list[Call]:
        """What reached the chats of employees or of leaders, as it came."""
        return [call for call in self.double.calls if call.delivered and (call.conversation_id or "").startswith(kind)]


async def _measure_freezing(mailing: _Mailing, say: Say) -> None:
    """HR's press of Send, and the worker's transaction that makes a row for each recipient."""
    service, people = mailing.service, mailing.people
    written = Written(
        title="Nu begynder MUS", text="Book samtaler i god tid.", audience=Audience(areas=frozenset({AREA}))
    )
    gaps: list[float] = []
    watch = asyncio.create_task(note_gaps(gaps))
    draft = await service.composing.save(_HR.id, written)
    press = await took(lambda: service.sending.send(_HR.id, draft.campaign.id))
    freezing = await took(service.chores.queue_due)
    await asyncio.sleep(0)
    watch.cancel()
    bare = await took(lambda: _bare_rows(mailing.office, people))
    say(
        f"campaign to {len(people)} on SQLite, recipients frozen and queued: {freezing * 1000:.0f} ms in one transaction, "
        f"the press of Send {press * 1000:.0f} ms, the loop held up for {max(gaps) * 1000:.0f} ms at most; "
        f"{2 * len(people)} bare INSERTs: {bare * 1000:.0f} ms ({freezing / bare:.1f} times that)"
    )


async def _measure_sending(mailing: _Mailing, session: aiohttp.ClientSession, say: Say, *, nudges: int) -> None:
    """The worker's own loop with real cards over HTTP, until everybody has the campaign."""
    office, service, count = mailing.office, mailing.service, len(mailing.people)
    maker = CampaignMaker(service=service, passages=NoPassages(), catalogue=load_catalogue(), clock=office.clock)
    due = [MORNING + number * NUDGE_APART for number in range(1, nudges + 1)]
    await office.add_courses([*due])
    worker = worker_of(
        office,
        session,
        makers=dict.fromkeys(CAMPAIGN_KINDS, maker),
        rounds={"campaigns": service.chores.queue_due},
    )
    stop = asyncio.Event()
    office.clock.start()
    began, busy = time.monotonic(), time.process_time()
    running = asyncio.create_task(worker.run(stop))
    limit = count / RATE + _LATEST_SECONDS
    try:
        async with asyncio.timeout(limit):
            for _ in range(count + nudges):
                await mailing.double.next_message(seconds=limit)
        busy = time.process_time() - busy
    finally:
        stop.set()
        await running
    reached, nudged = mailing.calls("a:employee"), [call.at for call in mailing.calls("a:leader")]
    took_all, floor = max(call.at for call in reached) - began, count / RATE
    say(
        f"campaign to {count} at {RATE:.0f} a second: {len(reached)} messages in {len({call.conversation_id for call in reached})} chats, "
        f"the last after {took_all:.1f} s; the rate allows {floor:.0f} s ({took_all / floor:.2f} times that); "
        f"{busy / len(reached) * 1000:.1f} ms of CPU a message, the double's share included"
    )
    if nudged:
        late = [at - office.clock.monotonic_at(moment) for at, moment in zip(sorted(nudged), due, strict=True)]
        say(f"due to sent, a reminder about absence while the campaign leaves: {in_seconds(late)}")


async def _bare_rows(office: Office, people: tuple[Person, ...]) -> None:
    """A recipient and a message for each, in one transaction, which is undone."""
    now: datetime = office.clock.now()
    moments = dict.fromkeys(("due_at", "not_before", "created_at"), now)
    recipients = [{"campaign_id": "bare", "person_id": one.id, "week": None, "deferred": False} for one in people]
    messages = [
        {
            **moments,
            "id": uuid4().hex,
            "key": uuid4().hex,
            "kind": "campaign",
            "state": "pending",
            "recipient_id": one.id,
            "subject_id": "bare",
            "attempts": 0,
            "resends": 0,
            "bulk": True,
        }
        for one in people
    ]
    async with office.engine.connect() as connection:
        await connection.execute(insert(campaign_recipients), recipients)
        await connection.execute(insert(outbox), messages)
        await connection.rollback()


async def _reach(office: Office, people: tuple[Person, ...], service_url: str) -> None:
    """Everybody has a chat at `service_url`."""
    for start in range(0, len(people), _IN_ONE_UNIT):
        async with office.storage.unit() as unit:
            for one in people[start : start + _IN_ONE_UNIT]:
                await unit.conversations.save(reference(one, service_url))
            await unit.commit()


def _service(office: Office, people: tuple[Person, ...], content_folder: Path) -> CampaignService:
    return CampaignService(
        new_unit=office.storage.unit,
        directory=FileDirectory((_HR, *people)),
        content=LiveCampaigns(content_folder),
        documents=frozenset,
        window=office.window,
        calendar=lambda: office.content.calendar,
        clock=office.clock,
        approval_size=len(people),
        retention_days=400,
    )


def _employee(number: int) -> Person:
    return Person(
        id=str(UUID(int=(1 << 32) + number)),
        key=f"employee_{number}",
        name=f"Ansat {number}",
        initials=f"A{number}",
        email=f"ansat{number}@kompas.example",
        roles=frozenset({Role.EMPLOYEE}),
        area=AREA,
    )
