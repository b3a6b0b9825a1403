"""A server that plays Microsoft Graph: users with their managers, groups with their members, pages, and every way to fail.

async with GraphDouble(people) as double:
    ...  # point KOMPAS_GRAPH_URL at double.url
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from hr.people import Person, Role

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphBehaviour:
    """How Graph answers. `hang` never does; `next_elsewhere` sends the reader of a list to another host."""

    status: int = 200
    delay: float = 0.0
    retry_after: str | None = None
    hang: bool = False
    body: str | None = None
    redirect_to: str | None = None
    next_elsewhere: str | None = None


FINE: Final = GraphBehaviour()


def group_id(role: Role) -> str:
    """The group of a role in the double."""
    return str(uuid5(NAMESPACE_URL, f"https://kompas.example/groups/{role.value}"))


class GraphDouble:
    """Listens on a loopback port of its own while it is entered."""

    def __init__(self, people: Iterable[Person], *, page_size: int = 999) -> None:
        """The people as Graph would have them, each in the groups of his roles."""
        self.people = list(people)
        self.page_size = page_size
        self.behaviour: GraphBehaviour = FINE
        self.requests: list[str] = []
        self.tokens: list[str | None] = []
        self.refused_tokens: set[str] = set()
        self.changed: dict[str, dict[str, Any]] = {}
        self.missing_groups: set[str] = set()
        self._script: list[GraphBehaviour] = []
        self._port = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1.0/users", self._users)
        app.router.add_get("/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user", self._members)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """For KOMPAS_GRAPH_URL."""
        return f"http://{HOST}:{self._port}/v1.0"

    def script(self, *behaviours: GraphBehaviour) -> None:
        """How the next requests are answered, one each; then `behaviour` holds."""
        self._script.extend(behaviours)

    async def _users(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, [self._user(person) for person in self.people])

    async def _members(self, request: web.Request) -> web.StreamResponse:
        group = request.match_info["group"]
        if group in self.missing_groups:
            return web.json_response({"error": {"code": "Request_ResourceNotFound"}}, status=404)
        those = [{"id": one.id} for one in self.people if group in {group_id(role) for role in one.roles}]
        return await self._answer(request, those)

    def _user(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.id,
            "displayName": person.name,
            "mail": person.email,
            "userPrincipalName": person.email,
            "mailNickname": person.initials.lower(),
            "department": person.area,
            "userType": "Member",
            "accountEnabled": True,
            **({"manager": {"id": person.manager_id}} if person.manager_id is not None else {}),
            **self.changed.get(person.id, {}),
        }

    async def _answer(self, request: web.Request, items: list[dict[str, Any]]) -> web.StreamResponse:
        behaviour = self._script.pop(0) if self._script else self.behaviour
        self.requests.append(request.path_qs)
        token = request.headers.get("Authorization")
        self.tokens.append(token)
        await asyncio.sleep(3600 if behaviour.hang else behaviour.delay)
        if behaviour.redirect_to is not None:
            return web.Response(status=302, headers={"Location": behaviour.redirect_to})
        if token in self.refused_tokens:
            return web.json_response({"error": {"code": "InvalidAuthenticationToken"}}, status=401)
        if behaviour.status != 200:
            headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after is not None else {}
            return web.json_response({"error": {"code": "no"}}, status=behaviour.status, headers=headers)
        if behaviour.body is not None:
            return web.Response(text=behaviour.body, content_type="application/json")
        first = int(request.query.get("$skiptoken", "0"))
        page: dict[str, Any] = {"value": items[first : first + self.page_size]}
        if behaviour.next_elsewhere is not None:
            page["@odata.nextLink"] = behaviour.next_elsewhere
        elif first + self.page_size < len(items):
            page["@odata.nextLink"] = (
                f"{self.url}{request.path.removeprefix('/v1.0')}?$skiptoken={first + self.page_size}"
            )
        return web.json_response(page)
