"""What Kompas stores about the one who asks, in the local Teams client."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.client import TeamsClient

OpenAs = Callable[[str], TeamsClient]


def test_a_leader_sees_what_is_stored_and_deletes_what_nothing_running_needs(days_as: OpenAs) -> None:
    teams = days_as("leader")
    teams.ask("påmindelser", containing="Indstillinger for påmindelser")
    teams.press("Ret påmindelser")
    teams.press("Gem")
    teams.wait_for_reply("Dine indstillinger er gemt.")
    card = teams.ask("hvad gemmer du om mig?", containing="Det gemmer jeg om dig")
    assert "Dine valg af påmindelser (1)" in card
    teams.screenshot("mine-data")
    teams.press("Slet nu")
    teams.wait_for_reply("Slet det her?")
    teams.screenshot("mine-data-slet")
    teams.press("Slet")
    done = teams.wait_for_reply("oplysning er væk")
    assert "Dine valg af påmindelser" not in done
    teams.narrow()
    teams.screenshot("mine-data-slettet-smal")
