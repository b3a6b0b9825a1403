"""The card of a step: what to do, how to say it, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.actions import ChangeStep, Form, Snooze
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.access import may
from hr.absence.model import CaseState, Relation, SnoozeChoice, StepChange, StepKind, StepState
from hr.absence.timeline import Phase, StepRule
from hr.absence.views import CaseView, SnoozeOptions, StepStatus, StepView
from hr.clock import COPENHAGEN
from hr.errors import SnoozeRefusal
from hr.policy import Operation
from knowledge.models import Citation

TRIES: Final = 2
"""Attempts without an answer after which another way is suggested."""

SATURDAY: Final = 5


def step_card(
    *,
    texts: Texts,
    case: CaseView,
    step: StepView,
    passage: Citation | None,
    token: str,
    notice: str | None = None,
    resent: bool = False,
    past_limit: bool = False,
) -> AdaptiveCard:
    """A step. A closed one says how it ended and can be undone, and what to do stays worth reading; who may only look gets no buttons but the way to the case.

    Who is told of the step alone (whom HR named for limits of the law) is told whom to ask, as nothing of the case opens for him.
    """
    body = pieces.notice_line(notice)
    if resent:
        body.append(parts.remark(texts.say("absence.step.resent")))
    body += [pieces.titled(texts, pieces.step_name(texts, step), case.case.label), *_standing(texts, case, step)]
    if step.step.open:
        gone = past_limit or (step.step.kind is StepKind.LAW and step.status is StepStatus.OVERDUE)
        body += [_to_hr(texts, case)] if gone else []
        body += [*_missed(texts, case, step), *_tried(texts, case, step)]
    body += [*pieces.guidance(texts, step.rule), *pieces.source(texts, passage)]
    if case.relation is Relation.NONE:
        body.append(parts.told(_whom_to_ask(texts, case)))
    return pieces.made(texts, "step", body, _buttons(texts, case, step, token))


def _to_hr(texts: Texts, case: CaseView) -> CardElement:
    """That HR helps after a limit, and for the leader the way to share the case."""
    line = parts.told(texts.say("absence.step.past_limit"))
    if case.case.shared_with_hr or not may(case.relation, Operation.SHARE_CASE):
        return line
    return parts.beside([line], pieces.to_form(texts, texts.say("absence.more.share"), case.case.id, Form.SHARE))


def _whom_to_ask(texts: Texts, case: CaseView) -> str:
    if not case.owner_name:
        return texts.say("absence.step.no_leader")
    return texts.say("absence.step.ask_leader", name=escape_markdown(case.owner_name))


def _missed(texts: Texts, case: CaseView, view: StepView) -> list[CardElement]:
    """Which earlier steps are open too: this card may be the one reminder for all of them."""
    law = view.step.kind is StepKind.LAW
    others = pieces.missed(case, besides=view.step.key)
    missed = [other for other in others if law or other.step.due_on < view.step.due_on]
    if not missed:
        return []
    names = ", ".join(pieces.step_name(texts, other) for other in missed)
    line = parts.remark(escape_markdown(texts.say("absence.step.missed", steps=names)))
    if case.case.state is CaseState.CLOSED or not may(case.relation, Operation.CATCH_UP):
        return [line]
    return [parts.beside([line], pieces.to_catch_up(texts, case))]


def _standing(texts: Texts, case: CaseView, view: StepView) -> list[CardElement]:
    """When the step is due, on what it rests, whose it is, and why the day is not the one that was counted."""
    kind = texts.say(f"absence.kinds.{view.step.kind.value}")
    line = texts.say("absence.titled", title=_when(texts, view), label=kind)
    lines: list[CardElement] = [parts.near(line, color=pieces.color(view))]
    if case.owner_name:
        lines.append(parts.near(texts.say("absence.of_leader", name=escape_markdown(case.owner_name))))
    if view.moved and view.step.open and view.status is not StepStatus.OVERDUE:
        lines.append(parts.paragraph(_moved(texts, view)))
    return lines


def _when(texts: Texts, view: StepView) -> str:
    if view.status is None:
        return texts.say("absence.step.closed", state=pieces.state_word(texts, view))
    if view.last_on is not None and view.status is not StepStatus.OVERDUE:
        return texts.say("absence.step.limit", date=texts.weekday_day(view.last_on))
    keys = _LIMITS if view.step.kind is StepKind.LAW else _DAYS
    return texts.say(keys[view.status], date=texts.weekday_day(view.step.due_on))


_LIMITS: Final = {
    StepStatus.UPCOMING: "absence.step.limit",
    StepStatus.DUE: "absence.step.limit_today",
    StepStatus.OVERDUE: "absence.step.limit_gone",
}
_DAYS: Final = {
    StepStatus.UPCOMING: "absence.step.due_on",
    StepStatus.DUE: "absence.step.due_today",
    StepStatus.OVERDUE: "absence.step.waits",
}


def _moved(texts: Texts, view: StepView) -> str:
    """Why the day is another one than the one that was counted."""
    step = view.step
    due = texts.weekday_day(step.due_on)
    if step.kind is StepKind.LAW:
        return texts.say("absence.step.moved_limit", nominal=texts.weekday_day(step.nominal_on), date=due)
    if view.rule.contact:
        weekend = step.nominal_on.weekday() >= SATURDAY
        key = "absence.step.moved_contact" if weekend else "absence.step.moved_contact_holiday"
        return texts.say(key, day=step.day, weekday=texts.weekday(step.nominal_on), date=due)
    return texts.say("absence.step.moved_other", nominal=texts.weekday_day(step.nominal_on), date=due)


def _tried(texts: Texts, case: CaseView, view: StepView) -> list[CardElement]:
    """What has been tried already, and until when the step is put off."""
    step = view.step
    lines: list[CardElement] = []
    if step.attempts >= TRIES:
        lines.append(parts.strong(texts.say("absence.step.attempted_often", count=step.attempts)))
    elif step.attempts:
        lines.append(parts.strong(texts.say("absence.step.attempted_once")))
    if step.state is StepState.SNOOZED and step.next_nudge_at is not None:
        until = step.next_nudge_at.astimezone(COPENHAGEN).date()
        if until > case.today:
            lines.append(parts.strong(texts.say("absence.step.snoozed", date=texts.weekday_day(until))))
    return lines


def _buttons(texts: Texts, case: CaseView, view: StepView, token: str) -> list[ExecuteAction]:
    if not may(case.relation, Operation.VIEW_CASE):
        return []
    open_case = pieces.to_form(texts, texts.say("absence.open_case"), case.case.id, Form.CASE)
    if not may(case.relation, Operation.CHANGE_STEP):
        return [open_case]
    if not view.step.open:
        undone = view.step.state in {StepState.DONE, StepState.SKIPPED}
        undo = change_button(
            texts=texts,
            title=texts.say("absence.step.undo"),
            case=case,
            view=view,
            change=StepChange.UNDO,
            token=token,
        )
        return [*([undo] if undone else []), open_case]

    def change(key: str, kind: StepChange, look: parts.Look | None = None) -> ExecuteAction:
        return change_button(
            texts=texts, title=texts.say(key), case=case, view=view, change=kind, token=token, look=look
        )

    buttons = [change("absence.step.done", StepChange.DONE, "positive")]
    if is_contact(view.rule):
        buttons.append(change("absence.step.no_answer", StepChange.NO_ANSWER))
    if view.may_snooze and not _limit_gone(case, view):
        title = texts.say("absence.step.snooze")
        buttons.append(pieces.to_form(texts, title, case.case.id, Form.SNOOZE, step=view.step.key))
    buttons.append(change("absence.step.skip", StepChange.SKIP))
    if case.case.state is not CaseState.CLOSED:
        buttons.append(pieces.to_form(texts, texts.say("absence.step.returned"), case.case.id, Form.RETURN))
    return [*buttons, open_case]


def is_contact(rule: StepRule) -> bool:
    """Whether the step is to reach the employee while away: the model's contacts and the running one after them."""
    return rule.contact or (rule.every_days is not None and rule.phase is Phase.FULL)


def change_button(
    *,
    texts: Texts,
    title: str,
    case: CaseView,
    view: StepView,
    change: StepChange,
    token: str,
    look: parts.Look | None = None,
) -> ExecuteAction:
    """A button that says something about a step."""
    payload = ChangeStep(token=token, case_id=case.case.id, step=view.step.key, change=change, language=texts.language)
    return parts.button(title=title, payload=payload, look=look)


def _limit_gone(case: CaseView, view: StepView) -> bool:
    return view.step.kind is StepKind.LAW and case.today > view.step.due_on


def snooze_card(
    *,
    texts: Texts,
    case: CaseView,
    step: StepView,
    options: SnoozeOptions,
    token: str,
    notice: str | None = None,
    day: date | None = None,
) -> AdaptiveCard:
    """Two hours, the next working day, or a day: what of these can be chosen now. Where nothing can, the card says why and no more."""
    title = texts.say("absence.titled", title=texts.say("absence.snooze.title"), label=pieces.step_name(texts, step))
    told = [notice] if notice and options.choices else []
    lines = [line for line in _put_off_until(texts, case, step, options) if line not in told]
    body = [*pieces.notice_line(told[0] if told else None), pieces.titled(texts, title, case.case.label)]
    body += [parts.paragraph(line) for line in lines]

    def choice(key: str, choice: SnoozeChoice) -> list[ExecuteAction]:
        if choice not in options.choices:
            return []
        payload = Snooze(token=token, case_id=case.case.id, step=step.step.key, choice=choice, language=texts.language)
        return [parts.button(title=texts.say(key), payload=payload, alone=choice is not SnoozeChoice.DAY)]

    actions = [
        *choice("absence.snooze.later", SnoozeChoice.LATER),
        *choice("absence.snooze.tomorrow", SnoozeChoice.TOMORROW),
    ]
    if SnoozeChoice.DAY in options.choices:
        body += [*parts.rows(actions), _day_field(texts, case, options.last_on, day)]
        actions = choice("absence.snooze.choose", SnoozeChoice.DAY)
    back = pieces.to_form(texts, texts.say("absence.back"), case.case.id, Form.STEP, step=step.step.key)
    return pieces.made(texts, "snooze", body, [*actions, back])


def snooze_limit(texts: Texts, last_day: date) -> str:
    """That a limit of the law is the end of putting off."""
    return texts.say("absence.snooze.limit", date=texts.weekday_day(last_day))


def _put_off_until(texts: Texts, case: CaseView, view: StepView, options: SnoozeOptions) -> list[str]:
    """What there is to choose, and where it ends."""
    limit = snooze_limit(texts, view.step.due_on)
    law = view.step.kind is StepKind.LAW
    if options.choices:
        last_day = case.today >= view.step.due_on
        ends = texts.say("absence.snooze.limit_reached") if last_day else limit
        return [*([ends] if law else []), texts.say("absence.snooze.lead")]
    if _limit_gone(case, view):
        return [texts.say("absence.snooze.limit_gone")]
    if options.refusal is SnoozeRefusal.TOO_MANY:
        return [texts.say("absence.say.snooze_too_often")]
    return [*([limit] if law else []), texts.say("absence.snooze.stuck")]


def _day_field(texts: Texts, case: CaseView, limit: date | None, day: date | None) -> CardElement:
    return parts.date_field(
        name="day",
        label=texts.say("absence.snooze.day"),
        error=texts.say("absence.day_missing"),
        value=min(day, limit) if day is not None and limit is not None else day,
        earliest=case.today + timedelta(days=1),
        latest=limit,
    )
