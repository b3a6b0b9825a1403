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
        ("---\ntitle: Barsel\nid: !!python/object:os.system x\n---\nTekst.", "line 3: bad YAML"),
        (_with("owner: HR\x07"), "bad YAML: unacceptable character"),
        (_with("titel: Barsel"), r"line 3: unknown key `titel` \(known: id, title"),
        (_with("title: Igen"), "line 3: key `title` stands twice"),
        (_with("valid_from: 2025-02-30"), "line 3: `valid_from`: '2025-02-30' is not a date; write YYYY-MM-DD"),
        (_with("valid_from: i går"), "`valid_from`: 'i går' is not a date"),
        (
            _with("valid_from: 2025-05-01\nvalid_to: 2025-04-30"),
            "line 4: `valid_to` 2025-04-30 is before `valid_from` 2025-05-01",
        ),
        (_with("reviewed_at: 2025-05-01\nreview_due: 2025-04-30"), "`review_due` 2025-04-30 is before"),
        (_with("audience: chef"), "line 3: `audience`: unknown 'chef'; use one of alle, medarbejder"),
        (_with("status: færdig"), "line 3: `status`: .*'udkast' or 'godkendt'"),
        (_with("source:\n  - file: a.txt\n    datum: 2024-01-01"), r"unknown key `source.datum` \(known: file"),
        (_with("id: barsel#2"), "`id`: 'barsel#2' may hold letters"),
        (_with("url: javascript:alert(1)"), "`url`: .* must begin with https"),
        ("---\ntitle: Barsel\n---\n# Kun en overskrift\n", "no text below the front matter"),
    ],
)
def test_a_fault_in_the_front_matter_is_named_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as error:
        _read(text)
    assert error.value.path == "hr/barsel.md"


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
