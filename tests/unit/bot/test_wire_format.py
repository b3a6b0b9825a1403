from __future__ import annotations

from adaptive_cards.answers import RenderedCitation
from adaptive_cards.render import Card
from bot.teams.wire import message_activity, message_entity
from bot.turn import Message

SOURCE = RenderedCitation(position=1, name="Opfølgning", abstract="Ord")


def test_text_of_a_model_carries_the_label_of_generated_content() -> None:
    entity = message_entity((SOURCE,), written_by_model=True)
    assert entity is not None
    assert entity.serialize()["additionalType"] == ["AIGeneratedContent"]


def test_a_message_without_sources_carries_no_entity() -> None:
    assert "entities" not in message_activity(Message(text="Hej"), personal=True).serialize()


def test_an_answer_has_one_root_entity_whatever_it_carries() -> None:
    message = Message(text="x", citations=(SOURCE, SOURCE), written_by_model=True, feedback=True)
    entities = message_activity(message, personal=True).serialize()["entities"]
    assert [entity["type"] for entity in entities] == ["https://schema.org/Message"]
    assert len(entities[0]["citation"]) == 2


def test_a_card_stands_alone() -> None:
    card = Card(content={"type": "AdaptiveCard"}, summary="Kort")
    sent = message_activity(Message(text="x", suggestions=("a",), card=card), personal=True).serialize()
    assert sent["attachments"][0]["content"] == {"type": "AdaptiveCard"}
    assert sent["summary"] == "Kort"
    assert "suggestedActions" not in sent
    assert "text" not in sent
