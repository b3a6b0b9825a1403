"""The messages of absence follow-up. They are Danish, as the first word to anyone is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Final, Protocol
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards import parts
from adaptive_cards.absence.notices import answered_card, deputy_card, lapsed_card, offer_card, shared_card
from adaptive_cards.absence.overview import digest_card
from adaptive_cards.absence.step import step_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.absence.service import Notice
from hr.absence.views import NudgeView, Overview
from hr.clock import Clock
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.ports import UnitOfWork
from knowledge.models import Citation

ABSENCE_KINDS: Final = (
    MessageKind.NUDGE,
    MessageKind.DIGEST,
    MessageKind.TRANSFER_OFFER,
    MessageKind.TRANSFER_ANSWER,
    MessageKind.DEPUTY_NOTICE,
    MessageKind.HR_SHARED,
    MessageKind.CASE_LAPSED,
)
"""What `AbsenceMaker` makes."""


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


def _new_token() -> str:
    return uuid4().hex


class AbsenceMaker:
    """Answers `bot.courier.Maker` for `ABSENCE_KINDS`."""

    def __init__(
        self,
        *,
        facts: Facts,
        passages: FindsPassages,
        catalogue: Catalogue,
        clock: Clock,
        new_token: Callable[[], str] = _new_token,
    ) -> None:
        self._facts = facts
        self._passages = passages
        self._texts: Texts = catalogue["da"]
        self._clock = clock
        self._new_token = new_token

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """A reminder keeps the days of the case's unit, the rest the recipient's own."""
        person_id = message.recipient_id
        if message.kind is MessageKind.NUDGE and message.case_id is not None:
            case = await unit.cases.find(message.case_id)
            person_id = case.owner_id if case is not None else person_id
        chosen = (await unit.choices.preferences([person_id])).get(person_id)
        return chosen is not None and chosen.weekend_duty

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        """The card of a reminder, a digest or a notice."""
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
            case MessageKind.CASE_LAPSED if notice.case is not None and notice.to_day is not None:
                card = lapsed_card(texts=self._texts, case=notice.case, days=notice.days, until=notice.to_day)
                return self._finished("lapsed", card, message)
            case _:
                return Why.CHANGED

    def _finished(self, name: str, card: AdaptiveCard, message: OutboxMessage) -> Card:
        """The card; one that may have come before says so."""
        if message.resends and card.body is not None:
            card.body.insert(0, parts.remark(self._texts.say("absence.step.resent")))
        return render(card, summary=self._summary(name))

    def _summary(self, name: str) -> str:
        return self._texts.say(f"absence.summaries.{name}")
