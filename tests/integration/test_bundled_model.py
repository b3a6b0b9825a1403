"""The real weights of the bundled model, unpacked and loaded."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embedding import SentenceTransformerEmbedder, open_embedder

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEmbedder:
    return open_embedder(None, models_folder=tmp_path_factory.mktemp("models"))


def test_a_danish_question_is_nearest_to_the_passage_that_answers_it(embedder: SentenceTransformerEmbedder) -> None:
    passages = embedder.encode_passages(
        [
            "Kommunens budget vedtages i oktober.",
            "Lederen kontakter den sygemeldte på den første fraværsdag.",
            "Kantinen har åbent fra klokken elleve.",
        ]
    )
    question = embedder.encode_queries(["Hvornår skal jeg ringe til en medarbejder, der er syg?"])[0]

    assert int(np.argmax(passages @ question)) == 1


@pytest.mark.parametrize("text", ["", "\ud800", "a\x00b", "\ufdfa" * 5000, "x" * 100_000], ids=range(5))
def test_hostile_text_gives_a_clean_vector(embedder: SentenceTransformerEmbedder, text: str) -> None:
    assert np.linalg.norm(embedder.encode_queries([text])) == pytest.approx(1.0, abs=1e-5)


def test_the_name_tells_which_weights_an_index_was_embedded_with(embedder: SentenceTransformerEmbedder) -> None:
    assert (embedder.name, embedder.dimension) == ("multilingual-e5-small-1571fc98-1", 384)
