"""The composition root of the HTTP side: settings and parts in, an aiohttp application out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Final

import aiohttp
from aiohttp import web

from bot.errors import StartRefusedError
from bot.events import Event
from bot.gate import ISSUER, Door, Gate, LocalDoor, TeamsDoor
from bot.hosts import ServiceHosts, is_loopback
from bot.limits import SenderLimit
from bot.metrics import Metrics
from bot.parts import Parts
from bot.readiness import Probe
from bot.references import References
from bot.routes import build_router
from bot.settings import KEY_HOSTS, AppType, BotSettings, Mode, PlatformSettings
from bot.signing_keys import SigningKeys
from bot.teams.connector import ConnectorClient
from bot.teams.edge import Edge
from bot.teams.managed_identity import IdentityEndpoint, ManagedIdentity
from bot.teams.tokens import (
    SCOPE,
    CertificateCredential,
    ClientCredentials,
    Credential,
    NoTokens,
    SecretCredential,
    Tokens,
)
from bot.turn import Turn
from bot.web import EDGE, GATE, METRICS, PROBES, SIGNS, add_routes, quiet_server_log
from hr.clock import SystemClock
from knowledge.logs import quiet_libraries
from knowledge.settings import load

Identity = Credential | IdentityEndpoint | None
"""What the bot has to show for its token; None in local mode, where nobody asks."""

THREADS: Final = 32
"""Worker threads for answers and other blocking calls."""


def create_app(settings: BotSettings, parts: Parts) -> web.Application:
    """The application, nothing started yet. Raises StartRefusedError when it must not serve with these settings."""
    if settings.mode is Mode.LOCAL and not is_loopback(settings.host):
        raise StartRefusedError("Local mode serves loopback only.")
    return create_port(
        settings,
        lambda connector, metrics: build_edge(connector, parts, metrics),
        probes=parts.probes,
        signs=parts.signs,
    )


MakeEdge = Callable[[ConnectorClient, Metrics], Edge]


def create_port(
    settings: BotSettings,
    make_edge: MakeEdge,
    *,
    probes: Mapping[str, Probe] = MappingProxyType({}),
    signs: Mapping[str, Probe] = MappingProxyType({}),
) -> web.Application:
    """The gate with any edge behind it, nothing started yet. Raises StartRefusedError."""
    identity = _identity(settings)
    app = web.Application()
    app[PROBES] = probes
    app[SIGNS] = signs
    app[METRICS] = Metrics()
    app.cleanup_ctx.append(lambda app: _run(app, settings, make_edge, identity))
    add_routes(app)
    quiet_server_log()
    quiet_libraries()
    return app


async def _run(
    app: web.Application, settings: BotSettings, make_edge: MakeEdge, identity: Identity
) -> AsyncIterator[None]:
    """Open what lives as long as the server, and close it in the opposite order: turns under way first."""
    executor = ThreadPoolExecutor(THREADS, thread_name_prefix="kompas")
    asyncio.get_running_loop().set_default_executor(executor)
    metrics = app[METRICS]
    # Two pools: a Connector that hangs on every connection must not keep keys and tokens from being fetched.
    async with new_session() as session, new_session() as trust:
        hosts = service_hosts(settings)
        tokens = _tokens(settings, trust, identity)
        connector = ConnectorClient(session=session, tokens=tokens, hosts=hosts, metrics=metrics)
        edge = make_edge(connector, metrics)
        app[GATE] = Gate(_door(settings, trust, hosts, metrics), limit=_limit(settings))
        app[EDGE] = edge
        yield
        await edge.close()
    executor.shutdown(wait=False, cancel_futures=True)


def new_session() -> aiohttp.ClientSession:
    """A pool of connections without cookies."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True)


def build_edge(connector: ConnectorClient, parts: Parts, metrics: Metrics) -> Edge:
    """The edge with every handler behind it."""
    router, errors = build_router(parts)
    references = References(parts.new_unit, parts.clock)

    async def dispatch(event: Event, turn: Turn) -> bool:
        taken = await router.dispatch(event, turn)
        await references.note(event)
        return taken

    # Which reference is the newest is a question of this machine's time, also where a day is simulated.
    return Edge(
        connector=connector,
        dispatch=dispatch,
        on_error=errors,
        still_working=errors.still_working,
        clock=SystemClock(),
        seal=parts.seal,
        metrics=metrics,
    )


def _limit(settings: BotSettings) -> SenderLimit | None:
    """None in local mode: whoever sits at the machine plays everybody."""
    return None if settings.mode is Mode.LOCAL else SenderLimit(per_minute=settings.inbound_per_minute)


def _door(settings: BotSettings, session: aiohttp.ClientSession, hosts: ServiceHosts, metrics: Metrics) -> Door:
    if settings.mode is Mode.LOCAL:
        return LocalDoor(hosts=hosts)
    keys = SigningKeys(
        session=session,
        metadata_url=settings.openid_metadata_url,
        hosts=ServiceHosts(KEY_HOSTS, loopback=settings.insecure_loopback),
        issuer=ISSUER,
        metrics=metrics,
    )
    return TeamsDoor(app_id=str(settings.app_id), tenants=settings.tenants, hosts=hosts, keys=keys)


def _identity(settings: BotSettings) -> Identity:
    """How the bot proves who it is, checked before anything is served. Raises StartRefusedError."""
    if settings.mode is Mode.LOCAL:
        return None
    if settings.app_type is AppType.USER_ASSIGNED_MSI:
        return _identity_endpoint(settings)
    if settings.app_certificate is not None:
        return CertificateCredential.load(
            settings.app_certificate, app_id=str(settings.app_id), token_url=settings.outbound_token_url
        )
    if settings.app_secret is None:
        raise StartRefusedError("Mode teams needs KOMPAS_APP_SECRET or KOMPAS_APP_CERTIFICATE.")
    return SecretCredential(settings.app_secret)


def _identity_endpoint(settings: BotSettings) -> IdentityEndpoint:
    platform = load(PlatformSettings)
    if settings.token_url is not None:
        return IdentityEndpoint(url=settings.token_url)
    if platform.identity_endpoint is None or platform.identity_header is None:
        return IdentityEndpoint()
    return IdentityEndpoint(url=platform.identity_endpoint, header=platform.identity_header.get_secret_value())


def _tokens(settings: BotSettings, session: aiohttp.ClientSession, identity: Identity, scope: str = SCOPE) -> Tokens:
    app_id = str(settings.app_id)
    if identity is None:
        return NoTokens()
    if isinstance(identity, IdentityEndpoint):
        return ManagedIdentity(session=session, app_id=app_id, endpoint=identity, scope=scope)
    return ClientCredentials(
        session=session, token_url=settings.outbound_token_url, app_id=app_id, credential=identity, scope=scope
    )


def outbound_tokens(settings: BotSettings, session: aiohttp.ClientSession, *, scope: str = SCOPE) -> Tokens:
    """Where the bot's own token comes from with these settings. Raises StartRefusedError."""
    return _tokens(settings, session, _identity(settings), scope)


def service_hosts(settings: BotSettings) -> ServiceHosts:
    """Where messages may go with these settings."""
    local = settings.mode is Mode.LOCAL
    return ServiceHosts(
        frozenset() if local else settings.allowed_service_hosts, loopback=local or settings.insecure_loopback
    )


def outbound_connector(
    settings: BotSettings, session: aiohttp.ClientSession, metrics: Metrics | None = None
) -> ConnectorClient:
    """What writes into chats by itself, with the bot's own identity. Raises StartRefusedError."""
    return ConnectorClient(
        session=session, tokens=outbound_tokens(settings, session), hosts=service_hosts(settings), metrics=metrics
    )
