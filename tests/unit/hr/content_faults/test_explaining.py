"""Every fault that a loader can tell of has words of its own in Danish: what is wrong, and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core._pydantic_core import list_all_errors

from adaptive_cards.content_faults.cards import fault_words
from adaptive_cards.texts import LANGUAGES, load_catalogue, placeholders
from hr.content_faults.explaining import _RULES, KINDS, OTHER, explain
from hr.live_file import ContentFault

ROOT = Path(__file__).resolve().parents[4]
CATALOGUE = load_catalogue()
LOADERS = (
    "hr/toml_file.py",
    "hr/live_file.py",
    "hr/people.py",
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("hr/*/*_file.py")),
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("hr/*/content.py")),
    "indexer/validation.py",
    "indexer/pipeline.py",
    "indexer/reading.py",
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("indexer/readers/*.py")),
)
RAISES = {
    "ValueError", "UnreadableFile", "Fault", "fault", "fault_in", "_fault", "error", "AbsenceContentError",
    "OnboardingContentError", "RoutingError", "PeopleFileError", "TopicsFileError", "ContactsFileError",
    "CampaignsFileError", "DialoguesFileError", "Refusal",
}  # fmt: skip
"""What loaders call to tell of a fault."""
PASSED_ON = {"{field}: {reason}", "{field}: {told}", "{name}: {fault}", "{reason}", "{told}",
             "front matter: line {error.line + 2}: {_NEEDS_QUOTES}", "front matter: {line}{_NEEDS_QUOTES}"}  # fmt: skip
"""What only repeats a reason that stands elsewhere."""
SAMPLE = "'prøve'"
PYDANTIC = {
    "missing", "extra_forbidden", "string_type", "string_too_short", "string_too_long", "string_pattern_mismatch",
    "int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "bool_type", "bool_parsing",
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "too_short", "too_long", "enum", "literal_error",
    "tuple_type", "list_type", "frozen_set_type", "set_type", "dict_type", "model_type", "model_attributes_type",
    "date_type", "date_parsing", "date_from_datetime_parsing", "time_type", "datetime_type", "uuid_type", "uuid_parsing",
}  # fmt: skip
"""The faults that pydantic tells of for the kinds of fields there are."""


def said_in(path: str) -> Iterator[str]:
    """The reasons that a module of loaders writes, with something in the place of what it fills in."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        texts: list[ast.expr] = []
        front_matter = path.endswith("front_matter.py")
        if isinstance(node, ast.Assign) and front_matter and getattr(node.targets[0], "id", "") == "_NEEDS_QUOTES":
            texts = [node.value]
        elif isinstance(node, ast.Call) and _called(node) in RAISES:
            texts = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "reason")]
        elif isinstance(node, ast.Assign):
            texts = [node.value] if any(isinstance(t, ast.Name) and t.id == "reason" for t in node.targets) else []
        elif isinstance(node, ast.Return) and front_matter:
            texts = [node.value] if node.value is not None else []
        elif isinstance(node, ast.ListComp) and front_matter:
            texts = [node.elt]
        for text in texts:
            said = _text(text)
            if said is not None and len(said) > 6 and " " in said and said not in PASSED_ON:
                yield said


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"  # type: ignore[attr-defined]
            for part in node.values
        )
    return None


def _filled(said: str) -> str:
    said = re.sub(r"(?<=line )\{[^{}]*\}|\{[^{}]*1024[^{}]*\}", "4", said)
    said = re.sub(r"^(front matter: )?\{(?:line|where)\}", r"\1line 4: ", said)
    said = re.sub(r"\{'\.'\.join[^}]*\}\)?\}?", "title", said)
    said = re.sub(r"\{(?:inside|name)\}(?=`)", "title", said)
    return re.sub(r"\{[^{}]*\}", SAMPLE, said)


_ONLY_PASSED_ON = re.compile(r"(line 4: )?`?(title|'prøve')`?: ('prøve')+")
"""A field, and then what pydantic says, which a test of its own walks over."""
REASONS = sorted(
    {(path, said) for path in LOADERS for said in said_in(path) if not _ONLY_PASSED_ON.fullmatch(_filled(said))}
)


def test_the_walk_finds_the_loaders() -> None:
    assert len(REASONS) > 80
    assert {path for path, _ in REASONS} >= {"hr/people.py", "hr/toml_file.py", "indexer/readers/pdf.py"}


@pytest.mark.parametrize(("path", "said"), REASONS)
def test_every_fault_of_a_loader_has_words_of_its_own(path: str, said: str) -> None:
    reason = _filled(said)
    assert explain(ContentFault(file="x.toml", reason=reason, line=1)).kind != OTHER


@pytest.mark.parametrize("kind", sorted(PYDANTIC))
def test_every_fault_of_a_field_has_words_of_its_own(kind: str) -> None:
    (message,) = [one["message_template_python"] for one in list_all_errors() if one["type"] == kind]
    fills = {
        "expected": "'a' or 'b'",
        "min_length": "2",
        "max_length": "9",
        "expected_plural": "s",
        "field_type": "Tuple",
    }
    told = re.sub(r"\{(\w+)\}", lambda found: fills.get(found[1], "5"), message)
    for written in (f"title: {told}", f"front matter: line 3: `title`: {told[0].lower()}{told[1:]}"):
        found = explain(ContentFault(file="x", reason=written, line=1))
        assert found.kind != OTHER, written
        assert found.values["field"] == "title"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_both_sentences_and_names_only_what_is_found(kind: str, language: str) -> None:
    texts = CATALOGUE[language]
    known = {"field"}.union(*(pattern.groupindex for pattern, of in _RULES if of == kind))
    for part in ("wrong", "remedies"):
        line = texts.lines[f"content_faults.{part}.{kind}"]
        assert placeholders(line) <= known
        assert line.endswith((".", "”", "»"))


@pytest.mark.parametrize("part", ["wrong", "remedies"])
def test_there_are_no_words_for_kinds_that_cannot_be(part: str) -> None:
    written = {key.rpartition(".")[2] for key in CATALOGUE["da"].lines if key.startswith(f"content_faults.{part}.")}
    assert written == set(KINDS)


@pytest.mark.parametrize(
    ("file", "line", "reason", "where", "wrong"),
    [
        ("journeys.toml", 14, "title: Field required", "Linje 14 i journeys.toml", "Feltet title mangler."),
        ("absence.toml", 3, "contacts.0.day: Input should be less than or equal to 730", "Linje 3 i absence.toml",
         "Tallet i feltet contacts.day er for stort."),
        ("absence.toml", 9, "valid_to lies before valid_from", "Linje 9 i absence.toml",
         "Datoen i valid_to ligger før valid_from."),
        ("events.toml", 2, "id: 'intro' is used twice; give each entry an id of its own", "Linje 2 i events.toml",
         "»intro« bruges af to poster."),
        ("journeys.toml", 7, "topic: no document 'feire'; leave it out, or write one of: ferie", "Linje 7 i journeys.toml",
         "Der er ikke noget dokument, der hedder »feire«."),
        ("hr-ferie.md", None, "the id ferie belongs to ferie.md already; give one of them another id in its front matter",
         "Filen hr-ferie.md", "Dokumentet har samme id som ferie.md: »ferie«."),
        ("hr-ferie.md", 6, "front matter: `valid_from`: is not a date; write YYYY-MM-DD", "Linje 6 i hr-ferie.md",
         "Feltet valid_from er ikke en dato."),
        ("hr-ferie.md", 6, "front matter: unknown key `titel` (known: title)", "Linje 6 i hr-ferie.md",
         "Feltet titel kender Kompas ikke her."),
    ],
)  # fmt: skip
def test_hr_reads_where_it_is_and_what_is_wrong(
    file: str, line: int | None, reason: str, where: str, wrong: str
) -> None:
    words = fault_words(CATALOGUE["da"], ContentFault(file=file, line=line, reason=reason))
    assert (words.where, words.wrong) == (where, wrong)
    assert words.remedy


def test_what_no_rule_knows_is_still_told_in_danish() -> None:
    words = fault_words(CATALOGUE["da"], ContentFault(file="x.toml", line=2, reason="something nobody foresaw"))
    assert words.wrong == "Noget i filen er ikke, som Kompas venter det."
