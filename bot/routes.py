"""Which handler answers what: the routes in the order in which they are tried."""

from __future__ import annotations

from bot.conversation import ConversationMemory, SentAnswers
from bot.events import Asked, Installed, MembersAdded, Pressed, Rated, Removed, Withdrawn
from bot.handlers.absence.desk import Desk
from bot.handlers.absence.parts import Cards
from bot.handlers.absence.press import PressHandler, follows_up
from bot.handlers.absence.typed import TypedHandler
from bot.handlers.ask import AskHandler
from bot.handlers.campaigns.desk import CampaignDesk
from bot.handlers.campaigns.press import CampaignPress, is_about_campaigns
from bot.handlers.campaigns.typed import CampaignTyped
from bot.handlers.contacts.handlers import ContactHandler, is_about_contacts
from bot.handlers.dialogues.handlers import DialogueHandler, is_about_dialogues
from bot.handlers.errors import ErrorHandler
from bot.handlers.escalation.desk import Desk as AskingDesk
from bot.handlers.escalation.hr_press import HrPresses
from bot.handlers.escalation.press import PressHandler as AskingPressHandler
from bot.handlers.escalation.press import asks_hr
from bot.handlers.escalation.typed import TypedHandler as AskingTypedHandler
from bot.handlers.feedback import RateHandler, ReasonHandler, gives_reason
from bot.handlers.guarded import Guarded
from bot.handlers.home import CommandHandler, ForgetHandler, Starters, WelcomeHandler, Words
from bot.handlers.insight.handlers import InsightHandler, is_about_insight
from bot.handlers.my_data import MyDataHandler, is_about_my_data
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.press import OnboardingPress, onboards
from bot.handlers.onboarding.typed import OnboardingTyped
from bot.parts import Parts
from bot.router import Handler, Route, Router
from bot.sources import Sources


def build_router(parts: Parts) -> tuple[Router, ErrorHandler]:
    """The routes in the order in which they are tried, and what answers when one of them fails."""
    catalogue, new_unit, clock = parts.catalogue, parts.new_unit, parts.clock
    memory, sent, words = ConversationMemory(), SentAnswers(), Words(catalogue)
    errors = ErrorHandler(catalogue)
    starters = Starters(parts.directory if parts.absence is not None else None)
    welcome = WelcomeHandler(new_unit=new_unit, clock=clock, catalogue=catalogue, starters=starters)
    forget = ForgetHandler(memory)
    ask = AskHandler(
        answerer=parts.answerer,
        directory=parts.directory,
        new_unit=new_unit,
        clock=clock,
        catalogue=catalogue,
        memory=memory,
        sent=sent,
        onboarding=parts.onboarding,
        may_ask_hr=parts.escalation is not None,
        topics=parts.insight.topics if parts.insight is not None else None,
    )
    command = CommandHandler(
        words=words, catalogue=catalogue, memory=memory, starters=starters, directory=parts.directory
    )
    rate = RateHandler(new_unit=new_unit, clock=clock, catalogue=catalogue, sent=sent)
    reason = ReasonHandler(new_unit=new_unit, clock=clock, catalogue=catalogue)
    follow_up: list[Route[Asked] | Route[Pressed]] = []
    rest: Handler[Asked] = ask
    if parts.absence is not None and parts.passages is not None:
        desk = Desk(service=parts.absence, passages=parts.passages, clock=clock, memory=memory)
        cards = Cards(desk)
        typed = TypedHandler(desk=desk, cards=cards, catalogue=catalogue, otherwise=ask, nearest=parts.nearest)
        rest = typed
        press = PressHandler(desk=desk, cards=cards, catalogue=catalogue, otherwise=ask)
        follow_up = [Route(event=Asked, handler=typed), Route(event=Pressed, handler=press, when=follows_up)]
    others = feature_routes(parts, ask=ask, rest=rest, memory=memory)
    routes: list[
        Route[Asked]
        | Route[Pressed]
        | Route[Rated]
        | Route[Installed]
        | Route[MembersAdded]
        | Route[Removed]
        | Route[Withdrawn]
    ] = [
        Route(event=Asked, handler=command, when=words.is_command),
        *others,
        *follow_up,
        Route(event=Asked, handler=ask),
        Route(event=Pressed, handler=reason, when=gives_reason),
        Route(event=Pressed, handler=errors.unreadable_button),
        Route(event=Rated, handler=rate),
        Route(event=Installed, handler=welcome.installed),
        Route(event=MembersAdded, handler=welcome.members_added),
        Route(event=Removed, handler=forget),
        Route(event=Withdrawn, handler=forget),
    ]
    return Router(routes), errors


Feature = list[Route[Asked] | Route[Pressed]]
"""The routes of one feature, in their order."""


def feature_routes(parts: Parts, *, ask: Handler[Asked], rest: Handler[Asked], memory: ConversationMemory) -> Feature:
    """The routes of everything but questions and absence. `rest` takes what a feature turns out not to be meant by."""
    ask_hr, of_asking = _asking_hr(parts, ask, memory)
    first, last = _onboarding(parts, ask, rest)
    return [
        *first,
        *of_asking,
        *_contacts(parts, ask, ask_hr),
        *_dialogues(parts, ask),
        *_my_data(parts),
        *_campaigns(parts, ask),
        *_insight(parts),
        *last,
    ]


def _asking_hr(
    parts: Parts, ask: Handler[Asked], memory: ConversationMemory
) -> tuple[Handler[Pressed] | None, Feature]:
    """How another card hands a topic over to HR, and the routes."""
    if parts.escalation is None or parts.drafts is None:
        return None, []
    sources = Sources(passages=parts.passages, clock=parts.clock)
    asking = AskingDesk(service=parts.escalation, memory=memory, sources=sources)
    asks = AskingTypedHandler(desk=asking, catalogue=parts.catalogue)
    presses = HrPresses(desk=asking, drafts=parts.drafts, clock=parts.clock)
    press = AskingPressHandler(desk=asking, hr_presses=presses, catalogue=parts.catalogue)
    return asks.pressed, [
        Route(event=Asked, handler=Guarded(asks, otherwise=ask), when=asks.wants_hr),
        Route(event=Pressed, handler=press, when=asks_hr),
    ]


def _contacts(parts: Parts, ask: Handler[Asked], ask_hr: Handler[Pressed] | None) -> Feature:
    if parts.contacts is None:
        return []
    helps = ContactHandler(
        contacts=parts.contacts,
        clock=parts.clock,
        catalogue=parts.catalogue,
        passages=parts.passages,
        ask_hr=ask_hr,
    )
    return [
        Route(event=Asked, handler=Guarded(helps.typed, otherwise=ask), when=helps.asks),
        Route(event=Pressed, handler=helps.pressed, when=is_about_contacts),
    ]


def _dialogues(parts: Parts, ask: Handler[Asked]) -> Feature:
    if parts.dialogues is None:
        return []
    trio = DialogueHandler(service=parts.dialogues, clock=parts.clock, catalogue=parts.catalogue)
    return [
        Route(event=Asked, handler=Guarded(trio.typed, otherwise=ask), when=trio.asks),
        Route(event=Pressed, handler=trio.pressed, when=is_about_dialogues),
    ]


def _my_data(parts: Parts) -> Feature:
    if parts.my_data is None:
        return []
    mine = MyDataHandler(service=parts.my_data, catalogue=parts.catalogue)
    return [
        Route(event=Asked, handler=mine.typed, when=mine.asks),
        Route(event=Pressed, handler=mine.pressed, when=is_about_my_data),
    ]


def _campaigns(parts: Parts, ask: Handler[Asked]) -> Feature:
    if parts.campaigns is None:
        return []
    desk = CampaignDesk(service=parts.campaigns, passages=parts.passages, clock=parts.clock)
    words = CampaignTyped(desk=desk, catalogue=parts.catalogue)
    return [
        Route(event=Asked, handler=Guarded(words, otherwise=ask), when=words.takes),
        Route(event=Pressed, handler=CampaignPress(desk=desk, catalogue=parts.catalogue), when=is_about_campaigns),
    ]


def _insight(parts: Parts) -> Feature:
    if parts.insight is None:
        return []
    overview = InsightHandler(service=parts.insight, catalogue=parts.catalogue)
    return [
        Route(event=Asked, handler=overview.typed, when=overview.takes),
        Route(event=Pressed, handler=overview.pressed, when=is_about_insight),
    ]


def _onboarding(parts: Parts, ask: Handler[Asked], rest: Handler[Asked]) -> tuple[Feature, Feature]:
    """What goes before the other features because it is said plainly, and what comes after them."""
    if parts.onboarding is None:
        return [], []
    desk = OnboardingDesk(service=parts.onboarding, clock=parts.clock)
    words = OnboardingTyped(desk=desk, catalogue=parts.catalogue, otherwise=rest)
    typed = Guarded(words, otherwise=rest)
    press = OnboardingPress(desk=desk, catalogue=parts.catalogue, otherwise=ask)
    return [Route(event=Asked, handler=typed, when=words.takes_first)], [
        Route(event=Asked, handler=typed, when=words.takes),
        Route(event=Pressed, handler=press, when=onboards),
    ]
