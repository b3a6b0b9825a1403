"""What messages are understood as, and when the bot asks instead."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.intents import understand
from bot.understanding.model import (
    Action,
    Change,
    Clarify,
    CloseCase,
    Context,
    CorrectFirstDay,
    ListCases,
    NotAbsence,
    Outcome,
    RecordContact,
    Reminders,
    ShowGuide,
    Snooze,
    StartCase,
    StepGuidance,
    Topic,
    TransferCase,
    Understood,
)
from bot.understanding.times import LaterToday, Period

TODAY = date(2026, 3, 18)
NOTHING = Context()
ONE_CASE = Context(open_cases=("ME",))
STEP_CARD = Context(open_cases=("ME",), last_topic=Topic.STEP_CARD)


def said(text: str, context: Context = ONE_CASE) -> Understood:
    return understand(text, today=TODAY, context=context)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("Mette har meldt sig syg i dag", StartCase(label="ME", first_day=TODAY)),
        ("Mette er syg i dag", StartCase(label="ME", first_day=TODAY)),
        ("oprt sag på KLH fra i går", StartCase(label="KLH", first_day=date(2026, 3, 17))),
        ("Kasper og Tina er syge", StartCase(label="KA", several=True)),
        ("Opret forløb på KLH fra 31/2", StartCase(label="KLH", impossible_day=True)),
        ("Jeg har talt med Mette i går", RecordContact(label="ME", on=date(2026, 3, 17))),
        ("Fik ikke fat i Mette", RecordContact(label="ME", reached=False)),
        ("Dag 3 er klaret", RecordContact(step_day=3)),
        ("Mette er rask", CloseCase(label="ME", outcome=Outcome.WELL)),
        ("luk sgaen på Mette", CloseCase(label="ME", outcome=Outcome.UNKNOWN)),
        (
            "Mette er delvist raskmeldt fra tirsdag",
            CloseCase(label="ME", outcome=Outcome.PARTIAL, day=date(2026, 3, 24)),
        ),
        ("Mette har sagt op", CloseCase(label="ME", outcome=Outcome.ENDED)),
        ("sagen er oprettet ved en fejl, slet den", CloseCase(outcome=Outcome.MISTAKE)),
        ("Vis mine åbne sager", ListCases()),
        ("Er der frister i denne uge?", ListCases(only_due=True)),
        ("Hvad gør jeg på dag 3?", StepGuidance(step_day=3)),
        ("Stop påmindelser om Mette", Reminders(change=Change.STOP, label="ME")),
        ("Skru ned for påmindelserne", Reminders(change=Change.FEWER)),
        (
            "Hold pause til 1. august",
            Reminders(change=Change.PAUSE, period=Period(from_day=TODAY, to_day=date(2026, 7, 31))),
        ),
        (
            "sæt Bo som stedfortræder fra mandag",
            Reminders(change=Change.DEPUTY, deputy="Bo", period=Period(from_day=date(2026, 3, 23), to_day=None)),
        ),
        ("ret første sygedag for Mette til i mandags", CorrectFirstDay(label="ME", day=date(2026, 3, 16))),
        ("overdrag sagen på Mette til Bo", TransferCase(label="ME", handle="Bo")),
        ("vis vejledning om friattest", ShowGuide(guide="friattest")),
    ],
)
def test_a_message_is_understood_with_its_person_and_day(text: str, understood: Understood) -> None:
    assert said(text) == understood


@pytest.mark.parametrize(
    "text",
    [
        "forkert dato, ME blev syg 10/3",
        "Forkert startdato. Mette blev syg den 10. marts",
        "Datoen er forkert, Mette blev syg den 10/3",
        "datoen passer ikke, ME blev syg 10/3",
        "ME blev syg 10/3, datoen er forkert",
        "jeg skrev en forkert dato, ME blev syg 10/3",
        "jeg har tastet forkert, Mette blev syg 10/3",
        "fejl i datoen, ME meldte sig syg 10/3",
        "det var den forkerte dag, ME meldte sig syg 10/3",
        "forkert dato 12/3, ME blev syg 10/3",
        "Datoen 12/3 er forkert, ME blev syg 10/3",
        "Mette blev faktisk syg den 10/3",
        "hov, ME blev først syg 10/3",
        "ME er oprettet med forkert dato, det var den 10/3",
        "wrong date, ME fell ill 10/3",
    ],
)
@pytest.mark.parametrize("context", [ONE_CASE, STEP_CARD, Context(open_cases=("KLH", "ME"))])
def test_another_day_for_somebody_with_a_case_corrects_it_and_makes_no_second_one(text: str, context: Context) -> None:
    assert said(text, context) == CorrectFirstDay(label="ME", day=date(2026, 3, 10))


@pytest.mark.parametrize("text", ["forkert dato på ME", "forkert dato for Mette", "Mettes første sygedag er forkert"])
def test_a_wrong_day_without_the_right_one_opens_the_correction(text: str) -> None:
    assert said(text) == CorrectFirstDay(label="ME")


def test_a_wrong_day_of_whoever_the_only_case_is_about_needs_no_name() -> None:
    assert said("forkert dato, hun blev syg 10/3") == CorrectFirstDay(day=date(2026, 3, 10))


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("forkert dato, ME blev syg 10/3", NOTHING),
        ("forkert dato, ME blev syg 10/3", Context(open_cases=("KLH",))),
        ("ME blev syg 10/3", ONE_CASE),
        ("ny sag, ME blev syg 10/3", ONE_CASE),
    ],
)
def test_somebody_without_a_case_or_without_a_wrong_day_begins_one(text: str, context: Context) -> None:
    assert said(text, context) == StartCase(label="ME", first_day=date(2026, 3, 10))


@pytest.mark.parametrize(
    "text", ["Hvad gør jeg, hvis datoen er forkert?", "forkert dato", "svaret har en forkert dato"]
)
def test_a_wrong_day_of_nobody_corrects_nothing(text: str) -> None:
    assert said(text) == NotAbsence()


def test_a_contact_on_the_wrong_day_stays_a_contact() -> None:
    assert isinstance(said("jeg ringede til ME på den forkerte dag"), RecordContact)


@pytest.mark.parametrize(
    "text", ["Mette er stadig syg", "Mette er fortsat sygemeldt i dag", "Mette er stadig ikke rask"]
)
def test_somebody_still_ill_is_shown_the_next_step_and_gets_no_second_case(text: str) -> None:
    assert said(text) == StepGuidance(label="ME")
    assert said(text, STEP_CARD) == StepGuidance(label="ME")
    assert said("hun er stadig syg") == StepGuidance()


@pytest.mark.parametrize(
    "text", ["Mette er stadig syg", "Mette er stadig syg i dag", "Mette er fortsat sygemeldt fredag"]
)
@pytest.mark.parametrize("context", [NOTHING, Context(open_cases=("KLH",))])
def test_still_ill_without_a_case_tells_no_first_day(text: str, context: Context) -> None:
    assert said(text, context) == StartCase(label="ME")


def test_still_ill_since_a_day_tells_the_first_day() -> None:
    assert said("Mette er stadig syg, siden i mandags", NOTHING) == StartCase(label="ME", first_day=date(2026, 3, 16))


@pytest.mark.parametrize(
    "text", ["Mette er sygemeldt til og med fredag", "Mette er syg frem til den 20. marts", "Mette er syg t.o.m. i dag"]
)
def test_the_end_of_an_absence_does_not_become_the_first_day(text: str) -> None:
    assert said(text, NOTHING) == StartCase(label="ME")


def test_a_weekday_that_is_not_that_of_its_date_is_asked_about() -> None:
    assert said("Mette er syg fra mandag den 17.", NOTHING) == StartCase(label="ME", impossible_day=True)


@pytest.mark.parametrize(
    "text",
    ["slet forløbet", "slet sagen", "fjern forløbet", "kan du slette sagen?", "sagen skal slettes", "Fjern sygesagen"],
)
def test_to_delete_a_case_asks_for_the_confirmation_of_a_mistake(text: str) -> None:
    assert said(text) == CloseCase(outcome=Outcome.MISTAKE)


def test_how_a_case_ended_counts_more_than_that_it_be_deleted() -> None:
    assert said("Mette er rask, slet sagen") == CloseCase(label="ME", outcome=Outcome.WELL)
    assert said("luk sagen") == CloseCase(outcome=Outcome.UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "ikke hørt noget",
        "jeg har ikke hørt noget fra hende",
        "hørt intet",
        "får ikke fat i",
        "tager den ikke",
        "hun tager den ikke",
    ],
)
def test_no_answer_is_a_contact_that_was_tried(text: str) -> None:
    assert said(text, STEP_CARD) == RecordContact(reached=False)


def test_what_a_leader_has_not_heard_of_or_does_not_do_now_is_no_contact() -> None:
    assert not isinstance(said("jeg tager den ikke nu", STEP_CARD), RecordContact)
    assert not isinstance(said("jeg har ikke hørt om det", STEP_CARD), RecordContact)
    assert not isinstance(said("jeg har ikke hørt noget fra HR", STEP_CARD), RecordContact)


@pytest.mark.parametrize(
    ("text", "until", "later"),
    [
        ("udsæt til fredag", date(2026, 3, 20), None),
        ("skyd den en dag", date(2026, 3, 19), None),
        ("om en halv time", None, LaterToday(delay=timedelta(minutes=30))),
        ("lidt senere", None, LaterToday()),
        ("ikke nu", None, None),
    ],
)
def test_a_reminder_is_put_off_under_its_card(text: str, until: date | None, later: LaterToday | None) -> None:
    assert said(text, STEP_CARD) == Snooze(until=until, later=later)


@pytest.mark.parametrize("text", ["ikke nu", "senere", "om en halv time", "okay", "Godt"])
def test_a_short_word_after_an_answer_does_nothing(text: str) -> None:
    assert said(text, Context(open_cases=("ME",), last_topic=Topic.ANSWER)) == NotAbsence()


@pytest.mark.parametrize(
    "text",
    [
        "Hvad må jeg spørge om?",
        "Hvornår skal jeg kontakte en sygemeldt?",
        "Kan man få fri ved barns sygdom?",
        "Gælder 1-5-14 stadig?",
        "Hvis Mette bliver syg igen, hvad så?",
        "Skal jeg oprette et nyt forløb, hvis hun bliver syg igen?",
        "Jeg er syg i dag",
        "Jeg har talt med HR",
        "Jeg har holdt MUS med alle",
        "vis planen for nye ledere",
        "Tak for i dag",
        "",
        "Mette er syg. " * 40,
    ],
)
def test_a_question_or_another_matter_is_left_to_the_answers(text: str) -> None:
    assert said(text, STEP_CARD) == NotAbsence()


@pytest.mark.parametrize("context", [NOTHING, ONE_CASE, STEP_CARD])
@pytest.mark.parametrize(
    "text", ["jeg er tilbage", "Jeg er tilbage fra ferie", "Så er jeg tilbage igen", "jeg er tilbage på arbejde i dag"]
)
def test_a_leader_who_is_back_gets_the_reminders_again(text: str, context: Context) -> None:
    assert said(text, context) == Reminders(change=Change.RESUME)


def test_that_a_leader_comes_back_later_or_to_something_resumes_nothing() -> None:
    assert said("jeg er tilbage på mandag") == Reminders(change=Change.SHOW)
    assert isinstance(said("jeg er tilbage på sagen om Mette"), Clarify)


@pytest.mark.parametrize("text", ["del Mette med HR", "del sagen om Mette med hr", "kan du dele Mette med HR"])
def test_to_share_a_case_with_hr_opens_the_case(text: str) -> None:
    assert said(text) == ListCases(label="ME")


def test_whether_a_case_is_shared_is_a_question() -> None:
    assert said("må jeg dele sagen om Mette med HR?") == NotAbsence()
    assert said("del sagen med HR") == ListCases()


@pytest.mark.parametrize(
    "text",
    [
        "MFL er stedfortræder",
        "MFL tager over",
        "mfl tager over",
        "i min ferie er MFL stedfortræder",
        "min stedfortræder er MFL",
        "sæt MFL som stedfortræder",
    ],
)
def test_the_deputy_is_the_one_named(text: str) -> None:
    found = said(text)

    assert isinstance(found, Reminders)
    assert (found.change, (found.deputy or "").upper(), found.label) == (Change.DEPUTY, "MFL", None)


def test_who_takes_over_during_leave_is_the_deputy_for_that_time() -> None:
    week = Period(from_day=date(2026, 3, 16), to_day=date(2026, 3, 22))
    assert said("Jeg er på ferie i uge 12, MFL tager over") == Reminders(
        change=Change.DEPUTY, deputy="MFL", period=week
    )


@pytest.mark.parametrize(
    "text",
    [
        "overdrag KLH til TPG",
        "overdrag sagen KLH til TPG",
        "TPG skal overtage KLH",
        "TPG overtager sagen om KLH",
        "KLH har fået ny leder TPG",
        "KLH har fået TPG som ny leder",
    ],
)
def test_a_case_is_offered_to_the_leader_named_and_not_to_the_employee(text: str) -> None:
    assert said(text, Context(open_cases=("KLH",))) == TransferCase(label="KLH", handle="TPG")


def test_done_means_the_step_under_its_card_and_is_asked_about_elsewhere() -> None:
    assert said("færdig", STEP_CARD) == RecordContact()
    assert isinstance(said("færdig", ONE_CASE), Clarify)
    assert said("færdig", NOTHING) == NotAbsence()
    assert said("færdig", Context(open_cases=("ME",), last_topic=Topic.ONBOARDING)) == NotAbsence()


def test_two_matters_in_one_message_become_a_choice() -> None:
    found = said("Jeg har talt med Mette, hun er rask")

    assert isinstance(found, Clarify)
    assert set(found.candidates) == {Action.RECORD_CONTACT, Action.CLOSE_CASE}
    assert found.label == "ME"


def test_a_statement_that_asks_too_becomes_a_choice() -> None:
    found = said("Mette er syg, hvordan griber jeg det an?")

    assert isinstance(found, Clarify)
    assert found.candidates == (Action.START_CASE,)


def test_nobody_can_be_well_again_without_a_case() -> None:
    assert isinstance(said("Mette er rask", NOTHING), Clarify)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    said(text, STEP_CARD)


@pytest.mark.parametrize(
    "text",
    [
        "Mette " * 50,
        "jeg har " * 37,
        "ring " * 60,
        "vis mine " * 33,
        "31/2 " * 60,
        "udsæt til " * 30,
        "en af mine er " * 21,
        "§ " * 150,
        "a" * 300,
    ],
)
def test_a_message_made_to_be_slow_is_quick(text: str) -> None:
    said(text, STEP_CARD)
    started = time.perf_counter()

    for _ in range(5):
        said(text[:300], STEP_CARD)

    assert (time.perf_counter() - started) / 5 < 0.25


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("paamindelser fra", Reminders),
        ("pamindelser fra", Reminders),
        ("pamindlser fra", Reminders),
        ("luk forlobet pa Mette", CloseCase),
        ("fik ik fat i hende", RecordContact),
    ],
)
def test_words_typed_on_a_phone_are_known(text: str, kind: type) -> None:
    assert isinstance(said(text, STEP_CARD), kind)


@pytest.mark.parametrize(
    "text", ["Mette har det vist bedre", "hun blev lidt snakket om", "jeg tænker på at skrive med ham"]
)
def test_what_is_said_of_a_case_in_unknown_words_becomes_a_choice(text: str) -> None:
    found = said(text)

    assert isinstance(found, Clarify)
    assert Action.CLOSE_CASE in found.candidates


@pytest.mark.parametrize("text", ["hvad skal jeg skrive til hende?", "hun er sød", "kan hun komme på arbejde"])
def test_a_question_or_a_remark_without_an_act_is_none(text: str) -> None:
    assert said(text) == NotAbsence()


def test_a_contact_and_the_end_of_a_case_in_one_message_are_both_offered() -> None:
    found = said("Har talt med Mette, hun kommer igen i morgen og er rask")

    assert found == Clarify(
        candidates=(Action.CLOSE_CASE, Action.RECORD_CONTACT), label="ME", day=date(2026, 3, 19), several=True
    )


@pytest.mark.parametrize("text", ["Mette har ringet tilbage", "talt med Mette, hun ringer tilbage"])
def test_calling_back_is_no_return(text: str) -> None:
    assert isinstance(said(text), RecordContact)


def test_the_senders_own_illness_begins_no_case() -> None:
    assert said("jeg er blevet syg og går hjem") == NotAbsence()
    assert said("min datter er syg så jeg går hjem") == NotAbsence()
