"""Buttons that only show something: the menu, the forms of a case, the guides. Nothing changes."""

from __future__ import annotations

from datetime import date
from typing import Final

from adaptive_cards.absence.case import more_card
from adaptive_cards.absence.forms import catch_up_card, confirm_card, correct_card, return_card, transfer_card
from adaptive_cards.absence.guides import guide_card, guides_card
from adaptive_cards.absence.overview import overview_card
from adaptive_cards.actions import CaseChange, Form, Menu, OpenForm, OpenList, OpenMenu, ShowGuide
from adaptive_cards.render import Card
from bot.handlers.absence.desk import Desk, Sender, fresh_token
from bot.handlers.absence.settings import Settings
from bot.handlers.absence.starting import Starting
from bot.understanding.model import Topic
from hr.absence.access import may
from hr.absence.views import CaseView, Overview
from hr.policy import Operation

_ASKS_FOR: Final = {
    Form.SNOOZE: Operation.SNOOZE,
    Form.RETURN: Operation.REPORT_RETURN,
    Form.CATCH_UP: Operation.CATCH_UP,
    Form.CORRECT: Operation.CORRECT_CASE,
    Form.END: Operation.END_CASE,
    Form.DELETE: Operation.DELETE_CASE,
    Form.TRANSFER: Operation.OFFER_CASE,
    Form.SHARE: Operation.SHARE_CASE,
    Form.EXCLUDE: Operation.EXCLUDE_CASE,
}
"""Nobody is shown a form that he may not send. That nobody can send it either is the service's to see."""

_CONFIRMED: Final = {
    Form.END: CaseChange.END,
    Form.DELETE: CaseChange.DELETE,
    Form.SHARE: CaseChange.SHARE,
    Form.EXCLUDE: CaseChange.EXCLUDE,
}


class Menus:
    """Opens cards."""

    def __init__(self, desk: Desk, *, starting: Starting, settings: Settings) -> None:
        self._desk = desk
        self._starting = starting
        self._settings = settings

    async def open(self, action: OpenMenu, sender: Sender) -> Card:
        """A card that belongs to no case."""
        match action.menu:
            case Menu.START:
                return await self._starting.form(sender)
            case Menu.LIST:
                return await self.overview(sender)
            case Menu.SETTINGS:
                return await self._settings.show(sender)
            case Menu.GUIDES:
                return await self._guides(sender, None)
            case Menu.CANCEL | Menu.ASK:
                return self._desk.note(sender, "cancelled")

    async def overview(self, sender: Sender) -> Card:
        """Everything the person may see."""
        return await self.listed(sender, await self._desk.service.overview(sender.person_id))

    async def go_on(self, action: OpenList, sender: Sender) -> Card:
        """The list from where a card of it ended."""
        overview = await self._desk.service.overview(sender.person_id)
        return await self.listed(sender, overview, only_due=action.only_due, start=action.start)

    async def listed(
        self, sender: Sender, overview: Overview, *, notice: str | None = None, only_due: bool = False, start: int = 0
    ) -> Card:
        """The list of cases, from the `start`-th on."""
        self._desk.touch(sender, Topic.CASE_LIST)
        built = overview_card(
            texts=sender.texts,
            overview=overview,
            notice=notice,
            only_due=only_due,
            start=start,
            token=fresh_token(),
            may_start=await self._desk.service.may_lead(sender.person_id),
        )
        return self._desk.card("overview", built, sender)

    async def guide(self, action: ShowGuide, sender: Sender) -> Card:
        """A guide, dated when a case was given."""
        view = await self._desk.service.guide(sender.person_id, action.guide, case_id=action.case_id)
        passage = await self._desk.passage(view.guide.document, view.guide.section)
        return self._desk.card("guide", guide_card(texts=sender.texts, guide=view, passage=passage), sender)

    async def form(self, action: OpenForm, sender: Sender) -> Card:
        """A card of a case. A step that is gone or done leads to the case as it stands."""
        case = await self._desk.service.view(sender.person_id, action.case_id)
        if not may(case.relation, _ASKS_FOR.get(action.form, Operation.VIEW_CASE)):
            return self._desk.note(sender, "not_found")
        self._desk.touch(sender, Topic.STEP_CARD, case)
        if action.form in (Form.STEP, Form.SNOOZE):
            return await self._step_form(action, sender, case)
        if action.form is Form.GUIDES:
            return await self._guides(sender, action.case_id, case.case.first_day)
        return self.case_form(action.form, sender, case)

    def case_form(self, form: Form, sender: Sender, case: CaseView) -> Card:
        """A card that needs nothing but the case; the forms of steps and guides are shown as the case."""
        texts, token = sender.texts, fresh_token()
        match form:
            case Form.RETURN:
                built = return_card(texts=texts, case=case, token=token)
            case Form.CATCH_UP:
                built = catch_up_card(texts=texts, case=case, token=token)
            case Form.MORE:
                built = more_card(texts=texts, case=case, token=token)
            case Form.CORRECT:
                built = correct_card(texts=texts, case=case, token=token)
            case Form.TRANSFER:
                built = transfer_card(texts=texts, case=case, token=token)
            case Form.END | Form.DELETE | Form.SHARE | Form.EXCLUDE:
                built = confirm_card(texts=texts, case=case, change=_CONFIRMED[form], token=token)
                return self._desk.card("confirm", built, sender)
            case _:
                return self._desk.case(sender, case)
        return self._desk.card(form.value, built, sender)

    async def _step_form(self, action: OpenForm, sender: Sender, case: CaseView) -> Card:
        step = case.step(action.step) if action.step is not None else case.next_step
        if step is None or not step.step.open:
            outdated = action.step is not None
            return self._desk.case(sender, case, sender.texts.say("absence.say.outdated") if outdated else None)
        if action.form is Form.STEP:
            return await self._desk.step(sender, case, step)
        return await self._desk.snooze(sender, case, step)

    async def _guides(self, sender: Sender, case_id: str | None, first_day: date | None = None) -> Card:
        guides = await self._desk.service.guides(first_day)
        return self._desk.card("guides", guides_card(texts=sender.texts, guides=guides, case_id=case_id), sender)
