from __future__ import annotations

from dataclasses import fields

import pytest

from knowledge.evidence import LIST_WORDS, SPAN_WORDS, Signals, choose_span, weigh
from knowledge.glossary import Glossary
from knowledge.models import Question
from knowledge.query import understand
from tests.unit.knowledge.builders import HOUSE, TODAY, document, index, searched


def quoted(text: str, asked: str) -> list[str]:
    """The lines that would be quoted from a document."""
    ranking, search = searched(index((document("tekst", "Tekst"), text)), Question(text=asked, as_of=TODAY))
    span = choose_span(ranking.windows[0], ranking, search)
    return [search.lines[at].sentence.text for at in range(span.first, span.last + 1)]


def signals(asked: str) -> Signals:
    question = Question(text=asked, as_of=TODAY)
    ranking, search = searched(index(*HOUSE), question)
    window = ranking.windows[0]
    return weigh(
        understand(question), window, choose_span(window, ranking, search), ranking, search, glossary=Glossary()
    )


@pytest.mark.parametrize("asked", ["Hvilke frugter er der?", "banan", "pære"])
def test_a_list_is_quoted_whole_with_its_lead(asked: str) -> None:
    text = "Noget andet står her først.\nKurven har tre frugter:\n- æble\n- banan\n- pære\nNoget andet står bagefter."
    assert quoted(text, asked) == ["Kurven har tre frugter:", "æble", "banan", "pære"]


def test_a_list_stops_before_the_next_one() -> None:
    text = "- Frugter:\n- banan\n- pære\n- Grønt:\n- porre\n- kål"
    assert quoted(text, "banan")[-3:] == ["Frugter:", "banan", "pære"]


def test_a_long_list_is_cut_at_a_line() -> None:
    items = [f"frugt nummer {number} er en banan af den helt særlige slags" for number in range(40)]
    lines = quoted("Kurven har mange frugter:\n" + "\n".join(f"- {item}" for item in items), "frugter i kurven")
    assert sum(len(line.split()) for line in lines) <= LIST_WORDS
    assert set(lines) <= {"Kurven har mange frugter:", *items}


def test_prose_is_quoted_in_whole_sentences_within_its_limit() -> None:
    sentences = [
        f"Fristen for ferie nummer {number} er aftalt med den nærmeste leder i god tid." for number in range(20)
    ]
    lines = quoted(" ".join(sentences), "Hvad er fristen for ferie?")
    assert set(lines) <= set(sentences)
    assert sum(len(line.split()) for line in lines) <= SPAN_WORDS


def test_a_half_sentence_is_not_left_alone() -> None:
    assert quoted("Ring straks. Aftal næste samtale med medarbejderen.", "Ring straks") == [
        "Ring straks.",
        "Aftal næste samtale med medarbejderen.",
    ]


def test_a_heading_is_not_quoted_for_prose() -> None:
    assert "Hvad er fristen?" not in quoted("## Hvad er fristen?\nDen er 14 dage.", "Hvad er fristen?")


def test_signals_are_shares() -> None:
    measured = signals("Hvornår skal jeg kontakte en sygemeldt?")
    assert len(measured.vector()) == len(fields(Signals))
    assert all(0.0 <= value <= 1.0 for value in measured.vector())


@pytest.mark.parametrize(
    ("asked", "in_kind"),
    [
        ("Hvor højt er sygefraværet?", True),
        ("Hvor højt var sygefraværet i 2024?", True),
        ("Hvor højt var sygefraværet i 2019?", False),
        ("Hvad hedder sygefraværet?", False),
        ("Er sygefraværet i Grenaa eller Allingåbro?", False),
    ],
)
def test_a_source_that_lacks_the_fact_does_not_answer_in_kind(asked: str, in_kind: bool) -> None:
    assert signals(asked).answers_in_kind is in_kind


def test_a_question_that_fits_speaks_for_its_answer() -> None:
    fitting, foreign = signals("Hvilke værdier har kommunen?"), signals("Hvor parkerer svømmehallens gæster?")
    assert fitting.span_coverage > foreign.span_coverage
    assert fitting.heaviest_word_missing < foreign.heaviest_word_missing == 1.0
