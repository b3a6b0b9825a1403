from __future__ import annotations

from datetime import UTC, datetime

from bot.events import Asked, Event, Pressed, Unsupported
from bot.router import Route, Router
from bot.turn import Turn
from hr.conversations.model import ConversationReference, ConversationType
from tests.unit.bot.fakes import FakeTurn

REFERENCE = ConversationReference(
    conversation_id="c",
    conversation_type=ConversationType.PERSONAL,
    service_url="https://x",
    channel_id="msteams",
    bot_id="b",
    user_id="u",
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
)


class Noting:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def __call__(self, event: Event, turn: Turn) -> None:
        self.events.append(event)


async def test_the_first_route_that_takes_an_event_has_it() -> None:
    short, any_question, buttons = Noting(), Noting(), Noting()
    router = Router(
        [
            Route(event=Asked, handler=short, when=lambda event: len(event.text) < 3),
            Route(event=Asked, handler=any_question),
            Route(event=Pressed, handler=buttons),
        ]
    )
    hi, long = Asked(reference=REFERENCE, text="hi"), Asked(reference=REFERENCE, text="a long question")
    press = Pressed(reference=REFERENCE, action=None)
    for event in (hi, long, press):
        assert await router.dispatch(event, FakeTurn())
    assert (short.events, any_question.events, buttons.events) == ([hi], [long], [press])


async def test_an_event_without_a_route_is_left_alone() -> None:
    handler = Noting()
    router = Router([Route(event=Asked, handler=handler)])
    assert not await router.dispatch(Unsupported(reference=REFERENCE, kind="x"), FakeTurn())
    assert handler.events == []
