"""The directory that the settings name: the people file, or Graph with the bot's own identity."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.app import new_session, outbound_tokens
from bot.errors import StartRefusedError
from bot.graph.client import GraphClient
from bot.graph.directory import GraphDirectory, GraphPeople
from bot.graph.groups import load_groups
from bot.settings import BotSettings, Mode, OfficeSettings
from hr.live_file import HasFault
from hr.people import LiveDirectory
from knowledge.settings import load

SCOPE: Final = "https://graph.microsoft.com/.default"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Where people are looked up, and the files behind it whose faults HR is told of."""

    directory: GraphDirectory | LiveDirectory
    files: tuple[HasFault, ...] = ()

    def age(self) -> float | None:
        """Seconds since they were last read with success; None when they never were."""
        return self.directory.age()

    async def start(self) -> None:
        """Read what comes from elsewhere, so that no look has to wait for it."""
        if isinstance(self.directory, GraphDirectory):
            await self.directory.start()


@asynccontextmanager
async def open_people(settings: OfficeSettings) -> AsyncIterator[People]:
    """The people of these settings. Raises ContentError, SettingsError, StartRefusedError."""
    if settings.graph_groups is None:
        directory = LiveDirectory(settings.people_file)
        yield People(directory=directory, files=directory.files)
        return
    groups = await asyncio.to_thread(load_groups, settings.graph_groups)
    bot = settings if isinstance(settings, BotSettings) else load(BotSettings)
    if bot.mode is Mode.LOCAL:
        raise StartRefusedError("KOMPAS_GRAPH_GROUPS needs mode teams: Graph is asked with the bot's own identity.")
    async with new_session() as session:
        client = GraphClient(session=session, tokens=outbound_tokens(bot, session, scope=SCOPE), base=bot.graph_url)
        read = GraphPeople(client=client, groups=groups, initials_from=bot.graph_initials)
        graph = GraphDirectory(read, keep_seconds=bot.graph_keep_seconds)
        try:
            yield People(directory=graph)
        finally:
            await graph.close()
