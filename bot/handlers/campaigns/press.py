"""Every button of HR's reminders, by the right of the authenticated sender alone."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final

from adaptive_cards.campaigns.actions import (
    AcknowledgeCampaign,
    CampaignPage,
    CampaignsAction,
    ChooseTemplate,
    DoCampaign,
    OpenCampaign,
    SaveCampaign,
    SaveFromTemplate,
    TryCampaign,
)
from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Pressed
from bot.handlers.campaigns.desk import CampaignDesk
from bot.handlers.campaigns.form import CampaignForm
from bot.turn import Message, Turn
from hr.campaigns.model import Campaign, CampaignState
from hr.campaigns.receiving import Received
from hr.campaigns.rules import Deed
from hr.errors import (
    CampaignFault,
    CampaignMovedOnError,
    CampaignNotFoundError,
    InvalidCampaignError,
    NotInHrError,
)

_ASKED_BACK: Final = frozenset({Deed.DELETE, Deed.CANCEL, Deed.WITHDRAW, Deed.REMIND})
"""What is confirmed on a card of its own."""


class CampaignPress:
    """Runs what a button asks for, in personal chats only."""

    def __init__(self, *, desk: CampaignDesk, catalogue: Catalogue) -> None:
        self._desk = desk
        self._form = CampaignForm(desk)
        self._catalogue = catalogue

    async def __call__(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one."""
        action = event.action
        if not isinstance(action, CampaignsAction):
            return
        texts = self._catalogue[action.language]
        if not event.personal:
            await turn.send(Message(text=texts.say("campaigns.say.private")))
            return
        if event.reference.aad_object_id is None:
            await turn.replace_card(self._desk.note(texts, "unknown_person"))
            return
        try:
            card = await self._card(action, event.person_id, texts, turn)
        except NotInHrError:
            card = self._desk.note(texts, "not_hr")
        except CampaignNotFoundError:
            card = self._desk.note(texts, "not_found")
        await turn.replace_card(card)

    async def _card(self, action: CampaignsAction, person_id: str, texts: Texts, turn: Turn) -> Card:
        match action:
            case AcknowledgeCampaign():
                return await self._acknowledge(action, person_id, texts)
            case ChooseTemplate():
                return await self._form.opened(texts, person_id, action.template)
            case OpenCampaign():
                return await self._open(action, person_id, texts)
            case SaveCampaign() | SaveFromTemplate():
                campaign_id = action.campaign_id
                return await self._or_as_it_is(
                    self._form.taken(texts, person_id, action), person_id, campaign_id or "", texts
                )
            case TryCampaign():
                return await self._or_as_it_is(
                    self._try(action, person_id, texts, turn), person_id, action.campaign_id, texts
                )
            case DoCampaign():
                return await self._or_as_it_is(self._do(action, person_id, texts), person_id, action.campaign_id, texts)

    async def _or_as_it_is(
        self, card: Coroutine[Any, Any, Card], person_id: str, campaign_id: str, texts: Texts
    ) -> Card:
        """The card, or how the campaign stands where it has moved on."""
        try:
            return await card
        except CampaignMovedOnError as error:
            notice = None if error.again else texts.say("campaigns.say.moved_on")
            return await self._desk.shown(texts, person_id, campaign_id, notice=notice)
        except InvalidCampaignError as error:
            told = " ".join(texts.say(f"campaigns.faults.{fault.value}") for fault in error.faults)
            notice = texts.say("campaigns.say.not_sent", faults=told)
            return await self._desk.shown(texts, person_id, campaign_id, notice=notice)

    async def _acknowledge(self, action: AcknowledgeCampaign, person_id: str, texts: Texts) -> Card:
        service = self._desk.service
        if action.trial:
            campaign = await service.composing.campaign(person_id, action.campaign_id)
            received = Received(campaign=campaign, acknowledged_on=self._desk.clock.today())
            return await self._desk.receipt(texts, received, trial=True)
        return await self._desk.receipt(texts, await service.receiving.acknowledge(person_id, action.campaign_id))

    async def _open(self, action: OpenCampaign, person_id: str, texts: Texts) -> Card:
        desk, campaign_id = self._desk, action.campaign_id
        match action.page:
            case CampaignPage.CHOOSE:
                return await desk.choose(texts, person_id)
            case CampaignPage.EDIT if campaign_id is not None:
                return await self._form.edited(texts, person_id, campaign_id)
            case CampaignPage.SHOW if campaign_id is not None:
                return await desk.shown(texts, person_id, campaign_id)
            case CampaignPage.MISSED if campaign_id is not None:
                return await desk.missed(texts, person_id, campaign_id, start=action.start)
            case _:
                return await desk.list(texts, person_id, start=action.start)

    async def _try(self, action: TryCampaign, person_id: str, texts: Texts, turn: Turn) -> Card:
        desk = self._desk
        campaign = await desk.service.composing.trial(person_id, action.campaign_id, token=action.token)
        await turn.send(Message(card=await desk.trial(texts, campaign)))
        return await desk.shown(texts, person_id, action.campaign_id, notice=texts.say("campaigns.say.tried"))

    async def _do(self, action: DoCampaign, person_id: str, texts: Texts) -> Card:
        desk, campaign_id = self._desk, action.campaign_id
        if action.deed in _ASKED_BACK and not action.confirmed:
            return await desk.confirm(texts, person_id, campaign_id, action.deed)
        if action.deed is Deed.DELETE:
            await desk.service.composing.delete(person_id, campaign_id)
            return await desk.list(texts, person_id, notice=texts.say("campaigns.say.deleted"))
        notice = await self._done(action, person_id, texts)
        return await desk.shown(texts, person_id, campaign_id, notice=notice)

    async def _done(self, action: DoCampaign, person_id: str, texts: Texts) -> str:
        """Do it, and what to say about it."""
        sending, campaign_id, token = self._desk.service.sending, action.campaign_id, action.token
        match action.deed:
            case Deed.SEND:
                sent = await sending.send(person_id, campaign_id, version=action.version, token=token)
                return await self._sent(sent, person_id, texts)
            case Deed.APPROVE:
                await sending.approve(person_id, campaign_id, version=action.version, token=token)
                return texts.say("campaigns.say.approved")
            case Deed.GIVE_BACK:
                await sending.give_back(person_id, campaign_id, token=token)
                return texts.say("campaigns.say.given_back")
            case Deed.REMIND:
                return await self._remind(action, person_id, texts)
            case Deed.RECALL:
                await sending.recall(person_id, campaign_id, token=token)
            case Deed.PAUSE:
                await sending.pause(person_id, campaign_id, token=token)
            case Deed.RESUME:
                await sending.resume(person_id, campaign_id, token=token)
            case Deed.CANCEL:
                cancelled = await sending.cancel(person_id, campaign_id, token=token)
                if cancelled.frozen_at is None:
                    return texts.say("campaigns.say.cancel_unsent")
            case Deed.WITHDRAW:
                await sending.withdraw(person_id, campaign_id, token=token)
            case _:
                raise CampaignNotFoundError
        return texts.say(f"campaigns.say.{action.deed.value}")

    async def _sent(self, sent: Campaign, person_id: str, texts: Texts) -> str:
        if sent.state is not CampaignState.WAITING_APPROVAL:
            at_once = sent.send_at is not None and sent.send_at <= self._desk.clock.now()
            return texts.say("campaigns.say.sending" if at_once else "campaigns.say.scheduled")
        others = await self._desk.service.composing.has_approver(person_id)
        return texts.say("campaigns.say.waiting_approval" if others else "campaigns.say.nobody_approves")

    async def _remind(self, action: DoCampaign, person_id: str, texts: Texts) -> str:
        try:
            queued = await self._desk.service.sending.remind(person_id, action.campaign_id, token=action.token)
        except InvalidCampaignError as error:
            if CampaignFault.NO_RECIPIENTS in error.faults:
                return texts.say("campaigns.say.nobody_to_remind")
            raise
        if queued.deferred:
            return texts.say("campaigns.say.remind_deferred", count=queued.size, deferred=queued.deferred)
        return texts.say("campaigns.say.remind", count=queued.size)


def is_about_campaigns(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, CampaignsAction)
