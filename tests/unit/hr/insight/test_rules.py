from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hr.errors import TopicsFileError
from hr.feedback.model import Rating, Reaction, UnansweredQuestion
from hr.insight.model import Outcome, QuestionCount, Review
from hr.insight.rules import disliked, grouped, to_review
from hr.insight.topics import Topic, topic_of
from hr.insight.topics_file import load_topics
from privacy.redaction import redact

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TOPICS = (Topic(name="Ferie", words=("ferie",)), Topic(name="Barsel", words=("barsel", "gravid")))
CONTENT = Path(__file__).resolve().parents[4] / "hr" / "content"


def question(text: str) -> UnansweredQuestion:
    return UnansweredQuestion(text=redact(text), reason="no_source", language="da", asked_on=TODAY)


def vote(document_id: str, number: int, *, days_ago: int = 0) -> Rating:
    return Rating(
        answer_id=f"{document_id}-{number}",
        person_id="p",
        reaction=Reaction.DISLIKE,
        given_at=NOW - timedelta(days=days_ago),
        document_ids=(document_id,),
    )


def test_a_topic_with_fewer_askings_than_the_limit_shows_in_the_sum_only() -> None:
    asked = [*(question(f"Må jeg holde ferie i uge {week}?") for week in (7, 8, 9)), question("Hvad er barsel?")]
    found = grouped(asked, (), TOPICS, smallest=3)
    assert [(group.topic, group.count) for group in found.groups] == [("Ferie", 3)]
    assert (found.others, found.total) == (1, 4)
    assert found.of("Barsel") is None


def test_questions_whose_text_is_withheld_count_without_a_text() -> None:
    withheld = [QuestionCount(day=TODAY, outcome=Outcome.WITHHELD, topic="Barsel", count=2)]
    found = grouped([question("Hvad er barsel?")], withheld, TOPICS, smallest=3)
    (group,) = found.groups
    assert (group.topic, group.count, group.texts) == ("Barsel", 3, ("Hvad er barsel?",))


def test_a_question_without_a_topic_is_suppressed_like_any_other() -> None:
    assert grouped([question("Hvor er p-pladsen?")], (), TOPICS, smallest=3).others == 1
    large = grouped([question("Hvor er p-pladsen?")] * 3, (), TOPICS, smallest=3)
    assert [(group.topic, group.count, len(group.texts)) for group in large.groups] == [(None, 3, 1)]


def test_documents_with_few_thumbs_down_show_in_the_sum_only() -> None:
    votes = [vote("ferie", 1), vote("ferie", 2), vote("ferie", 3), vote("barsel", 1), vote("ferie", 4, days_ago=30)]
    shown, others = disliked(votes, {"ferie": "Ferie i kommunen"}, since=TODAY - timedelta(days=7), smallest=3)
    assert [(one.title, one.count) for one in shown] == [("Ferie i kommunen", 3)]
    assert others == 1


def test_a_text_is_stale_from_sixty_days_before_its_review() -> None:
    reviews = [Review(title=str(days), due=TODAY + timedelta(days=days)) for days in (61, 60, -5)]
    assert [one.title for one in to_review(reviews, TODAY)] == ["-5", "60"]


def test_the_topic_with_most_words_wins_and_the_first_of_two_alike() -> None:
    assert topic_of("Ferie under barsel, når man er gravid", TOPICS) == "Barsel"
    assert topic_of("FERIE eller barsel?", TOPICS) == "Ferie"
    assert topic_of("Hvor er p-pladsen?", TOPICS) is None


def test_the_topics_of_this_version_can_be_read() -> None:
    assert topic_of("Hvordan får jeg en ny adgangskode?", load_topics(CONTENT)) == "Praktisk og IT"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[topics]]\ntopic = 'Ferie'\nwords = []\n", 3),
        ("[[topics]]\ntopic = 'Ferie'\nwords = ['to ord']\n", 3),
        ("[[topics]]\ntopic = 'A1'\nwords = ['ord']\n[[topics]]\ntopic = 'A1'\nwords = ['ord']\n", 5),
        ("[[topics]]\ntopic = Ferie\n", 2),
        ("title = 1\n", 1),
    ],
)
def test_a_fault_in_the_topics_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TopicsFileError) as caught:
        load_topics(tmp_path)
    assert caught.value.line == line
