"""The loop behind the reminders: what is due is queued, what is queued is sent, what is old is deleted."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from bot.metrics import Metrics
from hr.clock import COPENHAGEN, Clock
from hr.errors import DirectoryUnavailableError, HrError, StorageError
from hr.outbox.dispatcher import Report
from hr.outbox.model import OutboxFigures

LOOK_SECONDS: Final = 5.0
"""How often a worker that has nothing to do looks for something."""

LONGEST_PAUSE_SECONDS: Final = 10.0
"""How long it waits, at most, for a database that does not answer."""

ONCE_SECONDS: Final = 60.0
"""How long a single pass waits for rows that it put off itself."""

LET_OTHERS_SECONDS: Final = 0.15
"""How long the database is left to others between two batches. On SQLite they ask again after 100 ms at most, and would get no turn."""

SCRUB_AGAIN: Final = timedelta(minutes=1)
"""When what was deleted is made unreadable that a reader, such as a backup, has kept readable until now."""

BATCH: Final = 200
"""How many cases one transaction looks at."""

LEADERS: Final = 20
"""Of how many leaders one transaction brings the cases in line with an edit of HR's."""

_log = logging.getLogger(__name__)


class Chores(Protocol):
    """What there is to do besides sending; `hr.absence.service.AbsenceService` does it."""

    async def follow_content(self, *, limit: int = 20) -> int:
        """Bring cases in line with an edit of HR's; of how many leaders, fewer than `limit` when nothing is left."""
        ...

    async def queue_due(self, *, limit: int = 200) -> int:
        """Queue reminders that are due; how many cases were looked at, fewer than `limit` when nothing is left."""
        ...

    async def queue_digests(self) -> int:
        """Queue this week's digests; how many."""
        ...

    async def delete_expired(self, *, limit: int = 200) -> int:
        """Delete what has been kept long enough; how many cases."""
        ...


Chore = Callable[[], Awaitable[int]]
"""Something to do besides sending; how much was done. 0 when there is nothing left for now."""


class Sends(Protocol):
    """What empties the outbox; `hr.outbox.dispatcher.Dispatcher` does."""

    async def dispatch(self, now: datetime, *, stop: asyncio.Event | None = None) -> Report:
        """Send everything due at `now`."""
        ...


class Worker:
    """One of any number of workers on a database. It survives a database that is gone, and faults."""

    def __init__(
        self,
        *,
        chores: Chores,
        dispatcher: Sends,
        clock: Clock,
        figures: Callable[[datetime], Awaitable[OutboxFigures]],
        scrub: Callable[[], Awaitable[None]],
        rounds: Mapping[str, Chore] | None = None,
        retention: Mapping[str, Chore] | None = None,
        metrics: Metrics | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`scrub` makes deleted data unreadable in the database's files; `figures` tells how the outbox stands.

        `rounds` are the other features' chores of every round by name, `retention` those of every day, which delete.
        """
        self._chores = chores
        self._dispatcher = dispatcher
        self._clock = clock
        self._figures = figures
        self._metrics = metrics or Metrics()
        self._scrub = scrub
        self._rounds = dict(rounds or {})
        self._retention = dict(retention or {})
        self._sleep = sleep
        self._cleaned_on: date | None = None
        self._scrub_at: datetime | None = None
        self._put_off: list[datetime] = []

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is on its way by then is finished first."""
        pause = 0.0
        while not stop.is_set():
            try:
                busy = await self._round(stop)
            except HrError as error:
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2 or 1.0)
                self._metrics.count("kompas_worker_rounds_total", outcome="failed")
                _log.warning("the worker cannot go on (%s): next try in %.0f s", type(error).__name__, pause)
                await _wait(stop, pause)
                continue
            except Exception as error:  # noqa: BLE001 - one fault must not end the reminders of everybody
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2 or 1.0)
                self._metrics.count("kompas_worker_rounds_total", outcome="failed")
                _log.error(
                    "a fault in the worker (%s at %s): next try in %.0f s", type(error).__name__, _at(error), pause
                )
                await _wait(stop, pause)
                continue
            pause = 0.0
            self._metrics.count("kompas_worker_rounds_total", outcome="ok")
            if not busy:
                await _wait(stop, LOOK_SECONDS)

    async def figures(self) -> OutboxFigures:
        """How the outbox stands now. Raises StorageError."""
        return await self._figures(self._clock.now())

    async def once(self, now: datetime) -> dict[str, Any]:
        """One pass over everything due at `now`, for the command line; what it did, as plain numbers. Raises StorageError."""
        queued = await self._queue()
        done = await self._other_chores()
        digests = await self._chore("digests", self._chores.queue_digests)
        # What was queued a moment ago may leave from that moment on, which is after `now`.
        at, waited = max(now, self._clock.now()), 0.0
        total = await self._dispatcher.dispatch(at)
        while total.next_at is not None:
            wait = max(0.1, (total.next_at - max(at, self._clock.now())).total_seconds())
            if waited + wait > ONCE_SECONDS:
                break
            await self._sleep(wait)
            at, waited = max(total.next_at, self._clock.now()), waited + wait
            more = await self._dispatcher.dispatch(at)
            total.counts.update(more.counts)
            total.put_off = [*_after(at, total.put_off), *more.put_off]
        deleted = await self._clean()
        figures = await self._figures(now)
        counted = ("sent", "late", "unknown", "blocked", "failed", "cancelled", "throttled", "resent")
        return {
            "now": now.astimezone(COPENHAGEN).isoformat(),
            "queued": queued,
            "digests": digests,
            "chores": done,
            **{name: total.counts[name] for name in counted},
            "deleted": deleted,
            "waiting": figures.due + figures.waiting,
            "oldest_due_seconds": round(figures.oldest_due_seconds, 1),
        }

    async def _round(self, stop: asyncio.Event) -> bool:
        """Whether there was anything to do."""
        busy = await self._queue_all()
        now = self._clock.now()
        report = await self._send(now, stop)
        busy = report.counts.total() > 0 or busy
        self._put_off = [*_after(now, self._put_off), *report.put_off]
        if self._put_off:  # a row waits for its place; look again by then, not after a whole pause
            wait = (min(self._put_off) - self._clock.now()).total_seconds()
            await _wait(stop, min(LOOK_SECONDS, max(0.1, wait)))
            busy = True
        today = self._clock.today()
        if self._cleaned_on != today and not stop.is_set():
            await self._clean()
            self._cleaned_on = today
        elif self._scrub_at is not None and self._clock.now() >= self._scrub_at:
            await self._scrub_files()
        return busy

    async def _queue_all(self) -> bool:
        """Queue whatever is due; whether there was anything."""
        busy = await self._queue() > 0
        busy = sum((await self._other_chores()).values()) > 0 or busy
        return await self._chore("digests", self._chores.queue_digests) > 0 or busy

    async def _send(self, now: datetime, stop: asyncio.Event) -> Report:
        """Empty the outbox. Thousands take minutes, so what falls due meanwhile is queued meanwhile, and need not wait for the last of them."""
        sending = asyncio.create_task(self._dispatcher.dispatch(now, stop=stop))
        try:
            while not (await asyncio.wait({sending}, timeout=LOOK_SECONDS))[0]:
                try:
                    await self._queue_all()
                except StorageError as error:
                    _log.warning("nothing can be queued (%s): next try in %.0f s", type(error).__name__, LOOK_SECONDS)
            return sending.result()
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait({sending})

    async def _chore(self, name: str, act: Callable[[], Awaitable[int]]) -> int:
        """One chore, 0 when it fails for another reason than the database: what it fails on must not hold up what can be sent."""
        try:
            return await act()
        except StorageError:
            raise
        except DirectoryUnavailableError:
            _log.debug("a chore waits until people can be looked up again: %s", name)
            return 0
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("a fault in a chore (%s: %s at %s)", name, type(error).__name__, _at(error))
            return 0

    async def _other_chores(self) -> dict[str, int]:
        """What the other features had to do, by name; those that had something."""
        done = {name: await self._chore(name, act) for name, act in self._rounds.items()}
        return {name: count for name, count in done.items() if count}

    async def _queue(self) -> int:
        """Queue until nothing is due, by HR's content as it is now; how many cases were looked at."""
        await self._chore("following an edit", self._follow)
        return await self._chore("queueing", self._queue_due)

    async def _queue_due(self) -> int:
        total, looked_at = 0, BATCH
        while looked_at >= BATCH:
            looked_at = await self._chores.queue_due(limit=BATCH)
            total += looked_at
            if looked_at >= BATCH:
                await self._sleep(LET_OTHERS_SECONDS)
        return total

    async def _follow(self) -> int:
        total, looked_at = 0, LEADERS
        while looked_at >= LEADERS:
            looked_at = await self._chores.follow_content(limit=LEADERS)
            total += looked_at
            if looked_at >= LEADERS:
                await self._sleep(LET_OTHERS_SECONDS)
        return total

    async def _clean(self) -> int:
        """Retention: how many cases were deleted."""
        total, deleted = 0, BATCH
        while deleted >= BATCH:
            deleted = await self._chores.delete_expired(limit=BATCH)
            total += deleted
        for name, delete in self._retention.items():
            await self._chore(name, delete)
        await self._scrub_files()
        if total:
            _log.info("%d cases were deleted", total)
        return total

    async def _scrub_files(self) -> None:
        try:
            await self._scrub()
        except StorageError as error:
            # Deleted it is; a later call makes it unreadable in the file as well.
            self._scrub_at = self._clock.now() + SCRUB_AGAIN
            _log.warning("deleted data was not scrubbed yet: %s", type(error).__name__)
        else:
            self._scrub_at = None


def _at(error: Exception) -> str:
    """Where it happened, without what was at hand there."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def _after(moment: datetime, others: list[datetime]) -> list[datetime]:
    return [other for other in others if other > moment]


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
