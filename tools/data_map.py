"""Prints docs/data-map.md from the data map in the code: `python -m tools.data_map > docs/data-map.md`."""

from __future__ import annotations

import sys
from typing import Final

from hr.my_data.model import Kind
from hr.storage.holdings import HOLDINGS, OF_OTHERS, Fate

_WHY: Final = {
    Kind.CHATS: ("to be able to write into the chat", "until the app is removed"),
    Kind.WELCOMES: ("to greet a person once", "until erasure"),
    Kind.RATINGS: ("to mend texts", "`RETENTION_FEEDBACK_DAYS`"),
    Kind.CASES: ("to remind the leader of each step", "`RETENTION_CASES_DAYS` after the end"),
    Kind.CHOICES: ("to remind as wished", "until changed or erased"),
    Kind.AWAY: ("to remind the deputy, or nobody", "`RETENTION_MESSAGES_DAYS` after the last day"),
    Kind.OFFERS: ("until the colleague has answered", "the answer, or the end of the case"),
    Kind.MESSAGES: ("to send each once, and to know whom it did not reach", "`RETENTION_MESSAGES_DAYS`"),
    Kind.REQUESTS: ("to get an answer from a person", "`RETENTION_REQUESTS_DAYS` after the last change"),
    Kind.JOURNEYS: ("to show what comes next", "`RETENTION_JOURNEYS_DAYS` after the end"),
    Kind.SIGN_UPS: ("to give each place once", "`RETENTION_JOURNEYS_DAYS` after the event"),
    Kind.CAMPAIGNS: ("to reach the right people once", "`RETENTION_CAMPAIGNS_DAYS` after the end"),
    Kind.WORK: ("to know who has taken, written or approved something", "as what it belongs to"),
    Kind.LOG: ("so that nobody looks unseen", "`RETENTION_AUDIT_DAYS`"),
}
_FATES: Final = {
    Fate.DELETE: "the row is deleted with what hangs on it",
    Fate.CLEAR: "the row goes on without the person",
    Fate.STAND_IN: "a random id takes the person's place, so that numbers still add up",
    Fate.UNLINK: "the alias of the log no longer leads to anybody",
}
_HEAD: Final = """# Data map

Every column of the database that holds a person's id, why, until when, and what `kompas privacy erase` does to it. Made from
`hr/storage/holdings.py` by `python -m tools.data_map`; a test holds the page to the code, and the code to the tables. What each kind holds, field by
field, and who sees it: [privacy.md](privacy.md). How the rights of a person are served: [how-to-it.md](how-to-it.md#what-is-stored-about-one-person).

| table | column | kind | why | kept until | on erasure |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page."""
    rows = [
        f"| `{holding.table.name}` | `{holding.column.name}` | {holding.kind.value} | {_WHY[holding.kind][0]} "
        f"| {_WHY[holding.kind][1]} | {_FATES[holding.fate]} |\n"
        for holding in HOLDINGS
    ]
    others = ", ".join(f"`{table.name}`" for table in OF_OTHERS)
    return (
        f"{_HEAD}{''.join(rows)}\nA column that stands twice holds two sorts of rows: personal chats and groups, messages to one "
        f"person and reminders to many.\n\nTables without a column for a person, because their rows belong to a row above or to "
        f"nobody: {others}. Where an id stands within another row's text (a business key, a list of recipients), an erasure finds "
        "it there too.\n"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
