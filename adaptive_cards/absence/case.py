"""The card of a case and what can be chosen from it; the forms that these open come from `forms`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.absence.forms import catch_up_card, confirm_card, correct_card, return_card, transfer_card
from adaptive_cards.absence.step import change_button
from adaptive_cards.actions import CaseChange, ChangeCase, Form
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.access import may
from hr.absence.model import CaseState, Relation, StepChange, StepKind, StepState
from hr.absence.views import CaseView, StepStatus, StepView
from hr.policy import Operation

__all__ = [
    "case_card",
    "catch_up_card",
    "confirm_card",
    "correct_card",
    "more_card",
    "return_card",
    "transfer_card",
]

LIMITS: Final = 2
"""Limits of the law that have a button of their own besides the next step."""

MISSED: Final = 2
"""From so many missed steps on they are sorted out on one card."""

STEPS: Final = 16
"""Steps that the card lists; of a longer course the earliest closed ones are left out, never an open one."""

UNDOS: Final = 2
"""Steps whose last change can be undone from here: a wrong press is noticed soon."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def case_card(*, texts: Texts, case: CaseView, token: str, notice: str | None = None) -> AdaptiveCard:
    """Where a case is: its steps with dates and states, and the ways on that this person has."""
    body = [
        *pieces.notice_line(notice),
        pieces.heading_with(texts, "absence.case.title", case),
        *_remarks(texts, case),
        parts.facts(_facts(texts, case)),
        parts.strong(texts.say("absence.case.steps")),
        *_steps(texts, case),
    ]
    return pieces.made(texts, "case", body, _buttons(texts, case), _undos(texts, case, token))


def _remarks(texts: Texts, case: CaseView) -> list[CardElement]:
    lines: list[CardElement] = []
    if case.owner_name:
        lines.append(parts.near(texts.say("absence.of_leader", name=escape_markdown(case.owner_name))))
    if case.relation is Relation.DEPUTY:
        lines.append(parts.remark(texts.say("absence.case.deputy")))
    if case.relation is Relation.HR:
        lines.append(parts.remark(texts.say("absence.case.hr")))
    if case.transfer_to:
        lines.append(parts.paragraph(texts.say("absence.case.offered", name=escape_markdown(case.transfer_to))))
    return lines


def _facts(texts: Texts, case: CaseView) -> list[tuple[str, str]]:
    told = case.case
    pairs = [
        (texts.say("absence.case.state"), texts.say(f"absence.course.{told.state.value}")),
        pieces.first_day(texts, told.first_day),
    ]
    if told.partial_from is not None:
        pairs.append((texts.say("absence.case.partial_from"), pieces.long_day(texts, told.partial_from)))
    if told.return_day is not None:
        pairs.append((texts.say("absence.case.return_day"), pieces.long_day(texts, told.return_day)))
    if told.shared_with_hr:
        pairs.append((texts.say("absence.case.shared"), texts.say("absence.case.shared_with")))
    return pairs


def _steps(texts: Texts, case: CaseView) -> list[CardElement]:
    if not case.steps:
        return [parts.paragraph(texts.say("absence.case.no_steps"))]
    closed = [view.step.key for view in case.steps if not view.step.open]
    left_out = frozenset(closed[: max(0, len(case.steps) - STEPS)])
    shown = tuple(view for view in case.steps if view.step.key not in left_out)
    hidden = len(left_out)
    lines: list[CardElement] = [parts.facts(pieces.dated(texts, shown, with_state=True))]
    if hidden:
        one = hidden == 1
        line = texts.say("absence.case.earlier_one") if one else texts.say("absence.case.earlier_some", count=hidden)
        lines.append(parts.remark(line))
    return lines


def _buttons(texts: Texts, case: CaseView) -> list[ExecuteAction]:
    def form(key: str, form: Form, step: str | None = None, look: parts.Look | None = None) -> ExecuteAction:
        return pieces.to_form(texts, texts.say(key), case.case.id, form, step=step, look=look)

    buttons: list[ExecuteAction] = []
    following = pieces.foremost(case)
    if following is not None and may(case.relation, Operation.CHANGE_STEP):
        buttons.append(form("absence.case.next", Form.STEP, following.step.key, "positive"))
        buttons += _limits(texts, case, following)
    running = case.case.state is not CaseState.CLOSED
    if running and len(pieces.missed(case)) >= MISSED and may(case.relation, Operation.CATCH_UP):
        buttons.append(pieces.to_catch_up(texts, case))
    if case.case.state is not CaseState.CLOSED and may(case.relation, Operation.REPORT_RETURN):
        buttons.append(form("absence.step.returned", Form.RETURN))
    if case.case.state is not CaseState.CLOSED:
        buttons.append(form("absence.case.options", Form.GUIDES))
    if may(case.relation, Operation.CORRECT_CASE):
        buttons.append(form("absence.case.more", Form.MORE))
    buttons.append(pieces.to_overview(texts))
    return buttons


def _limits(texts: Texts, case: CaseView, following: StepView) -> list[ExecuteAction]:
    """Limits of the law that wait beside the foremost step: none may be out of reach."""
    waiting = [
        view
        for view in case.open_steps
        if view.step.kind is StepKind.LAW and view.status is not StepStatus.UPCOMING and view is not following
    ]
    return [
        pieces.to_form(texts, pieces.step_name(texts, view), case.case.id, Form.STEP, step=view.step.key)
        for view in waiting[:LIMITS]
    ]


def _undos(texts: Texts, case: CaseView, token: str) -> list[ExecuteAction]:
    if not may(case.relation, Operation.CHANGE_STEP):
        return []
    closed = [view for view in case.steps if view.step.state in {StepState.DONE, StepState.SKIPPED}]
    latest = sorted(closed, key=lambda view: (view.step.done_at or _NEVER, view.step.due_on), reverse=True)
    tried = [view for view in case.open_steps if view.step.state is StepState.ATTEMPTED][-1:]
    return [_undo(texts, case, view, token) for view in [*tried, *latest][:UNDOS]]


def _undo(texts: Texts, case: CaseView, view: StepView, token: str) -> ExecuteAction:
    name = pieces.step_name(texts, view)
    if view.step.open:
        name = texts.say("absence.titled", title=texts.say("absence.step.no_answer"), label=name)
    title = texts.say("absence.step.undo_of", title=name)
    return change_button(texts=texts, title=title, case=case, view=view, change=StepChange.UNDO, token=token)


def more_card(*, texts: Texts, case: CaseView, token: str) -> AdaptiveCard:
    """What is needed seldom, each with what it does. Who is not the leader is told so."""
    body: list[CardElement] = [pieces.heading_with(texts, "absence.more.title", case)]
    options = [*_opening(texts, case, token), *_forms(texts, case)]
    if not options:
        body.append(parts.paragraph(texts.say("absence.more.read_only")))
    body += [
        parts.beside([parts.paragraph(texts.say(f"absence.more.{name}_hint"))], action) for name, action in options
    ]
    return pieces.made(texts, "more", body, [pieces.to_case(texts, case.case.id)])


def _opening(texts: Texts, case: CaseView, token: str) -> list[tuple[str, ExecuteAction]]:
    """The ways back to a whole absence: from its end, and from a part of the hours."""
    ways = {
        "reopen": (CaseChange.REOPEN, Operation.REOPEN_CASE, case.reopenable),
        "whole": (CaseChange.WHOLE, Operation.REPORT_RETURN, case.case.state is CaseState.PARTIAL),
    }
    return [
        (name, parts.button(title=texts.say(f"absence.more.{name}"), payload=_change(texts, case, change, token)))
        for name, (change, operation, fits) in ways.items()
        if fits and may(case.relation, operation)
    ]


def _change(texts: Texts, case: CaseView, change: CaseChange, token: str) -> ChangeCase:
    return ChangeCase(token=token, case_id=case.case.id, change=change, language=texts.language)


def _forms(texts: Texts, case: CaseView) -> list[tuple[str, ExecuteAction]]:
    runs = case.case.state is not CaseState.CLOSED
    offered = {
        "correct": (Form.CORRECT, Operation.CORRECT_CASE, runs),
        "transfer": (Form.TRANSFER, Operation.OFFER_CASE, runs),
        "share": (Form.SHARE, Operation.SHARE_CASE, not case.case.shared_with_hr),
        "exclude": (Form.EXCLUDE, Operation.EXCLUDE_CASE, case.frequency_on and case.case.counts_for_frequency),
        "end": (Form.END, Operation.END_CASE, runs),
        "delete": (Form.DELETE, Operation.DELETE_CASE, True),
    }
    return [
        (name, pieces.to_form(texts, texts.say(f"absence.more.{name}"), case.case.id, form))
        for name, (form, operation, fits) in offered.items()
        if fits and may(case.relation, operation)
    ]
