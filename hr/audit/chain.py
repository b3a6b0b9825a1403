"""Whether a log is as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from hr.audit.model import GENESIS, AuditEntry, ChainedEntry, chain_hash

_NO_ALIASES: Final[Mapping[str, str]] = MappingProxyType({})


def chained(
    entries: Iterable[AuditEntry], last: tuple[int, str] = (0, GENESIS), *, aliases: Mapping[str, str] = _NO_ALIASES
) -> tuple[ChainedEntry, ...]:
    """`entries` as they follow on the entry with the number and hash `last`; `aliases` of their actors go into the hashes."""
    number, previous = last
    links: list[ChainedEntry] = []
    for entry in entries:
        number += 1
        alias = aliases.get(entry.actor_id)
        link = chain_hash(previous, number, entry if alias is None else replace(entry, actor_id=alias))
        links.append(ChainedEntry(number=number, entry=entry, previous=previous, hash=link, alias=alias))
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
        whole = kept.hash == chain_hash(kept.previous, kept.number, kept.written)
        if kept.number != number or kept.previous != previous or not whole:
            return number
        previous = kept.hash
    return None
