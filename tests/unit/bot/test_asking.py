"""The answer object, which scripts and evaluations hold on to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.asking import Asker
from bot.handlers.ask import Answerer
from knowledge.errors import QuestionFileInvalid
from knowledge.models import Answer, NotFound, NotFoundReason, RankedPassage, RefusalReason, Refused
from tests.unit.bot.builders import CATALOGUE, TODAY, FakeAnswerer, answered, citation
from tests.unit.knowledge.builders import HOUSE, index, service

AUDIENCES = frozenset({"alle", "medarbejder", "leder"})
NOTHING = type(None)
ANSWER: Mapping[str, tuple[type, ...]] = {
    "id": (str, NOTHING),
    "status": (str,),
    "confidence": (float,),
    "reason": (str, NOTHING),
    "text": (str,),
    "citations": (list,),
    "passages": (list,),
    "latency_ms": (float, int),
}
CITATION: Mapping[str, tuple[type, ...]] = {
    "position": (int,),
    "document": (str,),
    "title": (str,),
    "section": (str,),
    "quote": (str,),
    "valid_from": (str, NOTHING),
    "valid_to": (str, NOTHING),
    "url": (str, NOTHING),
}
PASSAGE: Mapping[str, tuple[type, ...]] = {"document": (str,), "section": (str,), "text": (str,), "score": (float,)}

LOOKED_AT = RankedPassage(
    document="tal.md", document_id="tal", title="Tal", section="Fravær", text="Fraværet var 7,2 %.", score=0.5
)
ANSWERED = answered(passages=(LOOKED_AT,), citations=(citation(valid_to=date(2027, 4, 30), url="https://a.example/"),))
NOT_FOUND = NotFound(reason=NotFoundReason.THIN_SOURCE, passages=(LOOKED_AT,), confidence=0.12)
REFUSED = Refused(reason=RefusalReason.RANKING)


def asker(answerer: Answerer) -> Asker:
    return Asker(answerer=answerer, catalogue=CATALOGUE, audiences=AUDIENCES, as_of=TODAY)


def written(path: Path, *lines: object) -> Path:
    """A file of questions: text as it stands, everything else as JSON."""
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8"
    )
    return path


def assert_form(record: Mapping[str, Any], form: Mapping[str, tuple[type, ...]]) -> None:
    """Every field is there and of its type; more fields may come along."""
    assert set(form) <= set(record)
    wrong = {name: record[name] for name, types in form.items() if type(record[name]) not in types}
    assert wrong == {}


def assert_answer_object(record: dict[str, Any]) -> None:
    assert json.loads(json.dumps(record)) == record
    assert_form(record, ANSWER)
    for one in record["citations"]:
        assert_form(one, CITATION)
    for one in record["passages"]:
        assert_form(one, PASSAGE)
    assert 0 <= record["confidence"] <= 1
    assert record["latency_ms"] >= 0
    assert len(record["passages"]) <= 10


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (ANSWERED, "answered", None),
        (NOT_FOUND, "not_found", "thin_source"),
        (REFUSED, "refused", "ranking"),
    ],
)
def test_every_answer_object_has_the_agreed_fields_and_types(answer: Answer, status: str, reason: str | None) -> None:
    record = asker(FakeAnswerer([answer])).answer("Hvornår?", question_id="q1")
    assert_answer_object(record)
    assert (record["id"], record["status"], record["reason"]) == ("q1", status, reason)
    assert record["confidence"] == pytest.approx(answer.confidence)
    assert record["text"].strip()


def test_an_answer_tells_its_sources_with_iso_dates() -> None:
    (source,) = asker(FakeAnswerer([ANSWERED])).answer("Hvornår?")["citations"]
    assert (source["position"], source["document"]) == (1, "fravaer-opfoelgning-1-3-10.md")
    assert (source["valid_from"], source["valid_to"]) == ("2025-05-01", "2027-04-30")
    assert source["url"] == "https://a.example/"


def test_the_text_of_an_answer_points_at_its_sources() -> None:
    assert "[1]" in asker(FakeAnswerer([ANSWERED])).answer("Hvornår?")["text"]


@pytest.mark.parametrize("answer", [NOT_FOUND, REFUSED])
def test_what_is_not_answered_cites_nothing(answer: Answer) -> None:
    assert asker(FakeAnswerer([answer])).answer("Hvornår?")["citations"] == []


def test_the_passages_looked_at_are_told_when_nothing_was_found() -> None:
    (passage,) = asker(FakeAnswerer([NOT_FOUND])).answer("Hvornår?")["passages"]
    assert (passage["document"], passage["section"], passage["score"]) == ("tal.md", "Fravær", 0.5)
    assert passage["text"] == "Fraværet var 7,2 %."


def test_a_question_without_an_id_has_none_in_its_answer() -> None:
    assert asker(FakeAnswerer()).answer("Hvornår?")["id"] is None


def test_a_question_is_asked_with_the_audiences_of_the_person_and_the_rules_of_the_day() -> None:
    answerer = FakeAnswerer()
    asker(answerer).answer("Og dag 10?", context="Hvad gør jeg på dag 3?")
    (question,) = answerer.questions
    assert (question.text, question.context) == ("Og dag 10?", "Hvad gør jeg på dag 3?")
    assert (question.audiences, question.as_of) == (AUDIENCES, TODAY)


@pytest.mark.parametrize(
    ("question", "threshold", "status"),
    [
        ("Hvornår skal jeg kontakte en sygemeldt?", 0.0, "answered"),
        ("Hvornår skal jeg kontakte en sygemeldt?", 1.0, "not_found"),
        ("?", 0.0, "not_found"),
        ("Hvem i min afdeling har flest sygedage?", 0.0, "refused"),
    ],
)
def test_the_answer_service_fills_the_same_form(question: str, threshold: float, status: str) -> None:
    record = asker(service(index(*HOUSE), threshold=threshold)).answer(question)
    assert_answer_object(record)
    assert record["status"] == status


def test_a_file_is_answered_in_its_order_with_its_ids(tmp_path: Path) -> None:
    answerer = FakeAnswerer([ANSWERED, NOT_FOUND, REFUSED])
    file = written(
        tmp_path / "questions.jsonl",
        {"id": "b", "question": "Først?"},
        {"id": "a", "question": "Så?", "context": "Først?"},
        "",
        {"id": "c", "text": "Til sidst?"},
    )
    records = list(asker(answerer).answer_file(file))
    assert [(one["id"], one["status"]) for one in records] == [("b", "answered"), ("a", "not_found"), ("c", "refused")]
    assert [(one.text, one.context) for one in answerer.questions] == [
        ("Først?", None),
        ("Så?", "Først?"),
        ("Til sidst?", None),
    ]


@pytest.mark.parametrize("line", [{"question": "Hvad?"}, {"id": None, "question": "Hvad?"}])
def test_a_line_without_an_id_gets_its_place_in_the_file(tmp_path: Path, line: dict[str, object]) -> None:
    file = written(tmp_path / "questions.jsonl", {"id": "first", "question": "Hvad?"}, line)
    assert [one["id"] for one in asker(FakeAnswerer()).answer_file(file)] == ["first", "2"]


def test_a_number_as_an_id_comes_back_as_text(tmp_path: Path) -> None:
    (record,) = asker(FakeAnswerer()).answer_file(written(tmp_path / "q.jsonl", {"id": 7, "question": "Hvad?"}))
    assert record["id"] == "7"


def test_an_empty_file_gives_no_answers(tmp_path: Path) -> None:
    assert list(asker(FakeAnswerer()).answer_file(written(tmp_path / "empty.jsonl"))) == []


@pytest.mark.parametrize("mark", ["\u2028", "\u0085"])
def test_a_line_ends_at_its_line_break_and_not_at_a_mark_inside_the_question(tmp_path: Path, mark: str) -> None:
    file = written(tmp_path / "q.jsonl", f'{{"id": "a", "question": "Hvad{mark} nu?"}}', {"id": "b", "question": "Og?"})
    assert [one["id"] for one in asker(FakeAnswerer()).answer_file(file)] == ["a", "b"]


def test_a_file_saved_on_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.jsonl"
    file.write_bytes('\ufeff{"id": "a", "question": "Hvad?"}\r\n{"id": "b", "question": "Så?"}\r\n'.encode())
    assert [one["id"] for one in asker(FakeAnswerer()).answer_file(file)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not json", "not JSON"),
        ('{"id": "b", "question": "Hvad?"', "not JSON"),
        ('{"id": ' + "9" * 5000 + ', "question": "Hvad?"}', "not JSON"),
        ("[" * 200_000, "not JSON"),
        ('"Hvad?"', '"question"'),
        ('{"id": "b"}', '"question"'),
        ('{"id": "b", "question": 7}', '"question"'),
        ('{"id": "b", "question": "Hvad?", "context": ["Før?"]}', '"context"'),
        ('{"id": "b", "question": "Hvad?", "gold": "quote"}', '"gold"'),
        ('{"id": "b", "question": "Hvad?", "gold": ["quote"]}', '"gold"'),
    ],
    ids=range(10),
)
def test_a_bad_line_is_told_with_its_number_before_anything_is_answered(
    tmp_path: Path, line: str, complaint: str
) -> None:
    answerer = FakeAnswerer()
    file = written(tmp_path / "q.jsonl", {"id": "a", "question": "Hvad?"}, "", line)
    with pytest.raises(QuestionFileInvalid, match=rf"q\.jsonl:3: .*{complaint}"):
        list(asker(answerer).answer_file(file))
    assert answerer.questions == []


@pytest.mark.parametrize("content", [None, b"\xff\xfe{}"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "questions.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(QuestionFileInvalid, match=r"questions\.jsonl: cannot be read"):
        list(asker(FakeAnswerer()).answer_file(file))
