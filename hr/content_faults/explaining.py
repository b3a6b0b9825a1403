"""What kind of fault a loader tells of, so that HR can read it in its own words. Pure.

Loaders speak English, to operators. `adaptive_cards/texts/{da,en}/content_faults.toml` has what HR reads, by the kinds found here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hr.live_file import ContentFault

OTHER: Final = "other"
"""A fault that no rule knows."""

_TOML: Final = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The kind of a fault and what its texts may name, `field` among it (empty where the entry as a whole is at fault)."""

    kind: str
    values: Mapping[str, str]


_RULES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        # The file as a whole.
        (r"^the file is larger than (?P<limit>\d+ MB)", "too_large"),
        (r"^too large.*the limit is (?P<limit>\d+ MB)", "too_large"),
        (r"not UTF-8 text|^is neither UTF-8 nor", "not_utf8"),
        (r"^is binary, not text", "binary"),
        (r"^needs more than|^holds more than|^too long", "heavy"),
        (r"^cannot be read \(", "odd"),
        (r"^the file cannot be read|^cannot be read|^does not exist|^no permission", "unreadable"),
        (
            r"^not valid TOML: (?:Illegal character|Unterminated string|Expected '\"|Unescaped|Found invalid)",
            "toml_text",
        ),
        (r"^not valid TOML: (?:Cannot (?:overwrite|declare|mutate|redefine)|Duplicate)", "toml_twice"),
        (r"^not valid TOML: (?:Expected '=')", "toml_equals"),
        (r"^not valid TOML: (?:Unclosed (?:array|inline))", "toml_list"),
        (r"^not valid TOML: (?:Invalid value|Invalid (?:date|initial|hex))", "toml_value"),
        (r"^not valid TOML", "toml"),
        (
            r"^unknown entry '(?P<name>.*?)'; (?:this file has|known:|only) (?P<known>.+?)(?: only| tables belong here)?$",
            "unknown_table",
        ),
        (r"^no \[\[(?P<table>.+?)\]\] table", "no_table"),
        (r"^write \[\[(?P<table>.+?)\]\] in double brackets", "brackets"),
        # Two that are one, and what hangs together.
        (r"'(?P<name>.*?)' is used twice: give each version", "versions"),
        (r"'(?P<name>.*?)' is used twice", "twice"),
        (r"is already used by", "taken"),
        (r"'(?P<name>.*?)' has the same title in the track", "same_title"),
        (r"^the id (?P<name>\S+) belongs to (?P<other>.+?) already", "id_taken"),
        (r"^it lies in .* and in ", "two_files"),
        (r"^it supersedes (?P<name>.+?), which in turn supersedes it", "circle"),
        (r"overlaps with '?(?P<name>.+?)'? in line (?P<other_line>\S+)$", "overlap"),
        (r"days between (?P<after>\S+) and (?P<before>\S+) have no ", "gap"),
        (r"^all versions of '?(?P<name>.+?)'? have the same", "unlike_versions"),
        (r"no step '?(?P<name>.+?)'? has contact = true", "unknown_contact"),
        (r"^no model gives '?(?P<name>.+?)'? a day", "contact_without_day"),
        (r"the (?:earliest|latest) model has none", "model_ends"),
        (r"^the model '?(?P<model>.+?)'? asks for '?(?P<name>.+?)'? on days (?:before|after) this one", "uncovered"),
        (r"^this day is closed altogether", "closed_already"),
        (r"^this day is in the file already", "day_twice"),
        (r"^more than a month on end would be closed", "long_break"),
        (r"^no document '?(?P<name>.+?)'?; leave it out", "unknown_document"),
        (r"^no item has the track '?(?P<name>.+?)'?: write", "empty_track"),
        (r"^the welcome meeting has at most 8 places", "welcome_places"),
        (r"^there is no group '?(?P<name>.+?)'?; known: (?P<known>.+)$", "unknown_group"),
        (r"^more than (?P<limit>\S+) topics cannot be chosen from", "many_topics"),
        (r"^nobody in this file has the key", "unknown_manager"),
        (r"^the line of managers leads back", "managers_circle"),
        (r"^name somebody, or give a role", "empty_group"),
        (r"^belongs to a topic with sensitive = true", "warning"),
        (r"'(?P<name>.*?)' is none of (?P<known>.+)$", "not_among"),
        (r"^unknown audience; use one of (?P<known>.+)$", "choice"),
        # Fields of an entry.
        (r"^Field required|^is missing", "missing"),
        (r"^Extra inputs are not permitted", "unknown_field"),
        (r"^unknown key `(?P<field>.+?)`", "unknown_field"),
        (r"^key `(?P<field>.+?)` stands twice", "field_twice"),
        (r"^there is no such day", "no_such_day"),
        (r"^this day lies ahead", "day_ahead"),
        (r"^write a day of (?:every|the) year", "day_of_year"),
        (r"^write one of day \(every year\) and date", "day_or_date"),
        (r"^write Danish time as", "moment"),
        (r"^write a time as", "time"),
        (r"^write a date as|is not a date; write|valid (?:date|time)|date or datetime", "date"),
        (r"before `?(?P<other>valid_from|reviewed_at)", "before"),
        (r"^reminders leave between 06:00 and 10:00", "send_time"),
        (r"^a half day ends after 10:00", "half_day"),
        (r"^write the (?:working )?days in ascending order", "ascending"),
        (r"^a step has two days", "step_twice"),
        (r"^a step is not moved to before its day|^a limit of the law is not moved", "shift"),
        (r"^a contact has its day from the models", "contact_day"),
        (r"^a contact belongs to the phase", "contact_phase"),
        (r"^the step needs one of day and limit_days", "day_or_limit"),
        (r"^a step of the law has limit_days", "law_step"),
        (r"^a step of the phase return does not repeat", "return_repeats"),
        (r"^belongs to a step of the phase return", "only_return"),
        (r"^belongs to law and what rests on it", "local_review"),
        (r"^write one of offset", "offset_or_event"),
        (r"^a question needs a topic", "ask_topic"),
        (r"^the guard refuses this text", "guard"),
        (r"^say whom it is for", "audience"),
        (r"^write a phone number", "channel"),
        (r"may hold letters, digits", "document_id"),
        (r"must begin with https", "link"),
        (r"should have at least (?P<limit>\S+) characters?", "short"),
        (r"should have at most (?P<limit>\S+) characters?", "long"),
        (r"should have at least (?P<limit>\S+) items?", "few"),
        (r"should have at most (?P<limit>\S+) items?", "many"),
        (r"should match pattern", "form"),
        (r"should be greater than or equal to (?P<limit>\S+)", "at_least"),
        (r"should be less than or equal to (?P<limit>\S+)", "at_most"),
        (r"should be greater than (?P<limit>\S+)", "more_than"),
        (r"should be less than (?P<limit>\S+)", "less_than"),
        (r"valid (?:integer|number)", "number"),
        (r"valid boolean", "boolean"),
        (r"valid string", "text"),
        (r"valid (?:tuple|list|frozenset|set|array)", "list"),
        (r"valid UUID|^UUID input", "uuid"),
        (r"valid dictionary|object to extract|instance of", "entry"),
        (r"^Input should be (?P<known>'.+)$", "choice"),
        # Documents.
        (r"^has no front matter", "no_front_matter"),
        (r"^the front matter is not closed", "open_front_matter"),
        (r"^must be `key: value` lines", "front_matter_lines"),
        (r"^text that begins with &", "yaml_marks"),
        (r"^bad YAML", "yaml"),
        (r"scanned|PDF without text", "scanned"),
        (r"^is empty|^holds no text|^has no text below", "empty"),
        (r"password", "password"),
        (r"corrupt (?:DOCX|PDF)", "corrupt"),
        (r"^unknown file type|^is not a PDF", "file_type"),
    )
)

KINDS: Final = (*dict.fromkeys(kind for _, kind in _RULES), OTHER)
"""Every kind that there are texts for."""

_FRONT_MATTER: Final = re.compile(r"^(?:front matter: )?(?:line \d+: )?")
_FIELD: Final = re.compile(r"^(?:`(?P<quoted>[^`]+)`:? |(?P<plain>[a-z]\w*(?:\.\w+)*): )(?P<rest>.+)$", re.DOTALL)
_BARE_FIELD: Final = re.compile(r"^`?(?P<field>valid_to|review_by|review_due)`? ")


def explain(fault: ContentFault) -> Explanation:
    """The kind of a fault, and what it is about.

    >>> explain(ContentFault(file="journeys.toml", line=3, reason="title: Field required"))
    Explanation(kind='missing', values={'field': 'title'})
    """
    reason = _FRONT_MATTER.sub("", fault.reason.partition("; line ")[0])
    found = _FIELD.match(reason)
    field, rest = "", reason
    if found is not None:
        field, rest = _named(found["quoted"] or found["plain"]), found["rest"]
    elif bare := _BARE_FIELD.match(reason):
        field = bare["field"]
    for pattern, kind in _RULES:
        if match := pattern.search(rest):
            named = {name: value.strip() for name, value in match.groupdict().items() if value}
            return Explanation(kind=kind, values={"field": field, **named})
    return Explanation(kind=OTHER, values={"field": field})


def is_document(fault: ContentFault) -> bool:
    """Whether the fault is in one of the documents that are answered from, and not in a file of `hr/content/`."""
    return not fault.file.endswith(_TOML)


def _named(field: str) -> str:
    """`contacts.0.day` as `contacts.day`: the line says which of them."""
    return ".".join(part for part in field.split(".") if not part.isdecimal())
