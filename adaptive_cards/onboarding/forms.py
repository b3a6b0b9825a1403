"""Forms: start a journey, and adjust one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.onboarding import pieces
from adaptive_cards.onboarding.actions import (
    ChangeJourney,
    ChooseMentor,
    MoveStart,
    OnboardingPage,
    StartJourney,
    StartOwnJourney,
)
from adaptive_cards.texts import Texts
from hr.onboarding.model import JourneyState, Track
from hr.onboarding.rules import FARTHEST_START
from hr.onboarding.views import DraftView, PartView, PlanView

HANDLE_LIMIT: Final = 200
"""Characters of initials or an e-mail address."""


def start_card(*, texts: Texts, draft: DraftView, token: str, notice: str | None = None) -> AdaptiveCard:
    """Which plan, for whom, from which day."""
    tracks = [(track.value, texts.say(f"onboarding.tracks.{track.value}")) for track in Track]
    body: list[CardElement] = [
        parts.heading(texts.say("onboarding.start.title_own" if draft.own else "onboarding.start.title")),
        parts.choices(
            name="track",
            label=texts.say("onboarding.start.track_label"),
            error=texts.say("onboarding.start.track_error"),
            options=tracks,
            chosen=draft.track.value,
        ),
    ]
    if not draft.own:
        body.append(
            parts.line_field(
                name="colleague",
                label=texts.say("onboarding.start.colleague_label"),
                error=texts.say("onboarding.start.colleague_error"),
                limit=HANDLE_LIMIT,
                value=draft.colleague,
            )
        )
    body += [
        parts.date_field(
            name="start_on",
            label=texts.say("onboarding.start.start_label"),
            error=texts.say("onboarding.start.start_error"),
            value=draft.start_on,
            earliest=draft.today - FARTHEST_START + timedelta(days=1),
            latest=draft.today + FARTHEST_START,
        ),
        parts.remark(texts.say("onboarding.start.who_sees")),
    ]
    payload = (
        StartOwnJourney(token=token, language=texts.language)
        if draft.own
        else StartJourney(token=token, language=texts.language)
    )
    body += parts.rows([parts.button(title=texts.say("onboarding.start.start"), payload=payload, look="positive")])
    return pieces.made(texts, "start", body, notice=notice)


def manage_card(*, texts: Texts, view: PlanView | PartView, token: str, notice: str | None = None) -> AdaptiveCard:
    """Move the start date, pause, go on or end; a leader also chooses the mentor."""
    journey, language = view.journey, texts.language
    change = "resume" if journey.state is JourneyState.PAUSED else "pause"
    ways = [
        parts.button(
            title=texts.say("onboarding.manage.resume" if change == "resume" else "onboarding.manage.pause"),
            payload=ChangeJourney(
                token=token, journey=journey.id, change="resume" if change == "resume" else "pause", language=language
            ),
        ),
        parts.button(
            title=texts.say("onboarding.manage.end"),
            payload=ChangeJourney(token=token, journey=journey.id, change="end", language=language),
            look="destructive",
        ),
        pieces.opens(texts, "onboarding.back", OnboardingPage.JOURNEY, journey=journey),
    ]
    if view.closed:
        ways.insert(0, pieces.opens(texts, "onboarding.settled.open", OnboardingPage.SETTLED, journey=journey))
    body = [
        parts.heading(texts.say("onboarding.manage.title")),
        parts.paragraph(texts.say("onboarding.manage.ends")),
        *parts.rows(ways),
    ]
    forms: list[Action] = [_move(texts, view, token)]
    if isinstance(view, PartView) and view.leads:
        forms.append(_mentor(texts, view, token))
    return pieces.made(texts, "manage", body, actions=forms, notice=notice)


def _move(texts: Texts, view: PlanView | PartView, token: str) -> Action:
    field = parts.date_field(
        name="start_on",
        label=texts.say("onboarding.manage.start_label"),
        error=texts.say("onboarding.manage.start_error"),
        value=view.journey.start_on,
        earliest=min(view.journey.start_on, view.today - FARTHEST_START),
        latest=view.today + FARTHEST_START,
    )
    title = texts.say("onboarding.manage.move")
    payload = MoveStart(token=token, journey=view.journey.id, language=texts.language)
    body: list[CardElement] = [field, parts.remark(texts.say("onboarding.manage.follows"))]
    return parts.unfold(
        texts=texts, title=title, body=body, action=parts.button(title=title, payload=payload, look="positive")
    )


def _mentor(texts: Texts, view: PartView, token: str) -> Action:
    field = parts.line_field(
        name="mentor",
        label=texts.say("onboarding.manage.mentor_label"),
        error=texts.say("onboarding.manage.mentor_error"),
        limit=HANDLE_LIMIT,
    )
    title = texts.say("onboarding.manage.mentor")
    payload = ChooseMentor(token=token, journey=view.journey.id, language=texts.language)
    return parts.unfold(
        texts=texts, title=title, body=[field], action=parts.button(title=title, payload=payload, look="positive")
    )
