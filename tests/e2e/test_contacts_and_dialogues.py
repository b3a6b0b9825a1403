"""Who helps with what, and a dialogue of TRIO, in the local Teams client."""

from __future__ import annotations

from tests.e2e.conftest import OpenAs, RunningBot


def test_a_leader_finds_who_helps_and_looks_through_the_list(teams_as: OpenAs) -> None:
    teams = teams_as("leader")
    answer = teams.ask("Hvem hjælper med personalejura?", containing="Personalejura")
    assert "Løses lokalt" in answer
    assert "Kontaktfeltet er ikke udfyldt endnu." in answer
    assert "Oplysningen er aldrig tjekket." in answer
    teams.screenshot("kontakt")
    teams.ask("hvem hjælper med hvad", containing="Vælg et emne.")
    teams.choose("Ledelsessparring")
    teams.screenshot("kontakter")
    teams.press("Vis")
    teams.wait_for_reply("Central hjælp")
    teams.narrow()
    teams.screenshot("kontakt-smal")


def test_a_trio_chooses_themes_agrees_on_a_step_and_is_asked_on_the_day(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, teams = bot_without_worker, days_as("tr")
    bot.worker("2026-03-02T07:45")
    teams.ask("start TRIO-dialog", containing="TRIO-dialog om fremmøde")
    teams.tick("Forebyggelse")
    teams.tick("Brug af data")
    teams.screenshot("trio-paletten")
    teams.press("Start dialogen")
    first = teams.wait_for_reply("Tema 1 af 2")
    assert "?" in first
    teams.screenshot("trio-tema")
    teams.press("Næste")
    teams.wait_for_reply("Tema 2 af 2")
    teams.press("Aftal et skridt")
    teams.wait_for_reply("Det første skridt")
    teams.write("Det første skridt", "Vi taler om arbejdspresset på hvert andet personalemøde")
    teams.write("Hvornår samler I op?", "2026-03-21")
    teams.screenshot("trio-aftal")
    teams.press("Gem aftalen")
    kept = teams.wait_for_reply("Vores aftale")
    assert "Opfølgningen er flyttet til" in kept
    teams.screenshot("trio-aftale")
    teams.mark()
    assert bot.worker("2026-03-20T09:00")["sent"] == 0
    assert bot.worker("2026-03-23T08:30")["sent"] == 1
    teams.wait_for_reply("Sådan går det med jeres aftale?")
    teams.screenshot("trio-opfoelgning")
    teams.press("Gjort")
    teams.wait_for_reply("Aftalen er gennemført. Godt gået.")
    teams.narrow()
    teams.screenshot("trio-smal")
