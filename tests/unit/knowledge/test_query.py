from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import Question
from knowledge.query import (
    MAX_CHARACTERS,
    Query,
    Wanted,
    alternatives_in,
    leans_on_context,
    organisations_in,
    understand,
    wanted,
)

CONTEXT = "Hvornår skal jeg kontakte en sygemeldt?"


def read(text: str, context: str | None = None) -> Query:
    return understand(Question(text=text, as_of=date(2026, 3, 2), context=context))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hvad hedder projektlederen?", Wanted.NAME),
        ("Hvad hedder de fire værdier?", Wanted.ANY),
        ("Hvad hedder opfølgningsmodellen?", Wanted.ANY),
        ("Hvad er navnet på direktøren?", Wanted.NAME),
        ("Hvilken dato er lederdagen?", Wanted.DAY),
        ("Hvorfor følger vi op?", Wanted.REASON),
        ("Hvornår er lederdagen?", Wanted.DATE),
        ("Hvad er fristen?", Wanted.DATE),
        ("Hvor mange temaer er der?", Wanted.NUMBER),
        ("How many themes are there?", Wanted.NUMBER),
        ("Skal jeg ringe eller skrive?", Wanted.CHOICE),
        ("Hvad er en TRIO?", Wanted.ANY),
    ],
)
def test_the_question_word_tells_the_kind_of_fact(text: str, kind: Wanted) -> None:
    assert wanted(text) is kind


@pytest.mark.parametrize(
    "text",
    ["og hvad så på dag 10?", "Hvad med dag 3?", "Gælder det også for ledere?", "hvorfor?", "and then?", "Hvem er de?"],
)
def test_a_follow_up_is_searched_with_the_question_before_it(text: str) -> None:
    query = read(text, CONTEXT)
    assert query.follow_up
    assert query.search_text == f"{CONTEXT} {text}"


@pytest.mark.parametrize(
    "text",
    [
        "Hvad er forskellen på Hovedudvalget og et lokalt MED-udvalg?",
        "Hvem betaler for en friattest?",
        "Hvad er det for en TRIO?",
        "Hvordan varsler ledere sommerferie for medarbejdere, når de har børn?",
    ],
)
def test_a_question_that_stands_by_itself_is_searched_alone(text: str) -> None:
    query = read(text, CONTEXT)
    assert not query.follow_up
    assert query.search_text == text


def test_without_a_question_before_it_nothing_is_a_follow_up() -> None:
    assert not read("og hvad så?").follow_up
    assert not read("og hvad så?", "   ").follow_up


@pytest.mark.parametrize(("text", "leans"), [("men hvorfor", True), ("", True), ("Barsel", False)])
def test_a_question_that_names_nothing_leans_on_the_one_before(text: str, leans: bool) -> None:
    assert leans_on_context(text) is leans


@pytest.mark.parametrize(
    ("text", "history", "past"),
    [
        ("Gælder 1-5-14 stadig?", True, False),
        ("Hvad var den gamle model?", True, True),
        ("Hvornår blev modellen ændret?", True, False),
        ("Is it still valid?", True, False),
        ("Hvad gælder nu?", False, False),
    ],
)
def test_words_of_time_ask_for_history(text: str, history: bool, past: bool) -> None:
    query = read(text)
    assert (query.about_history, query.past_only) == (history, past)


def test_figures_and_years_are_read() -> None:
    query = read("Gælder 1-5-14 i 2025, eller er det tiende sygedag?")
    assert {"1-5-14", "10"} <= query.figures
    assert query.years == {2025}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sygefravær i Syddjurs Kommune", {"syddjurs"}),
        ("Norddjurs Kommunes mål", {"norddjurs"}),
        ("kommunen Randers", {"randers"}),
        ("Region Midtjylland", {"midtjylland"}),
        ("vores kommune", set()),
    ],
)
def test_municipalities_and_regions_are_read(text: str, names: set[str]) -> None:
    assert organisations_in(text) == names


def test_a_choice_names_its_two_things() -> None:
    assert alternatives_in("Skal samtalen holdes fysisk eller telefonisk?") == (
        frozenset({"fysisk"}),
        frozenset({"telefonisk"}),
    )
    assert alternatives_in("Hvad gør MED og TRIO?") == alternatives_in("Skal jeg ringe?") == ()


def test_english_is_recognised() -> None:
    assert read("When should I call an employee who is sick?").language == "en"
    assert read(CONTEXT).language == "da"


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=200), context=st.none() | st.text(max_size=100))
def test_any_text_can_be_read(text: str, context: str | None) -> None:
    query = read(text, context)
    assert len(query.text) <= MAX_CHARACTERS
    assert query.search_text.endswith(query.text)
    assert query.follow_up or query.search_text == query.text
    query.search_text.encode("utf-8")
    assert read(query.text).text == query.text


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00\x00", "\ufdfa" * 3_000, "eller " * 50_000, "1-" * 50_000, "A Kommune " * 10_000]
)
def test_hostile_text_is_read_as_a_short_question(text: str) -> None:
    query = read(text, text)
    assert len(query.text) <= MAX_CHARACTERS
    query.search_text.encode("utf-8")
