"""What our buttons send: one pydantic class a button, told apart by `kind`.

A payload is a request, never an authority: whoever handles it looks at the authenticated sender. Unknown fields are refused.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adaptive_cards.errors import UnreadableActionError
from hr.feedback.model import DislikeReason

COMMENT_LIMIT = 500
"""Characters of free text that a form takes."""


class _Action(BaseModel):
    """What all payloads share. Strings are taken as strings only, and nothing else than the declared fields is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    inputs: ClassVar[frozenset[str]] = frozenset()
    """The fields that the client merges in from the card's inputs, by input id."""

    def pack(self) -> dict[str, Any]:
        """The `data` of a button: the fields that the card knows already."""
        return self.model_dump(mode="json", exclude=set(self.inputs))


class GiveReason(_Action):
    """Why an answer did not help. `answer_id` is the activity id of the answer, `token` makes a second press harmless."""

    inputs: ClassVar[frozenset[str]] = frozenset({"reason", "comment"})

    kind: Literal["feedback_reason"] = "feedback_reason"
    token: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    answer_id: Annotated[str, Field(min_length=1, max_length=256)]
    language: Annotated[str, Field(pattern="^(da|en)$")] = "da"
    reason: DislikeReason | None = None
    comment: Annotated[str, Field(max_length=COMMENT_LIMIT)] = ""


Action = GiveReason
"""Every payload; a union as soon as a second card has a button."""

_PARSER: TypeAdapter[Action] = TypeAdapter(Action)


def parse_action(data: object) -> Action:
    """The typed payload of a pressed button. Raises UnreadableActionError for anything that no card of ours sends."""
    try:
        return _PARSER.validate_python(data)
    except ValidationError as error:
        raise UnreadableActionError("The payload of the button is not one of ours.") from error
