"""The buttons of who helps with what and of questions to HR."""

from __future__ import annotations

from typing import Final

from adaptive_cards.contacts import actions as k
from adaptive_cards.escalation import actions as e
from hr.escalation.model import HrDeed
from hr.policy import Operation
from tests.unit.bot.everybody import Ids
from tests.unit.bot.presses.press import TOKEN, Press, simple

_HRS: Final = {
    HrDeed.SHOW: (Operation.SEE_REQUEST, "new"),
    HrDeed.TAKE: (Operation.TAKE_REQUEST, "new"),
    HrDeed.TAKE_OVER: (Operation.TAKE_REQUEST, "taken"),
    HrDeed.CLOSE: (Operation.CLOSE_REQUEST, "new"),
    HrDeed.REOPEN: (Operation.REOPEN_REQUEST, "answered"),
    HrDeed.DRAFT: (Operation.DRAFT_DOCUMENT, "answered"),
}
_OWN: Final = {
    e.OwnDeed.SHOW: (Operation.SEE_OWN_REQUEST, "new"),
    e.OwnDeed.WITHDRAW: (Operation.WITHDRAW_REQUEST, "new"),
    e.OwnDeed.HELPED: (Operation.SETTLE_REQUEST, "answered"),
    e.OwnDeed.ASK_ON: (Operation.SEE_OWN_REQUEST, "answered"),
}


def _of_asking(menu: e.AskingMenu) -> Press:
    def make(_: Ids, __: str) -> e.OpenAsking:
        return e.OpenAsking(menu=menu)

    name = f"asking {menu.value}"
    match menu:
        case e.AskingMenu.FORM | e.AskingMenu.CANCEL:
            return Press(name=name, asks_for=(Operation.ASK_HR,), make=make, quiet=True)
        case e.AskingMenu.MINE:
            return Press(name=name, asks_for=(Operation.SEE_OWN_REQUEST,), make=make, empty=True, quiet=True)
        case e.AskingMenu.HR_OPEN:
            return Press(name=name, asks_for=(Operation.SEE_REQUEST,), make=make, empty=True)


PRESSES: Final[dict[type, list[Press]]] = {
    k.BrowseContacts: [simple("browse", Operation.SEE_CONTACTS, lambda _, __: k.BrowseContacts(), quiet=True)],
    k.PickContact: [simple("pick", Operation.SEE_CONTACTS, lambda _, __: k.PickContact(topic="loen"), quiet=True)],
    k.OpenContact: [simple("contact", Operation.SEE_CONTACTS, lambda _, __: k.OpenContact(topic="loen"), quiet=True)],
    k.AskHrAbout: [simple("ask about", Operation.ASK_HR, lambda _, __: k.AskHrAbout(topic="loen"), quiet=True)],
    e.OpenAsking: [_of_asking(menu) for menu in e.AskingMenu],
    e.SendRequest: [
        simple("send", Operation.ASK_HR, lambda _, __: e.SendRequest(token=TOKEN, question="Hvad er MUS?", topic="t"))
    ],
    e.OwnRequest: [
        simple(
            f"own {deed.value}",
            _OWN[deed][0],
            lambda ids, _, deed=deed: e.OwnRequest(request_id=getattr(ids, _OWN[deed][1]), deed=deed),  # type: ignore[misc]
            quiet=deed in {e.OwnDeed.SHOW, e.OwnDeed.ASK_ON},
        )
        for deed in e.OwnDeed
    ],
    e.AskOn: [
        simple(
            "ask on", Operation.ASK_ON, lambda ids, _: e.AskOn(token=TOKEN, request_id=ids.answered, question="Og så?")
        ),
    ],
    e.HrRequest: [
        simple(
            f"hr {deed.value}",
            _HRS[deed][0],
            lambda ids, _, deed=deed: e.HrRequest(request_id=getattr(ids, _HRS[deed][1]), deed=deed),  # type: ignore[misc]
            quiet=deed in {HrDeed.SHOW, HrDeed.DRAFT},
        )
        for deed in HrDeed
    ],
    e.HrAnswer: [
        simple(
            "answer", Operation.ANSWER_REQUEST, lambda ids, _: e.HrAnswer(token=TOKEN, request_id=ids.new, answer="Ja.")
        ),
    ],
}
"""By the class of the button."""
