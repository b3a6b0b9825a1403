"""Answers, questions' answerers, activities and events for tests of the bot."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from adaptive_cards.actions import Action
from adaptive_cards.render import Card
from adaptive_cards.texts import load_catalogue
from bot.events import Asked, Pressed
from hr.conversations.model import ConversationReference, ConversationType
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


def reference(person_id: str | None, *, chat: str = "a:chat", kind: str = "personal") -> ConversationReference:
    return ConversationReference(
        conversation_id=chat,
        conversation_type=ConversationType(kind),
        service_url="https://smba.example/",
        channel_id="msteams",
        bot_id=BOT,
        user_id="29:somebody",
        aad_object_id=person_id,
        updated_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
    )


def asked(text: str, person_id: str | None, **where: str) -> Asked:
    return Asked(reference=reference(person_id, **where), activity_id="incoming-1", text=text)


def pressed(action: Action | None, person_id: str | None, **where: str) -> Pressed:
    return Pressed(reference=reference(person_id, **where), activity_id="incoming-1", action=action, card_id="card-1")


def words_of(card: Card) -> str:
    """Everything that is read on a card, without what its buttons send."""
    return "\n".join(_texts(card.content))


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part[name] for name in ("text", "title", "value", "label") if isinstance(part.get(name), str)]
    inside = [value for name, value in part.items() if name not in ("data", "fallback")]
    return [*own, *(text for value in inside for text in _texts(value))]


def buttons_of(card: Card | dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each button of a card sends, by its title."""
    found: dict[str, dict[str, Any]] = {}

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for item in part:
                walk(item)
        elif isinstance(part, dict):
            if part.get("type") == "Action.Execute":
                found.setdefault(part["title"], part["data"])
            for name, value in part.items():
                if name not in ("data", "fallback"):
                    walk(value)

    walk(card.content if isinstance(card, Card) else card)
    return found
