"""`kompas insight`: HR's overview in the terminal and as a file. Small groups are left out here too."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adaptive_cards.content_faults.cards import fault_words
from adaptive_cards.insight.actions import InsightPage
from adaptive_cards.insight.lines import few, sections, title, topic
from adaptive_cards.texts import Texts, load_catalogue
from bot import spreadsheet
from bot.assembly import Office
from bot.errors import InsightFileError
from hr.insight.model import Insight
from hr.insight.service import PERIOD_DAYS

_PAGES = (InsightPage.QUESTIONS, InsightPage.VOTES, InsightPage.REVIEWS, InsightPage.FAULTS)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    command.add_argument("action", choices=["show", "export"])
    command.add_argument("--days", type=_days, default=PERIOD_DAYS, metavar="N", help="how many days to look back")
    command.add_argument("--out", type=Path, metavar="FILE", help="where the export goes: FILE.csv or FILE.json")


async def shown(office: Office, *, days: int) -> list[str]:
    """The overview as lines, in HR's own language."""
    texts, insight = load_catalogue()["da"], await office.insight.export(days=days)
    lines = [
        texts.say("insight.period", since=texts.day(insight.since), until=texts.day(insight.until)),
        *(f"{texts.say(f'insight.numbers.{name}')}: {count}" for name, count in _numbers(insight)),
    ]
    for page in _PAGES:
        for section in sections(texts, insight, page):
            lines += [section.lead, *(f"  {line}" for line in section.lines)]
        told = few(texts, insight, page)
        lines += [told] if told is not None else []
    return lines


async def export(office: Office, out: Path, *, days: int) -> str:
    """Write the overview as CSV, or as JSON where the file is called so. Raises InsightFileError."""
    if out.suffix.lower() not in {".csv", ".json"}:
        raise InsightFileError(f"{out} is neither .csv nor .json")
    insight = await office.insight.export(days=days)
    if out.suffix.lower() == ".json":
        data = (json.dumps(as_json(insight), ensure_ascii=False, indent=1) + "\n").encode()
    else:
        data = spreadsheet.as_csv(_rows(load_catalogue()["da"], insight)).encode("utf-8-sig")
    try:
        await asyncio.to_thread(spreadsheet.write, out, data)
    except OSError as error:
        raise InsightFileError(f"{out} cannot be written ({error.strerror or error})") from error
    return f"{out}: {insight.questions} questions, {insight.unanswered.total} without an answer"


def as_json(insight: Insight) -> dict[str, Any]:
    """The overview as one object; its fields are told in docs/commands.md."""
    return {
        "since": insight.since.isoformat(),
        "until": insight.until.isoformat(),
        "smallest_group": insight.unanswered.smallest,
        **dict(_numbers(insight)),
        "topics": [
            {"topic": group.topic, "count": group.count, "texts": list(group.texts)}
            for group in insight.unanswered.groups
        ],
        "in_small_topics": insight.unanswered.others,
        "disliked": [
            {
                "document": votes.document_id,
                "title": votes.title,
                "count": votes.count,
                "comments": list(votes.comments),
            }
            for votes in insight.disliked
        ],
        "disliked_by_few": insight.disliked_others,
        "reviews": [{"title": one.title, "file": one.file, "due": one.due.isoformat()} for one in insight.reviews],
        "faults": [
            {
                "file": known.fault.file,
                "line": known.fault.line,
                "reason": known.fault.reason,
                "since": known.since.isoformat(),
            }
            for known in insight.faults
        ],
    }


def _numbers(insight: Insight) -> tuple[tuple[str, int], ...]:
    return (
        ("asked", insight.questions),
        ("answered", insight.answered),
        ("unanswered", insight.unanswered.total),
    )


def _rows(texts: Texts, insight: Insight) -> Iterator[list[str]]:
    """What, of which kind, how many, and a text; a topic has a row with its count and one for each text."""
    yield [texts.say(f"insight.export.{name}") for name in ("what", "name", "count", "text")]
    for name, count in _numbers(insight):
        yield [texts.say(f"insight.numbers.{name}"), "", str(count), ""]
    questions, votes = (texts.say(f"insight.pages.{page.value}") for page in _PAGES[:2])
    for group in insight.unanswered.groups:
        yield [questions, topic(texts, group), str(group.count), ""]
        yield from ([questions, topic(texts, group), "", text] for text in group.texts)
    if insight.unanswered.others:
        yield [questions, texts.say("insight.export.small"), str(insight.unanswered.others), ""]
    for one in insight.disliked:
        yield [votes, title(texts, one), str(one.count), ""]
        yield from ([votes, title(texts, one), "", comment] for comment in one.comments)
    if insight.disliked_others:
        yield [votes, texts.say("insight.export.small"), str(insight.disliked_others), ""]
    for review in insight.reviews:
        yield [texts.say("insight.leads.reviews"), review.title, "", f"{review.file} {review.due.isoformat()}"]
    for known in insight.faults:
        where = f"{known.fault.file}:{known.fault.line}" if known.fault.line is not None else known.fault.file
        yield [texts.say("insight.leads.faults"), where, "", fault_words(texts, known.fault).wrong]


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 3660")
    return int(text)
