"""Every button of absence follow-up: who pressed it, which use case it runs, and the card that takes its place."""

from __future__ import annotations

from adaptive_cards.actions import (
    AbsenceAction,
    AnswerTransfer,
    CatchUp,
    ChangeCase,
    ChangeStep,
    CorrectFirstDay,
    CreateCase,
    Menu,
    OfferTransfer,
    OpenForm,
    OpenList,
    OpenMenu,
    ReportReturn,
    SaveAway,
    SaveReminders,
    ShowGuide,
    Snooze,
)
from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue
from bot.events import Asked, Pressed
from bot.handlers.absence.desk import Desk, Sender
from bot.handlers.absence.parts import Cards
from bot.router import Handler
from bot.turn import Message, Turn
from hr.errors import CaseNotFoundError, NotALeaderError, OfferGoneError, OutdatedError, UnknownGuideError


class PressHandler:
    """Runs what a button asks for, by the right of the authenticated sender alone.

    When the database does not answer the card stays as it is: the same press works later.
    """

    def __init__(self, *, desk: Desk, cards: Cards, catalogue: Catalogue, otherwise: Handler[Asked]) -> None:
        self._desk = desk
        self._cards = cards
        self._catalogue = catalogue
        self._otherwise = otherwise

    async def __call__(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one; where others read along, nothing but a word."""
        action = event.action
        if not isinstance(action, AbsenceAction):
            return
        texts = self._catalogue[action.language]
        if not event.personal:
            await turn.send(Message(text=texts.say("absence.say.private")))
            return
        sender = Sender(person_id=event.person_id, chat=event.reference.conversation_id, texts=texts)
        if event.reference.aad_object_id is None:
            await turn.replace_card(self._desk.note(sender, "not_found"))
            return
        if isinstance(action, OpenMenu) and action.menu is Menu.ASK:
            await self._ask(event, turn, sender)
            return
        await turn.replace_card(await self._card(action, sender))

    async def _ask(self, event: Pressed, turn: Turn, sender: Sender) -> None:
        """Answer the message that the person was asked about, now that it is a question."""
        text = self._desk.memory.held_back(sender.chat, sender.person_id)
        await turn.replace_card(self._desk.note(sender, "asking" if text is not None else "question_gone"))
        if text is not None:
            await self._otherwise(Asked(reference=event.reference, text=text), turn)

    async def _card(self, action: AbsenceAction, sender: Sender) -> Card:
        try:
            return await self._run(action, sender)
        except OutdatedError as error:
            return self._desk.case(sender, error.case, sender.texts.say("absence.say.outdated"))
        except OfferGoneError:
            return self._desk.note(sender, "offer_gone")
        except (CaseNotFoundError, UnknownGuideError):
            self._desk.leave(sender)
            return self._desk.note(sender, "not_found")
        except NotALeaderError:
            return self._desk.note(sender, "not_a_leader")

    async def _run(self, action: AbsenceAction, sender: Sender) -> Card:  # noqa: C901, PLR0911, PLR0912 - one line a button
        match action:
            case OpenMenu():
                return await self._cards.menus.open(action, sender)
            case OpenList():
                return await self._cards.menus.go_on(action, sender)
            case OpenForm():
                return await self._cards.menus.form(action, sender)
            case ShowGuide():
                return await self._cards.menus.guide(action, sender)
            case CreateCase():
                return await self._cards.starting.create(action, sender)
            case ChangeStep():
                return await self._cards.steps.change(action, sender)
            case Snooze():
                return await self._cards.steps.snooze(action, sender)
            case CatchUp():
                return await self._cards.steps.catch_up(action, sender)
            case ReportReturn():
                return await self._cards.changes.report_return(action, sender)
            case CorrectFirstDay():
                return await self._cards.changes.correct(action, sender)
            case ChangeCase():
                return await self._cards.changes.change(action, sender)
            case OfferTransfer():
                return await self._cards.changes.offer(action, sender)
            case AnswerTransfer():
                return await self._cards.changes.answer(action, sender)
            case SaveReminders():
                return await self._cards.settings.save(action, sender)
            case SaveAway():
                return await self._cards.settings.away(action, sender)


def follows_up(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, AbsenceAction)
