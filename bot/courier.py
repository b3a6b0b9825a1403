"""Makes the cards of messages that nobody asked for just now, at the moment they leave, and posts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adaptive_cards.render import Card
from hr.absence.desk import Content
from hr.clock import Clock
from hr.conversations.model import ConversationReference
from hr.outbox.dispatcher import Ready
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later, Outcome
from hr.ports import UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import EveryDay


class Maker(Protocol):
    """Makes the cards of some kinds of messages; each feature that sends has one in `bot.makers`."""

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """Whether the message may also leave on a day off. Asked only on such a day or outside the hours."""
        ...

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why | Later:
        """The card of the facts as they are in `unit`; or why it must not leave, or not yet."""
        ...


class Posts(Protocol):
    """What carries a card; `bot.teams.notifier.Notifier` does."""

    async def post(self, reference: ConversationReference, card: Card, *, replaces: str | None = None) -> Outcome:
        """Exactly one POST (or one PUT). Raises nothing that belongs to the delivery."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SendHours:
    """When nobody is disturbed: outside HR's window and on days off, which a unit with weekend duty does not have."""

    window: SendWindow
    content: Content

    def opens_at(self, now: datetime, *, weekend_duty: bool) -> datetime:
        """The first moment from `now` on at which a message may leave."""
        calendar = EveryDay() if weekend_duty else self.content.calendar
        return self.window.next_open(now, calendar, send_time=self.content.absence.parameters.send_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A finished card and where it goes; `replaces` is the activity whose card it takes the place of."""

    reference: ConversationReference
    card: Card
    replaces: str | None = None


class Courier:
    """Answers `hr.outbox.dispatcher.Courier`: hours and addresses here, the cards by the maker of their kind."""

    def __init__(self, *, makers: Mapping[MessageKind, Maker], notifier: Posts, hours: SendHours, clock: Clock) -> None:
        """A message of a kind that has no maker is held up as a fault, not lost."""
        self._makers = makers
        self._notifier = notifier
        self._hours = hours
        self._clock = clock

    async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Ready[Parcel] | Why | Later:
        """The card of the facts in `unit`, and the chat it goes to."""
        maker = self._makers[message.kind]
        if (
            message.replaces is None
        ):  # a card that takes the place of another rings nowhere, and a wrong one is put right at once
            now = self._clock.now()
            opens_at = self._hours.opens_at(now, weekend_duty=False)
            if opens_at > now and await maker.weekend_duty(unit, message):
                opens_at = self._hours.opens_at(now, weekend_duty=True)
            if opens_at > now:
                return Later(at=opens_at)  # a row that was held up must not come at night
        card = await maker.card(unit, message)
        if not isinstance(card, Card):
            return card
        reference = await self._address(unit, message)
        if reference is None:
            return Why.NOT_INSTALLED
        parcel = Parcel(reference=reference, card=card, replaces=message.replaces)
        return Ready(conversation_id=reference.conversation_id, parcel=parcel)

    async def deliver(self, ready: Ready[Parcel]) -> Outcome:
        """One POST."""
        parcel = ready.parcel
        return await self._notifier.post(parcel.reference, parcel.card, replaces=parcel.replaces)

    @staticmethod
    async def _address(unit: UnitOfWork, message: OutboxMessage) -> ConversationReference | None:
        if message.conversation_id is not None:
            return await unit.conversations.find(message.conversation_id)
        return await unit.conversations.find_personal(message.recipient_id)
