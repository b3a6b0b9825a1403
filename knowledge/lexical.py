"""BM25 over character 4-grams: the lexical half of the hybrid ranking.

Danish glues words together, and people misspell: pieces of words meet where whole words do not. k1, b and the gram length are the
best of six analysers measured on three Danish sets (docs/adr/0007).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.text import char_ngrams, content_tokens

K1, B, GRAM = 1.2, 0.75, 4


def grams(text: str) -> list[str]:
    """The 4-grams of the content words of a text; words of up to four letters stay whole."""
    return [gram for token in content_tokens(text) for gram in char_ngrams(token, GRAM)]


class LexicalIndex:
    """BM25 scores of every text of a fixed list."""

    def __init__(self, texts: Iterable[str]) -> None:
        corpus = [grams(text) or [""] for text in texts]
        self._size = len(corpus)
        # The library switches its own logger to DEBUG when it is imported.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene")
        if corpus:
            self._bm25.index(corpus, show_progress=False)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """Shape (n,), one score per text in the order given; all zero when no gram is known."""
        known = [gram for gram in query if gram and gram in self._bm25.vocab_dict] if self._size else []
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)
