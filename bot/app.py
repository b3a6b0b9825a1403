"""The composition root of the HTTP side: settings and parts in, an aiohttp application out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import aiohttp
from aiohttp import web

from adaptive_cards.texts import Catalogue, load_catalogue
from bot.conversation import ConversationMemory, SentAnswers
from bot.errors import StartRefusedError
from bot.events import Asked, Event, Installed, MembersAdded, Pressed, Rated, Removed, Withdrawn
from bot.gate import ISSUER, Door, Gate, LocalDoor, TeamsDoor
from bot.handlers.absence.desk import Desk, Passages
from bot.handlers.absence.parts import Cards
from bot.handlers.absence.press import PressHandler, follows_up
from bot.handlers.absence.typed import TypedHandler
from bot.handlers.ask import Answerer, AskHandler
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
from bot.handlers.onboarding.desk import OnboardingDesk
from bot.handlers.onboarding.press import OnboardingPress, onboards
from bot.handlers.onboarding.typed import OnboardingTyped
from bot.hosts import ServiceHosts, is_loopback
from bot.references import References
from bot.router import Handler, Route, Router
from bot.seal import Seal
from bot.settings import KEY_HOSTS, BotSettings, Mode
from bot.signing_keys import SigningKeys
from bot.teams.connector import ConnectorClient
from bot.teams.edge import Edge
from bot.teams.tokens import CertificateCredential, ClientCredentials, Credential, NoTokens, SecretCredential, Tokens
from bot.turn import Turn
from bot.understanding.nearest import Nearest
from bot.web import EDGE, GATE, PROBES, Probe, add_routes, quiet_server_log
from hr.absence.service import AbsenceService
from hr.campaigns.service import CampaignService
from hr.clock import Clock, SystemClock
from hr.contacts.content import LiveContacts
from hr.dialogues.service import DialogueService
from hr.escalation.service import EscalationService
from hr.onboarding.service import OnboardingService
from hr.ports import Directory, NewUnitOfWork

THREADS: Final = 32
"""Worker threads for answers and other blocking calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the HTTP side is built on. `probes` are asked by /readyz; each raises nothing and says whether its part works.

    Without `absence` and `passages` there is no follow-up on absence: such messages are answered as questions.
    Without `escalation` and `drafts`, the folder of draft documents, no question goes on to HR.
    Without `nearest`, the rules alone say what a message about it means.
    """

    answerer: Answerer
    new_unit: NewUnitOfWork
    directory: Directory
    absence: AbsenceService | None = None
    passages: Passages | None = None
    nearest: Nearest | None = None
    contacts: LiveContacts | None = None
    dialogues: DialogueService | None = None
    onboarding: OnboardingService | None = None
    escalation: EscalationService | None = None
    drafts: Path | None = None
    campaigns: CampaignService | None = None
    clock: Clock = field(default_factory=SystemClock)
    seal: Seal = field(default_factory=Seal.of_one_process)
    catalogue: Catalogue = field(default_factory=load_catalogue)
    probes: Mapping[str, Probe] = field(default_factory=lambda: MappingProxyType({}))


def create_app(settings: BotSettings, parts: Parts) -> web.Application:
    """The application, nothing started yet. Raises StartRefusedError when it must not serve with these settings."""
    if settings.mode is Mode.LOCAL and not is_loopback(settings.host):
        raise StartRefusedError("Local mode serves loopback only.")
    credential = _credential(settings)
    app = web.Application()
    app[PROBES] = parts.probes
    app.cleanup_ctx.append(lambda app: _run(app, settings, parts, credential))
    add_routes(app)
    quiet_server_log()
    return app


async def _run(
    app: web.Application, settings: BotSettings, parts: Parts, credential: Credential | None
) -> AsyncIterator[None]:
    """Open what lives as long as the server, and close it in the opposite order: turns under way first."""
    executor = ThreadPoolExecutor(THREADS, thread_name_prefix="kompas")
    asyncio.get_running_loop().set_default_executor(executor)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True) as session:
        hosts = service_hosts(settings)
        connector = ConnectorClient(session=session, tokens=_tokens(settings, session, credential), hosts=hosts)
        edge = build_edge(connector, parts)
        app[GATE] = Gate(_door(settings, session, hosts))
        app[EDGE] = edge
        yield
        await edge.close()
    executor.shutdown(wait=False, cancel_futures=True)


def build_edge(connector: ConnectorClient, parts: Parts) -> Edge:
    """The edge with every handler behind it."""
    router, errors = build_router(parts)
    references = References(parts.new_unit, parts.clock)

    async def dispatch(event: Event, turn: Turn) -> bool:
        taken = await router.dispatch(event, turn)
        await references.note(event)
        return taken

    # Which reference is the newest is a question of this machine's time, also where a day is simulated.
    return Edge(connector=connector, dispatch=dispatch, on_error=errors, clock=SystemClock(), seal=parts.seal)


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
    )
    command = CommandHandler(words=words, catalogue=catalogue, memory=memory, starters=starters)
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
    others: list[Route[Asked] | Route[Pressed]] = []
    ask_hr: Handler[Pressed] | None = None
    if parts.escalation is not None and parts.drafts is not None:
        asking = AskingDesk(service=parts.escalation, memory=memory)
        asks = AskingTypedHandler(desk=asking, catalogue=catalogue)
        presses = HrPresses(desk=asking, drafts=parts.drafts, clock=clock)
        asking_press = AskingPressHandler(desk=asking, hr_presses=presses, catalogue=catalogue)
        others += [
            Route(event=Asked, handler=Guarded(asks, otherwise=ask), when=asks.wants_hr),
            Route(event=Pressed, handler=asking_press, when=asks_hr),
        ]
        ask_hr = asks.pressed
    if parts.contacts is not None:
        helps = ContactHandler(
            contacts=parts.contacts, clock=clock, catalogue=catalogue, passages=parts.passages, ask_hr=ask_hr
        )
        others += [
            Route(event=Asked, handler=Guarded(helps.typed, otherwise=ask), when=helps.asks),
            Route(event=Pressed, handler=helps.pressed, when=is_about_contacts),
        ]
    if parts.dialogues is not None:
        trio = DialogueHandler(service=parts.dialogues, clock=clock, catalogue=catalogue)
        others += [
            Route(event=Asked, handler=Guarded(trio.typed, otherwise=ask), when=trio.asks),
            Route(event=Pressed, handler=trio.pressed, when=is_about_dialogues),
        ]
    if parts.campaigns is not None:
        reminders = CampaignDesk(service=parts.campaigns, passages=parts.passages, clock=clock)
        words_of_hr = CampaignTyped(desk=reminders, catalogue=catalogue)
        others += [
            Route(event=Asked, handler=Guarded(words_of_hr, otherwise=ask), when=words_of_hr.takes),
            Route(event=Pressed, handler=CampaignPress(desk=reminders, catalogue=catalogue), when=is_about_campaigns),
        ]
    if parts.onboarding is not None:
        plans = OnboardingDesk(service=parts.onboarding, clock=clock)
        words_of_plans = OnboardingTyped(desk=plans, catalogue=catalogue, otherwise=rest)
        taken = Guarded(words_of_plans, otherwise=rest)
        pressed = OnboardingPress(desk=plans, catalogue=catalogue, otherwise=ask)
        others += [
            Route(event=Asked, handler=taken, when=words_of_plans.takes),
            Route(event=Pressed, handler=pressed, when=onboards),
        ]
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


def _door(settings: BotSettings, session: aiohttp.ClientSession, hosts: ServiceHosts) -> Door:
    if settings.mode is Mode.LOCAL:
        return LocalDoor(hosts=hosts)
    keys = SigningKeys(
        session=session,
        metadata_url=settings.openid_metadata_url,
        hosts=ServiceHosts(KEY_HOSTS, loopback=settings.insecure_loopback),
        issuer=ISSUER,
    )
    return TeamsDoor(app_id=str(settings.app_id), tenants=settings.tenants, hosts=hosts, keys=keys)


def _credential(settings: BotSettings) -> Credential | None:
    """How the bot proves itself; None in local mode, where nobody asks."""
    if settings.mode is Mode.LOCAL:
        return None
    if settings.app_certificate is not None:
        return CertificateCredential.load(
            settings.app_certificate, app_id=str(settings.app_id), token_url=settings.outbound_token_url
        )
    if settings.app_secret is None:
        raise StartRefusedError("Mode teams needs KOMPAS_APP_SECRET or KOMPAS_APP_CERTIFICATE.")
    return SecretCredential(settings.app_secret)


def _tokens(settings: BotSettings, session: aiohttp.ClientSession, credential: Credential | None) -> Tokens:
    if credential is None:
        return NoTokens()
    return ClientCredentials(
        session=session, token_url=settings.outbound_token_url, app_id=str(settings.app_id), credential=credential
    )


def outbound_tokens(settings: BotSettings, session: aiohttp.ClientSession) -> Tokens:
    """Where the bot's own token comes from with these settings. Raises StartRefusedError."""
    return _tokens(settings, session, _credential(settings))


def service_hosts(settings: BotSettings) -> ServiceHosts:
    """Where messages may go with these settings."""
    local = settings.mode is Mode.LOCAL
    return ServiceHosts(
        frozenset() if local else settings.allowed_service_hosts, loopback=local or settings.insecure_loopback
    )


def outbound_connector(settings: BotSettings, session: aiohttp.ClientSession) -> ConnectorClient:
    """What writes into chats by itself, with the bot's own identity. Raises StartRefusedError."""
    return ConnectorClient(session=session, tokens=outbound_tokens(settings, session), hosts=service_hosts(settings))
