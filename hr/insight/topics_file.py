"""Reads `topics.toml`: HR's topics and their words. Every fault is told with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from hr.errors import TopicsFileError
from hr.insight.topics import Topic
from hr.toml_file import line_of_entry, read_toml

TOPICS_FILE: Final = "topics.toml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    words: Annotated[
        tuple[
            Annotated[
                str,
                StringConstraints(
                    strip_whitespace=True, to_lower=True, pattern=r"^(?:=[^\W\d_]{1,40}|[^\W\d_]{3,40})$"
                ),
            ],
            ...,
        ],
        Field(min_length=1, max_length=60),
    ]


def load_topics(path: Path) -> tuple[Topic, ...]:
    """The topics in the order of the file. Raises TopicsFileError."""
    data, text = read_toml(path, TopicsFileError)
    tables = data.pop("topics", None)
    if data:
        raise TopicsFileError(path=path, line=1, reason=f"unknown entry {next(iter(data))!r}; this file has topics")
    if not isinstance(tables, list) or not tables:
        raise TopicsFileError(path=path, line=1, reason="no [[topics]] table: write at least one")
    found: list[Topic] = []
    for index, table in enumerate(tables):
        try:
            entry = _Entry.model_validate(table)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = str(first["loc"][0]) if first["loc"] else None
            line = line_of_entry(text, "topics", index, field)
            raise TopicsFileError(path=path, line=line, reason=f"{field or 'topic'}: {first['msg']}") from error
        if any(topic.name == entry.topic for topic in found):
            line = line_of_entry(text, "topics", index, "topic")
            raise TopicsFileError(path=path, line=line, reason=f"topic: {entry.topic!r} is used twice")
        found.append(Topic(name=entry.topic, words=entry.words))
    return tuple(found)
