"""HR's cards: the overview, one of its pages, the weekly digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.insight.actions import InsightPage, OpenInsight
from adaptive_cards.insight.lines import Section, few, sections
from adaptive_cards.texts import Texts
from hr.insight.model import Insight

GROUPS: Final = 4
"""Topics, and documents, that the overview shows."""

LINES: Final = 3
"""Lines under each lead of the overview."""

PAGE: Final = 14
"""Lines of a page."""

_PAGES: Final = (InsightPage.QUESTIONS, InsightPage.VOTES, InsightPage.REVIEWS, InsightPage.FAULTS)


def overview_card(*, texts: Texts, insight: Insight) -> AdaptiveCard:
    """How much was asked, and what HR can do something about, the most frequent first."""
    body: list[CardElement] = [
        parts.heading(texts.say("insight.title")),
        parts.remark(_period(texts, insight)),
        _numbers(texts, insight),
    ]
    actions: list[Action] = []
    for page in _PAGES:
        found, cut = _beginning(sections(texts, insight, page))
        body += _page(texts, insight, page, found)
        if cut:
            actions.append(_opens(texts, page))
    if not insight.has_news:
        body.append(parts.paragraph(texts.say("insight.nothing")))
    body.append(parts.remark(texts.say("insight.who")))
    actions.append(_opens(texts, InsightPage.OVERVIEW, title="refresh"))
    return _made(texts, "overview", body, actions)


def page_card(*, texts: Texts, insight: Insight, page: InsightPage, start: int = 0) -> AdaptiveCard:
    """One page of it in full, from a line on."""
    everything = sections(texts, insight, page)
    flat = [(section.lead, line) for section in everything for line in section.lines]
    start = start if start < len(flat) else 0
    shown = [
        Section(lead=lead, lines=tuple(line for _, line in rows))
        for lead, rows in groupby(flat[start : start + PAGE], key=lambda row: row[0])
    ]
    body: list[CardElement] = [parts.heading(texts.say(f"insight.pages.{page.value}"))]
    body += _page(texts, insight, page, shown)
    if not flat:
        body.append(parts.paragraph(texts.say("insight.nothing")))
    actions: list[Action] = [_opens(texts, InsightPage.OVERVIEW, title="back")]
    if start:
        actions.append(_opens(texts, page, title="previous", start=max(0, start - PAGE)))
    if start + PAGE < len(flat):
        actions.append(_opens(texts, page, title="more", start=start + PAGE))
    return _made(texts, "page", body, actions)


def digest_card(*, texts: Texts, insight: Insight, resent: bool = False) -> AdaptiveCard:
    """Last week in short."""
    week = insight.until.isocalendar().week
    body: list[CardElement] = [
        parts.heading(texts.say("insight.digest_title", week=week)),
        *([parts.remark(texts.say("insight.resent"))] if resent else []),
        parts.remark(_period(texts, insight)),
        _numbers(texts, insight),
    ]
    for page in _PAGES:
        found, _ = _beginning(sections(texts, insight, page))
        body += _page(texts, insight, page, found)
    body.append(parts.remark(texts.say("insight.digest_why")))
    return _made(texts, "digest", body, [_opens(texts, InsightPage.OVERVIEW, title="whole")])


def _page(texts: Texts, insight: Insight, page: InsightPage, found: Sequence[Section]) -> Iterator[CardElement]:
    for section in found:
        yield parts.bullets(section.lead, section.lines)
    told = few(texts, insight, page)
    if told is not None:
        yield parts.remark(told)


def _beginning(found: Sequence[Section]) -> tuple[list[Section], bool]:
    """What fits on a card with everything, and whether that leaves something out."""
    shown = [Section(lead=one.lead, lines=tuple(islice(one.lines, LINES))) for one in found[:GROUPS]]
    return shown, shown != list(found)


def _numbers(texts: Texts, insight: Insight) -> CardElement:
    numbers = (
        ("asked", insight.questions),
        ("answered", insight.answered),
        ("unanswered", insight.unanswered.total),
    )
    return parts.facts([(texts.say(f"insight.numbers.{name}"), str(count)) for name, count in numbers])


def _period(texts: Texts, insight: Insight) -> str:
    return texts.say("insight.period", since=texts.day(insight.since), until=texts.day(insight.until))


def _opens(texts: Texts, page: InsightPage, *, title: str | None = None, start: int = 0) -> ExecuteAction:
    payload = OpenInsight(page=page, start=start, language=texts.language)
    return parts.button(title=texts.say(f"insight.buttons.{title or page.value}"), payload=payload)


def _made(texts: Texts, name: str, body: Sequence[CardElement], actions: Sequence[Action]) -> AdaptiveCard:
    fallback = texts.say("insight.fallback", summary=texts.say(f"insight.summaries.{name}"))
    return parts.card(texts=texts, body=body, actions=actions, fallback=fallback)
