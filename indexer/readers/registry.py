"""Which reader reads which file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from indexer.errors import UnreadableFile
from indexer.readers.base import Reader, load
from indexer.readers.markdown import read_markdown
from indexer.readers.pdf import read_pdf
from indexer.readers.plain_text import read_plain_text
from indexer.readers.word import read_word
from knowledge.models import ParsedDocument

READERS: Mapping[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain_text,
    ".docx": read_word,
    ".pdf": read_pdf,
}


def is_readable(file: Path) -> bool:
    """Whether there is a reader for the suffix. Word's lock files (`~$...`) and hidden files are not documents."""
    return file.suffix.lower() in READERS and not file.name.startswith((".", "~$"))


def read(file: Path, root: Path) -> ParsedDocument:
    """Read one file below the source folder `root`. The id is the file name without suffix unless front matter says otherwise.

    Raises:
        UnreadableFile: with the path relative to `root` and a reason that an operator can act on.
    """
    path = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    _reader(path)
    return read_content(load(file, path), path=path)


def read_content(content: bytes, *, path: str) -> ParsedDocument:
    """The same of bytes that are there already. Raises UnreadableFile."""
    return _reader(path)(content, path=path, default_id=PurePosixPath(path).stem)


def _reader(path: str) -> Reader:
    suffix = PurePosixPath(path).suffix
    reader = READERS.get(suffix.lower())
    if reader is None:
        raise UnreadableFile(path, f"unknown file type {suffix or '(none)'}; known: {', '.join(READERS)}")
    return reader
