"""A typed message about onboarding: the card it asks for. Nothing changes here."""

from __future__ import annotations

from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.wishes import LEADER_WORDS, Wanted, Wish, items_named, wanted
from bot.router import Handler
from bot.turn import Message, Turn
from bot.understanding.dates import Direction, FoundDay, read_day
from hr.errors import JourneyNotFoundError
from hr.onboarding.model import Track
from hr.onboarding.views import PartView, PlanView
from knowledge.text import language_of


class OnboardingTyped:
    """Shows cards. `otherwise` answers what turns out not to be for onboarding."""

    def __init__(self, *, desk: OnboardingDesk, catalogue: Catalogue, otherwise: Handler[Asked]) -> None:
        self._desk = desk
        self._catalogue = catalogue
        self._otherwise = otherwise

    def takes(self, event: Asked) -> bool:
        """A filter for the router: personal chats of people with an id, and only what speaks of onboarding."""
        known = event.personal and event.reference.aad_object_id is not None
        return known and wanted(event.text, self._desk.service.items) is not None

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """A card, or the next handler."""
        asked = wanted(event.text, self._desk.service.items)
        texts = self._catalogue.get(language_of(event.text), self._catalogue["da"])
        card = await self._card(asked, event, texts) if asked is not None else None
        if card is None:
            await self._otherwise(event, turn)
        else:
            await turn.send(Message(card=card))

    async def _card(self, asked: Wanted, event: Asked, texts: Texts) -> Card | None:  # noqa: PLR0911 - one line a wish
        desk, person_id = self._desk, event.person_id
        match asked.wish:
            case Wish.MARK:
                return await self._mark(asked.named, person_id, texts)
            case Wish.LISTS:
                try:
                    return await desk.lists(texts, person_id)
                except JourneyNotFoundError:
                    return None
            case Wish.START_OTHER:
                found = read_day(event.text, today=desk.clock.today(), prefer=Direction.FUTURE)
                day = found.day if isinstance(found, FoundDay) else None
                colleague = asked.named if asked.named.isupper() or "@" in asked.named else ""
                leader = LEADER_WORDS.search(event.text) is not None
                return await desk.start(
                    texts,
                    person_id,
                    own=False,
                    track=Track.NEW_LEADER if leader else Track.NEW_EMPLOYEE,
                    colleague=colleague,
                    start_on=day,
                )
            case Wish.SHOW:
                if LEADER_WORDS.search(event.text) and await desk.service.own(person_id) is None:
                    return await desk.start(texts, person_id, own=True, track=Track.NEW_LEADER)
                return await desk.mine(texts, person_id)
            case Wish.LOOK:
                plan = await desk.service.own(person_id)
                return desk.view(texts, plan) if plan is not None else None

    async def _mark(self, named: str, person_id: str, texts: Texts) -> Card | None:
        """The question before a tick; None when the person has no such item."""
        found = items_named(named, self._desk.service.items)
        plan = await self._desk.service.own(person_id)
        views: list[PlanView | PartView] = [plan] if plan is not None else []
        views += await self._desk.service.helps(person_id)
        for view in views:
            for one in view.open:
                if one.item in found:
                    return self._desk.confirm(texts, one.item, view.journey.id)
        if plan is None:
            return None
        return self._desk.view(texts, plan, notice=texts.say("onboarding.say.no_item"))
