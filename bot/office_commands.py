"""The commands that look into the database and HR's files."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot import campaigns, content, drafts, figures, insight, my_data
from bot.assembly import Office, clock_of, open_history, open_office
from bot.keys import id_of
from bot.output import FAULT, OK, UNUSABLE, as_json, say
from bot.settings import OfficeSettings, OperatorSettings
from hr.storage.backup import back_up
from knowledge.settings import KnowledgeSettings, load

T = TypeVar("T")


def _outbox(options: argparse.Namespace) -> int:
    standing = asyncio.run(_with_office(figures.outbox))
    if options.json:
        say(as_json(standing, indent=1))
        return OK
    for line in figures.outbox_lines(standing):
        say(line)
    return OK


def _cases(options: argparse.Namespace) -> int:
    if options.action is None:
        lines = asyncio.run(_with_office(figures.leaderless_lines))
        for line in lines or ["every open case has a leader"]:
            say(line)
        return OK
    if options.owner is None or options.colleague is None:
        sys.stderr.write("Say whose cases, and who is offered them: --from LEADER --to COLLEAGUE.\n")
        return UNUSABLE

    async def hand_over(office: Office) -> int:
        owner = await id_of(office.directory, options.owner)
        return await office.absence.offer_leaderless(owner, colleague=options.colleague)

    count = asyncio.run(_with_office(hand_over))
    say(f"{count} cases are on offer; each changes hands when the colleague accepts it in Teams")
    return OK


def _drafts(options: argparse.Namespace) -> int:
    knowledge = load(KnowledgeSettings)
    folder = load(OfficeSettings).drafts_folder(knowledge.data_dir)
    if options.action is None:
        for name in drafts.listed(folder) or [f"no drafts in {folder}"]:
            say(name)
        return OK
    if options.file is None or options.by is None:
        sys.stderr.write("Say which draft, and who approves it: FILE --by WHO.\n")
        return UNUSABLE
    say(f"{drafts.approve(folder, options.file, documents=knowledge.documents[0], by=options.by)}: approved")
    return OK


def _campaign(options: argparse.Namespace) -> int:
    act = _campaign_act(options)
    if act is None:
        return UNUSABLE
    for line in asyncio.run(_with_office(act)):
        say(line)
    return OK


def _campaign_act(options: argparse.Namespace) -> Callable[[Office], Awaitable[list[str]]] | None:
    """What to do with the campaigns; None, and what is missing is told."""

    async def act(office: Office) -> list[str]:
        match options.action:
            case "check":
                return [await campaigns.check(office, Path(options.target))]
            case "load":
                return [await campaigns.load(office, Path(options.target), by=options.by)]
            case "export":
                return [await campaigns.export(office, options.target, options.out, by=options.by)]
            case _:
                return await campaigns.listed(office)

    needed = {
        "check": ([options.target], "Say which file."),
        "load": ([options.target, options.by], "Say which file, and who in HR it belongs to: FILE --by PERSON."),
        "export": (
            [options.target, options.by, options.out],
            "Say which campaign, who in HR asked for it, and where to: ID --by PERSON --out FILE.",
        ),
        "list": ([], ""),
    }
    given, missing = needed[options.action]
    if None in given:
        sys.stderr.write(f"{missing}\n")
        return None
    return act


def _insight(options: argparse.Namespace) -> int:
    if options.action == "export" and options.out is None:
        sys.stderr.write("Say where to: --out FILE.csv or FILE.json.\n")
        return UNUSABLE

    async def act(office: Office) -> list[str]:
        if options.action == "export":
            return [await insight.export(office, options.out, days=options.days)]
        return await insight.shown(office, days=options.days)

    for line in asyncio.run(_with_office(act)):
        say(line)
    return OK


def _content(options: argparse.Namespace) -> int:
    knowledge, settings = load(KnowledgeSettings), load(OperatorSettings)
    files = content.HrFiles(
        folder=settings.content_folder,
        people=settings.people_file,
        documents=knowledge.documents,
        index=knowledge.index_folder,
        history=open_history(knowledge),
        clock=clock_of(settings, knowledge),
    )
    if options.action == "restore":
        if options.file is None or options.version is None:
            sys.stderr.write("Say which file, and which of its versions: FILE VERSION. See kompas content history.\n")
            return UNUSABLE
        say(files.restore(options.file, options.version))
        return OK
    fine, lines = files.check() if options.action == "check" else (True, files.history(options.file))
    for line in lines:
        say(line)
    return OK if fine else FAULT


def _audit(options: argparse.Namespace) -> int:
    if options.action == "verify":
        found = asyncio.run(_with_office(figures.verify))
        if found.broken is not None:
            say(f"entry {found.broken} is not as it was written")
            return FAULT
        number, digest = found.last
        say(f"{found.count} entries follow on each other; the last is {number} {digest}")
        return OK
    zone = load(OfficeSettings).zone

    async def tell(office: Office) -> None:
        async for line in figures.audit_lines(office, case_id=options.case, zone=zone):
            say(line)

    asyncio.run(_with_office(tell))
    return OK


def _privacy(options: argparse.Namespace) -> int:
    data_dir = load(KnowledgeSettings).data_dir
    for line in asyncio.run(_with_office(lambda office: my_data.run(office, options, data_dir=data_dir))):
        say(line)
    return OK


async def _with_office(look: Callable[[Office], Awaitable[T]]) -> T:
    settings, knowledge = load(OperatorSettings), load(KnowledgeSettings)
    async with open_office(settings, knowledge, clock=clock_of(settings, knowledge)) as office:
        return await look(office)


def _backup(options: argparse.Namespace) -> int:
    size = back_up(load(OfficeSettings).database(load(KnowledgeSettings).data_dir), options.out)
    say(f"{options.out}: {size} bytes, the database as of now. Keep it as safe as the database itself")
    return OK


def add_office_commands(
    add: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser],
) -> None:
    """The commands that look into the database."""
    outbox = add("outbox", _outbox, "how many reminders are due, sent, late, and who was not reached")
    outbox.add_argument("--json", action="store_true", help="as one JSON object")
    audit = add("audit", _audit, "who looked at or changed which case")
    audit.add_argument("action", nargs="?", choices=["verify"], help="check that no entry was changed or removed")
    audit.add_argument("--case", metavar="ID", help="of one case only")

    add("backup", _backup, "a whole copy of the SQLite database, while all runs").add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a new file"
    )
    my_data.add_arguments(add("privacy", _privacy, "what is stored about one person: a copy of it, or its deletion"))

    cases = add("cases", _cases, "open cases whose leader has left, and a new leader for them")
    cases.add_argument("action", nargs="?", choices=["offer"], help="offer all of one leader's cases to another")
    cases.add_argument("--from", dest="owner", metavar="LEADER", help="a key of the people file, or an id that it had")
    cases.add_argument("--to", dest="colleague", metavar="COLLEAGUE", help="initials or e-mail of another leader")

    campaigns.add_arguments(add("campaign", _campaign, "HR's reminders: check and load a file, list, export"))

    insight.add_arguments(
        add("insight", _insight, "what could not be answered or did not help, and what is to be reviewed")
    )

    content.add_arguments(add("content", _content, "HR's files: check them, list their versions, put one back"))

    draft = add("drafts", _drafts, "draft documents that HR has made of its answers")
    draft.add_argument("action", nargs="?", choices=["approve"], help="move a draft into the knowledge base")
    draft.add_argument("file", nargs="?", help="the name of the draft")
    draft.add_argument("--by", metavar="WHO", help="who approves it")
