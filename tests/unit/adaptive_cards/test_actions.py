from __future__ import annotations

from typing import Any

import pytest

from adaptive_cards.actions import COMMENT_LIMIT, GiveReason, parse_action
from adaptive_cards.errors import UnreadableActionError
from hr.feedback.model import DislikeReason

PAYLOAD = GiveReason(token="token-123", answer_id="answer-1").pack()


def test_what_the_button_sends_is_understood_with_and_without_inputs() -> None:
    bare = parse_action(PAYLOAD)
    filled = parse_action({**PAYLOAD, "reason": "outdated", "comment": " Ny aftale "})
    assert bare == GiveReason(token="token-123", answer_id="answer-1", language="da")
    assert (filled.reason, filled.comment) == (DislikeReason.OUTDATED, "Ny aftale")


def test_the_button_does_not_carry_what_the_inputs_bring() -> None:
    assert not PAYLOAD.keys() & GiveReason.inputs


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "feedback_reason",
        {},
        {"kind": "erase_everything"},
        {**PAYLOAD, "role": "hr"},
        {**PAYLOAD, "reason": "because"},
        {**PAYLOAD, "language": "de"},
        {**PAYLOAD, "token": "short"},
        {**PAYLOAD, "token": "../../etc/passwd"},
        {**PAYLOAD, "answer_id": ""},
        {**PAYLOAD, "answer_id": 7},
        {**PAYLOAD, "comment": "x" * (COMMENT_LIMIT + 1)},
        {key: value for key, value in PAYLOAD.items() if key != "token"},
    ],
)
def test_anything_else_is_refused(payload: Any) -> None:
    with pytest.raises(UnreadableActionError):
        parse_action(payload)
