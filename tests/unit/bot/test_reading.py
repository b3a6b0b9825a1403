"""What of a raw activity is believed, and what reading it may cost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.errors import MalformedActivityError
from bot.events import Asked, Rated
from bot.seal import Seal
from bot.teams.reading import KEPT_CHARACTERS, clean_text, read_event
from hr.clock import FixedClock
from hr.conversations.model import ConversationType
from tests.unit.bot.builders import TODAY, activity

LONGEST_SECONDS = 0.1
"""Of processor time: the event loop reads, and nobody is answered meanwhile."""


def read(kind: str = "message", **changes: Any) -> Any:
    whole = activity(kind, service_url="https://smba.trafficmanager.net/emea/", **changes)
    return read_event(whole, received_at=FixedClock.on(TODAY).now(), seal=Seal.of_one_process())


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 50_000,
        "<!-- <" * 50_000,
        "<at " * 50_000,
        "<at>x" * 50_000,
        "<a" * 50_000,
        "&amp" * 50_000,
        "&#" * 50_000,
        "&#x301;&#x323;" * 20_000,
        "e" + "\u0301\u0323" * 50_000,
        "\u200b" * 200_000,
        " " * 200_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_no_text_however_odd_holds_the_event_loop_up(text: str) -> None:
    begun = time.process_time()
    clean_text(text)
    assert time.process_time() - begun < LONGEST_SECONDS


def test_letters_keep_their_marks_and_are_composed() -> None:
    assert clean_text("Hva\u030ad g\u00e6lder for s\u030c\u0323?") == "Hv\u00e5d g\u00e6lder for \u1e63\u030c?"
    assert clean_text("e" + "\u0301" * 500) == "\u00e9" + "\u0301" * 7
    assert clean_text("a\u200b\u030a") == "\u00e5"


def test_comments_tags_and_mentions_are_no_words() -> None:
    assert clean_text("<at>Kompas</at> hvad<br>er <!-- en kommentar > med < i --> <b>MUS</b>?") == "hvad er MUS ?"


def test_a_very_long_message_is_read_from_its_beginning() -> None:
    assert len(clean_text("ord " * 100_000)) <= KEPT_CHARACTERS


@pytest.mark.parametrize("odd", [".", ".."])
@pytest.mark.parametrize("field", ["conversation", "recipient", "from"])
def test_an_id_that_leads_upwards_in_an_address_is_none(field: str, odd: str) -> None:
    with pytest.raises(MalformedActivityError):
        read(**{field: {"id": odd}})


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        ({"id": "a:1"}, ConversationType.PERSONAL),
        ({"id": "a:1", "isGroup": False}, ConversationType.PERSONAL),
        ({"id": "a:1", "isGroup": True}, ConversationType.GROUP_CHAT),
        ({"id": "19:meeting@thread.v2"}, ConversationType.GROUP_CHAT),
        ({"id": "a:1", "conversationType": "personal"}, ConversationType.PERSONAL),
        ({"id": "a:1", "conversationType": "Personal"}, ConversationType.GROUP_CHAT),
        ({"id": "a:1", "conversationType": 7}, ConversationType.GROUP_CHAT),
    ],
)
def test_a_chat_of_which_it_is_not_certain_that_nobody_reads_along_is_a_group(
    conversation: dict[str, Any], kind: ConversationType
) -> None:
    assert read(conversation=conversation).reference.conversation_type is kind


@pytest.mark.parametrize("odd", [".", "..", "a\nb", "x" * 600, 7])
def test_an_odd_id_of_the_message_itself_is_as_none(odd: object) -> None:
    event = read(id=odd)
    assert isinstance(event, Asked)
    assert event.activity_id is None


def test_a_thumb_names_no_answer_by_an_odd_id() -> None:
    value = {"actionName": "feedback", "actionValue": {"reaction": "dislike"}}
    event = read("invoke", name="message/submitAction", value=value, replyToId="..")
    assert isinstance(event, Rated)
    assert event.answer_id is None
