"""How the views of onboarding become cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.feedback import notice_card
from adaptive_cards.onboarding.actions import UndoMarks
from adaptive_cards.onboarding.asking import confirm_card, end_card, settled_card, which_card, whose_card
from adaptive_cards.onboarding.forms import manage_card, start_card
from adaptive_cards.onboarding.helpers import lists_card, part_card, team_card
from adaptive_cards.onboarding.plan import events_card, plan_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Texts
from hr.clock import Clock
from hr.onboarding.model import Item, Track
from hr.onboarding.service import OnboardingService
from hr.onboarding.views import DraftView, PartView, PlanView


class OnboardingDesk:
    """Makes the cards for one person at a time."""

    def __init__(self, *, service: OnboardingService, clock: Clock) -> None:
        self.service = service
        self.clock = clock

    def view(
        self,
        texts: Texts,
        view: PlanView | PartView,
        *,
        notice: str | None = None,
        skip: int = 0,
        marked: Sequence[str] = (),
    ) -> Card:
        """A journey as its reader sees it; what has just been `marked` can be taken back there."""
        undo = None
        if marked:
            undo = UndoMarks(token=token(), journey=view.journey.id, items=tuple(marked), language=texts.language)
        if isinstance(view, PlanView):
            card = plan_card(texts=texts, plan=view, token=token(), skip=skip, notice=notice, undo=undo)
            return self._made(texts, "plan", card)
        card = part_card(texts=texts, part=view, token=token(), skip=skip, notice=notice, undo=undo)
        return self._made(texts, "part", card)

    async def mine(self, texts: Texts, person_id: str, *, notice: str | None = None) -> Card:
        """One's own plan; else those one helps with; else a form."""
        plan = await self.service.own(person_id)
        if plan is not None:
            return self.view(texts, plan, notice=notice)
        if await self.service.helps(person_id):
            return await self.team(texts, person_id)
        return await self.start(texts, person_id, own=True)

    async def team(self, texts: Texts, person_id: str, *, skip: int = 0, notice: str | None = None) -> Card:
        """The newcomers one helps."""
        starts = await self.service.may_start_for_others(person_id)
        card = team_card(
            texts=texts,
            team=await self.service.helps(person_id),
            starts=starts,
            lists=await self.service.may_see_lists(person_id),
            skip=skip,
            notice=notice,
        )
        return self._made(texts, "team", card)

    async def start(
        self,
        texts: Texts,
        person_id: str,
        *,
        own: bool,
        track: Track | None = None,
        colleague: str = "",
        start_on: date | None = None,
        notice: str | None = None,
    ) -> Card:
        """The form, filled as far as is known."""
        if not own and not await self.service.may_start_for_others(person_id):
            return self.note(texts, "not_yours")
        likely = await self.service.likely_track(person_id) if own else Track.NEW_EMPLOYEE
        today = self.clock.today()
        draft = DraftView(track=track or likely, start_on=start_on or today, today=today, own=own, colleague=colleague)
        return self._made(texts, "start", start_card(texts=texts, draft=draft, token=token(), notice=notice))

    def manage(self, texts: Texts, view: PlanView | PartView, *, notice: str | None = None) -> Card:
        """The form of a journey."""
        return self._made(texts, "manage", manage_card(texts=texts, view=view, token=token(), notice=notice))

    async def lists(self, texts: Texts, person_id: str) -> Card:
        """Who has signed up."""
        return self._made(texts, "lists", lists_card(texts=texts, lists=await self.service.sign_ups(person_id)))

    def events(self, texts: Texts, plan: PlanView) -> Card:
        """The common events of one's own plan."""
        return self._made(texts, "event", events_card(texts=texts, plan=plan, token=token()))

    def confirm(self, texts: Texts, found: Sequence[tuple[Item, PlanView | PartView]]) -> Card:
        """The question before a tick; where several items are meant, which of them."""
        if len(found) > 1:
            return self._made(texts, "confirm", which_card(texts=texts, found=found, token=token()))
        item, view = found[0]
        return self._made(texts, "confirm", confirm_card(texts=texts, item=item, view=view, token=token()))

    def whose(self, texts: Texts, found: Sequence[PartView]) -> Card:
        """Whose plan is to be adjusted."""
        return self._made(texts, "team", whose_card(texts=texts, found=found))

    def end(self, texts: Texts, view: PlanView | PartView) -> Card:
        """The question before a plan ends."""
        return self._made(texts, "manage", end_card(texts=texts, view=view, token=token()))

    def settled(self, texts: Texts, view: PlanView | PartView, *, skip: int = 0) -> Card:
        """What the reader has settled, to be opened again."""
        return self._made(texts, "settled", settled_card(texts=texts, view=view, token=token(), skip=skip))

    def note(self, texts: Texts, key: str, **values: object) -> Card:
        """One line; `key` is below `onboarding.say`."""
        text = texts.say(f"onboarding.say.{key}", **values)
        return self._made(texts, "note", notice_card(texts=texts, text=text))

    @staticmethod
    def _made(texts: Texts, name: str, card: AdaptiveCard) -> Card:
        return render(card, summary=texts.say(f"onboarding.summaries.{name}"))


def token() -> str:
    """A new action token."""
    return uuid4().hex
