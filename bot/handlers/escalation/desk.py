"""What the handlers of questions to HR share: who acts, and how a question becomes a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.escalation import asker
from adaptive_cards.escalation.actions import SendRequest
from adaptive_cards.feedback import notice_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Texts
from bot.conversation import CHATS, MEMORY_SECONDS, ConversationMemory, Exchange, RecentMap
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
        new_token: Callable[[], str] = fresh_token,
    ) -> None:
        self.service = service
        self.new_token = new_token
        self._memory = memory
        self._forms: RecentMap[str, Exchange] = RecentMap(seconds=MEMORY_SECONDS, size=CHATS)

    def of_form(self, token: str) -> Exchange | None:
        """The question and answer that a form was opened with; None after a while, and where it was opened without."""
        return self._forms.get(token)

    def note(self, sender: Sender, key: str, **values: object) -> Card:
        """One line in the place of a card; `key` is that of its text."""
        return render(
            notice_card(texts=sender.texts, text=sender.texts.say(key, **values)),
            summary=sender.texts.say("asking.summaries.note"),
        )

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
    def fault(sender: Sender, error: RequestTextError) -> str:
        """What to say to a text that is not sent."""
        return sender.texts.say(f"asking.faults.{error.reason.value}")
