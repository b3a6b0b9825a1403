"""What several cards of onboarding are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.onboarding.actions import Marking, MarkItems, OnboardingPage, OpenOnboarding, SignUpFor, UndoMarks
from adaptive_cards.texts import Texts
from hr.onboarding.model import EventKind, Journey
from hr.onboarding.rules import Planned
from hr.onboarding.views import EventView

SHOWN: Final = 5
"""Open items that a card shows at a time."""


def made(
    texts: Texts,
    name: str,
    body: Sequence[CardElement],
    *,
    actions: Sequence[Action] = (),
    notice: str | None = None,
    undo: UndoMarks | None = None,
) -> AdaptiveCard:
    """A finished card, with what has just happened on top, and the way back from it."""
    told: list[CardElement] = [parts.told(notice)] if notice is not None else []
    if undo is not None:
        told += parts.rows([parts.button(title=texts.say("onboarding.undo"), payload=undo)])
    return parts.card(
        texts=texts, body=[*told, *body], actions=actions, fallback=texts.say(f"onboarding.fallback.{name}")
    )


def opens(
    texts: Texts, title: str, page: OnboardingPage, *, journey: Journey | None = None, skip: int = 0
) -> ExecuteAction:
    """A button that shows something."""
    payload = OpenOnboarding(
        page=page, journey=journey.id if journey is not None else None, skip=skip, language=texts.language
    )
    return parts.button(title=texts.say(title), payload=payload)


def when(texts: Texts, one: Planned, today: date) -> str:
    """Until when an item should be done."""
    if one.due_on is None:
        return texts.say("onboarding.no_date")
    key = "onboarding.due_event" if one.item.event is not None else "onboarding.due"
    return texts.say(key, day=texts.spoken_day(one.due_on, today=today))


def to_tick(texts: Texts, journey: Journey, shown: Sequence[Planned], *, token: str, today: date) -> list[CardElement]:
    """Open items to tick, and what can become of them."""
    options = [
        (
            one.item.id,
            texts.say("onboarding.item", title=one.item.title, when=when(texts, one, today), what=one.item.what),
        )
        for one in shown
    ]
    buttons = [(Marking.DONE, "positive"), (Marking.LATER, None), (Marking.NOT_RELEVANT, None)]
    rows = [
        parts.button(
            title=texts.say(f"onboarding.{marking.value}"),
            payload=MarkItems(token=token, journey=journey.id, marking=marking, language=texts.language),
            look="positive" if look else None,
        )
        for marking, look in buttons
    ]
    if any(one.item.topic is not None for one in shown):
        asking = MarkItems(token=token, journey=journey.id, marking=Marking.ASK, language=texts.language)
        rows.append(parts.button(title=texts.say("onboarding.ask"), payload=asking))
    ticks = parts.ticks(
        name="items",
        label=texts.say("onboarding.items_label"),
        error=texts.say("onboarding.items_error"),
        options=options,
    )
    return [ticks, *parts.rows(rows)]


def paging(texts: Texts, page: OnboardingPage, journey: Journey | None, *, skip: int, total: int) -> list[CardElement]:
    """Which of many are shown, and a button for the next ones."""
    if total <= SHOWN:
        return []
    last = min(skip + SHOWN, total)
    line = parts.remark(texts.say("onboarding.plan.shown", first=skip + 1, last=last, total=total))
    onward = ("onboarding.show_more", last) if last < total else ("onboarding.from_top", 0)
    return [parts.beside([line], opens(texts, onward[0], page, journey=journey, skip=onward[1]))]


def first_of(skip: int, total: int) -> int:
    """Where a page begins: at the top when there is nothing that far down."""
    return skip if skip < total else 0


def events_lines(
    texts: Texts, kind: EventKind, events: Sequence[EventView], journey_id: str, *, token: str
) -> list[CardElement]:
    """The common events of a plan. Of `kind`, the plan's welcome, it is also said that there is no date."""
    lines: list[CardElement] = []
    if not any(one.event.kind is kind for one in events):
        lines.append(
            parts.paragraph(texts.say("onboarding.event.none", kind=texts.say(f"onboarding.kinds.{kind.value}")))
        )
    for one in events:
        lines += event_lines(texts, one, journey_id, token=token)
    return lines


def event_lines(texts: Texts, event: EventView, journey_id: str | None, *, token: str) -> list[CardElement]:
    """A common event with a button to sign up or off."""
    name = texts.say(f"onboarding.kinds.{event.event.kind.value}")
    line = texts.say(
        "onboarding.event.next",
        kind=name,
        day=texts.weekday_day(event.event.on),
        clock=texts.clock(event.event.at),
        place=escape_markdown(event.event.place),
    )
    key, status = _status(texts, event)
    lines: list[CardElement] = [parts.strong(line), *([parts.near(status)] if status else [])]
    if journey_id is None:
        return lines
    payload = SignUpFor(
        token=token, journey=journey_id, event=event.event.id, up=event.sign_up is None, language=texts.language
    )
    return [parts.beside(lines, parts.button(title=texts.say(f"onboarding.event.{key}"), payload=payload))]


def _status(texts: Texts, event: EventView) -> tuple[str, str]:
    """The button's key, and how things stand."""
    if event.sign_up is not None:
        return "sign_off", texts.say("onboarding.event.signed" if event.sign_up.place else "onboarding.event.waiting")
    if event.free is None:
        return "sign_up", ""
    if event.free == 1:
        return "sign_up", texts.say("onboarding.event.free_one")
    if event.free > 0:
        return "sign_up", texts.say("onboarding.event.free", free=event.free)
    if event.later is None:
        return "wait", texts.say("onboarding.event.full")
    return "wait", texts.say("onboarding.event.full_later", day=texts.weekday_day(event.later.on))
