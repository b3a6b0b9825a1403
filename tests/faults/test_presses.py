"""Buttons of cards, pressed as people and networks press them, at a real server on each database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from adaptive_cards.actions import CaseChange, ChangeCase, ChangeStep
from hr.absence.model import CaseState, StepChange, StepState
from hr.audit.model import Deed
from hr.outbox.model import MessageState
from tests.faults.world import World

AT_ONCE = 12
LEADERS = 30
WHOLE_ROUND = 7.0
"""Seconds: a worker with nothing to do looks every 5."""

CARD = "application/vnd.microsoft.card.adaptive"
GONE = "Kortet er for\u00e6ldet. Her er det nye."


def done(case_id: str, *, token: str | None = None, **changes: Any) -> ChangeStep:
    values = {"token": token or uuid4().hex, "case_id": case_id, "step": "A03", "change": StepChange.DONE}
    return ChangeStep(**{**values, **changes})


async def answers(address: str, activities: Sequence[dict[str, Any]]) -> list[tuple[int, Any]]:
    """Status and body of each, all sent at once."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def answer(activity: dict[str, Any]) -> tuple[int, Any]:
            async with session.post(f"{address}/api/messages", json=activity) as response:
                return response.status, await response.json(content_type=None)

        return await asyncio.gather(*(answer(activity) for activity in activities))


async def test_one_button_pressed_many_times_at_once_has_one_effect(office: World, index: Path) -> None:
    await office.seed(1)
    (leader,), (case,) = office.leaders, office.cases
    address = await office.serve(index)
    action = done(case.id)
    resent = [office.press(leader, action, activity_id="the-same") for _ in range(AT_ONCE)]
    renewed = [office.press(leader, action, activity_id=f"new-{number}") for number in range(AT_ONCE)]
    found = await answers(address, [*resent, *renewed])

    assert {status for status, _ in found} == {200}, office.logs()
    assert {body["type"] for _, body in found} == {CARD}
    (kept,) = await office.kept()
    assert [step.state for step in kept.steps if step.key == "A03"] == [StepState.DONE]
    assert await office.deeds(Deed.CHANGED) == 1


async def test_presses_while_the_reminders_leave_fail_nobody_and_leave_nothing_behind(
    office: World, index: Path
) -> None:
    await office.seed(LEADERS)
    address = await office.serve(index)
    worker = await office.worker()
    presses = [
        office.press(leader, done(case.id), activity_id=f"press-{leader.number}")
        for leader, case in zip(office.leaders, office.cases, strict=True)
    ]
    found = await answers(address, presses)
    await office.teams.until_quiet(WHOLE_ROUND, seconds=60)
    assert await worker.stop() == 0, office.logs()

    assert {status for status, _ in found} == {200}, office.logs()
    assert all(case.step("A03").state is StepState.DONE for case in await office.kept())  # type: ignore[union-attr]
    assert office.teams.doubles() == {}
    assert set(await office.states()) <= {MessageState.SENT, MessageState.CANCELLED}
    assert "Traceback" not in office.logs()


async def test_presses_of_others_forged_ones_and_late_ones_change_nothing(office: World, index: Path) -> None:
    await office.seed(2)
    (leader, other), (case, _) = office.leaders, office.cases
    address = await office.serve(index)
    before = await office.kept()
    forged = office.press(leader, done(case.id), activity_id="forged")
    forged["value"]["action"]["data"] |= {"owner_id": other.id}
    promoted = office.press(leader, done(case.id), activity_id="promoted")
    promoted["value"]["action"]["data"]["change"] = "promote"
    (theirs, missing, *refused) = await answers(
        address,
        [
            office.press(other, done(case.id), activity_id="theirs"),
            office.press(other, done("f" * 32), activity_id="missing"),
            forged,
            promoted,
        ],
    )
    assert theirs == missing
    assert theirs[0] == 200
    assert all(status == 200 and body.get("type") != CARD for status, body in refused)
    assert await office.kept() == before

    end = ChangeCase(token=uuid4().hex, case_id=case.id, change=CaseChange.END)
    (ended,) = await answers(address, [office.press(leader, end, activity_id="end")])
    (late,) = await answers(address, [office.press(leader, done(case.id), activity_id="late")])
    assert (ended[0], late[0]) == (200, 200)
    assert GONE in str(late[1])
    closed = next(one for one in await office.kept() if one.id == case.id)
    assert closed.state is CaseState.CLOSED
    assert closed.step("A03").state is StepState.LAPSED  # type: ignore[union-attr]
