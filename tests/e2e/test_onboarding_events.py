"""The welcome meeting with the kommunaldirektør, from HR's date in the file to the waiting list, in the local Teams client."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.client import TeamsClient
from tests.e2e.conftest import ROOT, LoopThread, OpenAs, RunningBot, clients_of, serving
from tests.prepared import around

MEETING = """
[[events]]
id = "nye-ledere-foraar"
kind = "velkomstmoede"
date = 2026-04-16
at = "13:00"
place = "Eksempelsalen"
places = 2
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """HR's files, for HR to edit."""
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "hr" / "content", folder)
    return folder


@pytest.fixture
def edited_bot(index: Path, tmp_path: Path, content: Path) -> Iterator[RunningBot]:
    with serving(tmp_path, around(index, tmp_path / "data"), WORKER="off", CONTENT=str(content)) as running:
        yield running


@pytest.fixture
def opens(edited_bot: RunningBot, loop: LoopThread, browser: Browser, local_client: None) -> Iterator[OpenAs]:
    with clients_of(edited_bot, loop, browser) as open_as:
        yield open_as


def starts(leader: TeamsClient) -> str:
    leader.ask("jeg er ny leder", containing="Velkommen. Skal vi lave din plan?")
    leader.press("Start planen")
    return leader.wait_for_reply("Din start som ny leder")


def test_a_new_leader_is_offered_the_welcome_meeting_signs_up_and_off_and_full_is_full(
    edited_bot: RunningBot, opens: OpenAs, content: Path
) -> None:
    bot, first, second, third, hr = edited_bot, opens("new_leader"), opens("deputy"), opens("other_leader"), opens("hr")
    bot.worker("2026-03-02T07:45")
    assert "Velkomstmøde med kommunaldirektøren: der er ingen dato endnu." in starts(first)
    first.screenshot("velkomstmoede-ingen-dato")

    with (content / "events.toml").open("a", encoding="utf-8") as file:
        file.write(MEETING)
    first.mark()
    bot.worker("2026-03-03T08:30")
    offered = first.wait_for_reply("Der er en dato")
    assert "16. april kl. 13.00, Eksempelsalen" in offered
    assert "2 ledige pladser." in offered
    first.screenshot("velkomstmoede-tilbudt")
    first.press("Tilmeld mig")
    first.wait_for_reply("Du er tilmeldt.")
    first.screenshot("velkomstmoede-tilmeldt")

    assert "1 ledig plads." in starts(second)
    second.screenshot("velkomstmoede-en-plads")
    second.press("Tilmeld mig")
    second.wait_for_reply("Du er tilmeldt.")

    assert "Der er ikke flere pladser." in starts(third)
    third.press("Skriv mig på venteliste")
    third.wait_for_reply("Du står nu på venteliste.")
    third.screenshot("velkomstmoede-venteliste")
    listed = hr.ask("hvem er tilmeldt velkomstmødet?", containing="Tilmeldinger")
    assert "2 af 2 pladser, 1 på venteliste" in listed
    hr.screenshot("velkomstmoede-hr")

    first.ask("meld mig fra velkomstmødet", containing="Fælles arrangementer")
    first.screenshot("velkomstmoede-arrangementer")
    first.press("Meld fra")
    first.wait_for_reply("Du er meldt fra.")
    third.mark()
    bot.worker("2026-03-04T08:30")
    third.wait_for_reply("Du har fået en plads")
    for name, leader in (("1", first), ("3", third)):
        leader.narrow()
        leader.screenshot(f"velkomstmoede-smal-{name}")


def test_a_tick_is_taken_back_and_the_end_of_a_plan_is_asked_about(edited_bot: RunningBot, opens: OpenAs) -> None:
    edited_bot.worker("2026-03-02T07:45")
    newcomer, leader = opens("new_employee"), opens("leader")
    newcomer.ask("jeg er ny her", containing="Velkommen. Skal vi lave din plan?")
    newcomer.press("Start planen")
    newcomer.wait_for_reply("0 af 7 punkter")
    newcomer.tick("Mød din TR og AMR")
    newcomer.press("Gjort")
    newcomer.wait_for_reply("1 af 7 punkter")
    newcomer.screenshot("onboarding-fortryd")
    newcomer.press("Fortryd")
    newcomer.wait_for_reply("Fortrudt. Alt er som før.")

    leader.ask("jeg har bestilt udstyr til Elias", containing="Skal jeg sætte flueben?")
    leader.screenshot("onboarding-leder-flueben")
    leader.press("Ja, det er gjort")
    leader.wait_for_reply("Fluebenet er sat.")
    leader.screenshot("onboarding-leder-efter")
    leader.ask("afslut onboardingplanen for ETK", containing="Tilpas planen")
    leader.press("Afslut planen")
    leader.wait_for_reply("Skal planen afsluttes?")
    leader.screenshot("onboarding-afslut")
    leader.narrow()
    leader.screenshot("onboarding-afslut-smal")
    leader.press("Nej")
    leader.wait_for_reply("Tilpas planen")
    assert "1 af 7" not in newcomer.last_reply()
