"""`kompas ask`: answers as JSON objects, the form that scripts and evaluations hold on to (README, "Answer object")."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from adaptive_cards.answers import render_answer
from adaptive_cards.texts import Catalogue, load_catalogue
from bot.assembly import open_model
from bot.handlers.ask import Answerer
from bot.settings import OfficeSettings
from hr.people import FileDirectory, audiences_of
from knowledge.answering import open_answers
from knowledge.evaluation import read_questions
from knowledge.index import current_version
from knowledge.models import Answer, Answered, Citation, Question
from knowledge.settings import KnowledgeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks with the audiences of one person and the rules of one day."""

    answerer: Answerer
    catalogue: Catalogue
    audiences: frozenset[str]
    as_of: date

    def answer(self, text: str, *, context: str | None = None, question_id: str | None = None) -> dict[str, Any]:
        """The answer object of one question."""
        started = time.perf_counter()
        answer = self.answerer.answer(Question(text=text, context=context, audiences=self.audiences, as_of=self.as_of))
        elapsed = (time.perf_counter() - started) * 1000
        texts = self.catalogue.get(answer.language, self.catalogue["da"])
        return as_object(
            answer,
            text=render_answer(answer, texts, self.as_of).text,
            latency_ms=round(elapsed, 1),
            question_id=question_id,
        )

    def answer_file(self, path: Path) -> Iterator[dict[str, Any]]:
        """The answer objects of a file of questions, in its order. Raises QuestionFileInvalid."""
        for number, line in enumerate(read_questions(path), start=1):
            yield self.answer(
                line.get("question", line.get("text", "")),
                context=line.get("context"),
                question_id=str(number if line.get("id") is None else line["id"]),
            )


def open_asker(
    office: OfficeSettings, knowledge: KnowledgeSettings, *, as_key: str, as_of: date, index: Path | None = None
) -> Asker:
    """An asker over the published index, or the one in another folder. Raises KnowledgeError, PeopleFileError, UnknownPersonError."""
    person = FileDirectory.load(office.people_file).by_key(as_key)
    current_version(index or knowledge.index_folder)  # before the model is loaded
    embedder = open_model(knowledge)
    answers = open_answers(knowledge, index or knowledge.index_folder, embedder)
    answers.warm_up()
    return Asker(answerer=answers, catalogue=load_catalogue(), audiences=audiences_of(person.roles), as_of=as_of)


def as_object(answer: Answer, *, text: str, latency_ms: float, question_id: str | None = None) -> dict[str, Any]:
    """The answer in the field names that others rely on."""
    citations = answer.citations if isinstance(answer, Answered) else ()
    status = {"Answered": "answered", "NotFound": "not_found", "Refused": "refused"}[type(answer).__name__]
    return {
        "id": question_id,
        "status": status,
        "confidence": round(answer.confidence, 4),
        "reason": None if isinstance(answer, Answered) else answer.reason.value,
        "text": text,
        "citations": [_citation(citation) for citation in citations],
        "passages": [
            {"document": p.document, "title": p.title, "section": p.section, "text": p.text, "score": p.score}
            for p in answer.passages
        ],
        "latency_ms": latency_ms,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "position": citation.position,
        "document": citation.document,
        "title": citation.title,
        "section": citation.section,
        "quote": citation.quote,
        "valid_from": day(citation.valid_from),
        "valid_to": day(citation.valid_to),
        "url": citation.url,
        "page": citation.page,
        "draft": citation.approval is not None and citation.approval.value == "udkast",
        "decided_by": citation.body,
        "decided_on": day(citation.decision_date),
    }
