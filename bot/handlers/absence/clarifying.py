"""Questions back, as buttons: what is meant, and how a case ends."""

from __future__ import annotations

from typing import Final

from adaptive_cards.actions import Action as Payload
from adaptive_cards.actions import Form, Menu, OpenForm, OpenMenu
from adaptive_cards.render import Card
from bot.handlers.absence.desk import Desk, Sender
from bot.handlers.absence.which import MOST_OPTIONS, Nobody, Several, choose, meant_case
from bot.understanding.model import Action, Clarify
from hr.absence.views import CaseView

_MENUS: Final = {
    Action.START_CASE: Menu.START,
    Action.LIST_CASES: Menu.LIST,
    Action.REMINDERS: Menu.SETTINGS,
    Action.SHOW_GUIDE: Menu.GUIDES,
}
_FORMS: Final = {
    Action.RECORD_CONTACT: Form.STEP,
    Action.STEP_GUIDANCE: Form.STEP,
    Action.SNOOZE: Form.SNOOZE,
    Action.CLOSE_CASE: Form.RETURN,
    Action.CORRECT_FIRST_DAY: Form.CORRECT,
    Action.TRANSFER_CASE: Form.TRANSFER,
}


async def clarify(desk: Desk, sender: Sender, meant: Clarify) -> Card:
    """The likely actions and, last, the message as a question. What needs a case opens the list while no case is certain."""
    texts = sender.texts
    touched = desk.memory.touched(sender.chat, sender.person_id)
    of_a_case = not _FORMS.keys().isdisjoint(meant.candidates)
    cases = (await desk.service.overview(sender.person_id)).all if of_a_case else ()
    found = meant_case(meant.label, cases, touched)
    case = None if isinstance(found, Nobody | Several) else found
    options: list[tuple[str, Payload]] = []
    for action in meant.candidates[: MOST_OPTIONS - 1]:
        payload = _payload(action, case, texts.language)
        if payload not in [given for _, given in options]:
            options.append((texts.say(f"absence.say.mean_{action.value}"), payload))
    options.append((texts.say("absence.say.mean_question"), OpenMenu(menu=Menu.ASK, language=texts.language)))
    return choose(desk, sender, texts.say("absence.say.clarify"), options)


def ask_how_it_ends(desk: Desk, sender: Sender, case: CaseView) -> Card:
    """Back, ended, or a mistake."""
    texts = sender.texts
    options: list[tuple[str, Payload]] = [
        (texts.say(f"absence.say.{key}"), OpenForm(form=form, case_id=case.case.id, language=texts.language))
        for key, form in (("close_return", Form.RETURN), ("close_end", Form.END), ("close_delete", Form.DELETE))
    ]
    return choose(desk, sender, texts.say("absence.say.which_end", label=case.case.label), options)


def _payload(action: Action, case: CaseView | None, language: str) -> Payload:
    if action in _MENUS:
        return OpenMenu(menu=_MENUS[action], language=language)
    if case is None:
        return OpenMenu(menu=Menu.LIST, language=language)
    return OpenForm(form=_FORMS[action], case_id=case.case.id, language=language)
