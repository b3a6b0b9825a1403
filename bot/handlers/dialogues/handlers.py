"""A TRIO's dialogue: the word that opens it, and its buttons.

The cards are shared by everyone in the chat. Whoever may not act is told in a message, so that the group keeps its card.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.dialogues.actions import (
    Agree,
    BeginDialogue,
    CloseDialogue,
    DeleteDialogue,
    DialoguesAction,
    OpenAgreement,
    OpenPalette,
    OpenTheme,
    TryAgain,
)
from adaptive_cards.dialogues.cards import (
    agree_card,
    agreement_card,
    confirm_card,
    follow_up_card,
    note_card,
    palette_card,
    theme_card,
)
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked, Event, Pressed
from bot.handlers.home import whole_message
from bot.turn import Message, Turn
from hr.clock import Clock
from hr.dialogues.model import CLOSED, Dialogue, DialogueState
from hr.dialogues.rules import latest_day, written_day
from hr.dialogues.service import Agreed, DialogueService, Place
from hr.errors import DialogueFault, DialogueMovedOnError, DialogueNotFoundError, InvalidDialogueError, NotInTrioError

_OF_THE_DAY: Final = frozenset({DialogueFault.NO_DAY, DialogueFault.PAST, DialogueFault.TOO_FAR})
"""Faults that are found when the actions have passed the guard."""


class DialogueHandler:
    """Answers in the conversation in which it is asked; a dialogue of another conversation is not there."""

    def __init__(self, *, service: DialogueService, clock: Clock, catalogue: Catalogue) -> None:
        self._service = service
        self._clock = clock
        self._catalogue = catalogue
        self._commands: Final = {
            whole_message(word): language
            for language, texts in reversed(list(catalogue.items()))
            for word in texts.several("dialogues.commands")
        }

    def asks(self, event: Asked) -> bool:
        """A filter for the router: a message that is nothing but the command."""
        return whole_message(event.text) in self._commands

    async def typed(self, event: Asked, turn: Turn) -> None:
        """The palette, in a message of its own."""
        texts = self._catalogue[self._commands.get(whole_message(event.text), "da")]
        try:
            card = await self._palette(texts, _place(event))
        except NotInTrioError:
            await turn.send(Message(text=texts.say("dialogues.say.not_in_trio")))
            return
        await turn.send(Message(card=card))

    async def pressed(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one."""
        action = event.action
        if not isinstance(action, DialoguesAction):
            return
        texts, place = self._catalogue[action.language], _place(event)
        try:
            card = await self._run(action, texts, place)
        except NotInTrioError:
            await turn.send(Message(text=texts.say("dialogues.say.not_in_trio")))
        except DialogueNotFoundError:
            await turn.send(Message(text=texts.say("dialogues.say.not_found")))
        else:
            await turn.replace_card(card)

    async def _run(self, action: DialoguesAction, texts: Texts, place: Place) -> Card:
        match action:
            case OpenPalette():
                return await self._palette(texts, place)
            case BeginDialogue():
                return await self._begin(action, texts, place)
            case OpenTheme():
                dialogue = await self._service.show(place, action.dialogue_id)
                return self._theme(texts, dialogue, action.place)
            case OpenAgreement():
                return await self._open(action, texts, place)
            case Agree() | TryAgain() | CloseDialogue():
                return await self._change(action, texts, place)
            case DeleteDialogue():
                await self._service.delete(place, action.dialogue_id)
                return self._card(texts, "note", note_card(texts=texts, text=texts.say("dialogues.say.deleted")))

    async def _palette(self, texts: Texts, place: Place, notice: str | None = None) -> Card:
        card = palette_card(
            texts=texts,
            themes=self._service.themes,
            waiting=await self._service.waiting(place),
            token=_fresh(),
            notice=notice,
        )
        return self._card(texts, "palette", card)

    async def _begin(self, action: BeginDialogue, texts: Texts, place: Place) -> Card:
        try:
            dialogue = await self._service.begin(place, token=action.token, themes=action.themes)
        except InvalidDialogueError as error:
            return await self._palette(texts, place, texts.say(f"dialogues.say.{error.fault.value}"))
        if dialogue is None:
            return await self._palette(texts, place, texts.say("dialogues.say.used"))
        return self._theme(texts, dialogue, 0)

    async def _open(self, action: OpenAgreement, texts: Texts, place: Place) -> Card:
        dialogue = await self._service.show(place, action.dialogue_id)
        if action.view == "delete":
            return self._card(texts, "confirm", confirm_card(texts=texts, dialogue=dialogue))
        if action.view == "edit" and dialogue.state not in CLOSED:
            return self._form(texts, dialogue)
        return self._standing(texts, dialogue)

    async def _change(self, action: Agree | TryAgain | CloseDialogue, texts: Texts, place: Place) -> Card:
        try:
            return self._after(texts, await self._changed(action, place))
        except InvalidDialogueError as error:
            dialogue = await self._service.show(place, action.dialogue_id)
            notice = texts.say(f"dialogues.say.{error.fault.value}")
            if isinstance(action, Agree) and dialogue.state not in CLOSED:
                written = (action.first, action.second) if error.fault in _OF_THE_DAY else None
                return self._form(texts, dialogue, notice=notice, written=written)
            return self._standing(texts, dialogue, notice)
        except DialogueMovedOnError:
            dialogue = await self._service.show(place, action.dialogue_id)
            return self._standing(texts, dialogue, texts.say("dialogues.say.outdated"))

    async def _changed(self, action: Agree | TryAgain | CloseDialogue, place: Place) -> Agreed:
        match action:
            case Agree():
                return await self._service.agree(
                    place,
                    action.dialogue_id,
                    token=action.token,
                    actions=(action.first, action.second),
                    follow_up=written_day(action.follow_up),
                )
            case TryAgain():
                return await self._service.try_again(
                    place,
                    action.dialogue_id,
                    token=action.token,
                    generation=action.generation,
                    follow_up=written_day(action.follow_up),
                )
            case CloseDialogue():
                return await self._service.close(
                    place,
                    action.dialogue_id,
                    token=action.token,
                    generation=action.generation,
                    done=action.done,
                )

    def _after(self, texts: Texts, agreed: Agreed) -> Card:
        dialogue, notice = agreed.dialogue, None
        if not agreed.fresh:
            notice = texts.say("dialogues.say.used")
        elif agreed.moved_from is not None and dialogue.follow_up_on is not None:
            chosen, day = texts.day(agreed.moved_from), texts.day(dialogue.follow_up_on)
            notice = texts.say("dialogues.agreement.moved", chosen=chosen, date=day)
        elif dialogue.state is DialogueState.AGREED:
            notice = texts.say("dialogues.agreement.saved")
        return self._agreement(texts, dialogue, notice)

    def _theme(self, texts: Texts, dialogue: Dialogue, place: int) -> Card:
        """A theme of a dialogue; the last one for a place behind it, the form where HR's file has none of them any more."""
        if dialogue.state in CLOSED:
            return self._agreement(texts, dialogue)
        themes = self._service.themes_of(dialogue)
        if not themes:
            return self._form(texts, dialogue)
        at = min(place, len(themes) - 1)
        return self._card(texts, "theme", theme_card(texts=texts, dialogue=dialogue, themes=themes, place=at))

    def _form(
        self, texts: Texts, dialogue: Dialogue, *, notice: str | None = None, written: tuple[str, str] | None = None
    ) -> Card:
        """The form. Actions that were refused are not `written` into it again: others read along."""
        today = self._clock.today()
        card = agree_card(
            texts=texts,
            dialogue=dialogue,
            token=_fresh(),
            today=today,
            latest=latest_day(today),
            notice=notice,
            actions=written,
        )
        return self._card(texts, "agree", card)

    def _standing(self, texts: Texts, dialogue: Dialogue, notice: str | None = None) -> Card:
        """The agreement; on its day and later the card to look back on it."""
        today = self._clock.today()
        due = dialogue.follow_up_on is not None and dialogue.follow_up_on <= today
        if dialogue.state is not DialogueState.AGREED or not due:
            return self._agreement(texts, dialogue, notice)
        card = follow_up_card(
            texts=texts,
            dialogue=dialogue,
            themes=self._service.themes_of(dialogue),
            tokens=(_fresh(), _fresh(), _fresh()),
            today=today,
            latest=latest_day(today),
            notice=notice,
        )
        return self._card(texts, "follow_up", card)

    def _agreement(self, texts: Texts, dialogue: Dialogue, notice: str | None = None) -> Card:
        themes = self._service.themes_of(dialogue)
        card = agreement_card(texts=texts, dialogue=dialogue, themes=themes, notice=notice)
        return self._card(texts, "agreement", card)

    @staticmethod
    def _card(texts: Texts, name: str, card: AdaptiveCard) -> Card:
        return render(card, summary=texts.say(f"dialogues.summaries.{name}"))


def is_about_dialogues(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, DialoguesAction)


def _place(event: Event) -> Place:
    return Place(person_id=event.reference.aad_object_id, conversation_id=event.reference.conversation_id)


def _fresh() -> str:
    return uuid4().hex
