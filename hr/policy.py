"""Who may do what: the one table that every use case asks, and that docs/who-may-do-what.md and the tests are made from.

Pure data. Roles come from the directory (`hr.ports.Directory`); what somebody is to one case, plan, question or dialogue is worked out by
the `access.py` of its feature or beside its use cases, which then ask `may`. Authority is never in a payload: it is asked for anew at
every press. What holds of a thing whoever acts (a case that has ended, a campaign that is not mandatory) is a rule of its feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.people import Person, Role


class Actor(StrEnum):
    """What somebody is at work, or to the one thing in question. The value is what docs/who-may-do-what.md calls it."""

    ANYONE = "anyone"
    """Whoever writes to Kompas, a user of the tenant whom the people file does not know included."""
    KNOWN = "known"
    LEADER = "leader"
    HR = "HR"
    TR = "TR"
    AMR = "AMR"
    OPERATOR = "operator"

    RATER = "own rating"

    OWNER = "own case"
    DEPUTY = "as deputy"
    HANDED = "once handed over"
    OFFERED = "while on offer"

    NEWCOMER = "own plan"
    NEWCOMERS_LEADER = "own newcomer"
    MENTOR = "as mentor"
    REPRESENTATIVE = "own area"

    SECOND = "another's reminder"
    RECIPIENT = "as recipient"

    ASKER = "own question"
    ANSWERER = "own group"

    TRIO = "own chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What an actor is. `roles`: one of them is needed (None: none is); where `by_role` they are all it takes."""

    what: str
    roles: frozenset[Role] | None = None
    by_role: bool = False


_LEADERS: Final = frozenset({Role.LEADER, Role.NEW_LEADER})
_HR: Final = frozenset({Role.HR, Role.HR_LEAD})
_TRIO: Final = _LEADERS | _HR | {Role.TR, Role.AMR}

ACTORS: Final[Mapping[Actor, Kind]] = MappingProxyType(
    {
        Actor.ANYONE: Kind(what="whoever writes to Kompas, known to the people file or not", by_role=True),
        Actor.KNOWN: Kind(what="everyone in the people file", roles=frozenset(Role), by_role=True),
        Actor.LEADER: Kind(what="who leads somebody, by the people file", roles=_LEADERS, by_role=True),
        Actor.HR: Kind(what="who works in HR, by the people file", roles=_HR, by_role=True),
        Actor.TR: Kind(what="tillidsrepræsentant", roles=frozenset({Role.TR}), by_role=True),
        Actor.AMR: Kind(what="arbejdsmiljørepræsentant", roles=frozenset({Role.AMR}), by_role=True),
        Actor.OPERATOR: Kind(
            what="who runs Kompas, by the people file", roles=frozenset({Role.OPERATOR}), by_role=True
        ),
        Actor.RATER: Kind(what="whose thumb it is"),
        Actor.OWNER: Kind(what="the leader whose case it is, as long as he leads somebody", roles=_LEADERS),
        Actor.DEPUTY: Kind(what="whom the leader chose, in the period and while the case has open steps"),
        Actor.HANDED: Kind(what="HR, for a case that its leader has handed over", roles=_HR),
        Actor.OFFERED: Kind(what="the leader to whom the case is on offer", roles=_LEADERS),
        Actor.NEWCOMER: Kind(what="whose plan it is"),
        Actor.NEWCOMERS_LEADER: Kind(what="the newcomer's nearest leader, by the people file"),
        Actor.MENTOR: Kind(what="who was chosen as the mentor of this newcomer"),
        Actor.REPRESENTATIVE: Kind(
            what="TR and AMR of the part of the municipality that the newcomer works in",
            roles=frozenset({Role.TR, Role.AMR}),
        ),
        Actor.SECOND: Kind(what="who works in HR and did not write or change this reminder last", roles=_HR),
        Actor.RECIPIENT: Kind(what="who was among the recipients when it was sent"),
        Actor.ASKER: Kind(what="whose question it is"),
        Actor.ANSWERER: Kind(what="who is in the group that the question went to, by HR's routing"),
        Actor.TRIO: Kind(what="leaders, TR, AMR and HR, in the very chat that the dialogue belongs to", roles=_TRIO),
    }
)
"""What each actor is."""


class Operation(StrEnum):
    """Everything that can be asked of Kompas."""

    ASK = "ask"
    SEE_CONTACTS = "see_contacts"
    SEE_GUIDES = "see_guides"
    EXPLAIN_RATING = "explain_rating"

    START_CASE = "start_case"
    CHOOSE_REMINDERS = "choose_reminders"
    LIST_CASES = "list_cases"
    VIEW_CASE = "view_case"
    CHANGE_STEP = "change_step"
    SNOOZE = "snooze"
    REPORT_RETURN = "report_return"
    CATCH_UP = "catch_up"
    REOPEN_CASE = "reopen_case"
    END_CASE = "end_case"
    DELETE_CASE = "delete_case"
    CORRECT_CASE = "correct_case"
    EXCLUDE_CASE = "exclude_case"
    OFFER_CASE = "offer_case"
    ANSWER_OFFER = "answer_offer"
    SHARE_CASE = "share_case"

    START_PLAN = "start_plan"
    SEE_PLAN = "see_plan"
    MARK_OWN_ITEMS = "mark_own_items"
    SEE_PROGRESS = "see_progress"
    MARK_PART = "mark_part"
    MOVE_PLAN = "move_plan"
    PAUSE_PLAN = "pause_plan"
    END_PLAN = "end_plan"
    CHOOSE_MENTOR = "choose_mentor"
    SIGN_UP = "sign_up"
    SEE_SIGN_UPS = "see_sign_ups"

    COMPOSE = "compose"
    SEE_CAMPAIGNS = "see_campaigns"
    SEND_CAMPAIGN = "send_campaign"
    APPROVE_CAMPAIGN = "approve_campaign"
    STOP_CAMPAIGN = "stop_campaign"
    WITHDRAW_CAMPAIGN = "withdraw_campaign"
    REMIND = "remind"
    SEE_UNACKNOWLEDGED = "see_unacknowledged"
    EXPORT_CAMPAIGN = "export_campaign"
    ACKNOWLEDGE = "acknowledge"

    ASK_HR = "ask_hr"
    SEE_OWN_REQUEST = "see_own_request"
    WITHDRAW_REQUEST = "withdraw_request"
    SETTLE_REQUEST = "settle_request"
    ASK_ON = "ask_on"
    SEE_REQUEST = "see_request"
    TAKE_REQUEST = "take_request"
    ANSWER_REQUEST = "answer_request"
    CLOSE_REQUEST = "close_request"
    REOPEN_REQUEST = "reopen_request"
    DRAFT_DOCUMENT = "draft_document"
    CHOOSE_CHANNEL = "choose_channel"

    OPEN_DIALOGUES = "open_dialogues"
    SEE_DIALOGUE = "see_dialogue"
    AGREE = "agree"
    TRY_AGAIN = "try_again"
    CLOSE_DIALOGUE = "close_dialogue"
    DELETE_DIALOGUE = "delete_dialogue"

    SEE_INSIGHT = "see_insight"
    KNOW_FAULTS = "know_faults"
    KNOW_PEOPLE_FAULTS = "know_people_faults"

    SEE_MY_DATA = "see_my_data"
    ERASE_MY_DATA = "erase_my_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: what is done, and by whom. Whoever is one of these may."""

    what: str
    may: frozenset[Actor]


def _rule(what: str, *may: Actor) -> Rule:
    return Rule(what=what, may=frozenset(may))


_A: Final = Actor
_CASE: Final = (_A.OWNER, _A.DEPUTY)
_LEADS: Final = (_A.NEWCOMERS_LEADER, _A.HR)
_ASSISTS: Final = (*_LEADS, _A.MENTOR, _A.REPRESENTATIVE)
_ANSWERS: Final = (_A.ANSWERER, _A.HR)

AREAS: Final[Mapping[str, Mapping[Operation, Rule]]] = MappingProxyType(
    {
        "Questions and answers": {
            Operation.ASK: _rule("ask a question", _A.ANYONE),
            Operation.SEE_CONTACTS: _rule("see who helps with what", _A.ANYONE),
            Operation.SEE_GUIDES: _rule("read a guide, undated", _A.ANYONE),
            Operation.EXPLAIN_RATING: _rule("say why an answer did not help", _A.RATER),
        },
        "Absence": {
            Operation.START_CASE: _rule("start to follow up on an absence", _A.LEADER),
            Operation.CHOOSE_REMINDERS: _rule("choose how much to be reminded, and a deputy", _A.LEADER),
            Operation.LIST_CASES: _rule("see a case in the list", *_CASE, _A.HANDED, _A.OFFERED),
            Operation.VIEW_CASE: _rule("open a case, and guides with its dates", *_CASE, _A.HANDED),
            Operation.CHANGE_STEP: _rule("say what became of a step", *_CASE),
            Operation.SNOOZE: _rule("put a reminder off", *_CASE),
            Operation.REPORT_RETURN: _rule("report a return, whole or in part", *_CASE),
            Operation.CATCH_UP: _rule("sort out the past steps of a late start", _A.OWNER),
            Operation.REOPEN_CASE: _rule("go on with a case that ended", _A.OWNER),
            Operation.END_CASE: _rule("end a case", _A.OWNER),
            Operation.DELETE_CASE: _rule("delete a case", _A.OWNER),
            Operation.CORRECT_CASE: _rule("correct the first day", _A.OWNER),
            Operation.EXCLUDE_CASE: _rule("leave a case out of the frequency hint", _A.OWNER),
            Operation.OFFER_CASE: _rule("offer a case to a colleague, and take the offer back", _A.OWNER),
            Operation.ANSWER_OFFER: _rule("take a case over, or not", _A.OFFERED),
            Operation.SHARE_CASE: _rule("hand a case over to HR", _A.OWNER),
        },
        "Onboarding": {
            Operation.START_PLAN: _rule("start a plan", _A.NEWCOMER, *_LEADS),
            Operation.SEE_PLAN: _rule("see the newcomer's own items", _A.NEWCOMER),
            Operation.MARK_OWN_ITEMS: _rule("tick the newcomer's own items", _A.NEWCOMER),
            Operation.SEE_PROGRESS: _rule("see how many items are done, and what asks oneself", *_ASSISTS),
            Operation.MARK_PART: _rule("tick what asks oneself", *_ASSISTS),
            Operation.MOVE_PLAN: _rule("move the start date", _A.NEWCOMER, *_LEADS),
            Operation.PAUSE_PLAN: _rule("pause a plan and go on", _A.NEWCOMER, *_LEADS),
            Operation.END_PLAN: _rule("end a plan", _A.NEWCOMER, *_LEADS),
            Operation.CHOOSE_MENTOR: _rule("choose the mentor", *_LEADS),
            Operation.SIGN_UP: _rule("sign up for a common event, and off", _A.NEWCOMER),
            Operation.SEE_SIGN_UPS: _rule("see who has signed up for common events", _A.HR),
        },
        "HR's reminders": {
            Operation.COMPOSE: _rule("write, change, try and delete a reminder", _A.HR),
            Operation.SEE_CAMPAIGNS: _rule("see reminders, their numbers and who was not reached", _A.HR),
            Operation.SEND_CAMPAIGN: _rule("send a reminder, and take it back to a draft", _A.HR),
            Operation.APPROVE_CAMPAIGN: _rule("approve a large one, or give it back", _A.SECOND),
            Operation.STOP_CAMPAIGN: _rule("pause, go on, cancel", _A.HR),
            Operation.WITHDRAW_CAMPAIGN: _rule("take back what has arrived", _A.HR),
            Operation.REMIND: _rule("remind those who have not acknowledged", _A.HR),
            Operation.SEE_UNACKNOWLEDGED: _rule("see the names behind a mandatory one", _A.HR),
            Operation.EXPORT_CAMPAIGN: _rule(
                "have the numbers in a file, and the names behind a mandatory one (for whom the operator does it)",
                _A.HR,
            ),
            Operation.ACKNOWLEDGE: _rule("acknowledge a reminder", _A.RECIPIENT),
        },
        "Questions to HR": {
            Operation.ASK_HR: _rule("send a question to HR", _A.ANYONE),
            Operation.SEE_OWN_REQUEST: _rule("see what became of a question", _A.ASKER),
            Operation.WITHDRAW_REQUEST: _rule("take a question back", _A.ASKER),
            Operation.SETTLE_REQUEST: _rule("say that the answer helped", _A.ASKER),
            Operation.ASK_ON: _rule("ask on after an answer", _A.ASKER),
            Operation.SEE_REQUEST: _rule("read a question to HR, alone and in the list", *_ANSWERS),
            Operation.TAKE_REQUEST: _rule("take a question, and take it over", *_ANSWERS),
            Operation.ANSWER_REQUEST: _rule("answer for HR", *_ANSWERS),
            Operation.CLOSE_REQUEST: _rule("close a question", *_ANSWERS),
            Operation.REOPEN_REQUEST: _rule("open a question again", *_ANSWERS),
            Operation.DRAFT_DOCUMENT: _rule("make a draft document of an answer", *_ANSWERS),
            Operation.CHOOSE_CHANNEL: _rule("say in which channel a group's questions come", *_ANSWERS),
        },
        "TRIO's dialogue": {
            Operation.OPEN_DIALOGUES: _rule("open the palette and begin", _A.LEADER, _A.TR, _A.AMR, _A.HR),
            Operation.SEE_DIALOGUE: _rule("see themes and what was agreed", _A.TRIO),
            Operation.AGREE: _rule("agree on a step and a day", _A.TRIO),
            Operation.TRY_AGAIN: _rule("agree on another day", _A.TRIO),
            Operation.CLOSE_DIALOGUE: _rule("say that it is done, or end it", _A.TRIO),
            Operation.DELETE_DIALOGUE: _rule("delete a dialogue", _A.TRIO),
        },
        "HR's overview and content": {
            Operation.SEE_INSIGHT: _rule("see how Kompas is used, and get the weekly word about it", _A.HR),
            Operation.KNOW_FAULTS: _rule("be told of a fault in HR's content", _A.HR),
            Operation.KNOW_PEOPLE_FAULTS: _rule("be told of a fault in the people file", _A.HR, _A.OPERATOR),
        },
        "One's own data": {
            Operation.SEE_MY_DATA: _rule("see what is kept of oneself", _A.ANYONE),
            Operation.ERASE_MY_DATA: _rule("have it deleted, as far as nothing running needs it", _A.ANYONE),
        },
    }
)
"""The table, by area. The operator's commands are not in it: whose the machine is may run them, and nobody can from a chat."""

TABLE: Final[Mapping[Operation, Rule]] = MappingProxyType(
    {operation: rule for rules in AREAS.values() for operation, rule in rules.items()}
)
"""The same rows without the headings."""


def may(operation: Operation, actors: Iterable[Actor]) -> bool:
    """Whether somebody who is all of `actors` may do this. What is not in the table nobody may."""
    return not TABLE[operation].may.isdisjoint(actors)


def by_role(person: Person | None) -> frozenset[Actor]:
    """All that somebody is by role alone; None is somebody whom the directory does not know.

    >>> sorted(by_role(None))
    ['anyone']
    """
    if person is None:
        return frozenset({Actor.ANYONE})
    return frozenset(
        actor for actor, kind in ACTORS.items() if kind.by_role and (kind.roles is None or kind.roles & person.roles)
    )


def may_be(person: Person | None, actor: Actor) -> bool:
    """Whether somebody has a role that this takes."""
    needed = ACTORS[actor].roles
    return person is not None and (needed is None or not needed.isdisjoint(person.roles))


def is_leader(person: Person | None) -> bool:
    """Whether the directory says that the person leads somebody. Unknown people lead nobody."""
    return Actor.LEADER in by_role(person)


def is_hr(person: Person | None) -> bool:
    """Whether the person works in HR."""
    return Actor.HR in by_role(person)


HR_ROLES: Final = tuple(sorted(_HR))
"""The roles of those who work in HR, for looking them up in the directory."""
