"""What others have done: an offer, its answer, a deputy's period, a case handed over to HR. And one line, and a choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.absence.overview import answers
from adaptive_cards.actions import Action, Form
from adaptive_cards.answers import escape_markdown
from adaptive_cards.feedback import notice_card
from adaptive_cards.texts import Texts
from hr.absence.views import CaseView


def offer_card(*, texts: Texts, name: str, case: CaseView, token: str) -> AdaptiveCard:
    """To the colleague who may take a case over: as much of it as it takes to decide. No `name`: its leader has left."""
    pairs = [(texts.say("absence.offer.label"), case.case.label), pieces.first_day(texts, case.case.first_day)]
    if case.next_step is not None:
        step = pieces.step_name(texts, case.next_step)
        line = texts.say("absence.titled", title=step, label=texts.weekday_day(case.next_step.step.due_on))
        pairs.append((texts.say("absence.offer.next"), line))
    body: list[CardElement] = [
        parts.heading(texts.say("absence.offer.title")),
        parts.paragraph(
            texts.say("absence.offer.text", name=escape_markdown(name))
            if name
            else texts.say("absence.offer.leaderless")
        ),
        parts.facts(pairs),
    ]
    return pieces.made(texts, "offer", body, answers(texts, case, token))


def answered_card(*, texts: Texts, name: str, accepted: bool, label: str | None = None) -> AdaptiveCard:
    """To the one who offered; `label` is that of the case, where he may still see it."""
    name = escape_markdown(name)
    if label is None:
        text = texts.say("absence.answered.accepted" if accepted else "absence.answered.declined", name=name)
    else:
        key = "absence.answered.accepted_case" if accepted else "absence.answered.declined_case"
        text = texts.say(key, name=name, label=escape_markdown(label))
    body = [parts.paragraph(text)]
    return pieces.made(texts, "answered", body, [pieces.to_overview(texts)])


def deputy_card(*, texts: Texts, name: str, from_day: date, to_day: date) -> AdaptiveCard:
    """To the deputy."""
    text = texts.say(
        "absence.deputy.text",
        name=escape_markdown(name),
        start=texts.weekday_day(from_day),
        end=texts.weekday_day(to_day),
    )
    body = [parts.heading(texts.say("absence.deputy.title")), parts.paragraph(text)]
    return pieces.made(texts, "deputy", body, [pieces.to_overview(texts)])


def shared_card(*, texts: Texts, name: str) -> AdaptiveCard:
    """To HR."""
    text = texts.say("absence.shared.text", name=escape_markdown(name))
    body = [parts.heading(texts.say("absence.shared.title")), parts.paragraph(text)]
    return pieces.made(texts, "shared", body, [pieces.to_overview(texts)])


def lapsed_card(*, texts: Texts, case: CaseView, days: int, until: date) -> AdaptiveCard:
    """To the leader of a case that was closed because nobody did anything with it; it goes on if he says so before `until`."""
    text = texts.say(
        "absence.lapsed.text", label=escape_markdown(case.case.label), days=days, until=pieces.long_day(texts, until)
    )
    body = [parts.heading(texts.say("absence.lapsed.title")), parts.paragraph(text)]
    buttons = [
        pieces.to_form(texts, texts.say("absence.open_case"), case.case.id, Form.CASE),
        pieces.to_overview(texts),
    ]
    return pieces.made(texts, "lapsed", body, buttons)


def note_card(*, texts: Texts, text: str, way_on: bool = False) -> AdaptiveCard:
    """One line in the place of a card that has done its work; with a `way_on` the button to one's cases."""
    if not way_on:
        return notice_card(texts=texts, text=text)
    return parts.card(
        texts=texts, fallback=text, body=[parts.paragraph(text), *parts.rows([pieces.to_overview(texts)])]
    )


def choice_card(*, texts: Texts, lead: str, options: Sequence[tuple[str, Action]]) -> AdaptiveCard:
    """What was meant: a button for each (title, payload)."""
    buttons = [parts.button(title=title, payload=payload) for title, payload in options]
    body = [parts.paragraph(escape_markdown(lead))]
    return pieces.made(texts, "choice", body, buttons)
