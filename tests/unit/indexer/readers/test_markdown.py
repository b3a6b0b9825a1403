import time
from datetime import date

import pytest

from indexer.errors import UnreadableFile
from indexer.readers.markdown import read_markdown
from knowledge.models import Approval, BlockKind, DocumentKind, ParsedDocument

_FULL = """---
id: barsel-varsling
title: Varsling af barsel
audience: [leder, hr]
owner: HR
organisation: Fjordby Kommune
valid_from: 2024-01-01
valid_to: 2024-12-31
supersedes: barsel-gammel
source:
  - file: notat.txt
    decision_date: 2023-11-02
    facts: F1 F2
legal_refs: [barselsloven § 15]
language: da
contact:
reviewed_at: 2024-01-15
review_due: 2025-01-15
status: udkast
sign_off: null
tags: [barsel]
synonyms: [orlov]
next_step: Tal med HR.
kind: orientering
url: https://example.org/barsel
---
"""
_BODY = """
# Varsling af barsel

Medarbejderen varsler
i god tid.

## Hvad gør lederen?
- ringer til HR,
  samme dag
- skriver et notat
1. Først det ene

| Uge | Handling |
|-----|----------|
| 4   | Varsel   |
<!-- skjult -->
"""


def _read(text: str) -> ParsedDocument:
    return read_markdown(text.encode(), path="hr/barsel.md", default_id="barsel")


def _with(line: str) -> str:
    return f"---\ntitle: Barsel\n{line}\n---\nTekst.\n"


def test_every_field_of_the_front_matter_arrives() -> None:
    found = _read(_FULL + _BODY).document
    assert (found.id, found.path, found.title, found.audience) == (
        "barsel-varsling",
        "hr/barsel.md",
        "Varsling af barsel",
        ("leder", "hr"),
    )
    assert (found.valid_from, found.valid_to, found.supersedes) == (
        date(2024, 1, 1),
        date(2024, 12, 31),
        ("barsel-gammel",),
    )
    assert (found.sources[0].file, found.sources[0].decision_date, found.sources[0].facts) == (
        "notat.txt",
        date(2023, 11, 2),
        ("F1", "F2"),
    )
    assert (found.approval, found.kind, found.contact, found.sign_off) == (
        Approval.DRAFT,
        DocumentKind.BRIEFING,
        None,
        None,
    )
    assert (found.reviewed_at, found.review_due, found.next_step) == (
        date(2024, 1, 15),
        date(2025, 1, 15),
        "Tal med HR.",
    )
    assert (found.legal_refs, found.tags, found.synonyms, found.url) == (
        ("barselsloven § 15",),
        ("barsel",),
        ("orlov",),
        "https://example.org/barsel",
    )


def test_headings_paragraphs_items_and_rows_are_blocks_of_verbatim_text() -> None:
    assert [(block.kind, block.level, block.raw) for block in _read(_FULL + _BODY).blocks] == [
        (BlockKind.HEADING, 1, "# Varsling af barsel"),
        (BlockKind.PROSE, 0, "Medarbejderen varsler i god tid."),
        (BlockKind.HEADING, 2, "## Hvad gør lederen?"),
        (BlockKind.ITEM, 0, "- ringer til HR, samme dag"),
        (BlockKind.ITEM, 0, "- skriver et notat"),
        (BlockKind.ITEM, 0, "1. Først det ene"),
        (BlockKind.ROW, 0, "| Uge | Handling |"),
        (BlockKind.ROW, 0, "| 4 | Varsel |"),
    ]


def test_the_file_name_is_the_id_and_everybody_the_audience_unless_told_otherwise() -> None:
    found = _read("\ufeff---\r\ntitle: Barsel\r\n---\r\nTekst.\r\n").document
    assert (found.id, found.audience, found.approval) == ("barsel", ("alle",), None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Barsel\n\nTekst.", "no front matter"),
        ("---\ntitle: Barsel\n", "not closed"),
        ("---\n---\nTekst.", "must be `key: value`"),
        ("---\n- en liste\n---\nTekst.", "must be `key: value`"),
        ("---\nid: barsel\n---\nTekst.", "`title` is missing"),
        ("---\ntitle: [Barsel\nid: x\n---\nTekst.", r"line \d: bad YAML"),
        (
            "---\ntitle: Barsel\nid: !!python/object:os.system x\n---\nTekst.",
            "line 3: text that begins with .* needs quotes",
        ),
        (_with("owner: !!bool HR"), "line 3: text that begins with"),
        (_with('owner: !!int ""'), "line 3: text that begins with"),
        (_with("owner: *HR*"), "line 3: text that begins with"),
        (_with("tags: &alle [a]\nsynonyms: [b]"), "line 3: text that begins with"),
        (_with("owner: 0b_"), "line 3: `owner`: bad YAML: put quotes round it"),
        (_with("? {a: b}\n: c"), "line 3: must be `key: value` lines"),
        (_with("tags: " + "[" * 5_000), "bad YAML: values stand in each other too deeply"),
        (_with("owner: " + "HR " * 7_000), "too long: more than 20,000 characters"),
        (_with("owner: HR\x07"), "bad YAML: unacceptable character"),
        (_with("titel: Barsel"), r"line 3: unknown key `titel` \(known: id, title"),
        (_with("title: Igen"), "line 3: key `title` stands twice"),
        (_with("valid_from: 2025-02-30"), "line 3: `valid_from`: is not a date; write YYYY-MM-DD"),
        (_with("valid_from: i går"), "`valid_from`: is not a date"),
        (_with("valid_from: 2025-05-01\nvalid_to: 2025-04-30"), "line 4: `valid_to` is before `valid_from`"),
        (_with("reviewed_at: 2025-05-01\nreview_due: 2025-04-30"), "line 4: `review_due` is before `reviewed_at`"),
        (_with("audience: chef"), "line 3: `audience`: unknown audience; use one of alle, medarbejder"),
        (_with("status: færdig"), "line 3: `status`: .*'udkast' or 'godkendt'"),
        (_with("source:\n  - file: a.txt\n    datum: 2024-01-01"), r"unknown key `source.datum` \(known: file"),
        (_with("id: barsel#2"), "`id`: may hold letters"),
        (_with("url: javascript:alert(1)"), "`url`: must begin with https"),
        ("---\ntitle: Barsel\n---\n# Kun en overskrift\n", "no text below the front matter"),
    ],
)
def test_a_fault_in_the_front_matter_is_named_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as error:
        _read(text)
    assert error.value.path == "hr/barsel.md"


CPR = "010190-1234"


@pytest.mark.parametrize(
    "line",
    [
        f"valid_from: {CPR}",
        f"valid_from: {CPR.replace('-', '')}99",
        f"id: barsel {CPR}",
        f"url: {CPR}",
        f"audience: {CPR}",
        f"status: {CPR}",
        f"language: [{CPR}]",
        f"owner: {{{CPR}: {CPR}}}",
        f"source: {CPR}",
        f"source:\n  - {CPR}: x",
        f"{CPR}: HR",
        f"{CPR}: HR\n{CPR}: HR",
        f"owner: !{CPR}! x",
        f"owner: !<{CPR}> x",
        f"owner: *{CPR}",
        f"owner: &{CPR} x",
        f'owner: "\\q{CPR}"',
        f"owner: HR: {CPR}",
        f"owner: [{CPR}",
        f"owner: '{CPR}",
        f"%{CPR}",
        f"owner: !!int {CPR}",
        f"owner: 0b_\ntitel: {CPR}",
    ],
)
def test_no_fault_of_the_front_matter_repeats_what_stands_there(line: str) -> None:
    with pytest.raises(UnreadableFile) as error:
        _read(_with(line))
    assert not any(part in str(error.value) for part in (CPR, "010190", "1234"))


def test_many_comments_that_are_not_closed_take_no_time() -> None:
    started = time.process_time()
    found = _read("---\ntitle: Barsel\n---\nTekst.\n" + "<!--" * 100_000)
    assert time.process_time() - started < 2
    assert found.blocks[0].raw.startswith("Tekst. <!--")


def test_comments_are_left_out_over_lines_and_one_after_another() -> None:
    found = _read(
        "---\ntitle: Barsel\n---\nRing <!-- ikke\n\nskriv --><!----> i dag.<!-- --> Skriv <!--> også --> så.\n"
    )
    assert [block.raw for block in found.blocks] == ["Ring i dag. Skriv så."]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(UnreadableFile) as error:
        _read(_with("titel: x\nvalid_from: nej"))
    assert "`titel`" in error.value.reason
    assert "`valid_from`" in error.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"---\n\x00\x01", "is binary, not text"), ("---\ntitle: Ændring\n---\nø".encode("cp1252"), "is not UTF-8 text")],
)
def test_a_binary_or_wrongly_encoded_file_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_markdown(content, path="x.md", default_id="x")
