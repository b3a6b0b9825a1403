"""What can be done with cases. Every call checks the right of the person who calls, in the same transaction as the change."""

from __future__ import annotations

from datetime import date

from hr.absence.changes import Changes, Done
from hr.absence.desk import Content, Desk, Retention
from hr.absence.following import Following
from hr.absence.forgetting import Forgetting
from hr.absence.handing_over import HandingOver
from hr.absence.lapsing import Lapsing
from hr.absence.leader_choices import LeaderSettings
from hr.absence.leaderless import Leaderless
from hr.absence.model import ReminderLevel, SnoozeChoice, StepChange
from hr.absence.queries import Queries
from hr.absence.queueing import Queueing
from hr.absence.sending import Notice, Sending
from hr.absence.showing import Showing
from hr.absence.views import (
    CaseView,
    CreatedView,
    DraftView,
    GuideView,
    NudgeView,
    Overview,
    SettingsView,
    SnoozeOptions,
)
from hr.clock import Clock
from hr.outbox.model import OutboxMessage, Why
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow

__all__ = ["AbsenceService", "Done", "Notice", "Retention"]


class AbsenceService:
    """The use cases of absence follow-up. `person_id` is always the authenticated sender's aadObjectId.

    Raises CaseNotFoundError for a case that does not exist and, indistinguishably, for one that the person may not see or not change
    so; NotALeaderError when somebody who leads nobody wants a case; OutdatedError when the step is no longer open (its `case` is the
    current view); StorageError when the database does not answer. Every look-up is in the audit log, in the same transaction.
    `token` makes a second press of the same button harmless: the call then only shows the current state.
    """

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        content: Content,
        window: SendWindow,
        clock: Clock,
        retention: Retention | None = None,
    ) -> None:
        desk = Desk(
            new_unit=new_unit,
            directory=directory,
            content=content,
            window=window,
            clock=clock,
            retention=retention or Retention(),
        )
        showing = Showing(desk)
        self._new_unit = new_unit
        self._queries = Queries(desk, showing)
        self._changes = Changes(desk, showing, self._queries)
        self._handing_over = HandingOver(desk, showing, self._changes)
        self._leaderless = Leaderless(desk)
        self._choices = LeaderSettings(desk, showing)
        self._following = Following(desk)
        self._queueing = Queueing(desk)
        self._sending = Sending(desk, showing)
        self._forgetting = Forgetting(desk)
        self._lapsing = Lapsing(desk)

    async def may_lead(self, person_id: str) -> bool:
        """Whether the person may have cases of their own (role leader or new_leader)."""
        return await self._choices.may_lead(person_id)

    async def draft(self, person_id: str, *, label: str, first_day: date) -> DraftView:
        """What a case would look like. Raises InvalidDayError (FUTURE, TOO_OLD: more than a year), LabelRefusedError, NotALeaderError."""
        return await self._queries.draft(person_id, label=label, first_day=first_day)

    async def create(
        self, person_id: str, *, label: str, first_day: date, token: str, confirmed: str | None = None
    ) -> CreatedView:
        """Create the case with all steps; no reminder goes out on this day. Raises as `draft` does.

        A repeated token shows the case that it made. With `confirmed` (the label that the person said is somebody else's, or "") any
        other label that an open case has raises SameLabelError.
        """
        return await self._changes.create(person_id, label=label, first_day=first_day, token=token, confirmed=confirmed)

    async def reopen(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Go on with a case that ended: its dates count on from the first day. Up to twice `relapse_gap_days` after its end."""
        return await self._changes.reopen(person_id, case_id, token=token)

    async def overview(self, person_id: str) -> Overview:
        """Everything the person may see. Never raises for want of a role: then it is empty."""
        return await self._queries.overview(person_id)

    async def labels(self, person_id: str) -> tuple[str, ...] | None:
        """The labels of the cases that the person may see, to understand a message by. None: the person has nothing to do with cases.

        Not in the audit log, so nothing that this tells may be shown: show a list or a case by `overview` or `view`.
        """
        return await self._queries.labels(person_id)

    async def view(self, person_id: str, case_id: str) -> CaseView:
        """One case."""
        return await self._queries.view(person_id, case_id)

    async def snooze_options(self, person_id: str, case_id: str, step: str) -> SnoozeOptions:
        """What a step can be put off to now. Not in the audit log: it goes with a look by `view`."""
        return await self._queries.snooze_options(person_id, case_id, step)

    async def change_step(self, person_id: str, case_id: str, step: str, change: StepChange, *, token: str) -> Done:
        """Done, no answer, not relevant, or undo. The step's pending reminders are cancelled or renewed in the same transaction."""
        return await self._changes.change_step(person_id, case_id, step, change, token=token)

    async def snooze(
        self, person_id: str, case_id: str, step: str, choice: SnoozeChoice, *, token: str, day: date | None = None
    ) -> Done:
        """Put a reminder off. Raises SnoozeRefusedError (too often, past the limit, a day gone)."""
        return await self._changes.snooze(person_id, case_id, step, choice, token=token, day=day)

    async def catch_up(
        self, person_id: str, case_id: str, *, done: tuple[str, ...], offered: tuple[str, ...], token: str
    ) -> Done:
        """Past steps of a case that was created late: of those on the card (`offered`) the given ones are done, the others skipped.

        Limits of the law stay open, and so does what was not on the card.
        """
        return await self._changes.catch_up(person_id, case_id, done=done, offered=offered, token=token)

    async def report_return(self, person_id: str, case_id: str, *, day: date, token: str) -> Done:
        """The employee is back on `day`, which may lie ahead. Raises InvalidDayError (BEFORE_FIRST_DAY, TOO_FAR: more than a year)."""
        return await self._changes.report_return(person_id, case_id, day=day, token=token)

    async def report_partial(self, person_id: str, case_id: str, *, day: date, token: str) -> Done:
        """The employee is partly back from `day`. Raises InvalidDayError."""
        return await self._changes.report_partial(person_id, case_id, day=day, token=token)

    async def report_wholly_away(self, person_id: str, case_id: str, *, token: str) -> Done:
        """No longer partly back: what belongs to a whole absence is followed up again."""
        return await self._changes.report_wholly_away(person_id, case_id, token=token)

    async def end(self, person_id: str, case_id: str, *, token: str) -> Done:
        """End the follow-up for another reason, which is not asked."""
        return await self._changes.end(person_id, case_id, token=token)

    async def delete(self, person_id: str, case_id: str, *, token: str) -> None:
        """Created by mistake: the case, its steps and its messages are gone at once; the audit log keeps that it was deleted."""
        await self._changes.delete(person_id, case_id, token=token)

    async def correct_first_day(self, person_id: str, case_id: str, *, first_day: date, token: str) -> Done:
        """Another first day: all dates follow, done steps stay. Raises InvalidDayError."""
        return await self._changes.correct_first_day(person_id, case_id, first_day=first_day, token=token)

    async def exclude_from_frequency(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Leave the case out of the frequency hint; no reason is asked."""
        return await self._changes.exclude_from_frequency(person_id, case_id, token=token)

    async def offer_transfer(self, person_id: str, case_id: str, *, colleague: str, token: str) -> Done:
        """Offer the case to the leader with these initials or this e-mail. Raises UnknownColleagueError."""
        return await self._handing_over.offer(person_id, case_id, colleague=colleague, token=token)

    async def withdraw_transfer(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Take the offer of a case back. Raises OutdatedError when there is none (any more)."""
        return await self._handing_over.withdraw(person_id, case_id, token=token)

    async def answer_transfer(self, person_id: str, case_id: str, *, accept: bool, token: str) -> Done | None:
        """Accept (the case is the person's from now on) or decline (None). The one who offered gets a message.

        Raises OfferGoneError when the offer was answered or withdrawn, to whom it was made to and to the owner alone.
        """
        return await self._handing_over.answer(person_id, case_id, accept=accept, token=token)

    async def share_with_hr(self, person_id: str, case_id: str, *, token: str) -> Done:
        """Let HR see the case from now on; every HR consultant gets a message."""
        return await self._handing_over.share(person_id, case_id, token=token)

    async def guide(self, person_id: str, guide_id: str, *, case_id: str | None = None) -> GuideView:
        """A guide, dated when it is opened from a case. Nothing of it is recorded, not even that it was shown."""
        return await self._queries.guide(person_id, guide_id, case_id=case_id)

    async def guides(self, first_day: date | None = None) -> tuple[GuideView, ...]:
        """The guides for cases with this first day, or those of today; undated."""
        return await self._queries.guides(first_day)

    async def settings(self, person_id: str) -> SettingsView:
        """The person's choices."""
        return await self._choices.settings(person_id)

    async def choose(self, person_id: str, *, level: ReminderLevel, weekend_duty: bool, token: str) -> SettingsView:
        """Keep how much the person wants to be reminded; open cases get new dates when `weekend_duty` changed."""
        return await self._choices.choose(person_id, level=level, weekend_duty=weekend_duty, token=token)

    async def go_away(
        self, person_id: str, *, from_day: date, to_day: date, deputy: str | None, token: str
    ) -> SettingsView:
        """Set a period without reminders, with a deputy (initials or e-mail) who gets them instead and a message about it.

        Raises UnknownColleagueError, InvalidDayError (ORDER, PAST, TOO_FAR).
        """
        return await self._choices.go_away(person_id, from_day=from_day, to_day=to_day, deputy=deputy, token=token)

    async def come_back(self, person_id: str, *, token: str) -> SettingsView:
        """End the period: the deputy's access ends at once."""
        return await self._choices.come_back(person_id, token=token)

    # --- for the worker -------------------------------------------------------------------------------------------------------

    async def follow_content(self, *, limit: int = 20) -> int:
        """Bring cases in line with an edit of HR's, those of up to `limit` leaders in one transaction; of how many leaders.

        Fewer than `limit` when nothing is left. Each process looks at every case once when it begins.
        """
        return await self._following.follow(limit=limit)

    async def queue_due(self, *, limit: int = 200) -> int:
        """Queue the reminders that are due, in one transaction for up to `limit` cases; how many cases were looked at."""
        return await self._queueing.due(limit=limit)

    async def queue_digests(self) -> int:
        """Queue this week's digests for leaders with open steps, once a week each; how many were queued."""
        return await self._queueing.digests()

    async def nudge(self, unit: UnitOfWork, message: OutboxMessage) -> NudgeView | Why:
        """The facts of a reminder as they are now, within the unit that sends it; or why it must not be sent. Audited as a look-up by the system."""
        return await self._sending.nudge(unit, message)

    async def digest(self, unit: UnitOfWork, message: OutboxMessage) -> Overview | Why:
        """The facts of a weekly digest as they are now; CHANGED when nothing is open."""
        return await self._sending.digest(unit, message)

    async def notice(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        """The facts of the other kinds of messages (an offer, its answer, a deputy's period, a case handed over to HR)."""
        return await self._sending.notice(unit, message)

    async def delete_expired(self, *, limit: int = 200) -> int:
        """Retention: delete cases that ended long enough ago, everywhere; how many."""
        return await self._forgetting.expired(limit=limit)

    async def lapse(self) -> int:
        """Close the cases that run and that nobody has done anything with, or looked at, for very long; how many. Their leader is told."""
        return await self._lapsing.lapse()

    async def leaderless(self) -> dict[str, int]:
        """How many cases that still ask for something belong to whom, of those who lead nobody any more."""
        return await self._leaderless.counts()

    async def offer_leaderless(self, owner_id: str, *, colleague: str) -> int:
        """Offer all cases of somebody who leads nobody any more to another leader; how many. An operator's, whose right is the machine.

        Raises StillLeadsError, UnknownColleagueError.
        """
        return await self._leaderless.offer(owner_id, colleague=colleague)

    async def open_cases(self) -> int:
        """How many cases run, for operators."""
        async with self._new_unit() as unit:
            return await unit.cases.count_open()
