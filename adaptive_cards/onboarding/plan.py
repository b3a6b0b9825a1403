"""The newcomer's own card, and common events."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.onboarding import pieces
from adaptive_cards.onboarding.actions import OnboardingPage, UndoMarks
from adaptive_cards.texts import Texts
from hr.onboarding.model import JourneyState
from hr.onboarding.views import EventNews, PlanView


def plan_card(
    *,
    texts: Texts,
    plan: PlanView,
    token: str,
    skip: int = 0,
    notice: str | None = None,
    undo: UndoMarks | None = None,
    week: bool = False,
) -> AdaptiveCard:
    """How far the newcomer is, and at most five open items; `week`: as Monday's message."""
    start = texts.say("onboarding.plan.start", day=texts.day(plan.journey.start_on))
    far = texts.say("onboarding.plan.progress", settled=plan.settled, total=plan.total)
    body: list[CardElement] = [
        parts.heading(texts.say(f"onboarding.plan.title_{plan.journey.track.value}")),
        *([parts.paragraph(texts.say("onboarding.plan.week"))] if week else []),
        parts.paragraph(f"{far} {start}"),
    ]
    if plan.mentor_name is not None:
        body.append(parts.near(texts.say("onboarding.plan.mentor", name=escape_markdown(plan.mentor_name))))
    if plan.journey.state is JourneyState.PAUSED:
        body.append(parts.paragraph(texts.say("onboarding.plan.paused")))
    skip = pieces.first_of(skip, len(plan.open))
    shown = plan.open[skip : skip + pieces.SHOWN]
    if shown:
        body += pieces.to_tick(texts, plan.journey, shown, token=token, today=plan.today)
        body += pieces.paging(texts, OnboardingPage.JOURNEY, plan.journey, skip=skip, total=len(plan.open))
    else:
        body.append(parts.paragraph(texts.say("onboarding.plan.all_done")))
    body += pieces.events_lines(texts, plan.kind, plan.events, plan.journey.id, token=token)
    more = pieces.opens(texts, "onboarding.more", OnboardingPage.MANAGE, journey=plan.journey)
    body += [*parts.rows([more]), parts.remark(texts.say("onboarding.plan.private"))]
    return pieces.made(texts, "plan", body, notice=notice, undo=undo)


def events_card(*, texts: Texts, plan: PlanView, token: str) -> AdaptiveCard:
    """The common events of a plan, to sign up for and off."""
    body: list[CardElement] = [
        parts.heading(texts.say("onboarding.event.title")),
        *pieces.events_lines(texts, plan.kind, plan.events, plan.journey.id, token=token),
        *parts.rows([pieces.opens(texts, "onboarding.open_plan", OnboardingPage.JOURNEY, journey=plan.journey)]),
    ]
    return pieces.made(texts, "event", body)


def event_card(*, texts: Texts, news: EventNews, journey_id: str | None, token: str) -> AdaptiveCard:
    """What is new about a common event."""
    body: list[CardElement] = [parts.heading(texts.say(f"onboarding.news.{news.what}"))]
    if news.cancelled_on is not None:
        day = texts.weekday_day(news.cancelled_on)
        body.append(parts.paragraph(texts.say("onboarding.news.cancelled_text", day=day)))
    elif news.event is not None:
        body += pieces.event_lines(texts, news.event, journey_id, token=token)
    body += parts.rows([pieces.opens(texts, "onboarding.open", OnboardingPage.MINE)])
    return pieces.made(texts, "event", body)
