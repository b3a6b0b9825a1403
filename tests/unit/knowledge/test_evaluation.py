from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import QuestionFileInvalid
from knowledge.evaluation import comparable_words, judge, overlaps, read_questions, run, scorable, table
from knowledge.models import Answer, Answered, Citation, NotFound, NotFoundReason, Question, RankedPassage

QUOTE = "Kontakt den sygemeldte på dag 1, 3 og 10, og aftal hvornår I tales ved igen."
DAY = date(2026, 3, 2)


def passage(text: str) -> RankedPassage:
    return RankedPassage(document="a.md", document_id="a", title="A", section="", text=text, score=1.0)


def answer(quote: str, *passages: str, document: str = "a") -> Answered:
    citation = Citation(position=1, document=f"{document}.md", document_id=document, title="A", section="", quote=quote)
    return Answered(
        statements=(), citations=(citation,), passages=tuple(map(passage, passages or (quote,))), confidence=0.7
    )


def nothing(*passages: str) -> NotFound:
    return NotFound(reason=NotFoundReason.THIN_SOURCE, passages=tuple(map(passage, passages)), confidence=0.1)


class Scripted:
    """Answers as told, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return self._answers.pop(0)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (QUOTE, True),
        (f"Før. {QUOTE.upper()} Efter.", True),
        ("Kontakt den sygemeldte på dag 1, 3 og 10, og aftal resten.", True),
        ("den sygemeldte på dag 1, 3 og 10", True),
        ("på dag 1, 3", False),
        ("10 og 3, 1 dag på sygemeldte den kontakt", False),
        ("", False),
    ],
)
def test_a_passage_overlaps_a_quote_by_shared_runs_of_words(text: str, right: bool) -> None:
    assert overlaps(comparable_words(QUOTE), comparable_words(text)) is right


@pytest.mark.parametrize(("texts", "rank"), [((QUOTE,), 1), (("andet", QUOTE), 2), (("andet",), None), ((), None)])
def test_the_rank_is_that_of_the_first_passage_that_overlaps(texts: tuple[str, ...], rank: int | None) -> None:
    assert judge({"id": "q", "gold": [{"quote": QUOTE}], "answerable": True}, nothing(*texts)).rank == rank


def test_only_the_first_300_words_count_for_the_budget() -> None:
    line = {"id": "q", "gold": [{"quote": QUOTE}], "answerable": True}
    assert judge(line, nothing("fyld " * 280, QUOTE)).within_budget
    assert not judge(line, nothing("fyld " * 298, QUOTE)).within_budget


def test_an_answer_is_right_when_its_first_quote_overlaps() -> None:
    line = {"id": "q", "gold": [{"quote": QUOTE}], "answerable": True}
    assert judge(line, answer(QUOTE)).right
    assert not judge(line, answer("noget helt andet her", QUOTE)).right
    assert not judge(line, nothing(QUOTE)).right


def test_an_answer_to_what_nothing_answers_is_never_right() -> None:
    verdict = judge({"id": "q", "answerable": False}, answer(QUOTE))
    assert (verdict.answerable, verdict.answered, verdict.right) == (False, True, False)


@pytest.mark.parametrize(("document", "right"), [("a", True), ("b", False)])
def test_a_question_with_an_expected_document_is_right_by_its_first_source(document: str, right: bool) -> None:
    verdict = judge({"id": "q", "expected_doc": "a"}, answer(QUOTE, document=document))
    assert verdict.right is verdict.first_document_right is right


def test_only_lines_that_say_what_is_expected_are_asked() -> None:
    lines: list[dict[str, Any]] = [
        {"text": "a"},
        {"text": "b", "expected_doc": "d"},
        {"text": "c", "answerable": False},
    ]
    assert [line["text"] for line in scorable(lines)] == ["b", "c"]


def test_a_run_asks_with_day_and_context_and_tells_its_progress() -> None:
    answerer = Scripted(nothing(), answer(QUOTE))
    steps: list[int] = []
    lines = [
        {"id": "1", "question": "Og så?", "context": "Før", "answerable": False},
        {"id": "2", "text": "b", "expected_doc": "a"},
    ]
    verdicts = run(lines, answerer, as_of=DAY, progress=steps.append)
    assert answerer.asked[0] == Question(text="Og så?", context="Før", as_of=DAY)
    assert ([v.id for v in verdicts], steps) == (["1", "2"], [1, 2])


def test_the_table_counts_and_names_what_was_missed() -> None:
    gold = [{"quote": QUOTE}]
    lines: list[dict[str, Any]] = [
        {"id": "hit", "text": "a", "gold": gold},
        {"id": "late", "text": "b", "gold": gold},
        {"id": "doc", "text": "c", "expected_doc": "a"},
        {"id": "none", "text": "d", "answerable": False},
    ]
    lines[0]["answerable"] = lines[1]["answerable"] = True
    answerer = Scripted(answer(QUOTE), nothing("andet", QUOTE), answer(QUOTE, document="b"), nothing())
    shown = table(run(lines, answerer, as_of=DAY))
    assert "questions 4, answerable 3" in shown
    assert "hit@1                  0.500  (1/2)" in shown
    assert "hit@5                  1.000  (2/2)" in shown
    assert "right document first   0.000  (0/1)" in shown
    assert "not first: late" in shown
    assert "other document: doc (b)" in shown
    assert "answered, none there   0.000  (0/1)" in shown


def test_an_empty_run_has_a_table() -> None:
    assert table([]).startswith("questions 0")


def test_questions_are_read_with_either_name_and_blank_lines_skipped(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "Hvad?"}\n\n{"text": "Hvem?"}\n', encoding="utf-8")
    assert len(read_questions(file)) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"question": "a"}\n{', r"q\.jsonl:2: not JSON"),
        (b"[]", r"q\.jsonl:1: a line needs"),
        (b'{"question": 3}', r"q\.jsonl:1: a line needs"),
        (b'{"text": "\xe6"}', "UTF-8"),
    ],
    ids=["json", "list", "number", "latin1"],
)
def test_a_wrong_question_file_is_told_with_its_line(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(content)
    with pytest.raises(QuestionFileInvalid, match=says):
        read_questions(file)


def test_a_missing_question_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileInvalid, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
