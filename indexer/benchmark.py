"""How fast a whole build is, beside nothing but the encoding of the same texts in the same run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hr.clock import Clock
from indexer.pipeline import GROUP, Pipeline
from knowledge.embedding import Embedder
from knowledge.index import current_version, passage_text, read_contents

WARM_UP = 32
"""Texts encoded before the clock starts: the first ones pay for loading the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRate:
    """Texts (passages and sentences) a second of a whole fresh build, and of the bare encoder."""

    texts: int
    build_seconds: float
    encode_seconds: float

    def __str__(self) -> str:
        """Two rates and their ratio."""
        build, encode = self.texts / self.build_seconds, self.texts / self.encode_seconds
        return (
            f"whole build              {build:.0f} texts a second ({self.texts} texts)\n"
            f"bare encode of the same  {encode:.0f} texts a second\n"
            f"share                    {build / encode:.0%} (aim: at least 90 %)"
        )


def measure(sources: Sequence[Path], *, embedder: Embedder, clock: Clock) -> IndexRate:
    """Build an index of the sources in a folder of its own, twice, then encode its texts alone. The better build counts."""
    with tempfile.TemporaryDirectory(prefix="kompas-bench-") as name:
        folder = Path(name)
        pipeline = Pipeline(folder=folder, embedder=embedder)
        pipeline.build(sources, now=clock.now(), today=clock.today(), fresh=True)
        contents = read_contents(folder / current_version(folder))
        texts = [passage_text(chunk) for chunk in contents.chunks]
        texts += [sentence.text for chunk in contents.chunks for sentence in chunk.sentences]
        texts = sorted(dict.fromkeys(texts), key=len, reverse=True)  # the order of the build, for equal padding
        embedder.encode_passages(texts[:WARM_UP])
        builds, encodes = [], []
        for _ in range(2):
            started = time.perf_counter()
            pipeline.build(sources, now=clock.now(), today=clock.today(), fresh=True)
            builds.append(time.perf_counter() - started)
            started = time.perf_counter()
            for at in range(0, len(texts), GROUP):
                embedder.encode_passages(texts[at : at + GROUP])
            encodes.append(time.perf_counter() - started)
    return IndexRate(texts=len(texts), build_seconds=min(builds), encode_seconds=min(encodes))
