"""What must hold between documents, and what should. Pure: documents and a day in, findings out.

A fault keeps a document out (its last good version stays): two documents with one id, documents that supersede each other in a circle.
A warning lets it in: an unknown `supersedes`, an overdue review, a link to a file that is missing, a successor that says no first day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from indexer.errors import told
from knowledge.models import Chunk, Document

LINK = re.compile(r"!?\[[^\]\[]{0,1000}+\]\(\s{0,9}+<?([^)\s>]{1,2000}+)>?[^)\[]{0,300}+\)")
"""Bounded and without a way back: whoever writes brackets by the thousand must not hold up the build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document that is about to be indexed. `settled`: it is in the published index just like this."""

    path: str
    root: Path
    sha256: str
    document: Document
    chunks: tuple[Chunk, ...]
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A document that cannot stand beside the others, and what to do."""

    entry: Entry
    reason: str


def faults(entries: Sequence[Entry]) -> tuple[Fault, ...]:
    """The documents that must not be indexed beside the others. Settled documents go before new ones, then the order of paths."""
    found = [*_duplicate_ids(entries), *_duplicate_paths(entries)]
    if found:
        return tuple(found)
    return tuple(_circles(entries))


def warnings(entries: Sequence[Entry], *, today: date) -> tuple[str, ...]:
    """One line for each thing that the owner of a document should put right."""
    known = {entry.document.id for entry in entries}
    by_id = {entry.document.id: entry.document for entry in entries}
    lines: list[str] = []
    for entry in entries:
        document = entry.document
        for old in document.supersedes:
            if old not in known:
                lines.append(
                    f"{entry.path}: supersedes {old}, which is no document here. Correct the id, or take it out."
                )
            elif by_id[old].valid_to is None and not _first_day(document):
                lines.append(
                    f"{entry.path}: supersedes {old} but has no valid_from. Add it, so that {old} ends the day before."
                )
        if document.review_due and document.review_due < today:
            hidden = " It is hidden until then." if document.legal_refs else ""
            lines.append(
                f"{entry.path}: the review was due on {document.review_due}. Review it and move review_due.{hidden}"
            )
        lines += [
            f"{entry.path}: links to {target}, which is missing. Correct the link."
            for target in _missing_targets(entry)
        ]
    return tuple(told(line) for line in lines)


def ends(documents: Iterable[Document]) -> Mapping[str, Document]:
    """Documents by id; one that is superseded and does not say when it ends, ends the day before its (first) successor begins.

    >>> old = Document(id="a", path="a.md", title="A", valid_from=date(2020, 1, 1))
    >>> new = Document(id="b", path="b.md", title="B", valid_from=date(2025, 5, 1), supersedes=("a",))
    >>> ends([old, new])["a"].valid_to
    datetime.date(2025, 4, 30)
    """
    by_id = {document.id: document for document in documents}
    successors: dict[str, list[date]] = defaultdict(list)
    for document in by_id.values():
        first = _first_day(document)
        for old in document.supersedes:
            if first is not None and old in by_id:
                successors[old].append(first)
    for old, first_days in successors.items():
        document = by_id[old]
        later = [day for day in first_days if day > (document.valid_from or date.min)]  # nothing ends before year 1
        if document.valid_to is None and later:
            by_id[old] = replace(document, valid_to=min(later) - timedelta(days=1))
    return by_id


def _first_day(document: Document) -> date | None:
    return document.valid_from or document.decision_date


def _duplicate_ids(entries: Sequence[Entry]) -> Iterable[Fault]:
    owners: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (not e.settled, e.path)):
        owner = owners.setdefault(entry.document.id, entry)
        if owner is not entry and owner.path != entry.path:
            yield Fault(
                entry=entry,
                reason=f"the id {entry.document.id} belongs to {owner.path} already; give one of them another id in its front matter",
            )


def _duplicate_paths(entries: Sequence[Entry]) -> Iterable[Fault]:
    owners: dict[str, Entry] = {}
    for entry in entries:
        owner = owners.setdefault(entry.path, entry)
        if owner is not entry:
            yield Fault(entry=entry, reason=f"it lies in {owner.root} and in {entry.root}; rename one of the two files")


def _circles(entries: Sequence[Entry]) -> Iterable[Fault]:
    by_id = {entry.document.id: entry for entry in entries}
    for entry in entries:
        if not entry.settled and _reaches(entry.document.id, entry.document.id, by_id):
            olds = ", ".join(entry.document.supersedes)
            yield Fault(
                entry=entry,
                reason=f"it supersedes {olds}, which in turn supersedes it; take supersedes out of the older document",
            )


def _reaches(start: str, goal: str, by_id: Mapping[str, Entry]) -> bool:
    """Whether following `supersedes` from `start` comes to `goal`."""
    seen: set[str] = set()
    ahead = list(by_id[start].document.supersedes)
    while ahead:
        current = ahead.pop()
        if current == goal:
            return True
        if current in by_id and current not in seen:
            seen.add(current)
            ahead += by_id[current].document.supersedes
    return False


def _missing_targets(entry: Entry) -> list[str]:
    targets = dict.fromkeys(
        target for chunk in entry.chunks for sentence in chunk.sentences for target in LINK.findall(sentence.raw)
    )
    folder = (entry.root / entry.path).parent
    return [target for target in targets if _is_missing(target, folder)]


def _is_missing(target: str, folder: Path) -> bool:
    """Whether a link leads to a file that is not there. What is no address and what is no name of a file lead nowhere."""
    try:
        parts = urlsplit(target)
        return not (parts.scheme or parts.netloc) and bool(parts.path) and not (folder / unquote(parts.path)).exists()
    except (ValueError, OSError):
        return True
