"""A reminder of HR's, from the form over a colleague's approval to the receipt and back again, in the local Teams client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenAs, RunningBot, serving
from tests.prepared import around


@pytest.fixture
def bot_without_worker(index: Path, tmp_path: Path) -> Iterator[RunningBot]:
    """A bot in which somebody else in HR must approve what goes to more than three."""
    with serving(tmp_path, around(index, tmp_path / "data"), WORKER="off", CAMPAIGN_APPROVAL_SIZE="3") as running:
        yield running


def test_hr_reminds_leaders_a_colleague_approves_one_acknowledges_and_the_card_is_taken_back(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, hr, leader, employee = bot_without_worker, days_as("hr"), days_as("leader"), days_as("employee")
    other = days_as("other_hr")
    other.narrow()
    leader.narrow()
    bot.worker("2026-03-02T07:45")
    employee.ask("ny påmindelse", containing="Kun HR laver påmindelser til andre.")
    hr.ask("Jeg skal sende en påmindelse ud til alle ledere om MUS", containing="Vælg en skabelon")
    hr.screenshot("kampagne-skabeloner")
    hr.choose("Uden skabelon")
    hr.press("Fortsæt")
    hr.wait_for_reply("Udfyld, og se hvor mange den går til.")
    hr.write("Overskrift", "6. ferieuge og MUS")
    hr.write("Tekst", "Nu begynder MUS-perioden. Book samtalerne her: https://intra.kompas.example/mus.")
    hr.choose("MUS og LUS", field="Kilde")
    hr.tick("Ledere")
    hr.tick("Modtageren skal kvittere")
    hr.write("Frist", "2026-04-30")
    hr.screenshot("kampagne-form")
    hr.press("Se modtagere og forhåndsvisning")
    draft = hr.wait_for_reply("Sådan ser den ud:")
    assert "Modtagere" in draft
    assert "Læs mere: MUS og LUS" in draft
    hr.screenshot("kampagne-forhaandsvisning")
    hr.press("Send en test til mig")
    hr.wait_for_reply("Test. Kun du får den")
    hr.screenshot("kampagne-test")
    hr.ask("kampagner", containing="HR's påmindelser")
    hr.press("Åbn")
    hr.wait_for_reply("Sådan ser den ud:")
    hr.press("Send til godkendelse")
    hr.wait_for_reply("En anden i HR er bedt om at godkende den.")
    hr.screenshot("kampagne-venter")

    other.mark()
    bot.worker("2026-03-02T08:15")
    other.wait_for_reply("En påmindelse venter på din godkendelse.")
    other.screenshot("kampagne-godkend-smal")
    other.press("Godkend")
    other.wait_for_reply("Den er godkendt.")
    other.screenshot("kampagne-godkendt-smal")

    leader.mark()
    assert bot.worker("2026-03-02T09:00")["sent"] >= 1
    leader.wait_for_reply("6. ferieuge og MUS")
    leader.screenshot("kampagne-modtaget-smal")
    leader.press("Kvittér")
    leader.wait_for_reply("Kvitteret")
    leader.screenshot("kampagne-kvitteret-smal")

    hr.ask("status på kampagnen om MUS", containing="HR's påmindelser")
    hr.screenshot("kampagne-liste")
    hr.press("Åbn")
    numbers = hr.wait_for_reply("Nået betyder leveret i Teams.")
    assert "har ikke åbnet Kompas endnu" in numbers
    hr.screenshot("kampagne-tal")
    hr.press("Hvem blev ikke nået?")
    hr.wait_for_reply("Giv dem besked på en anden måde")
    hr.screenshot("kampagne-ikke-naaet")
    hr.press("Tilbage til tallene")
    hr.wait_for_reply("Nået betyder leveret i Teams.")
    hr.press("Træk tilbage")
    hr.wait_for_reply("Det kan ikke fortrydes.")
    hr.screenshot("kampagne-sikker")
    hr.press("Ja, træk tilbage")
    hr.wait_for_reply("Den bliver trukket tilbage nu")
    bot.worker("2026-03-02T21:40")  # long after the last message of the day
    leader.mark_from_start()
    leader.wait_for_reply("Trukket tilbage")
    leader.screenshot("kampagne-trukket-smal")
    hr.press("Opdater")
    hr.wait_for_reply("Kort trukket tilbage")
    hr.narrow()
    hr.screenshot("kampagne-trukket-tal-smal")
    hr.ask("ny påmindelse", containing="Vælg en skabelon")
    hr.choose("C03 · 6. ferieuge: holdes, udbetales eller flyttes?")
    hr.press("Fortsæt")
    hr.wait_for_reply("HR bekræfter fristen.")
    hr.screenshot("kampagne-skabelon-smal")
