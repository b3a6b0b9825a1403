"""Whether the index works, with its vectors on a Chroma server that stands still."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from bot import readiness
from bot.assembly import vectors_probe
from bot.readiness import Finding, Look
from knowledge.index import IndexReader, LiveIndex
from tests.contract.conftest import chroma_server
from tests.unit.knowledge.index_builders import publish


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process can be held on POSIX only")
async def test_an_index_on_a_server_that_stands_still_is_down_at_once_for_all_who_ask_and_back_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "PROBE_SECONDS", 0.5)
    monkeypatch.setattr(readiness, "LOOK_SECONDS", 0.0)
    with chroma_server(tmp_path / "server") as (url, pid):
        publish(tmp_path / "index", chroma_url=url)
        live = LiveIndex(tmp_path / "index", open_index=lambda: IndexReader.open(tmp_path / "index", chroma_url=url))
        look, parts = Look(), {"index": vectors_probe(live)}
        assert await look.take(parts) == {"index": Finding(fine=True)}
        threads = threading.active_count()
        os.kill(pid, signal.SIGSTOP)
        try:
            assert (await look.take(parts))["index"].fine is False
            begun = time.monotonic()
            for _ in range(50):
                assert (await look.take(parts))["index"].hanging is not None
            assert time.monotonic() - begun < 0.4
            assert threading.active_count() <= threads + 1
        finally:
            os.kill(pid, signal.SIGCONT)
        async with asyncio.timeout(10):
            while await look.take(parts) != {"index": Finding(fine=True)}:
                pass  # the server goes on with what it was asked
        live.close()


async def test_an_index_whose_server_has_gone_is_down(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as (url, _):
        publish(tmp_path / "index", chroma_url=url)
        live = LiveIndex(tmp_path / "index", open_index=lambda: IndexReader.open(tmp_path / "index", chroma_url=url))
        works = vectors_probe(live)
        assert await works()
    assert not await works()
    live.close()
