"""A campaign that is written in a file: checked with the line of each fault, and kept as a draft of somebody in HR."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from hr.campaigns.audience import areas_of, by_handle, known, read_list
from hr.campaigns.composing import Composing, Written, unsaved
from hr.campaigns.content import load_campaign
from hr.campaigns.desk import Desk
from hr.campaigns.model import Audience
from hr.campaigns.rules import send_moment
from hr.campaigns.views import DraftView
from hr.errors import CampaignFault, CampaignsFileError, InvalidCampaignError, UnknownPersonError

_IN_A_FILE: Final = {
    CampaignFault.NO_TITLE: ("title", "no letter is in it"),
    CampaignFault.NO_TEXT: ("text", "no letter is in it"),
    CampaignFault.TITLE_TOO_LONG: ("title", "too long"),
    CampaignFault.TEXT_TOO_LONG: ("text", "too long"),
    CampaignFault.NO_AUDIENCE: ("audience", "nobody is in it"),
    CampaignFault.DEADLINE_PAST: ("deadline", "this day has passed"),
    CampaignFault.DEADLINE_BEFORE_SENDING: ("deadline", "this is before it would be sent"),
    CampaignFault.SEND_PAST: ("send_at", "this moment has passed"),
    CampaignFault.SEND_TOO_FAR: ("send_at", "this is more than 400 days ahead"),
    CampaignFault.UNKNOWN_SOURCE: ("source", "there is no such document"),
    CampaignFault.PRIVATE: ("text", "the guard refuses it: no health of a person, no CPR number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file with one campaign holds, and how many it would go to now."""

    written: Written
    count: int


class Filing:
    """For the command line."""

    def __init__(self, desk: Desk, composing: Composing) -> None:
        self._desk = desk
        self._composing = composing

    async def check(self, path: Path) -> Checked:
        """A file with one campaign, and its list where it has one. Raises CampaignsFileError, PeopleListError with the line of the first fault."""
        desk = self._desk
        entry, lines = await asyncio.to_thread(load_campaign, path)
        everyone = await desk.directory.everyone()
        people: frozenset[str] = frozenset()
        if entry.people is not None:
            list_file = path.parent / entry.people
            people = known(list_file, await asyncio.to_thread(read_list, list_file), by_handle(everyone))
        areas = set(areas_of(everyone))
        for area in sorted(entry.areas - areas):
            reason = f"areas: nobody works in {area!r}; known: {', '.join(sorted(areas))}"
            raise CampaignsFileError(path=path, line=lines("areas"), reason=reason)
        written = Written(
            title=entry.title,
            text=entry.text,
            audience=Audience(groups=entry.audience, areas=entry.areas, people=people),
            source=entry.source,
            acknowledgement=entry.ack or entry.mandatory,
            mandatory=entry.mandatory,
            deadline=entry.deadline,
            send_at=_moment(entry.send_at, desk.window.zone),
        )
        try:
            await self._composing.check(written)
        except InvalidCampaignError as error:
            field, reason = _IN_A_FILE[error.faults[0]]
            raise CampaignsFileError(path=path, line=lines(field), reason=f"{field}: {reason}") from error
        count = len(await desk.members(unsaved(written, desk.clock.now())))
        if not count:
            raise CampaignsFileError(path=path, line=lines("audience"), reason="audience: nobody is in it")
        return Checked(written=written, count=count)

    async def load(self, path: Path, *, by: str) -> DraftView:
        """Keep the campaign of a file as a draft of somebody in HR, whose id is `by`."""
        checked = await self.check(path)
        person = await self._desk.directory.find(by)
        if person is None:
            raise UnknownPersonError(key=by, known=())
        return await self._composing.save(person.id, checked.written)


def _moment(written: datetime | None, zone: ZoneInfo) -> datetime | None:
    return send_moment(written.date(), written.time(), zone) if written is not None else None
