"""What can go wrong in the HR core. The docstring says what happened; the message adds where and what to do about it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hr.absence.views import CaseView
    from privacy.labels import LabelRefusal


_LISTED = 50


class HrError(Exception):
    """Something in the HR core could not be done."""


class NaiveTimeError(HrError):
    """A time without a zone was given where a moment is needed."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} has no time zone: give an aware datetime")


class ContentError(HrError):
    """A file that HR edits cannot be used."""

    def __init__(self, *, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line is not None else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class PeopleFileError(ContentError):
    """The people file cannot be read, or an entry of it is wrong."""


class TopicsFileError(ContentError):
    """The topics of HR cannot be read, or an entry is wrong."""


class UnknownPersonError(HrError):
    """Nobody in the people file has this key."""

    def __init__(self, *, key: str, known: tuple[str, ...]) -> None:
        keys = f"; the keys are: {', '.join(known)}" if len(known) <= _LISTED else ""
        super().__init__(f"nobody is called {key!r} among the people{keys}")
        self.key = key
        self.known = known


class DirectoryUnavailableError(HrError):
    """It cannot be found out who people are. Nobody has more rights than an employee meanwhile, and what needs rights waits."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"who people are cannot be looked up: {reason}")


class NotHrError(HrError):
    """Only HR may see this."""


class OpenCasesError(HrError):
    """A leader's data cannot be deleted while he has open cases."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"this leader has {count} open cases: offer them to another leader (kompas cases offer), or delete them too with --open-cases"
        )
        self.count = count


class NoSuchCaseOfLeaderError(HrError):
    """The leader has no case of that reference."""

    def __init__(self) -> None:
        super().__init__(
            "this leader has no case of that reference: look at how it is written in Teams (*mine forløb*)"
        )


class RatingNotFoundError(HrError):
    """A reason was given for an answer that this person has not rated."""


class StorageError(HrError):
    """The database cannot be used."""


class UnsupportedDatabaseError(StorageError):
    """The database URL names no database that Kompas can use."""


class BackupError(HrError):
    """The database was not copied: it is no SQLite file, there is none, or the copy cannot be written."""


class DatabaseUnavailableError(StorageError):
    """The database does not answer, or refuses the statement."""


class SchemaError(StorageError):
    """The tables of the database are not those of this version, and could not be made so."""


# --- absence ------------------------------------------------------------------------------------------------------------------


class AbsenceError(HrError):
    """A case of absence cannot be seen or changed so."""


class CaseNotFoundError(AbsenceError):
    """There is no such case, or the person may not do this with it: the two are told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such case for this person")


class NotALeaderError(AbsenceError):
    """Somebody who leads nobody, as far as the directory knows, asked for what belongs to leaders."""

    def __init__(self) -> None:
        super().__init__("this needs the role leader or new_leader: see the people file")


class StillLeadsError(AbsenceError):
    """Cases were to be handed over for a leader who can do it himself."""

    def __init__(self) -> None:
        super().__init__(
            "this person still has the role leader or new_leader, and hands cases over in Teams: Mere, Overdrag"
        )


class OutdatedError(AbsenceError):
    """What was pressed no longer fits the case. `case` is the case as it is now."""

    def __init__(self, *, case: CaseView) -> None:
        super().__init__("the case has moved on since this was shown")
        self.case = case


class MovedOnError(AbsenceError):
    """What was said no longer fits the case: its step is answered, it is closed or not closed. Callers outside get OutdatedError."""

    def __init__(self) -> None:
        super().__init__("the case has moved on")


class DayFault(StrEnum):
    """What is wrong with a day."""

    FUTURE = "future"
    TOO_OLD = "too_old"
    TOO_FAR = "too_far"
    BEFORE_FIRST_DAY = "before_first_day"
    ORDER = "order"
    """The period ends before it begins."""
    PAST = "past"


class InvalidDayError(AbsenceError):
    """A day that cannot be what it is given for."""

    def __init__(self, reason: DayFault) -> None:
        super().__init__(f"the day cannot be used: {reason.value}")
        self.reason = reason


class LabelRefusedError(AbsenceError):
    """A text cannot be the reference of a case. The text itself is not kept here."""

    def __init__(self, reason: LabelRefusal) -> None:
        super().__init__(f"the reference cannot be used: {reason.value}")
        self.reason = reason


class UnknownColleagueError(AbsenceError):
    """Nobody who can take this on has exactly these initials or this address."""

    def __init__(self) -> None:
        super().__init__("nobody in the people file who can take this on has these initials or this address")


class SameLabelError(AbsenceError):
    """An open case of the same leader has the label already. `label` and `since` (its first day) are that case's; neither is in the text."""

    def __init__(self, *, label: str, since: date) -> None:
        super().__init__("an open case has this label: confirm that it is about somebody else")
        self.label = label
        self.since = since


class OfferGoneError(CaseNotFoundError):
    """An offer was answered or withdrawn before this answer, which comes from the one it was made to or from the owner.

    To everyone else, and to who does not ask, there is no such case.
    """


class UnknownGuideError(AbsenceError):
    """HR's content has no guide with this id."""

    def __init__(self) -> None:
        super().__init__("there is no such guide: see hr/content/absence.toml")


# Absence follow-up: HR's content and the rules of dates.


class AbsenceContentError(ContentError):
    """HR's file on absence follow-up or on closed days cannot be read, or an entry of it is wrong."""


class SnoozeRefusal(StrEnum):
    """Why a reminder is not put off."""

    TOO_MANY = "too_many"
    PAST_LIMIT = "past_limit"
    DAY_GONE = "day_gone"


class SnoozeRefusedError(AbsenceError):
    """A reminder was to be put off too often, past the last day for it, or to a time that is gone. `limit` is that last day."""

    def __init__(self, reason: SnoozeRefusal, *, limit: date | None = None) -> None:
        super().__init__(f"the reminder was not put off: {reason.value}")
        self.reason = reason
        self.limit = limit


# --- contacts and dialogues ---------------------------------------------------------------------------------------------------


class ContactsFileError(ContentError):
    """HR's file on who helps with what cannot be read, or an entry of it is wrong."""


class DialoguesFileError(ContentError):
    """HR's file with the themes of the palette cannot be read, or an entry of it is wrong."""


class DialogueError(HrError):
    """A dialogue cannot be seen or changed so."""


class NotInTrioError(DialogueError):
    """Somebody who is neither leader, TR, AMR nor HR would act for a TRIO."""

    def __init__(self) -> None:
        super().__init__("this needs the role leader, new_leader, tr, amr or hr: see the people file")


class DialogueNotFoundError(DialogueError):
    """There is no such dialogue in this conversation: one that belongs to another is told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such dialogue in this conversation")


class DialogueMovedOnError(DialogueError):
    """What was pressed no longer fits the dialogue: it is closed, or has another follow-up by now."""

    def __init__(self) -> None:
        super().__init__("the dialogue has moved on since this was shown")


class DialogueFault(StrEnum):
    """What is wrong with what was chosen or written."""

    THEMES = "themes"
    NO_ACTION = "no_action"
    TOO_LONG = "too_long"
    PRIVATE = "private"
    """Health, a CPR number, or something else that the guard refuses."""
    PERSON = "person"
    """It names somebody."""
    NO_DAY = "no_day"
    PAST = "past"
    TOO_FAR = "too_far"


class InvalidDialogueError(DialogueError):
    """An agreement that cannot be kept so. What was written is not in here."""

    def __init__(self, fault: DialogueFault) -> None:
        super().__init__(f"the agreement cannot be kept so: {fault.value}")
        self.fault = fault


# --- onboarding ---------------------------------------------------------------------------------------------------------------


class OnboardingContentError(ContentError):
    """HR's file of onboarding plans or of common events cannot be read, or an entry of it is wrong."""


class OnboardingError(HrError):
    """A journey cannot be seen or changed so."""


class JourneyNotFoundError(OnboardingError):
    """There is no such journey, item or event, or the person may not do this with it: all are told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such journey, item or event for this person")


class JourneyOpenError(OnboardingError):
    """The person is on an open journey of this track already."""

    def __init__(self) -> None:
        super().__init__("the person has an open journey of this track")


class UnknownNewcomerError(OnboardingError):
    """Nobody whom this person may start a journey for, or choose, has these initials or this address."""

    def __init__(self) -> None:
        super().__init__("nobody whom this person may choose has these initials or this address")


class StartDayError(OnboardingError):
    """The start date lies too far from today, or so far back that the journey would be over."""

    def __init__(self) -> None:
        super().__init__("the start date lies more than 400 days from today, or the journey from it would be over")


class EventOverError(OnboardingError):
    """The event is past or cancelled: nobody signs up for it or off any more."""

    def __init__(self) -> None:
        super().__init__("the event is past or cancelled")


# --- questions to HR ----------------------------------------------------------------------------------------------------------


class RoutingError(ContentError):
    """HR's file on who answers which question cannot be read, or an entry of it is wrong."""


class EscalationError(HrError):
    """A question to HR cannot be seen, sent or changed so."""


class RequestNotFoundError(EscalationError):
    """There is no such question, or the person may not do this with it: the two are told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such question for this person")


class RequestMovedOnError(EscalationError):
    """What was pressed no longer fits the question: somebody else has taken it, or it is answered, closed or withdrawn."""

    def __init__(self) -> None:
        super().__init__("the question has moved on since this was shown")


class RequestTextFault(StrEnum):
    """Why a text is not sent on."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    HEALTH = "health"
    CPR = "cpr"
    ACUTE = "acute"
    TOPIC = "topic"
    """The topic is none of HR's."""
    NOBODY = "nobody"
    """There is nobody in HR but the one who asks."""
    TOO_MANY = "too_many"
    """The one who asks has as many open questions as one may have."""


class RequestTextError(EscalationError):
    """A text cannot be sent to HR, or by HR. The text itself is not kept here."""

    def __init__(self, reason: RequestTextFault) -> None:
        super().__init__(f"the text cannot be sent: {reason.value}")
        self.reason = reason

    @property
    def private(self) -> bool:
        """Whether the text must not be shown again either."""
        return self.reason in {RequestTextFault.HEALTH, RequestTextFault.CPR}


class NotConfirmedError(EscalationError):
    """The question is on something sensitive: `warning` must be confirmed first (None: it tells of a dismissal or the like). `mark` says which."""

    def __init__(self, *, mark: str, warning: str | None) -> None:
        super().__init__("the question is on something sensitive and was not confirmed")
        self.mark = mark
        self.warning = warning


class DraftError(EscalationError):
    """A draft document cannot be made, read or approved."""


class PrivateDraftError(DraftError):
    """The guard refuses what the draft would say: HR's own words, or a question that was kept before the guard knew better."""


# --- HR's reminders -----------------------------------------------------------------------------------------------------------


class CampaignsFileError(ContentError):
    """HR's file of templates, or a file with one campaign, cannot be read, or an entry of it is wrong."""


class PeopleListError(ContentError):
    """A list of recipients cannot be read, or somebody on it is not known."""


class CampaignError(HrError):
    """A campaign cannot be seen, sent or changed so."""


class CampaignNotFoundError(CampaignError):
    """There is no such campaign, or the person may not do this with it: the two are told the same on purpose."""

    def __init__(self) -> None:
        super().__init__("there is no such campaign for this person")


class NotInHrError(CampaignError):
    """Somebody outside HR would write or see campaigns."""

    def __init__(self) -> None:
        super().__init__("this needs the role hr or hr_lead: see the people file")


class CampaignMovedOnError(CampaignError):
    """What was pressed no longer fits the campaign: somebody else was quicker, or it was changed since. `again`: the same press came twice."""

    def __init__(self, *, again: bool = False) -> None:
        super().__init__("the campaign has moved on since this was shown")
        self.again = again


class CampaignFault(StrEnum):
    """What is wrong with a campaign as it was written."""

    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    PRIVATE = "private"
    """The guard refuses it: health, a CPR number."""
    NO_AUDIENCE = "no_audience"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_PEOPLE = "unknown_people"
    UNKNOWN_SOURCE = "unknown_source"
    UNREADABLE_DAY = "unreadable_day"
    UNREADABLE_TIME = "unreadable_time"
    DEADLINE_PAST = "deadline_past"
    DEADLINE_BEFORE_SENDING = "deadline_before_sending"
    SEND_PAST = "send_past"
    SEND_TOO_FAR = "send_too_far"
    NOT_CONFIRMED = "not_confirmed"
    """The dates are those of a template."""
    NO_RECIPIENTS = "no_recipients"
    CHANGED_MEANWHILE = "changed_meanwhile"
    """Somebody else has changed the draft since this one was opened."""


class InvalidCampaignError(CampaignError):
    """A campaign as it was written cannot be kept or sent. What was written is not in here, but for `unknown`: handles nobody has."""

    def __init__(self, faults: tuple[CampaignFault, ...], *, unknown: tuple[str, ...] = ()) -> None:
        super().__init__(f"the campaign cannot be used: {', '.join(fault.value for fault in faults)}")
        self.faults = faults
        self.unknown = unknown
