"""What our buttons send: one pydantic class a button, told apart by `kind`.

A payload is a request, never an authority: whoever handles it looks at the authenticated sender. Unknown fields are refused.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from adaptive_cards.campaigns.actions import CampaignsAction
from adaptive_cards.contacts.actions import ContactsAction
from adaptive_cards.dialogues.actions import DialoguesAction
from adaptive_cards.errors import UnreadableActionError
from adaptive_cards.escalation.actions import EscalationAction
from adaptive_cards.insight.actions import InsightAction
from adaptive_cards.my_data.actions import MyDataAction
from adaptive_cards.onboarding.actions import OnboardingAction
from adaptive_cards.payloads import SHORT, Language, OpaqueId, Payload, Token, Typed
from hr.absence.model import ReminderLevel, SnoozeChoice, StepChange
from hr.feedback.model import DislikeReason

COMMENT_LIMIT = 500
"""Characters of free text that a form takes."""


class GiveReason(Payload):
    """Why an answer did not help. `answer_id` is the activity id of the answer, `token` makes a second press harmless."""

    inputs: ClassVar[frozenset[str]] = frozenset({"reason", "comment"})

    kind: Literal["feedback_reason"] = "feedback_reason"
    token: Token
    answer_id: Annotated[str, Field(min_length=1, max_length=512)]
    language: Language = "da"
    reason: DislikeReason | None = None
    comment: Annotated[str, Field(max_length=COMMENT_LIMIT)] = ""


_StepKey = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}(-[0-9]{1,3})?$")]


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


class OpenMenu(Payload):
    """Show something; nothing changes."""

    kind: Literal["absence_menu"] = "absence_menu"
    menu: Menu
    language: Language = "da"


class OpenList(Payload):
    """The list of one's cases from the `start`-th on; nothing changes."""

    kind: Literal["absence_list"] = "absence_list"
    start: Annotated[int, Field(ge=0, le=10_000)] = 0
    only_due: bool = False
    language: Language = "da"


class OpenForm(Payload):
    """Show something of a case; nothing changes. `step` belongs to the forms STEP and SNOOZE."""

    kind: Literal["absence_form"] = "absence_form"
    form: Form
    case_id: OpaqueId
    step: _StepKey | None = None
    language: Language = "da"


class CreateCase(Payload):
    """Create a case. `shown` is the first day whose dates the card shows: another one is shown first. `preview` only shows the dates.

    `again` repeats a label that an open case has and that was asked back.
    """

    inputs: ClassVar[frozenset[str]] = frozenset({"first_day", "label"})
    lasts: ClassVar[timedelta] = SHORT

    kind: Literal["absence_create"] = "absence_create"
    token: Token
    shown: date
    preview: bool = False
    again: Annotated[str, Field(max_length=40)] = ""
    first_day: Typed = ""
    label: Typed = ""
    language: Language = "da"


class ChangeStep(Payload):
    """Done, no answer, not relevant, undo."""

    kind: Literal["absence_step"] = "absence_step"
    token: Token
    case_id: OpaqueId
    step: _StepKey
    change: StepChange
    language: Language = "da"


class Snooze(Payload):
    """Put a reminder off; `day` belongs to the choice DAY."""

    inputs: ClassVar[frozenset[str]] = frozenset({"day"})

    kind: Literal["absence_snooze"] = "absence_snooze"
    token: Token
    case_id: OpaqueId
    step: _StepKey
    choice: SnoozeChoice
    day: Typed = ""
    language: Language = "da"


class ReportReturn(Payload):
    """Back, or partly back when `partial` is "true" (a toggle's value), from `day` on. `far` repeats a day that was asked back."""

    inputs: ClassVar[frozenset[str]] = frozenset({"day", "partial"})

    kind: Literal["absence_return"] = "absence_return"
    token: Token
    case_id: OpaqueId
    far: date | None = None
    day: Typed = ""
    partial: Annotated[str, Field(pattern="^(true|false)$")] = "false"
    language: Language = "da"


class CorrectFirstDay(Payload):
    """Another first day."""

    inputs: ClassVar[frozenset[str]] = frozenset({"first_day"})

    kind: Literal["absence_correct"] = "absence_correct"
    token: Token
    case_id: OpaqueId
    first_day: Typed = ""
    language: Language = "da"


class ChangeCase(Payload):
    """End, delete, reopen, wholly away again, hand over to HR, leave out of the frequency hint, take an offer back."""

    kind: Literal["absence_change"] = "absence_change"
    token: Token
    case_id: OpaqueId
    change: CaseChange
    language: Language = "da"


class CatchUp(Payload):
    """The past steps that were done, as the client joins a multiple choice: by commas. `offered` are those that the card asked about."""

    inputs: ClassVar[frozenset[str]] = frozenset({"done"})

    kind: Literal["absence_catch_up"] = "absence_catch_up"
    token: Token
    case_id: OpaqueId
    offered: Annotated[tuple[_StepKey, ...], Field(max_length=60)] = ()
    done: Annotated[str, Field(max_length=500)] = ""
    language: Language = "da"


class OfferTransfer(Payload):
    """Offer a case to a colleague, by initials or e-mail."""

    inputs: ClassVar[frozenset[str]] = frozenset({"colleague"})

    kind: Literal["absence_transfer"] = "absence_transfer"
    token: Token
    case_id: OpaqueId
    colleague: Typed = ""
    language: Language = "da"


class AnswerTransfer(Payload):
    """Take a case over, or not."""

    kind: Literal["absence_transfer_answer"] = "absence_transfer_answer"
    token: Token
    case_id: OpaqueId
    accept: bool
    language: Language = "da"


class ShowGuide(Payload):
    """Show a guide; with `case_id` its dates are worked out. Nothing is recorded."""

    kind: Literal["absence_guide"] = "absence_guide"
    guide: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    case_id: OpaqueId | None = None
    language: Language = "da"


class SaveReminders(Payload):
    """How much one wants to be reminded; `weekend_duty` is a toggle's value."""

    inputs: ClassVar[frozenset[str]] = frozenset({"level", "weekend_duty"})

    kind: Literal["reminders_save"] = "reminders_save"
    token: Token
    level: ReminderLevel = ReminderLevel.NORMAL
    weekend_duty: Annotated[str, Field(pattern="^(true|false)$")] = "false"
    language: Language = "da"


class SaveAway(Payload):
    """A period without reminders, with a deputy (initials or e-mail) or without; `end` ends the period at once."""

    inputs: ClassVar[frozenset[str]] = frozenset({"from_day", "to_day", "deputy"})

    kind: Literal["away_save"] = "away_save"
    token: Token
    end: bool = False
    from_day: Typed = ""
    to_day: Typed = ""
    deputy: Typed = ""
    language: Language = "da"


AbsenceAction = (
    OpenMenu
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
"""What the buttons of absence follow-up send."""

Action = (
    GiveReason
    | AbsenceAction
    | CampaignsAction
    | ContactsAction
    | DialoguesAction
    | EscalationAction
    | InsightAction
    | MyDataAction
    | OnboardingAction
)
"""Every payload, told apart by `kind`."""

_PARSER: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="kind")])


def parse_action(data: object) -> Action:
    """The typed payload of a pressed button. Raises UnreadableActionError for anything that no card of ours sends."""
    try:
        return _PARSER.validate_python(data)
    except ValidationError as error:
        raise UnreadableActionError("The payload of the button is not one of ours.") from error
