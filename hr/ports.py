"""What the HR core asks of the outside world. `hr.storage.memory`, `hr.storage.sql` and `hr.people` answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from hr.absence.model import AbsenceCase, Away, Preferences, Transfer
from hr.audit.model import AuditEntry, ChainedEntry
from hr.campaigns.ports import Campaigns
from hr.conversations.model import ConversationReference, Welcome
from hr.dialogues.ports import Dialogues
from hr.escalation.ports import Requests
from hr.feedback.model import DislikeReason, Rating, UnansweredQuestion
from hr.insight.ports import InsightStore
from hr.onboarding.ports import Journeys, SignUps
from hr.outbox.model import MessageKind, MessageState, OutboxFigures, OutboxMessage, Why
from hr.people import Person, Role
from privacy.redaction import RedactedText


class Directory(Protocol):
    """Who people are."""

    async def find(self, person_id: str) -> Person | None:
        """The person with this aadObjectId (any letter case), or None: an unknown person is an employee and nothing more."""
        ...

    async def find_by_handle(self, handle: str) -> Person | None:
        """The person with these initials or this e-mail address, in any letter case; None when nobody has exactly that."""
        ...

    async def with_role(self, role: Role) -> tuple[Person, ...]:
        """Everyone who has the role."""
        ...

    async def everyone(self) -> tuple[Person, ...]:
        """Everyone who is known."""
        ...

    async def led_by(self, person_id: str) -> tuple[Person, ...]:
        """Whose nearest leader this person is."""
        ...


class Conversations(Protocol):
    """Conversation references, one per conversation id."""

    async def save(self, reference: ConversationReference) -> None:
        """Keep the reference, unless a newer one (by `updated_at`) of that conversation is kept already."""
        ...

    async def find(self, conversation_id: str) -> ConversationReference | None:
        """The reference of a conversation."""
        ...

    async def find_personal(self, aad_object_id: str) -> ConversationReference | None:
        """The personal chat with a person, the most recently used one if there are several."""
        ...

    async def remove(self, conversation_id: str) -> None:
        """Forget a conversation; one that is not known is no error."""
        ...

    async def silent_since(self, moment: datetime) -> tuple[ConversationReference, ...]:
        """Those last renewed before `moment`, without the chats that are a channel of HR's or have a dialogue."""
        ...


class Welcomes(Protocol):
    """Who has been welcomed."""

    async def claim(self, welcome: Welcome) -> bool:
        """True exactly once per (person, kind), also when several ask at the same time; a unit that is not committed gives it back."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Forget welcomes given before `moment`; how many."""
        ...


class Ratings(Protocol):
    """Thumbs and their reasons."""

    async def add(self, rating: Rating) -> None:
        """Keep the rating. The same thumb again changes nothing; the other thumb replaces it, its reason and its comment."""
        ...

    async def add_reason(
        self,
        *,
        token: str,
        answer_id: str,
        person_id: str,
        reason: DislikeReason,
        at: datetime,
        comment: RedactedText | None = None,
    ) -> bool:
        """Add a reason to a rating. False, and nothing done, when the action token was used before.

        `at` is the moment of the click: used tokens can be forgotten after a while.

        Raises RatingNotFoundError when this person has not rated this answer.
        """
        ...

    async def find(self, *, answer_id: str, person_id: str) -> Rating | None:
        """One person's rating of one answer."""
        ...

    async def list(self) -> tuple[Rating, ...]:
        """All ratings, oldest first."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete ratings given before `moment`; how many."""
        ...


class Unanswered(Protocol):
    """Questions without a source."""

    async def add(self, question: UnansweredQuestion) -> None:
        """Keep the question. Equal questions are kept as often as they are asked: how often is what HR wants to know."""
        ...

    async def list(self, *, since: date | None = None) -> tuple[UnansweredQuestion, ...]:
        """The questions asked on or after `since`, in the order in which they came."""
        ...

    async def forget_before(self, day: date) -> int:
        """Delete questions asked before `day`; how many."""
        ...


class UsedActions(Protocol):
    """Buttons that have had their effect."""

    async def claim(self, token: str, *, at: datetime) -> bool:
        """True exactly once per token: Teams sends a click up to four times. A unit that is not committed gives it back."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Forget tokens claimed before `moment`; how many."""
        ...


class Cases(Protocol):
    """Cases of absence with their steps. Steps come back in order of (`due_on`, `key`)."""

    async def add(self, case: AbsenceCase) -> None:
        """Keep a new case."""
        ...

    async def find(self, case_id: str, *, lock: bool = False) -> AbsenceCase | None:
        """One case. With `lock` nobody else can change it until this unit ends (PostgreSQL: a row lock)."""
        ...

    async def save(self, case: AbsenceCase) -> None:
        """Put the case and its steps in the place of what is kept; a step that is no longer there goes. One that is not kept is not added."""
        ...

    async def save_locked(self, changed: Sequence[AbsenceCase]) -> None:
        """As `save`, for many cases in few statements. Each must have been locked by this unit (`find`, `due`), so that it is kept."""
        ...

    async def delete(self, case_id: str) -> bool:
        """Delete the case, its steps, its transfer, and its messages in the outbox, sent ones too; whether there was one."""
        ...

    async def of_owners(self, owner_ids: Sequence[str]) -> tuple[AbsenceCase, ...]:
        """All kept cases of these leaders, closed ones too, by (`first_day`, `id`)."""
        ...

    async def shared_with_hr(self) -> tuple[AbsenceCase, ...]:
        """The cases that leaders have handed over to HR, by (`first_day`, `id`)."""
        ...

    async def due(self, now: datetime, *, limit: int) -> tuple[AbsenceCase, ...]:
        """Up to `limit` cases that have a step with `next_nudge_at` at or before `now`, the longest waiting first, locked for this unit.

        On PostgreSQL rows that another unit has locked are passed over (SKIP LOCKED).
        """
        ...

    async def owners_with_open_steps(self, *, created_before: datetime | None = None) -> tuple[str, ...]:
        """The leaders of cases (created before a moment) that still ask for something, each once, in order."""
        ...

    async def closed_before(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        """Ids of cases closed before `moment` with no return day after it: what retention deletes."""
        ...

    async def untouched_since(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        """Ids of up to `limit` cases that run and that nobody has changed since before `moment`, the longest untouched first."""
        ...

    async def count_open(self) -> int:
        """How many cases are not closed."""
        ...


class LeaderChoices(Protocol):
    """What leaders have chosen, and when they are away."""

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        """The choices of these people by id; whoever chose nothing is left out."""
        ...

    async def save_preferences(self, preferences: Preferences) -> None:
        """Keep a person's choices in the place of the old ones."""
        ...

    async def chosen(self) -> tuple[str, ...]:
        """Who has chosen something, in order."""
        ...

    async def note_leading(self, person_ids: Sequence[str], *, on: date) -> None:
        """These people's choices are of use on that day; for those of others who have no day yet it is the one to count from."""
        ...

    async def forget_chosen_before(self, day: date) -> int:
        """Forget choices that were last of use before `day`; how many."""
        ...

    async def away(self, leader_ids: Sequence[str]) -> dict[str, Away]:
        """The periods of these leaders by id."""
        ...

    async def deputy_for(self, deputy_id: str) -> tuple[Away, ...]:
        """The periods in which this person is somebody's deputy, past and future ones too."""
        ...

    async def save_away(self, away: Away) -> None:
        """Keep a leader's period in the place of the old one."""
        ...

    async def end_away(self, leader_id: str) -> bool:
        """Forget a leader's period; whether there was one."""
        ...

    async def forget_away_before(self, day: date) -> int:
        """Forget periods that ended before `day`; how many."""
        ...


class Transfers(Protocol):
    """Offers to take a case over."""

    async def save(self, transfer: Transfer) -> None:
        """Keep the offer in the place of an older one of the same case."""
        ...

    async def find(self, case_id: str) -> Transfer | None:
        """The offer of a case."""
        ...

    async def offered_to(self, person_id: str) -> tuple[Transfer, ...]:
        """Offers that wait for this person."""
        ...

    async def remove(self, case_id: str) -> bool:
        """Forget the offer of a case; whether there was one."""
        ...


class Outbox(Protocol):
    """Messages on their way. A row is made in the same unit as the change that it tells of.

    Leases use `now` as given by the caller; a lease that is over, or lies further ahead than twice `lease_seconds` (a clock was set
    back), holds nobody up.
    """

    async def add(self, messages: Sequence[OutboxMessage]) -> int:
        """Queue the messages whose `key` is new; how many were."""
        ...

    async def find(self, message_id: str) -> OutboxMessage | None:
        """One message."""
        ...

    async def claim(
        self, now: datetime, *, lease: str, lease_now: datetime, lease_seconds: float, limit: int
    ) -> tuple[OutboxMessage, ...]:
        """Take up to `limit` pending messages with `not_before` at or before `now` that no other worker holds, earliest due first.

        Those in `bulk` come after all others.

        `now` is the moment by which messages are due; `lease_now` is the machine's clock, in which leases are counted.
        """
        ...

    async def begin(self, message_id: str, *, lease: str, lease_now: datetime, lease_seconds: float) -> bool:
        """Just before the POST: SENDING, one more attempt, the lease renewed. False when the lease was lost or the row is no longer pending."""
        ...

    async def settle(self, message: OutboxMessage, *, lease: str) -> bool:
        """Keep the row as given (state, not_before, resends, sent_at, activity_id, why), and let go of the lease.

        False, and nothing done, when `lease` no longer holds it.
        """
        ...

    async def expire(self, *, lease_now: datetime, lease_seconds: float) -> tuple[OutboxMessage, ...]:
        """Rows left SENDING by a worker that is gone become UNKNOWN (why NO_ANSWER) without a lease; those rows, for the policy."""
        ...

    async def revive(self, message: OutboxMessage) -> bool:
        """Put an UNKNOWN row without a lease back to PENDING as given (`resends`, `not_before`). False when it is no longer UNKNOWN."""
        ...

    async def cancel(self, *, case_id: str, steps: Collection[str] | None = None, why: Why = Why.CHANGED) -> int:
        """Cancel what is PENDING or BLOCKED for a case, or for these steps of it, at once; how many."""
        ...

    async def cancel_about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> int:
        """Cancel what is PENDING or BLOCKED about a subject, of these kinds, for this recipient; how many. `why` becomes CHANGED."""
        ...

    async def about(
        self, subject_id: str, *, kinds: Collection[MessageKind] | None = None, recipient_id: str | None = None
    ) -> tuple[OutboxMessage, ...]:
        """All kept messages about a subject, in the order in which they were queued."""
        ...

    async def counts_about(
        self, subject_id: str, *, kind: MessageKind
    ) -> Mapping[tuple[MessageState, Why | None], int]:
        """How many messages of a kind about a subject are in which state and why, by one statement; pairs of which there are none are left out."""
        ...

    async def hold_about(self, subject_id: str, *, kinds: Collection[MessageKind], until: datetime) -> int:
        """Put off what is PENDING of these kinds about a subject, also what a worker has claimed; how many."""
        ...

    async def release_about(self, subject_id: str, *, kinds: Collection[MessageKind], now: datetime) -> int:
        """Let what is PENDING of these kinds about a subject leave when it is due, or at once where that has passed; how many."""
        ...

    async def delete_about(self, subject_id: str) -> int:
        """Delete all messages about a subject, whatever became of them; how many."""
        ...

    async def newer(self, message: OutboxMessage) -> bool:
        """Whether a message of the same kind, case, subject, step and recipient has been queued after this one, neither cancelled nor failed."""
        ...

    async def unblock(self, recipient_id: str, *, now: datetime) -> int:
        """Put what is BLOCKED for a person back to PENDING: they can be reached again. How many."""
        ...

    async def reserve(self, keys: Sequence[tuple[str, float]]) -> float:
        """Take one place in the pace of each (key, seconds between places); how many seconds to wait for the latest of them, 0 for none.

        By the database's own clock, so that replicas share it. A place further ahead than 10 minutes (a clock was set back) is forgotten.
        """
        ...

    async def figures(self, now: datetime) -> OutboxFigures:
        """How things stand."""
        ...

    async def not_reached(self) -> tuple[OutboxMessage, ...]:
        """What is BLOCKED, UNKNOWN or FAILED, oldest first."""
        ...

    async def last_sent(self, *, case_id: str, step_key: str, recipient_id: str) -> OutboxMessage | None:
        """The latest message that arrived about a step."""
        ...

    async def forget_before(self, moment: datetime) -> int:
        """Delete finished rows (not PENDING or SENDING, not `bulk`) due before `moment`; how many."""
        ...


class AuditLog(Protocol):
    """The log of look-ups: entries are added, never changed; retention cuts the oldest off and keeps the hash it was cut at."""

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        """Add entries in this order, each chained to the one before. Units that record at the same time wait for each other."""
        ...

    async def entries(
        self, *, case_id: str | None = None, actor_id: str | None = None, after: int = 0, limit: int = 1000
    ) -> tuple[ChainedEntry, ...]:
        """Entries with a number above `after`, in order; of one case, by one person, or all."""
        ...

    async def forget_person(self, person_id: str) -> bool:
        """Let nothing tell any more whom a person's entries are of; whether there was something. The chain stays whole."""
        ...

    async def anchor(self) -> tuple[int, str]:
        """The number and hash of the last entry that was cut off; (0, GENESIS) when none was."""
        ...

    async def cut_before(self, moment: datetime) -> int:
        """Cut off the entries before `moment`, only from the beginning on; how many."""
        ...


class UnitOfWork(Protocol):
    """One transaction: `async with new_unit() as unit: ...; await unit.commit()`.

    Leaving the block without `commit()`, or by an exception, undoes everything. A unit is entered once, used by one task, and
    never opened inside another unit. Raises DatabaseUnavailableError when the database does not answer.
    """

    @property
    def conversations(self) -> Conversations:
        """Where people can be reached."""
        ...

    @property
    def welcomes(self) -> Welcomes:
        """Who has been welcomed."""
        ...

    @property
    def ratings(self) -> Ratings:
        """What people thought of answers."""
        ...

    @property
    def unanswered(self) -> Unanswered:
        """What could not be answered."""
        ...

    @property
    def used_actions(self) -> UsedActions:
        """Buttons that have had their effect."""
        ...

    @property
    def cases(self) -> Cases:
        """Cases of absence."""
        ...

    @property
    def choices(self) -> LeaderChoices:
        """What leaders have chosen."""
        ...

    @property
    def transfers(self) -> Transfers:
        """Cases on offer."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Messages on their way."""
        ...

    @property
    def dialogues(self) -> Dialogues:
        """Dialogues of conversations."""
        ...

    @property
    def journeys(self) -> Journeys:
        """Onboarding journeys."""
        ...

    @property
    def sign_ups(self) -> SignUps:
        """Who has signed up for common events."""
        ...

    @property
    def campaigns(self) -> Campaigns:
        """HR's reminders and whom they are for."""
        ...

    @property
    def requests(self) -> Requests:
        """Questions to HR."""
        ...

    @property
    def insight(self) -> InsightStore:
        """What HR is told."""
        ...

    @property
    def audit(self) -> AuditLog:
        """Who looked at what."""
        ...

    async def commit(self) -> None:
        """Make everything done so far lasting. Nothing may be done with the unit afterwards."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


NewUnitOfWork = Callable[[], UnitOfWork]
"""Makes a fresh unit of work for each use; the composition root hands this to the handlers."""


class Storage(Protocol):
    """Where units of work come from. Made by the composition root, which closes it."""

    def unit(self) -> UnitOfWork:
        """A fresh unit of work."""
        ...

    async def ping(self) -> None:
        """Raises DatabaseUnavailableError when the database does not answer (for /readyz)."""
        ...

    async def scrub(self) -> None:
        """Make what has been deleted unreadable in the database's own files, for after retention; not inside a unit.

        Raises DatabaseUnavailableError when other units did not let it: what was deleted stays deleted, and a later call scrubs it.
        """
        ...

    async def close(self) -> None:
        """Close all connections; nothing may be done afterwards."""
        ...
