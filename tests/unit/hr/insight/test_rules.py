from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hr.errors import TopicsFileError
from hr.feedback.model import Rating, Reaction, UnansweredQuestion
from hr.insight.model import Outcome, QuestionCount, Review
from hr.insight.rules import disliked, grouped, to_review
from hr.insight.topics import Topic, topic_of
from hr.insight.topics_file import TOPICS_FILE, load_topics
from privacy.redaction import redact

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TOPICS = (Topic(name="Ferie", words=("ferie",)), Topic(name="Barsel", words=("barsel", "gravid")))
CONTENT = Path(__file__).resolve().parents[4] / "hr" / "content"


def question(text: str) -> UnansweredQuestion:
    return UnansweredQuestion(text=redact(text), reason="no_source", language="da", asked_on=TODAY)


def vote(
    document_id: str, number: int, *, days_ago: int = 0, person_id: str | None = None, comment: str | None = None
) -> Rating:
    return Rating(
        answer_id=f"{document_id}-{number}",
        person_id=person_id or f"person-{number}",
        comment=redact(comment) if comment is not None else None,
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
    shown, others = disliked(
        votes, {"ferie": "Ferie i kommunen"}, since=TODAY - timedelta(days=7), until=TODAY, smallest=3
    )
    assert [(one.title, one.count) for one in shown] == [("Ferie i kommunen", 3)]
    assert others == 1


def test_thumbs_of_one_person_are_no_group_however_many() -> None:
    votes = [vote("ferie", number, person_id="p") for number in range(5)]
    assert disliked(votes, {}, since=TODAY, until=TODAY, smallest=3) == ((), 5)


def test_a_comment_that_points_at_somebody_is_counted_and_not_shown() -> None:
    votes = [
        vote("ferie", 1, comment="Fristen mangler"),
        vote("ferie", 2, comment="Min chef siger nej"),
        vote("ferie", 3),
    ]
    ((one,), _) = disliked(votes, {}, since=TODAY, until=TODAY, smallest=3)
    assert (one.title, one.count, one.comments) == ("ferie", 3, ("Fristen mangler",))


def test_thumbs_of_answers_without_a_source_are_together() -> None:
    votes = [replace(vote("x", number), document_ids=()) for number in range(3)]
    ((one,), _) = disliked(votes, {}, since=TODAY, until=TODAY, smallest=3)
    assert one.title == ""


def test_an_old_question_that_points_at_somebody_counts_without_its_text() -> None:
    asked = [question("Kan Oksana holde ferie?"), question("Må Mette holde ferie?"), question("Hvad er feriefridage?")]
    (group,) = grouped(asked, (), TOPICS, smallest=3).groups
    assert (group.count, group.texts) == (3, ("Hvad er feriefridage?",))


def test_a_text_is_stale_from_sixty_days_before_its_review() -> None:
    reviews = [Review(title=str(days), file="a.md", due=TODAY + timedelta(days=days)) for days in (61, 60, -5)]
    assert [one.title for one in to_review(reviews, TODAY)] == ["-5", "60"]


def test_the_topic_with_most_words_wins_and_the_first_of_two_alike() -> None:
    assert topic_of("Ferie under barsel, når man er gravid", TOPICS) == "Barsel"
    assert topic_of("FERIE eller barsel?", TOPICS) == "Ferie"
    assert topic_of("Hvor er p-pladsen?", TOPICS) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Må man få fri den 24. december?", "Ferie og fridage"),
        ("Er der fritidsaktiviteter for medarbejdere?", None),
        ("Kan man tage en medarbejder med til frokost?", None),
        ("Har vi et musikanlæg?", None),
        ("Hvornår har en sygeplejerske fødselsdag?", None),
        ("Hvornår er der MUS?", "Samtaler og udvikling"),
        ("Må man købe en voldsomt dyr gave?", None),
        ("Hvad gør man efter en voldsepisode med vold?", "Arbejdsmiljø"),
        ("Hvem sidder i Hovedudvalget?", "Samarbejde og TRIO"),
        ("Hvor længe er man syg, før lægen skrive en mulighedserklæring?", "Sygefravær"),
        ("Er der systematik i det?", None),
    ],
)
def test_short_words_of_this_versions_topics_catch_no_others(text: str, topic: str | None) -> None:
    assert topic_of(text, load_topics(CONTENT / TOPICS_FILE)) == topic


def test_a_word_after_an_equals_sign_is_meant_whole() -> None:
    topics = [Topic(name="Fri", words=("=fri", "ferie"))]
    assert [topic_of(text, topics) for text in ("Må jeg få fri?", "Hvad er fritid?", "Feriepenge?")] == [
        "Fri",
        None,
        "Fri",
    ]


def test_the_topics_of_this_version_can_be_read() -> None:
    assert topic_of("Hvordan får jeg en ny adgangskode?", load_topics(CONTENT / TOPICS_FILE)) == "Praktisk og IT"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[topics]]\ntopic = 'Ferie'\nwords = []\n", 3),
        ("[[topics]]\ntopic = 'Ferie'\nwords = ['to ord']\n", 3),
        ("[[topics]]\ntopic = 'Ferie'\nwords = ['fr']\n", 3),
        ("[[topics]]\ntopic = 'Ferie'\nwords = ['=']\n", 3),
        ("[[topics]]\ntopic = 'A1'\nwords = ['ord']\n[[topics]]\ntopic = 'A1'\nwords = ['ord']\n", 5),
        ("[[topics]]\ntopic = Ferie\n", 2),
        ("title = 1\n", 1),
    ],
)
def test_a_fault_in_the_topics_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TopicsFileError) as caught:
        load_topics(tmp_path / TOPICS_FILE)
    assert caught.value.line == line
