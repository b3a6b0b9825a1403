"""What the cards of HR's reminders have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.campaigns.actions import CampaignPage, DoCampaign, OpenCampaign
from adaptive_cards.texts import Texts
from hr.campaigns.model import Audience, Campaign, Group
from hr.campaigns.rules import Deed
from hr.clock import COPENHAGEN

_ADDRESS: Final = re.compile(r"https://[^\s()<>\"'\\\[\]*`|]+")

_LOOK: Final[dict[Deed, parts.Look]] = {
    Deed.SEND: "positive",
    Deed.APPROVE: "positive",
    Deed.RESUME: "positive",
    Deed.DELETE: "destructive",
    Deed.CANCEL: "destructive",
    Deed.WITHDRAW: "destructive",
}


def made(
    texts: Texts, name: str, body: Sequence[CardElement], actions: Sequence[Action] = (), notice: str | None = None
) -> AdaptiveCard:
    """A finished card; `name` chooses the summary, `notice` stands on top."""
    fallback = texts.say("campaigns.fallback", summary=texts.say(f"campaigns.summaries.{name}"))
    lead = [parts.told(notice)] if notice is not None else []
    return parts.card(texts=texts, body=[*lead, *body], actions=actions, fallback=fallback)


def moment(texts: Texts, at: datetime) -> str:
    """A moment by the wall, with the zone: HR must not have to guess which clock."""
    local = at.astimezone(COPENHAGEN)
    return texts.say("campaigns.moment", day=texts.day(local.date()), time=texts.clock(local.time()))


def day(texts: Texts, at: datetime) -> str:
    """The day of a moment by the wall."""
    return texts.weekday_day(at.astimezone(COPENHAGEN).date())


def deadline(texts: Texts, campaign: Campaign) -> str:
    """The last day, or that there is none."""
    return texts.day(campaign.deadline) if campaign.deadline is not None else texts.say("campaigns.none")


def audience(texts: Texts, chosen: Audience) -> str:
    """Whom it is for, in words."""
    names = [texts.say(f"campaigns.groups.{group.value}") for group in Group if group in chosen.groups]
    names += [texts.say("campaigns.area", area=area) for area in sorted(chosen.areas)]
    if chosen.people:
        names.append(texts.say("campaigns.list_of", count=len(chosen.people)))
    return " + ".join(names) or texts.say("campaigns.none")


def yes_no(texts: Texts, value: bool) -> str:
    """Ja or nej."""
    return texts.say("campaigns.yes" if value else "campaigns.no")


def state(texts: Texts, campaign: Campaign) -> str:
    """Where it is."""
    return texts.say(f"campaigns.states.{campaign.state.value}")


def titled(texts: Texts, campaign: Campaign) -> CardElement:
    """The heading of a card for HR."""
    return parts.heading(texts.say("campaigns.titled", title=escape_markdown(campaign.title)))


def words(text: str) -> list[CardElement]:
    """HR's text as it was written, a block for each paragraph. A web address can be pressed, and shows itself: nothing hides behind a word."""
    return [parts.paragraph(_with_addresses(line)) for line in text.splitlines() if line.strip()]


def _with_addresses(line: str) -> str:
    shown, end = "", 0
    for match in _ADDRESS.finditer(line):
        address = match[0].rstrip(".,;:!?")
        shown += _escaped(line[end : match.start()], first=end == 0) + f"[{escape_markdown(address)}]({address})"
        end = match.start() + len(address)
    return shown + _escaped(line[end:], first=end == 0)


def _escaped(part: str, *, first: bool) -> str:
    """Only at the beginning of its line is a number with a full stop a list."""
    return escape_markdown(part) if first else escape_markdown(f"x{part}")[1:]


def called(texts: Texts, deed: Deed, campaign: Campaign) -> str:
    """What a deed is called: of a campaign that nobody has got yet, there is no rest to cancel."""
    unsent = deed is Deed.CANCEL and campaign.frozen_at is None
    return texts.say("campaigns.deeds.cancel_unsent" if unsent else f"campaigns.deeds.{deed.value}")


def opens(
    texts: Texts, key: str, page: CampaignPage, *, campaign: Campaign | None = None, start: int = 0
) -> ExecuteAction:
    """A button that shows something."""
    payload = OpenCampaign(
        page=page, campaign_id=campaign.id if campaign is not None else None, start=start, language=texts.language
    )
    return parts.button(title=texts.say(key), payload=payload, alone=True)


def does(
    texts: Texts, deed: Deed, campaign: Campaign, token: str, *, title: str | None = None, confirmed: bool = False
) -> ExecuteAction:
    """A button that does something with a campaign. A token serves one card: whichever of its buttons is pressed first counts."""
    payload = DoCampaign(
        token=token,
        campaign_id=campaign.id,
        version=campaign.version,
        deed=deed,
        confirmed=confirmed,
        language=texts.language,
    )
    return parts.button(title=title or called(texts, deed, campaign), payload=payload, look=_LOOK.get(deed))
