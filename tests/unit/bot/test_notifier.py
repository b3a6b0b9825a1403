"""What becomes of a message when the wire, or our own proof of identity, does not play along."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from adaptive_cards.render import Card
from bot.errors import (
    BlockedError,
    HostRefusedError,
    RejectedError,
    ThrottledError,
    TokenError,
    UnknownDeliveryError,
)
from bot.seal import Seal
from bot.teams.notifier import Notifier
from hr.outbox.policy import Delivered, Outcome, Refused, Rejected, Throttled, Unanswered, Unsent
from tests.unit.bot.builders import reference

CARD = Card(content={"type": "AdaptiveCard"}, summary="x")


class FakeConnector:
    """Raises what the script says, then delivers."""

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)

    async def send(self, *, activity: Mapping[str, Any], attempts: int, **where: str) -> str:
        assert attempts == 1
        if self.script:
            raise self.script.pop(0)
        return "activity-1"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ThrottledError("x", status=429, retry_after=7.0), Throttled(retry_after=7.0)),
        (BlockedError("x", status=403), Refused()),
        (RejectedError("x", status=413), Refused()),
        (RejectedError("x", status=400), Rejected()),
        (UnknownDeliveryError("x"), Unanswered()),
        (TokenError("x"), Unsent()),
        (HostRefusedError("x"), Unsent()),
    ],
)
async def test_each_fault_has_its_outcome(error: Exception, outcome: Outcome) -> None:
    notifier = Notifier(FakeConnector(error), Seal.of_one_process())  # type: ignore[arg-type]
    assert await notifier.post(reference("person"), CARD) == outcome
    assert await notifier.post(reference("person"), CARD) == Delivered(activity_id="activity-1")


async def test_a_fault_of_ours_is_told_once_until_a_message_leaves_again(caplog: pytest.LogCaptureFixture) -> None:
    notifier = Notifier(FakeConnector(*(TokenError("No token.") for _ in range(20))), Seal.of_one_process())  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        for _ in range(20):
            await notifier.post(reference("person"), CARD)
        assert len(caplog.records) == 1
        assert "KOMPAS_APP_ID" in caplog.text
        await notifier.post(reference("person"), CARD)
        notifier._connector.script.append(TokenError("No token."))  # type: ignore[attr-defined]
        await notifier.post(reference("person"), CARD)
    assert len(caplog.records) == 2
