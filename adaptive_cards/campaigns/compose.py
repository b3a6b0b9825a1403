"""HR's cards before anything is sent: templates, form, preview, list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, Choice, ChoiceSetInput

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.campaigns import pieces
from adaptive_cards.campaigns.actions import (
    CampaignPage,
    ChooseTemplate,
    OpenCampaign,
    TryCampaign,
)
from adaptive_cards.campaigns.recipient import content
from adaptive_cards.texts import Texts
from hr.campaigns.model import Campaign, CampaignState, Template
from hr.campaigns.rules import Deed
from hr.campaigns.views import DraftView
from knowledge.models import Citation

LISTED: Final = 6
"""How many campaigns a list shows, each with a button."""

BLANK: Final = "blank"
"""No template."""


def choose_card(*, texts: Texts, templates: Sequence[Template], notice: str | None = None) -> AdaptiveCard:
    """A template, or an empty form."""
    options = [(BLANK, texts.say("campaigns.choose.blank"))]
    options += [(one.id, f"{one.id} · {one.title}") for one in templates]
    body: list[CardElement] = [
        parts.heading(texts.say("campaigns.choose.title")),
        parts.paragraph(texts.say("campaigns.choose.text")),
        ChoiceSetInput(
            id="template",
            label=texts.say("campaigns.choose.label"),
            error_message=texts.say("campaigns.choose.error"),
            is_required=True,
            style="compact",
            value=BLANK,
            choices=[Choice(title=title, value=value) for value, title in options],
        ),
    ]
    actions: list[Action] = [
        parts.button(
            title=texts.say("campaigns.choose.go"), payload=ChooseTemplate(language=texts.language), look="positive"
        ),
        pieces.opens(texts, "campaigns.all", CampaignPage.LIST),
    ]
    return pieces.made(texts, "choose", body, actions, notice)


def draft_card(
    *,
    texts: Texts,
    view: DraftView,
    source: Citation | None,
    token: str,
    approval_size: int,
    notice: str | None = None,
) -> AdaptiveCard:
    """The number of recipients first, then the reminder as they will see it, then what can be done."""
    campaign = view.campaign
    body: list[CardElement] = [
        pieces.titled(texts, campaign),
        parts.facts(_facts(texts, view)),
        *[parts.paragraph(line) for line in _warnings(texts, view, approval_size)],
        *([parts.paragraph(texts.say("campaigns.draft.no_source"))] if campaign.source and source is None else []),
        parts.strong(texts.say("campaigns.draft.preview")),
        parts.boxed(content(texts, campaign, source)),
    ]
    return pieces.made(texts, "draft", body, _ways_on(texts, view, token), notice)


def _facts(texts: Texts, view: DraftView) -> list[tuple[str, str]]:
    campaign = view.campaign
    send_at = campaign.send_at
    return [
        (texts.say("campaigns.draft.recipients"), str(view.count)),
        (texts.say("campaigns.draft.audience"), pieces.audience(texts, campaign.audience)),
        (
            texts.say("campaigns.draft.sent_at"),
            pieces.moment(texts, send_at) if send_at is not None else texts.say(_at_once(campaign)),
        ),
        (texts.say("campaigns.draft.deadline"), pieces.deadline(texts, campaign)),
        (texts.say("campaigns.draft.ack"), pieces.yes_no(texts, campaign.acknowledgement)),
        (texts.say("campaigns.draft.mandatory"), pieces.yes_no(texts, campaign.mandatory)),
        (texts.say("campaigns.draft.state"), pieces.state(texts, campaign)),
        (texts.say("campaigns.draft.composer"), view.composer or texts.say("campaigns.somebody")),
        *([(texts.say("campaigns.draft.approver"), view.approver)] if view.approver else []),
    ]


def _at_once(campaign: Campaign) -> str:
    waits = campaign.state is CampaignState.WAITING_APPROVAL
    return "campaigns.draft.when_approved" if waits else "campaigns.draft.at_once"


def _warnings(texts: Texts, view: DraftView, approval_size: int) -> list[str]:
    campaign, found = view.campaign, list[str]()
    if not view.count:
        found.append(texts.say("campaigns.faults.no_recipients"))
    if view.waits:
        found.append(texts.say("campaigns.draft.window", at=pieces.moment(texts, view.leaves_at)))
    if view.deferred:
        found.append(
            texts.say("campaigns.draft.deferred", count=view.deferred, day=pieces.day(texts, view.deferred_to))
        )
        if campaign.deadline is not None and view.deferred_to.date() > campaign.deadline:
            found.append(texts.say("campaigns.draft.deferred_late"))
    if view.needs_approval:
        found.append(texts.say("campaigns.draft.approval", size=approval_size))
    return found


def _ways_on(texts: Texts, view: DraftView, token: str) -> list[Action]:
    campaign, found = view.campaign, list[Action]()
    if Deed.SEND in view.deeds and view.count:
        title = "campaigns.draft.send_for_approval" if view.needs_approval else None
        if title is None:
            title = "campaigns.draft.send_now" if campaign.send_at is None else "campaigns.draft.schedule"
        found.append(pieces.does(texts, Deed.SEND, campaign, token, title=texts.say(title)))
    found += [
        pieces.does(texts, deed, campaign, token) for deed in (Deed.APPROVE, Deed.GIVE_BACK) if deed in view.deeds
    ]
    trial = TryCampaign(token=token, campaign_id=campaign.id, language=texts.language)
    if campaign.state in {CampaignState.DRAFT, CampaignState.WAITING_APPROVAL}:
        found.append(parts.button(title=texts.say("campaigns.draft.try"), payload=trial))
    if Deed.EDIT in view.deeds:
        found.append(pieces.opens(texts, "campaigns.deeds.edit", CampaignPage.EDIT, campaign=campaign))
    # Whoever is to approve gives it back; to take it back or to cancel it is for the one who wrote it.
    others = {Deed.RECALL} if campaign.state is CampaignState.SCHEDULED else set[Deed]()
    found += [
        pieces.does(texts, deed, campaign, token)
        for deed in (Deed.RECALL, Deed.CANCEL, Deed.DELETE)
        if deed in view.deeds and (view.own or deed in {*others, Deed.DELETE})
    ]
    if campaign.state is CampaignState.SCHEDULED:
        found.append(pieces.opens(texts, "campaigns.progress.refresh", CampaignPage.SHOW, campaign=campaign))
    return [*found[: parts.ACTIONS - 1], pieces.opens(texts, "campaigns.all", CampaignPage.LIST)]


def list_card(
    *, texts: Texts, campaigns: Sequence[Campaign], start: int = 0, notice: str | None = None
) -> AdaptiveCard:
    """The campaigns, the last changed first, and the way to a new one."""
    body: list[CardElement] = [parts.heading(texts.say("campaigns.list.title"))]
    for one in campaigns[start : start + LISTED]:
        payload = OpenCampaign(page=CampaignPage.SHOW, campaign_id=one.id, language=texts.language)
        lines = [parts.paragraph(f"**{escape_markdown(one.title)}**"), parts.near(_line(texts, one))]
        body.append(parts.beside(lines, parts.button(title=texts.say("campaigns.list.open"), payload=payload)))
    if not campaigns:
        body.append(parts.paragraph(texts.say("campaigns.list.none")))
    actions: list[Action] = [pieces.opens(texts, "campaigns.new", CampaignPage.CHOOSE)]
    if start + LISTED < len(campaigns):
        actions.append(pieces.opens(texts, "campaigns.more", CampaignPage.LIST, start=start + LISTED))
    return pieces.made(texts, "list", body, actions, notice)


def _line(texts: Texts, campaign: Campaign) -> str:
    day = pieces.day(texts, campaign.frozen_at or campaign.send_at or campaign.changed_at)
    return texts.say("campaigns.list.line", state=pieces.state(texts, campaign), day=day)
