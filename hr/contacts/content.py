"""Reads `contacts.toml`, where HR writes who helps with what. Every fault is told with its file and line."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hr.contacts.model import Contact, channel_kind
from hr.errors import ContactsFileError
from hr.live_file import Accepted, HasFault, LiveFile, read_entries
from hr.toml_file import line_of_entry, read_toml

CONTACTS_FILE: Final = "contacts.toml"


def _channel(written: str) -> str:
    if written and channel_kind(written) is None:
        raise ValueError("write a phone number, a mail address or an https link, or leave it empty")
    return written


def _checked(written: object) -> date | None:
    """A TOML date; an empty text means that nobody has checked the entry."""
    if written in ("", None):
        return None
    if type(written) is not date:
        raise ValueError("write a date as 2027-05-07, without quotes, or leave it empty")
    return written


_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
_Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
_Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=240)]
_DocumentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$")]


class _ContactEntry(BaseModel):
    """A `[[contacts]]` entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Id
    topic: _Topic
    words: Annotated[tuple[_Word, ...], Field(max_length=60)] = ()
    unit: _Sentence = ""
    solved_locally: _Sentence = ""
    solved_centrally: _Sentence = ""
    channel: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_channel)] = ""
    owner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    last_checked: Annotated[date | None, BeforeValidator(_checked)] = None
    document: _DocumentId

    def frozen(self) -> Contact:
        return Contact(
            id=self.id,
            topic=self.topic,
            words=self.words,
            unit=self.unit,
            locally=self.solved_locally,
            centrally=self.solved_centrally,
            channel=self.channel,
            owner=self.owner,
            last_checked=self.last_checked,
            document=self.document,
        )


def load_contacts(path: Path, *, today: date) -> tuple[Contact, ...]:
    """The entries in HR's order. Raises ContactsFileError with the line of the first fault, a check in the future among them."""
    entries = read_entries(path, "contacts", _ContactEntry, ContactsFileError)
    for index, entry in enumerate(entries):
        if entry.last_checked is not None and entry.last_checked > today:
            _, text = read_toml(path, ContactsFileError)
            line = line_of_entry(text, "contacts", index, "last_checked")
            raise ContactsFileError(path=path, line=line, reason="last_checked: this day lies ahead")
    return tuple(entry.frozen() for entry in entries)


class LiveContacts:
    """The entries as they are in `folder` now; the last good ones while the file has a fault. The first load raises ContactsFileError."""

    def __init__(
        self,
        folder: Path,
        *,
        today: Callable[[], date],
        accepted: Accepted | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`today` is asked at each load, for days that lie ahead."""
        self._file = LiveFile(folder / CONTACTS_FILE, partial(_load, today), accepted=accepted, monotonic=monotonic)

    @property
    def entries(self) -> tuple[Contact, ...]:
        """All topics in HR's order."""
        return self._file.value

    @property
    def files(self) -> tuple[HasFault, ...]:
        """The file, for who tells of its faults."""
        return (self._file,)

    def find(self, contact_id: str) -> Contact | None:
        """The entry with this id."""
        return next((entry for entry in self.entries if entry.id == contact_id), None)


def _load(today: Callable[[], date], path: Path) -> tuple[Contact, ...]:
    return load_contacts(path, today=today())
