"""Buttons on the card of reminders: how much, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from adaptive_cards.absence.settings import settings_card
from adaptive_cards.actions import SaveAway, SaveReminders
from adaptive_cards.render import Card
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.inputs import DayProblem, day_fault, day_problem, typed_day
from bot.understanding.dates import Direction
from hr.absence.model import Away, ReminderLevel
from hr.absence.views import SettingsView
from hr.errors import InvalidDayError, UnknownColleagueError


class Settings:
    """A leader's own choices."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(
        self,
        sender: Sender,
        *,
        notice: str | None = None,
        level: ReminderLevel | None = None,
        away: tuple[date, date] | None = None,
    ) -> Card:
        """The choices as they are, with what was asked for filled in but not kept."""
        view = await self._desk.service.settings(sender.person_id)
        if level is not None:
            view = replace(view, preferences=replace(view.preferences, level=level))
        if away is not None:
            period = Away(leader_id=sender.person_id, from_day=away[0], to_day=away[1])
            view = replace(view, away=period, deputy_name=None)
        return self._card(sender, view, notice)

    async def save(self, action: SaveReminders, sender: Sender) -> Card:
        """Keep how much the person wants to be reminded."""
        view = await self._desk.service.choose(
            sender.person_id, level=action.level, weekend_duty=action.weekend_duty == "true", token=action.token
        )
        return self._card(sender, view, sender.texts.say("absence.say.saved"))

    async def away(self, action: SaveAway, sender: Sender) -> Card:
        """Set or end the period away."""
        if action.end:
            view = await self._desk.service.come_back(sender.person_id, token=action.token)
            return self._card(sender, view, sender.texts.say("absence.say.away_ended"))
        today, texts = self._desk.today(), sender.texts
        first = typed_day(action.from_day, today=today, prefer=Direction.FUTURE)
        last = typed_day(action.to_day, today=today, prefer=Direction.FUTURE)
        if isinstance(first, DayProblem):
            return await self.show(sender, notice=day_problem(texts, first))
        if isinstance(last, DayProblem):
            return await self.show(sender, notice=day_problem(texts, last))
        try:
            view = await self._desk.service.go_away(
                sender.person_id,
                from_day=first,
                to_day=last,
                deputy=action.deputy or None,
                token=action.token,
            )
        except InvalidDayError as error:
            return await self.show(sender, notice=day_fault(texts, error))
        except UnknownColleagueError:
            return await self.show(sender, notice=texts.say("absence.say.unknown_colleague"), away=(first, last))
        return self._card(sender, view, texts.say("absence.say.away_saved"))

    def _card(self, sender: Sender, view: SettingsView, notice: str | None) -> Card:
        built = settings_card(texts=sender.texts, settings=view, token=fresh_token(), notice=notice)
        return self._desk.card("settings", built, sender)
