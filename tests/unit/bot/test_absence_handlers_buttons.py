"""What the buttons of absence follow-up do, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from adaptive_cards.actions import (
    Action,
    AnswerTransfer,
    CaseChange,
    CatchUp,
    ChangeCase,
    ChangeStep,
    CorrectFirstDay,
    CreateCase,
    Form,
    Menu,
    OfferTransfer,
    OpenForm,
    OpenList,
    OpenMenu,
    ReportReturn,
    SaveAway,
    SaveReminders,
    ShowGuide,
    Snooze,
    parse_action,
)
from adaptive_cards.render import Card
from hr.absence.model import CaseState, ReminderLevel, SnoozeChoice, StepChange, StepState
from hr.errors import DatabaseUnavailableError
from tests.unit.bot.absence_office import TOKEN, Office
from tests.unit.bot.builders import DA, EN, buttons_of, reference, words_of
from tests.unit.hr.absence.service_builders import DITTE, ELSE, HANNE, INGER, MONDAY, NOBODY, SUSANNE, VIGGO

FRIDAY = MONDAY - timedelta(days=3)
GARBAGE = "0" * 32


def say(key: str, **values: object) -> str:
    return DA.say(f"absence.say.{key}", **values)


@pytest.fixture
def office() -> Office:
    return Office()


async def state(office: Office, case_id: str, step: str) -> StepState:
    found = (await office.town.case_of(case_id)).step(step)
    assert found is not None
    return found.state


async def opens_kompas(office: Office, person_id: str) -> None:
    """The person has a chat with Kompas from now on."""
    async with office.town.storage.unit() as unit:
        await unit.conversations.save(reference(person_id, chat=f"a:{person_id}"))
        await unit.commit()


# --- start --------------------------------------------------------------------------------------------------------------------


async def test_the_form_of_a_new_case_asks_for_a_day_and_a_reference_and_creates_nothing(office: Office) -> None:
    card = await office.press(OpenMenu(menu=Menu.START))
    assert DA.say("absence.start.title") in words_of(card)
    assert DA.say("absence.start.create") in buttons_of(card)
    assert await office.town.log() == []


async def test_one_press_creates_the_case_whose_dates_are_shown(office: Office) -> None:
    form = await office.press(OpenMenu(menu=Menu.START))
    card = await office.press_button(form, "Opret", label="mh", first_day=MONDAY.isoformat())
    overview = await office.town.service.overview(DITTE)
    assert [(case.case.label, case.case.first_day) for case in overview.own] == [("MH", MONDAY)]
    assert "MH" in words_of(card)
    assert office.passages.asked[-1][0] == "fravaer"


async def created_late(office: Office, today: date) -> Card:
    """The card of a case with its first day on Monday and created on `today`; each step has a document of its own."""
    content = office.town.content
    rules = {
        key: replace(rule, document=f"doc-{key}", purpose=f"Why {key}.") for key, rule in content.absence.rules.items()
    }
    content.absence = replace(content.absence, rules=MappingProxyType(rules))
    office.town.clock.set(today)
    return await office.press(CreateCase(token=TOKEN, shown=MONDAY, first_day=MONDAY.isoformat(), label="MH"))


async def test_a_case_created_on_day_3_cites_the_document_of_the_step_that_it_tells_of(office: Office) -> None:
    card = await created_late(office, MONDAY + timedelta(days=2))
    assert "Why A03." in words_of(card)
    assert [document for document, _, _ in office.passages.asked] == ["doc-A03"]


async def test_a_case_created_with_nothing_due_today_cites_nothing(office: Office) -> None:
    card = await created_late(office, MONDAY + timedelta(days=3))
    assert DA.say("absence.created.title", label="MH") in words_of(card)
    assert office.passages.asked == []


async def test_another_first_day_is_shown_with_its_dates_before_it_counts(office: Office) -> None:
    form = await office.press(OpenMenu(menu=Menu.START))
    shown = await office.press_button(form, "Opret", label="MH", first_day=FRIDAY.isoformat())
    assert say("new_dates", date=DA.day(FRIDAY)) in words_of(shown)
    assert (await office.town.service.overview(DITTE)).own == ()
    await office.press_button(shown, "Opret", label="MH", first_day=FRIDAY.isoformat())
    (case,) = (await office.town.service.overview(DITTE)).own
    assert case.case.first_day == FRIDAY


@pytest.mark.parametrize(
    ("label", "day", "key"),
    [
        ("MH", "om lidt", "day_unknown"),
        ("MH", "31-02-2026", "day_impossible"),
        ("MH", "", "day_missing"),
        ("", MONDAY.isoformat(), "label_missing"),
        ("mh@kommune.example", MONDAY.isoformat(), "label_email"),
        ("depression", MONDAY.isoformat(), "label_health"),
    ],
)
async def test_what_cannot_be_used_is_asked_again_with_the_reason(
    office: Office, label: str, day: str, key: str
) -> None:
    action = CreateCase(token=TOKEN, shown=MONDAY, first_day=day, label=label)
    card = await office.press(action)
    assert say(key) in words_of(card)
    assert DA.say("absence.start.create") in buttons_of(card)
    assert (await office.town.service.overview(DITTE)).own == ()


async def test_a_refused_reference_is_not_shown_again(office: Office) -> None:
    card = await office.press(CreateCase(token=TOKEN, shown=MONDAY, first_day=MONDAY.isoformat(), label="angst"))
    assert "angst" not in str(card.content)


async def test_a_future_first_day_is_asked_again(office: Office) -> None:
    later = (MONDAY + timedelta(days=2)).isoformat()
    card = await office.press(CreateCase(token=TOKEN, shown=MONDAY, first_day=later, label="MH"))
    assert say("day_future") in words_of(card)
    forged = CreateCase(token=TOKEN, shown=MONDAY + timedelta(days=2), first_day=later, label="MH")
    assert say("day_future") in words_of(await office.press(forged))
    assert (await office.town.service.overview(DITTE)).own == ()


async def test_the_same_press_twice_makes_one_case(office: Office) -> None:
    action = CreateCase(token=TOKEN, shown=MONDAY, first_day=MONDAY.isoformat(), label="MH")
    first, second = await office.press(action), await office.press(action)
    assert len((await office.town.service.overview(DITTE)).own) == 1
    assert DA.say("absence.created.title", label="MH") in words_of(first)
    assert DA.say("absence.created.title", label="MH") in words_of(second)


async def test_a_reference_that_an_open_case_has_is_asked_back_once(office: Office) -> None:
    await office.town.case(label="MH", first_day=FRIDAY)
    form = await office.press(OpenMenu(menu=Menu.START))
    typed = {"label": "mh", "first_day": MONDAY.isoformat()}
    asked_back = await office.press_button(form, "Opret", **typed)
    assert say("same_label", label="MH", date=DA.day(FRIDAY)) in words_of(asked_back)
    assert len((await office.town.service.overview(DITTE)).own) == 1
    await office.press_button(asked_back, "Opret", **typed)
    assert len((await office.town.service.overview(DITTE)).own) == 2


async def test_the_yes_to_one_reference_is_none_to_another(office: Office) -> None:
    for label in ("MH", "ME"):
        await office.town.case(label=label)
    action = CreateCase(token=TOKEN, shown=MONDAY, first_day=MONDAY.isoformat(), label="ME", again="MH")
    assert say("same_label", label="ME", date=DA.day(MONDAY)) in words_of(await office.press(action))
    assert len((await office.town.service.overview(DITTE)).own) == 2


async def test_a_case_that_ended_and_that_of_another_leader_ask_nothing_back(office: Office) -> None:
    await office.town.case(owner=VIGGO, label="MH")
    ended = await office.town.case(label="MH")
    await office.press(ChangeCase(token=f"{TOKEN}-end", case_id=ended, change=CaseChange.END))
    form = await office.press(OpenMenu(menu=Menu.START))
    await office.press_button(form, "Opret", label="MH", first_day=MONDAY.isoformat())
    assert [case.case.label for case in (await office.town.service.overview(DITTE)).own] == ["MH"]


async def test_somebody_who_leads_nobody_gets_no_form(office: Office) -> None:
    card = await office.press(OpenMenu(menu=Menu.START), by=ELSE)
    assert words_of(card) == say("not_a_leader")


async def test_a_cancelled_form_says_that_nothing_was_created(office: Office) -> None:
    assert words_of(await office.press(OpenMenu(menu=Menu.CANCEL))) == say("cancelled")


# --- steps --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "becomes", "key"),
    [
        (StepChange.DONE, StepState.DONE, "step_done"),
        (StepChange.NO_ANSWER, StepState.ATTEMPTED, "step_no_answer"),
        (StepChange.SKIP, StepState.SKIPPED, "step_skipped"),
    ],
)
async def test_a_step_is_noted_and_the_case_shown(
    office: Office, change: StepChange, becomes: StepState, key: str
) -> None:
    case_id = await office.town.case()
    card = await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A03", change=change))
    assert say(key) in words_of(card)
    assert await state(office, case_id, "A03") is becomes


async def test_a_step_done_by_mistake_can_be_undone_from_the_card(office: Office) -> None:
    case_id = await office.town.case()
    card = await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE))
    (undo,) = [title for title in buttons_of(card) if title.startswith("Fortryd")]
    again = await office.press_button(card, undo)
    assert say("step_undone") in words_of(again)
    assert await state(office, case_id, "A01") is StepState.WAITING


async def test_a_repeated_press_that_was_overtaken_does_not_claim_to_have_noted_anything(office: Office) -> None:
    case_id = await office.town.case()
    done = ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE)
    await office.press(done)
    assert say("step_done") in words_of(await office.press(done))
    await office.press(ChangeStep(token=TOKEN + "-2", case_id=case_id, step="A01", change=StepChange.UNDO))
    assert say("outdated") in words_of(await office.press(done))
    assert await state(office, case_id, "A01") is StepState.WAITING


async def test_a_press_on_a_step_that_is_over_shows_the_case_as_it_is(office: Office) -> None:
    case_id = await office.town.case()
    await office.town.service.end(DITTE, case_id, token="end-of-case")
    card = await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A03", change=StepChange.DONE))
    assert say("outdated") in words_of(card)
    assert await state(office, case_id, "A03") is StepState.LAPSED


async def test_a_reminder_is_put_off_to_a_chosen_day(office: Office) -> None:
    case_id = await office.town.case()
    day = MONDAY + timedelta(days=4)
    action = Snooze(token=TOKEN, case_id=case_id, step="A03", choice=SnoozeChoice.DAY, day=day.isoformat())
    card = await office.press(action)
    assert say("snoozed_until", date=DA.weekday_day(day)) in words_of(card)
    assert await state(office, case_id, "A03") is StepState.SNOOZED


@pytest.mark.parametrize(
    ("day", "key", "values"),
    [
        ("", "day_missing", {}),
        ("på et tidspunkt", "day_unknown", {}),
        ("2026-02-02", "snooze_day_gone", {}),
    ],
)
async def test_a_day_that_a_reminder_cannot_be_put_off_to_is_asked_again(
    office: Office, day: str, key: str, values: dict[str, Any]
) -> None:
    case_id = await office.town.case()
    action = Snooze(token=TOKEN, case_id=case_id, step="A28", choice=SnoozeChoice.DAY, day=day)
    card = await office.press(action)
    assert say(key, **values) in words_of(card)
    assert DA.say("absence.snooze.choose") in buttons_of(card)


LIMIT_DAY = date(2026, 3, 30)
"""Four weeks after MONDAY."""


async def test_a_day_past_the_limit_of_the_law_is_answered_with_the_last_possible_day(office: Office) -> None:
    case_id = await office.town.case()
    action = Snooze(token=TOKEN, case_id=case_id, step="A28", choice=SnoozeChoice.DAY, day="2026-05-01")
    card = await office.press(action)
    assert words_of(card).count("Fristen kan ikke udsættes længere end til mandag 30. marts.") == 1
    assert DA.say("absence.snooze.choose") in buttons_of(card)


async def test_a_day_more_than_a_year_ahead_is_not_said_to_pass_a_limit_of_the_law(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ChangeStep(token=TOKEN + "-1", case_id=case_id, step="A28", change=StepChange.DONE))
    action = Snooze(token=TOKEN, case_id=case_id, step="A03", choice=SnoozeChoice.DAY, day="2027-05-01")
    words = words_of(await office.press(action))
    assert say("snooze_too_far", date="2. marts 2027") in words
    assert "Fristen" not in words


async def test_two_hours_late_on_the_last_day_end_in_the_limit_and_in_no_button_that_cannot_work(
    office: Office,
) -> None:
    case_id = await office.town.case()
    office.town.clock.set(LIMIT_DAY, 14)
    opened = OpenForm(form=Form.SNOOZE, case_id=case_id, step="A28")
    form = await office.press(opened)
    assert list(buttons_of(form)) == ["Om 2 timer", "Tilbage"]
    office.town.clock.set(LIMIT_DAY, 15)
    for card in (await office.press_button(form, "Om 2 timer"), await office.press(opened)):
        assert "Fristen kan ikke udsættes længere end til mandag 30. marts." in words_of(card)
        assert DA.say("absence.snooze.stuck") in words_of(card)
        assert list(buttons_of(card)) == ["Tilbage"]


async def test_a_step_that_was_put_off_as_often_as_it_can_be_offers_no_more_of_it(office: Office) -> None:
    office.town.content.set(max_snooze=1)
    case_id = await office.town.case()
    opened = OpenForm(form=Form.SNOOZE, case_id=case_id, step="A03")
    await office.press_button(await office.press(opened), "Om 2 timer")
    card = await office.press(opened)
    assert words_of(card).count(say("snooze_too_often")) == 1
    assert list(buttons_of(card)) == ["Tilbage"]
    assert "Udskyd" not in buttons_of(await office.press(OpenForm(form=Form.STEP, case_id=case_id, step="A03")))


async def test_the_past_steps_of_a_late_start_are_sorted_out_in_one_card(office: Office) -> None:
    case_id = await office.town.case(first_day=MONDAY - timedelta(days=12))
    form = await office.press(OpenForm(form=Form.CATCH_UP, case_id=case_id))
    assert DA.say("absence.catch_up.lead") in words_of(form)
    card = await office.press_button(form, "Gem", done="A01, A03,")
    assert say("caught_up") in words_of(card)
    states = [await state(office, case_id, step) for step in ("A01", "A03", "A10")]
    assert states == [StepState.DONE, StepState.DONE, StepState.SKIPPED]


async def test_the_next_ten_cases_come_in_the_place_of_the_first(office: Office) -> None:
    for number in range(13):
        await office.town.case(label=f"M{number}", first_day=FRIDAY)
    first = await office.press(OpenMenu(menu=Menu.LIST))
    second = await office.press_button(first, "Vis flere")
    assert office.turn.sent == []
    shown = [[title for title in buttons_of(card) if title.startswith("Åbn ")] for card in (first, second)]
    assert [len(titles) for titles in shown] == [10, 3]
    assert len({*shown[0], *shown[1]}) == 13
    back = await office.press_button(second, "Mine forløb")
    assert words_of(back) == words_of(first)


async def test_the_list_of_what_waits_goes_on_with_what_waits(office: Office) -> None:
    for number in range(12):
        await office.town.case(label=f"M{number}", first_day=FRIDAY)
    first = (await office.write("Er der frister i denne uge?")).card
    second = await office.press_button(first, "Vis flere")
    assert DA.say("absence.overview.title_due") in words_of(second)
    assert len([title for title in buttons_of(second) if title.startswith("Åbn ")]) == 2


async def test_nobody_sees_more_by_asking_for_more(office: Office) -> None:
    await office.town.case()
    assert "MH" not in words_of(await office.press(OpenList(start=0), by=VIGGO))


# --- a case as a whole -----------------------------------------------------------------------------------------------------


async def test_a_step_that_was_not_on_the_card_of_the_catch_up_stays_open_and_is_told(office: Office) -> None:
    case_id = await office.town.case(first_day=MONDAY - timedelta(days=5))
    stale = await office.press(OpenForm(form=Form.CATCH_UP, case_id=case_id))
    office.town.clock.set(MONDAY + timedelta(days=9))
    card = await office.press_button(stale, "Gem", done="A01")
    assert [await state(office, case_id, step) for step in ("A01", "A03", "A10")] == [
        StepState.DONE,
        StepState.SKIPPED,
        StepState.WAITING,
    ]
    assert say("caught_up_open") in words_of(card)


async def test_no_answer_is_not_said_to_be_asked_about_again_when_it_will_not_be(office: Office) -> None:
    case_id = await office.town.case(first_day=FRIDAY)
    await office.press(SaveReminders(token=TOKEN, level=ReminderLevel.FEWER))
    action = ChangeStep(token=TOKEN + "-2", case_id=case_id, step="A03", change=StepChange.NO_ANSWER)
    words = words_of(await office.press(action))
    assert say("step_no_answer_quiet") in words
    assert say("step_no_answer") not in words


async def test_a_reminder_put_off_and_done_since_is_not_said_to_come_again(office: Office) -> None:
    case_id = await office.town.case(first_day=FRIDAY)
    later = Snooze(token=TOKEN, case_id=case_id, step="A03", choice=SnoozeChoice.TOMORROW)
    await office.press(later)
    await office.press(ChangeStep(token=TOKEN + "-2", case_id=case_id, step="A03", change=StepChange.DONE))
    assert say("outdated") in words_of(await office.press(later))


async def test_a_return_tells_of_the_talk_and_of_a_limit_that_stays(office: Office) -> None:
    recent = await office.town.case(first_day=FRIDAY)
    words = words_of(await office.press(ReportReturn(token=TOKEN, case_id=recent, day=MONDAY.isoformat())))
    assert say("returned_talk") in words
    assert say("returned_law") not in words
    long = await office.town.case(first_day=MONDAY - timedelta(days=40), label="JH")
    words = words_of(await office.press(ReportReturn(token=TOKEN + "-2", case_id=long, day=MONDAY.isoformat())))
    assert say("returned_law") in words


async def test_a_return_promises_no_reminder_to_who_wants_limits_only(office: Office) -> None:
    await office.press(SaveReminders(token=TOKEN, level=ReminderLevel.DEADLINES))
    case_id = await office.town.case(first_day=FRIDAY)
    card = await office.press(ReportReturn(token=TOKEN + "-2", case_id=case_id, day=MONDAY.isoformat()))
    assert say("returned_talk_quiet") in words_of(card)


@pytest.mark.parametrize(
    ("first", "overtaken_by"),
    [
        (lambda case: ReportReturn(token=TOKEN, case_id=case, day=MONDAY.isoformat()), CaseChange.REOPEN),
        (lambda case: ChangeCase(token=TOKEN, case_id=case, change=CaseChange.END), CaseChange.REOPEN),
        (lambda case: OfferTransfer(token=TOKEN, case_id=case, colleague="VMB"), CaseChange.WITHDRAW),
    ],
)
async def test_a_repeated_press_on_a_case_that_was_overtaken_claims_nothing(
    office: Office, first: Callable[[str], Action], overtaken_by: CaseChange
) -> None:
    case_id = await office.town.case(first_day=FRIDAY)
    await office.press(first(case_id))
    await office.press(ChangeCase(token=TOKEN + "-2", case_id=case_id, change=overtaken_by))
    assert say("outdated") in words_of(await office.press(first(case_id)))


async def test_settings_that_were_changed_since_are_not_said_to_be_saved(office: Office) -> None:
    first = SaveReminders(token=TOKEN, level=ReminderLevel.FEWER)
    await office.press(first)
    await office.press(SaveReminders(token=TOKEN + "-2", level=ReminderLevel.NORMAL))
    assert say("outdated") in words_of(await office.press(first))


async def test_an_offer_is_taken_back_from_the_form_that_made_it(office: Office) -> None:
    case_id = await office.town.case()
    opened = OpenForm(form=Form.TRANSFER, case_id=case_id)
    title = DA.say("absence.transfer.withdraw")
    assert title not in buttons_of(await office.press(opened))
    await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague="vmb"))
    card = await office.press_button(await office.press(opened), title)
    assert say("withdrawn") in words_of(card)
    answer = AnswerTransfer(token=TOKEN + "-2", case_id=case_id, accept=True)
    assert words_of(await office.press(answer, by=VIGGO)) == say("offer_gone")


async def test_who_took_a_case_over_is_not_told_to_have_declined_it(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague="vmb"))
    both = {"token": TOKEN + "-2", "case_id": case_id}
    await office.press(AnswerTransfer(**both, accept=True), by=VIGGO)
    assert say("taken") in words_of(await office.press(AnswerTransfer(**both, accept=False), by=VIGGO))


async def test_a_deputy_who_never_opened_kompas_is_told_of_at_once(office: Office) -> None:
    action = SaveAway(token=TOKEN, from_day=MONDAY.isoformat(), to_day=MONDAY.isoformat(), deputy="SPR")
    unreachable = say("away_unreachable", name="Susanne Prøvesen")
    assert unreachable in words_of(await office.press(action))
    await opens_kompas(office, SUSANNE)
    words = words_of(await office.press(action.model_copy(update={"token": TOKEN + "-2"})))
    assert say("away_saved") in words
    assert unreachable not in words


async def test_the_card_of_a_new_case_tells_the_time_that_hr_chose(office: Office) -> None:
    office.town.content.set(send_time=time(9, 15))
    form = await office.press(OpenMenu(menu=Menu.START))
    card = await office.press_button(form, "Opret", label="mh", first_day=MONDAY.isoformat())
    assert "kl. 09.15" in words_of(card)


async def test_a_return_closes_the_case(office: Office) -> None:
    case_id = await office.town.case(first_day=FRIDAY)
    card = await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=MONDAY.isoformat()))
    assert say("returned", date=DA.day(MONDAY)) in words_of(card)
    assert (await office.town.case_of(case_id)).state is CaseState.CLOSED


async def test_a_partial_return_goes_on(office: Office) -> None:
    case_id = await office.town.case(first_day=FRIDAY)
    await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=MONDAY.isoformat(), partial="true"))
    assert (await office.town.case_of(case_id)).state is CaseState.PARTIAL


async def test_a_return_more_than_a_fortnight_ahead_is_asked_back_once(office: Office) -> None:
    case_id = await office.town.case()
    day = MONDAY + timedelta(days=15)
    asked_back = await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=day.isoformat()))
    assert DA.say("absence.return.far") in words_of(asked_back)
    assert (await office.town.case_of(case_id)).return_day is None
    await office.press_button(asked_back, "Ja, gem", day=day.isoformat())
    assert (await office.town.case_of(case_id)).return_day == day


async def test_a_fortnight_ahead_is_not_asked_back(office: Office) -> None:
    case_id = await office.town.case()
    day = MONDAY + timedelta(days=14)
    await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=day.isoformat()))
    assert (await office.town.case_of(case_id)).return_day == day


async def test_another_far_day_than_the_confirmed_one_is_asked_back_again(office: Office) -> None:
    case_id = await office.town.case()
    far, farther = MONDAY + timedelta(days=20), MONDAY + timedelta(days=40)
    action = ReportReturn(token=TOKEN, case_id=case_id, day=farther.isoformat(), far=far)
    assert DA.say("absence.return.far") in words_of(await office.press(action))
    assert (await office.town.case_of(case_id)).return_day is None


async def test_a_return_before_the_first_day_is_asked_again(office: Office) -> None:
    case_id = await office.town.case()
    card = await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=FRIDAY.isoformat()))
    assert say("day_before_first", date=DA.day(MONDAY)) in words_of(card)


async def test_a_corrected_first_day_moves_the_dates(office: Office) -> None:
    case_id = await office.town.case()
    card = await office.press(CorrectFirstDay(token=TOKEN, case_id=case_id, first_day=FRIDAY.isoformat()))
    assert say("corrected") in words_of(card)
    assert (await office.town.case_of(case_id)).first_day == FRIDAY


async def test_a_first_day_that_lies_further_back_leads_to_what_has_been_missed(office: Office) -> None:
    case_id = await office.town.case()
    before = (MONDAY - timedelta(days=17)).isoformat()
    card = await office.press(CorrectFirstDay(token=TOKEN, case_id=case_id, first_day=before))
    assert say("corrected") in words_of(card)
    assert DA.say("absence.catch_up.lead") in words_of(card)


async def test_a_step_skipped_by_mistake_is_the_first_that_can_be_taken_back(office: Office) -> None:
    case_id = await office.town.case()
    for number, step in enumerate(("A01", "A03", "A10")):
        action = ChangeStep(token=f"{TOKEN}-{number}", case_id=case_id, step=step, change=StepChange.DONE)
        await office.press(action)
        office.town.clock.forward(minutes=1)
    card = await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A28", change=StepChange.SKIP))
    undo = next(title for title in buttons_of(card) if title.startswith("Fortryd"))
    assert "A28" in undo


async def test_an_attempt_noted_by_mistake_is_taken_back(office: Office) -> None:
    case_id = await office.town.case()
    card = await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.NO_ANSWER))
    (undo,) = [data for title, data in buttons_of(card).items() if title == "Fortryd: Ingen svar · Dag 1"]
    await office.press(parse_action(undo))
    step = (await office.town.case_of(case_id)).step("A01")
    assert step is not None
    assert (step.state, step.attempts) == (StepState.WAITING, 0)


async def test_somebody_may_be_back_on_the_first_day(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=MONDAY.isoformat()))
    case = await office.town.case_of(case_id)
    assert (case.state, case.return_day) == (CaseState.CLOSED, MONDAY)


async def test_a_partial_return_can_be_taken_back(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ReportReturn(token=TOKEN, case_id=case_id, day=MONDAY.isoformat(), partial="true"))
    card = await office.press(ChangeCase(token=TOKEN + "-2", case_id=case_id, change=CaseChange.WHOLE))
    assert say("whole") in words_of(card)
    assert (await office.town.case_of(case_id)).partial_from is None


@pytest.mark.parametrize(
    ("typed", "key"), [("", "day_missing"), ("2026-03-09", "day_future"), ("30/2", "day_impossible")]
)
async def test_a_first_day_that_cannot_be_is_asked_again(office: Office, typed: str, key: str) -> None:
    case_id = await office.town.case()
    card = await office.press(CorrectFirstDay(token=TOKEN, case_id=case_id, first_day=typed))
    assert say(key) in words_of(card)
    assert (await office.town.case_of(case_id)).first_day == MONDAY


@pytest.mark.parametrize(
    ("form", "yes", "key"),
    [(Form.END, "Ja, afslut", "ended"), (Form.SHARE, "Ja, del", "shared"), (Form.DELETE, "Ja, slet", "deleted")],
)
async def test_what_changes_a_whole_case_asks_for_a_yes_first(office: Office, form: Form, yes: str, key: str) -> None:
    case_id = await office.town.case()
    before = await office.town.case_of(case_id)
    question = await office.press(OpenForm(form=form, case_id=case_id))
    assert await office.town.case_of(case_id) == before
    assert say(key) in words_of(await office.press_button(question, yes))


async def test_a_deleted_case_is_gone_and_forgotten(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ChangeCase(token=TOKEN, case_id=case_id, change=CaseChange.DELETE))
    assert await office.town.kept(case_id) is None
    assert office.memory.touched("a:chat", DITTE).case_id is None
    again = await office.press(ChangeCase(token=TOKEN, case_id=case_id, change=CaseChange.DELETE))
    assert words_of(again) == say("deleted")


async def test_an_ended_case_can_be_reopened_and_left_out_of_the_frequency_hint(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ChangeCase(token=TOKEN, case_id=case_id, change=CaseChange.END))
    reopened = await office.press(ChangeCase(token=TOKEN + "-2", case_id=case_id, change=CaseChange.REOPEN))
    assert say("reopened") in words_of(reopened)
    excluded = await office.press(ChangeCase(token=TOKEN + "-3", case_id=case_id, change=CaseChange.EXCLUDE))
    assert say("excluded") in words_of(excluded)
    assert not (await office.town.case_of(case_id)).counts_for_frequency


async def test_a_case_is_left_out_of_the_hint_from_its_menu_while_the_hint_is_on(office: Office) -> None:
    case_id, title = await office.town.case(), DA.say("absence.more.exclude")
    menu = OpenForm(form=Form.MORE, case_id=case_id)
    assert title not in buttons_of(await office.press(menu))
    office.town.content.set(freq_enabled=True)
    confirm = await office.press_button(await office.press(menu), title)
    assert DA.say("absence.confirm.exclude.text") in words_of(confirm)
    assert (await office.town.case_of(case_id)).counts_for_frequency
    card = await office.press_button(confirm, DA.say("absence.confirm.exclude.yes"))
    assert say("excluded") in words_of(card)
    assert not (await office.town.case_of(case_id)).counts_for_frequency
    assert title not in buttons_of(await office.press(menu))


async def test_only_the_leader_leaves_a_case_out_of_the_hint(office: Office) -> None:
    office.town.content.set(freq_enabled=True)
    case_id = await office.town.case()
    await office.town.service.share_with_hr(DITTE, case_id, token=office.town.token())
    form = OpenForm(form=Form.EXCLUDE, case_id=case_id)
    assert words_of(await office.press(form, by=HANNE)).startswith(say("not_found"))


async def test_a_case_changes_hands_when_the_colleague_accepts(office: Office) -> None:
    case_id = await office.town.case()
    await opens_kompas(office, VIGGO)
    offered = await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague="vmb"))
    assert say("offered", name="Viggo Mønsterby") in words_of(offered)
    answer = AnswerTransfer(token=TOKEN + "-2", case_id=case_id, accept=True)
    assert say("taken") in words_of(await office.press(answer, by=VIGGO))
    assert (await office.town.case_of(case_id)).owner_id == VIGGO
    assert say("not_found") in words_of(await office.press(OpenForm(form=Form.CASE, case_id=case_id)))


async def test_an_offer_to_a_colleague_who_never_opened_kompas_is_not_said_to_be_sent(office: Office) -> None:
    case_id = await office.town.case()
    words = words_of(await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague="vmb")))
    assert say("offered_unreachable", name="Viggo Mønsterby") in words
    assert say("offered", name="Viggo Mønsterby") not in words


async def test_a_declined_case_stays(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague="vmb@kompas.example"))
    answer = AnswerTransfer(token=TOKEN + "-2", case_id=case_id, accept=False)
    assert words_of(await office.press(answer, by=VIGGO)) == say("declined")
    assert (await office.town.case_of(case_id)).owner_id == DITTE


@pytest.mark.parametrize("handle", ["XYZ", "", "ETK", "DES"])
async def test_a_case_is_offered_to_leaders_only(office: Office, handle: str) -> None:
    case_id = await office.town.case()
    card = await office.press(OfferTransfer(token=TOKEN, case_id=case_id, colleague=handle))
    assert say("unknown_colleague") in words_of(card)
    assert DA.say("absence.transfer.send") in buttons_of(card)


async def offer(office: Office) -> str:
    case_id = await office.town.case()
    await office.press(OfferTransfer(token=f"{TOKEN}-offer", case_id=case_id, colleague="VMB"))
    return case_id


async def answered(office: Office, case_id: str, *, by: str, pressed: str = "late") -> str:
    action = AnswerTransfer(token=f"{TOKEN}-{pressed}", case_id=case_id, accept=True)
    return words_of(await office.press(action, by=by))


async def test_an_offer_that_was_withdrawn_is_told_to_whom_it_was_made_to_and_to_nobody_else(office: Office) -> None:
    case_id = await offer(office)
    await office.press(ChangeCase(token=f"{TOKEN}-back", case_id=case_id, change=CaseChange.WITHDRAW))
    assert await answered(office, case_id, by=VIGGO) == say("offer_gone")
    assert await answered(office, case_id, by=VIGGO) == say("offer_gone")
    assert say("not_found") in await answered(office, case_id, by=INGER)
    assert say("not_found") in await answered(office, GARBAGE, by=VIGGO)
    assert (await office.town.case_of(case_id)).owner_id == DITTE


async def test_an_offer_that_was_answered_is_told_to_be_gone(office: Office) -> None:
    case_id = await offer(office)
    assert say("taken") in await answered(office, case_id, by=VIGGO, pressed="first")
    assert await answered(office, case_id, by=VIGGO) == say("offer_gone")
    assert say("not_found") in await answered(office, case_id, by=DITTE)


async def test_a_declined_offer_cannot_be_taken_by_the_other_button_of_its_card(office: Office) -> None:
    case_id = await offer(office)
    await office.press(AnswerTransfer(token=f"{TOKEN}-first", case_id=case_id, accept=False), by=VIGGO)
    assert await answered(office, case_id, by=VIGGO, pressed="first") == say("offer_gone")


# --- settings and guides ---------------------------------------------------------------------------------------------------


async def test_reminders_are_chosen(office: Office) -> None:
    card = await office.press(SaveReminders(token=TOKEN, level=ReminderLevel.FEWER, weekend_duty="true"))
    assert say("saved") in words_of(card)
    kept = (await office.town.service.settings(DITTE)).preferences
    assert (kept.level, kept.weekend_duty) == (ReminderLevel.FEWER, True)


async def test_a_period_away_is_kept_and_ended(office: Office) -> None:
    until = MONDAY + timedelta(days=4)
    action = SaveAway(token=TOKEN, from_day=MONDAY.isoformat(), to_day=until.isoformat(), deputy="SPR")
    assert say("away_saved") in words_of(await office.press(action))
    away = (await office.town.service.settings(DITTE)).away
    assert away is not None
    assert (away.from_day, away.to_day, away.deputy_id) == (MONDAY, until, SUSANNE)
    assert say("away_ended") in words_of(await office.press(SaveAway(token=TOKEN + "-2", end=True)))
    assert (await office.town.service.settings(DITTE)).away is None


@pytest.mark.parametrize(
    ("first", "last", "deputy", "key"),
    [
        ("2026-03-05", "2026-03-04", "", "day_order"),
        ("2026-02-01", "2026-02-02", "", "day_past"),
        ("", "2026-03-04", "", "day_missing"),
        ("2026-03-04", "engang", "", "day_unknown"),
        ("2026-03-04", "2026-03-05", "nobody", "unknown_deputy"),
    ],
)
async def test_a_period_that_cannot_be_is_asked_again(
    office: Office, first: str, last: str, deputy: str, key: str
) -> None:
    card = await office.press(SaveAway(token=TOKEN, from_day=first, to_day=last, deputy=deputy))
    assert say(key) in words_of(card)
    assert (await office.town.service.settings(DITTE)).away is None


async def test_a_guide_is_dated_by_the_case_and_leaves_no_trace(office: Office) -> None:
    case_id = await office.town.case()
    before = await office.town.log()
    card = await office.press(ShowGuide(guide="fast-track", case_id=case_id))
    assert "Fast track" in words_of(card)
    assert DA.say("absence.guides.not_kept") in words_of(card)
    assert await office.town.log() == before


async def test_a_guide_that_hr_took_away_is_not_found(office: Office) -> None:
    assert say("not_found") in words_of(await office.press(ShowGuide(guide="gone")))


@pytest.mark.parametrize("menu", [Menu.LIST, Menu.SETTINGS, Menu.GUIDES])
async def test_the_menu_opens_its_cards(office: Office, menu: Menu) -> None:
    titles = {
        Menu.LIST: "absence.overview.title",
        Menu.SETTINGS: "absence.settings.title",
        Menu.GUIDES: "absence.guides.title",
    }
    assert DA.say(titles[menu]) in words_of(await office.press(OpenMenu(menu=menu)))


@pytest.mark.parametrize("form", list(Form))
async def test_every_form_of_a_case_opens_and_changes_nothing(office: Office, form: Form) -> None:
    case_id = await office.town.case()
    before = await office.town.case_of(case_id)
    card = await office.press(OpenForm(form=form, case_id=case_id, step="A03"))
    assert "MH" in words_of(card) or form is Form.GUIDES or form in (Form.END, Form.DELETE, Form.SHARE)
    assert await office.town.case_of(case_id) == before


async def test_a_card_of_a_step_that_is_done_leads_to_the_case(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE))
    card = await office.press(OpenForm(form=Form.STEP, case_id=case_id, step="A01"))
    assert say("outdated") in words_of(card)


# --- whose case it is -------------------------------------------------------------------------------------------------------


def presses(case_id: str) -> list[Any]:
    """Every button that belongs to a case."""
    common = {"token": TOKEN, "case_id": case_id}
    return [
        *(OpenForm(form=form, case_id=case_id, step="A03") for form in Form),
        *(ChangeStep(**common, step="A03", change=change) for change in StepChange),
        *(Snooze(**common, step="A03", choice=choice, day="2026-03-05") for choice in SnoozeChoice),
        ReportReturn(**common, day="2026-03-05"),
        ReportReturn(**common, day="2027-03-05"),
        ReportReturn(**common, day=""),
        CorrectFirstDay(**common, first_day="2026-02-27"),
        CorrectFirstDay(**common, first_day=""),
        *(ChangeCase(**common, change=change) for change in CaseChange),
        CatchUp(**common, done="A01"),
        OfferTransfer(**common, colleague="VMB"),
        OfferTransfer(**common, colleague="nobody"),
        AnswerTransfer(**common, accept=True),
        AnswerTransfer(**common, accept=False),
        ShowGuide(guide="fast-track", case_id=case_id),
    ]


@pytest.mark.parametrize("who", [VIGGO, SUSANNE, HANNE, ELSE, NOBODY, None])
async def test_a_case_of_somebody_else_is_answered_like_one_that_does_not_exist(
    office: Office, who: str | None
) -> None:
    case_id = await office.town.case()
    before = await office.town.case_of(case_id)
    for theirs, missing in zip(presses(case_id), presses(GARBAGE), strict=True):
        card = await office.press(theirs, by=who)
        assert say("not_found") in words_of(card), theirs
        assert (await office.press(missing, by=who)).content == card.content
    assert await office.town.case_of(case_id) == before


async def test_a_deputy_sees_the_open_steps_and_is_offered_nothing_more(office: Office) -> None:
    case_id = await office.town.case()
    await office.press(ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE))
    await office.town.deputise()
    step = await office.press(OpenForm(form=Form.STEP, case_id=case_id, step="A03"), by=SUSANNE)
    assert DA.say("absence.step.done") in buttons_of(step)
    for form in (Form.CORRECT, Form.END, Form.DELETE, Form.TRANSFER, Form.SHARE, Form.CATCH_UP):
        card = await office.press(OpenForm(form=form, case_id=case_id), by=SUSANNE)
        assert say("not_found") in words_of(card), form
    office.town.clock.set(date(2026, 3, 10))
    gone = await office.press(OpenForm(form=Form.CASE, case_id=case_id), by=SUSANNE)
    assert say("not_found") in words_of(gone)


async def test_nothing_of_a_case_is_shown_where_others_read_along(office: Office) -> None:
    case_id = await office.town.case()
    before = await office.town.log()
    for action in presses(case_id):
        with pytest.raises(ValueError):  # there is no card
            await office.press(action, kind="groupChat")
        assert [message.text for message in office.turn.sent] == [say("private")]
    assert await office.town.log() == before


async def test_a_database_that_is_down_leaves_the_card_and_the_same_press_works_later(office: Office) -> None:
    case_id = await office.town.case()
    office.town.database_fails = True
    action = ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE)
    with pytest.raises(DatabaseUnavailableError):
        await office.press(action)
    assert office.turn.cards == []
    office.town.database_fails = False
    assert say("step_done") in words_of(await office.press(action))
    assert await state(office, case_id, "A01") is StepState.DONE


async def test_a_card_is_answered_in_the_language_it_was_shown_in(office: Office) -> None:
    case_id = await office.town.case()
    action = ChangeStep(token=TOKEN, case_id=case_id, step="A01", change=StepChange.DONE, language="en")
    assert EN.say("absence.say.step_done") in words_of(await office.press(action))
