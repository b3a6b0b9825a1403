"""The start of a case: the form, the dates, and the one press that creates it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from adaptive_cards.absence.start import created_card, start_card
from adaptive_cards.actions import CreateCase
from adaptive_cards.render import Card
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.filling import confirming
from bot.handlers.absence.inputs import DayProblem, day_fault, day_problem, label_fault, typed_day
from bot.understanding.dates import Direction
from bot.understanding.model import Topic
from hr.absence.views import CreatedView, DraftView
from hr.errors import InvalidDayError, LabelRefusedError, SameLabelError

_UNNAMED: Final = "unavngivet"
"""Stands for a reference that is not written yet."""


class Starting:
    """From a first day and a reference to a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(
        self,
        sender: Sender,
        *,
        label: str = "",
        first_day: date | None = None,
        notice: str | None = None,
        again: str = "",
    ) -> Card:
        """The form with all dates. A day or a reference that cannot be used is left out, and says why in the place of `notice`.

        `again` is a label that an open case has and that the next press confirms.
        """
        today = self._desk.today()
        day = first_day or today
        try:
            draft = await self._draft(sender, label, day)
        except InvalidDayError as error:
            if day == today:
                raise
            return await self.form(sender, label=label, notice=day_fault(sender.texts, error))
        except LabelRefusedError as error:
            return await self.form(sender, first_day=day, notice=label_fault(sender.texts, error))
        if again:
            draft = replace(draft, same_label=False)  # the notice says it already
        self._desk.touch(sender, Topic.START_CARD)
        built = start_card(texts=sender.texts, draft=draft, token=fresh_token(), notice=notice)
        card = self._desk.card("start", built, sender)
        return confirming(card, again) if again else card

    async def _draft(self, sender: Sender, label: str, day: date) -> DraftView:
        """The dates do not depend on who is meant, so they are shown before there is a reference."""
        if label:
            return await self._desk.service.draft(sender.person_id, label=label, first_day=day)
        draft = await self._desk.service.draft(sender.person_id, label=_UNNAMED, first_day=day)
        return replace(draft, label="", relapse_of=None, same_label=False)

    async def create(self, action: CreateCase, sender: Sender) -> Card:  # noqa: PLR0911 - one line a thing to ask again
        """Create the case when the card shows its dates; another first day is shown first."""
        day = typed_day(action.first_day, today=self._desk.today(), prefer=Direction.PAST)
        if isinstance(day, DayProblem):
            notice = day_problem(sender.texts, day)
            return await self.form(sender, label=action.label, first_day=action.shown, notice=notice)
        if action.preview:
            return await self.form(sender, label=action.label, first_day=day)
        if day != action.shown:
            notice = sender.texts.say("absence.say.new_dates", date=sender.texts.day(day))
            return await self.form(sender, label=action.label, first_day=day, notice=notice)
        try:
            created = await self._desk.service.create(
                sender.person_id, label=action.label, first_day=day, token=action.token, confirmed=action.again
            )
        except InvalidDayError as error:
            return await self.form(sender, label=action.label, notice=day_fault(sender.texts, error))
        except LabelRefusedError as error:
            return await self.form(sender, first_day=day, notice=label_fault(sender.texts, error))
        except SameLabelError as error:
            since = sender.texts.day(error.since)
            notice = sender.texts.say("absence.say.same_label", label=error.label, date=since)
            return await self.form(sender, label=action.label, first_day=day, notice=notice, again=error.label)
        return await self._created(created, sender)

    async def _created(self, created: CreatedView, sender: Sender) -> Card:
        self._desk.touch(sender, Topic.STEP_CARD, created.case)
        now = created.due_today
        passage = await self._desk.passage(now.rule.document, now.rule.section) if now is not None else None
        built = created_card(texts=sender.texts, created=created, token=fresh_token(), passage=passage)
        return self._desk.card("created", built, sender)
