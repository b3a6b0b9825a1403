"""The messages of onboarding, in Danish as the first word to anyone is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import uuid4

from adaptive_cards.onboarding.helpers import items_card
from adaptive_cards.onboarding.plan import event_card, plan_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from hr.onboarding.service import OnboardingService
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.ports import UnitOfWork

ONBOARDING_KINDS: Final = (MessageKind.JOURNEY_WEEK, MessageKind.JOURNEY_ITEM, MessageKind.JOURNEY_EVENT)
"""What `OnboardingMaker` makes."""


def _new_token() -> str:
    return uuid4().hex


class OnboardingMaker:
    """Answers `bot.courier.Maker` for `ONBOARDING_KINDS`."""

    def __init__(
        self, *, facts: OnboardingService, catalogue: Catalogue, new_token: Callable[[], str] = _new_token
    ) -> None:
        self._facts = facts
        self._texts: Texts = catalogue["da"]
        self._new_token = new_token

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        """Nothing about onboarding leaves on a day off."""
        del unit, message
        return False

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why:
        """The card of the facts as they are now."""
        texts = self._texts
        match message.kind:
            case MessageKind.JOURNEY_WEEK:
                plan = await self._facts.week(unit, message)
                if isinstance(plan, Why):
                    return plan
                card, name = plan_card(texts=texts, plan=plan, token=self._new_token(), week=True), "plan"
            case MessageKind.JOURNEY_ITEM:
                due = await self._facts.parts(unit, message)
                if isinstance(due, Why):
                    return due
                card, name = items_card(texts=texts, due=due), "items"
            case _:
                found = await self._facts.news(unit, message)
                if isinstance(found, Why):
                    return found
                news, journey_id = found
                built = event_card(texts=texts, news=news, journey_id=journey_id, token=self._new_token())
                card, name = built, "event"
        return render(card, summary=texts.say(f"onboarding.summaries.{name}"))
