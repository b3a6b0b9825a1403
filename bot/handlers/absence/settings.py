"""Buttons on the card of reminders: how much, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from adaptive_cards.absence.settings import settings_card
from adaptive_cards.actions import SaveAway, SaveReminders
from adaptive_cards.render import Card
from adaptive_cards.texts import Texts
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
        deputy: str | None = None,
    ) -> Card:
        """The choices as they are, with what was asked for filled into the forms but not kept. `deputy`: initials or e-mail."""
        view = await self._desk.service.settings(sender.person_id)
        proposed = replace(view, deputy_name=deputy)
        if level is not None:
            proposed = replace(proposed, preferences=replace(view.preferences, level=level))
        if away is not None:
            period = Away(leader_id=sender.person_id, from_day=away[0], to_day=away[1])
            proposed = replace(proposed, away=period)
        return self._card(sender, view, notice, proposed=proposed)

    async def save(self, action: SaveReminders, sender: Sender) -> Card:
        """Keep how much the person wants to be reminded."""
        view = await self._desk.service.choose(
            sender.person_id, level=action.level, weekend_duty=action.weekend_duty == "true", token=action.token
        )
        kept = view.preferences
        true = (kept.level, kept.weekend_duty) == (action.level, action.weekend_duty == "true")
        return self._card(sender, view, sender.texts.say("absence.say.saved" if true else "absence.say.outdated"))

    async def away(self, action: SaveAway, sender: Sender) -> Card:
        """Set or end the period away."""
        if action.end:
            view = await self._desk.service.come_back(sender.person_id, token=action.token)
            ended = "absence.say.away_ended" if view.away is None else "absence.say.outdated"
            return self._card(sender, view, sender.texts.say(ended))
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
            return await self.show(sender, notice=texts.say("absence.say.unknown_deputy"), away=(first, last))
        return self._card(sender, view, _away_notice(texts, view, (first, last)))

    def _card(
        self, sender: Sender, view: SettingsView, notice: str | None, *, proposed: SettingsView | None = None
    ) -> Card:
        built = settings_card(texts=sender.texts, settings=view, token=fresh_token(), notice=notice, proposed=proposed)
        return self._desk.card("settings", built, sender)


def _away_notice(texts: Texts, view: SettingsView, period: tuple[date, date]) -> str:
    """What was kept. Nobody relies on a deputy whom no reminder can reach."""
    if view.away is None or (view.away.from_day, view.away.to_day) != period:
        return texts.say("absence.say.outdated")
    saved = texts.say("absence.say.away_saved")
    if view.deputy_reachable or not view.deputy_name:
        return saved
    return f"{saved} {texts.say('absence.say.away_unreachable', name=view.deputy_name)}"
