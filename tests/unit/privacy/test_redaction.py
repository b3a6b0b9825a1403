"""What is left of a text when personal data is taken out of it."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.redaction import UNSETTLED, redact

DOCUMENTS = Path(__file__).parents[3] / "knowledge" / "documents"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Mette Hansen er syg", "[navn] er syg"),
        ("mette hansen er syg", "[navn] er syg"),
        ("METTE HANSEN ER SYG", "[navn] ER SYG"),
        ("Søren og soeren", "[navn] og [navn]"),
        ("Anne-Grethe M. Østby-Sørensen ringede", "[navn] ringede"),
        ("Mettes mor og Jens' sag", "[navn] mor og [navn]' sag"),
        ("Bo er syg", "[navn] er syg"),
        ("Godkend ferie for Bo", "Godkend ferie for [navn]"),
        ("Hvor skal borgeren bo?", "Hvor skal borgeren bo?"),
        ("Skal hans chef tage per diem?", "Skal hans chef tage per diem?"),
        ("Min medarbejder Zlatko Petrovic ringede", "Min medarbejder [navn] ringede"),
        ("Hun hedder Gunvald", "Hun hedder [navn]"),
        ("Opret en sag på KLH", "Opret en sag på [navn]"),
        ("PTN skal indkaldes", "[navn] skal indkaldes"),
        ("medarbejder MJ", "medarbejder [navn]"),
        ("jeg har glemt at indkalde KLH til samtale", "jeg har glemt at indkalde [navn] til samtale"),
        ("KLH: hvad gør jeg nu?", "[navn]: hvad gør jeg nu?"),
        ("Hvad gør jeg med BRSTO's sag og KLHs plan?", "Hvad gør jeg med [navn]'s sag og [navn] plan?"),
        ("KLH", "[navn]"),
        ("Skriv til mha@kommune.example nu", "Skriv til [e-mail] nu"),
        ("ring 89 59 10 00", "ring [telefon]"),
        ("ring +45 8959 1000.", "ring [telefon]."),
        ("CPR 010190-1234", "CPR [cpr]"),
        ("konto 1234 0012345678", "konto [tal]"),
        ("lønnummer 123456", "lønnummer [tal]"),
        ("Met\u200bte kommer", "[navn] kommer"),
    ],
)
def test_what_tells_who_somebody_is_is_masked(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Zbigniew har kræft", "[navn] har kræft"),
        ("Zbigniew er syg fra i dag", "[navn] er syg fra i dag"),
        ("zbigniew er sygemeldt. Hvad nu?", "[navn] er sygemeldt. Hvad nu?"),
        ("ZBIGNIEW ER SYG", "[navn] ER SYG"),
        ("Anh Thu har feber og hoster", "[navn] har feber og hoster"),
        ("Jürgen og Heinz har corona", "[navn] og [navn] har corona"),
        ("I går fik Volodymyr et hjerteanfald", "I går fik [navn] et hjerteanfald"),
        ("i dag er volodymyr syg", "i dag er [navn] syg"),
        ("Hvad gør jeg ved Oksanas migræne?", "Hvad gør jeg ved [navn] migræne?"),
        ("Oksanas depression er værre", "[navn] depression er værre"),
        ("Jeg tror, at Suhayb har et misbrug", "Jeg tror, at [navn] har et misbrug"),
        ("Hvornår er Ikram tilbage efter sin ferie?", "Hvornår er [navn] tilbage efter sin ferie?"),
        ("Reglerne om fravær er svære, og Afdelingen er ramt", "Reglerne om fravær er svære, og Afdelingen er ramt"),
        ("Hvad siger Arbejdstilsynet om stress i Grenaa?", "Hvad siger Arbejdstilsynet om stress i Grenaa?"),
        ("Har Aarhus Kommune en plan mod fravær?", "Har Aarhus Kommune en plan mod fravær?"),
    ],
)
def test_a_name_on_no_list_is_masked_beside_health_or_absence(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "Gælder 1-5-14 stadig?",
        "Hvad er en § 56-aftale?",
        "Hvad er en APV i MED og TRIO?",
        "HVAD ER EN APV?",
        "Sygefravær i 2024-2025 og 7,3 % i 2023",
        "Sag 24/4098 fra 1. maj 2025 kl. 14.30",
        "Vores Norddjurs og Sammen om Ledelse",
        "Kan min leder i Norddjurs Kommune se det?",
        "Hvem er tr for pædagogerne",
        "Hvad er SSO?",
        "SKAL JEG RINGE I DAG?",
        "Jeg har IKKE fået svar, HVAD gør jeg NU?",
        "Hvor mange AMR'er, TR'er og AMRs er der i HMED?",
        "Hvordan bruger jeg NemRefusion og EASY på min PC?",
        "Kan jeg få SU på KKC, og hvad siger GDPR om CPR i HR, IT og ØK?",
        "How do I report sick?",
    ],
)
def test_a_question_about_the_topic_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_no_abbreviation_of_the_sources_is_taken_for_initials() -> None:
    capitals = re.compile(r"(?<!\w)[A-ZÆØÅ]{2,5}(?!\w)")
    written = {
        word: line
        for document in sorted(DOCUMENTS.glob("*.md"))
        for line in document.read_text(encoding="utf-8").splitlines()
        for word in capitals.findall(line)
    }
    assert {"MED", "TRIO", "APV", "LUS"} <= written.keys()
    assert {word: line for word, line in written.items() if word not in redact(f"Hvad gør {word} her?")} == {}


def test_no_abbreviation_of_the_word_list_is_taken_for_initials() -> None:
    glossary = tomllib.loads((DOCUMENTS.parent / "glossary.toml").read_text(encoding="utf-8"))
    short = [entry["short"] for entry in glossary["abbreviation"]]
    assert short
    assert [word for word in short if word not in redact(f"Hvad gør {word} her?")] == []


WORDS = """Zbigniew fatou har syg kræft og Mette mette Bo Hans KLH PTN Jensen medarbejder kollega chef er skal på A. M. Zlatko . , - / @ a@b.dk 010190-1234 01 01 90 12
34 1234 89591000 +45 12345 [navn] [cpr] [tal] [ ] ' s MED ﬁ ²"""
PIECES = st.sampled_from([*WORDS.split(), "\u200b", "\ud800", "\n"])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=14), st.sampled_from(["", " ", "-", "."]))
def test_redacting_twice_changes_nothing_more(pieces: list[str], joint: str) -> None:
    once = redact(joint.join(pieces))
    assert redact(once) == once


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_cpr_number_never_survives(before: str, after: str) -> None:
    assert "010190-1234" not in redact(f"{before} 010190-1234 {after}")


def test_the_word_for_a_text_that_never_settles_is_left_alone() -> None:
    assert redact(UNSETTLED) == UNSETTLED


@pytest.mark.parametrize("piece", ["a@", "1 ", "12", "Mette ", "A. ", "a", "+45 ", "\ufdfa", "KL ", "[navn"])
def test_hostile_lengths_are_redacted_without_a_stall(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.process_time()
    redact(text)
    assert time.process_time() - began < 2


def test_what_cannot_be_stored_is_taken_out() -> None:
    assert redact("a\x00b\ud800c\u202ed") == "a bcd"
