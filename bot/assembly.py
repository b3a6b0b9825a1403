"""Makes the real parts from the settings: the one place that names concrete storage, model and index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp

from adaptive_cards.texts import load_catalogue
from bot.app import outbound_connector
from bot.courier import Courier, Maker, SendHours
from bot.graph.opening import People, open_people
from bot.library import DocumentLibrary
from bot.local_clock import FILE_NAME, LocalClock
from bot.makers.absence import ABSENCE_KINDS, AbsenceMaker
from bot.makers.campaigns import CAMPAIGN_KINDS, CampaignMaker
from bot.makers.content_faults import CONTENT_FAULT_KINDS, ContentFaultMaker
from bot.makers.dialogues import DIALOGUE_KINDS, DialogueMaker
from bot.makers.escalation import ESCALATION_KINDS, EscalationMaker
from bot.makers.insight import INSIGHT_KINDS, InsightMaker
from bot.makers.onboarding import ONBOARDING_KINDS, OnboardingMaker
from bot.metrics import Metrics
from bot.old_files import OldFiles
from bot.parts import Parts
from bot.readiness import Probe
from bot.seal import Seal, keys_of
from bot.settings import BotSettings, Mode, OfficeSettings, OperatorSettings
from bot.sources import Sources
from bot.teams.notifier import Notifier
from bot.understanding.nearest import Nearest
from bot.watching import document_faults
from bot.worker import Chore, Worker
from hr.absence.content import LiveContent
from hr.absence.desk import Retention
from hr.absence.service import AbsenceService
from hr.campaigns.content import LiveCampaigns
from hr.campaigns.service import CampaignService
from hr.clock import Clock, SystemClock
from hr.contacts.content import LiveContacts
from hr.content_faults.chores import FaultChores
from hr.dialogues.content import LiveThemes
from hr.dialogues.service import DialogueService
from hr.errors import StorageError
from hr.escalation.routing_file import LiveRouting
from hr.escalation.service import EscalationService
from hr.history import History
from hr.insight.service import InsightService
from hr.insight.service import Rules as InsightRules
from hr.insight.topics_file import TOPICS_FILE, load_topics
from hr.live_file import LiveFile
from hr.my_data.model import Kind
from hr.my_data.service import MyDataService
from hr.onboarding.content import LiveOnboarding, topics_in
from hr.onboarding.service import OnboardingService
from hr.outbox.dispatcher import Dispatcher, Pace
from hr.outbox.model import MessageKind, OutboxFigures
from hr.people import FileDirectory
from hr.people_forgetting import PeopleForgetting, PeopleRetention
from hr.ports import Directory, Storage
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from knowledge.answering import open_answers, open_live_index
from knowledge.embedding import Embedder, open_embedder
from knowledge.errors import KnowledgeError
from knowledge.index import LiveIndex, current_version
from knowledge.passages import Passages
from knowledge.settings import KnowledgeSettings

Progress = Callable[[int, int], None]
"""Told (steps done, steps in all) while the model is unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The parts that need neither model nor HTTP: what the worker and the operator's commands work on."""

    storage: Storage
    directory: Directory
    people: People
    absence: AbsenceService
    onboarding: OnboardingService
    passages: Passages
    hours: SendHours
    clock: Clock
    contacts: LiveContacts
    dialogues: DialogueService
    escalation: EscalationService
    drafts: Path
    campaigns: CampaignService
    insight: InsightService
    my_data: MyDataService
    content_faults: FaultChores
    people_forgetting: PeopleForgetting
    old_files: OldFiles


def open_history(knowledge: KnowledgeSettings) -> History:
    """Where the versions of HR's files are kept. They are named by the machine's time, also where a day is played."""
    return History(knowledge.history_folder, SystemClock())


def open_model(settings: KnowledgeSettings, progress: Progress | None = None) -> Embedder:
    """The embedding model of the settings, unpacked when needed, loaded at the first text. Raises ModelUnavailable."""
    return open_embedder(
        settings.embedding_model,
        models_folder=settings.models_folder,
        threads=settings.embedding_threads,
        progress=progress,
    )


def played_clock(office: OfficeSettings, knowledge: KnowledgeSettings) -> LocalClock:
    """The clock of local mode: the played day where there is one."""
    return LocalClock(knowledge.data_dir / FILE_NAME, zone=office.zone)


def clock_of(settings: BotSettings | OperatorSettings, knowledge: KnowledgeSettings) -> Clock:
    """What time it is with these settings. In mode teams no day is ever played.

    A day left over from a trial in the same folder is forgotten there: a command that is given no mode would believe it.
    """
    if settings.mode is not Mode.TEAMS:
        return played_clock(settings, knowledge)
    (knowledge.data_dir / FILE_NAME).unlink(missing_ok=True)
    return SystemClock(zone=settings.zone)


def open_seal(settings: OfficeSettings, knowledge: KnowledgeSettings) -> Seal:
    """What seals the buttons of all cards of this installation."""
    given = settings.card_keys.get_secret_value() if settings.card_keys is not None else None
    return Seal(keys_of(given, knowledge.data_dir), SystemClock(zone=settings.zone))


@asynccontextmanager
async def open_office(
    settings: OfficeSettings, knowledge: KnowledgeSettings, *, clock: Clock | None = None
) -> AsyncIterator[Office]:
    """Database migrated, people and HR's content read; no model and no index is loaded.

    Raises StorageError, ContentError, and with people from Graph SettingsError, StartRefusedError.
    """
    # People have no history: it would keep those who have left.
    async with open_people(settings) as people, _open_office(settings, knowledge, people, clock) as office:
        yield office


@asynccontextmanager
async def _open_office(
    settings: OfficeSettings, knowledge: KnowledgeSettings, people: People, clock: Clock | None
) -> AsyncIterator[Office]:
    directory = people.directory
    moment = clock or SystemClock(zone=settings.zone)
    keep = open_history(knowledge).add
    content = LiveContent(settings.content_folder, accepted=keep)
    contacts = LiveContacts(settings.content_folder, today=moment.today, accepted=keep)
    themes = LiveThemes(settings.content_folder, accepted=keep)
    plans = LiveOnboarding(
        settings.content_folder, topics=partial(topics_in, knowledge.documents), today=moment.today, accepted=keep
    )
    routing = LiveRouting(settings.content_folder, accepted=keep)
    templates = LiveCampaigns(settings.content_folder, accepted=keep)
    topics = LiveFile(settings.content_folder / TOPICS_FILE, load_topics, accepted=keep)
    passages = Passages(knowledge.index_folder)
    url = settings.database(knowledge.data_dir)
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    retention = Retention(
        cases_days=settings.retention_cases_days,
        open_cases_days=settings.retention_open_cases_days,
        messages_days=settings.retention_messages_days,
        audit_days=settings.retention_audit_days,
    )
    try:
        yield Office(
            storage=storage,
            directory=directory,
            people=people,
            absence=AbsenceService(
                new_unit=storage.unit,
                directory=directory,
                content=content,
                window=settings.window,
                clock=moment,
                retention=retention,
            ),
            onboarding=OnboardingService(
                new_unit=storage.unit,
                directory=directory,
                content=plans,
                hours=content,
                window=settings.window,
                clock=moment,
                retention_days=settings.retention_journeys_days,
                messages_days=settings.retention_messages_days,
            ),
            passages=passages,
            hours=SendHours(window=settings.window, content=content),
            clock=moment,
            contacts=contacts,
            dialogues=DialogueService(
                new_unit=storage.unit,
                directory=directory,
                themes=themes,
                content=content,
                window=settings.window,
                clock=moment,
                retention_days=settings.retention_dialogues_days,
            ),
            escalation=EscalationService(
                new_unit=storage.unit,
                directory=directory,
                source=routing,
                window=settings.window,
                calendar=lambda: content.calendar,
                clock=moment,
                retention_days=settings.retention_requests_days,
                open_days=settings.retention_open_requests_days,
            ),
            drafts=settings.drafts_folder(knowledge.data_dir),
            campaigns=CampaignService(
                new_unit=storage.unit,
                directory=directory,
                content=templates,
                documents=partial(topics_in, knowledge.documents),
                window=settings.window,
                calendar=lambda: content.calendar,
                clock=moment,
                approval_size=settings.campaign_approval_size,
                retention_days=settings.retention_campaigns_days,
            ),
            insight=InsightService(
                new_unit=storage.unit,
                directory=directory,
                topics=topics,
                library=DocumentLibrary(passages),
                content=content,
                window=settings.window,
                clock=moment,
                rules=InsightRules(
                    smallest=settings.insight_smallest_group,
                    retention_days=settings.retention_feedback_days,
                    digest=settings.insight_digest,
                ),
            ),
            my_data=MyDataService(
                data=storage.personal_data(),
                new_unit=storage.unit,
                clock=moment,
                days=lambda: _kept(settings, retention, content),
            ),
            content_faults=FaultChores(
                new_unit=storage.unit,
                directory=directory,
                files=[
                    *people.files,
                    *content.files,
                    *contacts.files,
                    *themes.files,
                    *plans.files,
                    *routing.files,
                    *templates.files,
                    topics,
                ],
                documents=partial(document_faults, knowledge.index_folder),
                people_file=settings.people_file.name,
                window=settings.window,
                calendar=lambda: content.calendar,
                clock=moment,
            ),
            people_forgetting=PeopleForgetting(
                new_unit=storage.unit,
                directory=directory,
                clock=moment,
                retention=PeopleRetention(
                    chats_days=settings.retention_chats_days,
                    welcomes_days=settings.retention_welcomes_days,
                    choices_days=settings.retention_choices_days,
                ),
            ),
            old_files=OldFiles(
                history=open_history(knowledge),
                drafts=settings.drafts_folder(knowledge.data_dir),
                clock=SystemClock(),  # files are dated by the machine's time, also where a day is played
                versions_days=settings.retention_files_days,
                drafts_days=settings.retention_requests_days,
            ),
        )
    finally:
        await storage.close()


def _kept(settings: OfficeSettings, retention: Retention, content: LiveContent) -> dict[Kind, int]:
    """How many days each kind is kept after it is over."""
    return {
        Kind.CHATS: settings.retention_chats_days,
        Kind.CASES: retention.of_cases(content.absence.parameters),
        Kind.CHOICES: settings.retention_choices_days,
        Kind.AWAY: settings.retention_messages_days,
        Kind.MESSAGES: settings.retention_messages_days,
        Kind.REQUESTS: settings.retention_requests_days,
        Kind.JOURNEYS: settings.retention_journeys_days,
        Kind.SIGN_UPS: settings.retention_journeys_days,
        Kind.CAMPAIGNS: settings.retention_campaigns_days,
        Kind.LOG: settings.retention_audit_days,
    }


@asynccontextmanager
async def open_parts(
    settings: OfficeSettings, knowledge: KnowledgeSettings, *, clock: Clock | None = None
) -> AsyncIterator[Parts]:
    """Everything the HTTP side is built on, opened: database migrated, model loaded, index warm.

    Raises what keeps the bot from starting: KnowledgeError, StorageError, ContentError.
    """
    if settings.graph_groups is None:
        FileDirectory.load(settings.people_file)  # a fault in it is told before the model is loaded
    current_version(knowledge.index_folder)  # without an index nothing can start
    embedder = open_model(knowledge)
    live = open_live_index(knowledge, knowledge.index_folder, embedder)
    try:
        answers = open_answers(knowledge, knowledge.index_folder, embedder, live)
        await asyncio.to_thread(answers.warm_up)
        async with open_office(settings, knowledge, clock=clock) as office:
            await office.people.start()
            yield Parts(
                answerer=answers,
                new_unit=office.storage.unit,
                directory=office.directory,
                absence=office.absence,
                onboarding=office.onboarding,
                passages=office.passages,
                nearest=Nearest(embedder),
                contacts=office.contacts,
                dialogues=office.dialogues,
                clock=office.clock,
                escalation=office.escalation,
                drafts=office.drafts,
                campaigns=office.campaigns,
                insight=office.insight,
                my_data=office.my_data,
                seal=open_seal(settings, knowledge),
                directory_age=office.people.age,
                probes={
                    "database": _probe(office.storage.ping),
                    "index": _probe(partial(asyncio.to_thread, live.hold)),
                },
                signs={
                    "vectors": vectors_probe(live),
                    "model": _probe(partial(asyncio.to_thread, _encodes, embedder)),
                },
            )
    finally:
        live.close()


@asynccontextmanager
async def open_worker(
    settings: BotSettings,
    knowledge: KnowledgeSettings,
    *,
    clock: Clock | None = None,
    metrics: Metrics | None = None,
) -> AsyncIterator[Worker]:
    """A worker with connections of its own, which counts in `metrics`. Raises StorageError, ContentError, StartRefusedError."""
    counted = metrics or Metrics()
    async with (
        open_office(settings, knowledge, clock=clock or clock_of(settings, knowledge)) as office,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        await office.people.start()
        counted.gauge("kompas_directory_age_seconds", office.people.age, part="worker")
        courier = Courier(
            makers=makers(office),
            notifier=Notifier(outbound_connector(settings, session, counted), open_seal(settings, knowledge)),
            hours=office.hours,
            clock=office.clock,
        )
        dispatcher = Dispatcher(
            new_unit=office.storage.unit, courier=courier, clock=office.clock, pace=Pace(rate=settings.send_rate)
        )
        yield Worker(
            chores=office.absence,
            dispatcher=dispatcher,
            clock=office.clock,
            figures=partial(_figures, office.storage),
            scrub=office.storage.scrub,
            metrics=counted,
            rounds={
                "onboarding": office.onboarding.queue_due,
                "channels of HR": office.escalation.chores.follow_groups,
                "questions that nobody answers": office.escalation.chores.close_forgotten,
                "questions to HR": office.escalation.chores.remind,
                "campaigns": office.campaigns.chores.queue_due,
                "HR's digests": office.insight.queue_digests,
                "faults of files": office.content_faults.follow,
            },
            retention=retention_chores(office),
        )


def retention_chores(office: Office) -> dict[str, Chore]:
    """What is done once a day besides `AbsenceService.delete_expired`: what has been kept long enough goes, everywhere."""
    return {
        "cases that nobody looks at": office.absence.lapse,
        "dialogues": office.dialogues.delete_expired,
        "onboarding": office.onboarding.delete_expired,
        "questions to HR": office.escalation.chores.delete_finished,
        "campaigns": office.campaigns.chores.delete_expired,
        "feedback": office.insight.delete_expired,
        "chats": office.people_forgetting.chats,
        "welcomes": office.people_forgetting.welcomes,
        "leaders' choices": office.people_forgetting.choices,
        "files": office.old_files.delete_expired,
    }


def makers(office: Office) -> dict[MessageKind, Maker]:
    """What makes the cards of each kind of message."""
    catalogue = load_catalogue()
    absence = AbsenceMaker(facts=office.absence, passages=office.passages, catalogue=catalogue, clock=office.clock)
    dialogues = DialogueMaker(facts=office.dialogues, catalogue=catalogue, clock=office.clock)
    onboarding = OnboardingMaker(facts=office.onboarding, catalogue=catalogue)
    campaigns = CampaignMaker(
        service=office.campaigns, passages=office.passages, catalogue=catalogue, clock=office.clock
    )
    insight = InsightMaker(facts=office.insight, catalogue=catalogue)
    escalation = EscalationMaker(
        facts=office.escalation, catalogue=catalogue, sources=Sources(passages=office.passages, clock=office.clock)
    )
    return {
        **dict.fromkeys(ABSENCE_KINDS, absence),
        **dict.fromkeys(CAMPAIGN_KINDS, campaigns),
        **dict.fromkeys(CONTENT_FAULT_KINDS, ContentFaultMaker(facts=office.content_faults, catalogue=catalogue)),
        **dict.fromkeys(ESCALATION_KINDS, escalation),
        **dict.fromkeys(INSIGHT_KINDS, insight),
        **dict.fromkeys(DIALOGUE_KINDS, dialogues),
        **dict.fromkeys(ONBOARDING_KINDS, onboarding),
    }


async def outbox_figures_at(url: str, now: datetime) -> OutboxFigures:
    """How the outbox of a database that is up to date stands at `now`. Raises StorageError."""
    storage = SqlStorage(create_engine(url))
    try:
        return await _figures(storage, now)
    finally:
        await storage.close()


async def _figures(storage: Storage, now: datetime) -> OutboxFigures:
    async with storage.unit() as unit:
        return await unit.outbox.figures(now)


def vectors_probe(live: LiveIndex) -> Probe:
    """Whether the store of the newest version's vectors answers: one that was opened once says nothing of now."""

    def answers() -> None:
        live.current().passages.count()

    return _probe(partial(asyncio.to_thread, answers))


def _encodes(embedder: Embedder) -> None:
    embedder.encode_queries(["klar"])


def _probe(check: Callable[[], Awaitable[None]]) -> Probe:
    async def works() -> bool:
        try:
            await check()
        except (KnowledgeError, StorageError):
            return False
        return True

    return works
