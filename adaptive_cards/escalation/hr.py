"""The cards of HR: a question with its buttons as it stands, and the list of those that wait."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.escalation import pieces
from adaptive_cards.escalation.actions import HrAnswer, HrRequest
from adaptive_cards.escalation.asker import LISTED
from adaptive_cards.texts import Texts
from hr.escalation.model import HrDeed, RequestState
from hr.escalation.views import RequestView


def request_card(
    *,
    texts: Texts,
    view: RequestView,
    token: str,
    title: str | None = None,
    notice: str | None = None,
    answer: str = "",
) -> AdaptiveCard:
    """A question as HR has it now. `answer` fills the field of one that was not taken."""
    request = view.request
    pairs = [
        (texts.say("asking.hr.from"), pieces.asker(texts, view)),
        (texts.say("asking.hr.topic"), pieces.topic(texts, view)),
        (texts.say("asking.hr.state"), pieces.state(texts, view)),
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
        *pieces.thread(texts, view, for_asker=False),
    ]
    return pieces.made(texts, "hr", body, _actions(texts, view, token, answer), notice)


def waiting_title(texts: Texts, view: RequestView, *, lead: bool) -> str:
    """What a reminder is headed by."""
    if lead:
        return texts.say("asking.hr.lead", number=view.request.number, group=view.group.label)
    return texts.say("asking.hr.waiting", number=view.request.number)


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


def open_card(*, texts: Texts, views: Sequence[RequestView]) -> AdaptiveCard:
    """What waits for the groups that a person answers for, the oldest first."""
    body: list[CardElement] = [parts.heading(texts.say("asking.open_list.title"))]
    for view in views[:LISTED]:
        payload = HrRequest(request_id=view.request.id, deed=HrDeed.SHOW, language=texts.language)
        body.append(pieces.row(texts, view, payload))
    if not views:
        body.append(parts.paragraph(texts.say("asking.open_list.none")))
    if len(views) > LISTED:
        body.append(parts.remark(texts.say("asking.open_list.more", count=len(views) - LISTED)))
    return pieces.made(texts, "list", body)
