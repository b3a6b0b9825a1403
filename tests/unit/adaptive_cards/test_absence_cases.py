from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adaptive_cards.absence import examples as sample
from adaptive_cards.absence.case import (
    STEPS,
    case_card,
    catch_up_card,
    confirm_card,
    correct_card,
    more_card,
    return_card,
    transfer_card,
)
from adaptive_cards.actions import (
    CaseChange,
    CatchUp,
    ChangeCase,
    ChangeStep,
    CorrectFirstDay,
    Form,
    OfferTransfer,
    OpenForm,
    ReportReturn,
)
from hr.absence.model import CaseState, Relation, Step, StepChange, StepState
from hr.absence.views import CaseView
from tests.unit.adaptive_cards.builders import DA, TOKEN, buttons, content, elements, words

OWNER_ONLY = {Form.MORE, Form.CORRECT, Form.TRANSFER, Form.SHARE, Form.END, Form.DELETE, Form.CATCH_UP}


def forms(case: CaseView) -> set[Form]:
    """What can be opened from the card of a case."""
    sent = buttons(case_card(texts=DA, case=case, token=TOKEN)).values()
    return {action.form for action in sent if isinstance(action, OpenForm)}


def field(card_elements: list[dict[str, object]], name: str) -> dict[str, object]:
    return next(element for element in card_elements if element.get("id") == name)


def test_a_case_shows_where_it_is() -> None:
    text = words(case_card(texts=DA, case=sample.case(), token=TOKEN))
    assert "Status Aktivt" in text
    assert "Første sygedag torsdag 30. april 2026" in text
    assert "man. 4. maj Dag 3 · i dag" in text
    assert "tors. 30. april Dag 1 · udført" in text


def test_every_state_of_a_step_has_its_word() -> None:
    states = list(StepState)
    course = tuple(replace(step, state=state) for step, state in zip(sample.steps(), states, strict=False))
    text = words(case_card(texts=DA, case=sample.case(course=course, today=sample.FIRST_DAY), token=TOKEN))
    for word in ("i dag", "udført", "forsøgt", "udsat", "sprunget over", "bortfaldet"):
        assert f"· {word}" in text


def test_an_overdue_step_is_called_so_in_words() -> None:
    case = sample.case(course=sample.steps(), today=date(2026, 5, 6))
    assert "Dag 3 · forfalden" in words(case_card(texts=DA, case=case, token=TOKEN))


def test_a_limit_that_has_gone_is_overdue_even_when_it_was_put_off() -> None:
    course = tuple(replace(s, state=StepState.SNOOZED) if s.key == "A28" else s for s in sample.steps())
    case = sample.case(course=course, today=date(2026, 5, 29))
    assert "Sygefraværssamtale · forfalden" in words(case_card(texts=DA, case=case, token=TOKEN))


def test_the_owner_has_every_way_on() -> None:
    assert forms(sample.case()) == {Form.STEP, Form.RETURN, Form.GUIDES, Form.MORE}


def test_the_next_step_is_the_one_that_the_list_names_and_no_limit_of_the_law_is_out_of_reach() -> None:
    tried = tuple(replace(s, state=StepState.ATTEMPTED) if s.key == "A10" else s for s in sample.steps())
    done = sample.changed(tried, dict.fromkeys(("A01", "A03", "A18"), StepState.DONE))
    case = sample.case(course=done, today=date(2026, 5, 28))
    sent = buttons(case_card(texts=DA, case=case, token=TOKEN))
    assert isinstance(following := sent["Næste trin"], OpenForm)
    assert following.step == "A28"
    later = sample.case(course=done, today=date(2026, 6, 5))
    steps = [a.step for a in buttons(case_card(texts=DA, case=later, token=TOKEN)).values() if isinstance(a, OpenForm)]
    assert {"A28", "A35"} <= set(steps)


def test_several_missed_steps_are_sorted_out_from_the_case() -> None:
    late = sample.case(course=sample.steps(), today=date(2026, 5, 12))
    assert Form.CATCH_UP in forms(late)
    assert Form.CATCH_UP not in forms(sample.case(course=sample.steps(), today=date(2026, 5, 2)))
    deputy = sample.case(course=sample.steps(), today=date(2026, 5, 12), relation=Relation.DEPUTY)
    assert Form.CATCH_UP not in forms(deputy)


def test_who_is_partly_back_can_be_wholly_away_again() -> None:
    partly = sample.case(state=CaseState.PARTIAL, partial_from=date(2026, 5, 11))
    sent = buttons(more_card(texts=DA, case=partly, token=TOKEN))
    assert isinstance(whole := sent["Helt fraværende igen"], ChangeCase)
    assert whole.change is CaseChange.WHOLE
    assert "Helt fraværende igen" not in buttons(more_card(texts=DA, case=sample.case(), token=TOKEN))


def test_a_case_that_ended_long_ago_is_not_offered_for_reopening() -> None:
    old = replace(sample.closed_case(), reopenable=False)
    assert "Genåbn" not in buttons(more_card(texts=DA, case=old, token=TOKEN))


def test_a_deputy_has_no_button_of_the_owner_alone() -> None:
    assert forms(sample.case(relation=Relation.DEPUTY)) == {Form.STEP, Form.RETURN, Form.GUIDES}


def test_a_deputy_sees_whose_case_it_is_and_the_open_steps_only() -> None:
    text = words(case_card(texts=DA, case=sample.case(relation=Relation.DEPUTY), token=TOKEN))
    assert "Leder: Kim Eksempel" in text
    assert "kun de åbne trin" in text
    assert "udført" not in text


def test_hr_can_read_a_case_and_change_nothing() -> None:
    card = case_card(texts=DA, case=sample.case(relation=Relation.HR), token=TOKEN)
    assert forms(sample.case(relation=Relation.HR)) == {Form.GUIDES}
    assert not [action for action in buttons(card).values() if hasattr(action, "token")]
    assert "ikke ændre" in words(card)


@pytest.mark.parametrize("relation", [Relation.DEPUTY, Relation.HR, Relation.NONE])
def test_more_choices_are_the_owners(relation: Relation) -> None:
    card = more_card(texts=DA, case=sample.case(relation=relation), token=TOKEN)
    assert list(buttons(card)) == ["Tilbage"]
    assert "Kun lederen selv" in words(card)


def test_the_owner_may_correct_transfer_share_end_and_delete() -> None:
    sent = buttons(more_card(texts=DA, case=sample.case(), token=TOKEN))
    assert list(sent) == ["Ret første dag", "Overdrag", "Del med HR", "Afslut", "Slet", "Tilbage"]


def test_a_closed_case_can_be_reopened_but_not_corrected() -> None:
    sent = buttons(more_card(texts=DA, case=sample.closed_case(), token=TOKEN))
    assert list(sent) == ["Genåbn", "Del med HR", "Slet", "Tilbage"]
    assert sent["Genåbn"] == ChangeCase(token=TOKEN, case_id=sample.CASE_ID, change=CaseChange.REOPEN)


def test_a_case_that_hr_sees_is_not_shared_again() -> None:
    card = more_card(texts=DA, case=sample.case(shared=True), token=TOKEN)
    assert "Del med HR" not in buttons(card)


def test_what_was_pressed_last_can_be_undone() -> None:
    course = sample.changed(sample.steps(), dict.fromkeys(("A01", "A03", "A10"), StepState.DONE))
    sent = buttons(case_card(texts=DA, case=sample.case(course=course, today=date(2026, 5, 12)), token=TOKEN))
    undone = [a for a in sent.values() if isinstance(a, ChangeStep) and a.change is StepChange.UNDO]
    assert [action.step for action in undone] == ["A10", "A03"]
    assert "Fortryd: Dag 10" in sent


def test_a_long_course_shows_its_latest_steps_and_says_so() -> None:
    course: tuple[Step, ...] = tuple(
        replace(sample.steps()[0], key=f"A42-{number}", state=StepState.DONE) for number in range(STEPS + 2)
    )
    assert "2 tidligere trin er ikke vist." in words(case_card(texts=DA, case=sample.case(course=course), token=TOKEN))


def test_a_step_that_is_still_open_is_never_left_out_of_a_long_course() -> None:
    done = tuple(replace(sample.steps()[1], key=f"A42-{number}", state=StepState.DONE) for number in range(STEPS + 2))
    case = sample.case(course=(sample.steps()[0], *done))
    text = words(case_card(texts=DA, case=case, token=TOKEN))
    assert "Dag 1 · forfalden" in text
    assert "3 tidligere trin er ikke vist." in text


def test_a_closed_case_is_not_reported_back_again() -> None:
    case = sample.closed_case()
    assert Form.RETURN not in forms(case)
    assert "Tilbage fra onsdag 13. maj 2026" in words(case_card(texts=DA, case=case, token=TOKEN))


def test_a_partial_return_is_shown_with_its_day() -> None:
    case = sample.case(state=CaseState.PARTIAL, partial_from=date(2026, 5, 18))
    text = words(case_card(texts=DA, case=case, token=TOKEN))
    assert "Delvist tilbage fra mandag 18. maj 2026" in text


def test_a_return_is_asked_for_with_today_filled_in() -> None:
    card = return_card(texts=DA, case=sample.case(), token=TOKEN)
    found = list(elements(content(card)))
    assert field(found, "day")["value"] == "2026-05-04"
    assert field(found, "partial")["value"] == "false"
    assert buttons(card)["Gem"] == ReportReturn(token=TOKEN, case_id=sample.CASE_ID)


def test_a_return_far_ahead_is_asked_back_and_repeated_with_a_yes() -> None:
    far = date(2026, 6, 1)
    card = return_card(texts=DA, case=sample.case(), token=TOKEN, partial=True, far=far)
    found = list(elements(content(card)))
    assert "Datoen ligger mere end 14 dage frem. Passer den?" in words(card)
    assert buttons(card)["Ja, gem"] == ReportReturn(token=TOKEN, case_id=sample.CASE_ID, far=far)
    assert (field(found, "day")["value"], field(found, "partial")["value"]) == ("2026-06-01", "true")


def test_a_correction_says_that_all_dates_follow() -> None:
    card = correct_card(texts=DA, case=sample.case(), token=TOKEN, notice="Prøv igen.")
    assert words(card).startswith("Prøv igen.")
    assert "Alle datoer regnes om" in words(card)
    assert buttons(card)["Gem"] == CorrectFirstDay(token=TOKEN, case_id=sample.CASE_ID)


def test_a_transfer_waits_for_a_yes() -> None:
    card = transfer_card(texts=DA, case=sample.case(transfer_to="Robin Eksempel"), token=TOKEN)
    assert "skal sige ja" in words(card)
    assert "allerede tilbudt til Robin Eksempel" in words(card)
    assert buttons(card)["Send tilbud"] == OfferTransfer(token=TOKEN, case_id=sample.CASE_ID)


@pytest.mark.parametrize("change", [change for change in CaseChange if change is not CaseChange.WITHDRAW])
def test_a_change_happens_after_a_yes_only(change: CaseChange) -> None:
    card = confirm_card(texts=DA, case=sample.case(), change=change, token=TOKEN)
    yes, back = buttons(card).values()
    assert yes == ChangeCase(token=TOKEN, case_id=sample.CASE_ID, change=change)
    assert isinstance(back, OpenForm)


def test_deleting_says_that_everything_is_gone_at_once() -> None:
    text = words(confirm_card(texts=DA, case=sample.case(), change=CaseChange.DELETE, token=TOKEN))
    assert "forsvinder med det samme" in text
    assert "kan ikke fortrydes" in text


def test_late_steps_are_caught_up_on_one_card() -> None:
    late = sample.case(course=sample.steps(), today=date(2026, 5, 12))
    card = catch_up_card(texts=DA, case=late, token=TOKEN)
    ticks = field(list(elements(content(card))), "done")
    choices = [(choice["value"], choice["title"]) for choice in ticks["choices"]]  # type: ignore[attr-defined]
    assert choices == [
        ("A01", "Dag 1 (torsdag 30. april)"),
        ("A03", "Dag 3 (mandag 4. maj)"),
        ("A10", "Dag 10 (mandag 11. maj)"),
    ]
    assert buttons(card)["Gem"] == CatchUp(token=TOKEN, case_id=sample.CASE_ID, offered=("A01", "A03", "A10"))
    assert "Frister i loven, og det der hører til dem, bliver stående." in words(card)


def test_without_late_steps_there_is_nothing_to_save() -> None:
    card = catch_up_card(texts=DA, case=sample.case(), token=TOKEN)
    assert list(buttons(card)) == ["Tilbage"]


@pytest.mark.parametrize(
    ("partial", "title", "told", "untold"),
    [
        (True, "Tilbage på nedsat tid · ME", "Opfølgningen fortsætter", "Åbne trin bortfalder"),
        (False, "Raskmeldt · ME", "Åbne trin bortfalder", "Opfølgningen fortsætter"),
    ],
)
def test_a_return_says_what_follows_from_it_alone(partial: bool, title: str, told: str, untold: str) -> None:
    text = words(return_card(texts=DA, case=sample.case(), token=TOKEN, partial=partial))
    assert text.startswith(title)
    assert told in text
    assert untold not in text


@pytest.mark.parametrize("change", [CaseChange.END, CaseChange.DELETE])
def test_what_ends_a_case_says_which_one_by_its_first_day(change: CaseChange) -> None:
    now = confirm_card(texts=DA, case=sample.case(), change=change, token=TOKEN)
    later = confirm_card(texts=DA, case=sample.case(today=date(2027, 1, 4)), change=change, token=TOKEN)
    assert "Forløbet med ME, syg fra 30. april\n" in words(now)
    assert "Forløbet med ME, syg fra 30. april 2026\n" in words(later)


def test_the_day_that_the_form_of_a_return_suggests_is_one_that_it_takes_on_the_first_day_too() -> None:
    case = sample.case(today=sample.FIRST_DAY)
    day = field(list(elements(content(return_card(texts=DA, case=case, token=TOKEN)))), "day")
    assert day["value"] == day["min"] == sample.FIRST_DAY.isoformat()
    assert DA.weekday_day(sample.FIRST_DAY) in str(day["errorMessage"])
