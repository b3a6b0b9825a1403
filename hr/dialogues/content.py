"""Reads `dialogues.toml`, where HR writes the themes of the palette. Every fault is told with its file and line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hr.dialogues.model import Theme
from hr.errors import DialoguesFileError
from hr.live_file import Accepted, HasFault, LiveFile, read_entries

DIALOGUES_FILE: Final = "dialogues.toml"

_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _ThemeEntry(BaseModel):
    """A `[[themes]]` entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Id
    title: _Title
    purpose: _Sentence
    questions: Annotated[tuple[_Sentence, ...], Field(min_length=3, max_length=5)]
    hint: _Sentence

    def frozen(self) -> Theme:
        return Theme(id=self.id, title=self.title, purpose=self.purpose, questions=self.questions, hint=self.hint)


def load_themes(path: Path) -> tuple[Theme, ...]:
    """The themes in HR's order. Raises DialoguesFileError with the line of the first fault."""
    return tuple(entry.frozen() for entry in read_entries(path, "themes", _ThemeEntry, DialoguesFileError))


class LiveThemes:
    """The themes as they are in `folder` now; the last good ones while the file has a fault. The first load raises DialoguesFileError."""

    def __init__(
        self, folder: Path, *, accepted: Accepted | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = LiveFile(folder / DIALOGUES_FILE, load_themes, accepted=accepted, monotonic=monotonic)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """All themes in HR's order."""
        return self._file.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """The file, for who tells of its faults."""
        return (self._file,)
