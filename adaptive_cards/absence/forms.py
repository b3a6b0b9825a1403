"""The forms of a case: back at work, another first day, another leader, a yes, and what was done before the case was created."""

from __future__ import annotations

from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.actions import (
    CaseChange,
    CatchUp,
    ChangeCase,
    CorrectFirstDay,
    Form,
    OfferTransfer,
    ReportReturn,
)
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.views import CaseView, StepStatus

HANDLE_LIMIT = 100
"""Characters of initials or an e-mail address."""

_FINAL = frozenset({CaseChange.END, CaseChange.DELETE})

CATCH_UP_STEPS = 60
"""Steps on one card of the catch-up; more than any course has in a year."""


def return_card(
    *,
    texts: Texts,
    case: CaseView,
    token: str,
    notice: str | None = None,
    day: date | None = None,
    partial: bool = False,
    far: date | None = None,
) -> AdaptiveCard:
    """From which day the employee is back, partly or altogether. `far` is a day that is asked back before it is taken."""
    body: list[CardElement] = [
        *pieces.notice_line(notice),
        pieces.heading_with(texts, "absence.return.title_partial" if partial else "absence.return.title", case),
        *([parts.told(texts.say("absence.return.far"))] if far is not None else []),
        parts.paragraph(texts.say("absence.return.lead")),
        parts.date_field(
            name="day",
            label=texts.say("absence.return.day"),
            error=texts.say("absence.day_from", date=texts.weekday_day(case.case.first_day)),
            value=far or day or case.today,
            earliest=case.case.first_day,
        ),
        parts.toggle(
            name="partial",
            label=texts.say("absence.return.partial"),
            title=texts.say("absence.return.partial_title"),
            error=texts.say("absence.settings.level_missing"),
            on=partial,
        ),
        parts.remark(texts.say("absence.return.effect_partial" if partial else "absence.return.effect")),
    ]
    payload = ReportReturn(token=token, case_id=case.case.id, far=far, language=texts.language)
    title = texts.say("absence.save") if far is None else texts.say("absence.return.confirm")
    save = parts.button(title=title, payload=payload, look="positive")
    return pieces.made(texts, "return", body, [save, pieces.to_case(texts, case.case.id)])


def correct_card(
    *, texts: Texts, case: CaseView, token: str, notice: str | None = None, day: date | None = None
) -> AdaptiveCard:
    """Another first day."""
    body: list[CardElement] = [
        *pieces.notice_line(notice),
        pieces.heading_with(texts, "absence.correct.title", case),
        parts.paragraph(texts.say("absence.correct.now", date=pieces.long_day(texts, case.case.first_day))),
        parts.date_field(
            name="first_day",
            label=texts.say("absence.start.first_day"),
            error=texts.say("absence.day_missing"),
            value=day or case.case.first_day,
            latest=case.today,
        ),
        parts.remark(texts.say("absence.start.first_day_hint")),
        parts.paragraph(texts.say("absence.correct.lead")),
    ]
    payload = CorrectFirstDay(token=token, case_id=case.case.id, language=texts.language)
    save = parts.button(title=texts.say("absence.save"), payload=payload, look="positive")
    return pieces.made(texts, "correct", body, [save, pieces.to_case(texts, case.case.id)])


def transfer_card(*, texts: Texts, case: CaseView, token: str, notice: str | None = None) -> AdaptiveCard:
    """To whom the case is offered."""
    body: list[CardElement] = [
        *pieces.notice_line(notice),
        pieces.heading_with(texts, "absence.transfer.title", case),
        parts.paragraph(texts.say("absence.transfer.lead")),
    ]
    if case.transfer_to:
        body.append(parts.paragraph(texts.say("absence.transfer.offered", name=escape_markdown(case.transfer_to))))
    body.append(
        parts.line_field(
            name="colleague",
            label=texts.say("absence.transfer.colleague"),
            error=texts.say("absence.transfer.colleague_missing"),
            limit=HANDLE_LIMIT,
        )
    )
    payload = OfferTransfer(token=token, case_id=case.case.id, language=texts.language)
    send = parts.button(title=texts.say("absence.transfer.send"), payload=payload, look="positive")
    return pieces.made(
        texts, "transfer", body, [send, *_withdrawing(texts, case, token), pieces.to_case(texts, case.case.id)]
    )


def _withdrawing(texts: Texts, case: CaseView, token: str) -> list[ExecuteAction]:
    if not case.transfer_to:
        return []
    payload = ChangeCase(token=token, case_id=case.case.id, change=CaseChange.WITHDRAW, language=texts.language)
    return [parts.button(title=texts.say("absence.transfer.withdraw"), payload=payload, alone=True)]


def confirm_card(*, texts: Texts, case: CaseView, change: CaseChange, token: str) -> AdaptiveCard:
    """What will happen, before it does."""
    key = f"absence.confirm.{change.value}"
    body: list[CardElement] = [
        pieces.titled(texts, texts.say(f"{key}.title"), case.case.label),
        *(_about(texts, case) if change in _FINAL else []),
        parts.paragraph(texts.say(f"{key}.text")),
    ]
    payload = ChangeCase(token=token, case_id=case.case.id, change=change, language=texts.language)
    look: parts.Look = "destructive" if change is CaseChange.DELETE else "positive"
    yes = parts.button(title=texts.say(f"{key}.yes"), payload=payload, look=look)
    back = pieces.to_form(texts, texts.say("absence.back"), case.case.id, Form.MORE)
    return pieces.made(texts, "confirm", body, [yes, back])


def _about(texts: Texts, case: CaseView) -> list[CardElement]:
    """Which case it is: two can have the same label."""
    since = texts.spoken_day(case.case.first_day, today=case.today)
    return [parts.strong(texts.say("absence.confirm.about", label=escape_markdown(case.case.label), date=since))]


def catch_up_card(*, texts: Texts, case: CaseView, token: str, notice: str | None = None) -> AdaptiveCard:
    """All that lies before today at once, instead of a row of late reminders."""
    past = [view for view in case.open_steps if view.status is StepStatus.OVERDUE][:CATCH_UP_STEPS]
    body = [*pieces.notice_line(notice), pieces.heading_with(texts, "absence.catch_up.title", case)]
    if not past:
        body.append(parts.paragraph(texts.say("absence.catch_up.none")))
        return pieces.made(texts, "catch_up", body, [pieces.to_case(texts, case.case.id)])
    options = [
        (
            view.step.key,
            texts.say(
                "absence.catch_up.option",
                title=pieces.step_name(texts, view),
                date=texts.weekday_day(view.step.due_on),
            ),
        )
        for view in past
    ]
    body += [
        parts.paragraph(texts.say("absence.catch_up.lead")),
        parts.ticks(
            name="done",
            label=texts.say("absence.catch_up.done"),
            error=texts.say("absence.catch_up.invalid"),
            options=options,
        ),
        parts.remark(texts.say("absence.catch_up.effect")),
    ]
    offered = tuple(view.step.key for view in past)
    payload = CatchUp(token=token, case_id=case.case.id, offered=offered, language=texts.language)
    save = parts.button(title=texts.say("absence.save"), payload=payload, look="positive")
    later = pieces.to_form(texts, texts.say("absence.catch_up.later"), case.case.id, Form.CASE)
    return pieces.made(texts, "catch_up", body, [save, later])
