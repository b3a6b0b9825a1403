"""While the model or the vector store does not work, questions are answered by their words, and the answers say so."""

from __future__ import annotations

import logging

import pytest

from knowledge.embedding import HashingEmbedder
from knowledge.errors import ModelUnavailable
from knowledge.glossary import Glossary
from knowledge.index import Contents, Index
from knowledge.models import Question
from knowledge.outage import RETRY_SECONDS, Outage
from knowledge.query import understand
from knowledge.retrieval import Ranking, Retriever, SearchIndex
from knowledge.store import AbsentVectorStore, Vectors
from knowledge.validity import standing_of
from tests.unit.knowledge.builders import (
    EMBEDDER,
    HOUSE,
    NEW,
    ORGANISATION,
    TODAY,
    answered,
    ask,
    index,
    not_found,
    service,
    told,
)

QUESTION = "Hvornår skal jeg kontakte en sygemeldt?"


class Failing(HashingEmbedder):
    """Counts its tries, and fails while `down`."""

    def __init__(self) -> None:
        super().__init__(128)
        self.tries = 0
        self.down = True

    def encode_queries(self, texts: list[str]) -> Vectors:
        self.tries += 1
        if self.down:
            raise ModelUnavailable("the model is away")
        return super().encode_queries(texts)


class Seconds:
    """A clock that goes when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def without_vectors(whole: Index) -> Index:
    absent = AbsentVectorStore("no server")
    contents = Contents(manifest=whole.manifest, documents=whole.documents, chunks=whole.chunks)
    return Index(contents=contents, passages=absent, sentences=absent, close=absent.close)


def ranked(retriever: Retriever, over: SearchIndex, text: str = QUESTION) -> Ranking:
    question = Question(text=text, as_of=TODAY)
    standing = {
        key: standing_of(of, day=TODAY, audiences=question.audiences, history_asked=False)
        for key, of in over.index.documents.items()
    }
    return retriever.search(understand(question), over, standing)


@pytest.mark.parametrize("cause", ["model", "store"])
def test_a_question_is_answered_by_its_words_and_the_answer_says_so(cause: str) -> None:
    whole = index(*HOUSE)
    over = service(whole, embedder=Failing()) if cause == "model" else service(without_vectors(whole))

    answer = answered(ask(over, QUESTION))

    assert answer.by_words
    assert "dag 1, 3 og 10" in told(answer)
    assert answer.citations[0].document_id == NEW.id


def test_what_no_word_leads_to_is_not_found_and_says_so_too() -> None:
    over = service(without_vectors(index(*HOUSE)), threshold=0.5)

    assert not_found(ask(over, "Hvor parkerer man sin helikopter?")).by_words


def test_with_model_and_store_nothing_is_said() -> None:
    assert not answered(ask(service(index(*HOUSE)), QUESTION)).by_words


def test_a_model_that_failed_is_left_alone_for_a_while_and_used_again_when_it_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    embedder, clock, over = Failing(), Seconds(), SearchIndex(index=index(*HOUSE), organisation=ORGANISATION)
    retriever = Retriever(embedder=embedder, glossary=Glossary(), outage=Outage("by words", monotonic=clock))

    with caplog.at_level(logging.INFO):
        assert [ranked(retriever, over).by_words for _ in range(5)] == [True] * 5
        assert embedder.tries == 1
        clock.now = RETRY_SECONDS
        assert ranked(retriever, over).by_words
        assert embedder.tries == 2
        embedder.down = False
        clock.now *= 2
        assert [ranked(retriever, over).by_words for _ in range(3)] == [False] * 3

    assert [record.message for record in caplog.records if record.name == "knowledge.outage"] == [
        "by words: the model is away",
        "by words: it is over",
    ]


def test_who_comes_while_another_tries_does_without() -> None:
    clock = Seconds()
    outage = Outage("by words", monotonic=clock)
    outage.failed(ModelUnavailable("away"))
    clock.now = RETRY_SECONDS

    assert [outage.may_try() for _ in range(3)] == [True, False, False]


def test_by_words_a_passage_with_the_words_comes_before_one_without() -> None:
    over = SearchIndex(index=without_vectors(index(*HOUSE)), organisation=ORGANISATION)
    retriever = Retriever(embedder=EMBEDDER, glossary=Glossary())
    ranking = ranked(retriever, over)

    assert over.lines[ranking.windows[0].best].document == NEW.id
    assert not ranking.similarity.any()
