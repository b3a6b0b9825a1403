"""Every button of onboarding, by the right of the authenticated sender alone."""

from __future__ import annotations

from datetime import date

from adaptive_cards.onboarding.actions import (
    ChangeJourney,
    ChooseMentor,
    ConfirmDone,
    Marking,
    MarkItems,
    MoveStart,
    OnboardingAction,
    OnboardingPage,
    OpenOnboarding,
    ReopenItems,
    SignUpFor,
    StartJourney,
    StartOwnJourney,
    UndoMarks,
)
from adaptive_cards.render import Card
from adaptive_cards.texts import Catalogue, Texts
from bot.events import Asked, Pressed
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.router import Handler
from bot.turn import Message, Turn
from bot.understanding.dates import Direction, FoundDay, read_day
from hr.errors import EventOverError, JourneyNotFoundError, JourneyOpenError, StartDayError, UnknownNewcomerError
from hr.onboarding.model import MarkState, Track
from hr.onboarding.service import JourneyChange
from hr.onboarding.views import PartView, PlanView

_STATES = {
    Marking.DONE: MarkState.DONE,
    Marking.LATER: MarkState.POSTPONED,
    Marking.NOT_RELEVANT: MarkState.NOT_RELEVANT,
}


class OnboardingPress:
    """Runs what a button asks for. `otherwise` answers the question that an item suggests."""

    def __init__(self, *, desk: OnboardingDesk, catalogue: Catalogue, otherwise: Handler[Asked]) -> None:
        self._desk = desk
        self._catalogue = catalogue
        self._otherwise = otherwise

    async def __call__(self, event: Pressed, turn: Turn) -> None:
        """The card that takes the place of the pressed one; where others read along, a word."""
        action = event.action
        if not isinstance(action, OnboardingAction):
            return
        texts = self._catalogue[action.language]
        if not event.personal:
            await turn.send(Message(text=texts.say("onboarding.say.private")))
            return
        if event.reference.aad_object_id is None:
            await turn.replace_card(self._desk.note(texts, "unknown"))
            return
        if isinstance(action, MarkItems) and action.marking is Marking.ASK:
            await self._ask(action, event, turn, texts)
            return
        await turn.replace_card(await self._card(action, event.person_id, texts))

    async def _ask(self, action: MarkItems, event: Pressed, turn: Turn, texts: Texts) -> None:
        try:
            view = await self._desk.service.view(event.person_id, action.journey)
        except JourneyNotFoundError:
            await turn.replace_card(self._desk.note(texts, "not_found"))
            return
        ticked = _ids(action.items)
        about = next((one.item for one in view.open if one.item.topic and (not ticked or one.item.id in ticked)), None)
        if about is None:
            await turn.replace_card(self._desk.view(texts, view, notice=texts.say("onboarding.say.none_ticked")))
            return
        question = about.ask or about.title
        notice = texts.say("onboarding.say.asking", question=question)
        await turn.replace_card(self._desk.view(texts, view, notice=notice))
        await self._otherwise(Asked(reference=event.reference, text=question), turn)

    async def _card(self, action: OnboardingAction, person_id: str, texts: Texts) -> Card:
        try:
            return await self._run(action, person_id, texts)
        except JourneyNotFoundError:
            return self._desk.note(texts, "not_found")

    async def _run(self, action: OnboardingAction, person_id: str, texts: Texts) -> Card:  # noqa: PLR0911 - one line a button
        match action:
            case OpenOnboarding():
                return await self._open(action, person_id, texts)
            case StartJourney() | StartOwnJourney():
                return await self._start(action, person_id, texts)
            case MarkItems():
                return await self._mark(action, person_id, texts)
            case ConfirmDone():
                view = await self._desk.service.mark(
                    person_id, action.journey, [action.item], MarkState.DONE, token=action.token
                )
                return self._desk.view(texts, view, notice=texts.say("onboarding.say.done"), marked=[action.item])
            case UndoMarks() | ReopenItems():
                return await self._reopen(action, person_id, texts)
            case MoveStart():
                return await self._move(action, person_id, texts)
            case ChangeJourney():
                return await self._change(action, person_id, texts)
            case ChooseMentor():
                return await self._mentor(action, person_id, texts)
            case SignUpFor():
                return await self._sign(action, person_id, texts)
            case _:
                raise JourneyNotFoundError

    async def _open(self, action: OpenOnboarding, person_id: str, texts: Texts) -> Card:
        match action.page:
            case OnboardingPage.TEAM:
                return await self._desk.team(texts, person_id, skip=action.skip)
            case OnboardingPage.START_OWN | OnboardingPage.START_OTHER:
                own = action.page is OnboardingPage.START_OWN
                return await self._desk.start(texts, person_id, own=own)
            case OnboardingPage.LISTS:
                return await self._desk.lists(texts, person_id)
            case OnboardingPage.JOURNEY | OnboardingPage.MANAGE | OnboardingPage.SETTLED if action.journey is not None:
                return self._page(action, await self._desk.service.view(person_id, action.journey), texts)
            case _:
                return await self._desk.mine(texts, person_id)

    def _page(self, action: OpenOnboarding, view: PlanView | PartView, texts: Texts) -> Card:
        if action.page is OnboardingPage.JOURNEY:
            return self._desk.view(texts, view, skip=action.skip)
        if action.page is OnboardingPage.SETTLED:
            return self._desk.settled(texts, view, skip=action.skip)
        if isinstance(view, PartView) and not view.leads:
            raise JourneyNotFoundError
        return self._desk.manage(texts, view)

    async def _start(self, action: StartJourney | StartOwnJourney, person_id: str, texts: Texts) -> Card:
        own = isinstance(action, StartOwnJourney)
        colleague = action.colleague if isinstance(action, StartJourney) else ""
        track = Track(action.track) if action.track in set(Track) else None
        day = self._day(action.start_on)

        async def again(key: str) -> Card:
            return await self._desk.start(
                texts,
                person_id,
                own=own,
                track=track,
                colleague=colleague,
                start_on=day,
                notice=texts.say(f"onboarding.say.{key}"),
            )

        if track is None or day is None:
            return await again("track_unknown" if track is None else "day_unknown")
        try:
            view = await self._desk.service.start(
                person_id, handle=None if own else colleague, track=track, start_on=day, token=action.token
            )
        except UnknownNewcomerError:
            return await again("nobody")
        except StartDayError:
            return await again("start_day")
        except JourneyOpenError:
            return await again("open_already")
        key = "started" if own else "started_for"
        return self._desk.view(texts, view, notice=texts.say(f"onboarding.say.{key}"))

    async def _mark(self, action: MarkItems, person_id: str, texts: Texts) -> Card:
        ticked = _ids(action.items)
        if not ticked:
            view = await self._desk.service.view(person_id, action.journey)
            return self._desk.view(texts, view, notice=texts.say("onboarding.say.none_ticked"))
        state = _STATES[action.marking]
        view = await self._desk.service.mark(person_id, action.journey, ticked, state, token=action.token)
        notice = texts.say(f"onboarding.say.{action.marking.value}")
        return self._desk.view(texts, view, notice=notice, marked=ticked)

    async def _reopen(self, action: UndoMarks | ReopenItems, person_id: str, texts: Texts) -> Card:
        items = _ids(action.items) if isinstance(action, ReopenItems) else action.items
        if not items:
            view = await self._desk.service.view(person_id, action.journey)
            return self._desk.view(texts, view, notice=texts.say("onboarding.say.none_ticked"))
        view = await self._desk.service.mark(person_id, action.journey, items, None, token=action.token)
        key = "undone" if isinstance(action, UndoMarks) else "reopened"
        return self._desk.view(texts, view, notice=texts.say(f"onboarding.say.{key}"))

    async def _change(self, action: ChangeJourney, person_id: str, texts: Texts) -> Card:
        change = JourneyChange(action.change)
        if change is JourneyChange.END and not action.sure:
            view = await self._desk.service.view(person_id, action.journey)
            if isinstance(view, PartView) and not view.leads:
                raise JourneyNotFoundError
            return self._desk.end(texts, view)
        changed = await self._desk.service.change(person_id, action.journey, change, token=action.token)
        if changed is None:
            return self._desk.note(texts, "ended")
        return self._desk.view(texts, changed, notice=texts.say(f"onboarding.say.{change.value}"))

    async def _move(self, action: MoveStart, person_id: str, texts: Texts) -> Card:
        day = self._day(action.start_on)
        try:
            if day is None:
                view = await self._desk.service.view(person_id, action.journey)
                return self._desk.manage(texts, view, notice=texts.say("onboarding.say.day_unknown"))
            view = await self._desk.service.move(person_id, action.journey, day, token=action.token)
        except StartDayError:
            view = await self._desk.service.view(person_id, action.journey)
            return self._desk.manage(texts, view, notice=texts.say("onboarding.say.start_day"))
        return self._desk.view(texts, view, notice=texts.say("onboarding.say.moved", day=texts.day(day)))

    async def _mentor(self, action: ChooseMentor, person_id: str, texts: Texts) -> Card:
        try:
            view = await self._desk.service.choose_mentor(person_id, action.journey, action.mentor, token=action.token)
        except UnknownNewcomerError:
            view = await self._desk.service.view(person_id, action.journey)
            return self._desk.manage(texts, view, notice=texts.say("onboarding.say.nobody"))
        return self._desk.view(texts, view, notice=texts.say("onboarding.say.mentor"))

    async def _sign(self, action: SignUpFor, person_id: str, texts: Texts) -> Card:
        try:
            event = await self._desk.service.sign(
                person_id, action.journey, action.event, up=action.up, token=action.token
            )
            key = "signed_off" if event.sign_up is None else "signed" if event.sign_up.place else "waiting"
        except EventOverError:
            key = "event_over"
        view = await self._desk.service.view(person_id, action.journey)
        return self._desk.view(texts, view, notice=texts.say(f"onboarding.say.{key}"))

    def _day(self, typed: str) -> date | None:
        found = read_day(typed, today=self._desk.clock.today(), prefer=Direction.FUTURE) if typed else None
        return found.day if isinstance(found, FoundDay) else None


def _ids(ticked: str) -> list[str]:
    return [one.strip() for one in ticked.split(",") if one.strip()]


def onboards(event: Pressed) -> bool:
    """A filter for the router."""
    return isinstance(event.action, OnboardingAction)
