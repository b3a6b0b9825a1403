"""Questions before something happens: the yes before a tick, whose item is meant, the yes before a plan ends; and what can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.onboarding import pieces
from adaptive_cards.onboarding.actions import ChangeJourney, ConfirmDone, OnboardingPage, ReopenItems
from adaptive_cards.texts import Texts
from hr.onboarding.model import Item
from hr.onboarding.views import PartView, PlanView


def confirm_card(*, texts: Texts, item: Item, view: PlanView | PartView, token: str) -> AdaptiveCard:
    """Whether the item that a message names is to be ticked; for a helper, in whose plan."""
    payload = ConfirmDone(token=token, journey=view.journey.id, item=item.id, language=texts.language)
    yes = parts.button(title=texts.say("onboarding.confirm.yes"), payload=payload, look="positive")
    body = [
        parts.heading(texts.say("onboarding.confirm.title")),
        parts.paragraph(escape_markdown(_named(texts, item, view))),
        *parts.rows([yes, pieces.opens(texts, "onboarding.no", OnboardingPage.JOURNEY, journey=view.journey)]),
    ]
    return pieces.made(texts, "confirm", body)


def which_card(*, texts: Texts, found: Sequence[tuple[Item, PlanView | PartView]], token: str) -> AdaptiveCard:
    """Which of several items a message means, each with its newcomer: the one that is pressed is ticked."""
    body: list[CardElement] = [parts.heading(texts.say("onboarding.which.title"))]
    for item, view in found[: pieces.SHOWN]:
        payload = ConfirmDone(token=token, journey=view.journey.id, item=item.id, language=texts.language)
        tick = parts.button(title=texts.say("onboarding.done"), payload=payload, look="positive")
        body.append(parts.beside([parts.paragraph(escape_markdown(_named(texts, item, view)))], tick))
    if len(found) > pieces.SHOWN:
        body.append(parts.remark(texts.say("onboarding.which.more")))
    body += parts.rows([pieces.opens(texts, "onboarding.none_of_them", OnboardingPage.MINE)])
    return pieces.made(texts, "confirm", body)


def whose_card(*, texts: Texts, found: Sequence[PartView]) -> AdaptiveCard:
    """Whose plan a message means: the one that is pressed is opened for changes."""
    body: list[CardElement] = [parts.heading(texts.say("onboarding.whose.title"))]
    for part in found[: pieces.SHOWN]:
        opens = pieces.opens(texts, "onboarding.adjust", OnboardingPage.MANAGE, journey=part.journey)
        body.append(parts.beside([parts.paragraph(escape_markdown(part.name))], opens))
    body += parts.rows([pieces.opens(texts, "onboarding.back", OnboardingPage.TEAM)])
    return pieces.made(texts, "team", body)


def end_card(*, texts: Texts, view: PlanView | PartView, token: str) -> AdaptiveCard:
    """Whether the plan is to end: what is lost by it, and the milder way."""
    journey, language = view.journey, texts.language
    yes = ChangeJourney(token=token, journey=journey.id, change="end", sure=True, language=language)
    text = (
        texts.say("onboarding.end.text_part", name=escape_markdown(view.name))
        if isinstance(view, PartView)
        else texts.say("onboarding.end.text")
    )
    body = [
        parts.heading(texts.say("onboarding.end.title")),
        parts.paragraph(text),
        *parts.rows(
            [
                parts.button(title=texts.say("onboarding.end.yes"), payload=yes, look="destructive"),
                pieces.opens(texts, "onboarding.no", OnboardingPage.MANAGE, journey=journey),
            ]
        ),
    ]
    return pieces.made(texts, "manage", body)


def settled_card(*, texts: Texts, view: PlanView | PartView, token: str, skip: int = 0) -> AdaptiveCard:
    """What the reader has settled, to be opened again."""
    skip = pieces.first_of(skip, len(view.closed))
    shown = view.closed[skip : skip + pieces.SHOWN]
    body: list[CardElement] = [parts.heading(texts.say("onboarding.settled.title"))]
    ways = [pieces.opens(texts, "onboarding.back", OnboardingPage.JOURNEY, journey=view.journey)]
    if shown:
        payload = ReopenItems(token=token, journey=view.journey.id, language=texts.language)
        ways.insert(0, parts.button(title=texts.say("onboarding.settled.reopen"), payload=payload, look="positive"))
        body.append(
            parts.ticks(
                name="items",
                label=texts.say("onboarding.settled.label"),
                error=texts.say("onboarding.items_error"),
                options=[(one.item.id, one.item.title) for one in shown],
            )
        )
        body += pieces.paging(texts, OnboardingPage.SETTLED, view.journey, skip=skip, total=len(view.closed))
    else:
        body.append(parts.paragraph(texts.say("onboarding.settled.none")))
    return pieces.made(texts, "plan", [*body, *parts.rows(ways)])


def _named(texts: Texts, item: Item, view: PlanView | PartView) -> str:
    if isinstance(view, PlanView):
        return item.title
    return texts.say("onboarding.confirm.for", name=view.name, title=item.title)
