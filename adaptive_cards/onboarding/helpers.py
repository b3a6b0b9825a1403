"""The cards of those who help a newcomer: leader, mentor, HR, AMR, TR. They show two numbers of the newcomer's own items, never which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.onboarding import pieces
from adaptive_cards.onboarding.actions import OnboardingPage, UndoMarks
from adaptive_cards.texts import Texts
from hr.onboarding.model import JourneyState
from hr.onboarding.views import ListView, PartView

NAMES: Final = 40
"""Names of one list that a card shows."""

EVENTS: Final = 4


def part_card(
    *,
    texts: Texts,
    part: PartView,
    token: str,
    skip: int = 0,
    notice: str | None = None,
    undo: UndoMarks | None = None,
) -> AdaptiveCard:
    """One newcomer: what asks the reader, and how far the newcomer is."""
    say = texts.say
    body: list[CardElement] = [
        parts.heading(say("onboarding.part.title", name=escape_markdown(part.name))),
        parts.facts(
            [
                (say("onboarding.part.facts_track"), say(f"onboarding.tracks.{part.journey.track.value}")),
                (say("onboarding.part.facts_start"), texts.day(part.journey.start_on)),
                (
                    say("onboarding.part.facts_progress"),
                    say("onboarding.part.progress", settled=part.settled, total=part.total),
                ),
                (say("onboarding.part.facts_mentor"), part.mentor_name or say("onboarding.part.no_mentor")),
            ]
        ),
    ]
    if part.journey.state is JourneyState.PAUSED:
        body.append(parts.paragraph(say("onboarding.part.paused")))
    skip = pieces.first_of(skip, len(part.open))
    shown = part.open[skip : skip + pieces.SHOWN]
    if shown:
        body += pieces.to_tick(texts, part.journey, shown, token=token, today=part.today)
        body += pieces.paging(texts, OnboardingPage.JOURNEY, part.journey, skip=skip, total=len(part.open))
    else:
        body.append(parts.paragraph(say("onboarding.part.nothing")))
    ways = [pieces.opens(texts, "onboarding.back", OnboardingPage.TEAM)]
    if part.leads:
        ways.insert(0, pieces.opens(texts, "onboarding.more", OnboardingPage.MANAGE, journey=part.journey))
    elif part.closed:
        ways.insert(0, pieces.opens(texts, "onboarding.settled.open", OnboardingPage.SETTLED, journey=part.journey))
    return pieces.made(texts, "part", [*body, *parts.rows(ways)], notice=notice, undo=undo)


def team_card(
    *,
    texts: Texts,
    team: Sequence[PartView],
    starts: bool,
    lists: bool = False,
    skip: int = 0,
    notice: str | None = None,
) -> AdaptiveCard:
    """All newcomers in whose plan the reader has a part. `starts`: the reader may start plans; `lists`: may see who has signed up."""
    skip = pieces.first_of(skip, len(team))
    body: list[CardElement] = [parts.heading(texts.say("onboarding.team.title"))]
    if not team:
        body.append(parts.paragraph(texts.say("onboarding.team.none")))
    for part in team[skip : skip + pieces.SHOWN]:
        line = texts.say(
            "onboarding.team.line",
            track=texts.say(f"onboarding.tracks.{part.journey.track.value}"),
            day=texts.spoken_day(part.journey.start_on, today=part.today),
            settled=part.settled,
            total=part.total,
            mine=len(part.open),
        )
        opens = pieces.opens(texts, "onboarding.open", OnboardingPage.JOURNEY, journey=part.journey)
        body.append(parts.beside([parts.strong(escape_markdown(part.name)), parts.near(line)], opens))
    body += pieces.paging(texts, OnboardingPage.TEAM, None, skip=skip, total=len(team))
    ways = [pieces.opens(texts, "onboarding.team.start", OnboardingPage.START_OTHER)] if starts else []
    if lists:
        ways.append(pieces.opens(texts, "onboarding.team.lists", OnboardingPage.LISTS))
    return pieces.made(texts, "team", [*body, *parts.rows(ways)], notice=notice)


def items_card(*, texts: Texts, due: Sequence[PartView]) -> AdaptiveCard:
    """The morning's card: everything that has come due, by newcomer."""
    body: list[CardElement] = [
        parts.heading(texts.say("onboarding.items.title")),
        parts.paragraph(texts.say("onboarding.items.intro")),
    ]
    for part in due[: pieces.SHOWN]:
        lines = [
            texts.say("onboarding.item_short", title=one.item.title, when=pieces.when(texts, one, part.today))
            for one in part.open[: pieces.SHOWN]
        ]
        opens = pieces.opens(texts, "onboarding.open", OnboardingPage.JOURNEY, journey=part.journey)
        body.append(parts.beside([parts.bullets(escape_markdown(part.name), lines)], opens))
    if len(due) > pieces.SHOWN:
        body += parts.rows([pieces.opens(texts, "onboarding.show_more", OnboardingPage.TEAM)])
    return pieces.made(texts, "items", body)


def lists_card(*, texts: Texts, lists: Sequence[ListView]) -> AdaptiveCard:
    """Who has signed up for the coming events, for HR."""
    body: list[CardElement] = [parts.heading(texts.say("onboarding.lists.title"))]
    if not lists:
        body.append(parts.paragraph(texts.say("onboarding.lists.none")))
    for found in lists[:EVENTS]:
        values = {
            "kind": texts.say(f"onboarding.kinds.{found.event.kind.value}"),
            "day": texts.weekday_day(found.event.on),
            "count": len(found.names),
            "waiting": len(found.waiting),
        }
        if found.event.places is None:
            body.append(parts.strong(texts.say("onboarding.lists.line", **values)))
        else:
            body.append(parts.strong(texts.say("onboarding.lists.line_places", places=found.event.places, **values)))
        pairs = [(texts.say("onboarding.lists.names"), _names(texts, found.names))]
        if found.waiting:
            pairs.append((texts.say("onboarding.lists.names_waiting"), _names(texts, found.waiting)))
        body.append(parts.facts(pairs))
    body += parts.rows([pieces.opens(texts, "onboarding.back", OnboardingPage.TEAM)])
    return pieces.made(texts, "lists", body)


def _names(texts: Texts, names: Sequence[str]) -> str:
    if not names:
        return texts.say("onboarding.lists.nobody")
    more = [texts.say("onboarding.lists.and_more", count=len(names) - NAMES)] if len(names) > NAMES else []
    return ", ".join([*names[:NAMES], *more])
