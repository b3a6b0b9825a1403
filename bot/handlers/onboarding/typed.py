"""A typed message about onboarding: the card it asks for. Nothing changes here."""

from __future__ import annotations

from collections.abc import Sequence

from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.wishes import LEADER_WORDS, PLAIN, Wanted, Wish, items_named, wanted
from bot.router import Handler
from bot.turn import Message, Turn
from bot.understanding.dates import Direction, FoundDay, read_day
from hr.errors import JourneyNotFoundError
from hr.onboarding.model import Item, Track
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

    def takes_first(self, event: Asked) -> bool:
        """A filter for the router, ahead of contacts: "hvem er tilmeldt velkomstmødet?" is no question of who helps."""
        asked = wanted(event.text, self._desk.service.items)
        return self.takes(event) and asked is not None and asked.wish in PLAIN

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
                return await self._mark(event.text, person_id, texts)
            case Wish.LISTS:
                try:
                    return await desk.lists(texts, person_id)
                except JourneyNotFoundError:
                    return None
            case Wish.START_OTHER:
                found = read_day(event.text, today=desk.clock.today(), prefer=Direction.FUTURE)
                day = found.day if isinstance(found, FoundDay) else None
                leader = LEADER_WORDS.search(event.text) is not None
                return await desk.start(
                    texts,
                    person_id,
                    own=False,
                    track=Track.NEW_LEADER if leader else Track.NEW_EMPLOYEE,
                    colleague=asked.named,
                    start_on=day,
                )
            case Wish.SHOW:
                if LEADER_WORDS.search(event.text) and await desk.service.own(person_id) is None:
                    return await desk.start(texts, person_id, own=True, track=Track.NEW_LEADER)
                return await desk.mine(texts, person_id)
            case Wish.LOOK:
                plan = await desk.service.own(person_id)
                return desk.view(texts, plan) if plan is not None else None
            case Wish.EVENTS:
                plan = await desk.service.own(person_id)
                return desk.events(texts, plan) if plan is not None else None
            case Wish.MANAGE:
                return await self._manage(event.text, person_id, texts)
            case Wish.UNDO:
                return await self._undo(event.text, person_id, texts)

    async def _mark(self, text: str, person_id: str, texts: Texts) -> Card | None:
        """The question before a tick, or which of several is meant; None when the person has no such item."""
        items = items_named(text, self._desk.service.items)
        plan = await self._desk.service.own(person_id)
        views: list[PlanView | PartView] = [
            *([plan] if plan is not None else []),
            *_named(text, await self._desk.service.helps(person_id)),
        ]
        found: list[tuple[Item, PlanView | PartView]] = [
            (one.item, view) for view in views for one in view.open if one.item in items
        ]
        if found:
            return self._desk.confirm(texts, found)
        return self._desk.view(texts, plan, notice=texts.say("onboarding.say.no_item")) if plan is not None else None

    async def _manage(self, text: str, person_id: str, texts: Texts) -> Card | None:
        """The form of the plan that is meant; None when there is none that the person may change."""
        plan = await self._desk.service.own(person_id)
        led = [part for part in await self._desk.service.helps(person_id) if part.leads]
        named = _named(text, led)
        if plan is not None and (not led or named == led):
            return self._desk.manage(texts, plan)
        if len(named) == 1:
            return self._desk.manage(texts, named[0])
        return self._desk.whose(texts, named) if named else None

    async def _undo(self, text: str, person_id: str, texts: Texts) -> Card | None:
        """What can be opened again; None when the person has settled nothing."""
        plan = await self._desk.service.own(person_id)
        if plan is not None:
            return self._desk.settled(texts, plan)
        parts = [part for part in _named(text, await self._desk.service.helps(person_id)) if part.closed]
        if len(parts) == 1:
            return self._desk.settled(texts, parts[0])
        return await self._desk.team(texts, person_id) if parts else None


def _named(text: str, parts: Sequence[PartView]) -> list[PartView]:
    """Those whose newcomer the message names, by initials, first name or whole name; all of them when it names nobody."""
    words = {word.strip(".,:;!?()'\"").casefold() for word in text.split()}
    words |= {word.removesuffix("s") for word in words}
    found = [one for one in parts if words & {one.initials.casefold(), *one.name.casefold().split()[:1]}]
    return found or list(parts)
