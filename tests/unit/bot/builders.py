"""Answers, questions' answerers and activities for tests of the bot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from adaptive_cards.texts import load_catalogue
from hr.people import FileDirectory, Person, Role
from knowledge.models import Answer, Answered, Approval, Citation, Question, Statement

TODAY = date(2026, 11, 23)
APP_ID = "6c1f2f5e-0000-4000-8000-0000000000aa"
TENANT = "5a3e0c00-0000-4000-9000-000000000001"
LEADER_AAD = str(UUID("11111111-0000-4000-8000-000000000001"))
BOT = "28:kompas"
CATALOGUE = load_catalogue()
DA = CATALOGUE["da"]
EN = CATALOGUE["en"]

LEADER = Person(
    id=LEADER_AAD,
    key="leader",
    name="Leder",
    initials="LE",
    email="leder@example.test",
    roles=frozenset({Role.EMPLOYEE, Role.LEADER}),
)
DIRECTORY = FileDirectory((LEADER,))


def citation(**changes: Any) -> Citation:
    values: dict[str, Any] = {
        "position": 1,
        "document": "fravaer-opfoelgning-1-3-10.md",
        "document_id": "fravaer-opfoelgning-1-3-10",
        "title": "Opfølgning på sygefravær: dag 1, 3 og 10",
        "section": "Hvad gælder?",
        "quote": "Kontakt medarbejderen på dag 1, 3 og 10.",
        "valid_from": date(2025, 5, 1),
    }
    return Citation(**{**values, **changes})


def answered(*statements: Statement, citations: tuple[Citation, ...] | None = None, **changes: Any) -> Answered:
    said = statements or (Statement(text="Kontakt medarbejderen på dag 1, 3 og 10.", citation=1),)
    values: dict[str, Any] = {
        "statements": said,
        "citations": citations if citations is not None else (citation(),),
        "passages": (),
        "confidence": 0.9,
    }
    return Answered(**{**values, **changes})


DRAFT = Approval.DRAFT


@dataclass(slots=True)
class FakeAnswerer:
    """Gives the scripted answers in turn, the last one for ever, and keeps the questions it was asked."""

    answers: list[Answer] = field(default_factory=lambda: [answered(follow_ups=("Hvad gør jeg på dag 3?",))])
    questions: list[Question] = field(default_factory=list)
    error: Exception | None = None
    seconds: float = 0.0

    def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def activity(kind: str = "message", *, service_url: str, **changes: Any) -> dict[str, Any]:
    """An activity as Teams sends it, from a leader in a personal chat."""
    base: dict[str, Any] = {
        "type": kind,
        "id": "incoming-1",
        "timestamp": "2026-11-23T08:00:00.000Z",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "locale": "en-US",
        "from": {"id": "29:leader", "name": "Leder", "aadObjectId": LEADER_AAD},
        "recipient": {"id": BOT, "name": "Kompas"},
        "conversation": {"id": "a:chat;1@x", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    }
    return {**base, **changes}
