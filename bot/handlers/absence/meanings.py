"""From what a message means to the card that asks for a press."""

from __future__ import annotations

from typing import Final

from adaptive_cards.absence import pieces
from adaptive_cards.absence.case import more_card
from adaptive_cards.actions import Form
from adaptive_cards.actions import ShowGuide as OpenGuide
from adaptive_cards.render import Card
from bot.handlers.absence.clarifying import clarify
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.inputs import DayProblem, day_problem
from bot.handlers.absence.menus import Menus
from bot.handlers.absence.proposals import OfCase, propose
from bot.handlers.absence.settings import Settings
from bot.handlers.absence.starting import Starting
from bot.handlers.absence.which import Nobody, Several, ask_which, meant_case, opens
from bot.understanding.model import (
    Action,
    Change,
    Clarify,
    CloseCase,
    CorrectFirstDay,
    ListCases,
    NotAbsence,
    Outcome,
    RecordContact,
    Reminders,
    ShowGuide,
    Snooze,
    StartCase,
    StepGuidance,
    Topic,
    TransferCase,
    Understood,
)
from hr.absence.model import CaseState, ReminderLevel
from hr.absence.views import CaseView, Overview
from hr.errors import CaseNotFoundError

_ENDS: Final = {Outcome.ENDED: Form.END, Outcome.MISTAKE: Form.DELETE, Outcome.UNKNOWN: Form.CASE}
_LEVELS: Final = {
    Change.STOP: ReminderLevel.DEADLINES,
    Change.DEADLINES: ReminderLevel.DEADLINES,
    Change.FEWER: ReminderLevel.FEWER,
}
_PRESS: Final = {
    Change.STOP: "reminders_stop",
    Change.DEADLINES: "reminders_stop",
    Change.FEWER: "reminders_press",
    Change.PAUSE: "away_press",
    Change.DEPUTY: "away_press",
    Change.RESUME: "away_end_press",
}


class Meanings:
    """One card for each meaning; None where the sources answer better."""

    def __init__(self, *, desk: Desk, menus: Menus, settings: Settings, starting: Starting) -> None:
        self._desk = desk
        self._menus = menus
        self._settings = settings
        self._starting = starting

    async def card(  # noqa: PLR0911 - one line a meaning
        self, meant: Understood, sender: Sender, text: str
    ) -> Card | None:
        """What to show. `text` is what was written. The cases are looked up where one of them or a list is shown. Raises as the use cases do."""
        match meant:
            case NotAbsence():
                return None
            case StartCase():
                return await self._start(meant, sender)
            case Reminders():
                return await self._reminders(meant, sender)
            case ShowGuide():
                return await self._guide(meant, sender)
            case Clarify():
                return await self._clarify(meant, sender, text)
            case ListCases(label=None):
                return await self._list(sender, await self._overview(sender), only_due=meant.only_due)
            case _:
                return await self._of_case(meant, sender)

    async def _of_case(self, meant: OfCase, sender: Sender) -> Card | None:
        overview = await self._overview(sender)
        touched = self._desk.memory.touched(sender.chat, sender.person_id)
        running = isinstance(meant, CloseCase | CorrectFirstDay | TransferCase)
        found = meant_case(meant.label, overview.all, touched, running=running)
        general = isinstance(meant, StepGuidance) and meant.label is None
        if isinstance(found, Nobody) and running and meant.label is None and touched.case_id is not None:
            found = await self._ended(sender, touched.case_id)
        if isinstance(found, Nobody):
            return None if general else await self._missing(sender, overview, meant.label)
        if isinstance(found, Several):
            if general:
                return None
            step_day = meant.step_day if isinstance(meant, RecordContact | Snooze | StepGuidance) else None
            form = opens(_form(meant), sender.texts, step_day=step_day)
            return ask_which(self._desk, sender, meant.label, found.cases, form)
        case = await self._desk.service.view(sender.person_id, found.case.id)
        if running and case.case.state is CaseState.CLOSED:
            return self._more(sender, case)
        return await propose(self._desk, sender, case, meant, touched)

    async def _clarify(self, meant: Clarify, sender: Sender, text: str) -> Card:
        """The question back, or what can be done with the ended case that the chat was last about when nothing but its end can be meant."""
        touched = self._desk.memory.touched(sender.chat, sender.person_id)
        if meant.candidates == (Action.CLOSE_CASE,) and meant.label is None and touched.case_id is not None:
            ended = await self._ended(sender, touched.case_id)
            others = (await self._overview(sender)).all
            if not isinstance(ended, Nobody) and ended.case.state is CaseState.CLOSED and not others:
                return self._more(sender, ended)
        self._desk.memory.hold_back(sender.chat, sender.person_id, text)
        return await clarify(self._desk, sender, meant)

    async def _ended(self, sender: Sender, case_id: str) -> CaseView | Nobody:
        """The case that the chat was last about, which is in no list when it has ended."""
        try:
            return await self._desk.service.view(sender.person_id, case_id)
        except CaseNotFoundError:
            return Nobody()

    def _more(self, sender: Sender, case: CaseView) -> Card:
        """What can still be done with a case that has ended."""
        self._desk.touch(sender, Topic.STEP_CARD, case)
        built = more_card(texts=sender.texts, case=case, token=fresh_token())
        built.body = [*pieces.notice_line(sender.texts.say("absence.say.has_ended")), *(built.body or [])]
        return self._desk.card("more", built, sender)

    async def _start(self, meant: StartCase, sender: Sender) -> Card:
        """The form, filled in as far as the words go. A day that cannot be is asked back."""
        notice = day_problem(sender.texts, DayProblem.IMPOSSIBLE) if meant.impossible_day else None
        if meant.several:
            notice = sender.texts.say("absence.say.one_at_a_time")
        return await self._starting.form(sender, label=meant.label or "", first_day=meant.first_day, notice=notice)

    async def _reminders(self, meant: Reminders, sender: Sender) -> Card:
        """The settings with what was asked for filled in. One case alone cannot be switched off."""
        touched = self._desk.memory.touched(sender.chat, sender.person_id)
        cases = (await self._overview(sender)).all if meant.label is not None else ()
        found = meant_case(meant.label, cases, touched) if meant.label is not None else Nobody()
        if not isinstance(found, Nobody | Several):
            case = await self._desk.service.view(sender.person_id, found.case.id)
            return self._desk.case(sender, case, sender.texts.say("absence.say.reminders_of_case"))
        period = meant.period
        away = (period.from_day, period.to_day or period.from_day) if period is not None else None
        key = _PRESS.get(meant.change)
        notice = sender.texts.say(f"absence.say.{key}") if key is not None else None
        level = _LEVELS.get(meant.change)
        return await self._settings.show(sender, notice=notice, level=level, away=away, deputy=meant.deputy)

    async def _guide(self, meant: ShowGuide, sender: Sender) -> Card:
        """Dated when the chat was about a case just now."""
        touched = self._desk.memory.touched(sender.chat, sender.person_id)
        action = OpenGuide(guide=meant.guide, case_id=touched.case_id, language=sender.texts.language)
        return await self._menus.guide(action, sender)

    async def _overview(self, sender: Sender) -> Overview:
        return await self._desk.service.overview(sender.person_id)

    async def _missing(self, sender: Sender, overview: Overview, label: str | None) -> Card:
        """There is no such open case: the list says which there are."""
        texts = sender.texts
        if label is not None and overview.all:
            return await self._list(sender, overview, notice=texts.say("absence.say.no_such_label", label=label))
        return await self._list(sender, overview, notice=texts.say("absence.say.nothing_open"))

    async def _list(
        self, sender: Sender, overview: Overview, *, notice: str | None = None, only_due: bool = False
    ) -> Card:
        return await self._menus.listed(sender, overview, notice=notice, only_due=only_due)


def _form(meant: OfCase) -> Form:
    """What a chosen case is opened as."""
    match meant:
        case RecordContact() | StepGuidance():
            return Form.STEP
        case Snooze():
            return Form.SNOOZE
        case CloseCase():
            return _ENDS.get(meant.outcome, Form.RETURN)
        case CorrectFirstDay():
            return Form.CORRECT
        case TransferCase():
            return Form.TRANSFER
        case ListCases():
            return Form.CASE
