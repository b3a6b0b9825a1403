"""Whether the parts work: each is asked at most once at a time, and nobody waits long for one that hangs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

Probe = Callable[[], Awaitable[bool]]
"""Whether a part works; raises nothing."""

PROBE_SECONDS: Final = 3.0
"""How long a part may take to answer before it counts as down."""

LOOK_SECONDS: Final = 2.0
"""How long what a look has found is told: the port is public, and a look costs a text of the model."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a part is. `hanging`: for how many seconds it has not answered, if it has not."""

    fine: bool
    hanging: float | None = None


@dataclass(slots=True, kw_only=True)
class _Asked:
    """A probe under way or over. `told`: the log has that it hangs."""

    task: asyncio.Future[bool]
    begun: float
    told: bool = False


class Look:
    """Looks at every part, and shares what it finds with all who ask meanwhile.

    A probe that hangs is not given up: its thread could not be stopped, and the next one would hang as well. It is told how long it has
    been hanging, at once, until it answers; from then on the part is asked anew.
    """

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}

    async def take(self, probes: Mapping[str, Probe]) -> dict[str, Finding]:
        """How each part is, as found within the last two seconds; takes three seconds at most."""
        found = await asyncio.gather(*(self._find(name, probe) for name, probe in probes.items()))
        return dict(zip(probes, found, strict=True))

    async def _find(self, name: str, probe: Probe) -> Finding:
        asked, now = self._asked.get(name), time.monotonic()
        if asked is None or (asked.task.done() and now - asked.begun >= LOOK_SECONDS):
            asked = self._asked[name] = _Asked(task=asyncio.ensure_future(probe()), begun=now)
        rest = asked.begun + PROBE_SECONDS - now
        if rest > 0:
            await asyncio.wait({asked.task}, timeout=rest)
        if asked.task.done():
            return Finding(fine=asked.task.result())
        if not asked.told:
            asked.told = True
            _log.warning("a part hangs: %s", name)
        return Finding(fine=False, hanging=time.monotonic() - asked.begun)
