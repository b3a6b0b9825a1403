"""Every button of questions to HR, by the right of the authenticated sender alone."""

from __future__ import annotations

from adaptive_cards.escalation import asker
from adaptive_cards.escalation.actions import (
    AskingMenu,
    AskOn,
    EscalationAction,
    HrAnswer,
    HrRequest,
    OpenAsking,
    OwnDeed,
    OwnRequest,
    SendRequest,
)
from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue
from bot.events import Pressed
from bot.handlers.escalation.desk import Desk, Sender
from bot.handlers.escalation.hr_press import HrPresses
from bot.turn import Message, Turn
from hr.errors import NotConfirmedError, RequestMovedOnError, RequestNotFoundError, RequestTextError
from hr.escalation.asking import Draft


class PressHandler:
    """Runs what a button asks for. Where others read along, only HR's cards in the channel of their group can be pressed.

    When the database does not answer the card stays as it is: the same press works later.
    """

    def __init__(self, *, desk: Desk, hr_presses: HrPresses, catalogue: Catalogue) -> None:
        self._desk = desk
        self._hr = hr_presses
        self._catalogue = catalogue

    async def __call__(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one."""
        action = event.action
        if not isinstance(action, EscalationAction):
            return
        texts = self._catalogue[action.language]
        chat = event.reference.conversation_id
        # In a channel the pressed card is brought up to date for all by a message, as every other card is.
        card_id = event.card_id if event.personal else None
        sender = Sender(person_id=event.person_id, chat=chat, texts=texts, card_id=card_id, personal=event.personal)
        if not event.personal and not await self._may_press_here(action, chat):
            await turn.send(Message(text=texts.say("asking.say.private")))
            return
        if event.reference.aad_object_id is None:
            await turn.replace_card(self._desk.note(sender, "asking.say.unknown_person"))
            return
        if isinstance(action, HrRequest | HrAnswer) and not event.personal:
            refusal = await self._hr.refusal(action.request_id, sender)
            if refusal is not None:  # the card in the channel stays for those who may press it
                await turn.send(Message(text=refusal))
                return
        await turn.replace_card(await self._card(action, sender))

    async def _may_press_here(self, action: EscalationAction, chat: str) -> bool:
        if not isinstance(action, HrRequest | HrAnswer):
            return False
        return await self._desk.service.answering.is_channel_of(chat, action.request_id)

    async def _card(self, action: EscalationAction, sender: Sender) -> Card:
        try:
            match action:
                case OpenAsking():
                    return await self._open(action, sender)
                case SendRequest():
                    return await self._send(action, sender)
                case OwnRequest():
                    return await self._own(action, sender)
                case AskOn():
                    return await self._ask_on(action, sender)
                case HrRequest() | HrAnswer():
                    return await self._hr.card(action, sender)
        except RequestNotFoundError:
            of_hr = isinstance(action, HrRequest | HrAnswer)
            told = await self._hr.not_found(sender) if of_hr else sender.texts.say("asking.say.not_found")
            return self._desk.told(sender, told)

    async def _open(self, action: OpenAsking, sender: Sender) -> Card:
        desk = self._desk
        match action.menu:
            case AskingMenu.FORM:
                return desk.form(sender)
            case AskingMenu.MINE:
                return await desk.mine(sender, start=action.start)
            case AskingMenu.HR_OPEN:
                return await desk.waiting(sender, start=action.start)
            case AskingMenu.CANCEL:
                return desk.note(sender, "asking.say.cancelled")

    async def _send(self, action: SendRequest, sender: Sender) -> Card:
        """Keep and queue the question; a form again for what cannot be sent so."""
        desk, texts = self._desk, sender.texts
        last = desk.of_form(action.token)
        draft = Draft(
            asker_id=sender.person_id,
            question=action.question,
            topic=action.topic,
            token=action.token,
            confirmed=action.confirmed,
            answer=last.answer or None if last is not None else None,
            documents=last.documents if last is not None else (),
        )
        try:
            view = await desk.service.asking.send(draft)
        except NotConfirmedError as error:
            notice = (
                f"{error.warning} {texts.say('asking.form.confirm')}"
                if error.warning is not None
                else texts.say("asking.form.wording")
            )
            return desk.form_again(sender, action, notice=notice, confirmed=error.mark)
        except RequestTextError as error:
            return desk.form_again(sender, action, notice=desk.fault(sender, error), private=error.private)
        sent, meant = desk.receipt(sender, view), desk.service.routing.group_meant(action.topic)
        if meant is not None and meant.id != view.group.id:
            told = texts.say("asking.own.redirected", meant=meant.label, group=view.group.label)
            sent = f"{sent} {told}"
        return desk.own(sender, view, sent)

    async def _own(self, action: OwnRequest, sender: Sender) -> Card:
        desk, texts = self._desk, sender.texts
        asking, request_id = desk.service.asking, action.request_id
        try:
            match action.deed:
                case OwnDeed.SHOW:
                    return desk.own(sender, await asking.show(sender.person_id, request_id))
                case OwnDeed.WITHDRAW:
                    view = await asking.withdraw(sender.person_id, request_id)
                    return desk.own(sender, view, texts.say("asking.say.withdrawn"))
                case OwnDeed.HELPED:
                    view = await asking.helped(sender.person_id, request_id)
                    return desk.own(sender, view, texts.say("asking.say.helped"))
                case OwnDeed.ASK_ON:
                    view = await asking.show(sender.person_id, request_id)
                    card = asker.follow_card(texts=texts, view=view, token=desk.new_token())
                    return desk.finished(sender, "follow", card)
        except RequestMovedOnError:
            view = await asking.show(sender.person_id, request_id)
            return desk.own(sender, view, texts.say("asking.say.moved_on"))

    async def _ask_on(self, action: AskOn, sender: Sender) -> Card:
        desk, texts = self._desk, sender.texts
        asking = desk.service.asking
        try:
            view = await asking.ask_on(sender.person_id, action.request_id, action.question, token=action.token)
        except RequestTextError as error:
            view = await asking.show(sender.person_id, action.request_id)
            card = asker.follow_card(
                texts=texts,
                view=view,
                token=desk.new_token(),
                question="" if error.private else action.question,
                notice=desk.fault(sender, error),
            )
            return desk.finished(sender, "follow", card)
        except RequestMovedOnError:
            view = await asking.show(sender.person_id, action.request_id)
            return desk.own(sender, view, texts.say("asking.say.moved_on"))
        return desk.own(sender, view, desk.receipt(sender, view))


def asks_hr(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, EscalationAction)
