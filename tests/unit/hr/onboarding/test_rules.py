"""What a start date, a mark and a role do to a plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hr.onboarding.access import actors, may
from hr.onboarding.content import load_events, load_items, topics_in
from hr.onboarding.model import Journey, MarkState, Track
from hr.onboarding.rules import marked, moved, planned, still_open
from hr.people import Person, Role
from hr.policy import AREAS, Actor, Operation

ROOT = Path(__file__).parents[4]
ITEMS = load_items(ROOT / "hr/content/journeys.toml", topics_in([ROOT / "knowledge/documents"]))
TODAY = date(2026, 12, 1)


def a_journey(track: Track = Track.NEW_EMPLOYEE) -> Journey:
    return Journey(
        id="0" * 32, person_id="new", track=track, start_on=TODAY, created_at=datetime(2026, 11, 1, tzinfo=UTC)
    )


def test_the_delivered_plans_have_all_items_of_both_tracks_and_no_invented_date() -> None:
    employee = {item.id for item in ITEMS if Track.NEW_EMPLOYEE in item.tracks}
    leader = {item.id for item in ITEMS if Track.NEW_LEADER in item.tracks}
    assert employee == {f"NE{n:02}" for n in range(1, 20)}
    assert leader == {f"NL{n:02}" for n in range(1, 23)} | {"NE02", "NE04", "NE06", "NE08", "NE12"}
    assert load_events(ROOT / "hr/content/events.toml") == ()


@given(
    days=st.integers(-400, 400),
    done=st.sets(st.sampled_from([item.id for item in ITEMS])),
    track=st.sampled_from(Track),
)
def test_a_moved_start_date_moves_every_open_item_alike_and_loses_none(days: int, done: set[str], track: Track) -> None:
    journey = a_journey(track)
    for one in planned(ITEMS, journey, (), TODAY):
        if one.item.id in done:
            state = MarkState.POSTPONED if one.item.id.endswith("1") else MarkState.DONE
            journey = marked(journey, one, state, TODAY)
    before = {one.item.id: one.due_on for one in still_open(planned(ITEMS, journey, (), TODAY))}
    later = moved(journey, TODAY + timedelta(days=days))
    after = {one.item.id: one.due_on for one in still_open(planned(ITEMS, later, (), TODAY))}
    assert after == {name: due + timedelta(days=days) if due is not None else None for name, due in before.items()}
    assert later.marks == journey.marks


def person(name: str, *roles: Role, manager: str | None = None, area: str | None = "A") -> Person:
    return Person(
        id=name,
        key=name,
        name=name,
        initials="XX",
        email=f"{name}@x.example",
        roles=frozenset(roles),
        manager_id=manager,
        area=area,
    )


NEWCOMER = person("new", manager="boss")
PEOPLE = {
    Actor.NEWCOMER: NEWCOMER,
    Actor.NEWCOMERS_LEADER: person("boss", Role.LEADER),
    Actor.HR: person("hr", Role.HR),
    Actor.MENTOR: person("mentor"),
    Actor.REPRESENTATIVE: person("amr", Role.AMR),
    None: person("other", Role.LEADER),
}
PLANS = AREAS["Onboarding"]


@pytest.mark.parametrize("operation", PLANS)
@pytest.mark.parametrize("actor", PEOPLE)
def test_each_may_do_with_a_plan_exactly_what_the_table_says(actor: Actor | None, operation: Operation) -> None:
    journey = Journey(
        id="0" * 32,
        person_id="new",
        track=Track.NEW_EMPLOYEE,
        start_on=TODAY,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        mentor_id="mentor",
    )
    somebody = PEOPLE[actor]
    assert actors(somebody, NEWCOMER, journey) == (frozenset() if actor is None else {actor})
    assert may(somebody, operation, NEWCOMER, journey) is (actor in PLANS[operation].may)


def test_somebody_whom_nobody_knows_may_do_nothing() -> None:
    assert not any(may(None, operation, NEWCOMER, a_journey()) for operation in PLANS)
