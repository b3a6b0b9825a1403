from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import GlossaryInvalid
from knowledge.glossary import Glossary, LiveGlossary, load_glossary
from knowledge.settings import PACKAGE

WORD_LIST = """
[[term]]
term = "sygefravær"
synonyms = ["sygdomsfravær"]
english = ["sick leave"]

[[term]]
term = "sygefraværssamtale"
synonyms = ["fire-ugers-samtale"]

[[abbreviation]]
short = "ØK"
long = "Økonomiudvalget"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "glossary.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    return load_glossary(written(tmp_path, WORD_LIST))


@pytest.mark.parametrize(
    ("text", "language", "added"),
    [
        ("Hvad er sygdomsfraværet?", "da", ("sygefravær",)),
        ("hvornår er fire-ugers-samtalen?", "da", ("sygefraværssamtale",)),
        ("får ØK besked?", "da", ("Økonomiudvalget",)),
        ("Økonomiudvalgets møde", "da", ("ØK",)),
        ("my sick leave", "en", ("sygefravær",)),
        ("sick leave", "da", ()),
        ("sygdomsfravær og sygefravær", "da", ()),
        ("ferie", "da", ()),
    ],
)
def test_what_people_write_leads_to_what_the_documents_call_it(
    glossary: Glossary, text: str, language: str, added: tuple[str, ...]
) -> None:
    assert glossary.expansions(text, language=language) == added


def test_an_empty_word_list_adds_nothing(tmp_path: Path) -> None:
    assert load_glossary(written(tmp_path, "")).expansions("sygefravær", language="en") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[term", "not valid TOML"),
        ('[[term]]\nsynonyms = ["a"]', r"term\.0\.term: Field required"),
        ('[[term]]\nterm = "a"\nsynonym = ["b"]', r"term\.0\.synonym: Extra inputs"),
        ('[[abbreviation]]\nshort = ""\nlong = "b"', r"abbreviation\.0\.short"),
    ],
    ids=["toml", "missing", "unknown", "empty"],
)
def test_a_broken_word_list_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(GlossaryInvalid, match=says):
        load_glossary(written(tmp_path, text))


def test_a_missing_or_unreadable_word_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(GlossaryInvalid, match="KOMPAS_GLOSSARY"):
        load_glossary(tmp_path / "none.toml")
    file = tmp_path / "latin1.toml"
    file.write_bytes(b'[[term]]\nterm = "frav\xe6r"')
    with pytest.raises(GlossaryInvalid, match="not valid TOML"):
        load_glossary(file)


@pytest.mark.parametrize(
    ("text", "language", "term"),
    [
        ("fire-ugers-samtale", "da", "sygefraværssamtale"),
        ("trivselssamtale", "da", "omsorgssamtale"),
        ("HU", "da", "Hovedudvalget"),
        ("KKC", "da", "kurs, koordinering og commitment"),
        ("sick leave", "en", "sygefravær"),
    ],
)
def test_the_shipped_word_list_knows_the_words_of_the_house(text: str, language: str, term: str) -> None:
    added = load_glossary(PACKAGE / "glossary.toml").expansions(text, language=language)
    assert term.casefold() in {word.casefold() for word in added}


def test_an_edited_word_list_counts_from_the_next_question_on(tmp_path: Path) -> None:
    live = LiveGlossary(written(tmp_path, '[[term]]\nterm = "velkomst"\nsynonyms = ["modtagelse"]\n'))
    assert live.expansions("modtagelse", language="da") == ("velkomst",)
    written(tmp_path, '[[term]]\nterm = "velkomstmøde"\nsynonyms = ["modtagelse"]\n')
    assert live.expansions("modtagelse", language="da") == ("velkomstmøde",)


def test_a_broken_word_list_leaves_the_last_good_one_in_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    live = LiveGlossary(written(tmp_path, '[[term]]\nterm = "velkomst"\nsynonyms = ["modtagelse"]\n'))
    written(tmp_path, "[[term]\nterm = ")
    assert live.expansions("modtagelse", language="da") == ("velkomst",)
    assert "stays as it was" in caplog.text
