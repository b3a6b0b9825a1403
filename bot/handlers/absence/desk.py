"""What all handlers of absence follow-up share: who acts, and how a case becomes a card."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence.case import case_card
from adaptive_cards.absence.notices import note_card
from adaptive_cards.absence.step import snooze_card, step_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Texts
from bot.conversation import ConversationMemory
from bot.understanding.model import Topic
from hr.absence.service import AbsenceService
from hr.absence.views import CaseView, StepView
from hr.clock import Clock
from knowledge.models import Citation


class Passages(Protocol):
    """Where the cards get the passage that they cite. Called in a worker thread."""

    def find(self, document_id: str, section: str | None, as_of: date) -> Citation | None:
        """The passage that may be shown on this day, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who acts: the authenticated person, the chat, and the language in which they are answered."""

    person_id: str
    chat: str
    texts: Texts


class Desk:
    """The use cases, the sources, and the memory of what a chat was last about."""

    def __init__(
        self, *, service: AbsenceService, passages: Passages, clock: Clock, memory: ConversationMemory
    ) -> None:
        self.service = service
        self.clock = clock
        self._passages = passages
        self.memory = memory

    def card(self, name: str, card: AdaptiveCard, sender: Sender) -> Card:
        """The finished card; `name` is that of its function without `_card` and chooses the summary."""
        return render(card, summary=sender.texts.say(f"absence.summaries.{name}"))

    def note(self, sender: Sender, key: str, **values: object) -> Card:
        """One line in the place of a card; `key` is below `absence.say`."""
        text = sender.texts.say(f"absence.say.{key}", **values)
        return self.card("note", note_card(texts=sender.texts, text=text, way_on=key == "not_found"), sender)

    def case(self, sender: Sender, case: CaseView, notice: str | None = None) -> Card:
        """A case as it stands now."""
        self.touch(sender, Topic.STEP_CARD, case)
        return self.card("case", case_card(texts=sender.texts, case=case, token=fresh_token(), notice=notice), sender)

    async def step(self, sender: Sender, case: CaseView, step: StepView, notice: str | None = None) -> Card:
        """A step of a case with its source."""
        self.touch(sender, Topic.STEP_CARD, case, step.step.key)
        passage = await self.passage(step.rule.document, step.rule.section)
        built = step_card(texts=sender.texts, case=case, step=step, passage=passage, token=fresh_token(), notice=notice)
        return self.card("step", built, sender)

    async def snooze(
        self, sender: Sender, case: CaseView, step: StepView, *, notice: str | None = None, day: date | None = None
    ) -> Card:
        """What a step can be put off to now."""
        self.touch(sender, Topic.STEP_CARD, case, step.step.key)
        options = await self.service.snooze_options(sender.person_id, case.case.id, step.step.key)
        built = snooze_card(
            texts=sender.texts, case=case, step=step, options=options, token=fresh_token(), notice=notice, day=day
        )
        return self.card("snooze", built, sender)

    async def passage(self, document: str, section: str | None) -> Citation | None:
        """What a card cites, where there is something that may be shown."""
        return await asyncio.to_thread(self._passages.find, document, section, self.today())

    def touch(self, sender: Sender, topic: Topic, case: CaseView | None = None, step: str | None = None) -> None:
        """Remember, for as long as the chat is remembered, what it was last about."""
        case_id = case.case.id if case is not None else None
        self.memory.touch(sender.chat, sender.person_id, topic=topic, case_id=case_id, step=step)

    def leave(self, sender: Sender) -> None:
        """The case that the chat was about is gone, or no longer this person's."""
        self.memory.let_go(sender.chat, sender.person_id)

    def today(self) -> date:
        """The day on the wall."""
        return self.clock.today()


def fresh_token() -> str:
    """A new action token: the buttons of one shown card have their effect once."""
    return uuid4().hex
