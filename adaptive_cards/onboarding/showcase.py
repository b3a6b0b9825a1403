"""One named example of every card of onboarding. All names are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.onboarding import asking, forms, helpers, plan
from adaptive_cards.onboarding.actions import UndoMarks
from adaptive_cards.texts import Texts
from hr.onboarding.model import CommonEvent, EventKind, Item, Journey, JourneyState, SignUp, Track, Who
from hr.onboarding.rules import Planned
from hr.onboarding.views import DraftView, EventNews, EventView, ListView, PartView, PlanView

TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret
_TODAY: Final = date(2026, 12, 3)
_NOW: Final = datetime(2026, 12, 3, 9, tzinfo=UTC)
_JOURNEY: Final = Journey(
    id="0" * 32, person_id="someone", track=Track.NEW_EMPLOYEE, start_on=date(2026, 12, 1), created_at=_NOW
)
_EVENT: Final = CommonEvent(
    id="velkomst",
    kind=EventKind.WELCOME,
    on=date(2027, 3, 4),
    at=time(9, 30),
    place="Eksempelhuset",
    places=2,
)


def _items(count: int) -> tuple[Planned, ...]:
    return tuple(
        Planned(
            item=Item(
                id=f"NE{number:02}",
                tracks=frozenset({Track.NEW_EMPLOYEE}),
                title=f"Eksempel på et punkt, nr. {number}",
                what="Her står, hvad man gør.",
                who=(Who.NEWCOMER,),
                offset=number,
                topic="onboarding-ny-medarbejder",
            ),
            due_on=date(2026, 12, 1 + number),
            waits=frozenset({Who.NEWCOMER}),
        )
        for number in range(1, count + 1)
    )


def onboarding_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """The cards of one language by name."""
    done = tuple(replace(one, waits=frozenset()) for one in _items(2))
    own = PlanView(
        journey=_JOURNEY,
        open=_items(9)[2:],
        closed=done,
        today=_TODAY,
        kind=EventKind.WELCOME,
        mentor_name="Mona",
    )
    undo = UndoMarks(token=TOKEN, journey=_JOURNEY.id, items=("NE01",), language=texts.language)
    free = EventView(event=_EVENT, free=1)
    full = EventView(event=_EVENT, free=0)
    signed = replace(
        free,
        sign_up=SignUp(event_id="velkomst", person_id="someone", signed_at=_NOW, place=True, told=_EVENT.told),
    )
    part = PartView(
        journey=_JOURNEY,
        name="Elias Eksempelsen",
        initials="EEK",
        open=_items(2),
        closed=done,
        settled=2,
        total=9,
        today=_TODAY,
        leads=True,
    )
    draft = DraftView(track=Track.NEW_EMPLOYEE, start_on=_TODAY, today=_TODAY, own=False)
    listed = ListView(event=_EVENT, names=("Elias Eksempelsen", "Mona Modelgaard"), waiting=("Signe Opdigtsen",))
    paused = replace(own, open=(), journey=replace(_JOURNEY, state=JourneyState.PAUSED), events=(full,))
    both = replace(own, events=(signed, replace(full, event=replace(_EVENT, id="lederdag", kind=EventKind.LEADER_DAY))))
    return {
        "onboarding_plan": plan.plan_card(texts=texts, plan=own, token=TOKEN),
        "onboarding_plan_week": plan.plan_card(
            texts=texts, plan=replace(own, events=(signed,)), token=TOKEN, week=True
        ),
        "onboarding_plan_paused": plan.plan_card(texts=texts, plan=paused, token=TOKEN),
        "onboarding_plan_marked": plan.plan_card(
            texts=texts, plan=own, token=TOKEN, notice=texts.say("onboarding.say.done"), undo=undo
        ),
        "onboarding_confirm": asking.confirm_card(texts=texts, item=own.open[0].item, view=part, token=TOKEN),
        "onboarding_which": asking.which_card(
            texts=texts, found=[(one.item, view) for one in _items(3) for view in (own, part)], token=TOKEN
        ),
        "onboarding_whose": asking.whose_card(texts=texts, found=[part, replace(part, name="Mona Modelgaard")]),
        "onboarding_end": asking.end_card(texts=texts, view=part, token=TOKEN),
        "onboarding_settled": asking.settled_card(texts=texts, view=own, token=TOKEN),
        "onboarding_events": plan.events_card(texts=texts, plan=both, token=TOKEN),
        "onboarding_event": plan.event_card(
            texts=texts, news=EventNews(what="offered", event=free), journey_id=_JOURNEY.id, token=TOKEN
        ),
        "onboarding_event_cancelled": plan.event_card(
            texts=texts, news=EventNews(what="cancelled", cancelled_on=_EVENT.on), journey_id=None, token=TOKEN
        ),
        "onboarding_part": helpers.part_card(texts=texts, part=part, token=TOKEN),
        "onboarding_team": helpers.team_card(texts=texts, team=[part], starts=True, lists=True),
        "onboarding_items": helpers.items_card(texts=texts, due=[part]),
        "onboarding_lists": helpers.lists_card(texts=texts, lists=[listed]),
        "onboarding_start": forms.start_card(texts=texts, draft=draft, token=TOKEN),
        "onboarding_start_own": forms.start_card(texts=texts, draft=replace(draft, own=True), token=TOKEN),
        "onboarding_manage": forms.manage_card(texts=texts, view=part, token=TOKEN),
    }
