"""The measurements of absence follow-up: that they run and print, not how fast anything is."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.benchmark_absence import BenchSettings, Size, run
from bot.benchmark_figures import percentile
from bot.settings import SAMPLE_CONTENT

TINY = Size(open_cases=6, due=2, rounds=2, idle_scans=2, burst=3, singles=0, ahead=0.0)
NO_SERVER = BenchSettings(test_postgres=SecretStr("postgresql://root@127.0.0.1:1/test"))


async def test_every_figure_is_printed_with_its_floor_and_a_missing_server_is_told() -> None:
    lines: list[str] = []
    await run(SAMPLE_CONTENT, NO_SERVER, say=lines.append, size=TINY)
    told = "\n".join(lines)
    assert "SQLite: due-step scan over 6 cases, 0 due: p50" in told
    assert "SQLite: due-step scan over 6 cases, 2 due and queued: p50" in told
    assert "(4 sent); two bare UPDATEs each:" in told
    assert "SQLite: due to sent, 3 at once at 25 a second: p50" in told
    assert "SQLite: digests of a week over 6 cases: " in told
    assert "SQLite: all 6 cases brought in line with an edit: " in told
    assert "PostgreSQL: not measured" in told


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.95, 4.0), (0.01, 1.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([3.0, 1.0, 4.0, 2.0], share) == value
