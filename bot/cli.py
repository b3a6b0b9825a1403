"""`kompas`: every command of the bot. Exit codes: 0 all is well, 1 something was found wrong, 2 wrong usage or settings."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from bot import asking, benchmark, campaigns, content, doctor, drafts, figures, insight, manifest, my_data, serving
from bot.assembly import Office, clock_of, open_history, open_office
from bot.errors import BotError
from bot.keys import id_of
from bot.local_clock import local_moment
from bot.settings import BotSettings, IdentitySettings, OfficeSettings, OperatorSettings, PlayedSettings
from hr.clock import SystemClock
from hr.errors import HrError
from hr.storage.backup import back_up
from hr.storage.migrate import upgrade
from knowledge import logs
from knowledge.errors import KnowledgeError
from knowledge.settings import KnowledgeSettings, load

OK, FAULT, UNUSABLE = 0, 1, 2

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the process; returns the exit code. What an operator can put right is one clear line."""
    logs.set_up()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without, say, a dash must not cost the whole answer
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except (BotError, HrError, KnowledgeError) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    except BrokenPipeError:
        sys.stdout = None  # whoever read the output is gone; nothing is left to flush at exit
        return OK
    except KeyboardInterrupt:
        return OK


def _ask(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.file is None):
        sys.stderr.write('Give one question, or --file with one JSON object {"id", "question"} a line.\n')
        return UNUSABLE
    asker = asking.open_asker(
        load(OfficeSettings),
        load(KnowledgeSettings),
        as_key=options.as_person,
        as_of=options.as_of,
        index=options.index,
    )
    if options.file is not None:
        for line in asker.answer_file(options.file):
            _say(_as_json(line))
        return OK
    answer = asker.answer(options.question, context=options.context)
    _say(_as_json(answer, indent=1) if options.json else str(answer["text"]))
    return OK


def _serve(options: argparse.Namespace) -> int:
    changes = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
    settings = serving.with_address(load(BotSettings), **changes)
    asyncio.run(serving.serve(settings, load(KnowledgeSettings), say=_say))
    return OK


def _local(options: argparse.Namespace) -> int:
    asyncio.run(
        serving.run_locally(
            load(KnowledgeSettings),
            as_person=options.as_person,
            port=options.port,
            client_port=options.client_port,
            say=_say,
        )
    )
    return OK


def _playground(options: argparse.Namespace) -> int:
    endpoint = f"http://127.0.0.1:{options.bot_port}/api/messages"
    asyncio.run(
        serving.run_client(
            load(OfficeSettings),
            load(KnowledgeSettings),
            as_person=options.as_person,
            port=options.port,
            endpoint=endpoint,
            say=_say,
        )
    )
    return OK


def _doctor(options: argparse.Namespace) -> int:
    findings = asyncio.run(doctor.examine())
    for finding in findings:
        _say(str(finding))
    return OK if all(finding.fine for finding in findings) else FAULT


def _manifest_build(options: argparse.Namespace) -> int:
    settings = load(IdentitySettings)
    path = manifest.build(options.out, app_id=options.app_id or settings.app_id)
    _say(f"{path}: upload it in the Teams admin centre under Manage apps")
    return OK


def _worker(options: argparse.Namespace) -> int:
    if not options.once:
        if options.now is not None:
            sys.stderr.write("--now says what time it is for one pass: give it together with --once.\n")
            return UNUSABLE
        asyncio.run(serving.work(load(BotSettings), load(KnowledgeSettings), say=_say))
        return OK
    settings = load(BotSettings if options.now is None else PlayedSettings)
    play = local_moment(options.now, settings.zone) if options.now is not None else None
    _say(_as_json(asyncio.run(serving.work_once(settings, load(KnowledgeSettings), play=play))))
    return OK


def _outbox(options: argparse.Namespace) -> int:
    standing = asyncio.run(_with_office(figures.outbox))
    if options.json:
        _say(_as_json(standing, indent=1))
        return OK
    for line in figures.outbox_lines(standing):
        _say(line)
    return OK


def _cases(options: argparse.Namespace) -> int:
    if options.action is None:
        lines = asyncio.run(_with_office(figures.leaderless_lines))
        for line in lines or ["every open case has a leader"]:
            _say(line)
        return OK
    if options.owner is None or options.colleague is None:
        sys.stderr.write("Say whose cases, and who is offered them: --from LEADER --to COLLEAGUE.\n")
        return UNUSABLE

    async def hand_over(office: Office) -> int:
        owner = await id_of(office.directory, options.owner)
        return await office.absence.offer_leaderless(owner, colleague=options.colleague)

    count = asyncio.run(_with_office(hand_over))
    _say(f"{count} cases are on offer; each changes hands when the colleague accepts it in Teams")
    return OK


def _drafts(options: argparse.Namespace) -> int:
    knowledge = load(KnowledgeSettings)
    folder = load(OfficeSettings).drafts_folder(knowledge.data_dir)
    if options.action is None:
        for name in drafts.listed(folder) or [f"no drafts in {folder}"]:
            _say(name)
        return OK
    if options.file is None or options.by is None:
        sys.stderr.write("Say which draft, and who approves it: FILE --by WHO.\n")
        return UNUSABLE
    _say(f"{drafts.approve(folder, options.file, documents=knowledge.documents[0], by=options.by)}: approved")
    return OK


def _campaign(options: argparse.Namespace) -> int:
    act = _campaign_act(options)
    if act is None:
        return UNUSABLE
    for line in asyncio.run(_with_office(act)):
        _say(line)
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
        _say(line)
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
        _say(files.restore(options.file, options.version))
        return OK
    fine, lines = files.check() if options.action == "check" else (True, files.history(options.file))
    for line in lines:
        _say(line)
    return OK if fine else FAULT


def _audit(options: argparse.Namespace) -> int:
    if options.action == "verify":
        found = asyncio.run(_with_office(figures.verify))
        if found.broken is not None:
            _say(f"entry {found.broken} is not as it was written")
            return FAULT
        number, digest = found.last
        _say(f"{found.count} entries follow on each other; the last is {number} {digest}")
        return OK
    zone = load(OfficeSettings).zone

    async def tell(office: Office) -> None:
        async for line in figures.audit_lines(office, case_id=options.case, zone=zone):
            _say(line)

    asyncio.run(_with_office(tell))
    return OK


def _privacy(options: argparse.Namespace) -> int:
    data_dir = load(KnowledgeSettings).data_dir
    for line in asyncio.run(_with_office(lambda office: my_data.run(office, options, data_dir=data_dir))):
        _say(line)
    return OK


async def _with_office(look: Callable[[Office], Awaitable[T]]) -> T:
    settings, knowledge = load(OperatorSettings), load(KnowledgeSettings)
    async with open_office(settings, knowledge, clock=clock_of(settings, knowledge)) as office:
        return await look(office)


def _migrate(options: argparse.Namespace) -> int:
    asyncio.run(upgrade(load(OfficeSettings).database(load(KnowledgeSettings).data_dir)))
    _say("the database is up to date")
    return OK


def _backup(options: argparse.Namespace) -> int:
    size = back_up(load(OfficeSettings).database(load(KnowledgeSettings).data_dir), options.out)
    _say(f"{options.out}: {size} bytes, the database as of now. Keep it as safe as the database itself")
    return OK


def _people(options: argparse.Namespace) -> int:
    for line in asyncio.run(figures.people_lines(load(OfficeSettings))):
        _say(line)
    return OK


def _bench(options: argparse.Namespace) -> int:
    asyncio.run(benchmark.run(load(OfficeSettings), load(KnowledgeSettings), say=_say, quick=options.quick))
    return OK


def _as_json(record: dict[str, Any], indent: int | None = None) -> str:
    """JSON with Danish letters as they are, or all in ASCII where the output could not carry them."""
    text = json.dumps(record, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, indent=indent)
    return text


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-05-01") from None


def _add_office_commands(
    add: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser],
) -> None:
    """The commands that look into the database."""
    outbox = add("outbox", _outbox, "how many reminders are due, sent, late, and who was not reached")
    outbox.add_argument("--json", action="store_true", help="as one JSON object")
    audit = add("audit", _audit, "who looked at or changed which case")
    audit.add_argument("action", nargs="?", choices=["verify"], help="check that no entry was changed or removed")
    audit.add_argument("--case", metavar="ID", help="of one case only")

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


def _ask_arguments(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question", nargs="?", help="the question")
    ask.add_argument("--context", help="the question before, for a follow-up")
    ask.add_argument(
        "--as", dest="as_person", default="leader", metavar="PERSON", help="a key of the people file (default: leader)"
    )
    ask.add_argument(
        "--as-of", type=_day, default=SystemClock().today(), metavar="DATE", help="with the rules of that day"
    )
    ask.add_argument("--index", type=Path, metavar="DIR", help="another index folder")
    ask.add_argument("--json", action="store_true", help="the whole answer object")
    ask.add_argument(
        "--file", type=Path, metavar="F", help='JSON Lines {"id", "question", "context"?} in, answer objects out'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kompas", description="Kompas: HR answers in Teams, with sources and dates.")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words)
        command.set_defaults(run=run)
        return command

    _ask_arguments(add("ask", _ask, "answer a question in the terminal"))

    serve = add("serve", _serve, "the HTTP endpoint")
    serve.add_argument("--host", help="in place of KOMPAS_HOST")
    serve.add_argument("--port", type=_port, help="in place of KOMPAS_PORT")

    local = add("local", _local, "index, bot and local Teams client together, on this machine only")
    local.add_argument("--port", type=_port, help="of the bot, in place of KOMPAS_PORT")
    local.add_argument("--client-port", type=_port, default=56150, help="of the local client")
    local.add_argument("--as", dest="as_person", default="leader", metavar="PERSON", help="whom the client plays")

    worker = add("worker", _worker, "send the reminders that are due, until it is stopped")
    worker.add_argument("--once", action="store_true", help="one pass, then tell what it did as JSON")
    worker.add_argument(
        "--now", metavar="TIME", help="with --once in local mode: play that it is 2026-03-02T08:30 on the wall"
    )
    _add_office_commands(add)

    client = add("playground", _playground, "the local Teams client against the running bot")
    client.add_argument("--port", type=_port, default=56150, help="of the local client; 0 takes a free one")
    client.add_argument("--bot-port", type=_port, default=3978, help="of the running bot")
    client.add_argument("--as", dest="as_person", default="leader", metavar="PERSON", help="whom the client plays")

    add("doctor", _doctor, "check settings, database, index, model and people; one line each")
    package = add("manifest", _manifest_build, "the Teams app package")
    package.add_argument("action", choices=["build"])
    package.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    package.add_argument("--app-id", help="in place of KOMPAS_APP_ID")
    add("migrate", _migrate, "bring the database up to date")
    add("backup", _backup, "a whole copy of the SQLite database, while all runs").add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a new file"
    )
    add("people", _people, "who has which role")
    add("bench", _bench, "measure speed and memory beside a floor").add_argument(
        "--quick", action="store_true", help="fewer rounds"
    )
    return parser
