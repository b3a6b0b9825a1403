"""A course of absence in the local Teams client, with the days made to pass by the worker: 2 March 2026 is a Monday."""

from __future__ import annotations

from tests.e2e.client import TeamsClient
from tests.e2e.conftest import OpenAs, RunningBot


def start_case(teams: TeamsClient, label: str) -> None:
    teams.ask("ny sag", containing="Nyt forløb")
    teams.write("Initialer eller eget ord", label)
    teams.press("Opret")
    teams.wait_for_reply(f"Forløbet er oprettet · {label}")


def morning(bot: RunningBot, at: str, *teams: TeamsClient) -> int:
    """What arrives from now on is new; how many messages were sent."""
    for client in teams:
        client.mark()
    sent: int = bot.worker(at)["sent"]
    return sent


def test_a_course_runs_from_the_first_day_to_the_talk_on_return(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, teams = bot_without_worker, days_as("leader")
    morning(bot, "2026-03-02T07:45", teams)
    teams.ask("en medarbejder er syg fra i dag", containing="Nyt forløb")
    teams.screenshot("forloeb-nyt")
    teams.write("Initialer eller eget ord", "ME")
    teams.press("Opret")
    created = teams.wait_for_reply("Forløbet er oprettet · ME")
    assert "4.\N{NO-BREAK SPACE}marts" in created
    teams.screenshot("forloeb-oprettet")
    teams.press("Gjort: Dag 1")
    teams.wait_for_reply("Noteret: trinnet er udført.")

    assert morning(bot, "2026-03-03T08:30", teams) == 0
    assert morning(bot, "2026-03-04T08:30", teams) == 1
    third = teams.wait_for_reply("Dag 3 · ME")
    assert "Spørg ikke, hvad medarbejderen fejler." in third
    assert "Kilde: Opfølgning på sygefravær: dag 1, 3 og 10" in third
    teams.screenshot("paamindelse-dag-3")
    assert morning(bot, "2026-03-04T08:30", teams) == 0
    teams.press("Gjort")
    teams.wait_for_reply("Noteret: trinnet er udført.")
    teams.screenshot("paamindelse-gjort")

    assert morning(bot, "2026-03-09T08:30", teams) == 1
    assert "ME · Dag 10" in teams.wait_for_reply("Ugens opfølgning")
    assert morning(bot, "2026-03-11T08:30", teams) == 1
    teams.wait_for_reply("Dag 10 · ME")
    teams.press("Ingen svar")
    teams.wait_for_reply("Noteret: intet svar. Jeg spørger igen næste arbejdsdag.")
    assert morning(bot, "2026-03-12T08:30", teams) == 1
    assert "Du har forsøgt én gang uden svar." in teams.wait_for_reply("Dag 10 · ME")
    teams.press("Udskyd")
    teams.wait_for_reply("Hvornår skal jeg skrive igen?")
    teams.screenshot("paamindelse-udskyd")
    teams.press("Næste arbejdsdag")
    teams.wait_for_reply("Jeg skriver igen")
    assert morning(bot, "2026-03-13T08:30", teams) == 1
    teams.wait_for_reply("Dag 10 · ME")
    teams.press("Gjort")
    teams.wait_for_reply("Noteret: trinnet er udført.")

    assert morning(bot, "2026-03-16T08:30", teams) == 1
    assert "Indkald til sygefraværssamtale" in teams.wait_for_reply("Ugens opfølgning")
    teams.screenshot("ugens-opfoelgning")
    assert morning(bot, "2026-03-19T08:30", teams) == 2  # the invitation, and the talk's limit in seven working days
    teams.wait_for_reply("Indkald til sygefraværssamtale")
    teams.press("Ikke relevant")
    teams.wait_for_reply("Noteret: trinnet er ikke relevant.")

    teams.ask("mine forløb", containing="Mine forløb")
    teams.screenshot("mine-forloeb")
    teams.press("Åbn ME")
    teams.wait_for_reply("Forløb · ME")
    teams.screenshot("forloeb")
    teams.press("Raskmeldt")
    teams.wait_for_reply("Hvornår er medarbejderen tilbage?")
    teams.write("Første dag tilbage", "2026-03-23")
    teams.press("Gem")
    teams.wait_for_reply("Noteret: medarbejderen er tilbage fra")
    teams.screenshot("raskmeldt")
    assert morning(bot, "2026-03-20T08:30", teams) == 0
    assert morning(bot, "2026-03-23T08:30", teams) == 2  # the talk, and the week's digest
    teams.wait_for_reply("Tilbage-samtale · ME")
    teams.narrow()
    teams.screenshot("tilbage-samtale-smal")


def test_the_day_3_card_cites_the_passage_that_the_answer_cites(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, teams = bot_without_worker, days_as("other_leader")
    answer = teams.ask("Hvad gør jeg på dag 3?", containing="Kilder:")
    morning(bot, "2026-03-02T09:00", teams)
    start_case(teams, "KLH")
    card = teams.ask("Hvad gør jeg på dag 3?", containing="Dag 3 · KLH")
    sentence = answer.partition(" [1]")[0].strip()
    assert sentence
    assert sentence in card


def test_a_deputy_is_reminded_in_his_period_sees_open_steps_only_and_nothing_afterwards(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, leader, deputy = bot_without_worker, days_as("leader"), days_as("deputy")
    morning(bot, "2026-03-02T09:00", leader, deputy)
    start_case(leader, "KLH")
    leader.press("Gjort: Dag 1")
    leader.wait_for_reply("Noteret: trinnet er udført.")
    leader.ask("påmindelser", containing="Indstillinger for påmindelser")
    leader.press("Ferie og stedfortræder")
    leader.write("Fra og med", "2026-03-03")
    leader.write("Til og med", "2026-03-06")
    leader.write("Stedfortræder: initialer eller e-mail (kan udelades)", "MFL")
    leader.screenshot("indstillinger")
    leader.press("Gem")
    leader.wait_for_reply("Perioden er gemt.")
    assert morning(bot, "2026-03-02T09:05", leader, deputy) == 1
    deputy.wait_for_reply("Du er stedfortræder")

    assert morning(bot, "2026-03-04T08:30", leader, deputy) == 1
    deputy.wait_for_reply("Dag 3 · KLH")
    assert not any("Dag 3 · KLH" in reply and "Gjort" in reply for reply in leader.replies())
    deputy.press("Gjort")
    seen = deputy.wait_for_reply("Noteret: trinnet er udført.")
    assert "Kontakt på dag 1" not in seen
    deputy.screenshot("stedfortraeder")

    morning(bot, "2026-03-09T09:00", leader, deputy)
    deputy.ask("mine forløb", containing="Du har ingen åbne forløb.")
    leader.ask("mine forløb", containing="Åbn KLH")


def test_a_case_created_by_mistake_is_gone_at_once_and_its_old_cards_find_nothing(
    bot_without_worker: RunningBot, days_as: OpenAs
) -> None:
    bot, teams = bot_without_worker, days_as("leader")
    morning(bot, "2026-03-02T09:00", teams)
    start_case(teams, "TNA")
    assert morning(bot, "2026-03-04T08:30", teams) == 1
    assert "Ikke noteret endnu: Dag 1." in teams.wait_for_reply("Dag 3 · TNA")
    teams.screenshot("paamindelse-ogsaa-tidligere")
    teams.ask("slet sagen, den er oprettet ved en fejl", containing="Slet forløbet?")
    teams.screenshot("slet")
    teams.press("Ja, slet")
    teams.wait_for_reply("Forløbet er slettet med alle trin og påmindelser.")
    teams.press("Gjort")
    teams.wait_for_reply("Det forløb kan jeg ikke finde.")
    teams.ask("mine forløb", containing="Du har ingen åbne forløb.")
    assert morning(bot, "2026-03-11T08:30", teams) == 0


def test_somebody_who_leads_nobody_gets_no_case(bot_without_worker: RunningBot, days_as: OpenAs) -> None:
    teams = days_as("employee")
    teams.ask("ny sag", containing="Du har ikke adgang til den funktion.")


def test_a_reason_is_neither_taken_in_nor_kept(bot_without_worker: RunningBot, days_as: OpenAs) -> None:
    teams = days_as("new_leader")
    teams.ask("Mette er syg med depression fra i dag", containing="Jeg har ikke gemt det.")
    teams.press("Opret forløb uden årsag")
    teams.wait_for_reply("Nyt forløb")
    teams.screenshot("uden-aarsag")
