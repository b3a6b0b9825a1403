"""The cards that a case begins with."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.absence.step import change_button
from adaptive_cards.actions import CaseChange, ChangeCase, CreateCase, Form, Menu
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.model import StepChange
from hr.absence.views import CaseView, CreatedView, DraftView, StepStatus, StepView
from knowledge.models import Citation


def start_card(*, texts: Texts, draft: DraftView, token: str, notice: str | None = None) -> AdaptiveCard:
    """First day and label to look over, and every date that follows from them. Nothing is created before `Opret`."""
    body = [
        *pieces.notice_line(notice),
        parts.heading(texts.say("absence.start.title")),
        parts.paragraph(texts.say("absence.start.lead")),
        *_warnings(texts, draft),
        *_fields(texts, draft),
        *_dates(texts, draft),
    ]
    return pieces.made(texts, "start", body, _buttons(texts, draft, token), _reopening(texts, draft, token))


def _warnings(texts: Texts, draft: DraftView) -> list[CardElement]:
    keys = [
        *(["absence.start.relapse"] if draft.relapse_of is not None else []),
        *(["absence.start.same_label"] if draft.same_label else []),
    ]
    return [parts.told(texts.say(key, label=escape_markdown(draft.label))) for key in keys]


def _fields(texts: Texts, draft: DraftView) -> list[CardElement]:
    return [
        parts.date_field(
            name="first_day",
            label=texts.say("absence.start.first_day"),
            error=texts.say("absence.day_missing"),
            value=draft.first_day,
            latest=draft.today,
        ),
        parts.remark(texts.say("absence.start.first_day_hint")),
        parts.line_field(
            name="label",
            label=texts.say("absence.start.label"),
            error=texts.say("absence.start.label_missing"),
            limit=pieces.LABEL_LIMIT,
            value=draft.label,
        ),
        parts.remark(texts.say("absence.start.label_hint")),
    ]


def _dates(texts: Texts, draft: DraftView) -> list[CardElement]:
    days = _and(texts, [str(contact.day) for contact in draft.model.contacts])
    past = len(draft.past_steps)
    body: list[CardElement] = [
        parts.strong(texts.say("absence.start.dates", date=pieces.long_day(texts, draft.first_day))),
        parts.near(texts.say("absence.start.model", days=texts.say("absence.start.days", days=days))),
        parts.facts(pieces.dated(texts, draft.steps, with_year=draft.first_day.year != draft.today.year)),
    ]
    if past:
        one = past == 1
        line = texts.say("absence.start.past_one") if one else texts.say("absence.start.past_some", count=past)
        body.append(parts.paragraph(line))
    return body


def _and(texts: Texts, words: Sequence[str]) -> str:
    """`1, 3 og 10`."""
    *first, last = words
    return texts.say("absence.start.days_and", first=", ".join(first), last=last) if first else last


def _buttons(texts: Texts, draft: DraftView, token: str) -> list[ExecuteAction]:
    def create(key: str, *, preview: bool, look: parts.Look | None = None) -> ExecuteAction:
        payload = CreateCase(token=token, shown=draft.first_day, preview=preview, language=texts.language)
        return parts.button(title=texts.say(key), payload=payload, look=look)

    buttons = [
        create("absence.start.create", preview=False, look="positive"),
        create("absence.start.preview", preview=True),
    ]
    return [*buttons, pieces.to_menu(texts, texts.say("absence.cancel"), Menu.CANCEL)]


def _reopening(texts: Texts, draft: DraftView, token: str) -> list[ExecuteAction]:
    if draft.relapse_of is None:
        return []
    payload = ChangeCase(token=token, case_id=draft.relapse_of.id, change=CaseChange.REOPEN, language=texts.language)
    return [parts.button(title=texts.say("absence.start.reopen"), payload=payload)]


def created_card(*, texts: Texts, created: CreatedView, token: str, passage: Citation | None) -> AdaptiveCard:
    """What is to be done now, what comes, and what is kept. `passage` belongs to the step that is due today."""
    case, now = created.case, created.due_today
    body = [
        pieces.heading_with(texts, "absence.created.title", case),
        parts.paragraph(texts.say("absence.created.check")),
        *_now(texts, now, passage),
        *_frequency(texts, created),
        parts.strong(texts.say("absence.created.dates")),
        parts.facts(pieces.dated(texts, tuple(view for view in case.open_steps if view is not now))),
        *_past(texts, case),
        parts.paragraph(texts.say("absence.created.reminders", time=texts.clock(created.send_time))),
        parts.remark(texts.say("absence.created.stored")),
    ]
    return pieces.made(texts, "created", body, _created_buttons(texts, created, now, token))


def _now(texts: Texts, view: StepView | None, passage: Citation | None) -> list[CardElement]:
    if view is None:
        return []
    lead = texts.say("absence.created.now", title=escape_markdown(pieces.step_name(texts, view)))
    return [parts.strong(lead), *pieces.guidance(texts, view.rule), *pieces.source(texts, passage)]


def _past(texts: Texts, case: CaseView) -> list[CardElement]:
    return [parts.told(texts.say("absence.created.past"))] if _late(case) else []


def _late(case: CaseView) -> bool:
    return any(view.status is StepStatus.OVERDUE for view in case.open_steps)


def _frequency(texts: Texts, created: CreatedView) -> list[CardElement]:
    if created.frequency is None:
        return []
    hint = texts.say("absence.created.frequency", count=created.frequency, months=created.frequency_months)
    return [parts.told(hint)]


def _created_buttons(texts: Texts, created: CreatedView, now: StepView | None, token: str) -> list[ExecuteAction]:
    case = created.case
    buttons: list[ExecuteAction] = []
    late = _late(case)
    if late:
        buttons.append(pieces.to_catch_up(texts, case, "positive"))
    if now is not None:
        title = texts.say("absence.created.done_now", title=pieces.step_name(texts, now))
        buttons.append(
            change_button(
                texts=texts,
                title=title,
                case=case,
                view=now,
                change=StepChange.DONE,
                token=token,
                look=None if late else "positive",
            )
        )
    if created.frequency is not None:
        payload = ChangeCase(token=token, case_id=case.case.id, change=CaseChange.EXCLUDE, language=texts.language)
        buttons.append(parts.button(title=texts.say("absence.created.exclude"), payload=payload))
    return [*buttons, pieces.to_form(texts, texts.say("absence.open_case"), case.case.id, Form.CASE)]
