"""What operators read: how the outbox stands, who was not reached, and who looked at which case. No name, no label, no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.assembly import Office
from bot.graph.opening import open_people
from bot.handlers.known import known_or_nobody
from bot.settings import OfficeSettings
from hr.audit.chain import first_broken
from hr.audit.model import SYSTEM, ChainedEntry
from hr.outbox.model import OutboxMessage
from hr.people import FileDirectory, Person, Role
from hr.ports import Directory

PAGE = 1000


async def outbox(office: Office) -> dict[str, Any]:
    """The figures of the outbox, and whom it did not reach: `people` are keys of the people file, or ids it does not know."""
    async with office.storage.unit() as unit:
        figures = await unit.outbox.figures(office.clock.now())
        missed = await unit.outbox.not_reached()
    return {
        **asdict(figures),
        "oldest_due_seconds": round(figures.oldest_due_seconds, 1),
        "reasons": dict(sorted(Counter(_reason(message) for message in missed).items())),
        "not_reached": [
            {"person": await _key(office.directory, message.recipient_id), "kind": message.kind.value, "why": why}
            for message in missed
            for why in [_reason(message)]
        ],
    }


def outbox_lines(figures: dict[str, Any]) -> list[str]:
    """The same for reading."""
    lines = [
        f"{name.replace('_', ' '):<20}{value}"
        for name, value in figures.items()
        if name not in {"reasons", "not_reached"}
    ]
    lines += [f"not reached, {why:<24}{count}" for why, count in figures["reasons"].items()]
    lines += [f"  {entry['person']:<38}{entry['kind']:<18}{entry['why']}" for entry in figures["not_reached"]]
    return lines


async def people_lines(settings: OfficeSettings) -> list[str]:
    """Who has which role: everyone of the people file; of Graph those with a role of their own, then how many have none."""
    if settings.graph_groups is None:
        return [_person_line(person) for person in FileDirectory.load(settings.people_file).people]
    async with open_people(settings) as people:
        everyone = await people.directory.everyone()
    special = [person for person in everyone if person.roles != {Role.EMPLOYEE}]
    return [*map(_person_line, special), f"and {len(everyone) - len(special)} employees"]


def _person_line(person: Person) -> str:
    return f"{person.key:<14} {person.name:<24} {', '.join(sorted(role.value for role in person.roles))}"


async def leaderless_lines(office: Office) -> list[str]:
    """Whose cases wait for a new leader, and how many."""
    counts = await office.absence.leaderless()
    return [f"{await _key(office.directory, owner):<38}{count}" for owner, count in sorted(counts.items())]


async def audit_lines(office: Office, *, case_id: str | None, zone: ZoneInfo) -> AsyncIterator[str]:
    """The log: number, local time, who, what, why, and the case's id."""
    async for entries in _pages(office, case_id=case_id):
        for kept in entries:
            entry = kept.entry
            who = entry.actor_id if entry.actor_id == SYSTEM else await _key(office.directory, entry.actor_id)
            at = entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
            yield f"{kept.number:>7}  {at}  {who:<16} {entry.deed.value:<12} {entry.purpose.value:<16} {entry.case_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a look at the whole log found. `broken` is the first entry that is not as it was written; `last` is the last that is."""

    broken: int | None
    count: int
    last: tuple[int, str]


async def verify(office: Office) -> Verified:
    """Look at every entry of the log. Whoever keeps the last number and hash elsewhere notices an end that was cut off."""
    async with office.storage.unit() as unit:
        before = await unit.audit.anchor()
    count = 0
    async for entries in _pages(office, case_id=None):
        broken = first_broken(entries, before)
        if broken is not None:
            return Verified(broken=broken, count=count, last=before)
        count += len(entries)
        before = (entries[-1].number, entries[-1].hash)
    return Verified(broken=None, count=count, last=before)


async def _pages(office: Office, *, case_id: str | None) -> AsyncIterator[tuple[ChainedEntry, ...]]:
    after = 0
    while True:
        async with office.storage.unit() as unit:
            entries = await unit.audit.entries(case_id=case_id, after=after, limit=PAGE)
        if not entries:
            return
        yield entries
        after = entries[-1].number


def _reason(message: OutboxMessage) -> str:
    return message.why.value if message.why is not None else message.state.value


async def _key(directory: Directory, person_id: str) -> str:
    person = await known_or_nobody(directory, person_id)
    return person.key if person is not None else person_id
