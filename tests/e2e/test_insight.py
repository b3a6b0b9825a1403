"""HR sees what could not be answered, in the local Teams client."""

from __future__ import annotations

from tests.e2e.conftest import OpenAs, RunningBot

UNKNOWN = (
    "Hvordan nulstiller man printeren?",
    "Hvem udskifter toner i printeren?",
    "Hvor finder man en ny printer?",
    "Hvilken adgangskode har printeren?",
)


def test_what_cannot_be_answered_reaches_hr_alone_and_comes_back_as_its_weekly_overview(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, hr, leader, employee = bot_without_worker, days_as("hr"), days_as("leader"), days_as("employee")
    bot.worker("2026-03-03T09:00")
    for question in UNKNOWN:
        employee.ask(question, containing="Jeg har noteret spørgsmålet til HR uden dit navn.")
    leader.ask("HR-overblik", containing="HR-overblikket er kun for HR.")
    leader.screenshot("hr-overblik-afvist")

    said = hr.ask("HR-overblik", containing="Praktisk og IT: 4 uden svar")
    assert UNKNOWN[0] in said
    hr.screenshot("hr-overblik")
    hr.press("Alle spørgsmål")
    assert UNKNOWN[3] in hr.wait_for_reply("Spørgsmål uden svar")
    hr.screenshot("hr-overblik-spoergsmaal")
    hr.press("Tilbage til overblik")
    hr.wait_for_reply("Kun HR ser overblikket.")
    hr.narrow()
    hr.screenshot("hr-overblik-smal")
    assert "HR-overblik" in hr.ask("hjælp", containing="Kun for HR")

    hr.mark()
    assert bot.worker("2026-03-09T08:31")["sent"] >= 1
    digest = hr.wait_for_reply("HR-overblik for uge 10")
    assert "Praktisk og IT: 4 uden svar" in digest
    hr.screenshot("hr-overblik-uge-smal")
    before = len(hr.replies())
    bot.worker("2026-03-10T08:31")
    assert len(hr.replies()) == before
