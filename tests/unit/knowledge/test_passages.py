"""The passage that a card cites without a question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from knowledge.passages import WORDS, Passages
from tests.unit.knowledge.index_builders import publish

DAY = date(2026, 3, 2)


def test_the_first_sentences_of_a_section_are_quoted_word_for_word(tmp_path: Path) -> None:
    publish(tmp_path, "Ring på dag 1. Ring igen på dag 3.")
    found = Passages(tmp_path).find("opfoelgning", "hvad  gælder?", DAY)
    assert found is not None
    assert (found.section, found.quote) == ("Hvad gælder?", "- Ring på dag 1. - Ring igen på dag 3.")
    assert (found.position, found.document, found.valid_from) == (1, "opfoelgning.md", date(2025, 5, 1))


def test_a_long_section_is_cut_after_a_whole_sentence(tmp_path: Path) -> None:
    publish(tmp_path, ". ".join(["Ti ord står der i hver eneste af disse sætninger"] * 20))
    found = Passages(tmp_path).find("opfoelgning", "Hvad gælder?", DAY)
    assert found is not None
    assert found.quote.endswith("sætninger.")
    assert WORDS - 15 < len(found.quote.replace("- ", "").split()) <= WORDS


def test_without_a_section_of_that_name_the_beginning_of_the_document_is_cited(tmp_path: Path) -> None:
    publish(tmp_path)
    passages = Passages(tmp_path)
    assert passages.find("opfoelgning", "Et andet afsnit", DAY) == passages.find("opfoelgning", None, DAY)


def test_no_index_and_no_document_give_no_passage_and_no_error(tmp_path: Path) -> None:
    passages = Passages(tmp_path / "none")
    assert passages.find("opfoelgning", None, DAY) is None
    publish(tmp_path / "none")
    assert passages.find("en-anden", None, DAY) is None
    assert passages.find("opfoelgning", None, DAY) is not None


def test_a_new_version_of_the_index_is_followed_and_a_broken_one_is_not(tmp_path: Path) -> None:
    publish(tmp_path, "Den gamle tekst.")
    passages = Passages(tmp_path)
    passages.find("opfoelgning", None, DAY)
    publish(tmp_path, "Den nye tekst.")
    found = passages.find("opfoelgning", None, DAY)
    assert found is not None
    assert found.quote == "- Den nye tekst."
    (tmp_path / "current").write_text("gone", encoding="utf-8")
    assert passages.find("opfoelgning", None, DAY) == found


def test_a_text_that_is_yet_to_come_or_whose_legal_review_is_overdue_is_not_cited(tmp_path: Path) -> None:
    publish(tmp_path)
    passages = Passages(tmp_path)
    assert passages.find("opfoelgning", None, date(2025, 4, 1)) is None
    assert passages.find("opfoelgning", None, date(2026, 6, 2)) is None
