"""A question to HR, seen from both sides in the local Teams client."""

from __future__ import annotations

from tests.e2e.conftest import OpenAs, RunningBot


def test_a_leader_asks_hr_and_gets_the_answer_in_the_same_chat(bot_without_worker: RunningBot, days_as: OpenAs) -> None:
    bot, leader, hr, other = bot_without_worker, days_as("leader"), days_as("hr"), days_as("other_hr")
    bot.worker("2026-03-02T07:45")
    leader.ask("spørg HR", containing="Ret dit spørgsmål")
    leader.write("Dit spørgsmål", "Hvem betaler for kurset i konflikthåndtering?")
    leader.choose("Noget andet")
    leader.screenshot("spoerg-hr")
    leader.press("Send til HR")
    receipt = leader.wait_for_reply("er gemt som nr. 1")
    assert "Svaret kommer her i chatten." in receipt
    leader.screenshot("spoerg-hr-kvittering")

    assert bot.worker("2026-03-02T09:00")["sent"] >= 2
    seen = hr.wait_for_reply("Spørgsmål nr. 1")
    assert "Hvem betaler for kurset i konflikthåndtering?" in seen
    other.wait_for_reply("Spørgsmål nr. 1")
    hr.press("Tag")
    hr.wait_for_reply("Du har taget spørgsmålet.")
    hr.screenshot("spoerg-hr-taget")
    other.press("Tag")
    other.wait_for_reply("Taget af")
    hr.press("Svar")
    hr.wait_for_reply("Svaret går til den, der spurgte.")
    hr.write("Dit svar", "Det gør jeres egen afdeling. Aftal det med din chef.")
    hr.press("Send svar")
    hr.wait_for_reply("Svaret er gemt. Den, der spurgte, får det nu.")

    leader.mark()
    bot.worker("2026-03-02T09:10")
    answer = leader.wait_for_reply("har svaret på dit spørgsmål nr. 1")
    assert "Aftal det med din chef." in answer
    leader.screenshot("spoerg-hr-svar")
    leader.press("Det hjalp")
    leader.wait_for_reply("Jeg har lukket spørgsmålet.")
    leader.narrow()
    leader.screenshot("spoerg-hr-smal")


def test_what_tells_of_somebodys_health_is_not_sent(days_as: OpenAs) -> None:
    leader = days_as("leader")
    leader.ask("spørg HR", containing="Ret dit spørgsmål")
    leader.write("Dit spørgsmål", "Mette har depression igen, må jeg ringe til hendes læge?")
    leader.choose("Noget andet")
    leader.press("Send til HR")
    leader.wait_for_reply("Jeg har hverken sendt eller gemt det")
    leader.screenshot("spoerg-hr-helbred")


def test_an_evening_question_waits_for_the_morning_and_a_taker_on_holiday_is_passed_by(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, leader, hr, other = bot_without_worker, days_as("leader"), days_as("hr"), days_as("other_hr")
    bot.worker("2026-03-02T19:00")
    leader.ask("hjælp", containing="spørg HR")
    leader.screenshot("spoerg-hr-hjaelp")
    leader.ask("spørg HR: hvem betaler for kurset?", containing="Ret dit spørgsmål")
    leader.choose("Noget andet")
    leader.press("Send til HR")
    receipt = leader.wait_for_reply("er gemt som nr. 1")
    assert "HR får det tirsdag 3. marts kl. 07.30" in receipt
    leader.screenshot("spoerg-hr-aften")

    bot.worker("2026-03-03T08:00")
    hr.wait_for_reply("Spørgsmål nr. 1")
    hr.press("Tag")
    hr.wait_for_reply("Du har taget spørgsmålet.")
    hr.mark()
    other.mark()
    bot.worker("2026-03-06T09:00")
    hr.wait_for_reply("Du har taget spørgsmål nr. 1")
    hr.screenshot("spoerg-hr-tager-mindet")
    bot.worker("2026-03-11T09:00")
    other.wait_for_reply("men ikke svaret")
    other.screenshot("spoerg-hr-holdt")
    other.press("Overtag")
    other.wait_for_reply("Du har taget spørgsmålet.")
    other.ask("åbne spørgsmål", containing="Taget, ikke besvaret")
    other.screenshot("spoerg-hr-aabne")
    other.narrow()
    other.screenshot("spoerg-hr-aabne-smal")

    leader.ask("mine spørgsmål", containing="HR arbejder med det")
    leader.press("Åbn")
    leader.wait_for_reply("Træk tilbage")
    leader.press("Træk tilbage")
    leader.wait_for_reply("Spørgsmålet er trukket tilbage.")
    bot.worker("2026-03-11T09:10")
    other.mark_from_start()
    other.wait_for_reply("Du skal ikke gøre mere")
    other.screenshot("spoerg-hr-trukket-tilbage")
