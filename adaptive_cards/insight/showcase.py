"""One named example of every card of HR's overview."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.insight.actions import InsightPage
from adaptive_cards.insight.cards import PAGE, digest_card, overview_card, page_card
from adaptive_cards.texts import Texts
from hr.insight.model import DocumentVotes, Grouped, Insight, KnownFault, Review, TopicGroup
from hr.live_file import ContentFault
from privacy.redaction import redact

_SUGGESTED: Final = "Findes der en skabelon?"
INSIGHT: Final = Insight(
    since=date(2026, 8, 31),
    until=date(2026, 11, 28),
    today=date(2026, 11, 28),
    answered=412,
    unanswered=Grouped(
        groups=(
            TopicGroup(
                topic="Ferie og fridage",
                count=9,
                texts=(
                    redact("Kan feriefridage udbetales?"),
                    redact("Er den 24. december en fridag?"),
                    redact("Hvornår er ferieåret slut?"),
                    redact("Kan ferie overføres til næste år?"),
                ),
            ),
            TopicGroup(topic="Arbejdsmiljø", count=5),
            TopicGroup(topic=None, count=3, texts=(redact("Hvem bestiller frokost til møder?"),)),
        ),
        others=4,
        smallest=3,
    ),
    disliked=(
        DocumentVotes(
            document_id="hr-ferie-frister",
            title="Frister for ferie",
            count=4,
            comments=(redact("Fristen er fra sidste år."), redact(_SUGGESTED)),
        ),
        DocumentVotes(document_id="", title="", count=3),
    ),
    disliked_others=2,
    reviews=(
        Review(title="L07 Frist i NemRefusion", file="absence.toml", due=date(2026, 11, 20)),
        Review(title="Frister for ferie", file="hr-ferie-frister.md", due=date(2026, 12, 31)),
    ),
    faults=(
        KnownFault(
            fault=ContentFault(file="topics.toml", line=12, reason="words: too short"),
            since=datetime(2026, 11, 27, 9, tzinfo=UTC),
        ),
        KnownFault(
            fault=ContentFault(file="ferie.docx", reason="the file cannot be read"),
            since=datetime(2026, 11, 28, 9, tzinfo=UTC),
        ),
    ),
)
EMPTY: Final = replace(
    INSIGHT, unanswered=Grouped(groups=(), others=1, smallest=3), disliked=(), disliked_others=0, reviews=(), faults=()
)
MANY: Final = replace(
    INSIGHT,
    unanswered=Grouped(
        groups=tuple(
            TopicGroup(
                topic=f"Emne {letter}",
                count=20,
                texts=tuple(
                    redact(f"Hvad er regel {number} om emne {letter}? " + "Og mere. " * 30) for number in range(20)
                ),
            )
            for letter in "ABCDEFGH"
        ),
        others=0,
        smallest=3,
    ),
)


def insight_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card by name, such as `insight_overview`."""

    def page(name: InsightPage, insight: Insight = INSIGHT, start: int = 0) -> AdaptiveCard:
        return page_card(texts=texts, insight=insight, page=name, start=start)

    return {
        "insight_overview": overview_card(texts=texts, insight=INSIGHT),
        "insight_overview_empty": overview_card(texts=texts, insight=EMPTY),
        "insight_overview_many": overview_card(texts=texts, insight=MANY),
        "insight_questions": page(InsightPage.QUESTIONS),
        "insight_questions_many": page(InsightPage.QUESTIONS, MANY, start=PAGE),
        "insight_questions_none": page(InsightPage.QUESTIONS, EMPTY),
        "insight_votes": page(InsightPage.VOTES),
        "insight_reviews": page(InsightPage.REVIEWS),
        "insight_faults": page(InsightPage.FAULTS),
        "insight_digest": digest_card(
            texts=texts, insight=replace(INSIGHT, since=date(2026, 11, 16), until=date(2026, 11, 22)), resent=True
        ),
    }
