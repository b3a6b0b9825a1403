"""The front matter of a Markdown document: YAML between two `---` lines, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from yaml.reader import ReaderError

from indexer.errors import UnreadableFile
from knowledge.models import AUDIENCES, Approval, Document, DocumentKind, SourceReference

MAX_CHARACTERS = 20_000
"""Of front matter; the longest of the starter documents has 1,300."""

LONGEST_NAME = 40
"""Characters of the name of a field."""

_FENCE = re.compile(r"^---[ \t]*$")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$")
_NEEDS_QUOTES = "text that begins with &, * or ! needs quotes"
_NAME = re.compile(r"[^\W\d]+(?:-[^\W\d]+)*")
_QUOTES_NOTHING = re.compile(r"[^'\"]*(?:'(?:<[a-z ]+>|\\?.)'[^'\"]*)?")
_YAML_FAULTS = (
    yaml.YAMLError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What the library raises while it makes values of what stands there."""


def _as_list(value: object) -> object:
    return [] if value is None else [value] if isinstance(value, str) else value


def _as_fact_list(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else _as_list(value)


def _as_text(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


Text = Annotated[str | None, BeforeValidator(_as_text)]
Texts = Annotated[list[str], BeforeValidator(_as_list)]
Day = Annotated[date | None, BeforeValidator(_as_text)]


class SourceEntry(BaseModel):
    """One entry of `source`."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    file: str = Field(min_length=1)
    decision_date: Day = None
    facts: Annotated[list[str], BeforeValidator(_as_fact_list)] = []


class FrontMatter(BaseModel):
    """All fields that a document may carry; any other key is refused."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: str | None = Field(default=None, pattern=r"^\w[\w.-]*$")
    title: str = Field(min_length=1)
    audience: Texts = ["alle"]
    owner: Text = None
    organisation: Text = None
    valid_from: Day = None
    valid_to: Day = None
    supersedes: Texts = []
    source: Annotated[list[SourceEntry], BeforeValidator(lambda value: [] if value is None else value)] = []
    legal_refs: Texts = []
    language: Literal["da", "en"] = "da"
    contact: Text = None
    reviewed_at: Day = None
    review_due: Day = None
    status: Approval | None = None
    sign_off: Text = None
    tags: Texts = []
    synonyms: Texts = []
    next_step: Text = None
    kind: DocumentKind = DocumentKind.GUIDELINE
    body: Text = None
    decision_date: Day = None
    url: Annotated[Annotated[str, Field(pattern=r"^https?://\S+$")] | None, BeforeValidator(_as_text)] = None

    def to_document(self, *, path: str, default_id: str) -> Document:
        """The same facts in the shared vocabulary."""
        return Document(
            id=self.id or default_id,
            path=path,
            title=self.title,
            audience=tuple(self.audience) or ("alle",),
            owner=self.owner,
            organisation=self.organisation,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            supersedes=tuple(self.supersedes),
            sources=tuple(
                SourceReference(file=entry.file, decision_date=entry.decision_date, facts=tuple(entry.facts))
                for entry in self.source
            ),
            legal_refs=tuple(self.legal_refs),
            language=self.language,
            contact=self.contact,
            reviewed_at=self.reviewed_at,
            review_due=self.review_due,
            approval=self.status,
            sign_off=self.sign_off,
            tags=tuple(self.tags),
            synonyms=tuple(self.synonyms),
            next_step=self.next_step,
            kind=self.kind,
            body=self.body,
            decision_date=self.decision_date,
            url=self.url,
        )


class _NotPlain(Exception):  # noqa: N818 - it never leaves this module
    """YAML that a document does not need; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class _PlainLoader(yaml.SafeLoader):
    """Knows values, lists and fields. Anchors and aliases are refused, as ten lines of them are a thousand million values; so are tags.

    Dates stay text, so that an impossible one is reported with its key and not from inside the YAML library.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """A value and all that is in it."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            raise _NotPlain(event.start_mark.line if event.start_mark else 0)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split_front_matter(text: str, path: str) -> tuple[str, str]:
    """The YAML and the body of a document.

    Raises:
        UnreadableFile: there is no front matter, or it is not closed.
    """
    lines = text.lstrip("\ufeff").split("\n")
    if not _FENCE.match(lines[0].rstrip("\r")):
        raise UnreadableFile(
            path, "has no front matter; begin the file with a line ---, then at least `title:`, then a line ---"
        )
    for at, line in enumerate(lines[1:], start=1):
        if _CLOSING_FENCE.match(line.rstrip("\r")):
            return "\n".join(lines[1:at]), "\n".join(lines[at + 1 :])
    raise UnreadableFile(path, "the front matter is not closed; end it with a line ---")


def parse_front_matter(source: str, path: str) -> FrontMatter:
    """Check the YAML of a document.

    Raises:
        UnreadableFile: bad YAML, unknown or repeated keys, wrong dates or values; every fault with its line in the file.
    """
    values, lines = _load_yaml(source, path)
    faults: list[str] = []
    checked: FrontMatter | None = None
    try:
        checked = FrontMatter.model_validate(values)
    except ValidationError as error:
        faults = _faults(error, lines)
    if checked is not None:
        faults = _conflicts(checked, lines)
    if faults or checked is None:
        raise UnreadableFile(path, "front matter: " + "; ".join(faults))
    return checked


def _load_yaml(source: str, path: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The values of the top level keys and the line of each key in the file (the opening `---` is line 1)."""
    loader, node = _composed(source, path)
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableFile(path, f"front matter: line {line}: must be `key: value` lines")
        name = str(key.value)
        if name in lines:
            raise UnreadableFile(path, f"front matter: line {line}: key `{_shown(name)}` stands twice")
        lines[name] = line
        try:
            values[name] = loader.construct_object(value, deep=True)
        except _YAML_FAULTS as error:
            raise UnreadableFile(
                path, f"front matter: line {line}: `{_shown(name)}`: bad YAML: put quotes round it"
            ) from error
    return values, lines


def _composed(source: str, path: str) -> tuple[_PlainLoader, yaml.MappingNode]:
    if len(source) > MAX_CHARACTERS:
        raise UnreadableFile(path, f"front matter: too long: more than {MAX_CHARACTERS:,} characters")
    try:
        loader = _PlainLoader(source)
        node = loader.get_single_node()
    except _NotPlain as error:
        raise UnreadableFile(path, f"front matter: line {error.line + 2}: {_NEEDS_QUOTES}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 2}: " if mark else ""
        if error.context and error.context.endswith(("alias", "anchor", "tag")):
            raise UnreadableFile(path, f"front matter: {line}{_NEEDS_QUOTES}") from error
        raise UnreadableFile(path, f"front matter: {line}bad YAML: {_problem(error)}") from error
    except ReaderError as error:
        raise UnreadableFile(path, "front matter: bad YAML: unacceptable character") from error
    except _YAML_FAULTS as error:
        raise UnreadableFile(path, "front matter: bad YAML: values stand in each other too deeply") from error
    if not isinstance(node, yaml.MappingNode):
        raise UnreadableFile(path, "front matter: must be `key: value` lines")
    return loader, node


def _problem(error: yaml.MarkedYAMLError) -> str:
    """What the YAML library says, without what it may quote of the file: its own names of tokens stay."""
    said = error.problem or error.context or "it cannot be read"
    return said if _QUOTES_NOTHING.fullmatch(said) else re.split("['\"]", said)[0].strip()


def _shown(name: str) -> str:
    """The name of a key that nobody knows, where it looks like one. Anything else may be text that was meant for another place."""
    return name if len(name) <= LONGEST_NAME and _NAME.fullmatch(name) else "…"


def _faults(error: ValidationError, lines: Mapping[str, int]) -> list[str]:
    """One for each fault; unknown keys last, with the list of those that are known behind them."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    unknown = [fault for fault in found if fault["type"] == "extra_forbidden"]
    told = [_describe(fault, lines) for fault in found if fault["type"] != "extra_forbidden"]
    told += [_describe(fault, lines) for fault in unknown]
    if unknown:
        known = FrontMatter.model_fields if len(unknown[-1]["loc"]) == 1 else SourceEntry.model_fields
        told[-1] += f" (known: {', '.join(known)})"
    return told


def _describe(fault: Mapping[str, Any], lines: Mapping[str, int]) -> str:
    """The line, the field and what is expected there; never what stands there: it may be anything, and the reason goes far."""
    name = str(fault["loc"][0])
    inside = ".".join(_shown(part) for part in fault["loc"] if isinstance(part, str))
    where = f"line {lines[name]}: " if name in lines else ""
    match fault["type"]:
        case "extra_forbidden":
            return f"{where}unknown key `{inside}`"
        case "missing":
            return f"{where}`{inside}` is missing"
        case str(kind) if kind.startswith("date"):
            return f"{where}`{inside}`: is not a date; write YYYY-MM-DD"
        case "string_pattern_mismatch" if name == "id":
            return f"{where}`id`: may hold letters, digits, '-', '_' and '.' only"
        case "string_pattern_mismatch":
            return f"{where}`{inside}`: must begin with https:// or http://"
        case _:
            return f"{where}`{inside}`: {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def _conflicts(fields: FrontMatter, lines: Mapping[str, int]) -> list[str]:
    faults: list[str] = []
    if not set(fields.audience) <= set(AUDIENCES):
        faults.append(
            f"line {lines.get('audience', 1)}: `audience`: unknown audience; use one of {', '.join(AUDIENCES)}"
        )
    if fields.valid_from and fields.valid_to and fields.valid_to < fields.valid_from:
        faults.append(f"line {lines['valid_to']}: `valid_to` is before `valid_from`")
    if fields.reviewed_at and fields.review_due and fields.review_due < fields.reviewed_at:
        faults.append(f"line {lines['review_due']}: `review_due` is before `reviewed_at`")
    return faults
