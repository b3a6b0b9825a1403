"""`kompas doctor`: is everything there that the bot needs? One line each, with what to do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from bot.app import outbound_tokens
from bot.assembly import clock_of, open_model, open_office, outbox_figures_at
from bot.errors import BotError
from bot.graph.opening import open_people
from bot.settings import BotSettings, Mode, OfficeSettings, OperatorSettings
from bot.watching import standing
from hr.absence.content import load_absence, load_closed_days
from hr.campaigns.content import CAMPAIGNS_FILE, load_templates
from hr.contacts.content import CONTACTS_FILE, load_contacts
from hr.dialogues.content import DIALOGUES_FILE, load_themes
from hr.errors import ContentError, HrError, StorageError
from hr.insight.topics_file import TOPICS_FILE, load_topics
from hr.outbox.model import LATE_SECONDS
from hr.people import FileDirectory, Role
from hr.storage.migrate import is_current
from knowledge.errors import KnowledgeError, SettingsError
from knowledge.glossary import load_glossary
from knowledge.index import IndexReader
from knowledge.settings import PREFIX, KnowledgeSettings, load

SECONDS = 10.0
_SETTINGS: Final = {"people": "PEOPLE", "glossary": "GLOSSARY", "content": "CONTENT", "database": "DATABASE_URL"}
"""Which setting names what a check looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at and what was found."""

    fine: bool
    what: str
    found: str

    def __str__(self) -> str:
        """`ok    index: 30 documents ...`."""
        return f"{'ok' if self.fine else 'FAULT':<6}{self.what}: {self.found}"


async def examine() -> list[Finding]:
    """Look at everything. Later checks need the settings; the others go on when one fails."""
    try:
        knowledge, office = load(KnowledgeSettings), load(OfficeSettings)
    except SettingsError as error:
        return [Finding(fine=False, what="settings", found="; ".join(str(error).splitlines()))]
    findings = [_identity()]
    checks: dict[str, Callable[[], Awaitable[str]]] = {
        "people": lambda: _people(office),
        "glossary": lambda: asyncio.to_thread(_glossary, knowledge),
        "content": lambda: asyncio.to_thread(_content, office, knowledge),
        "database": lambda: _database(office, knowledge),
        "cases": lambda: _cases(office, knowledge),
        "worker": lambda: _worker(office, knowledge),
        "model": lambda: asyncio.to_thread(_model, knowledge),
        "index": lambda: asyncio.to_thread(_index, knowledge),
        "watcher": lambda: asyncio.to_thread(_watcher, knowledge),
        "connector": _connector,
    }
    for what, check in checks.items():
        try:
            findings.append(Finding(fine=True, what=what, found=await check()))
        except (KnowledgeError, HrError, BotError, _Unreachable) as error:
            findings.append(Finding(fine=False, what=what, found=_with_cure(what, " ".join(str(error).split()))))
    return findings


def _with_cure(what: str, message: str) -> str:
    """What is wrong, followed by the setting behind it unless the message says already what to do."""
    name = _SETTINGS.get(what)
    if name is None or PREFIX in message or "Run: " in message:
        return message
    return f"{message.rstrip('.')}. Put it right, or set {PREFIX}{name} to another."


class _Unreachable(Exception):  # noqa: N818
    """A server that the bot needs does not answer."""


def _identity() -> Finding:
    try:
        settings = load(BotSettings)
    except SettingsError as error:
        return Finding(fine=False, what="settings", found="; ".join(str(error).splitlines()))
    who = (
        "anonymous, this machine only"
        if settings.mode is Mode.LOCAL
        else f"app {settings.app_id} in tenant {settings.app_tenant_id}"
    )
    return Finding(fine=True, what="settings", found=f"mode {settings.mode.value}, {who}")


async def _people(office: OfficeSettings) -> str:
    if office.graph_groups is None:
        people = (await asyncio.to_thread(FileDirectory.load, office.people_file)).people
        return f"{len(people)} people in {office.people_file}"
    async with open_people(office) as found:
        people = await found.directory.everyone()
    counts = Counter(role for person in people for role in person.roles - {Role.EMPLOYEE})
    roles = ", ".join(f"{counts[role]} {role.value}" for role in Role if counts[role])
    without = sum(not person.initials for person in people)
    unled = sum(person.manager_id is None for person in people)
    return f"{len(people)} people in Microsoft Graph ({roles}); {unled} without a manager, {without} without initials"


def _glossary(knowledge: KnowledgeSettings) -> str:
    glossary = load_glossary(knowledge.glossary)
    return f"{len(glossary.danish)} Danish and {len(glossary.english)} English phrases in {knowledge.glossary}"


async def _database(office: OfficeSettings, knowledge: KnowledgeSettings) -> str:
    if not await is_current(office.database(knowledge.data_dir)):
        raise _Unreachable("not up to date. Run: kompas migrate")
    return "reachable and up to date"


def _content(office: OfficeSettings, knowledge: KnowledgeSettings) -> str:
    """How much there is, and which texts are hidden because their review is overdue."""
    content = load_absence(office.content_folder)
    load_closed_days(office.content_folder)
    today = clock_of(load(OperatorSettings), knowledge).today()
    load_contacts(office.content_folder / CONTACTS_FILE, today=today)
    load_themes(office.content_folder / DIALOGUES_FILE)
    load_templates(office.content_folder / CAMPAIGNS_FILE)
    load_topics(office.content_folder / TOPICS_FILE)
    overdue = [
        entry.id if entry.valid_to is None else f"{entry.id} (until {entry.valid_to})"
        for entry in content.overdue(today)
    ]
    hidden = f"; hidden until HR has reviewed them and moved review_by: {', '.join(overdue)}" if overdue else ""
    return f"{len(content.rules)} steps and {len(content.guides)} guides in {office.content_folder}{hidden}"


async def _worker(office: OfficeSettings, knowledge: KnowledgeSettings) -> str:
    """Whether reminders leave in time. The outbox tells, whatever process sends."""
    url = office.database(knowledge.data_dir)
    try:
        usable = await is_current(url)
    except StorageError:
        usable = False
    if not usable:
        return "not looked at: the database above comes first"
    settings = load(OperatorSettings)
    figures = await outbox_figures_at(url, clock_of(settings, knowledge).now())
    told = (
        f"{figures.due} due, {figures.waiting} waiting, {figures.sent} sent, {figures.late} late, "
        f"{figures.unknown} unknown, {figures.blocked} blocked, {figures.failed} failed"
    )
    if figures.oldest_due_seconds > LATE_SECONDS:
        minutes = int(figures.oldest_due_seconds / 60)
        raise _Unreachable(f"{told}; the oldest has been due for {minutes} minutes. Run: kompas worker")
    return told


async def _cases(office: OfficeSettings, knowledge: KnowledgeSettings) -> str:
    """Whether every open case has a leader. Nobody is reminded of one that has none."""
    try:
        usable = await is_current(office.database(knowledge.data_dir))
    except StorageError:
        usable = False
    if not usable:
        return "not looked at: the database above comes first"
    try:
        async with open_office(office, knowledge) as opened:
            waiting = sum((await opened.absence.leaderless()).values())
            count = await opened.absence.open_cases()
    except ContentError:
        return "not looked at: people and content above come first"
    if waiting:
        raise _Unreachable(f"{waiting} cases have no leader. Run: kompas cases, then kompas cases offer")
    return f"{count} open, each with a leader"


def _model(knowledge: KnowledgeSettings) -> str:
    embedder = open_model(knowledge)
    vector = embedder.encode_queries(["prøve"])
    return f"{embedder.name}, {vector.shape[1]} columns"


def _index(knowledge: KnowledgeSettings) -> str:
    # As a whole: what the bot can do without is a fault to whoever looks after it.
    index = IndexReader.open(knowledge.index_folder, model=open_model(knowledge).name, chroma_url=knowledge.chroma_url)
    failed = (
        f", {len(index.manifest.failures)} files failed: python -m indexer status" if index.manifest.failures else ""
    )
    return f"{len(index.documents)} documents, {len(index.chunks)} passages, version {index.version}{failed}"


def _watcher(knowledge: KnowledgeSettings) -> str:
    """Whether changed documents come into the index by themselves. The index folder tells, whatever process watches."""
    runs, told = standing(knowledge.index_folder)
    if runs is False:
        raise _Unreachable(
            f"{told}: the process that did is gone. Run: kompas serve, or python -m indexer build --watch"
        )
    return told


async def _connector() -> str:
    try:
        settings = load(BotSettings)
    except SettingsError:
        return "not looked at: the settings above come first"
    if settings.mode is Mode.LOCAL:
        return "not needed in local mode"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(settings.openid_metadata_url) as answer,
        ):
            answer.raise_for_status()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _Unreachable(
            f"signing keys cannot be fetched ({type(error).__name__}): check the network and KOMPAS_OPENID_METADATA_URL"
        ) from error
    await _token(settings)
    return "signing keys can be fetched, and the bot gets a token"


async def _token(settings: BotSettings) -> None:
    """Ask for the bot's own token: a wrong secret is the commonest fault."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            await outbound_tokens(settings, session).token()
    except (BotError, aiohttp.ClientError, TimeoutError) as error:
        raise _Unreachable(
            f"no token ({type(error).__name__}): check KOMPAS_APP_ID, KOMPAS_APP_TENANT_ID and the secret, certificate or managed identity"
        ) from error
