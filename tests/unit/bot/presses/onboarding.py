"""The buttons of onboarding."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from adaptive_cards.onboarding import actions as o
from hr.policy import Actor, Operation
from tests.unit.bot.everybody import HANDLE, TODAY, Ids
from tests.unit.bot.presses.press import FRIDAY, TOKEN, Press, simple

_ITEM_OF: Final = {
    "hr": "NE04",
    "hr_lead": "NE04",
    "composer": "NE04",
    "mentor_of_her": "NE05",
    "representative": "NE06",
}
_PLAN: Final = (Operation.SEE_PLAN, Operation.SEE_PROGRESS)
_LEADS_SOMEBODY: Final = MappingProxyType({Actor.LEADER: Actor.NEWCOMERS_LEADER})
_OWN_PLAN: Final = MappingProxyType({Actor.KNOWN: Actor.NEWCOMER})


def _of_page(page: o.OnboardingPage) -> Press:
    def make(ids: Ids, _: str) -> o.OpenOnboarding:
        of_one = page in {o.OnboardingPage.JOURNEY, o.OnboardingPage.MANAGE, o.OnboardingPage.SETTLED}
        return o.OpenOnboarding(page=page, journey=ids.journey if of_one else None)

    name = f"page {page.value}"
    match page:
        case o.OnboardingPage.MINE | o.OnboardingPage.TEAM:
            return Press(name=name, asks_for=_PLAN, make=make, empty=True, quiet=True)
        case o.OnboardingPage.START_OWN:
            own = MappingProxyType({Actor.ANYONE: Actor.NEWCOMER})
            return Press(name=name, asks_for=(Operation.START_PLAN,), make=make, also=own, quiet=True)
        case o.OnboardingPage.START_OTHER:
            newcomer = frozenset({Actor.NEWCOMER})
            return Press(
                name=name, asks_for=(Operation.START_PLAN,), make=make, also=_LEADS_SOMEBODY, lacks=newcomer, quiet=True
            )
        case o.OnboardingPage.LISTS:
            return Press(name=name, asks_for=(Operation.SEE_SIGN_UPS,), make=make, quiet=True)
        case o.OnboardingPage.JOURNEY | o.OnboardingPage.SETTLED:
            return Press(name=name, asks_for=_PLAN, make=make, quiet=True)
        case o.OnboardingPage.MANAGE:
            return Press(name=name, asks_for=(Operation.MOVE_PLAN,), make=make, quiet=True)


PRESSES: Final[dict[type, list[Press]]] = {
    o.OpenOnboarding: [_of_page(page) for page in o.OnboardingPage],
    o.StartJourney: [
        simple(
            "start for another",
            Operation.START_PLAN,
            lambda _, __: o.StartJourney(
                token=TOKEN, track="new_employee", colleague=HANDLE["joiner"], start_on=TODAY.isoformat()
            ),
            lacks=frozenset({Actor.NEWCOMER}),
        )
    ],
    o.StartOwnJourney: [
        simple(
            "start one's own",
            Operation.START_PLAN,
            lambda _, __: o.StartOwnJourney(token=TOKEN, track="new_leader", start_on=TODAY.isoformat()),
            also=_OWN_PLAN,
        )
    ],
    o.MarkItems: [
        *(
            simple(
                f"mark {marking.value}",
                Operation.MARK_OWN_ITEMS,
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
        simple(
            "mark one's part",
            Operation.MARK_PART,
            lambda ids, who: o.MarkItems(
                token=TOKEN, journey=ids.journey, marking=o.Marking.DONE, items=_ITEM_OF.get(who, "NE01")
            ),
        ),
    ],
    o.ConfirmDone: [
        simple(
            "confirm",
            Operation.MARK_OWN_ITEMS,
            lambda ids, _: o.ConfirmDone(token=TOKEN, journey=ids.journey, item="NE09"),
        )
    ],
    o.UndoMarks: [
        simple(
            "undo",
            Operation.MARK_OWN_ITEMS,
            lambda ids, _: o.UndoMarks(token=TOKEN, journey=ids.journey, items=("NE09",)),
        ),
        simple(
            "undo one's part",
            Operation.MARK_PART,
            lambda ids, who: o.UndoMarks(token=TOKEN, journey=ids.journey, items=(_ITEM_OF.get(who, "NE01"),)),
        ),
    ],
    o.ReopenItems: [
        simple(
            "reopen",
            Operation.MARK_OWN_ITEMS,
            lambda ids, _: o.ReopenItems(token=TOKEN, journey=ids.journey, items="NE09"),
        ),
        simple(
            "reopen one's part",
            Operation.MARK_PART,
            lambda ids, who: o.ReopenItems(token=TOKEN, journey=ids.journey, items=_ITEM_OF.get(who, "NE01")),
        ),
    ],
    o.MoveStart: [
        simple(
            "move",
            Operation.MOVE_PLAN,
            lambda ids, _: o.MoveStart(token=TOKEN, journey=ids.journey, start_on=FRIDAY.isoformat()),
        )
    ],
    o.ChangeJourney: [
        simple(
            f"plan {change}",
            Operation.END_PLAN if change == "end" else Operation.PAUSE_PLAN,
            lambda ids, _, change=change: o.ChangeJourney(token=TOKEN, journey=ids.journey, change=change, sure=True),  # type: ignore[misc]
        )
        for change in ("pause", "resume", "end")
    ],
    o.ChooseMentor: [
        simple(
            "mentor",
            Operation.CHOOSE_MENTOR,
            lambda ids, _: o.ChooseMentor(token=TOKEN, journey=ids.journey, mentor=HANDLE["mentor"]),
        )
    ],
    o.SignUpFor: [
        simple(
            "sign up",
            Operation.SIGN_UP,
            lambda ids, _: o.SignUpFor(token=TOKEN, journey=ids.journey, event="welcome", up=True),
        )
    ],
}
"""By the class of the button."""
