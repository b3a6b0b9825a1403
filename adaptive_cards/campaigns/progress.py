"""HR's cards from the sending on: the numbers, who was not reached, the question before what cannot be undone, words to HR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.campaigns import pieces
from adaptive_cards.campaigns.actions import CampaignPage
from adaptive_cards.texts import Texts
from hr.campaigns.model import Campaign, CampaignState
from hr.campaigns.rules import Deed
from hr.campaigns.views import Missed, ProgressView

NAMES: Final = 20
"""Names that one card shows."""


def progress_card(*, texts: Texts, view: ProgressView, token: str, notice: str | None = None) -> AdaptiveCard:
    """The numbers as of now: reached, on the way and not reached are always everybody."""
    campaign, counts = view.campaign, view.counts
    body: list[CardElement] = [pieces.titled(texts, campaign), parts.facts(_facts(texts, view))]
    if counts.not_reached:
        reasons = [
            texts.say(f"campaigns.reasons.{reason.value}", count=number)
            for reason, number in counts.not_reached.items()
        ]
        body.append(parts.bullets(texts.say("campaigns.progress.why"), reasons))
    if view.unacknowledged:
        body.append(_names(texts, "campaigns.progress.unacknowledged", view.unacknowledged))
    body.append(parts.remark(texts.say("campaigns.progress.never_read")))
    return pieces.made(texts, "progress", body, _ways_on(texts, view, token), notice)


def _facts(texts: Texts, view: ProgressView) -> list[tuple[str, str]]:
    campaign, counts = view.campaign, view.counts
    pairs = [
        (texts.say("campaigns.draft.state"), pieces.state(texts, campaign)),
        (texts.say("campaigns.progress.reached"), str(counts.reached)),
        (texts.say("campaigns.progress.pending"), f"+ {counts.pending}"),
        (texts.say("campaigns.progress.missed"), f"+ {counts.missed}"),
        (texts.say("campaigns.progress.total"), f"= {campaign.size}"),
    ]
    if view.deferred:
        pairs.append((texts.say("campaigns.progress.deferred"), str(view.deferred)))
    if campaign.acknowledgement:
        pairs.append((texts.say("campaigns.progress.acknowledged"), str(view.acknowledged)))
        pairs.append((texts.say("campaigns.progress.missing"), str(view.missing)))
        pairs.append((texts.say("campaigns.draft.deadline"), pieces.deadline(texts, campaign)))
    if view.reminders.total:
        reached, total = view.reminders.reached, view.reminders.total
        pairs.append(
            (texts.say("campaigns.progress.reminded"), texts.say("campaigns.progress.of", part=reached, whole=total))
        )
    if campaign.state is CampaignState.WITHDRAWN:
        cards = counts.reached + view.reminders.reached
        of = texts.say("campaigns.progress.of", part=view.taken_back.reached, whole=cards)
        pairs.append((texts.say("campaigns.progress.taken_back"), of))
    if view.approver:
        pairs.append((texts.say("campaigns.draft.approver"), view.approver))
    return pairs


def _names(texts: Texts, key: str, names: Sequence[str]) -> CardElement:
    shown = list(names[:NAMES])
    if len(names) > NAMES:
        shown.append(texts.say("campaigns.progress.more_names", count=len(names) - NAMES))
    return parts.bullets(texts.say(key, count=len(names)), shown)


def _ways_on(texts: Texts, view: ProgressView, token: str) -> list[Action]:
    campaign = view.campaign
    found: list[Action] = [pieces.opens(texts, "campaigns.progress.refresh", CampaignPage.SHOW, campaign=campaign)]
    if view.counts.missed:
        found.append(pieces.opens(texts, "campaigns.progress.who", CampaignPage.MISSED, campaign=campaign))
    order = (Deed.RESUME, Deed.PAUSE, Deed.REMIND, Deed.CANCEL, Deed.WITHDRAW)
    waiting = view.counts.pending + view.reminders.pending
    needless = ({Deed.PAUSE, Deed.CANCEL} if not waiting else set()) | ({Deed.REMIND} if not view.missing else set())
    found += [pieces.does(texts, deed, campaign, token) for deed in order if deed in view.deeds - needless]
    if len(found) < parts.ACTIONS:
        found.append(pieces.opens(texts, "campaigns.all", CampaignPage.LIST))
    return found[: parts.ACTIONS]


def missed_card(*, texts: Texts, campaign: Campaign, missed: Sequence[Missed], start: int = 0) -> AdaptiveCard:
    """Who was not reached, by name: HR tells them another way."""
    lines = [
        texts.say("campaigns.missed.line", name=one.name, reason=texts.say(f"campaigns.why.{one.reason.value}"))
        for one in missed[start : start + NAMES]
    ]
    body: list[CardElement] = [pieces.titled(texts, campaign)]
    if lines:
        body.append(parts.bullets(texts.say("campaigns.missed.lead", count=len(missed)), lines))
    else:
        body.append(parts.paragraph(texts.say("campaigns.missed.none")))
    actions: list[Action] = [pieces.opens(texts, "campaigns.back", CampaignPage.SHOW, campaign=campaign)]
    if start + NAMES < len(missed):
        actions.append(
            pieces.opens(texts, "campaigns.more", CampaignPage.MISSED, campaign=campaign, start=start + NAMES)
        )
    return pieces.made(texts, "missed", body, actions)


def confirm_card(
    *, texts: Texts, campaign: Campaign, view: ProgressView | None, deed: Deed, token: str
) -> AdaptiveCard:
    """The question before something that cannot be undone, with how many it concerns. `view` is None before the sending."""
    body: list[CardElement] = [pieces.titled(texts, campaign), parts.paragraph(_asked(texts, view, deed))]
    title = texts.say("campaigns.confirm.yes", deed=pieces.called(texts, deed, campaign).lower())
    actions: list[Action] = [
        pieces.does(texts, deed, campaign, token, title=title, confirmed=True),
        pieces.opens(texts, "campaigns.confirm.no", CampaignPage.SHOW, campaign=campaign),
    ]
    return pieces.made(texts, "confirm", body, actions)


def _asked(texts: Texts, view: ProgressView | None, deed: Deed) -> str:
    if view is None:
        return texts.say("campaigns.confirm.cancel_unsent" if deed is Deed.CANCEL else "campaigns.confirm.delete")
    match deed:
        case Deed.CANCEL:
            return texts.say("campaigns.confirm.cancel", pending=view.counts.pending, reached=view.counts.reached)
        case Deed.WITHDRAW:
            return texts.say("campaigns.confirm.withdraw", reached=view.counts.reached)
        case _:
            return texts.say("campaigns.confirm.remind", missing=view.missing)


def word_card(*, texts: Texts, campaign: Campaign, what: str) -> AdaptiveCard:
    """A word to HR about a campaign, with the way to it."""
    body: list[CardElement] = [
        pieces.titled(texts, campaign),
        parts.paragraph(texts.say(f"campaigns.words.{what}")),
    ]
    return pieces.made(
        texts, "word", body, [pieces.opens(texts, "campaigns.list.open", CampaignPage.SHOW, campaign=campaign)]
    )
