"""`kompas content`: whether HR's files can be used, which versions there were, and one of them back."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adaptive_cards.content_faults.cards import fault_words
from adaptive_cards.texts import load_catalogue
from bot.errors import BotError
from bot.watching import document_faults
from hr.absence.content import ABSENCE_FILE, CLOSED_DAYS_FILE, load_absence, load_closed_days
from hr.campaigns.content import CAMPAIGNS_FILE, load_templates
from hr.clock import Clock
from hr.contacts.content import CONTACTS_FILE, load_contacts
from hr.dialogues.content import DIALOGUES_FILE, load_themes
from hr.errors import ContentError
from hr.escalation.routing_file import ROUTING_FILE, load_routing
from hr.history import History, Version, write_whole
from hr.insight.topics_file import TOPICS_FILE, load_topics
from hr.live_file import ContentFault
from hr.onboarding.content import EVENTS_FILE, JOURNEYS_FILE, load_events, load_items, topics_in
from hr.people import FileDirectory

DOCUMENTS: Final = "documents"
"""The folder of documents in the history; the indexer keeps them there."""

Load = Callable[[Path], object]


class ContentCommandError(BotError):
    """A version cannot be put back."""


class HrFiles:
    """The files that HR edits, with their history."""

    def __init__(
        self,
        *,
        folder: Path,
        people: Path,
        documents: tuple[Path, ...],
        index: Path,
        history: History,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._people = people
        self._documents = documents
        self._index = index
        self._history = history
        self._clock = clock

    def check(self) -> tuple[bool, list[str]]:
        """Whether every file can be used, and a line for each; what HR reads of a fault stands below it."""
        lines: list[str] = []
        fine = True
        checks = {self._folder / name: load for name, load in self._loaders().items()}
        for path, load in {**checks, self._people: FileDirectory.load}.items():
            fault = _fault_of(path, load)
            fine = fine and fault is None
            lines += [f"ok    {path.name}"] if fault is None else _told(fault)
        faults = document_faults(self._index)
        if faults is None:
            lines.append("      documents: not indexed yet. Run: python -m indexer build")
        for fault in faults or ():
            lines += _told(fault)
        if faults == ():
            lines.append("ok    documents, as of the last build")
        return fine and not faults, lines

    def history(self, file: str | None) -> list[str]:
        """The files that have versions, or the versions of one, newest first. Raises ContentCommandError."""
        if file is None:
            return [self._summary(name) for name in self._history.files()] or [
                "no versions yet: kompas serve keeps them"
            ]
        versions = self._history.versions(file)
        if not versions:
            known = ", ".join(self._history.files()) or "none yet"
            raise ContentCommandError(f"{file} has no versions. Files that have: {known}")
        now = _bytes(self._place(file))
        zone = self._clock.now().tzinfo
        return [
            f"{one.id}  {one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
            f"{'  as the file is now' if one.path.read_bytes() == now else ''}"
            for one in reversed(versions)
        ]

    def restore(self, file: str, version: str) -> str:
        """Put a version in the place of the file, in one step, after it has been checked. It becomes the newest version itself.

        Raises NoVersionError, ContentError where the version can no longer be used, ContentCommandError.
        """
        found = self._history.find(file, version)
        target = self._place(file)
        if file.startswith(f"{DOCUMENTS}/"):
            asyncio.run(_check_document(found, target))
        else:
            self._check_content(file, found)
        content = found.path.read_bytes()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)
        except OSError as error:
            raise ContentCommandError(f"{target} cannot be written ({error.strerror or error})") from error
        self._history.add(target, name=file)
        return f"{target} is as of {version} again; Kompas uses it within seconds"

    def _summary(self, file: str) -> str:
        versions = self._history.versions(file)
        last = versions[-1].at.astimezone(self._clock.now().tzinfo)
        return f"{file}: {len(versions)} versions, the last of {last:%Y-%m-%d %H:%M:%S}"

    def _place(self, file: str) -> Path:
        """Where the file lies, or would lie."""
        inside = Path(file)
        if inside.parts[:1] != (DOCUMENTS,):
            return self._folder / inside.name
        path = Path(*inside.parts[1:])
        return next(
            (folder / path for folder in self._documents if (folder / path).is_file()), self._documents[0] / path
        )

    def _check_content(self, file: str, version: Version) -> None:
        load = self._loaders().get(file)
        if load is None:
            raise ContentCommandError(
                f"{file} is no file of this version of Kompas. It has: {', '.join(self._loaders())}"
            )
        with TemporaryDirectory() as folder:
            copy = Path(folder) / file
            copy.write_bytes(version.path.read_bytes())
            try:
                load(copy)
            except ContentError as error:
                reason = f"the version of {version.id} cannot be used any more: {error.reason}"
                raise ContentError(path=Path(file), line=error.line, reason=reason) from error

    def _loaders(self) -> Mapping[str, Load]:
        today: date = self._clock.today()
        topics = topics_in(self._documents)
        return {
            ABSENCE_FILE: lambda path: load_absence(path.parent),
            CLOSED_DAYS_FILE: lambda path: load_closed_days(path.parent),
            JOURNEYS_FILE: lambda path: load_items(path, topics),
            EVENTS_FILE: load_events,
            CONTACTS_FILE: lambda path: load_contacts(path, today=today),
            DIALOGUES_FILE: load_themes,
            ROUTING_FILE: lambda path: load_routing(path.parent),
            CAMPAIGNS_FILE: load_templates,
            TOPICS_FILE: load_topics,
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `kompas content` takes."""
    parser.add_argument("action", choices=["check", "history", "restore"])
    parser.add_argument("file", nargs="?", metavar="FILE", help="as `history` lists it, such as journeys.toml")
    parser.add_argument("version", nargs="?", metavar="VERSION", help="the first column of `history FILE`")


def _fault_of(path: Path, load: Load) -> ContentFault | None:
    try:
        load(path)
    except ContentError as error:
        return ContentFault(file=path.name, line=error.line, reason=error.reason)
    return None


def _told(fault: ContentFault) -> list[str]:
    words = fault_words(load_catalogue()["da"], fault)
    at = f":{fault.line}" if fault.line is not None else ""
    return [f"FAULT {fault.file}{at}: {fault.reason}", f"      {words.where}: {words.wrong} {words.remedy}"]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


async def _check_document(version: Version, target: Path) -> None:
    """The indexer's own check, as a program: the bot does not know how documents are read. Raises ContentCommandError."""
    with TemporaryDirectory() as folder:
        (Path(folder) / target.name).write_bytes(version.path.read_bytes())
        command = (sys.executable, "-m", "indexer", "check", "--source", folder)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
        output, _ = await process.communicate()
    if process.returncode != 0:
        said = output.decode(errors="replace").strip().splitlines()
        reason = next((line for line in said if line.startswith("failed")), said[-1] if said else "no word")
        raise ContentCommandError(f"the version of {version.id} cannot be used any more: {' '.join(reason.split())}")
