"""`kompas`: every command of the bot. Exit codes: 0 all is well, 1 something was found wrong, 2 wrong usage or settings."""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bot import asking, benchmark, doctor, figures, manifest, serving
from bot.errors import BotError
from bot.local_clock import local_moment
from bot.office_commands import add_office_commands
from bot.output import FAULT, OK, UNUSABLE, as_json, say
from bot.settings import BotSettings, IdentitySettings, OfficeSettings, PlayedSettings
from hr.clock import SystemClock
from hr.errors import HrError
from hr.storage.migrate import upgrade
from knowledge import logs
from knowledge.errors import KnowledgeError
from knowledge.settings import KnowledgeSettings, load


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
            say(as_json(line))
        return OK
    answer = asker.answer(options.question, context=options.context)
    say(as_json(answer, indent=1) if options.json else str(answer["text"]))
    return OK


def _serve(options: argparse.Namespace) -> int:
    changes = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
    settings = serving.with_address(load(BotSettings), **changes)
    asyncio.run(serving.serve(settings, load(KnowledgeSettings), say=say))
    return OK


def _local(options: argparse.Namespace) -> int:
    asyncio.run(
        serving.run_locally(
            load(KnowledgeSettings),
            as_person=options.as_person,
            port=options.port,
            client_port=options.client_port,
            say=say,
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
            say=say,
        )
    )
    return OK


def _doctor(options: argparse.Namespace) -> int:
    findings = asyncio.run(doctor.examine())
    for finding in findings:
        say(str(finding))
    return OK if all(finding.fine for finding in findings) else FAULT


def _manifest_build(options: argparse.Namespace) -> int:
    settings = load(IdentitySettings)
    path = manifest.build(options.out, app_id=options.app_id or settings.app_id)
    say(f"{path}: upload it in the Teams admin centre under Manage apps")
    return OK


def _worker(options: argparse.Namespace) -> int:
    if not options.once:
        if options.now is not None:
            sys.stderr.write("--now says what time it is for one pass: give it together with --once.\n")
            return UNUSABLE
        asyncio.run(serving.work(load(BotSettings), load(KnowledgeSettings), say=say))
        return OK
    settings = load(BotSettings if options.now is None else PlayedSettings)
    play = local_moment(options.now, settings.zone) if options.now is not None else None
    say(as_json(asyncio.run(serving.work_once(settings, load(KnowledgeSettings), play=play))))
    return OK


def _migrate(options: argparse.Namespace) -> int:
    asyncio.run(upgrade(load(OfficeSettings).database(load(KnowledgeSettings).data_dir)))
    say("the database is up to date")
    return OK


def _people(options: argparse.Namespace) -> int:
    for line in asyncio.run(figures.people_lines(load(OfficeSettings))):
        say(line)
    return OK


def _bench(options: argparse.Namespace) -> int:
    asyncio.run(benchmark.run(load(OfficeSettings), load(KnowledgeSettings), say=say, quick=options.quick))
    return OK


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-05-01") from None


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
    add_office_commands(add)

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
    add("people", _people, "who has which role")
    add("bench", _bench, "measure speed and memory beside a floor").add_argument(
        "--quick", action="store_true", help="fewer rounds"
    )
    return parser
