"""The newcomer's own card, the yes before a tick, and news of events."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.onboarding import pieces
from adaptive_cards.onboarding.actions import ConfirmDone, OnboardingPage
from adaptive_cards.texts import Texts
from hr.onboarding.model import Item, JourneyState
from hr.onboarding.views import EventNews, PlanView


def plan_card(
    *, texts: Texts, plan: PlanView, token: str, skip: int = 0, notice: str | None = None, week: bool = False
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
    body += pieces.event_lines(texts, plan.kind, plan.event, plan.journey.id, token=token)
    more = pieces.opens(texts, "onboarding.more", OnboardingPage.MANAGE, journey=plan.journey)
    body += [*parts.rows([more]), parts.remark(texts.say("onboarding.plan.private"))]
    return pieces.made(texts, "plan", body, notice=notice)


def confirm_card(*, texts: Texts, item: Item, journey_id: str, token: str) -> AdaptiveCard:
    """Whether the item that a message names is to be ticked."""
    payload = ConfirmDone(token=token, journey=journey_id, item=item.id, language=texts.language)
    yes = parts.button(title=texts.say("onboarding.confirm.yes"), payload=payload, look="positive")
    body = [
        parts.heading(texts.say("onboarding.confirm.title")),
        parts.paragraph(texts.say("onboarding.confirm.text", title=escape_markdown(item.title))),
        *parts.rows([yes, pieces.opens(texts, "onboarding.confirm.no", OnboardingPage.MINE)]),
    ]
    return pieces.made(texts, "confirm", body)


def event_card(*, texts: Texts, news: EventNews, journey_id: str | None, token: str) -> AdaptiveCard:
    """What is new about a common event."""
    body: list[CardElement] = [parts.heading(texts.say(f"onboarding.news.{news.what}"))]
    if news.cancelled_on is not None:
        day = texts.weekday_day(news.cancelled_on)
        body.append(parts.paragraph(texts.say("onboarding.news.cancelled_text", day=day)))
    elif news.event is not None:
        body += pieces.event_lines(texts, news.event.event.kind, news.event, journey_id, token=token)
    body += parts.rows([pieces.opens(texts, "onboarding.open", OnboardingPage.MINE)])
    return pieces.made(texts, "event", body)
