import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import (
    char_ngrams,
    clean,
    content_tokens,
    digits_for_number_words,
    find_dates,
    fold,
    format_date_da,
    language_of,
    sanitize,
    split_sentences,
    squeeze,
    stem,
    tokens,
)


@given(
    st.text(alphabet=st.sampled_from("abÆ .,!?…1§\n\t\u00a0”)(:;-\uf0b7") | st.characters(exclude_categories=["Cs"]))
)
def test_sentences_joined_by_a_blank_are_the_squeezed_text(text: str) -> None:
    assert " ".join(split_sentences(text)) == squeeze(text)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ring den 6. maj 2025. Skriv et notat.", ["Ring den 6. maj 2025.", "Skriv et notat."]),
        ("Det følger af § 7 a, stk. 2. Lederen indkalder.", ["Det følger af § 7 a, stk. 2.", "Lederen indkalder."]),
        ("Brug f.eks. Teams eller bl.a. mail, jf. Aftalen.", ["Brug f.eks. Teams eller bl.a. mail, jf. Aftalen."]),
        ("Det gælder ferie, barsel mv. Tal med HR.", ["Det gælder ferie, barsel mv.", "Tal med HR."]),
        ("Prisen er 2,2 mia. kr. i alt.", ["Prisen er 2,2 mia. kr. i alt."]),
        ("Det kræver ca. 5 dage pr. Leder.", ["Det kræver ca. 5 dage pr. Leder."]),
        ("Kontakt på dag 1, 3 og 10. Derefter samtale.", ["Kontakt på dag 1, 3 og 10.", "Derefter samtale."]),
        ("Omregnet pr fuldtidsansatte. Det er meget.", ["Omregnet pr fuldtidsansatte.", "Det er meget."]),
        ("Er du syg? Så ring! Det haster.", ["Er du syg?", "Så ring!", "Det haster."]),
        ("1. Ring til den syge. 2. Skriv ned.", ["1. Ring til den syge.", "2. Skriv ned."]),
        ("A. B. Testesen kom. Mødet sluttede.", ["A. B. Testesen kom.", "Mødet sluttede."]),
        ("Det sluttede i 2023. 14 ledere var med.", ["Det sluttede i 2023.", "14 ledere var med."]),
        ("Vi kalder det ”tillid.” Det virker.", ["Vi kalder det ”tillid.”", "Det virker."]),
        ("Første punkt. \uf0b7 andet punkt", ["Første punkt.", "\uf0b7 andet punkt"]),
    ],
)
def test_danish_abbreviations_dates_and_paragraphs_do_not_cut_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("## **Hvad gælder?** ##", "Hvad gælder?"),
        ("\uf0b7 Ring på første dag", "Ring på første dag"),
        ("- se [vejledningen](https://example.org/a) og _husk_ `noter`", "se vejledningen og husk noter"),
        ("3. Aftal næste samtale", "3. Aftal næste samtale"),
        ("syge\u00adfravær", "sygefravær"),
        ("MED- aftalen og skole- og dagtilbud", "MED-aftalen og skole- og dagtilbud"),
        ("| Dag | Handling |", "Dag; Handling"),
        ("5 * 3 og snake_case", "5 * 3 og snake_case"),
    ],
)
def test_reading_text_has_no_bullets_or_markup(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_harmful_characters_go_and_line_breaks_stay() -> None:
    assert sanitize("a\x00b\ud800c\u202ed\x1b[0m\n\te\x0cf") == "abcd[0m\n\te f"


@given(st.text(alphabet=st.characters()))
def test_a_sanitized_text_can_always_be_encoded(text: str) -> None:
    assert "\x00" not in sanitize(text).encode("utf-8").decode("utf-8")


@pytest.mark.parametrize("piece", ["\ufdfa", "a", "*_", "[(", "<http://", "a. B", "- ", "1.", "\ud800", "( "])
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    text = sanitize(piece * (100_000 // len(piece)))
    started = time.perf_counter()
    (
        clean(text),
        split_sentences(text),
        content_tokens(text),
        language_of(text),
        digits_for_number_words(text),
        find_dates(text),
    )
    _ = [char_ngrams(token) for token in tokens(text)]
    assert time.perf_counter() - started < 8


def test_words_match_across_case_width_and_soft_hyphens() -> None:
    assert fold("ＳＹＧE\u00adFRAVÆR") == "sygefravær"


def test_numbers_with_decimals_stay_whole_and_lists_of_days_fall_apart() -> None:
    assert tokens("7,2 % eller 4.700 i model 1-5-14") == ["7,2", "eller", "4.700", "i", "model", "1", "5", "14"]


def test_the_med_system_is_not_the_small_word_med() -> None:
    assert content_tokens("Hvad er MED, og hvem er med?") == ["med"]


def test_shouting_does_not_make_small_words_important() -> None:
    assert content_tokens("HVAD ER REGLERNE MED FERIE") == ["reglerne", "ferie"]


def test_inflected_words_share_a_stem() -> None:
    assert stem("samtalerne") == stem("samtale")
    assert stem("x" * 1_000) == "x" * 1_000


def test_grams_mark_where_words_begin_and_end() -> None:
    assert char_ngrams("leder") == ["<led", "lede", "eder", "der>"]
    assert char_ngrams("uge") == ["<uge>"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When should I call a sick employee?", "en"),
        ("what about day 10?", "en"),
        ("Hvornår skal jeg ringe til en sygemeldt?", "da"),
        ("sygefravær", "da"),
        ("", "da"),
        ("workshop om one-size-fits-all for ledere og medarbejdere i kommunen", "da"),
    ],
)
def test_the_language_of_a_question_is_seen(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Hvad gør jeg på tiende sygedag?", "Hvad gør jeg på 10 sygedag?"),
        ("den anden dag", "den 2 dag"),
        ("en anden medarbejder", "en anden medarbejder"),
        ("inden for fire uger", "inden for 4 uger"),
        ("What do I do on the tenth day?", "What do I do on the 10 day?"),
    ],
)
def test_number_words_become_digits_and_articles_do_not(text: str, digits: str) -> None:
    assert digits_for_number_words(text) == digits


def test_dates_are_written_and_read_in_danish() -> None:
    assert format_date_da(date(2025, 5, 1)) == "1. maj 2025"
    assert find_dates("den 1. maj 2025, 06-05-2025, 6/5 2025, 2025-05-07 og 31-02-2025") == [
        date(2025, 5, 1),
        date(2025, 5, 6),
        date(2025, 5, 6),
        date(2025, 5, 7),
    ]
