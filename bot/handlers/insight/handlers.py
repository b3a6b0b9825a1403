"""HR's overview in the chat: typed, and the buttons that turn its pages. By the right of the authenticated sender alone, each time."""

from __future__ import annotations

from adaptive_cards.feedback import notice_card
from adaptive_cards.insight.actions import InsightAction, InsightPage
from adaptive_cards.insight.cards import overview_card, page_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked, Pressed
from bot.handlers.home import whole_message
from bot.turn import Message, Turn
from hr.errors import NotInHrError
from hr.insight.service import InsightService


class InsightHandler:
    """Shows the overview to HR, and says kindly to everybody else that it is HR's."""

    def __init__(self, *, service: InsightService, catalogue: Catalogue) -> None:
        self._service = service
        self._catalogue = catalogue
        self._words = {
            whole_message(phrase): texts.language
            for texts in reversed(list(catalogue.values()))
            for phrase in texts.several("insight.commands.show")
        }

    def takes(self, event: Asked) -> bool:
        """A filter for the router."""
        return whole_message(event.text) in self._words

    async def typed(self, event: Asked, turn: Turn) -> None:
        """The overview, or why not."""
        texts = self._catalogue[self._words[whole_message(event.text)]]
        refused = self._refused(event)
        if refused is not None:
            await turn.send(Message(text=texts.say(refused)))
            return
        try:
            card = await self._page(texts, event.person_id, InsightPage.OVERVIEW, 0)
        except NotInHrError:
            await turn.send(Message(text=texts.say("insight.say.not_hr")))
            return
        await turn.send(Message(card=card))

    async def pressed(self, event: Pressed, turn: Turn) -> None:
        """The page in the place of the pressed card."""
        action = event.action
        if not isinstance(action, InsightAction):
            return
        texts = self._catalogue[action.language]
        refused = self._refused(event)
        if refused is not None:
            await turn.send(Message(text=texts.say(refused)))
            return
        try:
            card = await self._page(texts, event.person_id, action.page, action.start)
        except NotInHrError:
            note = notice_card(texts=texts, text=texts.say("insight.say.not_hr"))
            card = render(note, summary=texts.say("insight.summaries.page"))
        await turn.replace_card(card)

    @staticmethod
    def _refused(event: Asked | Pressed) -> str | None:
        """Why nobody is shown anything here, whoever asks."""
        if not event.personal:
            return "insight.say.private"
        return "insight.say.unknown_person" if event.reference.aad_object_id is None else None

    async def _page(self, texts: Texts, person_id: str, page: InsightPage, start: int) -> Card:
        insight = await self._service.overview(person_id)
        if page is InsightPage.OVERVIEW:
            return render(overview_card(texts=texts, insight=insight), summary=texts.say("insight.summaries.overview"))
        card = page_card(texts=texts, insight=insight, page=page, start=start)
        return render(card, summary=texts.say("insight.summaries.page"))


def is_about_insight(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, InsightAction)
