from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence import examples as sample
from adaptive_cards.absence.step import snooze_card, step_card
from adaptive_cards.actions import ChangeStep, Form, OpenForm, Snooze
from adaptive_cards.texts import Texts
from hr.absence.model import CaseState, Relation, SnoozeChoice, Step, StepChange, StepKind, StepState
from hr.absence.timeline import rule_on
from hr.absence.views import CaseView, SnoozeOptions, StepView
from hr.errors import SnoozeRefusal
from tests.unit.adaptive_cards.builders import DA, EN, TOKEN, buttons, content, elements, words

LIMIT = date(2026, 5, 28)


def step_words(case: CaseView, key: str = "A03") -> str:
    return words(card(case, key))


def card(case: CaseView, key: str = "A03", **options: bool) -> AdaptiveCard:
    step = sample.step_of(case, key)
    return step_card(texts=DA, case=case, step=step, passage=sample.PASSAGE, token=TOKEN, **options)


def course(**changes: Any) -> tuple[Step, ...]:
    """The course with changes of the step of day 3."""
    return tuple(replace(step, **changes) if step.key == "A03" else step for step in sample.steps())


def law(today: date) -> CaseView:
    return sample.case(course=sample.steps(), today=today)


def test_a_step_says_what_to_do_and_how_to_say_it() -> None:
    text = step_words(sample.case())
    rule = sample.RULES["A03"]
    assert text.startswith("Dag 3 · ME\nI dag, mandag 4. maj · Vores fælles model")
    assert all(phrase in text for phrase in (rule.purpose, *rule.phrases, *rule.avoid))


@pytest.mark.parametrize("texts", [DA, EN])
def test_a_limit_whose_review_is_overdue_keeps_everything_but_the_words_on_the_law(texts: Texts) -> None:
    case = law(date(2026, 5, 19))
    step = sample.step_of(case, "A28")
    hidden = replace(step, rule=rule_on(replace(step.rule, review_by=date(2026, 5, 18)), case.today))

    def shown(view: StepView) -> AdaptiveCard:
        return step_card(texts=texts, case=case, step=view, passage=None, token=TOKEN)

    text = words(shown(hidden))
    assert texts.say("absence.review_overdue") in text
    assert not any(said in text for said in (step.rule.purpose, *step.rule.phrases))
    assert all(said in text for said in step.rule.avoid)
    assert words(shown(step)).splitlines()[:2] == text.splitlines()[:2]
    assert buttons(shown(hidden)) == buttons(shown(step))
    assert texts.say("absence.review_overdue") not in words(shown(step))


def test_a_moved_contact_says_why() -> None:
    assert "Dag 3 er lørdag. Tag kontakten mandag 4. maj." in step_words(sample.case())


def test_a_contact_moved_from_a_holiday_says_that_it_is_one() -> None:
    moved = course(nominal_on=date(2026, 5, 14), due_on=date(2026, 5, 15))
    assert "Dag 3 er torsdag, som er en fridag." in step_words(sample.case(course=moved, today=date(2026, 5, 15)))


def test_a_moved_limit_names_the_day_of_the_law() -> None:
    case = sample.case(
        course=tuple(
            replace(step, nominal_on=date(2026, 5, 25), due_on=date(2026, 5, 22)) if step.key == "A28" else step
            for step in sample.steps()
        )
    )
    assert "mandag 25. maj. Derfor er sidste dag fredag 22. maj." in step_words(case, "A28")


def test_a_date_that_has_gone_is_not_announced_as_moved() -> None:
    assert "Tag kontakten" not in step_words(sample.case(today=date(2026, 5, 6)))


def test_a_source_is_quoted_with_title_and_validity() -> None:
    text = step_words(sample.case())
    assert f"»{sample.PASSAGE.quote}«" in text
    assert "Kilde: Opfølgning på sygefravær: dag 1, 3 og 10 (gælder fra 1. maj 2025)." in text


def test_a_step_without_a_source_still_says_what_to_do() -> None:
    case = sample.case()
    without = step_card(texts=DA, case=case, step=sample.step_of(case, "A03"), passage=None, token=TOKEN)
    assert "Kilde" not in words(without)
    assert sample.RULES["A03"].purpose in words(without)


def test_a_contact_step_has_every_answer_a_leader_may_have() -> None:
    sent = buttons(card(sample.case()))
    assert list(sent) == ["Gjort", "Ingen svar", "Udskyd", "Ikke relevant", "Raskmeldt", "Åbn forløbet"]
    changes = [action.change for action in sent.values() if isinstance(action, ChangeStep)]
    assert changes == [StepChange.DONE, StepChange.NO_ANSWER, StepChange.SKIP]
    assert sent["Udskyd"] == OpenForm(form=Form.SNOOZE, case_id=sample.CASE_ID, step="A03")


@pytest.mark.parametrize(("key", "asks"), [("A10", True), ("A42-1", True), ("A18", False), ("A28", False)])
def test_only_a_contact_can_be_left_without_an_answer(key: str, asks: bool) -> None:
    case = sample.case(course=sample.steps(13))
    assert ("Ingen svar" in buttons(card(case, key))) is asks


def test_after_two_attempts_another_way_is_suggested_without_pressure() -> None:
    tried = sample.case(course=course(state=StepState.ATTEMPTED, attempts=2))
    assert "En afvist kontakt respekteres." in step_words(tried)
    assert "En afvist kontakt" not in step_words(sample.case())


def test_a_first_attempt_is_remembered() -> None:
    tried = sample.case(course=course(state=StepState.ATTEMPTED, attempts=1))
    assert "Du har forsøgt én gang" in step_words(tried)
    assert "Ingen svar" in buttons(card(tried))


def test_a_limit_of_the_law_names_its_last_day() -> None:
    text = step_words(law(LIMIT - timedelta(days=9)), "A28")
    assert text.startswith("Sygefraværssamtale · ME\nSenest torsdag 28. maj · Frist i loven")
    assert "kontakt HR" not in text


def test_past_the_limit_hr_is_offered_and_nothing_can_be_put_off() -> None:
    gone = card(law(LIMIT + timedelta(days=1)), "A28", past_limit=True)
    assert "Fristen var torsdag 28. maj" in words(gone)
    assert "kontakt HR" in words(gone)
    assert "Udskyd" not in buttons(gone)


def test_a_legal_source_sends_to_the_lawyers() -> None:
    case = law(LIMIT)
    shown = step_card(texts=DA, case=case, step=sample.step_of(case, "A28"), passage=sample.LEGAL_PASSAGE, token=TOKEN)
    assert "Generel vejledning. Spørg personalejura i konkrete sager." in words(shown)


def test_a_card_that_may_have_come_before_says_so() -> None:
    assert "Måske har du fået dette kort før." in words(card(sample.case(), resent=True))
    assert "Måske" not in step_words(sample.case())


def test_a_waiting_step_is_told_without_blame_and_not_by_colour_alone() -> None:
    shown = card(sample.case(today=date(2026, 5, 6)))
    coloured = [e["text"] for e in elements(content(shown)) if e.get("color") == "Attention"]
    assert coloured == ["Venter siden mandag 4. maj · Vores fælles model"]
    assert "glemt" not in words(shown)


def test_a_done_step_can_be_undone_and_no_more() -> None:
    shown = card(sample.case(), "A01")
    assert "Trinnet er udført" in words(shown)
    assert list(buttons(shown)) == ["Fortryd", "Åbn forløbet"]


def test_who_asks_about_a_done_step_still_reads_what_to_do_and_where_it_stands() -> None:
    text, rule = step_words(sample.case(), "A01"), sample.RULES["A01"]
    assert all(phrase in text for phrase in (rule.purpose, *rule.phrases, *rule.avoid))
    assert f"»{sample.PASSAGE.quote}«" in text


def test_a_lapsed_step_cannot_be_undone() -> None:
    lapsed = sample.case(course=course(state=StepState.LAPSED), state=CaseState.CLOSED)
    assert list(buttons(card(lapsed))) == ["Åbn forløbet"]


def test_who_is_back_is_not_reported_back_again() -> None:
    assert "Raskmeldt" not in buttons(card(sample.closed_case(), "R01"))


def test_a_deputy_does_the_step_and_sees_whose_it_is() -> None:
    shown = card(sample.case(relation=Relation.DEPUTY))
    assert "Leder: Kim Eksempel" in words(shown)
    assert "Gjort" in buttons(shown)


def test_hr_may_only_look() -> None:
    assert list(buttons(card(sample.case(relation=Relation.HR)))) == ["Åbn forløbet"]


def test_a_snoozed_step_says_until_when() -> None:
    until = sample.at(date(2026, 5, 7))
    snoozed = sample.case(course=course(state=StepState.SNOOZED, snoozes=1, next_nudge_at=until))
    assert "Udsat til torsdag 7. maj." in step_words(snoozed)


def test_an_english_card_says_that_hrs_words_are_danish() -> None:
    case = sample.case()
    shown = words(step_card(texts=EN, case=case, step=sample.step_of(case, "A03"), passage=sample.PASSAGE, token=TOKEN))
    assert "HR's own words, in Danish:" in shown
    assert "This is what the Danish source says:" in shown
    assert "Day 3 is a Saturday. Make contact on Monday 4 May." in shown


EVERY = sample.ANY_TIME
ONLY_LATER = SnoozeOptions(choices=frozenset({SnoozeChoice.LATER}))
STUCK = sample.NO_TIME
WORN = SnoozeOptions(choices=frozenset(), refusal=SnoozeRefusal.TOO_MANY)


def snoozed(case: CaseView, key: str, options: SnoozeOptions = EVERY, **filled: Any) -> AdaptiveCard:
    step = sample.step_of(case, key).step
    if step.kind is StepKind.LAW:
        options = replace(options, last_on=step.due_on)
    return snooze_card(texts=DA, case=case, step=sample.step_of(case, key), options=options, token=TOKEN, **filled)


def test_a_reminder_is_put_off_in_three_ways() -> None:
    sent = buttons(snoozed(sample.case(), "A03"))
    choices = [action.choice for action in sent.values() if isinstance(action, Snooze)]
    assert choices == [SnoozeChoice.LATER, SnoozeChoice.TOMORROW, SnoozeChoice.DAY]


def test_only_the_chosen_date_sends_the_date() -> None:
    alone = {
        e["title"]: e.get("associatedInputs")
        for e in elements(content(snoozed(sample.case(), "A03")))
        if e["type"] == "Action.Execute"
    }
    assert alone == {
        "Om 2 timer": "none",
        "Næste arbejdsdag": "none",
        "Udskyd til datoen": None,
        "Tilbage": "none",
    }


def test_a_limit_of_the_law_cannot_be_picked_past() -> None:
    shown = snoozed(law(LIMIT - timedelta(days=3)), "A28", day=LIMIT)
    assert "Fristen kan ikke udsættes længere end til torsdag 28. maj." in words(shown)
    field = next(e for e in elements(content(shown)) if e["type"] == "Input.Date")
    assert (field["value"], field["max"]) == ("2026-05-28", "2026-05-28")


def test_on_the_last_day_it_can_only_wait_some_hours() -> None:
    shown = snoozed(law(LIMIT), "A28", ONLY_LATER)
    assert list(buttons(shown)) == ["Om 2 timer", "Tilbage"]
    assert "Du kan kun udskyde til senere i dag." in words(shown)


def test_late_on_the_last_day_the_limit_is_named_and_hr_helps() -> None:
    shown = snoozed(law(LIMIT), "A28", STUCK, notice="Fristen kan ikke udsættes længere end til torsdag 28. maj.")
    assert list(buttons(shown)) == ["Tilbage"]
    assert words(shown).count("Fristen kan ikke udsættes længere end til torsdag 28. maj.") == 1
    assert "Kontakt HR" in words(shown)
    assert "Hvornår skal jeg skrive igen?" not in words(shown)


def test_who_has_put_a_step_off_often_is_told_what_is_left() -> None:
    shown = snoozed(sample.case(), "A03", WORN)
    assert list(buttons(shown)) == ["Tilbage"]
    assert DA.say("absence.say.snooze_too_often") in words(shown)


def test_a_step_that_cannot_be_put_off_again_has_no_button_for_it() -> None:
    case = sample.case()
    worn = replace(sample.step_of(case, "A03"), may_snooze=False)
    assert "Udskyd" not in buttons(step_card(texts=DA, case=case, step=worn, passage=None, token=TOKEN))


def test_past_the_limit_nothing_is_put_off() -> None:
    shown = snoozed(law(LIMIT + timedelta(days=1)), "A28", STUCK)
    assert list(buttons(shown)) == ["Tilbage"]
    assert "Fristen er passeret" in words(shown)


def test_who_is_told_of_a_limit_alone_is_told_whom_to_ask_and_gets_no_button_that_opens_nothing() -> None:
    told = sample.case(course=sample.steps()[4:5], relation=Relation.NONE)
    card = step_card(texts=DA, case=told, step=sample.step_of(told, "A28"), passage=None, token=TOKEN)
    assert buttons(card) == {}
    assert f"Kontakt {sample.LEADER_NAME}, som har forløbet." in words(card)


def test_past_the_limit_the_leader_can_share_the_case_with_hr() -> None:
    gone = LIMIT + timedelta(days=1)
    share = OpenForm(form=Form.SHARE, case_id=sample.CASE_ID)
    assert buttons(card(law(gone), "A28"))["Del med HR"] == share
    shared = sample.case(course=sample.steps(), today=gone, shared=True)
    deputy = sample.case(course=sample.steps(), today=gone, relation=Relation.DEPUTY)
    for case in (law(LIMIT), shared, deputy):
        assert "Del med HR" not in buttons(card(case, "A28"))
    assert "kontakt HR" in words(card(shared, "A28"))


def test_a_day_past_the_limit_is_not_filled_in_again() -> None:
    shown = snoozed(law(LIMIT - timedelta(days=3)), "A28", day=LIMIT + timedelta(days=5))
    field = next(e for e in elements(content(shown)) if e["type"] == "Input.Date")
    assert field["value"] == LIMIT.isoformat()


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        (
            "Spørg på dag 1: - Hvornår ses vi? - Hvilke opgaver haster?",
            "»Spørg på dag 1:\n\n- Hvornår ses vi?\n- Hvilke opgaver haster?«",
        ),
        ("Ring mandag - fredag. Skriv *kort*.", "»Ring mandag - fredag. Skriv \\*kort\\*.«"),
    ],
)
def test_a_quoted_list_keeps_its_lines(quote: str, shown: str) -> None:
    case = sample.case()
    passage = replace(sample.PASSAGE, quote=quote)
    made = step_card(texts=DA, case=case, step=sample.step_of(case, "A03"), passage=passage, token=TOKEN)
    assert shown in [e.get("text") for e in elements(content(made))]


def test_a_step_names_the_earlier_ones_that_are_open_too_and_leads_to_them() -> None:
    late = sample.case(course=sample.steps(), today=date(2026, 5, 11))
    card = step_card(texts=DA, case=late, step=sample.step_of(late, "A10"), passage=None, token=TOKEN)
    assert "Ikke noteret endnu: Dag 1, Dag 3." in words(card)
    assert "Tidligere trin" in buttons(card)
    first = step_card(texts=DA, case=late, step=sample.step_of(late, "A01"), passage=None, token=TOKEN)
    assert "Ikke noteret endnu" not in words(first)


def test_a_limit_of_the_law_names_all_that_was_missed_but_not_what_was_tried() -> None:
    tried = tuple(replace(s, state=StepState.ATTEMPTED) if s.key == "A03" else s for s in sample.steps())
    late = sample.case(course=tried, today=date(2026, 5, 29))
    card = step_card(texts=DA, case=late, step=sample.step_of(late, "A28"), passage=None, token=TOKEN)
    told = next(line for line in words(card).splitlines() if line.startswith("Ikke noteret endnu"))
    assert "Dag 1, Dag 10" in told
    assert "Dag 3" not in told


def test_a_deputy_is_told_of_earlier_steps_without_a_button() -> None:
    late = sample.case(course=sample.steps(), today=date(2026, 5, 11), relation=Relation.DEPUTY)
    card = step_card(texts=DA, case=late, step=sample.step_of(late, "A10"), passage=None, token=TOKEN)
    assert "Ikke noteret endnu" in words(card)
    assert "Tidligere trin" not in buttons(card)


def test_whoever_is_told_of_a_limit_of_a_leader_who_has_left_is_told_whom_to_ask() -> None:
    case = replace(sample.case(relation=Relation.NONE), owner_name="")
    card = step_card(texts=DA, case=case, step=sample.step_of(case, "A28"), passage=None, token=TOKEN)
    assert "ingen leder lige nu" in words(card)


def test_a_talk_on_being_back_names_its_last_day() -> None:
    case = sample.closed_case()
    view = replace(sample.step_of(case, "R01"), last_on=date(2026, 5, 20))
    card = step_card(texts=DA, case=case, step=view, passage=None, token=TOKEN)
    assert "Senest onsdag 20. maj" in words(card)
