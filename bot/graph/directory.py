"""The people of Microsoft Graph, read as a whole now and then and kept in memory: a look never waits for Graph.

What is kept counts for a while (`keep_seconds`). After that nobody has rights until Graph answers again: it is not known who they are.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.errors import GraphError
from bot.graph.client import GraphClient
from bot.graph.groups import Groups
from bot.graph.reading import FIELDS, read_people
from hr.errors import DirectoryUnavailableError
from hr.people import Book, Person, Role

FIRST_SECONDS: Final = 10.0
"""How long a look waits before the list was read for the first time."""

RETRY_SECONDS: Final = 15.0
"""After how long Graph is asked again when it failed without saying when to come back."""

READS: Final = 3
"""How often the list is read while it counts: two failures in a row are noticed by nobody."""

PAGE: Final = "999"
LISTS_AT_ONCE: Final = 4

_log = logging.getLogger(__name__)


class GraphPeople:
    """Reads everyone from Graph."""

    def __init__(self, *, client: GraphClient, groups: Groups, initials_from: str) -> None:
        self._client = client
        self._groups = groups
        self._initials_from = initials_from

    async def __call__(self) -> Book:
        """The people as Graph has them now: all of them, or GraphError. Half a list would take rights and messages from the rest."""
        places = asyncio.Semaphore(LISTS_AT_ONCE)
        wanted = [(role, group) for role, ids in self._groups.items() for group in ids]
        async with asyncio.TaskGroup() as tasks:
            users = tasks.create_task(_told(self._users()))
            lists = [tasks.create_task(_told(self._members(role, group, places))) for role, group in wanted]
        everyone = _result(users)
        members: dict[Role, frozenset[str]] = dict.fromkeys(self._groups, frozenset())
        for (role, _), found in zip(wanted, lists, strict=True):
            members[role] |= frozenset(str(one["id"]).lower() for one in _result(found))
        people = await asyncio.to_thread(read_people, everyone, members, initials_from=self._initials_from)
        if not people:
            raise GraphError("Graph lists nobody who works here: check KOMPAS_GRAPH_GROUPS and the app's permissions.")
        return await asyncio.to_thread(Book, people)

    async def _users(self) -> list[dict[str, object]]:
        fields = ",".join(dict.fromkeys([*FIELDS, self._initials_from]))
        query = {"$select": fields, "$expand": "manager($select=id)", "$top": PAGE}
        return await self._list("users", query, "the users")

    async def _members(self, role: Role, group: str, places: asyncio.Semaphore) -> list[dict[str, object]]:
        async with places:
            path = f"groups/{group}/transitiveMembers/microsoft.graph.user"
            return await self._list(path, {"$select": "id", "$top": PAGE}, f"the group of {role.value}")

    async def _list(self, path: str, query: dict[str, str], what: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        async for page in self._client.items(path, query, what=what):
            if not all(isinstance(one, dict) and "id" in one for one in page):
                raise GraphError(f"Graph's list of {what} holds something else.")
            found += page
        return found


class GraphDirectory:
    """Answers `hr.ports.Directory`. The first look, or `start`, begins to read; `close` ends it.

    Every look raises DirectoryUnavailableError while there is no list that counts.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[Book]],
        *,
        keep_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`read` brings the whole list or raises GraphError."""
        self._read = read
        self._keep_seconds = keep_seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._book: Book | None = None
        self._read_at = 0.0
        self._fault: GraphError | None = None
        self._tried = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the list, and wait for it a while: so nobody has to. That it cannot be read is no reason not to start."""
        with suppress(DirectoryUnavailableError):
            await self._now()

    async def close(self) -> None:
        """Read no more."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    def age(self) -> float | None:
        """Seconds since the list in memory was Graph's; None when none was ever read."""
        return self._monotonic() - self._read_at if self._book is not None else None

    async def find(self, person_id: str) -> Person | None:
        """The person with this aadObjectId, or None."""
        return (await self._now()).find(person_id)

    async def find_by_handle(self, handle: str) -> Person | None:
        """The person with these initials or this e-mail address; None when nobody has them, or several do."""
        return (await self._now()).find_by_handle(handle)

    async def everyone(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        return (await self._now()).people

    async def led_by(self, person_id: str) -> tuple[Person, ...]:
        """Whose manager this person is, by name."""
        return (await self._now()).led_by(person_id)

    async def with_role(self, role: Role) -> tuple[Person, ...]:
        """Everyone who has the role, by name."""
        return (await self._now()).with_role(role)

    async def _now(self) -> Book:
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())
        if not self._tried.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._tried.wait(), FIRST_SECONDS)
        if self._book is None or self._monotonic() - self._read_at > self._keep_seconds:
            raise DirectoryUnavailableError(str(self._fault or "Graph has not answered yet"))
        return self._book

    async def _keep(self) -> None:
        """Read the list again and again. What is kept counts from when reading began."""
        while True:
            began, pause = self._monotonic(), self._keep_seconds / READS
            try:
                self._book, self._read_at, self._fault = await self._read(), began, None
            except GraphError as error:
                self._fault = error
                pause = max(error.retry_after or 0.0, min(RETRY_SECONDS, pause))
                _log.warning("the people of Graph could not be read: %s Next try in %.0f s", error, pause)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the reading for good
                self._fault = GraphError(f"The answer of Graph could not be read: {type(error).__name__}.")
                _log.error("a fault while the people of Graph were read: %s", type(error).__name__)
            self._tried.set()
            await self._sleep(pause)


async def _told(reading: Awaitable[list[dict[str, object]]]) -> list[dict[str, object]] | GraphError:
    """The list, or why there is none: so one failure does not come out of a task group wrapped with others."""
    try:
        return await reading
    except GraphError as error:
        return error


def _result(task: asyncio.Task[list[dict[str, object]] | GraphError]) -> list[dict[str, object]]:
    found = task.result()
    if isinstance(found, GraphError):
        raise found
    return found
