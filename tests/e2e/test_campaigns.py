"""A reminder of HR's, from the form to the receipt and back again, in the local Teams client."""

from __future__ import annotations

from tests.e2e.conftest import OpenAs, RunningBot


def test_hr_reminds_leaders_one_acknowledges_and_the_card_is_taken_back(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, hr, leader, employee = bot_without_worker, days_as("hr"), days_as("leader"), days_as("employee")
    bot.worker("2026-03-02T07:45")
    employee.ask("ny påmindelse", containing="Kun HR laver påmindelser til andre.")
    hr.ask("ny påmindelse", containing="Vælg en skabelon")
    hr.choose("Uden skabelon")
    hr.press("Fortsæt")
    hr.wait_for_reply("Udfyld, og se hvor mange den går til.")
    hr.write("Overskrift", "Book årets MUS")
    hr.write("Tekst", "Nu begynder MUS-perioden. Book samtalerne med dine medarbejdere.")
    hr.tick("Ledere")
    hr.tick("Modtageren skal kvittere")
    hr.write("Frist", "2026-04-30")
    hr.screenshot("kampagne-form")
    hr.press("Se modtagere og forhåndsvisning")
    draft = hr.wait_for_reply("Sådan ser den ud:")
    assert "Modtagere" in draft
    hr.screenshot("kampagne-forhaandsvisning")
    hr.press("Send nu")
    hr.wait_for_reply("Planlagt")

    leader.mark()
    assert bot.worker("2026-03-02T09:00")["sent"] >= 1
    leader.wait_for_reply("Book årets MUS")
    leader.screenshot("kampagne-modtaget")
    leader.press("Kvittér")
    leader.wait_for_reply("Kvitteret")
    leader.screenshot("kampagne-kvitteret")

    hr.ask("kampagner", containing="HR's påmindelser")
    hr.press("Åbn")
    numbers = hr.wait_for_reply("Nået betyder leveret i Teams.")
    assert "har ikke åbnet Kompas endnu" in numbers
    hr.screenshot("kampagne-tal")
    hr.press("Træk tilbage")
    hr.wait_for_reply("Det kan ikke fortrydes.")
    hr.press("Ja, træk tilbage")
    hr.wait_for_reply("Den bliver trukket tilbage.")
    bot.worker("2026-03-02T09:10")
    leader.mark_from_start()
    leader.wait_for_reply("Trukket tilbage")
    leader.narrow()
    leader.screenshot("kampagne-trukket-smal")
