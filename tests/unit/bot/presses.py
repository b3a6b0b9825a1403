"""Every button that there is, as somebody would press it or forge it: what it asks for, and with what in it.

A button without an entry here fails the tests, and so does a choice within one (a deed, a form, a page) that is not named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from adaptive_cards import actions as a
from adaptive_cards.campaigns import actions as c
from adaptive_cards.contacts import actions as k
from adaptive_cards.dialogues import actions as d
from adaptive_cards.escalation import actions as e
from adaptive_cards.onboarding import actions as o
from hr.absence.model import SnoozeChoice, StepChange
from hr.campaigns.rules import Deed
from hr.escalation.model import HrDeed
from hr.policy import Actor, Operation
from tests.unit.bot.everybody import CHANNEL, HANDLE, OTHER_CHAT, TODAY, TRIO, Ids
from tests.unit.hr.campaigns.builders import TEMPLATES

Kind = Literal["personal", "groupChat", "channel"]
TOKEN: Final = "token-of-a-press"
FRIDAY: Final[date] = TODAY + timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button pressed (or, where `make` gives a text, a message written). Whoever may one of `asks_for` is let through.

    `lacks` are what nobody is to the thing in this press; `also` says as what somebody counts in it: everyone is "the one who asked" to
    the list of his own questions. `empty`: who may not gets the same card with nothing on it. `quiet`: nothing is kept and no secret shown.
    """

    name: str
    asks_for: tuple[Operation, ...]
    make: Callable[[Ids, str], Any]
    lacks: frozenset[Actor] = frozenset()
    also: Mapping[Actor, Actor] = field(default_factory=lambda: MappingProxyType({}))
    empty: bool = False
    quiet: bool = False
    chat: str = "a:chat"
    kind: Kind = "personal"


_P: Final = Operation
_ALL: Final = frozenset({Actor.OWNER, Actor.DEPUTY, Actor.HANDED, Actor.OFFERED})
_STEP: Final = "A10"
_FORMS: Final = {
    a.Form.CASE: _P.VIEW_CASE,
    a.Form.STEP: _P.VIEW_CASE,
    a.Form.SNOOZE: _P.SNOOZE,
    a.Form.RETURN: _P.REPORT_RETURN,
    a.Form.CATCH_UP: _P.CATCH_UP,
    a.Form.MORE: _P.VIEW_CASE,
    a.Form.CORRECT: _P.CORRECT_CASE,
    a.Form.END: _P.END_CASE,
    a.Form.DELETE: _P.DELETE_CASE,
    a.Form.TRANSFER: _P.OFFER_CASE,
    a.Form.SHARE: _P.SHARE_CASE,
    a.Form.EXCLUDE: _P.EXCLUDE_CASE,
    a.Form.GUIDES: _P.VIEW_CASE,
}
_CHANGES: Final = {
    a.CaseChange.END: _P.END_CASE,
    a.CaseChange.DELETE: _P.DELETE_CASE,
    a.CaseChange.REOPEN: _P.REOPEN_CASE,
    a.CaseChange.SHARE: _P.SHARE_CASE,
    a.CaseChange.EXCLUDE: _P.EXCLUDE_CASE,
    a.CaseChange.WHOLE: _P.REPORT_RETURN,
    a.CaseChange.WITHDRAW: _P.OFFER_CASE,
}
_DEEDS: Final = {
    Deed.EDIT: (_P.COMPOSE, "draft"),
    Deed.DELETE: (_P.COMPOSE, "draft"),
    Deed.SEND: (_P.SEND_CAMPAIGN, "draft"),
    Deed.RECALL: (_P.SEND_CAMPAIGN, "waiting"),
    Deed.APPROVE: (_P.APPROVE_CAMPAIGN, "waiting"),
    Deed.GIVE_BACK: (_P.APPROVE_CAMPAIGN, "waiting"),
    Deed.PAUSE: (_P.STOP_CAMPAIGN, "sent"),
    Deed.RESUME: (_P.STOP_CAMPAIGN, "paused"),
    Deed.CANCEL: (_P.STOP_CAMPAIGN, "waiting"),
    Deed.WITHDRAW: (_P.WITHDRAW_CAMPAIGN, "sent"),
    Deed.REMIND: (_P.REMIND, "sent"),
}
_HRS: Final = {
    HrDeed.SHOW: (_P.SEE_REQUEST, "new"),
    HrDeed.TAKE: (_P.TAKE_REQUEST, "new"),
    HrDeed.TAKE_OVER: (_P.TAKE_REQUEST, "taken"),
    HrDeed.CLOSE: (_P.CLOSE_REQUEST, "new"),
    HrDeed.REOPEN: (_P.REOPEN_REQUEST, "answered"),
    HrDeed.DRAFT: (_P.DRAFT_DOCUMENT, "answered"),
}
_OWN: Final = {
    e.OwnDeed.SHOW: (_P.SEE_OWN_REQUEST, "new"),
    e.OwnDeed.WITHDRAW: (_P.WITHDRAW_REQUEST, "new"),
    e.OwnDeed.HELPED: (_P.SETTLE_REQUEST, "answered"),
    e.OwnDeed.ASK_ON: (_P.SEE_OWN_REQUEST, "answered"),
}
_ITEM_OF: Final = {
    "hr": "NE04",
    "hr_lead": "NE04",
    "composer": "NE04",
    "mentor_of_her": "NE05",
    "representative": "NE06",
}
_PLAN: Final = (_P.SEE_PLAN, _P.SEE_PROGRESS)
_LEADS_SOMEBODY: Final = MappingProxyType({Actor.LEADER: Actor.NEWCOMERS_LEADER})
_OWN_PLAN: Final = MappingProxyType({Actor.KNOWN: Actor.NEWCOMER})
_OWN_QUESTION: Final = MappingProxyType({Actor.ANYONE: Actor.ASKER})


def _of_menu(menu: a.Menu) -> Press:
    def make(_: Ids, __: str) -> a.OpenMenu:
        return a.OpenMenu(menu=menu)

    name = f"menu {menu.value}"
    match menu:
        case a.Menu.START:
            return Press(name=name, asks_for=(_P.START_CASE,), make=make, quiet=True)
        case a.Menu.LIST:
            return Press(name=name, asks_for=(_P.LIST_CASES,), make=make, empty=True)
        case a.Menu.SETTINGS:  # one's own, which only leaders can change
            own = MappingProxyType({Actor.ANYONE: Actor.LEADER})
            return Press(name=name, asks_for=(_P.CHOOSE_REMINDERS,), make=make, also=own, quiet=True)
        case a.Menu.GUIDES:
            return Press(name=name, asks_for=(_P.SEE_GUIDES,), make=make, quiet=True)
        case a.Menu.ASK | a.Menu.CANCEL:
            return Press(name=name, asks_for=(_P.ASK,), make=make, quiet=True)


def _of_page(page: o.OnboardingPage) -> Press:
    def make(ids: Ids, _: str) -> o.OpenOnboarding:
        of_one = page in {o.OnboardingPage.JOURNEY, o.OnboardingPage.MANAGE}
        return o.OpenOnboarding(page=page, journey=ids.journey if of_one else None)

    name = f"page {page.value}"
    match page:
        case o.OnboardingPage.MINE | o.OnboardingPage.TEAM:
            return Press(name=name, asks_for=_PLAN, make=make, empty=True, quiet=True)
        case o.OnboardingPage.START_OWN:
            own = MappingProxyType({Actor.ANYONE: Actor.NEWCOMER})
            return Press(name=name, asks_for=(_P.START_PLAN,), make=make, also=own, quiet=True)
        case o.OnboardingPage.START_OTHER:
            newcomer = frozenset({Actor.NEWCOMER})
            return Press(
                name=name, asks_for=(_P.START_PLAN,), make=make, also=_LEADS_SOMEBODY, lacks=newcomer, quiet=True
            )
        case o.OnboardingPage.LISTS:
            return Press(name=name, asks_for=(_P.SEE_SIGN_UPS,), make=make, quiet=True)
        case o.OnboardingPage.JOURNEY:
            return Press(name=name, asks_for=_PLAN, make=make, quiet=True)
        case o.OnboardingPage.MANAGE:
            return Press(name=name, asks_for=(_P.MOVE_PLAN,), make=make, quiet=True)


def _of_campaign(page: c.CampaignPage) -> Press:
    what = _P.COMPOSE if page in {c.CampaignPage.CHOOSE, c.CampaignPage.EDIT} else _P.SEE_CAMPAIGNS

    def make(ids: Ids, _: str) -> c.OpenCampaign:
        of = {c.CampaignPage.EDIT: ids.draft, c.CampaignPage.SHOW: ids.sent, c.CampaignPage.MISSED: ids.sent}
        return c.OpenCampaign(page=page, campaign_id=of.get(page))

    return Press(name=f"campaigns {page.value}", asks_for=(what,), make=make, quiet=True)


def _of_asking(menu: e.AskingMenu) -> Press:
    def make(_: Ids, __: str) -> e.OpenAsking:
        return e.OpenAsking(menu=menu)

    name = f"asking {menu.value}"
    match menu:
        case e.AskingMenu.FORM | e.AskingMenu.CANCEL:
            return Press(name=name, asks_for=(_P.ASK_HR,), make=make, quiet=True)
        case e.AskingMenu.MINE:
            return Press(name=name, asks_for=(_P.SEE_OWN_REQUEST,), make=make, empty=True, quiet=True)
        case e.AskingMenu.HR_OPEN:
            return Press(name=name, asks_for=(_P.SEE_REQUEST,), make=make, empty=True)


def _simple(name: str, operation: Operation, make: Callable[[Ids, str], Any], **more: Any) -> Press:
    return Press(name=name, asks_for=(operation,), make=make, **more)


def _in_trio(name: str, operation: Operation, make: Callable[[Ids, str], Any], **more: Any) -> list[Press]:
    """In the chat of the dialogue, and in another one, where nobody is in its TRIO."""
    foreign = frozenset({Actor.TRIO})
    return [
        _simple(name, operation, make, chat=TRIO, kind="groupChat", **more),
        _simple(f"{name} elsewhere", operation, make, chat=OTHER_CHAT, kind="groupChat", lacks=foreign, **more),
    ]


def _on_cases(name: str, operation: Operation, make: Callable[[Ids, str, str], Any]) -> list[Press]:
    """On a case that HR, a deputy and a colleague have to do with, and on one that was neither handed over nor offered."""
    unshared = frozenset({Actor.HANDED, Actor.OFFERED})
    return [
        _simple(name, operation, lambda ids, who: make(ids, who, ids.case)),
        _simple(f"{name} not handed over", operation, lambda ids, who: make(ids, who, ids.own_case), lacks=unshared),
    ]


def _saved(**more: Any) -> dict[str, Any]:
    return {"token": TOKEN, "title": "Titel", "text": "Tekst", "groups": "leder", **more}


PRESSES: Final[dict[type, list[Press]]] = {
    a.GiveReason: [
        _simple("reason", _P.EXPLAIN_RATING, lambda _, __: a.GiveReason(token=TOKEN, answer_id="answer-1")),
    ],
    a.OpenMenu: [_of_menu(menu) for menu in a.Menu],
    a.OpenList: [_simple("list", _P.LIST_CASES, lambda _, __: a.OpenList(), empty=True)],
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
        _simple(
            "create",
            _P.START_CASE,
            lambda _, __: a.CreateCase(token=TOKEN, shown=TODAY, first_day=TODAY.isoformat(), label="XY"),
        )
    ],
    a.ChangeStep: [
        press
        for change in StepChange
        for press in _on_cases(
            f"step {change.value}",
            _P.CHANGE_STEP,
            lambda _, __, case, change=change: a.ChangeStep(token=TOKEN, case_id=case, step=_STEP, change=change),  # type: ignore[misc]
        )
    ],
    a.Snooze: [
        press
        for choice in SnoozeChoice
        for press in _on_cases(
            f"snooze {choice.value}",
            _P.SNOOZE,
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
            _P.REPORT_RETURN,
            lambda _, __, case, partial=partial: a.ReportReturn(  # type: ignore[misc]
                token=TOKEN, case_id=case, day=TODAY.isoformat(), partial=partial
            ),
        )
    ],
    a.CorrectFirstDay: _on_cases(
        "correct",
        _P.CORRECT_CASE,
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
        _simple(
            "case reopen",
            _CHANGES[a.CaseChange.REOPEN],
            lambda ids, _: a.ChangeCase(token=TOKEN, case_id=ids.ended_case, change=a.CaseChange.REOPEN),
            lacks=_ALL - {Actor.OWNER},
        ),
    ],
    a.CatchUp: _on_cases(
        "catch up",
        _P.CATCH_UP,
        lambda _, __, case: a.CatchUp(token=TOKEN, case_id=case, offered=("A01",), done="A01"),
    ),
    a.OfferTransfer: _on_cases(
        "offer",
        _P.OFFER_CASE,
        lambda _, __, case: a.OfferTransfer(token=TOKEN, case_id=case, colleague=HANDLE["new_leader"]),
    ),
    a.AnswerTransfer: [
        press
        for accept in (True, False)
        for press in _on_cases(
            f"answer offer {accept}",
            _P.ANSWER_OFFER,
            lambda _, __, case, accept=accept: a.AnswerTransfer(token=TOKEN, case_id=case, accept=accept),  # type: ignore[misc]
        )
    ],
    a.ShowGuide: [
        _simple("guide", _P.SEE_GUIDES, lambda _, __: a.ShowGuide(guide="bisidder"), quiet=True),
        _simple(
            "guide of a case",
            _P.VIEW_CASE,
            lambda ids, _: a.ShowGuide(guide="fast-track", case_id=ids.case),
            quiet=True,
        ),
    ],
    a.SaveReminders: [
        _simple("reminders", _P.CHOOSE_REMINDERS, lambda _, __: a.SaveReminders(token=TOKEN)),
    ],
    a.SaveAway: [
        _simple(
            "away",
            _P.CHOOSE_REMINDERS,
            lambda _, __: a.SaveAway(token=TOKEN, from_day=TODAY.isoformat(), to_day=FRIDAY.isoformat()),
        ),
        _simple("back", _P.CHOOSE_REMINDERS, lambda _, __: a.SaveAway(token=TOKEN, end=True)),
    ],
    c.OpenCampaign: [_of_campaign(page) for page in c.CampaignPage],
    c.ChooseTemplate: [
        _simple("template", _P.COMPOSE, lambda _, __: c.ChooseTemplate(template="blank"), quiet=True),
    ],
    c.SaveCampaign: [
        _simple("save", _P.COMPOSE, lambda _, __: c.SaveCampaign(**_saved())),
        _simple("save again", _P.COMPOSE, lambda ids, _: c.SaveCampaign(**_saved(campaign_id=ids.draft))),
    ],
    c.SaveFromTemplate: [
        _simple(
            "save template",
            _P.COMPOSE,
            lambda _, __: c.SaveFromTemplate(**_saved(template=TEMPLATES[0].id, confirmed="true")),
        )
    ],
    c.DoCampaign: [
        _simple(
            f"deed {deed.value}",
            _DEEDS[deed][0],
            lambda ids, _, deed=deed: c.DoCampaign(  # type: ignore[misc]
                token=TOKEN,
                campaign_id=getattr(ids, _DEEDS[deed][1]),
                version=ids.versions[getattr(ids, _DEEDS[deed][1])],
                deed=deed,
                confirmed=True,
            ),
        )
        for deed in Deed
        if deed is not Deed.EDIT  # no button sends it: EDIT is a page
    ],
    c.TryCampaign: [_simple("try", _P.COMPOSE, lambda ids, _: c.TryCampaign(token=TOKEN, campaign_id=ids.draft))],
    c.AcknowledgeCampaign: [
        _simple("acknowledge", _P.ACKNOWLEDGE, lambda ids, _: c.AcknowledgeCampaign(campaign_id=ids.sent)),
        _simple(
            "acknowledge a trial",
            _P.SEE_CAMPAIGNS,
            lambda ids, _: c.AcknowledgeCampaign(campaign_id=ids.draft, trial=True),
            quiet=True,
        ),
    ],
    k.BrowseContacts: [_simple("browse", _P.SEE_CONTACTS, lambda _, __: k.BrowseContacts(), quiet=True)],
    k.PickContact: [_simple("pick", _P.SEE_CONTACTS, lambda _, __: k.PickContact(topic="loen"), quiet=True)],
    k.OpenContact: [_simple("contact", _P.SEE_CONTACTS, lambda _, __: k.OpenContact(topic="loen"), quiet=True)],
    k.AskHrAbout: [_simple("ask about", _P.ASK_HR, lambda _, __: k.AskHrAbout(topic="loen"), quiet=True)],
    d.OpenPalette: [
        _simple("palette", _P.OPEN_DIALOGUES, lambda _, __: d.OpenPalette(), chat=TRIO, kind="groupChat", quiet=True)
    ],
    d.BeginDialogue: [
        _simple(
            "begin",
            _P.OPEN_DIALOGUES,
            lambda _, __: d.BeginDialogue(token=TOKEN, themes="forebyggelse"),
            chat=TRIO,
            kind="groupChat",
        )
    ],
    d.OpenTheme: _in_trio("theme", _P.SEE_DIALOGUE, lambda ids, _: d.OpenTheme(dialogue_id=ids.dialogue), quiet=True),
    d.OpenAgreement: [
        press
        for view in ("show", "edit", "delete")
        for press in _in_trio(
            f"agreement {view}",
            _P.SEE_DIALOGUE,
            lambda ids, _, view=view: d.OpenAgreement(dialogue_id=ids.dialogue, view=view),  # type: ignore[misc]
            quiet=True,
        )
    ],
    d.Agree: _in_trio(
        "agree",
        _P.AGREE,
        lambda ids, _: d.Agree(token=TOKEN, dialogue_id=ids.dialogue, first="Vi taler", follow_up="2026-04-07"),
    ),
    d.TryAgain: _in_trio(
        "again",
        _P.TRY_AGAIN,
        lambda ids, _: d.TryAgain(
            token=TOKEN, dialogue_id=ids.dialogue, generation=ids.generation, follow_up="2026-04-07"
        ),
    ),
    d.CloseDialogue: _in_trio(
        "close",
        _P.CLOSE_DIALOGUE,
        lambda ids, _: d.CloseDialogue(token=TOKEN, dialogue_id=ids.dialogue, generation=ids.generation, done=True),
    ),
    d.DeleteDialogue: _in_trio("delete", _P.DELETE_DIALOGUE, lambda ids, _: d.DeleteDialogue(dialogue_id=ids.dialogue)),
    e.OpenAsking: [_of_asking(menu) for menu in e.AskingMenu],
    e.SendRequest: [
        _simple("send", _P.ASK_HR, lambda _, __: e.SendRequest(token=TOKEN, question="Hvad er MUS?", topic="t"))
    ],
    e.OwnRequest: [
        _simple(
            f"own {deed.value}",
            _OWN[deed][0],
            lambda ids, _, deed=deed: e.OwnRequest(request_id=getattr(ids, _OWN[deed][1]), deed=deed),  # type: ignore[misc]
            quiet=deed in {e.OwnDeed.SHOW, e.OwnDeed.ASK_ON},
        )
        for deed in e.OwnDeed
    ],
    e.AskOn: [
        _simple("ask on", _P.ASK_ON, lambda ids, _: e.AskOn(token=TOKEN, request_id=ids.answered, question="Og så?")),
    ],
    e.HrRequest: [
        _simple(
            f"hr {deed.value}",
            _HRS[deed][0],
            lambda ids, _, deed=deed: e.HrRequest(request_id=getattr(ids, _HRS[deed][1]), deed=deed),  # type: ignore[misc]
            quiet=deed in {HrDeed.SHOW, HrDeed.DRAFT},
        )
        for deed in HrDeed
    ],
    e.HrAnswer: [
        _simple("answer", _P.ANSWER_REQUEST, lambda ids, _: e.HrAnswer(token=TOKEN, request_id=ids.new, answer="Ja.")),
    ],
    o.OpenOnboarding: [_of_page(page) for page in o.OnboardingPage],
    o.StartJourney: [
        _simple(
            "start for another",
            _P.START_PLAN,
            lambda _, __: o.StartJourney(
                token=TOKEN, track="new_employee", colleague=HANDLE["joiner"], start_on=TODAY.isoformat()
            ),
            lacks=frozenset({Actor.NEWCOMER}),
        )
    ],
    o.StartOwnJourney: [
        _simple(
            "start one's own",
            _P.START_PLAN,
            lambda _, __: o.StartOwnJourney(token=TOKEN, track="new_leader", start_on=TODAY.isoformat()),
            also=_OWN_PLAN,
        )
    ],
    o.MarkItems: [
        *(
            _simple(
                f"mark {marking.value}",
                _P.MARK_OWN_ITEMS,
                lambda ids, _, marking=marking: o.MarkItems(  # type: ignore[misc]
                    token=TOKEN, journey=ids.journey, marking=marking, items="NE09"
                ),
            )
            for marking in o.Marking
            if marking is not o.Marking.ASK
        ),
        Press(
            name="mark ask",
            asks_for=_PLAN,
            make=lambda ids, _: o.MarkItems(token=TOKEN, journey=ids.journey, marking=o.Marking.ASK),
            quiet=True,
        ),
        _simple(
            "mark one's part",
            _P.MARK_PART,
            lambda ids, who: o.MarkItems(
                token=TOKEN, journey=ids.journey, marking=o.Marking.DONE, items=_ITEM_OF.get(who, "NE01")
            ),
        ),
    ],
    o.ConfirmDone: [
        _simple(
            "confirm", _P.MARK_OWN_ITEMS, lambda ids, _: o.ConfirmDone(token=TOKEN, journey=ids.journey, item="NE09")
        )
    ],
    o.MoveStart: [
        _simple(
            "move",
            _P.MOVE_PLAN,
            lambda ids, _: o.MoveStart(token=TOKEN, journey=ids.journey, start_on=FRIDAY.isoformat()),
        )
    ],
    o.ChangeJourney: [
        _simple(
            f"plan {change}",
            _P.END_PLAN if change == "end" else _P.PAUSE_PLAN,
            lambda ids, _, change=change: o.ChangeJourney(token=TOKEN, journey=ids.journey, change=change),  # type: ignore[misc]
        )
        for change in ("pause", "resume", "end")
    ],
    o.ChooseMentor: [
        _simple(
            "mentor",
            _P.CHOOSE_MENTOR,
            lambda ids, _: o.ChooseMentor(token=TOKEN, journey=ids.journey, mentor=HANDLE["mentor"]),
        )
    ],
    o.SignUpFor: [
        _simple(
            "sign up",
            _P.SIGN_UP,
            lambda ids, _: o.SignUpFor(token=TOKEN, journey=ids.journey, event="welcome", up=True),
        )
    ],
}
"""By the class of the button."""

WRITTEN: Final = (
    _simple("ask", _P.ASK, lambda _, __: "Hvad er dag 3?", quiet=True),
    _simple("channel", _P.CHOOSE_CHANNEL, lambda _, __: "Brug kanalen til Gruppe", chat=CHANNEL, kind="channel"),
)
"""What is asked for in words alone."""

NOT_PRESSED: Final = frozenset({Operation.SEE_UNACKNOWLEDGED})
"""What a card shows to some and not to others; it has a test of its own."""


def every_press() -> Iterable[Press]:
    """All of them."""
    yield from (press for presses in PRESSES.values() for press in presses)
    yield from WRITTEN
