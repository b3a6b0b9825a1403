"""Who is told by the place of the word alone."""

from __future__ import annotations

import pytest

from privacy.strangers import is_about_somebody, strangers


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Zbigniew har kræft", ["Zbigniew"]),
        ("zbigniew har kræft", ["zbigniew"]),
        ("fatou diallo er syg", ["fatou", "diallo"]),
        ("Brolæggeren har brækket armen", ["Brolæggeren"]),
        ("hej nasteho har feber", ["nasteho"]),
        ("Hvordan hjælper jeg Ghassan", ["Ghassan"]),
        ("nu er rawan indlagt", ["rawan"]),
        ("Oksanas depression", ["Oksanas"]),
        ("Reglerne er svære", []),
        ("Kommunens stresspolitik", []),
        ("Vi holder til i Hadsund", []),
        ("Har Vejen Kommune en plan", []),
        ("Stress And Wellbeing At Work", []),
        ("kokken", []),
        ("", []),
    ],
)
def test_a_word_where_a_person_stands_is_one_unless_it_is_known_for_something_else(
    sentence: str, named: list[str]
) -> None:
    words = sentence.split()
    assert [words[place] for place in sorted(strangers(words).named)] == named


def test_the_rest_of_a_sentence_has_no_subject_at_its_beginning() -> None:
    assert strangers(["zbigniew", "har", "kræft"], begins=False).named == frozenset()


@pytest.mark.parametrize(
    ("sentence", "owned"),
    [
        ("min praktikvejleder er syg", ["praktikvejleder"]),
        ("vores nye skolesekretær har feber", ["skolesekretær"]),
        ("en af mine drenge i driften", ["drenge"]),
        ("vores afdeling er ramt", []),
        ("min fætter på arbejdet", []),
    ],
)
def test_somebody_of_ours_who_does_something_is_a_person(sentence: str, owned: list[str]) -> None:
    words = sentence.split()
    assert [words[place] for place in sorted(strangers(words).owned)] == owned


def test_health_and_absence_are_about_somebody_and_parking_is_not() -> None:
    assert is_about_somebody(["Fatou", "er", "sygemeldt"])
    assert is_about_somebody(["Fatou", "kaster", "op"])
    assert not is_about_somebody(["Fatou", "mangler", "parkeringskort"])
