from __future__ import annotations

import numpy as np
import pytest

from knowledge.lexical import LexicalIndex, grams

TEXTS = ("Velkomstmøde for nye ledere", "Ferie og frister", "Sygefravær i procent")


@pytest.mark.parametrize(
    ("question", "best"),
    [("velkomst", 0), ("velkomstmoede", 0), ("FERIEN", 1), ("sygefraværet", 2), ("sygefravær frist", 2)],
)
def test_pieces_of_words_find_the_text(question: str, best: int) -> None:
    scores = LexicalIndex(TEXTS).scores(grams(question))
    assert scores.shape == (3,)
    assert int(scores.argmax()) == best


@pytest.mark.parametrize("question", ["", "og eller", "xyzzy", "😀", "\ufdfa"])
def test_unknown_words_find_nothing(question: str) -> None:
    assert not LexicalIndex(TEXTS).scores(grams(question)).any()


@pytest.mark.parametrize("texts", [(), ("",), ("og", "")])
def test_an_index_without_words_finds_nothing(texts: tuple[str, ...]) -> None:
    scores = LexicalIndex(texts).scores(grams("ferie"))
    assert scores.tolist() == [0.0] * len(texts)
    assert scores.dtype == np.float32


def test_small_words_are_left_out_and_short_words_stay_whole() -> None:
    assert grams("og MUS i ferie") == ["<mus>", "<fer", "feri", "erie", "rie>"]
