"""Makes the cards of messages that nobody asked for just now, at the moment they leave, and posts them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards import parts
from adaptive_cards.absence.notices import answered_card, deputy_card, offer_card, shared_card
from adaptive_cards.absence.overview import digest_card
from adaptive_cards.absence.step import step_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.absence.desk import Content
from hr.absence.service import Notice
from hr.absence.views import NudgeView, Overview
from hr.clock import Clock
from hr.conversations.model import ConversationReference
from hr.outbox.dispatcher import Ready
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later, Outcome
from hr.ports import UnitOfWork
from hr.send_window import SendWindow
from hr.workdays import EveryDay
from knowledge.models import Citation


class Facts(Protocol):
    """What messages tell, as it is at the moment; `hr.absence.service.AbsenceService` knows."""

    async def nudge(self, unit: UnitOfWork, message: OutboxMessage) -> NudgeView | Why:
        """A reminder, or why it must not leave."""
        ...

    async def digest(self, unit: UnitOfWork, message: OutboxMessage) -> Overview | Why:
        """A weekly digest, or why not."""
        ...

    async def notice(self, unit: UnitOfWork, message: OutboxMessage) -> Notice | Why:
        """The other kinds, or why not."""
        ...


class FindsPassages(Protocol):
    """Where the passage comes from that a card cites."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The passage, or None."""
        ...


class Posts(Protocol):
    """What carries a card; `bot.teams.notifier.Notifier` does."""

    async def post(self, reference: ConversationReference, card: Card) -> Outcome:
        """Exactly one POST. Raises nothing that belongs to the delivery."""
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
    """A finished card and where it goes."""

    reference: ConversationReference
    card: Card


def _new_token() -> str:
    return uuid4().hex


class AbsenceCourier:
    """Answers `hr.outbox.dispatcher.Courier` for the messages of absence follow-up. They are Danish, as the first word to anyone is."""

    def __init__(
        self,
        *,
        facts: Facts,
        passages: FindsPassages,
        notifier: Posts,
        hours: SendHours,
        catalogue: Catalogue,
        clock: Clock,
        new_token: Callable[[], str] = _new_token,
    ) -> None:
        self._facts = facts
        self._passages = passages
        self._notifier = notifier
        self._hours = hours
        self._texts: Texts = catalogue["da"]
        self._clock = clock
        self._new_token = new_token

    async def prepare(self, unit: UnitOfWork, message: OutboxMessage) -> Ready[Parcel] | Why | Later:
        """The card of the facts in `unit`, and the recipient's own chat."""
        now = self._clock.now()
        opens_at = await self._opens_at(unit, message, now)
        if opens_at > now:
            return Later(at=opens_at)
        card = await self._card(unit, message)
        if isinstance(card, Why):
            return card
        reference = await unit.conversations.find_personal(message.recipient_id)
        if reference is None:
            return Why.NOT_INSTALLED
        return Ready(conversation_id=reference.conversation_id, parcel=Parcel(reference=reference, card=card))

    async def deliver(self, ready: Ready[Parcel]) -> Outcome:
        """One POST."""
        return await self._notifier.post(ready.parcel.reference, ready.parcel.card)

    async def _opens_at(self, unit: UnitOfWork, message: OutboxMessage, now: datetime) -> datetime:
        """A row that was held up must not come at night. A reminder keeps the days of the case's unit, the rest the recipient's own."""
        opens_at = self._hours.opens_at(now, weekend_duty=False)
        if opens_at <= now:
            return opens_at
        person_id = message.recipient_id
        if message.kind is MessageKind.NUDGE and message.case_id is not None:
            case = await unit.cases.find(message.case_id)
            person_id = case.owner_id if case is not None else person_id
        chosen = (await unit.choices.preferences([person_id])).get(person_id)
        return self._hours.opens_at(now, weekend_duty=chosen is not None and chosen.weekend_duty)

    async def _card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        match message.kind:
            case MessageKind.NUDGE:
                nudge = await self._facts.nudge(unit, message)
                return nudge if isinstance(nudge, Why) else await self._step(nudge, message)
            case MessageKind.DIGEST:
                overview = await self._facts.digest(unit, message)
                if isinstance(overview, Why):
                    return overview
                return self._finished("digest", digest_card(texts=self._texts, overview=overview), message)
            case _:
                notice = await self._facts.notice(unit, message)
                return notice if isinstance(notice, Why) else self._notice(notice, message)

    async def _step(self, nudge: NudgeView, message: OutboxMessage) -> Card:
        rule = nudge.step.rule
        # Opening a new version of the index reads files.
        passage = await asyncio.to_thread(self._passages.find, rule.document, rule.section, self._clock.today())
        card = step_card(
            texts=self._texts,
            case=nudge.case,
            step=nudge.step,
            passage=passage,
            token=self._new_token(),
            resent=nudge.resent or message.resends > 0,
            past_limit=nudge.past_limit,
        )
        return render(card, summary=self._summary("step"))

    def _notice(self, notice: Notice, message: OutboxMessage) -> Card | Why:
        match message.kind:
            case MessageKind.TRANSFER_OFFER if notice.case is not None:
                card = offer_card(texts=self._texts, name=notice.name, case=notice.case, token=self._new_token())
                return self._finished("offer", card, message)
            case MessageKind.TRANSFER_ANSWER:
                label = notice.case.case.label if notice.case is not None else None
                card = answered_card(texts=self._texts, name=notice.name, accepted=notice.accepted, label=label)
                return self._finished("answered", card, message)
            case MessageKind.DEPUTY_NOTICE if notice.from_day is not None and notice.to_day is not None:
                card = deputy_card(texts=self._texts, name=notice.name, from_day=notice.from_day, to_day=notice.to_day)
                return self._finished("deputy", card, message)
            case MessageKind.HR_SHARED:
                return self._finished("shared", shared_card(texts=self._texts, name=notice.name), message)
            case _:
                return Why.CHANGED

    def _finished(self, name: str, card: AdaptiveCard, message: OutboxMessage) -> Card:
        """The card; one that may have come before says so."""
        if message.resends and card.body is not None:
            card.body.insert(0, parts.remark(self._texts.say("absence.step.resent")))
        return render(card, summary=self._summary(name))

    def _summary(self, name: str) -> str:
        return self._texts.say(f"absence.summaries.{name}")
