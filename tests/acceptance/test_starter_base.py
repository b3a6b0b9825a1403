"""What a leader is told out of the starter base, with the bundled model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from hr.clock import SystemClock
from indexer.pipeline import Pipeline
from indexer.readers.front_matter import split_front_matter
from knowledge.answering import AnswerService, open_answers
from knowledge.composing import ANSWER_WORDS
from knowledge.evaluation import Judged, read_questions, run, table
from knowledge.models import Answer, Answered, BlockKind, NotFound, NotFoundReason, Question, Refused, StatementRole
from knowledge.settings import PACKAGE, KnowledgeSettings
from knowledge.text import squeeze
from tools.fit_calibration import WithoutQuestions

pytestmark = pytest.mark.model

QUESTIONS = Path(__file__).with_name("questions.jsonl")
"""Two questions or more for each document, in other words than its headings, and some that no document answers."""

TODAY = date(2026, 11, 22)
BEFORE = date(2025, 4, 1)
NEW, OLD = "fravaer-opfoelgning-1-3-10", "fravaer-tidligere-model-1-5-14"


def ask(starter: AnswerService, text: str, *, as_of: date = TODAY, context: str | None = None) -> Answer:
    return starter.answer(Question(text=text, as_of=as_of, context=context))


def answered(answer: Answer) -> Answered:
    assert isinstance(answer, Answered), answer
    return answer


def told(answer: Answer) -> str:
    return " ".join(statement.text for statement in answered(answer).statements)


@pytest.fixture(scope="session")
def sources() -> Mapping[str, str]:
    """The text below the front matter of each document, white space squeezed."""
    files = (PACKAGE / "documents").glob("*.md")
    return {file.stem: squeeze(split_front_matter(file.read_text(encoding="utf-8"), file.name)[1]) for file in files}


@pytest.fixture(scope="session")
def verdicts(starter: AnswerService) -> list[Judged]:
    return run(read_questions(QUESTIONS), starter, as_of=TODAY)


@pytest.mark.parametrize(
    ("question", "document", "says"),
    [
        ("Hvornår skal jeg kontakte en sygemeldt?", NEW, ["dag 1, 3 og 10"]),
        ("Gælder 1-5-14 stadig?", NEW, ["1. maj 2025", "1-3-10"]),
        ("Hvad er vores sygefravær?", "fravaer-tal-og-ambition", ["7,2 % i 2024", "7,3 %"]),
        ("Hvad er de 8 temaer?", "fravaer-samtale-og-kortlaegningspalette", ["Håndtering", "Kultur for fravær", "Tilbage til arbejdet"]),
        ("Hvem hjælper med personalejura?", "hr-hvem-hjaelper-med-hvad", ["løn", "2021", "ikke udfyldt"]),
        ("Hvornår er lederdagen?", "ledelse-moeder-og-arrangementer", ["juni"]),
        ("Skal vi lave APV i fællesskab?", "arbejdsmiljoe-apv-og-trivsel", ["hvert tredje år"]),
    ],
)  # fmt: skip
def test_the_sample_questions_are_answered_with_source_and_figures(
    starter: AnswerService, question: str, document: str, says: list[str]
) -> None:
    answer = answered(ask(starter, question))
    assert answer.citations[0].document_id == document
    assert [part for part in says if part not in told(answer)] == []


def test_the_eight_themes_are_a_list(starter: AnswerService) -> None:
    items = [s for s in answered(ask(starter, "Hvad er de 8 temaer?")).statements if s.kind is BlockKind.ITEM]
    assert len(items) == 8


def test_the_former_model_is_told_as_history_after_the_rule_of_today(starter: AnswerService) -> None:
    statements = answered(ask(starter, "Gælder 1-5-14 stadig?")).statements
    assert [statements[0].role, statements[-1].role] == [StatementRole.CURRENT, StatementRole.HISTORY]
    assert "1, 5 og 14" in statements[-1].text


def test_a_day_before_the_change_has_the_former_model_and_what_is_coming(starter: AnswerService) -> None:
    answer = answered(ask(starter, "Hvilke dage skal jeg ringe til en sygemeldt?", as_of=BEFORE))
    assert [citation.document_id for citation in answer.citations] == [OLD, NEW]
    assert answer.statements[0].role is StatementRole.CURRENT
    assert "1, 5 og 14" in answer.statements[0].text
    assert answer.statements[-1].role is StatementRole.COMING
    assert "1, 3 og 10" in answer.statements[-1].text


@pytest.mark.parametrize(
    "question", ["Hvor tit skal vi lave APV?", "Hvornår skal jeg senest holde sygefraværssamtalen?"]
)
def test_legal_texts_are_hidden_when_their_review_is_overdue(starter: AnswerService, question: str) -> None:
    answered(ask(starter, question))
    later = ask(starter, question, as_of=date(2028, 1, 1))
    assert isinstance(later, NotFound)
    assert later.reason is NotFoundReason.REVIEW_OVERDUE


def test_an_english_question_is_answered_from_the_danish_document(starter: AnswerService) -> None:
    answer = answered(ask(starter, "When should I call an employee who is sick?"))
    assert (answer.language, answer.citations[0].document_id) == ("en", NEW)
    assert "dag 1, 3 og 10" in told(answer)


def test_a_follow_up_stays_with_its_subject(starter: AnswerService) -> None:
    answer = ask(starter, "og hvad så på dag 10?", context="Hvornår skal jeg kontakte en sygemeldt?")
    assert answered(answer).citations[0].document_id == NEW


@pytest.mark.parametrize(
    "question",
    ["Hvad hedder projektlederen for Styrket Fremmøde?", "Hvad var sygefraværet i 2019?", "Hvem er direktør i Apple?"],
)
def test_what_no_source_holds_is_not_answered_but_topics_are_offered(starter: AnswerService, question: str) -> None:
    answer = ask(starter, question)
    assert isinstance(answer, NotFound)
    assert len(answer.nearest) == 2


def test_another_municipality_is_not_answered_from_our_figures(starter: AnswerService) -> None:
    answer = ask(starter, "Hvad er sygefraværet i Syddjurs Kommune?")
    assert isinstance(answer, NotFound)
    assert answer.reason is NotFoundReason.OTHER_ORGANISATION


def test_a_question_with_a_diagnosis_is_refused(starter: AnswerService) -> None:
    assert isinstance(ask(starter, "Min medarbejder har fået kræft, hvad gør jeg?"), Refused)


def test_every_quote_is_verbatim_and_every_answer_short(starter: AnswerService, sources: Mapping[str, str]) -> None:
    seen = 0
    for line in read_questions(QUESTIONS):
        for day in (TODAY, BEFORE):
            answer = ask(starter, line["question"], as_of=day)
            if not isinstance(answer, Answered):
                continue
            seen += 1
            assert sum(len(statement.text.split()) for statement in answer.statements) <= ANSWER_WORDS
            for citation in answer.citations:
                assert citation.quote in sources[citation.document_id]
            shown = {statement.citation for statement in answer.statements}
            assert shown == {citation.position for citation in answer.citations}
    assert seen > 80


@pytest.mark.parametrize("day", [TODAY, date(2025, 5, 1)])
def test_the_former_model_is_never_told_as_current_since_it_ended(starter: AnswerService, day: date) -> None:
    for question in ("Gælder 1-5-14?", "kontakt på dag 5 og dag 14", "Hvad var den gamle opfølgningsmodel?", "dag 14"):
        answer = ask(starter, question, as_of=day)
        if isinstance(answer, Answered):
            old = {citation.position for citation in answer.citations if citation.document_id == OLD}
            assert {s.role for s in answer.statements if s.citation in old} <= {StatementRole.HISTORY}


def test_at_least_85_percent_have_the_right_document_first(verdicts: list[Judged]) -> None:
    asked = [verdict for verdict in verdicts if verdict.expected_document]
    assert len({verdict.expected_document for verdict in asked}) == 30
    assert sum(verdict.first_document_right for verdict in asked) >= 0.85 * len(asked), table(verdicts)


def test_at_least_half_of_what_nothing_answers_is_not_answered(verdicts: list[Judged]) -> None:
    unanswerable = [verdict for verdict in verdicts if not verdict.answerable]
    assert len(unanswerable) >= 15
    assert sum(not verdict.answered for verdict in unanswerable) >= 0.5 * len(unanswerable), table(verdicts)


def test_without_the_model_half_of_the_questions_are_answered_still_and_hardly_any_wrongly(tmp_path: Path) -> None:
    """By words alone (docs/adr/0033); nothing is answered that no document answers."""
    settings = KnowledgeSettings(_env_file=None, data_dir=tmp_path)
    clock, embedder = SystemClock(), WithoutQuestions()
    Pipeline(folder=settings.index_folder, embedder=embedder).build(
        [PACKAGE / "documents"], now=clock.now(), today=clock.today()
    )
    judged = run(read_questions(QUESTIONS), open_answers(settings, settings.index_folder, embedder), as_of=TODAY)
    known = [one for one in judged if one.answerable]
    given = [one for one in known if one.answered]

    assert len(given) / len(known) >= 0.5
    assert sum(one.first_document_right for one in given) / len(given) >= 0.92
    assert [one.id for one in judged if one.answered and not one.answerable] == []
