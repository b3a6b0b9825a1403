"""The form of a campaign: from what was typed to a campaign, and back into the form with what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Final

from adaptive_cards.answers import escape_markdown
from adaptive_cards.campaigns.actions import SaveCampaign, SaveFromTemplate
from adaptive_cards.campaigns.compose import BLANK
from adaptive_cards.campaigns.form import NO_SOURCE, PEOPLE_LIMIT, FormView
from adaptive_cards.render import Card
from adaptive_cards.texts import Texts
from bot.handlers.campaigns.desk import CampaignDesk
from bot.understanding.dates import Direction, FoundDay, read_day
from hr.campaigns.audience import handles_in
from hr.campaigns.composing import Written
from hr.campaigns.model import Audience, Campaign, Group, Template
from hr.campaigns.rules import proposed, send_moment
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
            view = await composing.save(
                person_id, written, campaign_id=action.campaign_id, version=action.version, token=action.token
            )
        except InvalidCampaignError as error:
            told = " ".join([await self._told(texts, fault, error, action) for fault in error.faults])
            notice = texts.say("campaigns.say.faults", faults=told)
            overtaken = CampaignFault.CHANGED_MEANWHILE in error.faults
            return self._desk.form(texts, await self._again(person_id, action, told=overtaken), notice=notice)
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
        if action.campaign_id is not None and action.keep_list:
            kept = await service.composing.campaign(person_id, action.campaign_id)
            audience = replace(audience, people=audience.people | kept.audience.people)
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
            source=action.source if action.source not in {"", NO_SOURCE} else None,
            acknowledgement=action.acknowledgement == "true" or action.mandatory == "true",
            mandatory=action.mandatory == "true",
            deadline=deadline,
            send_at=_moment(send_on, at),
            template=action.template if isinstance(action, SaveFromTemplate) else None,
        )

    async def _filled(self, template: Template | None) -> FormView:
        today = self._desk.clock.today()
        form = FormView(
            token=self._desk.new_token(),
            today=today,
            known_areas=await self._areas(),
            sources=await self._desk.sources(),
        )
        if template is None:
            return form
        send_on, deadline = proposed(template, today)
        at = _moment(send_on, _USUAL)
        if at is not None and at <= self._desk.clock.now():
            send_on = None
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
            send_at=f"{_USUAL:%H.%M}" if send_on is not None else "",
        )

    async def _of(self, campaign: Campaign) -> FormView:
        local = campaign.send_at.astimezone(COPENHAGEN) if campaign.send_at is not None else None
        people = await self._desk.service.composing.people(campaign)
        listed = ", ".join(person.initials for person in people)
        too_long = len(listed) > PEOPLE_LIMIT
        return FormView(
            token=self._desk.new_token(),
            today=self._desk.clock.today(),
            campaign_id=campaign.id,
            version=campaign.version,
            title=campaign.title,
            text=campaign.text,
            groups=frozenset(group.value for group in campaign.audience.groups),
            areas=frozenset(map(_area_value, campaign.audience.areas)),
            known_areas=await self._areas(),
            people="" if too_long else listed,
            kept=len(people) if too_long else 0,
            source=campaign.source or "",
            sources=await self._desk.sources(),
            acknowledgement=campaign.acknowledgement,
            mandatory=campaign.mandatory,
            deadline=campaign.deadline,
            send_on=local.date() if local is not None else None,
            send_at=f"{local:%H.%M}" if local is not None else "",
        )

    async def _again(self, person_id: str, action: SaveCampaign | SaveFromTemplate, *, told: bool) -> FormView:
        """As it was sent. The token stays: it makes one draft at most. `told` of another's change, one may keep one's own all the same."""
        composing, template = self._desk.service.composing, None
        draft = await self._of(await composing.campaign(person_id, action.campaign_id)) if action.campaign_id else None
        if isinstance(action, SaveFromTemplate):
            templates = await composing.templates(person_id)
            template = next((one for one in templates if one.id == action.template), None)
        return FormView(
            token=action.token,
            today=self._desk.clock.today(),
            campaign_id=action.campaign_id,
            version=draft.version if draft is not None and told else action.version,
            template=template,
            title=action.title,
            text=action.text,
            groups=frozenset(one for one in action.groups.split(",") if one in _GROUPS),
            areas=frozenset(one for one in action.areas.split(",") if one),
            known_areas=await self._areas(),
            people=action.people,
            kept=draft.kept if draft is not None else 0,
            source=action.source if action.source != NO_SOURCE else "",
            sources=await self._desk.sources(),
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
            return texts.say("campaigns.faults.unknown_people", names=escape_markdown(", ".join(error.unknown)[:300]))
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
