"""Whether a log is as it was written."""

from __future__ import annotations

from collections.abc import Iterable

from hr.audit.model import GENESIS, AuditEntry, ChainedEntry, chain_hash


def chained(entries: Iterable[AuditEntry], last: tuple[int, str] = (0, GENESIS)) -> tuple[ChainedEntry, ...]:
    """`entries` as they follow on the entry with the number and hash `last`."""
    number, previous = last
    links: list[ChainedEntry] = []
    for entry in entries:
        number += 1
        link = chain_hash(previous, number, entry)
        links.append(ChainedEntry(number=number, entry=entry, previous=previous, hash=link))
        previous = link
    return tuple(links)


def first_broken(entries: Iterable[ChainedEntry], anchor: tuple[int, str] = (0, GENESIS)) -> int | None:
    """The number of the first entry that was changed, removed or moved; None when all of them follow on each other.

    `anchor` is the number and hash of the entry before the first: the log's anchor, or the last entry of the page before.
    An entry that was removed at the end leaves no trace here: keep the last hash elsewhere.
    """
    number, previous = anchor
    for kept in entries:
        number += 1
        whole = kept.hash == chain_hash(kept.previous, kept.number, kept.entry)
        if kept.number != number or kept.previous != previous or not whole:
            return number
        previous = kept.hash
    return None
