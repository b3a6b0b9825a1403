"""The cards of the one who asks: offer, form, receipt with what became of it, asking on, the list."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.escalation import pieces
from adaptive_cards.escalation.actions import AskingMenu, AskOn, OwnDeed, OwnRequest, SendRequest
from adaptive_cards.texts import Texts
from hr.escalation.model import OPEN, RequestState
from hr.escalation.routing import Topic
from hr.escalation.views import Page, RequestView


def offer_card(*, texts: Texts) -> AdaptiveCard:
    """Beside an answer that did not help: one button."""
    ask = pieces.open_menu(texts, texts.say("asking.ask_hr"), AskingMenu.FORM)
    return pieces.made(texts, "offer", [parts.paragraph(texts.say("asking.offer.text"))], [ask])


def form_card(
    *,
    texts: Texts,
    topics: Sequence[Topic],
    token: str,
    question: str = "",
    topic: str | None = None,
    answer: str | None = None,
    notice: str | None = None,
    confirmed: str = "",
) -> AdaptiveCard:
    """The question as it would be sent, before it is. `confirmed` is the mark of the warning in `notice`, which a press then confirms."""
    options = [(one.id, one.named(texts.language)) for one in topics]
    body: list[CardElement] = [
        parts.heading(texts.say("asking.form.title")),
        parts.paragraph(texts.say("asking.form.text")),
        pieces.long_field(
            name="question",
            label=texts.say("asking.form.question"),
            error=texts.say("asking.form.question_missing"),
            value=question,
        ),
        parts.remark(texts.say("asking.form.hint")),
        parts.choices(
            name="topic",
            label=texts.say("asking.form.topic"),
            error=texts.say("asking.form.topic_missing"),
            options=options,
            chosen=topic if topic in dict(options) else None,
        ),
        *(pieces.quoted(texts.say("asking.form.answer"), answer) if answer else []),
    ]
    title = texts.say("asking.form.send_confirmed" if confirmed else "asking.form.send")
    payload = SendRequest(token=token, confirmed=confirmed, language=texts.language)
    actions: list[Action] = [
        parts.button(title=title, payload=payload, look="positive"),
        pieces.open_menu(texts, texts.say("asking.cancel"), AskingMenu.CANCEL),
    ]
    return pieces.made(texts, "form", body, actions, notice)


def own_card(*, texts: Texts, view: RequestView, notice: str | None = None) -> AdaptiveCard:
    """A question of one's own: what was sent, where it is, what was said, and the ways on."""
    request = view.request
    body: list[CardElement] = [
        parts.heading(texts.say("asking.own.title", number=request.number)),
        parts.facts(
            [
                (texts.say("asking.own.topic"), pieces.topic(texts, view)),
                (texts.say("asking.own.group"), view.group.label),
                (texts.say("asking.own.state"), pieces.state(texts, view)),
                (texts.say("asking.own.asked_on"), pieces.day(texts, request.created_at)),
            ]
        ),
        *pieces.quoted(texts.say("asking.own.question"), request.question, whole=True),
        *pieces.thread(texts, view, for_asker=True),
    ]
    if view.state in {RequestState.CLOSED, RequestState.WITHDRAWN}:
        body.append(parts.remark(texts.say("asking.own.open_again")))
    return pieces.made(texts, "own", body, _ways_on(texts, view), notice)


def _ways_on(texts: Texts, view: RequestView) -> list[Action]:
    def own(title: str, deed: OwnDeed) -> ExecuteAction:
        payload = OwnRequest(request_id=view.request.id, deed=deed, language=texts.language)
        return parts.button(title=texts.say(title), payload=payload)

    mine = pieces.open_menu(texts, texts.say("asking.mine"), AskingMenu.MINE)
    if view.state in OPEN:
        return [mine, own("asking.own.withdraw", OwnDeed.WITHDRAW)]
    if view.state is RequestState.ANSWERED:
        return [own("asking.own.helped", OwnDeed.HELPED), own("asking.own.ask_on", OwnDeed.ASK_ON), mine]
    return [own("asking.own.ask_on", OwnDeed.ASK_ON), mine] if view.state is RequestState.CLOSED else [mine]


def told_card(*, texts: Texts, view: RequestView, resent: bool = False) -> AdaptiveCard:
    """What comes by itself: HR has answered, or has closed the question."""
    answer = view.last_answer
    if view.state is RequestState.CLOSED or answer is None:
        notice = texts.say("asking.own.closed", number=view.request.number)
    else:
        name = answer.name or texts.say("asking.somebody_hr")
        notice = texts.say("asking.own.answered", name=name, number=view.request.number)
    card = own_card(texts=texts, view=view, notice=notice)
    if resent and card.body is not None:
        card.body.insert(0, parts.remark(texts.say("asking.resent")))
    return card


def follow_card(
    *, texts: Texts, view: RequestView, token: str, question: str = "", notice: str | None = None
) -> AdaptiveCard:
    """The form for asking on."""
    field = pieces.long_field(
        name="question",
        label=texts.say("asking.follow.question"),
        error=texts.say("asking.form.question_missing"),
        value=question,
    )
    body: list[CardElement] = [
        parts.heading(texts.say("asking.follow.title", number=view.request.number)),
        *pieces.thread(texts, view, for_asker=True),
        field,
        parts.remark(texts.say("asking.form.hint")),
    ]
    send = AskOn(token=token, request_id=view.request.id, language=texts.language)
    back = OwnRequest(request_id=view.request.id, deed=OwnDeed.SHOW, language=texts.language)
    actions: list[Action] = [
        parts.button(title=texts.say("asking.follow.send"), payload=send, look="positive"),
        parts.button(title=texts.say("asking.cancel"), payload=back),
    ]
    return pieces.made(texts, "follow", body, actions, notice)


def mine_card(*, texts: Texts, page: Page) -> AdaptiveCard:
    """The person's own questions, the newest first."""
    body: list[CardElement] = [parts.heading(texts.say("asking.mine_list.title"))]
    for view in page.views:
        payload = OwnRequest(request_id=view.request.id, deed=OwnDeed.SHOW, language=texts.language)
        body.append(pieces.row(texts, view, payload))
    if not page.views:
        body.append(parts.paragraph(texts.say("asking.mine_list.none")))
    ask = pieces.open_menu(texts, texts.say("asking.ask_hr"), AskingMenu.FORM)
    return pieces.made(
        texts, "list", [*body, *pieces.which(texts, page)], [*pieces.turn(texts, page, AskingMenu.MINE), ask]
    )
