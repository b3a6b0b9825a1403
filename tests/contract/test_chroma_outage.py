"""A Chroma server that is cut off, hangs and comes back: questions are answered all the while, by their words alone where it must be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from knowledge import chroma_store, index, outage
from knowledge.answering import AnswerService, open_answers
from knowledge.models import Answered, NotFound, Question
from knowledge.settings import KnowledgeSettings
from tests.faults.proxy import TcpProxy
from tests.unit.knowledge.builders import TODAY
from tests.unit.knowledge.index_builders import EMBEDDER, publish

TEXT = "Kontakt den sygemeldte på dag 1, 3 og 10."
QUESTION = Question(text="Hvornår kontakter jeg den sygemeldte?", as_of=TODAY)
SLACK = 3.0
"""What a busy machine may add to the seconds for which the server is waited for."""


def answers(folder: Path, url: str) -> AnswerService:
    settings = KnowledgeSettings(_env_file=None, data_dir=folder, chroma_url=url)
    return open_answers(settings, folder, EMBEDDER)


async def by_words(service: AnswerService) -> bool:
    answer = await asyncio.to_thread(service.answer, QUESTION)
    assert isinstance(answer, Answered | NotFound)
    assert answer.passages[0].text == TEXT
    return answer.by_words


@asynccontextmanager
async def behind_proxy(folder: Path, chroma_url: str) -> AsyncIterator[TcpProxy]:
    """The text published on the server, and a proxy before that."""
    publish(folder, TEXT, chroma_url=chroma_url)
    server = urlsplit(chroma_url)
    async with TcpProxy(server.hostname or "", server.port or 0) as proxy:
        yield proxy


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Called, it lets the next question try the server again without waiting half a minute."""

    def retry() -> None:
        monkeypatch.setattr(outage, "RETRY_SECONDS", 0.0)
        monkeypatch.setattr(index, "RETRY_SECONDS", 0.0)

    return retry


async def test_a_server_that_is_cut_off_and_comes_back(
    tmp_path: Path, chroma_url: str, at_once: Callable[[], None]
) -> None:
    async with behind_proxy(tmp_path, chroma_url) as proxy:
        service = answers(tmp_path, f"http://127.0.0.1:{proxy.port}")
        assert not await by_words(service)

        await proxy.cut()
        assert await by_words(service)

        await proxy.mend()
        at_once()
        assert not await by_words(service)


async def test_a_server_that_hangs_holds_up_one_question_for_some_seconds_and_the_next_not_at_all(
    tmp_path: Path, chroma_url: str
) -> None:
    async with behind_proxy(tmp_path, chroma_url) as proxy:
        service = answers(tmp_path, f"http://127.0.0.1:{proxy.port}")
        assert not await by_words(service)
        proxy.silent = True

        started = time.monotonic()
        assert await by_words(service)
        first = time.monotonic() - started
        assert await by_words(service)
        second = time.monotonic() - started - first

    assert first < chroma_store.READ_SECONDS + SLACK
    assert second < SLACK


@pytest.mark.parametrize("silent", [False, True], ids=["refuses", "hangs"])
async def test_a_start_without_the_server_answers_by_words_until_it_is_there(
    tmp_path: Path, chroma_url: str, at_once: Callable[[], None], silent: bool
) -> None:
    async with behind_proxy(tmp_path, chroma_url) as proxy:
        if silent:
            proxy.silent = True
        else:
            await proxy.cut()
        service = answers(tmp_path, f"http://127.0.0.1:{proxy.port}")
        await asyncio.to_thread(service.warm_up)
        assert await by_words(service)

        if silent:
            proxy.silent = False
        else:
            await proxy.mend()
        at_once()
        assert not await by_words(service)
