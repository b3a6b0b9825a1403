"""`kompas campaign`: check and load a file with one campaign, list, export for a spreadsheet."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from adaptive_cards.texts import Texts, load_catalogue
from bot import spreadsheet
from bot.assembly import Office
from bot.errors import CampaignFileError
from bot.keys import by_key
from hr.campaigns.content import load_templates
from hr.campaigns.views import ProgressView, RecipientRow
from hr.clock import COPENHAGEN
from hr.errors import CampaignNotFoundError, CampaignsFileError
from hr.toml_file import read_toml


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    command.add_argument("action", choices=["check", "load", "list", "export"])
    command.add_argument("target", nargs="?", help="a file with one campaign or with templates; of export the id")
    command.add_argument(
        "--by",
        metavar="PERSON",
        help="whose draft it becomes, or who asked for the export: a key of the people file, in HR",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="where the export goes")


async def check(office: Office, path: Path) -> str:
    """What is in the file, in one line. Raises CampaignsFileError, PeopleListError with the line of the first fault."""
    data, _ = await asyncio.to_thread(read_toml, path, CampaignsFileError)
    if "campaigns" in data:
        return f"{path}: {len(await asyncio.to_thread(load_templates, path))} templates, no fault"
    checked = await office.campaigns.filing.check(path)
    return f"{path}: no fault; as of now it would go to {checked.count} people"


async def load(office: Office, path: Path, *, by: str) -> str:
    """Keep the campaign of a file as a draft; nothing is sent. Raises UnknownPersonError, NotInHrError, CampaignsFileError."""
    person = await by_key(office.directory, by)
    view = await office.campaigns.filing.load(path, by=person.id)
    waits = "; somebody else in HR must approve it" if view.needs_approval else ""
    return f"{view.campaign.id}: a draft for {view.count} people{waits}. Send it from its card in Teams: kampagner"


async def listed(office: Office) -> list[str]:
    """The campaigns, the last changed first, without their texts."""
    found = await office.campaigns.progress.all()
    return [
        f"{one.id}  {one.state.value:<16} {one.size:>5}  {_wall(one.send_at):<16}  {one.title}" for one in found
    ] or ["no campaigns"]


async def export(office: Office, campaign_id: str, out: Path, *, by: str) -> str:
    """Write the numbers of a campaign, or a line for each recipient of a mandatory one, for `by`, who asked for it.

    Names stand in the audit log before they are in the file. Raises UnknownPersonError, NotInHrError, CampaignFileError.
    """
    try:
        person = await by_key(office.directory, by)
        view, rows = await office.campaigns.progress.rows(person.id, campaign_id)
    except CampaignNotFoundError as error:
        raise CampaignFileError(f"there is no campaign {campaign_id!r}: see kompas campaign list") from error
    text = as_csv(load_catalogue()["da"], view, rows)
    try:
        await asyncio.to_thread(spreadsheet.write, out, text.encode("utf-8-sig"))
    except OSError as error:
        raise CampaignFileError(f"{out} cannot be written ({error.strerror or error})") from error
    return (
        f"{out}: {len(rows)} recipients by name; give it to {by} alone" if rows is not None else f"{out}: the numbers"
    )


def as_csv(texts: Texts, view: ProgressView, rows: Sequence[RecipientRow] | None) -> str:
    """The file for a spreadsheet."""
    return spreadsheet.as_csv(_numbers(texts, view) if rows is None else _people(texts, rows))


def _numbers(texts: Texts, view: ProgressView) -> Iterator[list[str]]:
    counts = view.counts
    yield [texts.say("campaigns.export.what"), texts.say("campaigns.export.count")]
    yield [texts.say("campaigns.draft.recipients"), str(view.campaign.size)]
    yield [texts.say("campaigns.progress.reached"), str(counts.reached)]
    yield [texts.say("campaigns.progress.pending"), str(counts.pending)]
    yield [texts.say("campaigns.progress.missed"), str(counts.missed)]
    for reason, number in counts.not_reached.items():
        yield [texts.say(f"campaigns.why.{reason.value}"), str(number)]
    if view.campaign.acknowledgement:
        yield [texts.say("campaigns.progress.acknowledged"), str(view.acknowledged)]
        yield [texts.say("campaigns.progress.missing"), str(view.missing)]


def _people(texts: Texts, rows: Sequence[RecipientRow]) -> Iterator[list[str]]:
    heads = ("name", "initials", "state", "reached_at", "acknowledged_at")
    yield [texts.say(f"campaigns.export.{name}") for name in heads]
    for row in rows:
        if row.reached:
            state = texts.say("campaigns.progress.reached")
        elif row.state is None:
            state = texts.say("campaigns.progress.pending")
        else:
            state = texts.say(f"campaigns.why.{row.state.value}")
        yield [row.name, row.initials, state, _wall(row.reached_at), _wall(row.acknowledged_at)]


def _wall(moment: datetime | None) -> str:
    return f"{moment.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}" if moment is not None else ""
