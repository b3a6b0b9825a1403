from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence import examples as sample
from adaptive_cards.absence.guides import guide_card, guides_card
from adaptive_cards.absence.notices import answered_card, choice_card, deputy_card, note_card, offer_card, shared_card
from adaptive_cards.absence.overview import also_due, digest_card, overview_card
from adaptive_cards.absence.pieces import foremost
from adaptive_cards.absence.settings import settings_card
from adaptive_cards.absence.start import created_card, start_card
from adaptive_cards.actions import (
    AnswerTransfer,
    CaseChange,
    ChangeCase,
    ChangeStep,
    CreateCase,
    Form,
    Menu,
    OpenForm,
    OpenList,
    OpenMenu,
    SaveAway,
    SaveReminders,
    ShowGuide,
    parse_action,
)
from adaptive_cards.texts import Texts
from hr.absence.model import Relation, StepState
from hr.absence.timeline import guide_on
from hr.absence.views import CaseView, Overview
from tests.unit.adaptive_cards.builders import DA, EN, TOKEN, buttons, content, elements, words

LATE = date(2026, 5, 12)


def test_nothing_is_created_before_the_dates_were_seen() -> None:
    card = start_card(texts=DA, draft=sample.draft(), token=TOKEN)
    sent = buttons(card)
    assert sent["Opret"] == CreateCase(token=TOKEN, shown=sample.FIRST_DAY)
    assert sent["Vis datoer"] == CreateCase(token=TOKEN, shown=sample.FIRST_DAY, preview=True)
    assert sent["Annullér"] == OpenMenu(menu=Menu.CANCEL)
    text = words(card)
    assert "Kontakt på dag 1, 3 og 10." in text
    assert "man. 4. maj Dag 3" in text
    assert "senest 28. maj Sygefraværssamtale" in text


def test_day_and_label_are_filled_in_and_required() -> None:
    found = list(elements(content(start_card(texts=DA, draft=sample.draft(), token=TOKEN))))
    inputs = {e["id"]: e for e in found if e["type"].startswith("Input.")}
    assert inputs["first_day"]["value"] == "2026-04-30"
    assert inputs["label"]["value"] == "ME"
    assert all(element["isRequired"] for element in inputs.values())


def test_a_late_start_explains_what_becomes_of_the_past() -> None:
    late = words(start_card(texts=DA, draft=sample.draft(today=LATE), token=TOKEN))
    one = words(start_card(texts=DA, draft=sample.draft(today=date(2026, 5, 1)), token=TOKEN))
    assert "3 trin ligger før i dag." in late
    assert "Et trin ligger før i dag." in one
    assert "før i dag" not in words(start_card(texts=DA, draft=sample.draft(), token=TOKEN))


def test_a_relapse_can_go_on_in_the_earlier_case() -> None:
    sent = buttons(start_card(texts=DA, draft=sample.draft(relapse=True), token=TOKEN))
    assert sent["Genåbn det tidligere forløb"] == ChangeCase(
        token=TOKEN, case_id=sample.CASE_ID, change=CaseChange.REOPEN
    )
    assert len(buttons(start_card(texts=DA, draft=sample.draft(), token=TOKEN))) == 3


def test_two_open_cases_with_one_label_are_warned_of() -> None:
    text = words(start_card(texts=DA, draft=sample.draft(same_label=True), token=TOKEN))
    assert "Du har allerede et åbent forløb med ME." in text


def test_a_new_case_says_what_is_kept_and_when_kompas_writes() -> None:
    text = words(created_card(texts=DA, created=sample.created(), token=TOKEN, passage=sample.PASSAGE))
    assert "Jeg gemmer kun første dag, trin og initialer eller dit eget ord. Skriv aldrig årsag." in text
    assert "08.30" in text
    assert "fraværssystemet" in text


def test_day_one_is_told_and_answered_on_the_creation_card() -> None:
    card = created_card(texts=DA, created=sample.created(), token=TOKEN, passage=sample.PASSAGE)
    done = buttons(card)["Gjort: Dag 1"]
    assert isinstance(done, ChangeStep)
    assert done.step == "A01"
    assert sample.RULES["A01"].purpose in words(card)


def test_a_late_case_leads_to_the_catch_up() -> None:
    card = created_card(texts=DA, created=sample.created(today=LATE), token=TOKEN, passage=None)
    assert buttons(card)["Tidligere trin"] == OpenForm(form=Form.CATCH_UP, case_id=sample.CASE_ID)
    assert "Tidligere trin" not in buttons(created_card(texts=DA, created=sample.created(), token=TOKEN, passage=None))


def test_repeated_absence_is_a_hint_that_a_case_can_be_left_out_of() -> None:
    card = created_card(texts=DA, created=sample.created(frequency=3), token=TOKEN, passage=None)
    assert "Der er oprettet mindst 3 forløb på 6 måneder." in words(card)
    assert buttons(card)["Medregn ikke dette forløb"] == ChangeCase(
        token=TOKEN, case_id=sample.CASE_ID, change=CaseChange.EXCLUDE
    )


def test_without_a_hint_nobody_is_counted() -> None:
    card = created_card(texts=DA, created=sample.created(), token=TOKEN, passage=None)
    assert "Medregn ikke dette forløb" not in buttons(card)


def test_the_overview_says_what_is_next_and_opens_each_case() -> None:
    card = overview_card(texts=DA, overview=sample.overview())
    text = words(card)
    assert "Forfalden: Dag 3 · man. 4. maj" in text
    assert "Forsøgt: Dag 3 · man. 4. maj" in text
    assert "Dag 10 · man. 11. maj" in text
    assert buttons(card)["Åbn ME"] == OpenForm(form=Form.CASE, case_id=sample.CASE_ID)


def test_what_is_due_can_be_seen_alone() -> None:
    text = words(overview_card(texts=DA, overview=sample.overview(), only_due=True))
    assert "ME" in text
    assert "Natholdet" not in text


def test_nothing_due_is_not_nothing_open() -> None:
    calm = sample.overview(3, today=date(2026, 5, 1))
    assert "Intet venter på dig i dag." in words(overview_card(texts=DA, overview=calm, only_due=True))


def test_an_empty_overview_leads_to_the_first_case() -> None:
    card = overview_card(texts=DA, overview=sample.overview(0))
    assert "Du har ingen åbne forløb." in words(card)
    assert buttons(card)["Nyt forløb"] == OpenMenu(menu=Menu.START)


def test_of_many_cases_ten_are_shown_and_all_are_counted() -> None:
    card = overview_card(texts=DA, overview=sample.overview(12))
    assert len([title for title in buttons(card) if title.startswith("Åbn ")]) == 10
    assert "Jeg viser 10 af 12 forløb" in words(card)


def opened(card: AdaptiveCard) -> list[str]:
    """The ids of the cases that a list shows, in order."""
    return [action.case_id for action in buttons(card).values() if isinstance(action, OpenForm)]


def listed(number: int, *, relation: Relation = Relation.OWNER, today: date = date(2026, 5, 6)) -> CaseView:
    """One of many cases, with day 1 done and day 3 waiting since before `today`."""
    course = sample.changed(sample.steps(), {"A01": StepState.DONE})
    return sample.case(label=f"M{number}", course=course, today=today, case_id=f"{number:032x}", relation=relation)


def past_limit(number: int, relation: Relation) -> CaseView:
    """A case whose limit of the law has gone."""
    done = dict.fromkeys(("A01", "A03", "A10", "A18"), StepState.DONE)
    return sample.case(
        label=f"F{number}",
        course=sample.changed(sample.steps(), done),
        today=date(2026, 6, 1),
        case_id=f"{number:032x}",
        relation=relation,
    )


@pytest.mark.parametrize("group", ["as_deputy", "as_hr"])
def test_of_many_cases_a_limit_that_has_gone_is_shown_whoevers_case_it_is(group: str) -> None:
    relation = Relation.DEPUTY if group == "as_deputy" else Relation.HR
    june = date(2026, 6, 1)
    own = tuple(listed(number, today=date(2026, 5, 6)) for number in range(1, 13))
    late = past_limit(99, relation)
    many = Overview(today=june, own=own, **{group: (late,)})
    card = overview_card(texts=DA, overview=many)
    assert late.case.id in opened(card)
    assert len(opened(card)) == 10
    assert "Jeg viser 10 af 13 forløb" in words(card)


def test_the_other_cases_follow_ten_at_a_time_and_each_stands_once() -> None:
    many = Overview(
        today=date(2026, 5, 6),
        own=tuple(listed(number) for number in range(1, 19)),
        as_deputy=tuple(listed(number, relation=Relation.DEPUTY) for number in range(19, 26)),
    )
    first = overview_card(texts=DA, overview=many)
    second = overview_card(texts=DA, overview=many, start=10)
    third = overview_card(texts=DA, overview=many, start=20)
    assert buttons(first)["Vis flere"] == OpenList(start=10)
    assert buttons(second)["Vis flere"] == OpenList(start=20)
    assert "Vis flere" not in buttons(third)
    assert "Jeg viser 11 til 20 af 25 forløb" in words(second)
    assert "Jeg viser 21 til 25 af 25 forløb" in words(third)
    assert buttons(third)["Mine forløb"] == OpenMenu(menu=Menu.LIST)
    seen = [*opened(first), *opened(second), *opened(third)]
    assert sorted(seen) == sorted(case.case.id for case in many.all)


def test_a_last_card_with_one_case_says_so() -> None:
    card = overview_card(texts=DA, overview=sample.overview(11), start=10)
    assert "Jeg viser det sidste af 11 forløb." in words(card)


def test_offers_take_their_room_on_the_first_card_alone() -> None:
    offered = tuple(sample.case(label=label, relation=Relation.NONE) for label in ("FK", "GL"))
    many = replace(Overview(today=date(2026, 5, 6), own=tuple(listed(n) for n in range(1, 19))), offered=offered)
    first = overview_card(texts=DA, overview=many, token=TOKEN)
    assert len(opened(first)) == 6
    assert buttons(first)["Vis flere"] == OpenList(start=6)
    second = overview_card(texts=DA, overview=many, token=TOKEN, start=6)
    assert len(opened(second)) == 10
    assert "Tilbudt til dig" not in words(second)


def test_what_waits_stays_alone_on_the_next_card() -> None:
    many = Overview(today=date(2026, 5, 6), own=tuple(listed(number) for number in range(1, 13)))
    assert buttons(overview_card(texts=DA, overview=many, only_due=True))["Vis flere"] == OpenList(
        start=10, only_due=True
    )


def test_a_list_that_has_become_shorter_begins_anew() -> None:
    card = overview_card(texts=DA, overview=sample.overview(3), start=10)
    assert len(opened(card)) == 3
    assert "Vis flere" not in buttons(card)


def test_others_cases_stand_apart_with_their_leader() -> None:
    mixed = replace(
        sample.overview(1),
        as_deputy=(sample.case(label="PL", relation=Relation.DEPUTY),),
        as_hr=(sample.case(label="BV", relation=Relation.HR),),
    )
    text = words(overview_card(texts=DA, overview=mixed))
    assert text.index("Som stedfortræder") < text.index("PL (Kim Eksempel)")
    assert text.index("Delt med HR") < text.index("BV (Kim Eksempel)")


def test_an_offer_is_answered_where_it_is_seen() -> None:
    offered = replace(sample.overview(1), offered=(sample.case(label="FK", relation=Relation.NONE),))
    sent = buttons(overview_card(texts=DA, overview=offered, token=TOKEN))
    assert sent["Overtag"] == AnswerTransfer(token=TOKEN, case_id=sample.CASE_ID, accept=True)
    assert "Svar på det kort" in words(overview_card(texts=DA, overview=offered))


def test_the_digest_has_what_waits_before_what_comes() -> None:
    text = words(digest_card(texts=DA, overview=sample.overview(today=date(2026, 5, 11))))
    assert text.index("Venter fra før") < text.index("Denne uge") < text.index("Senere")
    assert "man. 4. maj ME · Dag 3" in text
    assert "man. 11. maj Natholdet · Dag 10" in text


def test_the_digest_names_one_later_step_a_case() -> None:
    text = words(digest_card(texts=DA, overview=sample.overview(1, today=date(2026, 5, 11))))
    assert "Indkald til sygefraværssamtale" in text
    assert "NemRefusion" not in text


def test_an_empty_digest_says_so() -> None:
    assert "ingen åbne trin" in words(digest_card(texts=DA, overview=sample.overview(0)))


def test_settings_say_what_cannot_be_switched_off_and_why() -> None:
    text = words(settings_card(texts=DA, settings=sample.settings(), token=TOKEN))
    assert "Frister i loven kan ikke slås fra. Kommunen skal overholde dem" in text
    assert "Fri for påmindelser Ingen periode" in text


def test_each_form_of_the_settings_sends_its_own_inputs_only() -> None:
    card = content(settings_card(texts=DA, settings=sample.settings(away=True), token=TOKEN))
    for unfolded in (e for e in elements(card) if e["type"] == "Action.ShowCard"):
        inner = list(elements(unfolded["card"]))
        (save,) = [e for e in inner if e["type"] == "Action.Execute"]
        typed = {e["id"]: e.get("value", "") for e in inner if e["type"].startswith("Input.")}
        action = parse_action({**save["data"], **typed})
        assert isinstance(action, SaveReminders | SaveAway)
        assert action.inputs == typed.keys()


def test_who_is_away_can_come_back_at_once() -> None:
    sent = buttons(settings_card(texts=DA, settings=sample.settings(away=True), token=TOKEN))
    assert sent["Jeg er tilbage nu"] == SaveAway(token=TOKEN, end=True)
    assert "Jeg er tilbage nu" not in buttons(settings_card(texts=DA, settings=sample.settings(), token=TOKEN))


def test_guides_are_opened_for_a_case_and_never_with_a_token() -> None:
    sent = buttons(guides_card(texts=DA, guides=sample.guides(sample.CASE_ID), case_id=sample.CASE_ID))
    assert sent["Arbejdsulykke"] == ShowGuide(guide="arbejdsulykke", case_id=sample.CASE_ID)
    assert not [action for action in sent.values() if hasattr(action, "token")]


def test_a_guide_has_its_date_when_the_case_gives_one() -> None:
    dated = guide_card(texts=DA, guide=sample.guides(sample.CASE_ID)[-1], passage=None)
    bare = guide_card(texts=DA, guide=sample.guides()[-1], passage=None)
    assert "Senest torsdag 14. maj 2026" in words(dated)
    assert "Frist: 14 dage efter første fraværsdag." in words(bare)
    assert "Jeg gemmer ikke" in words(bare)


@pytest.mark.parametrize("texts", [DA, EN])
def test_a_guide_whose_review_is_overdue_keeps_its_date_and_refers_to_personalejura(texts: Texts) -> None:
    dated = sample.guides(sample.CASE_ID)[-1]
    hidden = replace(dated, guide=guide_on(replace(dated.guide, review_by=date(2026, 5, 3)), date(2026, 5, 4)))
    text = words(guide_card(texts=texts, guide=hidden, passage=None))
    assert texts.say("absence.review_overdue") in text
    assert "personalejura" in text
    assert "14" in text
    assert not any(said in text for said in dated.guide.body)


def test_an_offer_shows_what_it_takes_to_decide() -> None:
    card = offer_card(texts=DA, name=sample.LEADER_NAME, case=sample.case(), token=TOKEN)
    assert "Kim Eksempel vil overdrage et forløb til dig." in words(card)
    assert [action.accept for action in buttons(card).values() if isinstance(action, AnswerTransfer)] == [True, False]


def test_people_are_told_what_others_have_done() -> None:
    name = sample.LEADER_NAME
    assert "har overtaget forløbet" in words(answered_card(texts=DA, name=name, accepted=True))
    assert "Det er stadig dit." in words(answered_card(texts=DA, name=name, accepted=False))
    deputy = deputy_card(texts=DA, name=name, from_day=date(2026, 5, 11), to_day=date(2026, 5, 22))
    assert "fra mandag 11. maj til fredag 22. maj" in words(deputy)
    assert "har delt et forløb med HR" in words(shared_card(texts=DA, name=name))
    assert words(note_card(texts=DA, text="Gemt.")) == "Gemt."


def test_a_choice_sends_what_was_chosen() -> None:
    chosen = OpenMenu(menu=Menu.LIST)
    assert buttons(choice_card(texts=DA, lead="Hvad mener du?", options=[("Mine forløb", chosen)])) == {
        "Mine forløb": chosen
    }


def test_more_choices_than_a_row_holds_are_all_shown() -> None:
    options = [(f"Valg {number}", OpenMenu(menu=Menu.LIST)) for number in range(8)]
    card = choice_card(texts=DA, lead="Hvad mener du?", options=options)
    sets = [len(e["actions"]) for e in elements(content(card)) if e["type"] == "ActionSet"]
    assert sets == [4, 4]


def test_a_put_off_step_is_told_as_such_in_the_overview() -> None:
    course = sample.changed(sample.steps(), {"A01": StepState.SNOOZED, "A03": StepState.DONE})
    overview = replace(sample.overview(0), own=(sample.case(course=course, today=date(2026, 5, 6)),))
    assert "Udsat: Dag 1" in words(overview_card(texts=DA, overview=overview))


LIMIT = date(2026, 5, 28)


def on(today: date, **states: StepState) -> CaseView:
    """The course on a day, with the states of some steps."""
    return sample.case(course=sample.changed(sample.steps(), states), today=today)


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (on(LIMIT + timedelta(days=1)), "A28"),
        (on(LIMIT + timedelta(days=1), A28=StepState.SNOOZED), "A28"),
        (on(LIMIT - timedelta(days=9)), "A28"),
        (on(LIMIT - timedelta(days=10)), "A01"),
        (on(LIMIT - timedelta(days=10), A01=StepState.ATTEMPTED, A03=StepState.SNOOZED), "A10"),
        (on(LATE, A01=StepState.DONE, A03=StepState.SNOOZED, A10=StepState.DONE), "A03"),
        (on(LATE, A01=StepState.DONE, A03=StepState.DONE, A10=StepState.DONE), "A18"),
    ],
)
def test_a_limit_of_the_law_stands_before_what_waits_and_that_before_what_was_tried(case: CaseView, key: str) -> None:
    view = foremost(case)
    assert view is not None
    assert view.step.key == key


def test_a_course_with_nothing_open_has_no_foremost_step() -> None:
    assert foremost(sample.case(course=())) is None


def test_the_overview_says_how_many_other_steps_are_due_by_today() -> None:
    case = on(LIMIT - timedelta(days=9), A01=StepState.DONE)
    view = foremost(case)
    assert view is not None
    assert also_due(case, view) == 3
    text = words(overview_card(texts=DA, overview=replace(sample.overview(0), own=(case,))))
    assert "Sygefraværssamtale · senest tors. 28. maj · +3 mere" in text
    assert "mere" not in words(overview_card(texts=DA, overview=sample.overview(1)))


def test_who_has_tried_is_not_shown_red() -> None:
    card = overview_card(texts=DA, overview=sample.overview(2))
    red = [e["text"] for e in elements(content(card)) if e.get("color") == "Attention"]
    assert [text.split(":")[0] for text in red] == ["Forfalden"]


def test_who_leads_nobody_is_not_asked_to_start_a_case() -> None:
    card = overview_card(texts=DA, overview=sample.overview(0), may_start=False)
    assert "Nyt forløb" not in buttons(card)
    assert "opret et forløb" not in words(card)
    assert "Du har ingen forløb at se lige nu." in words(card)


def test_a_line_that_leads_nowhere_can_have_the_way_to_ones_cases() -> None:
    assert buttons(note_card(texts=DA, text="Ukendt.", way_on=True)) == {"Mine forløb": OpenMenu(menu=Menu.LIST)}
    assert buttons(note_card(texts=DA, text="Gemt.")) == {}


@pytest.mark.parametrize("accepted", [True, False])
def test_the_answer_to_an_offer_names_the_case_where_it_may_be_seen(accepted: bool) -> None:
    card = answered_card(texts=DA, name=sample.LEADER_NAME, accepted=accepted, label="ME")
    assert "forløbet med ME." in words(card)


def test_dates_of_a_case_from_another_year_show_it() -> None:
    draft = sample.draft()
    old = replace(draft, today=date(2027, 1, 4))
    assert "senest 28. maj 2026 Sygefraværssamtale" in words(start_card(texts=DA, draft=old, token=TOKEN))
    assert "man. 4. maj 2026 Dag 3" in words(start_card(texts=DA, draft=old, token=TOKEN))
    assert "senest 28. maj Sygefraværssamtale" in words(start_card(texts=DA, draft=draft, token=TOKEN))
