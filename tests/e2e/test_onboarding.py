"""The first days of a new leader and of a new employee, in the local Teams client."""

from __future__ import annotations

import datetime

from tests.e2e.conftest import OpenAs, RunningBot


def test_a_new_leader_starts_a_plan_and_the_chief_sees_how_far_it_is(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, newcomer, chief = bot_without_worker, days_as("new_leader"), days_as("chief")
    bot.worker("2026-03-02T07:45")
    newcomer.ask("jeg er ny leder", containing="Velkommen. Skal vi lave din plan?")
    newcomer.screenshot("onboarding-start")
    newcomer.press("Start planen")
    plan = newcomer.wait_for_reply("Din start som ny leder")
    assert "punkter er på plads" in plan
    newcomer.screenshot("onboarding-plan")
    newcomer.tick("Hvem hjælper med hvad?")
    newcomer.press("Gjort")
    newcomer.wait_for_reply("Fluebenet er sat.")
    newcomer.screenshot("onboarding-gjort")

    chief.ask("mine nye kolleger", containing="Signe Opdigtsen")
    chief.screenshot("onboarding-leder")
    assert "Hvem hjælper med hvad?" not in chief.last_reply()
    newcomer.narrow()
    newcomer.screenshot("onboarding-smal")


def test_a_leader_starts_a_plan_for_a_new_employee_who_hears_of_it_on_monday(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, leader, newcomer = bot_without_worker, days_as("leader"), days_as("new_employee")
    bot.worker("2026-03-04T09:00")
    leader.ask("start onboarding for ETK den 9. marts", containing="Start en onboardingplan")
    leader.screenshot("onboarding-leder-starter")
    leader.press("Start planen")
    leader.wait_for_reply("Planen er startet, og den nye får besked mandag.")
    newcomer.mark()
    bot.worker("2026-03-09T08:30")
    newcomer.wait_for_reply("Her er din uge.")
    newcomer.screenshot("onboarding-uge")
    assert datetime.date(2026, 3, 9).weekday() == 0
