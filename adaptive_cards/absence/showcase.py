"""One named example of every card of absence follow-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence import case as cases
from adaptive_cards.absence import examples as sample
from adaptive_cards.absence import guides, notices, overview, settings, start, step
from adaptive_cards.actions import CaseChange, Menu, OpenMenu
from adaptive_cards.texts import Texts
from hr.absence.model import CaseState, Relation, ReminderLevel, StepState
from hr.absence.views import CaseView, DraftView

TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret


def showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """The cards of one language by name, such as `absence_step_law`."""
    return {**_beginnings(texts), **_steps(texts), **_cases(texts), **_forms(texts), **_others(texts)}


def _beginnings(texts: Texts) -> dict[str, AdaptiveCard]:
    late = date(2026, 5, 12)

    def begin(draft: DraftView, notice: str | None = None) -> AdaptiveCard:
        return start.start_card(texts=texts, draft=draft, token=TOKEN, notice=notice)

    return {
        "absence_start": begin(sample.draft()),
        "absence_start_late": begin(sample.draft(today=late)),
        "absence_start_relapse": begin(sample.draft(relapse=True)),
        "absence_start_refused": begin(sample.draft(label=""), texts.say("absence.say.label_health")),
        "absence_start_same_label": begin(sample.draft(same_label=True)),
        "absence_created": start.created_card(
            texts=texts, created=sample.created(), token=TOKEN, passage=sample.PASSAGE
        ),
        "absence_created_late": start.created_card(
            texts=texts, created=sample.created(today=late), token=TOKEN, passage=None
        ),
        "absence_created_frequency": start.created_card(
            texts=texts, created=sample.created(frequency=3), token=TOKEN, passage=None
        ),
    }


def _steps(texts: Texts) -> dict[str, AdaptiveCard]:
    today = sample.case()
    tried = sample.case(
        course=tuple(
            replace(one, state=StepState.ATTEMPTED, attempts=2) if one.key == "A03" else one for one in sample.steps()
        )
    )
    limit = sample.case(
        course=sample.changed(sample.steps(), dict.fromkeys(("A01", "A03", "A10", "A18"), StepState.DONE)),
        today=date(2026, 5, 19),
    )
    gone = sample.case(course=limit.case.steps, today=date(2026, 5, 29))
    last = sample.case(course=limit.case.steps, today=date(2026, 5, 28))
    told = sample.case(course=limit.case.steps[4:5], today=date(2026, 5, 28), relation=Relation.NONE)
    deputy = sample.case(relation=Relation.DEPUTY)
    back = sample.closed_case()

    def card(case: CaseView, key: str, *, resent: bool = False, past_limit: bool = False) -> AdaptiveCard:
        law = key in {"A28", "A35"}
        return step.step_card(
            texts=texts,
            case=case,
            step=sample.step_of(case, key),
            passage=sample.LEGAL_PASSAGE if law else sample.PASSAGE,
            token=TOKEN,
            resent=resent,
            past_limit=past_limit,
        )

    return {
        "absence_step": card(today, "A03"),
        "absence_step_resent": card(today, "A03", resent=True),
        "absence_step_attempted": card(tried, "A03"),
        "absence_step_done": card(today, "A01"),
        "absence_step_deputy": card(deputy, "A03"),
        "absence_step_law": card(limit, "A28"),
        "absence_step_law_gone": card(gone, "A28", past_limit=True),
        "absence_step_law_told": card(told, "A28"),
        "absence_step_return_talk": card(back, "R01"),
        "absence_snooze": step.snooze_card(
            texts=texts, case=today, step=sample.step_of(today, "A03"), options=sample.ANY_TIME, token=TOKEN
        ),
        "absence_snooze_law": step.snooze_card(
            texts=texts,
            case=limit,
            step=sample.step_of(limit, "A28"),
            token=TOKEN,
            options=replace(sample.ANY_TIME, last_on=date(2026, 5, 28)),
            notice=step.snooze_limit(texts, date(2026, 5, 28)),
            day=date(2026, 5, 28),
        ),
        "absence_snooze_law_today": step.snooze_card(
            texts=texts, case=last, step=sample.step_of(last, "A28"), options=sample.NO_TIME, token=TOKEN
        ),
        "absence_snooze_law_gone": step.snooze_card(
            texts=texts, case=gone, step=sample.step_of(gone, "A28"), options=sample.NO_TIME, token=TOKEN
        ),
    }


def _cases(texts: Texts) -> dict[str, AdaptiveCard]:
    def card(case: CaseView, notice: str | None = None) -> AdaptiveCard:
        return cases.case_card(texts=texts, case=case, token=TOKEN, notice=notice)

    partial = sample.case(
        course=sample.changed(sample.steps(6), dict.fromkeys(("A01", "A03", "A10"), StepState.DONE)),
        today=date(2026, 5, 18),
        state=CaseState.PARTIAL,
        partial_from=date(2026, 5, 18),
    )
    return {
        "absence_case": card(sample.case(), texts.say("absence.say.step_done")),
        "absence_case_partial": card(partial),
        "absence_case_closed": card(sample.closed_case()),
        "absence_case_offered": card(sample.case(transfer_to="Robin Eksempel")),
        "absence_case_deputy": card(sample.case(relation=Relation.DEPUTY)),
        "absence_case_hr": card(sample.case(relation=Relation.HR)),
        "absence_more": cases.more_card(texts=texts, case=sample.case(), token=TOKEN),
        "absence_more_frequency": cases.more_card(
            texts=texts, case=replace(sample.case(), frequency_on=True), token=TOKEN
        ),
        "absence_more_closed": cases.more_card(texts=texts, case=sample.closed_case(), token=TOKEN),
    }


def _forms(texts: Texts) -> dict[str, AdaptiveCard]:
    case = sample.case()
    late = sample.case(course=sample.steps(), today=date(2026, 5, 12))
    confirmed = {
        f"absence_confirm_{change.value}": cases.confirm_card(texts=texts, case=case, change=change, token=TOKEN)
        for change in CaseChange
        if change is not CaseChange.WITHDRAW
    }
    return {
        "absence_return": cases.return_card(texts=texts, case=case, token=TOKEN),
        "absence_return_far": cases.return_card(
            texts=texts, case=case, token=TOKEN, partial=True, far=date(2026, 6, 1)
        ),
        "absence_correct": cases.correct_card(texts=texts, case=case, token=TOKEN),
        "absence_transfer": cases.transfer_card(texts=texts, case=case, token=TOKEN),
        "absence_transfer_unknown": cases.transfer_card(
            texts=texts, case=case, token=TOKEN, notice=texts.say("absence.say.unknown_colleague")
        ),
        "absence_catch_up": cases.catch_up_card(texts=texts, case=late, token=TOKEN),
        **confirmed,
    }


def _others(texts: Texts) -> dict[str, AdaptiveCard]:
    several = sample.overview()
    nothing = sample.overview(0)
    offered = replace(several, offered=(sample.case(label="FK", relation=Relation.NONE),))
    groups = replace(
        several,
        as_deputy=(sample.case(label="PL", relation=Relation.DEPUTY),),
        as_hr=(sample.case(label="BV", relation=Relation.HR),),
    )
    menu = sample.guides()
    dated = sample.guides(sample.CASE_ID)
    person, start_day, end_day = sample.LEADER_NAME, date(2026, 5, 11), date(2026, 5, 22)
    return {
        "absence_overview": overview.overview_card(texts=texts, overview=several),
        "absence_overview_due": overview.overview_card(texts=texts, overview=several, only_due=True),
        "absence_overview_empty": overview.overview_card(texts=texts, overview=nothing),
        "absence_overview_groups": overview.overview_card(texts=texts, overview=groups),
        "absence_overview_long": overview.overview_card(texts=texts, overview=sample.overview(12)),
        "absence_overview_next": overview.overview_card(texts=texts, overview=sample.overview(12), start=10),
        "absence_overview_offered": overview.overview_card(texts=texts, overview=offered, token=TOKEN),
        "absence_digest": overview.digest_card(texts=texts, overview=several),
        "absence_settings": settings.settings_card(texts=texts, settings=sample.settings(), token=TOKEN),
        "absence_settings_away": settings.settings_card(
            texts=texts, settings=sample.settings(away=True, level=ReminderLevel.DEADLINES), token=TOKEN
        ),
        "absence_guides": guides.guides_card(texts=texts, guides=menu, case_id=None),
        "absence_guides_of_case": guides.guides_card(texts=texts, guides=dated, case_id=sample.CASE_ID),
        "absence_guide": guides.guide_card(texts=texts, guide=menu[0], passage=sample.PASSAGE),
        "absence_guide_dated": guides.guide_card(texts=texts, guide=dated[-1], passage=None),
        "absence_offer": notices.offer_card(texts=texts, name=person, case=sample.case(), token=TOKEN),
        "absence_answered": notices.answered_card(texts=texts, name=person, accepted=True),
        "absence_declined": notices.answered_card(texts=texts, name=person, accepted=False),
        "absence_deputy": notices.deputy_card(texts=texts, name=person, from_day=start_day, to_day=end_day),
        "absence_shared": notices.shared_card(texts=texts, name=person),
        "absence_lapsed": notices.lapsed_card(
            texts=texts, case=sample.case(state=CaseState.CLOSED), days=400, until=date(2026, 6, 12)
        ),
        "absence_note": notices.note_card(texts=texts, text=texts.say("absence.say.cancelled")),
        "absence_choice": notices.choice_card(
            texts=texts,
            lead=texts.say("absence.say.clarify"),
            options=[
                (texts.say("absence.my_cases"), OpenMenu(menu=Menu.LIST, language=texts.language)),
                (texts.say("absence.overview.new"), OpenMenu(menu=Menu.START, language=texts.language)),
            ],
        ),
    }
