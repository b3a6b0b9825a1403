"""How figures of `kompas bench` are taken and told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

TICK_SECONDS: Final = 0.005


async def took(act: Callable[[], Awaitable[object]]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    await act()
    return time.perf_counter() - started


async def note_gaps(found: list[float]) -> None:
    """Until cancelled: the seconds for which nothing else in this process had a turn."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        found.append(time.perf_counter() - before - TICK_SECONDS)


def percentile(found: Sequence[float], share: float) -> float:
    """The value below which that share of the list lies; the list must not be empty.

    >>> percentile([0.4, 0.1, 0.3, 0.2], 0.5), percentile([1.0], 0.95)
    (0.2, 1.0)
    """
    ordered = sorted(found)
    return ordered[max(0, round(share * len(ordered)) - 1)]


def in_seconds(found: Sequence[float]) -> str:
    """`p50 2.6 s, p95 4.6 s (6 measured)`."""
    return f"p50 {percentile(found, 0.5):.1f} s, p95 {percentile(found, 0.95):.1f} s ({len(found)} measured)"


def beside(found: Sequence[float], floor: Sequence[float], floor_name: str) -> str:
    """The figure, its floor, and how many times the floor it is."""
    middle, low = percentile(found, 0.5) * 1000, percentile(floor, 0.5) * 1000
    high = percentile(found, 0.95) * 1000
    return f"p50 {middle:.1f} ms, p95 {high:.1f} ms; {floor_name}: p50 {low:.1f} ms ({middle / low:.1f} times that)"
