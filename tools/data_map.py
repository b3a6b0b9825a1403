"""Prints docs/data-map.md from the data map in the code: `python -m tools.data_map > docs/data-map.md`."""

from __future__ import annotations

import sys
from typing import Final

from hr.my_data.model import Kind
from hr.storage.holdings import HOLDINGS, LIMITS, OF_OTHERS, Fate, Limit

_WHY: Final = {
    Kind.CHATS: "to be able to write into the chat",
    Kind.WELCOMES: "to greet a person once",
    Kind.RATINGS: "to mend texts",
    Kind.CASES: "to remind the leader of each step",
    Kind.CHOICES: "to remind as wished",
    Kind.AWAY: "to remind the deputy, or nobody",
    Kind.OFFERS: "until the colleague has answered",
    Kind.MESSAGES: "to send each once, and to know whom it did not reach",
    Kind.REQUESTS: "to get an answer from a person",
    Kind.JOURNEYS: "to show what comes next",
    Kind.SIGN_UPS: "to give each place once",
    Kind.CAMPAIGNS: "to reach the right people once",
    Kind.WORK: "to know who has taken, written or approved something",
    Kind.LOG: "so that nobody looks unseen",
}
_FATES: Final = {
    Fate.DELETE: "the row is deleted with what hangs on it",
    Fate.CLEAR: "the row goes on without the person",
    Fate.STAND_IN: "a random id takes the person's place, so that numbers still add up",
    Fate.UNLINK: "the alias of the log no longer leads to anybody",
}
_HEAD: Final = """# Data map

Every column of the database that holds a person's id, why, until when, and what `kompas privacy erase` does to it. The worker deletes once a
day; `tests/integration/test_retention.py` puts something into every table and finds it nowhere when its time is over. Made from
`hr/storage/holdings.py` by `python -m tools.data_map`; a test holds the page to the code, and the code to the tables. What each kind holds, field by
field, and who sees it: [privacy.md](privacy.md). How the rights of a person are served: [how-to-it.md](how-to-it.md#what-is-stored-about-one-person).

| table | column | kind | why | kept until | on erasure |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page."""
    rows = [
        f"| `{holding.table.name}` | `{holding.column.name}` | {holding.kind.value} | {_WHY[holding.kind]} "
        f"| {_until(LIMITS[holding.table])} | {_FATES[holding.fate]} |\n"
        for holding in HOLDINGS
    ]
    others = "".join(f"| `{table.name}` | {_until(LIMITS[table])} |\n" for table in OF_OTHERS)
    return (
        f"{_HEAD}{''.join(rows)}\nA column that stands twice holds two sorts of rows: personal chats and groups, messages to one "
        f"person and reminders to many.\n\nTables without a column for a person, because their rows belong to a row above or to "
        f"nobody:\n\n| table | kept until |\n|---|---|\n{others}\nWhere an id stands within another row's text (a business key, a list of recipients), an erasure finds "
        "it there too.\n"
    )


def _until(limit: Limit) -> str:
    return f"`{limit.setting}` {limit.since}" if limit.setting is not None else limit.since


if __name__ == "__main__":
    sys.stdout.write(page())
