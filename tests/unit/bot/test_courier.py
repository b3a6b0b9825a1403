"""Hours and addresses of what is sent unasked; what the cards say is their makers' business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from adaptive_cards.absence.notices import note_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import load_catalogue
from bot.courier import Courier, Parcel
from hr.clock import FixedClock
from hr.conversations.model import ConversationReference, ConversationType
from hr.outbox.dispatcher import Ready
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Delivered, Later, Outcome
from hr.ports import UnitOfWork
from hr.storage.memory import MemoryStorage

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
CARD = render(note_card(texts=load_catalogue()["da"], text="Hej", way_on=False), summary="Hej")


@dataclass(kw_only=True)
class Maker:
    made: Card | Why | Later = CARD
    on_duty: bool = False

    async def weekend_duty(self, unit: UnitOfWork, message: OutboxMessage) -> bool:
        return self.on_duty

    async def card(self, unit: UnitOfWork, message: OutboxMessage) -> Card | Why | Later:
        return self.made


@dataclass(kw_only=True)
class Hours:
    """Open, or open on duty alone, or closed until `until`."""

    until: datetime | None = None
    on_duty_too: bool = True

    def opens_at(self, now: datetime, *, weekend_duty: bool) -> datetime:
        if self.until is None or (weekend_duty and not self.on_duty_too):
            return now
        return self.until


@dataclass(kw_only=True)
class Post:
    seen: list[tuple[str, str | None]] = field(default_factory=list)

    async def post(self, reference: ConversationReference, card: Card, *, replaces: str | None = None) -> Outcome:
        self.seen.append((reference.conversation_id, replaces))
        return Delivered()


def message(**changes: str) -> OutboxMessage:
    return OutboxMessage(
        id="m",
        kind=MessageKind.REQUEST_NEW,
        key="k",
        recipient_id="ada",
        due_at=NOW,
        not_before=NOW,
        created_at=NOW,
        **changes,
    )


async def storage() -> MemoryStorage:
    """Ada has a chat, and there is a channel."""
    made = MemoryStorage()
    async with made.unit() as unit:
        for conversation, kind, person in (
            ("chat", ConversationType.PERSONAL, "ada"),
            ("channel", ConversationType.CHANNEL, "bo"),
        ):
            await unit.conversations.save(
                ConversationReference(
                    conversation_id=conversation,
                    conversation_type=kind,
                    service_url="http://127.0.0.1/",
                    channel_id="msteams",
                    bot_id="bot",
                    user_id=person,
                    aad_object_id=person,
                    tenant_id=None,
                    locale=None,
                    updated_at=NOW,
                )
            )
        await unit.commit()
    return made


def courier(maker: Maker, hours: Hours | None = None, post: Post | None = None) -> Courier:
    return Courier(
        makers={MessageKind.REQUEST_NEW: maker},
        notifier=post or Post(),
        hours=hours or Hours(),
        clock=FixedClock(moment=NOW),
    )


async def prepared(carrier: Courier, row: OutboxMessage) -> Ready[Parcel] | Why | Later:
    async with (await storage()).unit() as unit:
        return await carrier.prepare(unit, row)


async def test_a_card_goes_to_the_recipients_own_chat() -> None:
    post = Post()
    carrier = courier(Maker(), post=post)
    ready = await prepared(carrier, message())
    assert isinstance(ready, Ready)
    await carrier.deliver(ready)
    assert post.seen == [("chat", None)]


async def test_a_card_for_a_channel_takes_the_place_of_the_one_it_names() -> None:
    post = Post()
    carrier = courier(Maker(), post=post)
    ready = await prepared(carrier, message(conversation_id="channel", replaces="activity"))
    assert isinstance(ready, Ready)
    await carrier.deliver(ready)
    assert post.seen == [("channel", "activity")]


@pytest.mark.parametrize(
    "row",
    [
        message(conversation_id="gone"),
        OutboxMessage(
            id="m",
            kind=MessageKind.REQUEST_NEW,
            key="k",
            recipient_id="nobody",
            due_at=NOW,
            not_before=NOW,
            created_at=NOW,
        ),
    ],
)
async def test_who_has_no_chat_is_not_reached(row: OutboxMessage) -> None:
    assert await prepared(courier(Maker()), row) is Why.NOT_INSTALLED


async def test_nobody_is_disturbed_outside_the_hours_unless_the_message_may() -> None:
    morning = NOW + timedelta(hours=12)
    closed = Hours(until=morning)
    assert await prepared(courier(Maker(), closed), message()) == Later(at=morning)
    assert await prepared(courier(Maker(on_duty=True), closed), message()) == Later(at=morning)
    open_on_duty = Hours(until=morning, on_duty_too=False)
    assert isinstance(await prepared(courier(Maker(on_duty=True), open_on_duty), message()), Ready)


async def test_a_card_that_takes_the_place_of_another_rings_nowhere_and_waits_for_no_morning() -> None:
    closed = Hours(until=NOW + timedelta(hours=12))
    row = message(conversation_id="channel", replaces="activity")
    assert isinstance(await prepared(courier(Maker(), closed), row), Ready)


@pytest.mark.parametrize("verdict", [Why.CHANGED, Later(at=NOW + timedelta(hours=1))])
async def test_what_the_maker_holds_back_does_not_leave(verdict: Why | Later) -> None:
    assert await prepared(courier(Maker(made=verdict)), message()) == verdict
