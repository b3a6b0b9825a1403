"""What the cards of absence follow-up have in common: how a step, its state and its source are put into words, and the ways on."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction, TextBlock

from adaptive_cards import parts
from adaptive_cards.actions import Form, Menu, OpenForm, OpenMenu
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.model import StepKind, StepState
from hr.absence.timeline import StepRule
from hr.absence.views import CaseView, StepStatus, StepView
from knowledge.models import Approval, Citation

QUOTE: Final = 320
"""Characters of a quoted passage, so that a card stays one to read between two meetings."""

_LIST = re.compile(r"(?:^|(?<=[:.?!…]) )- ")
"""Where a list begins in a quote whose line breaks are gone; elsewhere a dash between two blanks is just a dash."""

LABEL_LIMIT: Final = 40
"""Characters that a label's field takes."""

LIMIT_AHEAD: Final = timedelta(days=9)
"""From how long before its last day a limit of the law stands before everything else of its course."""

_WAITS = frozenset({StepStatus.DUE, StepStatus.OVERDUE})


def foremost(case: CaseView) -> StepView | None:
    """The one open step that stands for a course: a limit of the law that has gone or is near, what waits, what was tried, what is next."""
    return next((group[0] for group in ranked(case) if group), None)


def ranked(case: CaseView) -> tuple[Sequence[StepView], ...]:
    """The open steps by how urgent they are. The last group holds them all."""
    views = case.open_steps
    law = [view for view in views if view.step.kind is StepKind.LAW]
    return (
        [view for view in law if view.step.due_on < case.today],
        [view for view in law if view.step.due_on <= case.today + LIMIT_AHEAD],
        [view for view in views if view.status in _WAITS and view.step.state is StepState.WAITING],
        [view for view in views if view.step.state in {StepState.ATTEMPTED, StepState.SNOOZED}],
        views,
    )


def missed(case: CaseView, *, besides: str | None = None) -> tuple[StepView, ...]:
    """Open steps whose day has gone and about which nothing was said, without limits of the law, which have reminders of their own."""
    return tuple(
        view
        for view in case.open_steps
        if view.status is StepStatus.OVERDUE
        and view.step.state is StepState.WAITING
        and view.step.kind is not StepKind.LAW
        and view.step.key != besides
    )


def to_catch_up(texts: Texts, case: CaseView, look: parts.Look | None = None) -> ExecuteAction:
    """The way to all that lies before today at once."""
    return to_form(texts, texts.say("absence.created.catch_up"), case.case.id, Form.CATCH_UP, look=look)


def fallback(texts: Texts, summary: str) -> str:
    """What stands in place of a card that cannot be shown; `summary` is the card's name in `absence.summaries`."""
    return texts.say("absence.fallback", summary=texts.say(f"absence.summaries.{summary}"))


def titled(texts: Texts, title: str, label: str) -> TextBlock:
    """A heading of something about a case: `Dag 3 · ME`."""
    return parts.heading(escape_markdown(texts.say("absence.titled", title=title, label=label)))


def heading_with(texts: Texts, key: str, case: CaseView) -> TextBlock:
    """A heading whose text names the case."""
    return parts.heading(texts.say(key, label=escape_markdown(case.case.label)))


def step_name(texts: Texts, view: StepView) -> str:
    """What a step is called in a heading or a line: a contact by its day, everything else by HR's title."""
    return texts.say("absence.step.day", day=view.step.day) if view.rule.contact else view.title


def state_word(texts: Texts, view: StepView) -> str:
    """How a step stands, in a word. A limit of the law that has gone is overdue whatever was done about it."""
    step = view.step
    law = step.kind is StepKind.LAW
    if view.status is StepStatus.OVERDUE and (law or step.state is StepState.WAITING):
        return texts.say("absence.states.overdue")
    if view.status is StepStatus.DUE and step.state is StepState.WAITING:
        return texts.say("absence.states.due")
    return texts.say(f"absence.states.{step.state.value}")


def color(view: StepView) -> Literal["Attention", "Accent"] | None:
    """What underlines the words on a step that waits; None for one that does not.

    Who has tried, or has put it off, is not shown red, unless it is a limit of the law that has gone.
    """
    if view.status is StepStatus.OVERDUE:
        urgent = view.step.kind is StepKind.LAW or view.step.state is StepState.WAITING
        return "Attention" if urgent else None
    return "Accent" if view.status is StepStatus.DUE else None


def dated(
    texts: Texts, views: tuple[StepView, ...], *, with_state: bool = False, with_year: bool = False
) -> list[tuple[str, str]]:
    """Steps as pairs of a short date and a name, with the state and the year or without."""
    return [
        (
            short_date(texts, view, with_year=with_year),
            texts.say("absence.case.line", title=step_name(texts, view), state=state_word(texts, view))
            if with_state
            else step_name(texts, view),
        )
        for view in views
    ]


def short_date(texts: Texts, view: StepView, *, with_year: bool = False) -> str:
    """When a step is due, in a list: a day, or for a limit of the law its last one."""
    due = view.step.due_on
    date_ = texts.short_limit(due) if view.step.kind is StepKind.LAW else texts.short_day(due)
    return texts.say("dates.with_year", date=date_, year=due.year) if with_year else date_


def guidance(texts: Texts, rule: StepRule) -> list[CardElement]:
    """HR's words for a step: what it is for, what one can say, what one may not ask."""
    body: list[CardElement] = []
    if rule.withheld:
        body.append(parts.told(texts.say("absence.review_overdue")))
    if texts.language != "da" and (rule.avoid or not rule.withheld):
        body.append(parts.remark(texts.say("absence.hr_words")))
    if not rule.withheld:
        body.append(parts.paragraph(escape_markdown(rule.purpose)))
    if rule.phrases:
        body.append(parts.bullets(texts.say("absence.step.say"), rule.phrases))
    if rule.avoid:
        body.append(parts.bullets(texts.say("absence.step.avoid"), rule.avoid))
    return body


def source(texts: Texts, citation: Citation | None) -> list[CardElement]:
    """The passage that the card rests on, quoted, with its title and from when it is valid."""
    if citation is None:
        return []
    quote = texts.say("absence.quote", text=_listed(textwrap.shorten(citation.quote, QUOTE, placeholder=" …")))
    title = escape_markdown(" ".join(citation.title.split()) or citation.document)
    validity = _validity(texts, citation)
    line = (
        texts.say("absence.source_dated", title=title, validity=validity)
        if validity
        else texts.say("absence.source", title=title)
    )
    remarks = [
        line,
        *([texts.say("answer.draft")] if citation.approval is Approval.DRAFT else []),
        *([texts.say("answer.legal")] if citation.legal else []),
    ]
    lead = [parts.remark(texts.say("answer.danish_source"))] if texts.language != "da" else []
    return [parts.boxed([*lead, parts.paragraph(quote), parts.remark(" ".join(remarks))])]


def _listed(quote: str) -> str:
    """A quote as Markdown, each item of its list on a line of its own."""
    begins = _LIST.search(quote)
    if begins is None:
        return escape_markdown(quote)
    items = [escape_markdown(item) for item in quote[begins.end() :].split(" - ")]
    return "\n".join([f"{escape_markdown(quote[: begins.start()])}\n", *(f"- {item}" for item in items)])


def _validity(texts: Texts, citation: Citation) -> str:
    since, until = citation.valid_from, citation.valid_to
    if since and until:
        return texts.say("answer.source_between", start=texts.day(since), end=texts.day(until))
    return texts.say("answer.source_since", date=texts.day(since)) if since else ""


def first_day(texts: Texts, day: date) -> tuple[str, str]:
    """The first sick day as a pair of name and value."""
    return (texts.say("absence.case.first_day"), long_day(texts, day))


def long_day(texts: Texts, day: date) -> str:
    """A day with weekday and year: `fredag 1. maj 2026`."""
    return texts.say("absence.long_day", weekday=texts.weekday(day), day=texts.day(day))


def to_form(
    texts: Texts, title: str, case_id: str, form: Form, *, step: str | None = None, look: parts.Look | None = None
) -> ExecuteAction:
    """A button that opens something of a case."""
    payload = OpenForm(form=form, case_id=case_id, step=step, language=texts.language)
    return parts.button(title=title, payload=payload, look=look)


def to_case(texts: Texts, case_id: str) -> ExecuteAction:
    """The button back to the case from one of its forms."""
    return to_form(texts, texts.say("absence.back"), case_id, Form.CASE)


def to_menu(texts: Texts, title: str, menu: Menu, *, look: parts.Look | None = None) -> ExecuteAction:
    """A button that opens something without a case."""
    return parts.button(title=title, payload=OpenMenu(menu=menu, language=texts.language), look=look)


def to_overview(texts: Texts) -> ExecuteAction:
    """The button to one's cases."""
    return to_menu(texts, texts.say("absence.my_cases"), Menu.LIST)


def notice_line(notice: str | None) -> list[CardElement]:
    """The line on top, if there is one."""
    return [parts.told(escape_markdown(notice))] if notice else []


def made(texts: Texts, name: str, body: Sequence[CardElement], *groups: Sequence[ExecuteAction]) -> AdaptiveCard:
    """A card of this feature with its groups of buttons below; `name` is its name in `absence.summaries`."""
    rows = [row for group in groups for row in parts.rows(group)]
    return parts.card(texts=texts, body=[*body, *rows], fallback=fallback(texts, name))
