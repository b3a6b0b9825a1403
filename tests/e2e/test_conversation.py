"""Conversations in the local Teams client. Every test is another person, so that none meets what another has said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.client import TeamsClient

OpenAs = Callable[[str], TeamsClient]

QUESTIONS = [
    ("Hvor mange dage går der, før jeg skal ringe til en sygemeldt?", "Opfølgning på sygefravær: dag 1, 3 og 10"),
    ("Hvornår skal jeg senest holde en sygefraværssamtale?", "Sygefraværssamtale inden fire uger"),
    ("Hvad er en mulighedserklæring?", "Mulighedserklæring og friattest"),
    ("Hvor lang er arbejdsgiverperioden?", "NemRefusion og frister"),
    ("Hvad er Sammen om Ledelse?", "Sammen om Ledelse og KKC"),
]


def test_a_new_person_is_welcomed_once_and_told_what_kompas_is(teams_as: OpenAs) -> None:
    teams = teams_as("new_leader")
    welcome = teams.wait_for_reply("Kompas")
    assert "robot" in welcome
    assert "CPR" in welcome
    teams.screenshot("velkomst")
    again = teams_as("new_leader")
    again.ask("hjælp", containing="Sådan bruger du mig")
    assert [reply for reply in again.replies() if reply.startswith("Hej, jeg er Kompas")] == []


@pytest.mark.parametrize(("question", "title"), QUESTIONS)
def test_a_leaders_question_is_answered_with_the_right_document_first(
    teams_as: OpenAs, question: str, title: str
) -> None:
    teams = teams_as("leader")
    answer = teams.ask(question, containing="Kilder:")
    body, _, sources = answer.partition("Kilder:")
    assert sources.strip().startswith(f"[1] {title}")
    assert "[1]" in body
    assert len(body.split()) <= 120


def test_an_answer_shows_its_source_and_when_it_is_valid(teams_as: OpenAs) -> None:
    teams = teams_as("leader")
    answer = teams.ask("Hvornår skal jeg ringe til en sygemeldt?", containing="Kilder:")
    assert "1. maj 2025" in answer
    teams.screenshot("svar")
    source = teams.citation(1)
    assert "Opfølgning på sygefravær" in source
    teams.screenshot("kilde")


def test_a_follow_up_is_understood_from_the_conversation(teams_as: OpenAs) -> None:
    teams = teams_as("other_leader")
    teams.ask("Hvornår skal jeg kontakte en sygemeldt?", containing="Kilder:")
    answer = teams.ask("og hvad så på dag 10?", containing="Kilder:")
    assert "[1] Opfølgning på sygefravær: dag 1, 3 og 10" in answer
    assert "dag 10" in answer.partition("Kilder:")[0]
    teams.screenshot("opfoelgende-spoergsmaal")


def test_a_suggestion_can_be_pressed(teams_as: OpenAs) -> None:
    teams = teams_as("deputy")
    teams.ask("hjælp", containing="Sådan bruger du mig")
    title = next(title for title in teams.suggestions() if title.endswith("?"))
    teams.press(title)
    assert teams.wait_for_reply("Kilder:")


def test_a_question_without_a_source_is_not_guessed_at(teams_as: OpenAs) -> None:
    teams = teams_as("chief")
    answer = teams.ask("Hvad er der til frokost i kantinen?", containing="gætte")
    assert "Kilder:" not in answer
    teams.screenshot("ingen-kilde")


def test_an_english_question_is_answered_in_english_with_the_danish_source(teams_as: OpenAs) -> None:
    teams = teams_as("new_leader")
    answer = teams.ask("When must I contact an employee on sick leave?", containing="Sources:")
    assert "[1] Opfølgning på sygefravær: dag 1, 3 og 10" in answer
    teams.screenshot("english")


def test_a_thumb_down_asks_why_and_says_thank_you(teams_as: OpenAs) -> None:
    teams = teams_as("hr")
    teams.ask("Hvad er en mulighedserklæring?", containing="Kilder:")
    teams.thumbs_down()
    teams.wait_for_reply("Hvad var der galt med svaret?")
    teams.choose("Der mangler noget")
    teams.write("Uddyb, hvis du vil", "Jeg savner et eksempel")
    teams.screenshot("tommel-ned")
    teams.press("Send")
    assert "HR kan nu se" in teams.wait_for_reply("Tak.")
    teams.screenshot("tak")


def test_a_thumb_up_is_taken_without_further_questions(teams_as: OpenAs) -> None:
    teams = teams_as("hr_lead")
    teams.ask("Hvad er en mulighedserklæring?", containing="Kilder:")
    teams.thumbs_up()
    teams.ask("tak", containing="Selv tak")
    assert [reply for reply in teams.replies() if "galt" in reply] == []


def test_help_says_how_to_use_kompas(teams_as: OpenAs) -> None:
    teams = teams_as("tr")
    assert "ny samtale" in teams.ask("hjælp", containing="Sådan bruger du mig")
    teams.screenshot("hjaelp")


def test_details_of_somebodys_health_are_refused(teams_as: OpenAs) -> None:
    teams = teams_as("leader")
    answer = teams.ask("Mette er syg med stress", containing="sygdom")
    assert "Kilder:" not in answer
    assert "Mette" not in answer
    teams.screenshot("helbred")


def test_it_can_be_read_in_a_narrow_window(teams_as: OpenAs) -> None:
    teams = teams_as("amr")
    teams.narrow()
    teams.ask("Hvad er TRIO?", containing="Kilder:")
    teams.screenshot("smal")
