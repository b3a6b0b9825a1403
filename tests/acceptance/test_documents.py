"""The thirty documents that ship: complete, short, in questions, consistent, and in words of their own."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.readers.front_matter import FrontMatter, parse_front_matter, split_front_matter
from knowledge.models import Approval
from knowledge.settings import PACKAGE
from tools.copied_text import copied, texts_in

FOLDER = PACKAGE / "documents"
FILES = sorted(FOLDER.glob("*.md"))
FIELDS = (
    "id", "title", "audience", "owner", "valid_from", "valid_to", "supersedes", "source", "legal_refs", "language", "contact",
    "reviewed_at", "review_due", "status", "sign_off", "tags", "synonyms",
)  # fmt: skip
EMPTY_UNTIL_HR = ("contact", "sign_off")
MAY_BE_EMPTY = ("valid_from", "valid_to", "supersedes", "legal_refs", *EMPTY_UNTIL_HR)
REVIEWED = date(2026, 11, 22)
LEGAL_CAUTION = "Generel vejledning. Spørg personalejura i konkrete sager."
NOT_BUILT = (
    r"huskekort", r"Kompas (?:ringer|tæller sygedage|viser tal)",
    r"kampagne", r"SharePoint", r"Copilot", r"dashboard",
)  # fmt: skip
"""What Kompas cannot do yet, so that no document may promise it."""
CONTACT_DATA = re.compile(r"\b(?:\d{2} ){3}\d{2}\b|\b\d{8}\b|@\w")

every_document = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def halves(file: Path) -> tuple[str, str]:
    return split_front_matter(file.read_text(encoding="utf-8"), file.name)


def front(file: Path) -> FrontMatter:
    return parse_front_matter(halves(file)[0], file.name)


def body(file: Path) -> str:
    return halves(file)[1]


def test_there_are_thirty_documents() -> None:
    assert len(FILES) == 30


@every_document
def test_the_front_matter_is_complete(file: Path) -> None:
    values: dict[str, Any] = yaml.safe_load(halves(file)[0])
    assert [name for name in FIELDS if name not in values] == []
    assert [name for name in FIELDS if name not in MAY_BE_EMPTY and not values[name]] == []
    assert all(values[name] is None for name in EMPTY_UNTIL_HR)


@every_document
def test_the_id_is_the_file_name(file: Path) -> None:
    assert front(file).id == file.stem


@every_document
def test_what_a_document_supersedes_exists_and_ends_the_day_before(file: Path) -> None:
    newer = front(file)
    for old in newer.supersedes:
        older = front(FOLDER / f"{old}.md")
        assert older.valid_to is not None
        assert newer.valid_from is not None
        assert (newer.valid_from - older.valid_to).days == 1


@every_document
def test_every_fact_has_a_source_and_a_date_of_decision_where_there_was_one(file: Path) -> None:
    for source in front(file).source:
        assert source.facts
        assert (source.decision_date is None) == (source.file == "offentlig vejledning")


@every_document
def test_no_document_claims_to_be_approved_before_hr_has_signed(file: Path) -> None:
    values = front(file)
    assert values.status is Approval.DRAFT
    assert values.sign_off is None


@every_document
def test_a_legal_text_is_reviewed_within_half_a_year_and_says_what_it_is(file: Path) -> None:
    values = front(file)
    assert values.review_due is not None
    assert values.review_due > REVIEWED
    if values.legal_refs:
        assert (values.review_due - REVIEWED).days <= 183
    assert LEGAL_CAUTION not in body(file)  # every answer from a legal text says it; in the text it would be quoted


@every_document
def test_a_document_has_150_to_400_words(file: Path) -> None:
    words = [word for word in body(file).split() if re.search(r"\w", word)]
    assert 150 <= len(words) <= 400


@every_document
def test_headings_are_questions_under_one_title(file: Path) -> None:
    headings = re.findall(r"^(#+) (.+)$", body(file), re.MULTILINE)
    assert headings[0] == ("#", front(file).title)
    assert {mark for mark, _ in headings[1:]} == {"##"}
    assert [heading for _, heading in headings[1:] if not heading.endswith("?")] == []
    assert len({heading for _, heading in headings}) == len(headings) >= 4


@every_document
def test_each_question_is_answered_at_once_by_a_short_sentence(file: Path) -> None:
    for section in re.split(r"^## .+$", body(file), flags=re.MULTILINE)[1:]:
        first = section.strip().splitlines()[0]
        assert re.match(r"[A-ZÆØÅ0-9§]", first), first
        assert len(re.split(r"(?<=[.:?])\s", first)[0].split()) <= 40, first


@every_document
def test_no_document_promises_what_kompas_cannot_do(file: Path) -> None:
    sentences = re.split(r"(?<=[.?!])\s", body(file))
    promises = [
        sentence
        for sentence in sentences
        if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in NOT_BUILT) and "ikke" not in sentence.split()
    ]
    assert promises == []


@every_document
def test_no_phone_number_or_address_is_invented(file: Path) -> None:
    assert not CONTACT_DATA.search(body(file))


def test_no_sentence_is_copied_from_a_source_paper() -> None:
    papers = os.environ.get("KOMPAS_TEST_PAPERS")  # noqa: TID251 - where the tests find papers is no setting of the product
    if not papers:
        pytest.skip("the source papers are not at hand; name their folder in KOMPAS_TEST_PAPERS")
    texts = texts_in(Path(papers), [".txt", ".md"])
    assert texts, f"no papers in {papers}"
    documents = {file.name: file.read_text(encoding="utf-8") for file in FILES}
    assert [str(hit) for name, text in documents.items() for hit in copied(name, text, texts)] == []
