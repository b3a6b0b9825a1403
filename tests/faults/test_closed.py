"""A course that ends while its reminder waits in the queue."""

from __future__ import annotations

from uuid import uuid4

from hr.outbox.model import MessageState
from tests.faults.world import World

WAITING = 80
CLOSED = 20


async def test_the_reminder_of_a_course_closed_meanwhile_is_never_sent(office: World) -> None:
    """Half of the courses are closed one by one by their leaders, from the end of the queue, while a slow worker empties it."""
    await office.seed(WAITING)
    closing = office.cases[-CLOSED:]
    service = office.service()
    worker = await office.worker(SEND_RATE="8")
    await office.teams.until_shown(3, seconds=60)
    for case in reversed(closing):
        await service.end(case.owner_id, case.id, token=uuid4().hex)
    closed = {leader.conversation for leader in office.leaders[-CLOSED:]}
    already = closed & set(office.teams.shown_by_chat())
    assert not already, "the queue was too short: this run shows nothing"
    await office.until_settled(seconds=60)
    await office.teams.until_quiet(2.0, seconds=20)
    assert await worker.stop() == 0, office.logs()

    assert closed & set(office.teams.shown_by_chat()) == set()
    assert office.teams.missing(office.conversations[:-CLOSED]) == []
    assert await office.states() == {MessageState.SENT: WAITING - CLOSED, MessageState.CANCELLED: CLOSED}
