"""All courses at a glance, and Monday's digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.actions import AnswerTransfer, Form, Menu, OpenList
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.model import Relation, StepKind, StepState
from hr.absence.views import CaseView, Overview, StepStatus, StepView

SHOWN: Final = 10
"""Courses, and lines of a group of the digest, that a card shows. A line on top of the list takes the room of one course."""

OFFERS: Final = 2
"""Offers that the overview shows at a time; each takes the room of two courses."""

_WAITS = frozenset({StepStatus.DUE, StepStatus.OVERDUE})


def overview_card(
    *,
    texts: Texts,
    overview: Overview,
    notice: str | None = None,
    only_due: bool = False,
    start: int = 0,
    token: str | None = None,
    may_start: bool = True,
) -> AdaptiveCard:
    """One's courses with the foremost step of each: the most urgent ones of all groups, or those that follow from the `start`-th on.

    `only_due` leaves out those that can wait; with a `token` offers are answered here; who leads nobody, such as HR, may not start one.
    A part of the list has no other way on than to the rest and to the whole: ten long lines leave no room for more.
    """
    ranked = sorted(_due(overview.all, only=only_due), key=_urgency)
    count = len(ranked)
    start = start if start < count else 0
    offered = () if start else overview.offered[:OFFERS]
    page = ranked[start : start + SHOWN - 2 * len(offered) - (notice is not None)]
    shown_to = start + len(page)
    title = "absence.overview.title_due" if only_due else "absence.overview.title"
    body = [*pieces.notice_line(notice), parts.heading(texts.say(title))]
    body += [*_offers(texts, offered, token), *_grouped(texts, page)]
    if not count:
        body.append(parts.paragraph(_empty(texts, only_due=only_due, may_start=may_start)))
    if start or count > shown_to:
        body.append(parts.remark(_how_many(texts, start, shown_to, count)))
    more = OpenList(start=shown_to, only_due=only_due, language=texts.language) if count > shown_to else None
    if start or (only_due and more is not None):
        ways = [*_show_more(texts, more), pieces.to_overview(texts)]
    else:
        ways = [*_show_more(texts, more), *_ways_on(texts, only_due=only_due, empty=not count, may_start=may_start)]
    return pieces.made(texts, "overview", body, ways)


def _how_many(texts: Texts, start: int, shown_to: int, count: int) -> str:
    if not start:
        return texts.say("absence.overview.more", shown=shown_to, count=count)
    if start + 1 == count:
        return texts.say("absence.overview.page_last", count=count)
    return texts.say("absence.overview.page", first=start + 1, last=shown_to, count=count)


def _grouped(texts: Texts, cases: Sequence[CaseView]) -> list[CardElement]:
    """One's own first; those of others with a heading that says why they are seen."""
    body: list[CardElement] = []
    for relation, key in _GROUPS.items():
        group = [case for case in cases if case.relation is relation]
        if key is not None and group:
            body.append(parts.strong(texts.say(key)))
        body += [_line(texts, case) for case in group]
    return body


_GROUPS: Final = {
    Relation.OWNER: None,
    Relation.DEPUTY: "absence.overview.deputy",
    Relation.HR: "absence.overview.hr",
}


def _empty(texts: Texts, *, only_due: bool, may_start: bool) -> str:
    if only_due:
        return texts.say("absence.overview.empty_due")
    return texts.say("absence.overview.empty" if may_start else "absence.overview.empty_other")


def _urgency(case: CaseView) -> tuple[int, date]:
    """The order of courses, by the step that stands for each; one without an open step comes last."""
    groups = pieces.ranked(case)
    return next(((rank, group[0].step.due_on) for rank, group in enumerate(groups) if group), (len(groups), date.max))


def also_due(case: CaseView, shown: StepView) -> int:
    """How many other open steps are due by today."""
    return sum(view.step.due_on <= case.today for view in case.open_steps if view.step.key != shown.step.key)


def _due(cases: Sequence[CaseView], *, only: bool) -> list[CaseView]:
    return [case for case in cases if not only or (case.next_step is not None and case.next_step.status in _WAITS)]


def _show_more(texts: Texts, more: OpenList | None) -> list[ExecuteAction]:
    return [parts.button(title=texts.say("absence.overview.show_more"), payload=more)] if more is not None else []


def _ways_on(texts: Texts, *, only_due: bool, empty: bool, may_start: bool) -> list[ExecuteAction]:
    new = pieces.to_menu(
        texts, texts.say("absence.overview.new"), Menu.START, look="positive" if empty and not only_due else None
    )
    settings = pieces.to_menu(texts, texts.say("absence.overview.settings"), Menu.SETTINGS)
    return [*([pieces.to_overview(texts)] if only_due else []), *([new] if may_start else []), settings]


def _line(texts: Texts, case: CaseView) -> CardElement:
    following = pieces.foremost(case)
    label = escape_markdown(case.case.label)
    name = f"{label} ({escape_markdown(case.owner_name)})" if case.owner_name else label
    next_line = texts.say("absence.overview.nothing_next") if following is None else _following(texts, case, following)
    open_it = pieces.to_form(texts, texts.say("absence.overview.open", label=case.case.label), case.case.id, Form.CASE)
    color = None if following is None else pieces.color(following)
    return parts.beside([parts.strong(name), parts.near(escape_markdown(next_line), color=color)], open_it)


def _following(texts: Texts, case: CaseView, view: StepView) -> str:
    line, more = _next(texts, view), also_due(case, view)
    return texts.say("absence.overview.more_due", line=line, count=more) if more else line


def _next(texts: Texts, view: StepView) -> str:
    name = pieces.step_name(texts, view)
    when = texts.short_day(view.step.due_on)
    law = view.step.kind is StepKind.LAW
    if view.status is StepStatus.OVERDUE and (law or view.step.state is StepState.WAITING):
        return texts.say("absence.overview.overdue", title=name, when=when)
    if view.step.state is StepState.ATTEMPTED:
        return texts.say("absence.overview.attempted", title=name, when=when)
    if view.step.state is StepState.SNOOZED:
        return texts.say("absence.overview.snoozed", title=name, when=when)
    if view.status is StepStatus.DUE:
        return texts.say("absence.overview.today", title=name)
    return texts.say("absence.overview.next_law" if law else "absence.overview.next", title=name, when=when)


def _offers(texts: Texts, offered: Sequence[CaseView], token: str | None) -> list[CardElement]:
    if not offered:
        return []
    body: list[CardElement] = [parts.strong(texts.say("absence.overview.offered"))]
    for case in offered:
        name, label = escape_markdown(case.owner_name or ""), escape_markdown(case.case.label)
        key = "absence.overview.offer" if name else "absence.overview.offer_leaderless"
        body.append(parts.paragraph(texts.say(key, **({"name": name} if name else {}), label=label)))
        body += parts.rows(answers(texts, case, token)) if token is not None else []
    if token is None:
        body.append(parts.remark(texts.say("absence.overview.answer_offer")))
    return body


def answers(texts: Texts, case: CaseView, token: str) -> list[ExecuteAction]:
    """The two answers to an offer."""

    def answer(key: str, *, accept: bool) -> ExecuteAction:
        payload = AnswerTransfer(token=token, case_id=case.case.id, accept=accept, language=texts.language)
        return parts.button(title=texts.say(key), payload=payload, look="positive" if accept else None)

    return [answer("absence.offer.take", accept=True), answer("absence.offer.decline", accept=False)]


def digest_card(*, texts: Texts, overview: Overview) -> AdaptiveCard:
    """What waits, what comes this week, and what comes later, in order of date."""
    steps = sorted(
        ((view, case) for case in overview.all for view in case.open_steps),
        key=lambda pair: (pair[0].step.due_on, pair[1].case.id),
    )
    sunday = overview.today + timedelta(days=6 - overview.today.weekday())
    groups = {
        "absence.digest.overdue": [pair for pair in steps if pair[0].status is StepStatus.OVERDUE],
        "absence.digest.week": [
            pair for pair in steps if pair[0].status is not StepStatus.OVERDUE and pair[0].step.due_on <= sunday
        ],
        "absence.digest.later": _first_of_each(steps, sunday),
    }
    body: list[CardElement] = [parts.heading(texts.say("absence.digest.title"))]
    for key, pairs in groups.items():
        if pairs:
            body += [parts.strong(texts.say(key)), *_digest_lines(texts, pairs)]
    if not steps:
        body.append(parts.paragraph(texts.say("absence.digest.empty")))
    settings = pieces.to_menu(texts, texts.say("absence.overview.settings"), Menu.SETTINGS)
    return pieces.made(texts, "digest", body, [pieces.to_overview(texts), settings])


def _first_of_each(steps: Sequence[tuple[StepView, CaseView]], after: date) -> list[tuple[StepView, CaseView]]:
    """Of what lies further ahead, the next step of each course."""
    first: dict[str, tuple[StepView, CaseView]] = {}
    for view, case in steps:
        if view.step.due_on > after:
            first.setdefault(case.case.id, (view, case))
    return list(first.values())


def _digest_lines(texts: Texts, pairs: Sequence[tuple[StepView, CaseView]]) -> list[CardElement]:
    lines = [
        (
            pieces.short_date(texts, view),
            texts.say("absence.digest.line", label=case.case.label, title=pieces.step_name(texts, view)),
        )
        for view, case in pairs[:SHOWN]
    ]
    more = len(pairs) - SHOWN
    rest = [parts.remark(texts.say("absence.digest.more", count=more))] if more > 0 else []
    return [parts.facts(lines), *rest]
