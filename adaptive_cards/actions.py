"""What our buttons send: one pydantic class a button, told apart by `kind`.

A payload is a request, never an authority: whoever handles it looks at the authenticated sender. Unknown fields are refused.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adaptive_cards.errors import UnreadableActionError
from hr.absence.model import ReminderLevel, SnoozeChoice, StepChange
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


_Token = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
_CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_StepKey = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(-[0-9]{1,3})?$")]
_Typed = Annotated[str, Field(max_length=200)]
"""What the person typed or picked in an input. Checked by the handler, which can say what is wrong with it."""
_Language = Annotated[str, Field(pattern="^(da|en)$")]


class Menu(StrEnum):
    """What can be opened without a case."""

    START = "start"
    LIST = "list"
    SETTINGS = "settings"
    GUIDES = "guides"
    ASK = "ask"
    """The message that the person was asked about is to be answered as a question."""
    CANCEL = "cancel"


class Form(StrEnum):
    """What can be opened of a case."""

    CASE = "case"
    STEP = "step"
    SNOOZE = "snooze"
    RETURN = "return"
    CATCH_UP = "catch_up"
    MORE = "more"
    CORRECT = "correct"
    END = "end"
    DELETE = "delete"
    TRANSFER = "transfer"
    SHARE = "share"
    EXCLUDE = "exclude"
    GUIDES = "guides"


class CaseChange(StrEnum):
    """Changes of a case that need no more than a yes."""

    END = "end"
    DELETE = "delete"
    REOPEN = "reopen"
    SHARE = "share"
    EXCLUDE = "exclude"
    WHOLE = "whole"
    """Not partly back, or no longer."""
    WITHDRAW = "withdraw"
    """Take an offer to a colleague back."""


class OpenMenu(_Action):
    """Show something; nothing changes."""

    kind: Literal["absence_menu"] = "absence_menu"
    menu: Menu
    language: _Language = "da"


class OpenList(_Action):
    """The list of one's cases from the `start`-th on; nothing changes."""

    kind: Literal["absence_list"] = "absence_list"
    start: Annotated[int, Field(ge=0, le=10_000)] = 0
    only_due: bool = False
    language: _Language = "da"


class OpenForm(_Action):
    """Show something of a case; nothing changes. `step` belongs to the forms STEP and SNOOZE."""

    kind: Literal["absence_form"] = "absence_form"
    form: Form
    case_id: _CaseId
    step: _StepKey | None = None
    language: _Language = "da"


class CreateCase(_Action):
    """Create a case. `shown` is the first day whose dates the card shows: another one is shown first. `preview` only shows the dates.

    `again` repeats a label that an open case has and that was asked back.
    """

    inputs: ClassVar[frozenset[str]] = frozenset({"first_day", "label"})

    kind: Literal["absence_create"] = "absence_create"
    token: _Token
    shown: date
    preview: bool = False
    again: Annotated[str, Field(max_length=40)] = ""
    first_day: _Typed = ""
    label: _Typed = ""
    language: _Language = "da"


class ChangeStep(_Action):
    """Done, no answer, not relevant, undo."""

    kind: Literal["absence_step"] = "absence_step"
    token: _Token
    case_id: _CaseId
    step: _StepKey
    change: StepChange
    language: _Language = "da"


class Snooze(_Action):
    """Put a reminder off; `day` belongs to the choice DAY."""

    inputs: ClassVar[frozenset[str]] = frozenset({"day"})

    kind: Literal["absence_snooze"] = "absence_snooze"
    token: _Token
    case_id: _CaseId
    step: _StepKey
    choice: SnoozeChoice
    day: _Typed = ""
    language: _Language = "da"


class ReportReturn(_Action):
    """Back, or partly back when `partial` is "true" (a toggle's value), from `day` on. `far` repeats a day that was asked back."""

    inputs: ClassVar[frozenset[str]] = frozenset({"day", "partial"})

    kind: Literal["absence_return"] = "absence_return"
    token: _Token
    case_id: _CaseId
    far: date | None = None
    day: _Typed = ""
    partial: Annotated[str, Field(pattern="^(true|false)$")] = "false"
    language: _Language = "da"


class CorrectFirstDay(_Action):
    """Another first day."""

    inputs: ClassVar[frozenset[str]] = frozenset({"first_day"})

    kind: Literal["absence_correct"] = "absence_correct"
    token: _Token
    case_id: _CaseId
    first_day: _Typed = ""
    language: _Language = "da"


class ChangeCase(_Action):
    """End, delete, reopen, wholly away again, hand over to HR, leave out of the frequency hint, take an offer back."""

    kind: Literal["absence_change"] = "absence_change"
    token: _Token
    case_id: _CaseId
    change: CaseChange
    language: _Language = "da"


class CatchUp(_Action):
    """The past steps that were done, as the client joins a multiple choice: by commas. `offered` are those that the card asked about."""

    inputs: ClassVar[frozenset[str]] = frozenset({"done"})

    kind: Literal["absence_catch_up"] = "absence_catch_up"
    token: _Token
    case_id: _CaseId
    offered: Annotated[tuple[_StepKey, ...], Field(max_length=60)] = ()
    done: Annotated[str, Field(max_length=500)] = ""
    language: _Language = "da"


class OfferTransfer(_Action):
    """Offer a case to a colleague, by initials or e-mail."""

    inputs: ClassVar[frozenset[str]] = frozenset({"colleague"})

    kind: Literal["absence_transfer"] = "absence_transfer"
    token: _Token
    case_id: _CaseId
    colleague: _Typed = ""
    language: _Language = "da"


class AnswerTransfer(_Action):
    """Take a case over, or not."""

    kind: Literal["absence_transfer_answer"] = "absence_transfer_answer"
    token: _Token
    case_id: _CaseId
    accept: bool
    language: _Language = "da"


class ShowGuide(_Action):
    """Show a guide; with `case_id` its dates are worked out. Nothing is recorded."""

    kind: Literal["absence_guide"] = "absence_guide"
    guide: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    case_id: _CaseId | None = None
    language: _Language = "da"


class SaveReminders(_Action):
    """How much one wants to be reminded; `weekend_duty` is a toggle's value."""

    inputs: ClassVar[frozenset[str]] = frozenset({"level", "weekend_duty"})

    kind: Literal["reminders_save"] = "reminders_save"
    token: _Token
    level: ReminderLevel = ReminderLevel.NORMAL
    weekend_duty: Annotated[str, Field(pattern="^(true|false)$")] = "false"
    language: _Language = "da"


class SaveAway(_Action):
    """A period without reminders, with a deputy (initials or e-mail) or without; `end` ends the period at once."""

    inputs: ClassVar[frozenset[str]] = frozenset({"from_day", "to_day", "deputy"})

    kind: Literal["away_save"] = "away_save"
    token: _Token
    end: bool = False
    from_day: _Typed = ""
    to_day: _Typed = ""
    deputy: _Typed = ""
    language: _Language = "da"


Action = (
    GiveReason
    | OpenMenu
    | OpenList
    | OpenForm
    | CreateCase
    | ChangeStep
    | Snooze
    | ReportReturn
    | CorrectFirstDay
    | ChangeCase
    | CatchUp
    | OfferTransfer
    | AnswerTransfer
    | ShowGuide
    | SaveReminders
    | SaveAway
)
"""Every payload, told apart by `kind`."""

_PARSER: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])


def parse_action(data: object) -> Action:
    """The typed payload of a pressed button. Raises UnreadableActionError for anything that no card of ours sends."""
    try:
        return _PARSER.validate_python(data)
    except ValidationError as error:
        raise UnreadableActionError("The payload of the button is not one of ours.") from error
