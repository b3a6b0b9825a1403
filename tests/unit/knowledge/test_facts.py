from __future__ import annotations

from datetime import date

import pytest

from knowledge.coverage import stems_of
from knowledge.facts import figures_held, holds, names_an_alternative, years_held
from knowledge.models import Question, SourceReference
from knowledge.query import Query, Wanted, understand
from tests.unit.knowledge.builders import document


def read(text: str) -> Query:
    return understand(Question(text=text, as_of=date(2026, 3, 2)))


@pytest.mark.parametrize(
    ("wanted", "text", "held"),
    [
        (Wanted.DATE, "Lederdagen lå i juni.", True),
        (Wanted.DATE, "Senest fire uger efter.", True),
        (Wanted.DATE, "Værdierne er tillid og ordentlighed.", False),
        (Wanted.DAY, "Den 6. oktober 2022.", True),
        (Wanted.DAY, "Kontakt på dag 3.", True),
        (Wanted.DAY, "Senest fire uger efter.", False),
        (Wanted.NUMBER, "Der er otte temaer.", True),
        (Wanted.NUMBER, "Temaerne er vigtige.", False),
        (Wanted.REASON, "Det ventes at virke.", True),
        (Wanted.REASON, "Ring til medarbejderen.", False),
        (Wanted.NAME, "Anne Hansen leder projektet.", False),
        (Wanted.CHOICE, "Ring eller skriv.", True),
        (Wanted.ANY, "Hvad som helst.", True),
    ],
)
def test_a_text_holds_the_kind_of_fact_or_not(wanted: Wanted, text: str, held: bool) -> None:
    assert holds(wanted, text) is held


def test_every_number_of_a_figure_counts() -> None:
    assert figures_held(read("Gælder 1-5-14?"), "dag 1, 5 og 14") == 1.0
    assert figures_held(read("Gælder 1-5-14?"), "dag 1, 3 og 10") == 0.0
    assert figures_held(read("Hvad gælder?"), "") == 1.0


def test_a_year_that_the_text_does_not_name_is_not_held() -> None:
    query = read("Hvad var fraværet i 2019?")
    assert years_held(query, "7,2 % i 2024", document("tal")) == 0.0
    assert years_held(query, "7,2 % i 2019", document("tal")) == 1.0


def test_a_text_that_names_no_year_has_those_of_its_document() -> None:
    query = read("Hvad blev besluttet i 2025?")
    dated = document("sag", sources=(SourceReference(file="papir", decision_date=date(2025, 5, 6)),))
    assert years_held(query, "Det blev godkendt.", dated) == 1.0
    assert years_held(query, "Det blev godkendt.", document("sag")) == 0.0


@pytest.mark.parametrize(("text", "named"), [("Samtalen holdes på telefon.", True), ("Samtalen holdes snart.", False)])
def test_a_choice_is_answered_by_one_of_its_two_things(text: str, named: bool) -> None:
    query = read("Skal samtalen være et møde eller telefon?")
    assert names_an_alternative(query, frozenset(stems_of(text))) is named
