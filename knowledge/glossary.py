"""HR's word list: what people write, and what the documents call it.

The file (setting `GLOSSARY`) is TOML with `[[term]]` tables (term, synonyms, english) and `[[abbreviation]]` tables (short, long).
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import GlossaryInvalid
from knowledge.text import stem, tokens

log = logging.getLogger(__name__)


class _Term(BaseModel):
    model_config = ConfigDict(extra="forbid")
    term: str = Field(min_length=1)
    synonyms: list[str] = []
    english: list[str] = []


class _Abbreviation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    short: str = Field(min_length=1)
    long: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    term: list[_Term] = []
    abbreviation: list[_Abbreviation] = []


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(stem(token) for token in tokens(phrase))


class WordList(Protocol):
    """What a search asks of a word list."""

    def expansions(self, text: str, *, language: str) -> tuple[str, ...]:
        """The terms that the phrases of a text stand for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Phrase -> what to add to a search. Keys are tuples of stems, so that inflected words are found too."""

    danish: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    english: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def expansions(self, text: str, *, language: str) -> tuple[str, ...]:
        """The terms that the phrases of a text stand for, in order of appearance, each once, without those already written."""
        stems = _key(text)
        written = set(stems)
        found: dict[str, None] = {}
        for _, terms in self._phrases(stems, language):
            found.update(dict.fromkeys(term for term in terms if not set(_key(term)) <= written))
        return tuple(found)

    def _phrases(self, stems: tuple[str, ...], language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The known phrases among the stems with their terms, in order, longer ones first."""
        table = {**self.danish, **self.english} if language == "en" else self.danish
        longest = max(map(len, table), default=0)
        for at in range(len(stems)):
            for size in range(min(longest, len(stems) - at), 0, -1):
                phrase = stems[at : at + size]
                if terms := table.get(phrase):
                    yield phrase, terms


class LiveGlossary:
    """The word list of a running process: an edit counts from the next question on; a broken file leaves the last good list in place.

    Safe to use from several threads.
    """

    def __init__(self, path: Path) -> None:
        """Read the list now. Raises GlossaryInvalid."""
        self._path = path
        self._seen = self._signature()
        self._glossary = load_glossary(path)

    def expansions(self, text: str, *, language: str) -> tuple[str, ...]:
        """What the list of this moment adds to a search."""
        return self.current().expansions(text, language=language)

    def current(self) -> Glossary:
        """The newest list that can be read."""
        seen = self._signature()
        if seen != self._seen:
            self._seen = seen
            try:
                self._glossary = load_glossary(self._path)
            except GlossaryInvalid as error:
                log.warning("The word list stays as it was: %s", error)
        return self._glossary

    def _signature(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size


def load_glossary(path: Path) -> Glossary:
    """Read and check the word list.

    Raises:
        GlossaryInvalid: the file is missing, is not TOML, or holds an unknown field; the message names place and cure.
    """
    try:
        raw = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise GlossaryInvalid(
            f"{path}: cannot be read ({error.strerror}). Set KOMPAS_GLOSSARY to the word list."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GlossaryInvalid(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise GlossaryInvalid(f"{path}: {place}: {first['msg']}") from error
    danish: dict[tuple[str, ...], tuple[str, ...]] = {}
    english: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(table: dict[tuple[str, ...], tuple[str, ...]], phrase: str, term: str) -> None:
        if key := _key(phrase):
            table[key] = (*table.get(key, ()), term)

    for entry in raw.term:
        for synonym in entry.synonyms:
            add(danish, synonym, entry.term)
        for phrase in entry.english:
            add(english, phrase, entry.term)
    for short in raw.abbreviation:
        add(danish, short.short, short.long)
        add(danish, short.long, short.short)
    return Glossary(danish=danish, english=english)
