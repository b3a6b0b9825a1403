"""Builds a tiny weight file of the packaged format: a two-layer encoder with a tokenizer of a few letters."""

from __future__ import annotations

import struct

import numpy as np

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS, TYPES = 32, 2, 2, 64, 40, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyzæøå0123456789:.?"]
SCORES = [0.0, 0.0, 0.0, 0.0, *(-2.0 - 0.01 * i for i in range(len(PIECES) - 4))]
VOCABULARY = len(PIECES) + 1


def packed_file(*, magic: bytes = b"E5S1", without: str | None = None) -> bytes:
    """The whole file, the same bytes every time. `without` leaves one tensor out of the directory."""
    text = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, text)]).astype("<u4").tobytes()
    table = struct.pack("<IBI", 0xFB01, 1, 0x66)
    head = magic + struct.pack("<I", 1)
    head += struct.pack("<7ifi", HIDDEN, LAYERS, HEADS, WIDE, VOCABULARY, POSITIONS, TYPES, 1e-12, 32)
    head += struct.pack("<5iQ", len(text), 0, 2, 1, 3, len(b"".join(text)))
    head += offsets + np.array(SCORES, "<f4").tobytes() + b"".join(text)
    head += struct.pack("<iI", 1, len(table)) + table
    tensors = {name: blob for name, blob in _tensors().items() if name != without}
    directory_length = 4 + sum(2 + len(name) + 21 for name in tensors)
    position = len(head) + directory_length
    directory = struct.pack("<i", len(tensors))
    for name, (kind, size, blob) in tensors.items():
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, size, position, len(blob))
        )
        position += len(blob)
    return head + directory + b"".join(blob for _, _, blob in tensors.values())


def four_bits(rows: int, columns: int, seed: int) -> bytes:
    """Random blocks: a float16 scale and 16 bytes of two values each."""
    random = np.random.default_rng(seed)
    blocks = np.empty(rows * columns // 32, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"] = random.uniform(0.01, 0.05, len(blocks))
    blocks["nibbles"] = random.integers(0, 256, (len(blocks), 16))
    return blocks.tobytes()


def _tensors() -> dict[str, tuple[int, int, bytes]]:
    tensors: dict[str, tuple[int, int, bytes]] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        tensors[name] = (1, rows * columns, four_bits(rows, columns, len(tensors)))

    def vector(name: str, values: np.ndarray) -> None:
        tensors[name] = (0, values.size, values.astype("<f4").tobytes())

    def norm(name: str) -> None:
        vector(f"{name}.w", np.ones(HIDDEN))
        vector(f"{name}.b", np.zeros(HIDDEN))

    matrix("emb.word", VOCABULARY, HIDDEN)
    vector("emb.pos", np.linspace(-0.1, 0.1, POSITIONS * HIDDEN))
    vector("emb.type", np.zeros(TYPES * HIDDEN))
    norm("emb.ln")
    for layer in range(LAYERS):
        for short, rows, columns in (
            ("q", HIDDEN, HIDDEN), ("k", HIDDEN, HIDDEN), ("v", HIDDEN, HIDDEN), ("ao", HIDDEN, HIDDEN),
            ("fi", WIDE, HIDDEN), ("fo", HIDDEN, WIDE),
        ):  # fmt: skip
            matrix(f"l{layer}.{short}.w", rows, columns)
            vector(f"l{layer}.{short}.b", np.zeros(rows))
        norm(f"l{layer}.aln")
        norm(f"l{layer}.oln")
    return tensors
