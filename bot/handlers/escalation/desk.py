"""What the handlers of questions to HR share: who acts, and how a question becomes a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.escalation import asker, hr, pieces
from adaptive_cards.escalation.actions import SendRequest
from adaptive_cards.feedback import notice_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Texts
from bot.conversation import CHATS, MEMORY_SECONDS, ConversationMemory, Exchange, RecentMap
from bot.sources import Sources
from hr.errors import RequestTextError
from hr.escalation.service import EscalationService
from hr.escalation.views import RequestView


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who acts: the authenticated person, the chat (`personal`: nobody reads along), the pressed card, the language of the answer."""

    person_id: str
    chat: str
    texts: Texts
    card_id: str | None = None
    personal: bool = True


def fresh_token() -> str:
    """A new token for a form."""
    return uuid4().hex


class Desk:
    """The use cases, the memory of a chat, and the finished cards."""

    def __init__(
        self,
        *,
        service: EscalationService,
        memory: ConversationMemory,
        sources: Sources,
        new_token: Callable[[], str] = fresh_token,
    ) -> None:
        self.service = service
        self.new_token = new_token
        self._memory = memory
        self._sources = sources
        self._forms: RecentMap[str, Exchange] = RecentMap(seconds=MEMORY_SECONDS, size=CHATS)

    def of_form(self, token: str) -> Exchange | None:
        """The question and answer that a form was opened with; None after a while, and where it was opened without."""
        return self._forms.get(token)

    def note(self, sender: Sender, key: str) -> Card:
        """One line in the place of a card; `key` is that of its text."""
        return self.told(sender, sender.texts.say(key))

    def told(self, sender: Sender, text: str) -> Card:
        """The same with a text at hand."""
        return self.finished(sender, "note", notice_card(texts=sender.texts, text=text))

    async def mine(self, sender: Sender, *, start: int = 0) -> Card:
        """The person's own questions from the `start`-th on."""
        page = await self.service.asking.mine(sender.person_id, start=start)
        return self.finished(sender, "list", asker.mine_card(texts=sender.texts, page=page))

    async def waiting(self, sender: Sender, *, start: int = 0) -> Card:
        """What waits for HR's people from the `start`-th on."""
        page = await self.service.answering.open(sender.person_id, start=start)
        return self.finished(sender, "list", hr.open_card(texts=sender.texts, page=page))

    def form(self, sender: Sender, *, question: str | None = None) -> Card:
        """The form with a question; without one, with the last question of the chat and the answer to it."""
        last, token = self._memory.last_exchange(sender.chat, sender.person_id), self.new_token()
        about_last = last is not None and question in {None, last.question}
        if last is not None and about_last:
            self._forms.set(token, last)
            question = last.question
        card = asker.form_card(
            texts=sender.texts,
            topics=self.service.routing.topics,
            token=token,
            question=question or "",
            answer=last.answer if last is not None and about_last else None,
        )
        return self.finished(sender, "form", card)

    def form_again(
        self, sender: Sender, sent: SendRequest, *, notice: str, confirmed: str = "", private: bool = False
    ) -> Card:
        """The form as it was sent, with what must be known before it can be sent again. The token stays: it makes one question at most.

        What was written is not repeated when it is `private`.
        """
        known = self.of_form(sent.token)
        card = asker.form_card(
            texts=sender.texts,
            topics=self.service.routing.topics,
            token=sent.token,
            question="" if private else sent.question,
            topic=sent.topic,
            answer=known.answer if known is not None else None,
            notice=notice,
            confirmed=confirmed,
        )
        return self.finished(sender, "form", card)

    def own(self, sender: Sender, view: RequestView, notice: str | None = None) -> Card:
        """A question of the person's own."""
        return self.finished(sender, "own", asker.own_card(texts=sender.texts, view=view, notice=notice))

    @staticmethod
    def finished(sender: Sender, name: str, card: AdaptiveCard) -> Card:
        """The card; `name` chooses the summary."""
        return render(card, summary=sender.texts.say(f"asking.summaries.{name}"))

    @staticmethod
    def fault(sender: Sender, error: RequestTextError, *, of: str = "faults") -> str:
        """What to say to a text that is not sent; `of` is "hr_faults" for an answer of HR's."""
        return sender.texts.say(f"asking.{of}.{error.reason.value}")

    def receipt(self, sender: Sender, view: RequestView) -> str:
        """That a question is kept, where it goes, and when it gets there."""
        texts, at, group = sender.texts, self.service.delivered_at, view.group.label
        if at is None:
            return texts.say("asking.own.sent", number=view.number, group=group)
        return texts.say("asking.own.later", number=view.number, group=group, when=pieces.moment(texts, at))

    async def hr_card(self, sender: Sender, view: RequestView, notice: str | None = None, *, answer: str = "") -> Card:
        """A question as HR has it. `answer` is what was written and not sent; in a channel that is nobody else's business."""
        card = hr.request_card(
            texts=sender.texts,
            view=view,
            token=self.new_token(),
            notice=notice,
            answer=answer if sender.personal else "",
            sources=await self._sources.titles(view.request.documents),
        )
        return self.finished(sender, "hr", card)
