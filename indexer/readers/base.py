"""What every reader shares: the port, the file on disk, the decoding of text."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from indexer.errors import UnreadableFile
from knowledge.models import ParsedDocument

MAX_BYTES = 20 * 1024 * 1024
"""Larger files are refused: no HR text is that long."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Reader(Protocol):
    """Turns the bytes of one file into blocks."""

    def __call__(self, content: bytes, *, path: str, default_id: str) -> ParsedDocument:
        """Read `content`; `path` is relative to the source folder and is what errors and citations name.

        Raises:
            UnreadableFile: with a reason that an operator can act on.
        """
        ...


def load(file: Path, path: str) -> bytes:
    """The bytes of a file.

    Raises:
        UnreadableFile: missing, a folder, no permission, empty, or above `MAX_BYTES`.
    """
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                path, f"too large ({size / 1024 / 1024:.1f} MB); the limit is {MAX_BYTES // 1024 // 1024} MB"
            )
        content = file.read_bytes()
    except PermissionError as error:
        raise UnreadableFile(path, "no permission to read it; give the indexer's user read access") from error
    except FileNotFoundError as error:
        raise UnreadableFile(path, "does not exist") from error
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read: {error.strerror or error}") from error
    if not content.strip():
        raise UnreadableFile(path, "is empty")
    return content


def decode(content: bytes, *, path: str, suffix: str, windows: bool) -> str:
    """The text of a text file: UTF-8, UTF-16 with its mark, and Windows-1252 where `windows` says so.

    Raises:
        UnreadableFile: binary content behind a text suffix, or another encoding.
    """
    if content.startswith(_UTF16_MARKS):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFile(path, f"is binary, not text, in spite of its name ({suffix})") from error
    if b"\x00" in content:
        raise UnreadableFile(path, f"is binary, not text, in spite of its name ({suffix})")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not windows:
            raise UnreadableFile(path, f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    controls = sum(1 for byte in content if byte < 32 and byte not in b"\t\n\r\x0c\x0b")
    if controls > len(content) / 100:
        raise UnreadableFile(path, f"is binary, not text, in spite of its name ({suffix})")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "is neither UTF-8 nor Windows-1252 text; save it as UTF-8") from error
