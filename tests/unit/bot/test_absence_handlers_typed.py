"""What typed messages about absence lead to: a card, a refusal, or the question answering; never a change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adaptive_cards.actions import CaseChange, ChangeCase, ChangeStep, Form, OpenForm, ReportReturn
from adaptive_cards.render import Card
from bot.understanding.model import Topic
from hr.absence.model import CaseState, StepChange
from hr.audit.model import Deed
from hr.errors import DatabaseUnavailableError
from tests.unit.bot.absence_office import TOKEN, Office
from tests.unit.bot.builders import DA, EN, buttons_of, words_of
from tests.unit.hr.absence.service_builders import DITTE, ELSE, HANNE, MONDAY, SUSANNE, VIGGO


def say(key: str, **values: object) -> str:
    return DA.say(f"absence.say.{key}", **values)


@pytest.fixture
def office() -> Office:
    return Office()


async def card_for(office: Office, text: str, *, by: str = DITTE) -> Card:
    """The card that a message brings; nothing is answered from the sources."""
    before = len(office.answering.asked)
    turn = await office.write(text, by=by)
    assert len(office.answering.asked) == before, "it was answered as a question"
    return turn.card


async def asked_instead(office: Office, text: str, *, by: str | None = DITTE, **where: str) -> bool:
    before = len(office.answering.asked)
    turn = await office.write(text, by=by, **where)
    return len(office.answering.asked) == before + 1 and turn.sent == []


# --- start ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ny sag", "Ny sag!", "nyt forløb", "NY SAG"])
async def test_the_form_opens_by_its_command(office: Office, text: str) -> None:
    card = await card_for(office, text)
    assert DA.say("absence.start.title") in words_of(card)


async def test_the_form_is_filled_in_from_the_words_and_waits_for_a_press(office: Office) -> None:
    card = await card_for(office, "Mette er syg fra i går")
    yesterday = MONDAY - timedelta(days=1)
    assert DA.say("absence.start.dates", date=DA.weekday_day(yesterday)) in words_of(card)
    assert buttons_of(card)["Opret"]["shown"] == yesterday.isoformat()
    assert "Mette" not in str(card.content)
    assert (await office.town.service.overview(DITTE)).own == ()
    await office.press_button(card, "Opret", label="ME", first_day=yesterday.isoformat())
    (case,) = (await office.town.service.overview(DITTE)).own
    assert (case.case.label, case.case.first_day) == ("ME", yesterday)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Mette er syg fra 31/2", "day_impossible"), ("Mette er syg fra på mandag", "day_future")],
)
async def test_a_day_that_cannot_be_is_asked_back_on_the_form(office: Office, text: str, key: str) -> None:
    card = await card_for(office, text)
    assert say(key) in words_of(card)
    assert buttons_of(card)["Opret"]["shown"] == MONDAY.isoformat()


async def test_an_employee_who_tells_of_somebody_is_answered_from_the_sources(office: Office) -> None:
    await office.town.case()
    assert await asked_instead(office, "Mette har meldt sig syg i dag", by=ELSE)
    assert await asked_instead(office, "Mette har meldt sig syg i dag", by=None)


async def test_an_employee_who_wants_a_case_is_told_that_it_is_not_for_him(office: Office) -> None:
    turn = await office.write("ny sag", by=ELSE)
    assert [message.text for message in turn.sent] == [say("not_a_leader")]


async def test_a_deputy_cannot_start_a_case(office: Office) -> None:
    await office.town.case()
    await office.town.deputise()
    turn = await office.write("ny sag", by=SUSANNE)
    assert [message.text for message in turn.sent] == [say("not_a_leader")]


# --- steps -----------------------------------------------------------------------------------------------------------------


async def test_a_contact_is_noted_by_a_press_on_the_step(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    card = await card_for(office, "Jeg har talt med Mette")
    assert say("press_done") in words_of(card)
    assert buttons_of(card)["Gjort"]["case_id"] == case_id
    assert buttons_of(card)["Gjort"]["step"] == "A01"
    assert (await office.town.case_of(case_id)).open_steps[0].key == "A01"


async def test_a_contact_that_failed_points_at_the_other_button(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "Mette tog ikke telefonen, ingen svar")
    assert say("press_no_answer") in words_of(card)


async def test_guidance_inside_a_course_is_the_step_of_that_course(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "Hvad skal jeg gøre på dag 3?")
    assert buttons_of(card)["Gjort"]["step"] == "A03"
    assert DA.weekday_day(MONDAY + timedelta(days=2)) in words_of(card)


async def test_guidance_on_a_step_that_is_done_is_shown_all_the_same(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.service.change_step(DITTE, case_id, "A03", StepChange.DONE, token=office.town.token())
    card = await card_for(office, "Hvad gør jeg på dag 3?")
    assert "Trinnet er udført" in words_of(card)
    assert "How are you?" in words_of(card)


async def test_guidance_without_a_course_is_answered_from_the_sources(office: Office) -> None:
    assert await asked_instead(office, "Hvad skal jeg gøre på dag 3?")


async def test_guidance_with_several_courses_is_answered_from_the_sources_until_one_was_looked_at(
    office: Office,
) -> None:
    await office.town.case(label="ME")
    other = await office.town.case(label="KLH")
    assert await asked_instead(office, "Hvad skal jeg gøre på dag 3?")
    await office.press(OpenForm(form=Form.CASE, case_id=other))
    card = await card_for(office, "Hvad skal jeg gøre på dag 3?")
    assert buttons_of(card)["Gjort"]["case_id"] == other


async def test_a_reminder_is_put_off_on_a_card_with_the_day_filled_in(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    card = await card_for(office, "Udsæt Mette til fredag")
    assert (MONDAY + timedelta(days=4)).isoformat() in str(card.content)
    assert (await office.town.case_of(case_id)).steps[0].snoozes == 0


async def test_two_hours_are_offered_by_word_only_while_they_end_on_the_same_day(office: Office) -> None:
    await office.town.case(label="ME")
    assert "Om 2 timer" in buttons_of(await card_for(office, "Mind mig om det om en time"))
    office.town.clock.set(MONDAY, 15)
    late = buttons_of(await card_for(office, "Mind mig om det om en time"))
    assert list(late) == ["Næste arbejdsdag", "Udskyd til datoen", "Tilbage"]


# --- ends and changes ----------------------------------------------------------------------------------------------------------


async def test_a_return_is_confirmed_on_its_form(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    card = await card_for(office, "Mette er rask")
    assert DA.say("absence.return.title", label="ME") in words_of(card)
    assert (await office.town.case_of(case_id)).state is CaseState.ACTIVE


async def test_a_case_with_an_own_word_is_found_by_it(office: Office) -> None:
    await office.town.case(label="Grøn stue")
    assert DA.say("absence.return.title", label="Grøn stue") in words_of(await card_for(office, "Grøn stue er rask"))


async def test_how_a_case_ends_is_asked_when_it_was_not_said(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    card = await card_for(office, "luk sagen")
    assert list(buttons_of(card)) == [say("close_return"), say("close_end"), say("close_delete")]
    assert {button["case_id"] for button in buttons_of(card).values()} == {case_id}


async def test_a_wrong_date_of_an_open_case_proposes_to_correct_it_and_begins_no_second_one(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.case(label="KLH")
    card = await card_for(office, "forkert dato, ME blev syg 26/2")
    assert DA.say("absence.correct.title", label="ME") in words_of(card)
    assert (await office.town.case_of(case_id)).first_day == MONDAY
    await office.press_button(card, "Gem", first_day="2026-02-26")
    assert (await office.town.case_of(case_id)).first_day == MONDAY - timedelta(days=4)


async def test_a_corrected_first_day_waits_on_its_form(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    card = await card_for(office, "første sygedag var i fredags")
    assert (MONDAY - timedelta(days=3)).isoformat() in str(card.content)
    assert (await office.town.case_of(case_id)).first_day == MONDAY


async def test_handing_over_opens_its_form(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "overdrag ME til VMB")
    assert DA.say("absence.transfer.title", label="ME") in words_of(card)


# --- which case --------------------------------------------------------------------------------------------------------------


async def test_two_cases_with_one_label_are_asked_about(office: Office) -> None:
    first = await office.town.case(label="ME", first_day=MONDAY - timedelta(days=30))
    second = await office.town.case(label="ME")
    card = await card_for(office, "Mette er rask")
    assert say("which_label", label="ME") in words_of(card)
    assert {button["case_id"] for button in buttons_of(card).values()} == {first, second}
    assert {button["form"] for button in buttons_of(card).values()} == {"return"}


async def test_the_case_that_the_chat_was_about_is_meant_until_the_chat_is_forgotten(office: Office) -> None:
    await office.town.case(label="ME")
    klh = await office.town.case(label="KLH")
    await office.press(ChangeStep(token=TOKEN, case_id=klh, step="A01", change=StepChange.DONE))
    assert DA.say("absence.return.title", label="KLH") in words_of(await card_for(office, "hun er rask"))
    office.memory.forget("a:chat")
    assert say("which_case") in words_of(await card_for(office, "hun er rask"))


async def test_more_cases_than_buttons_end_in_the_list(office: Office) -> None:
    for label in ("AB", "CD", "EF", "GH", "IJ", "KL"):
        await office.town.case(label=label)
    buttons = buttons_of(await card_for(office, "hun er rask"))
    assert len(buttons) == 5
    assert list(buttons)[-1] == DA.say("absence.my_cases")


async def test_a_label_that_nobody_has_is_told_with_the_list(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "KLH er rask")
    assert say("no_such_label", label="KLH") in words_of(card)
    assert DA.say("absence.overview.open", label="ME") in buttons_of(card)


async def test_the_case_of_another_leader_is_not_found_by_its_label(office: Office) -> None:
    await office.town.case(owner=VIGGO, label="KLH")
    await office.town.case(label="ME")
    theirs = words_of(await card_for(office, "KLH er rask"))
    assert theirs == words_of(await card_for(office, "XQZ er rask")).replace("XQZ", "KLH")


async def test_without_a_case_there_is_nothing_to_close(office: Office) -> None:
    card = await card_for(office, "luk sagen")
    assert say("nothing_open") in words_of(card)
    assert DA.say("absence.overview.new") in buttons_of(card)


# --- lists, reminders, choices -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("mine forløb", "absence.overview.title"),
        ("Vis mine åbne sager", "absence.overview.title"),
        ("påmindelser", "absence.settings.title"),
        ("muligheder", "absence.guides.title"),
    ],
)
async def test_the_menu_opens_by_its_words(office: Office, text: str, key: str) -> None:
    await office.town.case()
    assert DA.say(key) in words_of(await card_for(office, text))


async def test_english_words_open_english_cards(office: Office) -> None:
    assert EN.say("absence.overview.title") in words_of(await card_for(office, "my cases"))


async def test_stopping_reminders_opens_the_settings_and_stops_nothing(office: Office) -> None:
    before = await office.town.service.settings(DITTE)
    card = await card_for(office, "Stop påmindelser")
    assert say("reminders_stop") in words_of(card)
    assert await office.town.service.settings(DITTE) == before


async def test_a_holiday_is_filled_in_and_not_saved(office: Office) -> None:
    card = await card_for(office, "jeg er på ferie i uge 29")
    assert "2026-07-13" in str(card.content)
    assert say("away_press") in words_of(card)
    assert (await office.town.service.settings(DITTE)).away is None


async def test_a_message_that_could_be_several_things_becomes_a_choice_with_the_question_last(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "færdig")
    options = buttons_of(card)
    assert say("clarify") in words_of(card)
    assert 2 <= len(options) <= 5
    assert list(options)[-1] == say("mean_question")
    note = await office.press_button(card, say("mean_question"))
    assert words_of(note) == say("asking")
    assert [event.text for event in office.answering.asked] == ["færdig"]


async def test_a_long_remark_on_a_case_becomes_a_choice(office: Office) -> None:
    await office.town.case(label="KLM")
    card = await card_for(office, "KLM er vist klar til at blive taget af min liste synes jeg")
    assert say("clarify") in words_of(card)


async def test_a_question_that_is_no_longer_remembered_is_asked_for_again(office: Office) -> None:
    await office.town.case(label="ME")
    card = await card_for(office, "færdig")
    office.memory.forget("a:chat")
    assert words_of(await office.press_button(card, say("mean_question"))) == say("question_gone")
    assert office.answering.asked == []


async def test_hr_finds_the_cases_that_were_handed_over_and_cannot_change_them(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.service.share_with_hr(DITTE, case_id, token=TOKEN)
    assert "ME" in words_of(await card_for(office, "mine forløb", by=HANNE))
    card = await card_for(office, "Mette er rask", by=HANNE)
    assert DA.say("absence.case.hr") in words_of(card)


# --- what is left alone -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Hvornår skal jeg kontakte en sygemeldt?",
        "Hvad er en mulighedserklæring?",
        "regler for barns sygedag",
        "",
        "x" * 2001,
    ],
)
async def test_questions_stay_with_the_question_answering(office: Office, text: str) -> None:
    await office.town.case(label="ME")
    assert await asked_instead(office, text)


async def test_a_plain_question_is_no_look_at_anybodys_case(office: Office) -> None:
    await office.town.case(label="ME")
    before = await office.town.log()
    await office.write("Hvad er en mulighedserklæring?")
    assert await office.town.log() == before
    assert office.memory.touched("a:chat", DITTE).topic is Topic.ANSWER


@pytest.mark.parametrize("by", [DITTE, HANNE])
async def test_a_remark_that_shows_no_case_leaves_no_trace_in_the_log(office: Office, by: str) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.service.share_with_hr(DITTE, case_id, token="token-to-share")
    before = await office.town.log()
    await office.write("tak for hjælpen", by=by)
    await office.write("ny sag", by=by)
    assert await office.town.log() == before


async def test_a_list_that_is_shown_is_in_the_log_once(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.service.share_with_hr(DITTE, case_id, token="token-to-share")
    before = len(await office.town.log())
    await office.write("mine forløb", by=HANNE)
    assert [(entry.deed, entry.case_id) for entry in (await office.town.log())[before:]] == [(Deed.LISTED, case_id)]


async def test_health_is_refused_first_and_a_leader_is_offered_a_case_without_a_cause(office: Office) -> None:
    turn = await office.write("Mette er syg med stress")
    assert [event.text for event in office.answering.asked] == ["Mette er syg med stress"]
    assert list(buttons_of(turn.card)) == [say("start_without_cause")]
    assert "Mette" not in str(turn.card.content)
    assert "stress" not in str(turn.card.content)
    form = await office.press_button(turn.card, say("start_without_cause"))
    assert DA.say("absence.start.title") in words_of(form)


@pytest.mark.parametrize(
    ("by", "where"), [(ELSE, {}), (None, {}), (DITTE, {"kind": "groupChat"})], ids=["employee", "unknown", "group"]
)
async def test_nobody_else_is_offered_a_case_after_a_refusal(
    office: Office, by: str | None, where: dict[str, str]
) -> None:
    assert await asked_instead(office, "Mette er syg med stress", by=by, **where)


@pytest.mark.parametrize("text", ["Der er vold på arbejdspladsen, hvem kan hjælpe nu?", "Skal jeg fyre Jens?"])
async def test_other_refusals_offer_nothing(office: Office, text: str) -> None:
    assert await asked_instead(office, text)


@pytest.mark.parametrize("text", ["Mette er rask", "ny sag", "mine forløb", "Jeg har talt med Mette"])
async def test_in_a_group_the_leader_is_asked_to_write_privately(office: Office, text: str) -> None:
    await office.town.case(label="ME")
    before = await office.town.log()
    turn = await office.write(text, kind="groupChat")
    assert [message.text for message in turn.sent] == [say("private")]
    assert await office.town.log() == before


async def test_in_a_group_questions_are_answered(office: Office) -> None:
    await office.town.case(label="ME")
    assert await asked_instead(office, "Hvad skal jeg gøre på dag 3?", kind="groupChat")


async def test_a_database_that_is_down_costs_nobody_the_answer_to_a_question(office: Office) -> None:
    class Down:
        async def __aenter__(self) -> None:
            raise DatabaseUnavailableError("down")

        async def __aexit__(self, *_: object) -> None:
            return None

    office.town.storage.unit = Down  # type: ignore[method-assign, assignment]
    assert await asked_instead(office, "Hvad skal jeg gøre på dag 3?")
    with pytest.raises(DatabaseUnavailableError):
        await office.write("Mette er rask")


async def test_a_limit_is_found_by_the_days_that_people_call_it_by(office: Office) -> None:
    await office.town.case(label="ME")
    assert buttons_of(await card_for(office, "hvad sker der på dag 28"))["Gjort"]["step"] == "A28"


async def test_a_day_that_the_course_does_not_have_is_answered_from_the_sources(office: Office) -> None:
    await office.town.case(label="ME")
    assert await asked_instead(office, "Hvad skal jeg gøre på dag 5?")


async def test_the_step_that_was_just_looked_at_is_the_one_that_was_done(office: Office) -> None:
    await office.town.case(label="ME")
    await office.write("Hvad skal jeg gøre på dag 10?")
    assert buttons_of(await card_for(office, "Jeg har talt med Mette"))["Gjort"]["step"] == "A10"


# --- what was proposed, and what is so ------------------------------------------------------------------------------------------


def fields_of(part: Any) -> dict[str, Any]:
    """What the inputs of a card are filled with, by their ids."""
    if isinstance(part, list):
        return {name: value for item in part for name, value in fields_of(item).items()}
    if not isinstance(part, dict):
        return {}
    own = {part["id"]: part.get("value")} if str(part.get("type", "")).startswith("Input.") else {}
    return own | fields_of(list(part.values()))


def facts_of(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in facts_of(item)]
    if not isinstance(part, dict):
        return []
    own = [fact["value"] for fact in part["facts"]] if part.get("type") == "FactSet" else []
    return own + facts_of(list(part.values()))


async def test_what_is_asked_for_is_filled_in_and_not_shown_as_if_it_were_so(office: Office) -> None:
    kept = facts_of((await card_for(office, "påmindelser")).content)
    for text in ("stop påmindelser", "jeg er på ferie i uge 29, VMB tager over"):
        card = await card_for(office, text)
        assert facts_of(card.content) == kept
        assert "Intet er ændret endnu." in words_of(card)
        assert DA.say("absence.settings.end_away") not in buttons_of(card)
    assert fields_of((await card_for(office, "stop påmindelser")).content)["level"] == "deadlines"


@pytest.mark.parametrize("text", ["jeg er på ferie i uge 29, VMB tager over", "VMB er stedfortræder"])
async def test_a_deputy_that_is_named_is_filled_in(office: Office, text: str) -> None:
    assert fields_of((await card_for(office, text)).content)["deputy"] == "VMB"


async def test_a_colleague_that_is_named_is_filled_in(office: Office) -> None:
    await office.town.case(label="KLH")
    card = await card_for(office, "overdrag KLH til VMB")
    assert fields_of(card.content)["colleague"] == "VMB"
    offered = await office.press_button(card, DA.say("absence.transfer.send"), colleague="VMB")
    assert say("offered_unreachable", name="Viggo Mønsterby") in words_of(offered)


async def at_the_limit(office: Office) -> str:
    """A case whose next step is a limit of the law, with no contact open."""
    case_id = await office.town.case(label="KLH")
    for number, step in enumerate(("A01", "A03", "A10")):
        done = ChangeStep(token=f"{TOKEN}-{number}", case_id=case_id, step=step, change=StepChange.DONE)
        await office.press(done)
    return case_id


async def test_a_talk_is_not_proposed_as_the_step_of_a_limit(office: Office) -> None:
    case_id = await at_the_limit(office)
    next_step = (await office.town.service.view(DITTE, case_id)).next_step
    assert next_step is not None
    assert next_step.step.key == "A28"
    card = await card_for(office, "har talt med KLH")
    assert say("no_open_contact", title=next_step.title) in words_of(card)
    assert "Gjort" not in buttons_of(card)
    assert buttons_of(card)[DA.say("absence.case.next")]["step"] == "A28"


async def test_no_answer_on_a_step_without_that_button_is_to_be_tried_again(office: Office) -> None:
    await at_the_limit(office)
    card = await card_for(office, "hun svarer ikke")
    assert say("try_another_day") in words_of(card)
    assert DA.say("absence.step.no_answer") not in buttons_of(card)


# --- cases that have ended ------------------------------------------------------------------------------------------------------


async def end(office: Office, case_id: str) -> None:
    action = ChangeCase(token=f"{TOKEN}-end", case_id=case_id, change=CaseChange.END)
    assert say("ended") in words_of(await office.press(action))


@pytest.mark.parametrize("text", ["slet sagen", "hun starter på halv tid"])
async def test_a_case_that_has_ended_shows_what_can_still_be_done(office: Office, text: str) -> None:
    await end(office, await office.town.case(label="KLH"))
    card = await card_for(office, text)
    assert say("has_ended") in words_of(card)
    assert DA.say("absence.more.reopen") in buttons_of(card)


async def test_an_open_case_is_meant_before_one_that_ended_just_now(office: Office) -> None:
    other = await office.town.case(label="ME")
    ended = await office.town.case(label="KLH", first_day=MONDAY - timedelta(days=3))
    back = ReportReturn(token=f"{TOKEN}-back", case_id=ended, day=MONDAY.isoformat())
    assert say("returned", date=DA.day(MONDAY)) in words_of(await office.press(back))
    card = await card_for(office, "slet sagen")
    assert {button["case_id"] for button in buttons_of(card).values()} == {other}


# --- people without cases -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [ELSE, HANNE])
@pytest.mark.parametrize("text", ["mine forløb", "Vis mine åbne sager"])
async def test_who_has_no_cases_is_told_so(office: Office, text: str, by: str) -> None:
    await office.town.case()
    turn = await office.write(text, by=by)
    assert [message.text for message in turn.sent] == [say("no_cases")]
    assert office.answering.asked == []


async def test_only_leaders_are_offered_a_new_case_from_the_list(office: Office) -> None:
    case_id = await office.town.case(label="ME")
    await office.town.service.share_with_hr(DITTE, case_id, token=TOKEN)
    new = DA.say("absence.overview.new")
    assert new in buttons_of(await card_for(office, "mine forløb"))
    assert new not in buttons_of(await card_for(office, "mine forløb", by=HANNE))


@pytest.mark.parametrize("text", ["jeg har ringet til ME", "ME er rask igen"])
async def test_a_label_that_two_cases_have_is_asked_about_whichever_was_spoken_of_last(
    office: Office, text: str
) -> None:
    first = await office.town.case(label="ME", first_day=MONDAY - timedelta(days=2))
    await office.town.case(label="ME")
    await office.press(OpenForm(form=Form.CASE, case_id=first))
    assert say("which_label", label="ME") in words_of(await card_for(office, text))
