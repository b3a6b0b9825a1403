"""That a log which was tampered with does not pass for whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hr.audit.chain import chained, first_broken
from hr.audit.model import GENESIS, AuditEntry, ChainedEntry, Deed, Purpose, chain_hash

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)

Log = tuple[ChainedEntry, ...]


def a_log(length: int = 5) -> Log:
    return chained(
        AuditEntry(
            at=NOON + timedelta(minutes=number),
            actor_id="leader",
            deed=Deed.VIEWED,
            purpose=Purpose.OWN_FOLLOW_UP,
            case_id=f"case-{number}",
        )
        for number in range(1, length + 1)
    )


def changed(link: ChainedEntry, *, rehash: bool = False) -> ChainedEntry:
    entry = replace(link.entry, actor_id="somebody else")
    return replace(link, entry=entry, hash=chain_hash(link.previous, link.number, entry) if rehash else link.hash)


def test_a_log_as_it_was_written_is_whole() -> None:
    log = a_log()
    assert first_broken(log) is None
    assert first_broken(()) is None
    assert log[0].previous == GENESIS
    assert chained((link.entry for link in log[2:]), (2, log[1].hash)) == log[2:]


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (lambda log: (*log[:2], changed(log[2]), *log[3:]), 3),
        (lambda log: (*log[:2], changed(log[2], rehash=True), *log[3:]), 4),
        (lambda log: (*log[:2], *log[3:]), 3),
        (lambda log: log[1:], 1),
        (lambda log: (log[0], log[2], log[1], *log[3:]), 2),
        (lambda log: (log[0], log[1], log[1], *log[2:]), 3),
        (lambda log: (log[0], replace(log[2], number=2), replace(log[1], number=3), *log[3:]), 2),
        (lambda log: (log[0], *(replace(link, number=link.number - 1) for link in log[2:])), 2),
        (lambda log: (*log[:4], replace(log[4], entry=replace(log[4].entry, at=NOON))), 5),
    ],
    ids=[
        "changed",
        "changed and hashed anew",
        "removed",
        "the first removed",
        "swapped",
        "doubled",
        "swapped and numbered anew",
        "removed and numbered anew",
        "the last one's time changed",
    ],
)
def test_the_first_entry_that_was_tampered_with_is_found(tamper: Callable[[Log], Log], broken: int) -> None:
    assert first_broken(tamper(a_log())) == broken


def test_a_log_that_retention_has_cut_is_whole_from_its_anchor_and_no_other() -> None:
    log = a_log()
    assert first_broken(log[3:], (3, log[2].hash)) is None
    assert first_broken(log[3:], (3, log[1].hash)) == 4
    assert first_broken(log[4:], (3, log[2].hash)) == 4
