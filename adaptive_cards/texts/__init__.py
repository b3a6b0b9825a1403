"""The one catalogue of what people read. Danish is the source of truth; English has the same keys and placeholders.

`da.toml` holds what all of Kompas shares and the words on absence, `da/*.toml` those of one feature each; `en` has the same files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from importlib import resources
from string import Formatter

from adaptive_cards.errors import TextError

LANGUAGES = ("da", "en")
"""The languages of the catalogue; the first is used where a language is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one language by dotted key (`home.welcome`)."""

    language: str
    lines: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **values: object) -> str:
        """The text of `key` with its placeholders filled. Raises TextError for an unknown key and for a wrong set of values."""
        if key not in self.lines:
            raise TextError(f"No text '{key}' in {self.language}.toml.")
        line = self.lines[key]
        if placeholders(line) != frozenset(values):
            raise TextError(f"The text '{key}' takes {sorted(placeholders(line))}, not {sorted(values)}.")
        return line.format(**values)

    def several(self, key: str) -> tuple[str, ...]:
        """The list of `key`. Raises TextError for an unknown key."""
        if key not in self.lists:
            raise TextError(f"No list '{key}' in {self.language}.toml.")
        return self.lists[key]

    def day(self, day: date) -> str:
        """A date as it is read aloud: `1. maj 2025`."""
        return self.say("dates.day", day=day.day, month=self.several("dates.months")[day.month - 1], year=day.year)

    def clock(self, moment: time) -> str:
        """A time of the day as it is written: `08.30`, in English `08:30`."""
        return f"{moment:%H.%M}" if self.language == "da" else f"{moment:%H:%M}"

    def weekday(self, day: date) -> str:
        """The name of the day: `mandag`."""
        return self.several("dates.weekdays")[day.weekday()]

    def weekday_day(self, day: date) -> str:
        """A near date as one speaks of it: `mandag 4. maj`."""
        return self.say(
            "dates.weekday_day",
            weekday=self.weekday(day),
            day=day.day,
            month=self.several("dates.months")[day.month - 1],
        )

    def spoken_day(self, day: date, *, today: date) -> str:
        """A date as one speaks of it on `today`: `4. maj`, with the year only when it is another one."""
        month = self.several("dates.months")[day.month - 1]
        return self.say("dates.day_month", day=day.day, month=month) if day.year == today.year else self.day(day)

    def short_day(self, day: date) -> str:
        """A near date in a list, without a place to break the line: `man. 4. maj`."""
        weekday = self.several("dates.weekdays_short")[day.weekday()]
        return self.say("dates.short_day", weekday=weekday, day=day.day, month=self._short_month(day))

    def short_limit(self, day: date) -> str:
        """The last day of a limit in a list: `senest 28. maj`."""
        return self.say("dates.short_limit", day=day.day, month=self._short_month(day))

    def _short_month(self, day: date) -> str:
        return self.several("dates.months_short")[day.month - 1]


Catalogue = Mapping[str, Texts]
"""The texts by language code."""


def placeholders(line: str) -> frozenset[str]:
    """The names in braces of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(line) if name is not None)


def load_catalogue() -> dict[str, Texts]:
    """Both languages from the files of this package. Raises TextError when a file holds something else than texts and lists."""
    return {language: _load(language) for language in LANGUAGES}


def _load(language: str) -> Texts:
    texts = resources.files(__package__)
    features = sorted(texts.joinpath(language).iterdir(), key=lambda file: file.name)
    lines: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    entries = [
        entry
        for file in (texts.joinpath(f"{language}.toml"), *features)
        for entry in _flatten(tomllib.loads(file.read_text(encoding="utf-8")))
    ]
    for key, value in entries:
        if key in lines or key in lists:
            raise TextError(f"'{key}' stands twice among the texts of '{language}'.")
        if isinstance(value, str):
            lines[key] = value.strip()
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            lists[key] = tuple(value)
        else:
            raise TextError(f"'{key}' in {language}.toml is neither a text nor a list of texts.")
    return Texts(language=language, lines=lines, lists=lists)


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
