"""What recipients see: the reminder, its receipt, and that it was taken back. One card serves all recipients of a version."""

from __future__ import annotations

from datetime import date

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.campaigns import pieces
from adaptive_cards.campaigns.actions import AcknowledgeCampaign
from adaptive_cards.texts import Texts
from hr.campaigns.model import Campaign
from knowledge.models import Approval, Citation


def message_card(
    *, texts: Texts, campaign: Campaign, source: Citation | None, reminder: bool = False, trial: bool = False
) -> AdaptiveCard:
    """The reminder. `reminder`: it comes again, for lack of an acknowledgement. `trial`: HR has sent it to itself."""
    body = [
        *([parts.remark(texts.say("campaigns.message.trial"))] if trial else []),
        *([parts.remark(texts.say("campaigns.message.again"))] if reminder else []),
        *content(texts, campaign, source),
    ]
    actions: list[Action] = []
    if campaign.acknowledgement:
        payload = AcknowledgeCampaign(campaign_id=campaign.id, trial=trial, language=texts.language)
        actions.append(parts.button(title=texts.say("campaigns.message.acknowledge"), payload=payload, look="positive"))
    return pieces.made(texts, "message", body, actions)


def content(texts: Texts, campaign: Campaign, source: Citation | None) -> list[CardElement]:
    """Title, text, source and deadline, as in the message and in its preview."""
    found: list[CardElement] = [
        parts.heading(escape_markdown(campaign.title)),
        *pieces.words(campaign.text),
    ]
    if campaign.deadline is not None:
        key = "campaigns.message.deadline_ack" if campaign.acknowledgement else "campaigns.message.deadline"
        found.append(parts.strong(texts.say(key, day=texts.day(campaign.deadline))))
    if source is not None:
        found.append(parts.remark(_source(texts, source)))
    found.append(parts.remark(texts.say("campaigns.message.from_hr")))
    return found


def receipt_card(
    *, texts: Texts, campaign: Campaign, source: Citation | None, on: date, trial: bool = False
) -> AdaptiveCard:
    """What the card becomes once it is acknowledged."""
    key = "campaigns.message.trial_receipt" if trial else "campaigns.message.receipt"
    return pieces.made(texts, "message", content(texts, campaign, source), notice=texts.say(key, day=texts.day(on)))


def withdrawn_card(*, texts: Texts) -> AdaptiveCard:
    """What the card becomes when HR takes it back: nothing of it is left."""
    body: list[CardElement] = [
        parts.heading(texts.say("campaigns.message.withdrawn")),
        parts.paragraph(texts.say("campaigns.message.withdrawn_text")),
    ]
    return pieces.made(texts, "withdrawn", body)


def _source(texts: Texts, source: Citation) -> str:
    title = escape_markdown(" ".join(source.title.split()) or source.document)
    linked = source.url is not None and source.url.startswith("https://") and not set(source.url) & set(' ()<>\\"')
    line = texts.say("campaigns.message.source", title=f"[{title}]({source.url})" if linked else title)
    return f"{line}. {texts.say('answer.draft')}" if source.approval is Approval.DRAFT else line
