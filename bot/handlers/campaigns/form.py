"""The form of a campaign: from what was typed to a campaign, and back into the form with what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Final

from adaptive_cards.campaigns.actions import SaveCampaign, SaveFromTemplate
from adaptive_cards.campaigns.compose import BLANK, FormView
from adaptive_cards.render import Card
from adaptive_cards.texts import Texts
from bot.handlers.campaigns.desk import CampaignDesk
from bot.understanding.dates import Direction, FoundDay, read_day
from hr.campaigns.audience import handles_in
from hr.campaigns.composing import Written
from hr.campaigns.model import Audience, Campaign, Group, Template
from hr.campaigns.rules import next_on, send_moment
from hr.clock import COPENHAGEN
from hr.errors import CampaignFault, CampaignMovedOnError, InvalidCampaignError

_USUAL: Final = time(9)
_TIME: Final = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?")
_GROUPS: Final = {group.value: group for group in Group}


class CampaignForm:
    """Opens the form, and takes it in."""

    def __init__(self, desk: CampaignDesk) -> None:
        self._desk = desk

    async def opened(self, texts: Texts, person_id: str, template_id: str) -> Card:
        """Empty, or filled from a template with its dates next year or this. Raises NotInHrError."""
        templates = await self._desk.service.composing.templates(person_id)
        chosen = next((one for one in templates if one.id == template_id), None)
        if chosen is None and template_id != BLANK:
            return await self._desk.choose(texts, person_id)
        return self._desk.form(texts, await self._filled(chosen))

    async def edited(self, texts: Texts, person_id: str, campaign_id: str) -> Card:
        """A draft in the form. Raises CampaignNotFoundError."""
        campaign = await self._desk.service.composing.campaign(person_id, campaign_id)
        return self._desk.form(texts, await self._of(campaign))

    async def taken(self, texts: Texts, person_id: str, action: SaveCampaign | SaveFromTemplate) -> Card:
        """The draft with its number of recipients; the form again with all that is wrong."""
        composing = self._desk.service.composing
        try:
            written = await self._read(person_id, action)
            view = await composing.save(person_id, written, campaign_id=action.campaign_id, token=action.token)
        except InvalidCampaignError as error:
            told = " ".join([await self._told(texts, fault, error, action) for fault in error.faults])
            notice = texts.say("campaigns.say.faults", faults=told)
            return self._desk.form(texts, await self._again(person_id, action), notice=notice)
        except CampaignMovedOnError:
            if action.campaign_id is None:
                return await self._desk.list(texts, person_id)
            raise
        return await self._desk.draft(texts, view, notice=texts.say("campaigns.say.saved"))

    async def _read(self, person_id: str, action: SaveCampaign | SaveFromTemplate) -> Written:
        """Raises InvalidCampaignError with what cannot be read."""
        service, faults = self._desk.service, list[CampaignFault]()
        await service.composing.templates(person_id)  # only HR learns whether somebody is known
        unknown: tuple[str, ...] = ()
        audience = Audience()
        groups = [_GROUPS[one] for one in action.groups.split(",") if one in _GROUPS]
        areas = {_area_value(one): one for one in await service.composing.areas()}
        chosen = [areas.get(one, one) for one in action.areas.split(",") if one]
        try:
            audience = await service.composing.audience(groups=groups, areas=chosen, handles=handles_in(action.people))
        except InvalidCampaignError as error:
            faults, unknown = list(error.faults), error.unknown
        deadline, send_on = self._day(action.deadline), self._day(action.send_on)
        if (deadline is None and action.deadline) or (send_on is None and action.send_on):
            faults.append(CampaignFault.UNREADABLE_DAY)
        at = _time(action.send_at)
        if at is None or (action.send_at and send_on is None and not action.send_on):
            faults.append(CampaignFault.UNREADABLE_TIME)
        if isinstance(action, SaveFromTemplate) and action.confirmed != "true":
            faults.append(CampaignFault.NOT_CONFIRMED)
        if faults:
            raise InvalidCampaignError(tuple(faults), unknown=unknown)
        return Written(
            title=action.title,
            text=action.text,
            audience=audience,
            source=action.source or None,
            acknowledgement=action.acknowledgement == "true" or action.mandatory == "true",
            mandatory=action.mandatory == "true",
            deadline=deadline,
            send_at=_moment(send_on, at),
            template=action.template if isinstance(action, SaveFromTemplate) else None,
        )

    async def _filled(self, template: Template | None) -> FormView:
        today = self._desk.clock.today()
        form = FormView(token=self._desk.new_token(), today=today, known_areas=await self._areas(), send_at="09.00")
        if template is None:
            return replace(form, send_at="")
        send_on = next_on(template.send_on, today) if template.send_on is not None else None
        deadline = next_on(template.deadline_on, send_on or today) if template.deadline_on is not None else None
        return replace(
            form,
            template=template,
            title=template.title,
            text=template.text,
            groups=frozenset(group.value for group in template.groups),
            source=template.source or "",
            acknowledgement=template.acknowledgement,
            deadline=deadline,
            send_on=send_on,
            send_at="09.00" if send_on is not None else "",
        )

    async def _of(self, campaign: Campaign) -> FormView:
        local = campaign.send_at.astimezone(COPENHAGEN) if campaign.send_at is not None else None
        people = await self._desk.service.composing.people(campaign)
        return FormView(
            token=self._desk.new_token(),
            today=self._desk.clock.today(),
            campaign_id=campaign.id,
            title=campaign.title,
            text=campaign.text,
            groups=frozenset(group.value for group in campaign.audience.groups),
            areas=frozenset(map(_area_value, campaign.audience.areas)),
            known_areas=await self._areas(),
            people=", ".join(person.initials for person in people),
            source=campaign.source or "",
            acknowledgement=campaign.acknowledgement,
            mandatory=campaign.mandatory,
            deadline=campaign.deadline,
            send_on=local.date() if local is not None else None,
            send_at=f"{local:%H.%M}" if local is not None else "",
        )

    async def _again(self, person_id: str, action: SaveCampaign | SaveFromTemplate) -> FormView:
        """As it was sent. The token stays: it makes one draft at most."""
        template = None
        if isinstance(action, SaveFromTemplate):
            templates = await self._desk.service.composing.templates(person_id)
            template = next((one for one in templates if one.id == action.template), None)
        return FormView(
            token=action.token,
            today=self._desk.clock.today(),
            campaign_id=action.campaign_id,
            template=template,
            title=action.title,
            text=action.text,
            groups=frozenset(one for one in action.groups.split(",") if one in _GROUPS),
            areas=frozenset(one for one in action.areas.split(",") if one),
            known_areas=await self._areas(),
            people=action.people,
            source=action.source,
            acknowledgement=action.acknowledgement == "true",
            mandatory=action.mandatory == "true",
            deadline=self._day(action.deadline),
            send_on=self._day(action.send_on),
            send_at=action.send_at[:5],
        )

    async def _told(
        self, texts: Texts, fault: CampaignFault, error: InvalidCampaignError, action: SaveCampaign | SaveFromTemplate
    ) -> str:
        if fault is CampaignFault.UNKNOWN_PEOPLE:
            return texts.say("campaigns.faults.unknown_people", names=", ".join(error.unknown)[:300])
        if fault is CampaignFault.UNKNOWN_SOURCE:
            documents = await self._desk.service.composing.documents()
            near = get_close_matches(action.source, sorted(documents), n=3, cutoff=0.4)
            if near:
                return texts.say("campaigns.faults.unknown_source_near", names=", ".join(near))
        return texts.say(f"campaigns.faults.{fault.value}")

    async def _areas(self) -> tuple[str, ...]:
        return tuple(map(_area_value, await self._desk.service.composing.areas()))

    def _day(self, typed: str) -> date | None:
        found = read_day(typed, today=self._desk.clock.today(), prefer=Direction.FUTURE) if typed else None
        return found.day if isinstance(found, FoundDay) else None


def _area_value(area: str) -> str:
    """An area as a choice: the client joins choices by commas, so there is none in it."""
    return area.replace(",", " ·")


def _time(typed: str) -> time | None:
    """The time in a field, the usual one for an empty field, None for what is none."""
    if not typed:
        return _USUAL
    found = _TIME.fullmatch(typed.strip().lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found is not None else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _moment(day: date | None, at: time | None) -> datetime | None:
    return send_moment(day, at, COPENHAGEN) if day is not None and at is not None else None
