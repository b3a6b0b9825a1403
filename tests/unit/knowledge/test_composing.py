"""Answers are put together of sentences of the sources, and of nothing else."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.composing import ANSWER_WORDS
from knowledge.models import Answered, Question
from knowledge.text import squeeze
from tests.unit.knowledge.builders import HOUSE, TODAY, answered, ask, document, index, service

WORD = st.sampled_from(
    [
        "frist",
        "ferie",
        "samtale",
        "leder",
        "medarbejder",
        "dag",
        "uge",
        "TRIO",
        "1-5-14",
        "7,2",
        "%",
        "2024",
        "§",
        "56",
        "(kl.",
        "10)",
        "»citat«",
        "**fed**",
        "mandag",
        "aftale",
        "_kursiv_",
        "a/b",
    ]
)
SENTENCE = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(WORD, min_size=1, max_size=30),
    st.sampled_from(".?!:"),
)
LINE = st.one_of(
    st.builds(" ".join, st.lists(SENTENCE, min_size=1, max_size=4)),
    st.builds("- {}".format, SENTENCE),
    st.builds("## {}".format, SENTENCE),
)
TEXT = st.lists(LINE, min_size=1, max_size=12).map("\n".join)
ASKED = st.lists(WORD, min_size=1, max_size=6).map(" ".join)


def check(answer: Answered, sources: dict[str, str]) -> None:
    """What every answer keeps to."""
    positions = [citation.position for citation in answer.citations]
    assert positions == list(range(1, len(positions) + 1))
    assert {statement.citation for statement in answer.statements} <= set(positions)
    words = [len(statement.text.split()) for statement in answer.statements]
    assert sum(words) <= ANSWER_WORDS or len(words) == 1
    for citation in answer.citations:
        assert citation.quote
        assert citation.quote in squeeze(sources[citation.document_id])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=TEXT, other=TEXT, asked=ASKED)
def test_every_quote_stands_verbatim_in_its_source(one: str, other: str, asked: str) -> None:
    sources = {"a": f"# A {squeeze(one)}", "b": f"# B {squeeze(other)}"}
    given_index = index((document("a", "A"), one), (document("b", "B", supersedes=("a",)), other))
    answer = ask(service(given_index), f"gælder {asked} stadig?")
    if isinstance(answer, Answered):
        check(answer, sources)


def test_statements_are_the_quote_without_marks() -> None:
    over = service(
        index((document("mus", "MUS"), "Husk tre ting til MUS:\n- **tid** og ro\n- _emner_\n- [skema](skema.md)"))
    )
    answer = answered(ask(over, "Hvad skal jeg huske til MUS?"))
    assert [statement.text for statement in answer.statements] == [
        "Husk tre ting til MUS:",
        "tid og ro",
        "emner",
        "skema",
    ]
    assert answer.citations[0].quote == "Husk tre ting til MUS: - **tid** og ro - _emner_ - [skema](skema.md)"


def test_an_answer_has_at_most_120_words() -> None:
    text = "Reglerne er:\n" + "\n".join(f"- regel nummer {n} om ferie gælder altid for alle ansatte" for n in range(40))
    answer = answered(ask(service(index((document("regler", "Regler"), text))), "Hvilke regler om ferie er der?"))
    assert 60 <= sum(len(statement.text.split()) for statement in answer.statements) <= ANSWER_WORDS


def test_a_former_rule_beside_the_rule_of_today_keeps_within_120_words() -> None:
    old = document("gammel", "Gamle regler", valid_to=date(2025, 4, 30))
    new = document("ny", "Nye regler", valid_from=date(2025, 5, 1), supersedes=("gammel",))
    items = "\n".join(f"- gammel regel nummer {n} om frister gælder altid for alle" for n in range(20))
    today = f"Nu gælder {'en ny og lang regel om frister og ' * 5}intet andet."
    over = service(index((old, f"De gamle regler om frister er:\n{items}"), (new, today)))
    answer = answered(ask(over, "Hvad var de gamle regler om frister?"))
    assert [citation.document_id for citation in answer.citations] == ["gammel", "ny"]
    assert 90 <= sum(len(statement.text.split()) for statement in answer.statements) <= ANSWER_WORDS


def test_the_section_of_a_citation_is_the_heading_above_the_quote() -> None:
    citation = answered(ask(service(index(*HOUSE)), "Hvilke værdier har vi?")).citations[0]
    assert (citation.document, citation.section) == ("vaerdier.md", "Hvilke værdier har vi?")


def test_follow_ups_are_the_next_question_headings_of_the_document() -> None:
    headings = [f"Hvad er emne {letter}?" for letter in "abcdef"]
    text = "\n".join(f"## {heading}\nSvaret om {heading[-2]}." for heading in ("Ikke et spørgsmål", *headings))
    over = service(index((document("emner", "Emner"), text)))
    answer = answered(over.answer(Question(text="Hvad er emne d?", as_of=TODAY)))
    assert answer.citations[0].section == "Hvad er emne d?"
    assert answer.follow_ups == ("Hvad er emne e?", "Hvad er emne f?", "Hvad er emne a?")
