"""Makes the real parts from the settings: the one place that names concrete storage, model and index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from bot.app import Parts
from bot.settings import OfficeSettings
from bot.web import Probe
from hr.errors import StorageError
from hr.people import FileDirectory
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from knowledge.answering import open_answers, open_live_index
from knowledge.embedding import Embedder, open_embedder
from knowledge.errors import KnowledgeError
from knowledge.index import LiveIndex, current_version
from knowledge.settings import KnowledgeSettings

Progress = Callable[[int, int], None]
"""Told (steps done, steps in all) while the model is unpacked."""


def open_model(settings: KnowledgeSettings, progress: Progress | None = None) -> Embedder:
    """The embedding model of the settings, unpacked when needed, loaded at the first text. Raises ModelUnavailable."""
    return open_embedder(
        settings.embedding_model,
        models_folder=settings.models_folder,
        threads=settings.embedding_threads,
        progress=progress,
    )


@asynccontextmanager
async def open_parts(office: OfficeSettings, knowledge: KnowledgeSettings) -> AsyncIterator[Parts]:
    """Everything the HTTP side is built on, opened: database migrated, model loaded, index warm.

    Raises what keeps the bot from starting: KnowledgeError, StorageError, PeopleFileError.
    """
    directory = FileDirectory.load(office.people_file)
    current_version(knowledge.index_folder)  # before the model is loaded: without an index nothing can start
    embedder = open_model(knowledge)
    live = open_live_index(knowledge, knowledge.index_folder, embedder)
    answers = open_answers(knowledge, knowledge.index_folder, embedder, live)
    await asyncio.to_thread(answers.warm_up)
    url = office.database(knowledge.data_dir)
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    try:
        yield Parts(
            answerer=answers,
            new_unit=storage.unit,
            directory=directory,
            probes={
                "database": _probe(storage.ping),
                "index": _probe(partial(asyncio.to_thread, _opens, live)),
                "model": _probe(partial(asyncio.to_thread, _encodes, embedder)),
            },
        )
    finally:
        await storage.close()
        live.close()


def _opens(live: LiveIndex) -> None:
    live.current()


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
