"""Which case, and which step of it, a message means; and the card that asks when that is not certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from adaptive_cards.absence.notices import choice_card
from adaptive_cards.actions import Action, Form, Menu, OpenForm, OpenMenu
from adaptive_cards.render import Card
from adaptive_cards.texts import Texts
from bot.conversation import Touched
from bot.handlers.absence.desk import Desk, Sender
from hr.absence.model import CaseState
from hr.absence.views import CaseView, StepView
from privacy.words import fold

MOST_OPTIONS: Final = 5
"""Buttons of a question back."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No case that may be seen is meant: none is open, or none has the label."""


@dataclass(frozen=True, slots=True)
class Several:
    """More than one case fits."""

    cases: tuple[CaseView, ...]


def meant_case(
    label: str | None, cases: Sequence[CaseView], touched: Touched, *, running: bool = False
) -> CaseView | Several | Nobody:
    """By label; without one the only case, then the one that the chat was last about. `running`: a case that has not ended, if one fits.

    A label that two cases have is always asked about: it says nothing of which.
    """
    fitting = [case for case in cases if label is None or fold(case.case.label) == fold(label)]
    if running:
        fitting = [case for case in fitting if case.case.state is not CaseState.CLOSED] or fitting
    if len(fitting) == 1:
        return fitting[0]
    last = next((case for case in fitting if case.case.id == touched.case_id), None)
    if last is not None and label is None:
        return last
    return Several(tuple(fitting)) if fitting else Nobody()


def meant_step(case: CaseView, day: int | None, touched: Touched, *, contact: bool = False) -> StepView | None:
    """The step of a day ("dag 3", or 28 for the limit), whatever its state; without one the open step that the chat was last about, then the next.

    `contact`: of the open steps, the first that is a contact.
    """
    if day is not None:
        return next((step for step in case.steps if day in (step.step.day, step.rule.limit_days)), None)
    last = case.step(touched.step) if touched.step is not None and touched.case_id == case.case.id else None
    if last is not None and last.step.open:
        return last
    contacts = (step for step in case.open_steps if contact and step.rule.contact)
    return next(contacts, None) or case.next_step


def ask_which(
    desk: Desk, sender: Sender, label: str | None, cases: Iterable[CaseView], form: Callable[[CaseView], OpenForm]
) -> Card:
    """Which of several cases; too many for buttons end in the list."""
    texts = sender.texts
    shown = list(cases)
    options: list[tuple[str, Action]] = [(_titled(texts, case), form(case)) for case in shown[:MOST_OPTIONS]]
    if len(shown) > MOST_OPTIONS:
        options[-1] = (texts.say("absence.my_cases"), OpenMenu(menu=Menu.LIST, language=texts.language))
    lead = texts.say("absence.say.which_label", label=label) if label else texts.say("absence.say.which_case")
    return choose(desk, sender, lead, options)


def choose(desk: Desk, sender: Sender, lead: str, options: Sequence[tuple[str, Action]]) -> Card:
    """A question back."""
    return desk.card("choice", choice_card(texts=sender.texts, lead=lead, options=options), sender)


def opens(form: Form, texts: Texts, *, step_day: int | None = None) -> Callable[[CaseView], OpenForm]:
    """What a chosen case opens; `step_day` where a certain step of it is meant."""

    def button(case: CaseView) -> OpenForm:
        step = meant_step(case, step_day, Touched()) if step_day is not None else None
        key = step.step.key if step is not None else None
        return OpenForm(form=form, case_id=case.case.id, step=key, language=texts.language)

    return button


def _titled(texts: Texts, case: CaseView) -> str:
    return texts.say("absence.say.case_since", label=case.case.label, date=texts.day(case.case.first_day))
