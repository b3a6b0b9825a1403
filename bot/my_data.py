"""`kompas privacy`: what is stored about one person, as a file, and its deletion with the proof."""

from __future__ import annotations

import argparse
import asyncio
import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.assembly import Office
from bot.errors import UsageError
from bot.keys import id_of
from hr.errors import DirectoryUnavailableError
from hr.my_data.model import Erased, Kind
from hr.people import FileDirectory
from hr.ports import Directory

_UNSEARCHED: Final = frozenset({"models", "playground"})
"""Folders of downloaded programs and weights, into which nothing of ours is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom it is about: a person by key or id, or whoever a leader calls `reference`."""

    person: str | None = None
    leader: str | None = None
    reference: str | None = None

    def __post_init__(self) -> None:
        alone = self.person is not None and self.leader is None and self.reference is None
        told = self.person is None and self.leader is not None and self.reference is not None
        if not alone and not told:
            raise UsageError("Say who it is: --person KEY-OR-ID, or --leader KEY-OR-ID --reference ME.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `kompas privacy`."""
    parser.add_argument("action", choices=["export", "erase"])
    parser.add_argument("--person", metavar="WHO", help="a key of the people file, or an Entra id")
    parser.add_argument("--leader", metavar="WHO", help="with --reference: a sick employee is known by it alone")
    parser.add_argument("--reference", metavar="ME", help="what the leader calls the employee")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="where an export goes; it is never overwritten")
    parser.add_argument("--yes", action="store_true", help="erase; without it the command only tells what would go")
    parser.add_argument("--open-cases", action="store_true", help="erase a leader's open cases too")


async def run(office: Office, options: argparse.Namespace, *, data_dir: Path) -> list[str]:
    """The lines to print. Raises UsageError, OpenCasesError, NoSuchCaseOfLeaderError."""
    subject = Subject(person=options.person, leader=options.leader, reference=options.reference)
    if options.action == "export":
        if options.out is None:
            raise UsageError("Say where the export goes: --out FILE.json.")
        return await _export(office, subject, options.out)
    if not options.yes:
        return await _preview(office, subject)
    return await _erase(office, subject, open_cases=options.open_cases, data_dir=data_dir)


async def _export(office: Office, subject: Subject, out: Path) -> list[str]:
    if subject.person is not None:
        person_id = await id_of(office.directory, subject.person)
        copies = [await office.my_data.export(person_id)]
    else:
        copies = list(await office.my_data.export_reference(*await _reference(office, subject)))
    content = json.dumps(_document(copies, office), ensure_ascii=False, indent=1)
    await asyncio.to_thread(_write, out, content)
    lines = [f"{kind.value:<12}{len(rows)}" for copy in copies for kind, rows in copy.items()]
    return [*lines, f"{out}: readable for you alone; it holds personal data, so delete it when it has been handed over"]


def _write(out: Path, content: str) -> None:
    """A new file that its owner alone can read. Raises UsageError."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{out} is there already: give another name.") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}): give another name.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content + "\n")


def _document(copies: Iterable[Mapping[Kind, object]], office: Office) -> dict[str, object]:
    return {
        "made_at": office.clock.now().isoformat(timespec="seconds"),
        "data": [{kind.value: rows for kind, rows in copy.items()} for copy in copies],
        "elsewhere": "Messages stay in Teams under the municipality's own rules; the people file is IT's.",
    }


async def _preview(office: Office, subject: Subject) -> list[str]:
    if subject.person is None:
        count = await office.my_data.count_reference(*await _reference(office, subject))
        lines = [f"{count} cases would go, with their steps and messages"]
    else:
        counts = await office.my_data.counts(await id_of(office.directory, subject.person))
        lines = [f"{kind.value:<12}{count}" for kind, count in counts.items()] or ["nothing is stored"]
    return [*lines, "Nothing was deleted. Add --yes to delete it; it cannot be undone."]


async def _erase(office: Office, subject: Subject, *, open_cases: bool, data_dir: Path) -> list[str]:
    if subject.person is None:
        erased = list(await office.my_data.erase_reference(*await _reference(office, subject)))
        lines = [f"{len(erased)} cases are gone; the log keeps that there were, without whose they were"]
        await office.storage.scrub()
        return lines
    person_id = await id_of(office.directory, subject.person)
    gone = await office.my_data.erase(person_id, open_cases=open_cases)
    await office.storage.scrub()
    return [
        *_counts(gone),
        *await asyncio.to_thread(lambda: list(_proof(gone, person_id, data_dir))),
        *await _still(office.directory, person_id),
    ]


def _counts(erased: Erased) -> Iterator[str]:
    yield from (f"{kind.value:<12}{count}" for kind, count in erased.counts.items())
    if not erased.total:
        yield "nothing was stored"


def _proof(erased: Erased, person_id: str, data_dir: Path) -> Iterator[str]:
    """What a search of the whole database and of all files finds afterwards."""
    yield from (f"still in the table {table}: {rows} rows" for table, rows in erased.remaining.items())
    files = list(files_with(data_dir, person_id))
    yield from (f"still in the file {path}" for path in files)
    if not erased.remaining and not files:
        yield f"searched for the id: it is nowhere in the database, and in no file of {data_dir}"


async def _still(directory: Directory, person_id: str) -> list[str]:
    lines = ["backups made before today still hold the data until they are replaced; messages stay in Teams"]
    try:
        known = await directory.find(person_id) is not None
    except DirectoryUnavailableError:
        return lines
    if known and isinstance(directory, FileDirectory):
        lines.insert(0, "the people file still has this person: take the entry out if they have left")
    return lines


def files_with(folder: Path, needle: str) -> Iterator[Path]:
    """The files below a folder in which a text stands, whatever their format. Reads every byte; folders of weights are left out."""
    wanted = needle.encode()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or _UNSEARCHED.intersection(path.relative_to(folder).parts):
            continue
        if path.stat().st_size == 0:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if content.find(wanted) >= 0:
                yield path


async def _reference(office: Office, subject: Subject) -> tuple[str, str]:
    return await id_of(office.directory, subject.leader or ""), subject.reference or ""
