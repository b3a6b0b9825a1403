"""The buttons of absence follow-up, and of ratings."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

from adaptive_cards import actions as a
from hr.absence.model import SnoozeChoice, StepChange
from hr.policy import Actor, Operation
from tests.unit.bot.everybody import HANDLE, TODAY, Ids
from tests.unit.bot.presses.press import FRIDAY, TOKEN, Press, simple

_ALL: Final = frozenset({Actor.OWNER, Actor.DEPUTY, Actor.HANDED, Actor.OFFERED})
_STEP: Final = "A10"
_FORMS: Final = {
    a.Form.CASE: Operation.VIEW_CASE,
    a.Form.STEP: Operation.VIEW_CASE,
    a.Form.SNOOZE: Operation.SNOOZE,
    a.Form.RETURN: Operation.REPORT_RETURN,
    a.Form.CATCH_UP: Operation.CATCH_UP,
    a.Form.MORE: Operation.VIEW_CASE,
    a.Form.CORRECT: Operation.CORRECT_CASE,
    a.Form.END: Operation.END_CASE,
    a.Form.DELETE: Operation.DELETE_CASE,
    a.Form.TRANSFER: Operation.OFFER_CASE,
    a.Form.SHARE: Operation.SHARE_CASE,
    a.Form.EXCLUDE: Operation.EXCLUDE_CASE,
    a.Form.GUIDES: Operation.VIEW_CASE,
}
_CHANGES: Final = {
    a.CaseChange.END: Operation.END_CASE,
    a.CaseChange.DELETE: Operation.DELETE_CASE,
    a.CaseChange.REOPEN: Operation.REOPEN_CASE,
    a.CaseChange.SHARE: Operation.SHARE_CASE,
    a.CaseChange.EXCLUDE: Operation.EXCLUDE_CASE,
    a.CaseChange.WHOLE: Operation.REPORT_RETURN,
    a.CaseChange.WITHDRAW: Operation.OFFER_CASE,
}


def _of_menu(menu: a.Menu) -> Press:
    def make(_: Ids, __: str) -> a.OpenMenu:
        return a.OpenMenu(menu=menu)

    name = f"menu {menu.value}"
    match menu:
        case a.Menu.START:
            return Press(name=name, asks_for=(Operation.START_CASE,), make=make, quiet=True)
        case a.Menu.LIST:
            return Press(name=name, asks_for=(Operation.LIST_CASES,), make=make, empty=True)
        case a.Menu.SETTINGS:  # one's own, which only leaders can change
            own = MappingProxyType({Actor.ANYONE: Actor.LEADER})
            return Press(name=name, asks_for=(Operation.CHOOSE_REMINDERS,), make=make, also=own, quiet=True)
        case a.Menu.GUIDES:
            return Press(name=name, asks_for=(Operation.SEE_GUIDES,), make=make, quiet=True)
        case a.Menu.ASK | a.Menu.CANCEL:
            return Press(name=name, asks_for=(Operation.ASK,), make=make, quiet=True)


def _on_cases(name: str, operation: Operation, make: Callable[[Ids, str, str], Any]) -> list[Press]:
    """On a case that HR, a deputy and a colleague have to do with, and on one that was neither handed over nor offered."""
    unshared = frozenset({Actor.HANDED, Actor.OFFERED})
    return [
        simple(name, operation, lambda ids, who: make(ids, who, ids.case)),
        simple(f"{name} not handed over", operation, lambda ids, who: make(ids, who, ids.own_case), lacks=unshared),
    ]


PRESSES: Final[dict[type, list[Press]]] = {
    a.GiveReason: [
        simple("reason", Operation.EXPLAIN_RATING, lambda _, __: a.GiveReason(token=TOKEN, answer_id="answer-1")),
    ],
    a.OpenMenu: [_of_menu(menu) for menu in a.Menu],
    a.OpenList: [simple("list", Operation.LIST_CASES, lambda _, __: a.OpenList(), empty=True)],
    a.OpenForm: [
        press
        for form in a.Form
        for press in _on_cases(
            f"form {form.value}",
            _FORMS[form],
            lambda _, __, case, form=form: a.OpenForm(form=form, case_id=case, step=_STEP),  # type: ignore[misc]
        )
    ],
    a.CreateCase: [
        simple(
            "create",
            Operation.START_CASE,
            lambda _, __: a.CreateCase(token=TOKEN, shown=TODAY, first_day=TODAY.isoformat(), label="XY"),
        )
    ],
    a.ChangeStep: [
        press
        for change in StepChange
        for press in _on_cases(
            f"step {change.value}",
            Operation.CHANGE_STEP,
            lambda _, __, case, change=change: a.ChangeStep(token=TOKEN, case_id=case, step=_STEP, change=change),  # type: ignore[misc]
        )
    ],
    a.Snooze: [
        press
        for choice in SnoozeChoice
        for press in _on_cases(
            f"snooze {choice.value}",
            Operation.SNOOZE,
            lambda _, __, case, choice=choice: a.Snooze(  # type: ignore[misc]
                token=TOKEN, case_id=case, step=_STEP, choice=choice, day=FRIDAY.isoformat()
            ),
        )
    ],
    a.ReportReturn: [
        press
        for partial in ("true", "false")
        for press in _on_cases(
            f"return {partial}",
            Operation.REPORT_RETURN,
            lambda _, __, case, partial=partial: a.ReportReturn(  # type: ignore[misc]
                token=TOKEN, case_id=case, day=TODAY.isoformat(), partial=partial
            ),
        )
    ],
    a.CorrectFirstDay: _on_cases(
        "correct",
        Operation.CORRECT_CASE,
        lambda _, __, case: a.CorrectFirstDay(token=TOKEN, case_id=case, first_day=TODAY.isoformat()),
    ),
    a.ChangeCase: [
        *(
            press
            for change in a.CaseChange
            if change is not a.CaseChange.REOPEN
            for press in _on_cases(
                f"case {change.value}",
                _CHANGES[change],
                lambda _, __, case, change=change: a.ChangeCase(token=TOKEN, case_id=case, change=change),  # type: ignore[misc]
            )
        ),
        simple(
            "case reopen",
            _CHANGES[a.CaseChange.REOPEN],
            lambda ids, _: a.ChangeCase(token=TOKEN, case_id=ids.ended_case, change=a.CaseChange.REOPEN),
            lacks=_ALL - {Actor.OWNER},
        ),
    ],
    a.CatchUp: _on_cases(
        "catch up",
        Operation.CATCH_UP,
        lambda _, __, case: a.CatchUp(token=TOKEN, case_id=case, offered=("A01",), done="A01"),
    ),
    a.OfferTransfer: _on_cases(
        "offer",
        Operation.OFFER_CASE,
        lambda _, __, case: a.OfferTransfer(token=TOKEN, case_id=case, colleague=HANDLE["new_leader"]),
    ),
    a.AnswerTransfer: [
        press
        for accept in (True, False)
        for press in _on_cases(
            f"answer offer {accept}",
            Operation.ANSWER_OFFER,
            lambda _, __, case, accept=accept: a.AnswerTransfer(token=TOKEN, case_id=case, accept=accept),  # type: ignore[misc]
        )
    ],
    a.ShowGuide: [
        simple("guide", Operation.SEE_GUIDES, lambda _, __: a.ShowGuide(guide="bisidder"), quiet=True),
        simple(
            "guide of a case",
            Operation.VIEW_CASE,
            lambda ids, _: a.ShowGuide(guide="fast-track", case_id=ids.case),
            quiet=True,
        ),
    ],
    a.SaveReminders: [
        simple("reminders", Operation.CHOOSE_REMINDERS, lambda _, __: a.SaveReminders(token=TOKEN)),
    ],
    a.SaveAway: [
        simple(
            "away",
            Operation.CHOOSE_REMINDERS,
            lambda _, __: a.SaveAway(token=TOKEN, from_day=TODAY.isoformat(), to_day=FRIDAY.isoformat()),
        ),
        simple("back", Operation.CHOOSE_REMINDERS, lambda _, __: a.SaveAway(token=TOKEN, end=True)),
    ],
}
"""By the class of the button."""
