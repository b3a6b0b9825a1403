"""The documents tell what is there: settings, commands, links, decisions, roles and audiences."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from bot import cli as bot_cli
from bot.settings import BotSettings, IdentitySettings, OfficeSettings
from hr.people import ALL_AUDIENCES, Role
from indexer import cli as indexer_cli
from indexer.readers.front_matter import FrontMatter
from indexer.settings import IndexerSettings
from knowledge.models import AUDIENCES, NotFoundReason, RefusalReason
from knowledge.settings import KNOWN_FAMILIES, KNOWN_NAMES, PREFIX, KnowledgeSettings
from privacy.cpr import find_cpr
from privacy.names import WORD
from privacy.words import word_list
from tools.data_map import page

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NOT_OURS = {"node_modules", "artifacts", "build", "dist"}

SECTIONS: tuple[type[BaseSettings], ...] = (
    KnowledgeSettings,
    IndexerSettings,
    OfficeSettings,
    BotSettings,
    IdentitySettings,
)

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def markdown_files() -> list[Path]:
    """Every Markdown file of the repository; hidden folders (the environment, data) are none of it."""
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in NOT_OURS]
        found += [Path(folder) / name for name in files if name.endswith(".md")]
    return sorted(found)


PROSE = [path for path in markdown_files() if not path.is_relative_to(ROOT / "knowledge" / "documents")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows_of(path: Path) -> dict[str, list[str]]:
    """The table rows of a document by their first cell, code marks taken off it."""
    rows: dict[str, list[str]] = {}
    for line in text_of(path).splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            rows[cells[0].strip("`")] = cells[1:]
    return rows


def section_of(path: Path, heading: str) -> str:
    """What stands below a heading, up to the next one of any level; empty when there is no such heading."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text_of(path), re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def shown_default(field: FieldInfo) -> str:
    """A default as docs/settings.md shows it: paths relative to the repository, lists in order, nothing secret."""
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None or value == frozenset():
        return "none"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    parts = sorted(map(str, value)) if isinstance(value, frozenset) else value if isinstance(value, tuple) else [value]
    return ", ".join(f"`{_shown(part)}`" for part in parts)


def _shown(value: object) -> str:
    if isinstance(value, Path):
        return value.relative_to(ROOT).as_posix() if value.is_relative_to(ROOT) else value.as_posix()
    return str(value.value) if isinstance(value, Enum) else str(value)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_has_its_row_with_meaning_and_default(section: type[BaseSettings]) -> None:
    rows = rows_of(DOCS / "settings.md")
    for name, field in section.model_fields.items():
        cells = rows.get(f"{PREFIX}{name.upper()}")
        assert cells is not None, f"docs/settings.md has no row for {PREFIX}{name.upper()}"
        if section is IdentitySettings:  # the same setting, described in full by BotSettings
            continue
        assert cells == [field.description, shown_default(field)], f"docs/settings.md: {PREFIX}{name.upper()}"


def test_a_name_that_nothing_reads_yet_is_listed_as_reserved_and_nothing_else_is() -> None:
    read = {name.upper() for section in SECTIONS for name in section.model_fields}
    reserved = section_of(DOCS / "settings.md", "Reserved names")
    listed = set(re.findall(r"`KOMPAS_([A-Z_]+)`", reserved))
    assert listed == set(KNOWN_NAMES) - read
    assert set(KNOWN_FAMILIES) <= set(re.findall(r"`KOMPAS_([A-Z_]+_)\*`", reserved))


def test_no_row_tells_of_a_setting_that_is_not_there() -> None:
    rows = {name.removeprefix(PREFIX) for name in rows_of(DOCS / "settings.md") if name.startswith(PREFIX)}
    assert rows <= {name.upper() for section in SECTIONS for name in section.model_fields}


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each subcommand of both programs under the heading it has in docs/commands.md."""
    for program, parser in (("kompas", bot_cli._parser()), ("python -m indexer", indexer_cli._parser())):
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, command in action.choices.items():
                    yield f"{program} {name}", command


COMMANDS = dict(commands())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described_with_exactly_its_options_and_their_defaults(command: str) -> None:
    section = section_of(DOCS / "commands.md", f"`{command}`")
    assert section, f"docs/commands.md has no heading `{command}`"
    rows = {
        re.split(r"[ =]", cells[0].strip("` "))[0]: line
        for line in section.splitlines()
        if line.startswith("|") and (cells := line.split("|")[1:-1]) and cells[0].strip().startswith("`")
    }
    actions = [action for action in COMMANDS[command]._actions if not isinstance(action, argparse._HelpAction)]
    names = {action.option_strings[0] if action.option_strings else action.metavar or action.dest for action in actions}
    assert set(rows) == names
    for action in actions:
        if isinstance(action.default, str | int) and not isinstance(action.default, bool):
            assert f"`{action.default}`" in rows[action.option_strings[0]], f"{command} {action.option_strings[0]}"


def test_no_heading_tells_of_a_command_that_is_not_there() -> None:
    headings = re.findall(r"^#+ `((?:kompas|python -m indexer) \w+)`$", text_of(DOCS / "commands.md"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


def anchors_of(path: Path) -> set[str]:
    """The anchors that headings get: small letters, blanks as hyphens, marks left out."""
    headings = _HEADING.findall(text_of(path))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", markdown_files(), ids=name_of)
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    broken = []
    for target in _LINK.findall(_CODE.sub("", text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (path.parent / unquote(file)).resolve() if file else path
        there = place.exists() and place.is_relative_to(ROOT)
        if not there or (anchor and place.suffix == ".md" and anchor not in anchors_of(place)):
            broken.append(target)
    assert not broken, f"{name_of(path)} links to what is not there: {', '.join(broken)}"


def test_every_document_is_reached_from_the_index() -> None:
    index = {(DOCS / target.partition("#")[0]).resolve() for target in _LINK.findall(text_of(DOCS / "README.md"))}
    pages = set(DOCS.glob("*.md")) - {DOCS / "README.md"}
    assert pages <= index


DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_is_in_the_index_under_its_title_and_has_its_three_parts(path: Path) -> None:
    title = text_of(path).splitlines()[0].removeprefix("# ")
    number, _, words = title.partition(". ")
    assert path.name.startswith(f"{number}-")
    assert f"[{words}]({path.name})" in text_of(DOCS / "adr" / "README.md")
    assert _HEADING.findall(text_of(path))[1:] == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("source", ["bot", "knowledge", "indexer", "hr", "adaptive_cards", "privacy"])
def test_a_page_that_the_code_points_at_is_there(source: str) -> None:
    files = [path for path in (ROOT / source).rglob("*") if path.suffix in {".py", ".toml"}]
    pointed = {(path, found) for path in files for found in re.findall(r"docs/(?:adr/\d{4}|[\w-]+\.md)", text_of(path))}
    missing = [f"{name_of(path)}: {found}" for path, found in sorted(pointed) if not list(ROOT.glob(f"{found}*"))]
    assert not missing


@pytest.mark.parametrize("value", [*Role, *AUDIENCES, *RefusalReason], ids=str)
def test_every_role_audience_and_reason_is_in_the_glossary(value: str) -> None:
    assert f"`{value}`" in text_of(DOCS / "glossary.md")


def test_both_cores_know_the_same_audiences() -> None:
    assert frozenset(AUDIENCES) == ALL_AUDIENCES


def test_every_front_matter_field_is_explained_to_hr() -> None:
    rows = rows_of(DOCS / "how-to-hr.md")
    assert [name for name in FrontMatter.model_fields if name not in rows] == []


def test_every_reason_for_no_answer_is_explained_to_those_who_evaluate() -> None:
    assert [reason for reason in NotFoundReason if f"`{reason.value}`" not in text_of(DOCS / "evaluation.md")] == []


def test_the_first_screen_of_the_readme_has_the_picture_and_the_two_commands() -> None:
    first_screen = text_of(ROOT / "README.md").splitlines()[:16]
    assert any(line.startswith("make run") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)
    assert any(re.match(r"!\[\S.+\]\(docs/images/answer\.png\)", line) for line in first_screen)


@pytest.mark.parametrize("path", PROSE, ids=name_of)
def test_no_page_holds_a_placeholder_a_private_path_or_a_person(path: Path) -> None:
    text = text_of(path)
    assert not re.findall(r"\b(?:RUN_TIME|TEST_TIME|TODO|TBD|FIXME)\b", text)
    assert not re.findall(r"(?<![\w.])/(?:work|root|home|Users|tmp)/\S*", text)
    assert not re.findall(r"[\w.+-]+@(?!\S*example)[\w.-]+\.[a-z]{2,}", text)
    assert find_cpr(text) == ()
    names = set(word_list("names")["first_names"].split()) | set(word_list("names")["surnames"].split())
    assert not names & set(WORD.findall(text))


def test_the_data_map_page_is_what_the_code_says() -> None:
    assert (DOCS / "data-map.md").read_text(encoding="utf-8") == page(), "python -m tools.data_map > docs/data-map.md"


_PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_proof_that_is_named_is_there() -> None:
    text = (DOCS / "what-is-proved.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    proofs = _PROOF.findall(text)
    missing = [
        f"{path}::{name}"
        for path, name in proofs
        if not (ROOT / path).is_file() or (name and f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]

    assert missing == []
    assert [row for row in rows if not _PROOF.search(row)] == []
