"""Draws the two icons of the Teams app: a compass, without any library. `python tools/draw_icons.py` writes manifest/*.png."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent.parent / "manifest"
SAMPLES = 6
"""Samples a pixel and axis: the edges are smooth."""


class Colour(NamedTuple):
    """Red, green, blue, 0-255, and how much of what is below it covers, 0-1."""

    red: int
    green: int
    blue: int
    cover: float = 1.0


NOTHING = Colour(255, 255, 255, 0.0)
WHITE = Colour(255, 255, 255)
SEA = Colour(0x1F, 0x4E, 0x5F)
MIST = Colour(0xD9, 0xE8, 0xEC)
EMBER = Colour(0xE4, 0x6A, 0x3A)

Picture = Callable[[float, float], Colour]
"""The colour at a point; both axes run from -1 to 1, y upwards."""


def needle(x: float, y: float, *, length: float, width: float) -> float:
    """Where a point lies on a needle that points north-east: 1..0 the pointing half, 0..-1 the other half, NaN outside of it."""
    along, across = (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)
    inside = abs(along) / length + abs(across) / width <= 1
    return along / length if inside else math.nan


def colour_icon(x: float, y: float) -> Colour:
    """On a full square, as Teams rounds the corners itself."""
    distance = math.hypot(x, y)
    if distance < 0.055:
        return SEA
    on_needle = needle(x, y, length=0.56, width=0.15)
    if not math.isnan(on_needle):
        return EMBER if on_needle > 0 else WHITE
    if 0.66 < distance < 0.74:
        return MIST
    angle = math.degrees(math.atan2(y, x)) % 90
    if 0.52 < distance < 0.62 and min(angle, 90 - angle) * distance < 2.2:
        return MIST
    return SEA


def outline_icon(x: float, y: float) -> Colour:
    """White on nothing: Teams colours it itself."""
    distance = math.hypot(x, y)
    if 0.78 < distance < 0.93:
        return WHITE
    on_needle = needle(x, y, length=0.66, width=0.27)
    if math.isnan(on_needle) or distance < 0.07:
        return NOTHING
    if on_needle > 0 or math.isnan(needle(x, y, length=0.46, width=0.13)):
        return WHITE
    return NOTHING


def draw(picture: Picture, size: int) -> bytes:
    """An 8-bit RGBA PNG of `size` x `size`."""
    rows = bytearray()
    for row in range(size):
        rows.append(0)  # no filter
        for column in range(size):
            rows += pixel(picture, column, row, size)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )


def pixel(picture: Picture, column: int, row: int, size: int) -> bytes:
    """The mean of the samples, each weighted by what it covers."""
    steps = [(step + 0.5) / SAMPLES for step in range(SAMPLES)]
    seen = [picture(2 * (column + dx) / size - 1, 1 - 2 * (row + dy) / size) for dy in steps for dx in steps]
    cover = sum(colour.cover for colour in seen)
    if not cover:
        return bytes((255, 255, 255, 0))
    mix = [round(sum(colour[part] * colour.cover for colour in seen) / cover) for part in range(3)]
    return bytes((*mix, round(255 * cover / len(seen))))


def chunk(name: bytes, content: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


if __name__ == "__main__":
    for name, picture, size in (("color.png", colour_icon, 192), ("outline.png", outline_icon, 32)):
        (FOLDER / name).write_bytes(draw(picture, size))
        print(f"wrote {FOLDER / name} ({size}x{size})")
