"""The whole table of `hr.policy`, tried: everybody presses every button, his own or a forged one, over the real use cases."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.errors import UnreadableActionError
from hr.errors import NotInHrError
from hr.policy import ACTORS, AREAS, TABLE, Actor, Operation, by_role, may
from hr.storage.memory.session import Tables
from tests.unit.bot.builders import DA, words_of
from tests.unit.bot.everybody import EVERYBODY, PEOPLE, SECRETS, STRANGER, Ids, World, actors
from tests.unit.bot.fakes import FakeTurn
from tests.unit.bot.presses.all import NOT_PRESSED, PRESSES, every_press
from tests.unit.bot.presses.press import Press

REFUSALS = {
    DA.say(key)
    for key in (
        "absence.say.not_found",
        "absence.say.not_a_leader",
        "absence.say.offer_gone",
        "asking.say.gone",
        "asking.say.not_found",
        "asking.say.channel_refused",
        "campaigns.say.not_hr",
        "campaigns.say.not_found",
        "dialogues.say.not_in_trio",
        "dialogues.say.not_found",
        "feedback.outdated_card",
        "insight.say.not_hr",
        "onboarding.say.not_found",
        "onboarding.say.not_yours",
        "onboarding.say.nobody",
    )
}
EVERY_PRESS = list(every_press())
LOOKS = {"audit", "anchors", "aliases"}
"""Tables that keep who looked, and why. A refused form of a case that one may see has been a look at it."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Tables, Ids]:
    """The world, and how it was at the beginning."""
    made = World(tmp_path_factory.mktemp("drafts"))
    asyncio.run(made.build())
    return made, made.rows, made.ids


@pytest.fixture
def world(built: tuple[World, Tables, Ids]) -> World:
    made, rows, ids = built
    made.start(rows, ids)
    return made


def said(turn: FakeTurn) -> str:
    cards = [*turn.cards, *(message.card for message in turn.sent if message.card is not None)]
    return "\n".join([*(message.text for message in turn.sent), *map(words_of, cards)])


def refused(turn: FakeTurn) -> bool:
    return any(refusal in said(turn) for refusal in REFUSALS)


def told(turn: FakeTurn) -> list[str]:
    return [secret for secret in SECRETS.values() if secret in said(turn)]


def changed(before: Tables, after: Tables) -> set[str]:
    return {table.name for table in fields(before) if getattr(before, table.name) != getattr(after, table.name)}


def who(press: Press, key: str) -> set[Actor]:
    """What somebody is to what this press is about."""
    found = set(actors(key))
    found |= {as_what for actor, as_what in press.also.items() if actor in found}
    return found - press.lacks


def allowed(press: Press, key: str) -> bool:
    found = who(press, key)
    return any(may(operation, found) for operation in press.asks_for)


async def tried(world: World, press: Press, key: str) -> FakeTurn:
    """Somebody presses it in a world as it was at the beginning."""
    world.again()
    what = press.make(world.ids, key)
    if isinstance(what, str):
        return await world.write(what, key, press.chat, press.kind)
    return await world.press(parse_action(what.model_dump(mode="json", exclude_none=True)), key, press.chat, press.kind)


@pytest.mark.parametrize("press", EVERY_PRESS, ids=lambda press: press.name)
async def test_everybody_may_press_exactly_what_the_table_says(world: World, press: Press) -> None:
    before = world.rows
    for key in EVERYBODY:
        turn = await tried(world, press, key)
        after = world.rows
        where = f"{key} presses {press.name}: {said(turn)!r}"
        if allowed(press, key):
            assert not refused(turn), where
            assert press.quiet or changed(before, after) or told(turn), f"nothing came of it: {where}"
        else:
            assert refused(turn) or press.empty, where
            assert told(turn) == [], where
            assert changed(before, after) <= LOOKS, where
            if not may(Operation.VIEW_CASE, who(press, key)):
                assert changed(before, after) == set(), where


@pytest.mark.parametrize("press", EVERY_PRESS, ids=lambda press: press.name)
def test_somebody_may_and_somebody_may_not_unless_it_is_open_to_all(press: Press) -> None:
    free = {operation for operation in press.asks_for if Actor.ANYONE in TABLE[operation].may}
    found = {allowed(press, key) for key in EVERYBODY}
    everybody = bool(free) or press.also.get(Actor.ANYONE) is not None
    nobody = press.name.endswith("elsewhere") or (press.name.startswith("answer offer") and "not" in press.name)
    assert found == ({True} if everybody else {False} if nobody else {True, False})


def test_every_button_has_its_presses_here_and_no_other_has() -> None:
    assert set(PRESSES) == set(typing.get_args(Action))


def test_every_operation_is_tried() -> None:
    tried_here = {operation for press in EVERY_PRESS for operation in press.asks_for}
    assert tried_here | NOT_PRESSED == set(Operation)


def test_every_operation_has_its_row() -> None:
    assert set(TABLE) == set(Operation)
    assert sum(map(len, AREAS.values())) == len(Operation)
    assert set(ACTORS) == set(Actor)
    assert {actor for rule in TABLE.values() for actor in rule.may} | {Actor.KNOWN} == set(Actor)


@pytest.mark.parametrize("person", PEOPLE.people, ids=lambda person: person.key)
def test_what_one_is_by_role_comes_from_the_directory(person: Any) -> None:
    of_roles = {actor for actor in actors(person.key) if ACTORS[actor].by_role}
    assert by_role(person) == of_roles


async def test_the_names_behind_a_mandatory_reminder_are_shown_to_hr(world: World) -> None:
    view = await world.campaigns.progress.show("composer", world.ids.sent)
    assert view.unacknowledged is not None
    paused = await world.campaigns.progress.show("composer", world.ids.paused)
    assert paused.unacknowledged is None


@pytest.mark.parametrize("key", EVERYBODY)
async def test_a_campaign_is_exported_for_exactly_whom_the_table_says(world: World, key: str) -> None:
    before = world.rows
    if may(Operation.EXPORT_CAMPAIGN, actors(key)):
        _, names = await world.campaigns.progress.rows(key, world.ids.sent)
        assert names is not None
        assert "audit" in changed(before, world.rows) <= LOOKS
        return
    with pytest.raises(NotInHrError):
        await world.campaigns.progress.rows(key, world.ids.sent)
    assert changed(before, world.rows) == set()


# what must hold whatever the table says


@pytest.mark.parametrize("key", ["employee", "new_employee", "mentor", "operator", STRANGER])
def test_an_employee_starts_no_campaign_reads_no_plan_of_others_and_answers_for_nobody(key: str) -> None:
    barred = {*AREAS["HR's reminders"], *AREAS["Absence"], *AREAS["TRIO's dialogue"]}
    barred |= {Operation.SEE_PLAN, Operation.SEE_PROGRESS, Operation.ANSWER_REQUEST, Operation.SEE_REQUEST}
    assert not any(may(operation, actors(key)) for operation in barred)


def test_nobody_but_its_leader_a_deputy_and_hr_after_a_handing_over_reads_a_case() -> None:
    assert TABLE[Operation.VIEW_CASE].may == {Actor.OWNER, Actor.DEPUTY, Actor.HANDED}
    changes = set(AREAS["Absence"]) - {Operation.VIEW_CASE, Operation.LIST_CASES}
    assert not any(Actor.HANDED in TABLE[operation].may for operation in changes)


# payloads that no card of ours sends


def payloads() -> Iterator[Any]:
    for kind, presses in PRESSES.items():
        yield pytest.param(kind, presses[0], id=kind.__name__)


def _forgeries(payload: dict[str, Any], kind: type[BaseModel]) -> Iterator[dict[str, Any]]:
    """What parsing must refuse: fields too many, fields of another type, ids that are none."""
    yield {**payload, "role": "hr"}
    yield {**payload, "person_id": "owner"}
    yield {**payload, "aadObjectId": "owner"}
    for name in kind.model_fields.keys() - {"kind"}:
        yield {**payload, name: {"$ne": ""}}
        yield {**payload, name: [["x"]]}
        yield {**payload, name: "\x00' OR 1=1 --" * 1_000}
    for name in payload.keys() - {"kind"}:
        if isinstance(payload[name], str) and len(payload[name]) == 32:
            yield {**payload, name: "../" + payload[name][3:]}
            yield {**payload, name: payload[name].upper() + "f"}
    yield {**payload, "kind": payload["kind"] + "_all"}
    yield {name: value for name, value in payload.items() if name != "kind"}


@pytest.mark.parametrize(("kind", "press"), list(payloads()))
async def test_a_payload_that_no_card_sends_is_answered_kindly_and_does_nothing(
    world: World, kind: type[BaseModel], press: Press
) -> None:
    payload = press.make(world.ids, "owner").model_dump(mode="json", exclude_none=True)
    before = world.rows
    for forged in _forgeries(payload, kind):
        with pytest.raises(UnreadableActionError):
            parse_action(forged)
    turn = await world.press(None, "owner", press.chat, press.kind)
    assert said(turn) == DA.say("errors.unreadable_button")
    assert changed(before, world.rows) == set()


@pytest.mark.parametrize("press", EVERY_PRESS, ids=lambda press: press.name)
async def test_an_id_of_nothing_or_of_something_else_finds_nothing_for_anybody(world: World, press: Press) -> None:
    made = press.make(world.ids, "owner")
    payload = made.model_dump(mode="json", exclude_none=True) if isinstance(made, BaseModel) else {}
    named = [name for name, value in payload.items() if isinstance(value, str) and value in vars_of(world.ids)]
    others = {world.ids.case, world.ids.journey, world.ids.draft, world.ids.new, world.ids.dialogue, "0" * 32}
    before = world.rows
    for name in named:
        for other in others:
            if same_sort(world.ids, other, payload[name]):
                continue
            for key in ("owner", "newcomer", "composer", "asker"):
                world.again()
                turn = await world.press(parse_action({**payload, name: other}), key, press.chat, press.kind)
                assert refused(turn), (name, key, said(turn))
                assert told(turn) == []
                assert changed(before, world.rows) == set()


def vars_of(ids: Ids) -> set[str]:
    return {value for one in fields(ids) if isinstance(value := getattr(ids, one.name), str)}


def same_sort(ids: Ids, one: str, other: str) -> bool:
    sorts = (
        {ids.case, ids.own_case, ids.ended_case},
        {ids.draft, ids.waiting, ids.sent, ids.paused},
        {ids.new, ids.taken, ids.answered},
        {ids.journey},
        {ids.dialogue},
    )
    return any({one, other} <= sort for sort in sorts)
