"""The cards of HR: a question with its buttons as it stands, and the list of those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.escalation import pieces
from adaptive_cards.escalation.actions import AskingMenu, HrAnswer, HrRequest
from adaptive_cards.texts import Texts
from hr.escalation.model import HrDeed, RequestState
from hr.escalation.routing import Told
from hr.escalation.views import Page, RequestView

SOURCES: Final = 4
"""How many titles are named below Kompas's answer."""


def request_card(
    *,
    texts: Texts,
    view: RequestView,
    token: str,
    title: str | None = None,
    notice: str | None = None,
    answer: str = "",
    sources: Sequence[str] = (),
) -> AdaptiveCard:
    """A question as HR has it now. `answer` fills the field of one that was not taken; `sources` are the titles that Kompas's answer rested on."""
    request = view.request
    pairs = [
        (texts.say("asking.hr.from"), pieces.asker(texts, view)),
        (texts.say("asking.hr.topic"), pieces.topic(texts, view)),
        (texts.say("asking.hr.state"), pieces.state(texts, view, for_hr=True)),
        (texts.say("asking.hr.asked_on"), pieces.day(texts, request.created_at)),
    ]
    if request.taken_by is not None:
        pairs.append((texts.say("asking.hr.taken_by"), view.taker or texts.say("asking.somebody_hr")))
    heading = title or texts.say("asking.hr.title", number=request.number, group=view.group.label)
    if view.state is RequestState.WITHDRAWN:
        body: list[CardElement] = [parts.heading(heading), parts.paragraph(texts.say("asking.hr.withdrawn"))]
        return pieces.made(texts, "hr", body, notice=notice)
    body = [
        parts.heading(heading),
        parts.facts(pairs),
        *pieces.quoted(texts.say("asking.hr.question"), request.question, whole=True),
        *(pieces.quoted(texts.say("asking.hr.answer"), request.answer) if request.answer else []),
        *([parts.remark(_from(texts, sources))] if request.answer and sources else []),
        *pieces.thread(texts, view, for_asker=False),
    ]
    return pieces.made(texts, "hr", body, _actions(texts, view, token, answer), notice)


def _from(texts: Texts, sources: Sequence[str]) -> str:
    told = "; ".join(escape_markdown(title) for title in sources[:SOURCES])
    return texts.say("asking.hr.sources", titles=told)


def waiting_title(texts: Texts, view: RequestView, told: Told) -> str:
    """What a reminder is headed by."""
    number, group = view.number, view.group.label
    name = view.taker or texts.say("asking.somebody_hr")
    match told:
        case Told.GROUP:
            return texts.say("asking.hr.waiting", number=number)
        case Told.TAKER:
            return texts.say("asking.hr.taker", number=number)
        case Told.HELD:
            return texts.say("asking.hr.held", number=number, name=name)
        case Told.LEAD if view.state is RequestState.TAKEN:
            return texts.say("asking.hr.lead_held", number=number, group=group, name=name)
        case Told.LEAD:
            return texts.say("asking.hr.lead", number=number, group=group)


def _actions(texts: Texts, view: RequestView, token: str, answer: str) -> list[Action]:
    def press(title: str, deed: HrDeed) -> Action:
        payload = HrRequest(request_id=view.request.id, deed=deed, language=texts.language)
        return parts.button(title=texts.say(title), payload=payload)

    reply = _reply(texts, view, token, answer)
    draft = [press("asking.hr.draft", HrDeed.DRAFT)] if view.last_answer is not None else []
    match view.state:
        case RequestState.NEW:
            return [press("asking.hr.take", HrDeed.TAKE), reply, press("asking.hr.close", HrDeed.CLOSE)]
        case RequestState.TAKEN:
            return [
                reply,
                press("asking.hr.take_over", HrDeed.TAKE_OVER),
                press("asking.hr.close", HrDeed.CLOSE),
                *draft,
            ]
        case RequestState.ANSWERED:
            return [press("asking.hr.close", HrDeed.CLOSE), press("asking.hr.reopen", HrDeed.REOPEN), *draft]
        case _:
            return [press("asking.hr.reopen", HrDeed.REOPEN), *draft]


def _reply(texts: Texts, view: RequestView, token: str, answer: str) -> Action:
    field = pieces.long_field(
        name="answer",
        label=texts.say("asking.hr.reply_label"),
        error=texts.say("asking.hr.reply_missing"),
        value=answer,
    )
    payload = HrAnswer(token=token, request_id=view.request.id, language=texts.language)
    send = parts.button(title=texts.say("asking.hr.reply_send"), payload=payload, look="positive")
    body: list[CardElement] = [field, parts.remark(texts.say("asking.hr.reply_hint"))]
    return parts.unfold(texts=texts, title=texts.say("asking.hr.reply"), body=body, action=send)


def gone_card(*, texts: Texts, number: int) -> AdaptiveCard:
    """In the place of a card where the question is no longer read."""
    body = [
        parts.heading(texts.say("asking.own.title", number=number)),
        parts.paragraph(texts.say("asking.hr.moved")),
    ]
    return pieces.made(texts, "hr", body)


def open_card(*, texts: Texts, page: Page) -> AdaptiveCard:
    """What waits for the groups that a person answers for: first what nobody has taken, the oldest of it before all."""
    body: list[CardElement] = [parts.heading(texts.say("asking.open_list.title"))]
    for view in page.views:
        payload = HrRequest(request_id=view.request.id, deed=HrDeed.SHOW, language=texts.language)
        body.append(pieces.row(texts, view, payload, for_hr=True))
    if not page.views:
        body.append(parts.paragraph(texts.say("asking.open_list.none")))
    turn = pieces.turn(texts, page, AskingMenu.HR_OPEN)
    return pieces.made(texts, "list", [*body, *pieces.which(texts, page)], turn)
