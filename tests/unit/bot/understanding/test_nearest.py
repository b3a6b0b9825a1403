"""The guess at messages that the rules leave open, over a made-up model of two columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bot.handlers.absence.desk import Desk
from bot.handlers.absence.parts import Cards
from bot.handlers.absence.typed import TypedHandler
from bot.understanding import training
from bot.understanding.model import (
    Action,
    Clarify,
    CloseCase,
    Context,
    ListCases,
    NotAbsence,
    Outcome,
    Snooze,
    StartCase,
    Topic,
    Understood,
)
from bot.understanding.nearest import MOST_WORDS, Nearest, Weights, packaged_weights, read
from knowledge.errors import ModelUnavailable
from knowledge.store import Vectors
from tests.unit.bot.absence_office import Office
from tests.unit.bot.builders import CATALOGUE, asked
from tests.unit.bot.fakes import FakeTurn
from tests.unit.hr.absence.service_builders import DITTE

TODAY = date(2026, 3, 18)
CLASSES = ("close_case/ended", "close_case/well", "list_cases", "question", "snooze")
OWN = Context(open_cases=("ME",))


class PlayedEncoder:
    """Says what was decided for the test, and keeps what it was asked."""

    def __init__(self, scores: dict[str, float], name: str = "played") -> None:
        self.name = name
        self.asked: list[str] = []
        self._row = [scores.get(one, 0.0) / 8 for one in CLASSES]

    def encode_queries(self, texts: list[str]) -> Vectors:
        self.asked += texts
        return np.array([self._row] * len(texts), np.float32)


def made_up_weights() -> Weights:
    flags = len(read("hej", today=TODAY).flags)
    columns = len(CLASSES)
    return Weights(
        encoder="played",
        examples="",
        classes=CLASSES,
        mean=(0.0,) * columns,
        weights=tuple((*np.eye(columns)[row].tolist(), *(0.0,) * flags) for row in range(columns)),
        bias=(0.0,) * columns,
    )


def guess(
    text: str,
    scores: dict[str, float],
    *,
    context: Context = OWN,
    found: Understood | None = None,
    encoder: PlayedEncoder | None = None,
) -> Understood:
    nearest = Nearest(encoder or PlayedEncoder(scores), weights=made_up_weights())
    return nearest.guess(text, today=TODAY, context=context, found=found or NotAbsence())


def test_a_certain_guess_is_filled_in_with_whom_and_when() -> None:
    found = guess("Mette er mødt ind igen i går", {"close_case/well": 6})

    assert found == CloseCase(label="ME", outcome=Outcome.WELL, day=date(2026, 3, 17))


def test_how_a_case_ends_is_asked_when_only_the_end_is_certain() -> None:
    found = guess("så er det forbi", {"close_case/well": 6, "close_case/ended": 6})

    assert found == CloseCase(outcome=Outcome.UNKNOWN)


def test_an_uncertain_guess_becomes_a_choice_with_the_likeliest_first() -> None:
    found = guess("så er det forbi", {"close_case/well": 3.0, "list_cases": 2.6})

    assert isinstance(found, Clarify)
    assert found.candidates[:2] == (Action.CLOSE_CASE, Action.LIST_CASES)


def test_what_is_nearer_to_the_questions_stays_one() -> None:
    assert guess("så er det forbi", {"question": 4, "close_case/well": 3}) == NotAbsence()


def test_a_message_that_asks_changes_nothing_without_a_choice() -> None:
    found = guess("hvad hvis Mette er mødt ind igen?", {"close_case/well": 6})

    assert isinstance(found, Clarify)


def test_without_a_case_there_is_nothing_to_close() -> None:
    assert guess("så er det forbi", {"close_case/well": 6}, context=Context()) == NotAbsence()


@pytest.mark.parametrize(("topic", "kind"), [(Topic.STEP_CARD, Snooze), (None, Clarify)])
def test_later_is_certain_only_under_the_card_of_a_step(topic: Topic | None, kind: type) -> None:
    context = Context(open_cases=("ME",), last_topic=topic)

    assert isinstance(guess("det passer mig skidt", {"snooze": 6}, context=context), kind)


def test_what_the_rules_are_certain_of_is_not_asked_again() -> None:
    encoder = PlayedEncoder({"close_case/well": 6})
    certain = StartCase(label="ME")

    assert guess("Mette er syg", {}, found=certain, encoder=encoder) == certain
    assert encoder.asked == []


def test_a_choice_of_the_rules_is_narrowed_but_never_left() -> None:
    choice = Clarify(candidates=(Action.RECORD_CONTACT, Action.CLOSE_CASE), label="ME")

    assert isinstance(guess("Mette, ja", {"close_case/well": 6}, found=choice), CloseCase)
    assert guess("Mette, ja", {"list_cases": 6}, found=choice) == choice
    assert guess("Mette, ja", {"question": 6}, found=choice) == choice


def test_a_choice_of_two_acts_of_one_message_is_not_narrowed() -> None:
    both = Clarify(candidates=(Action.CLOSE_CASE, Action.RECORD_CONTACT), label="ME", several=True)

    assert guess("Mette, ja", {"close_case/well": 6}, found=both) == both


def test_a_long_message_is_a_question() -> None:
    assert guess("igen " * (MOST_WORDS + 1), {"list_cases": 6}) == NotAbsence()
    assert guess("igen " * MOST_WORDS, {"list_cases": 6}) == ListCases()


def test_another_model_leaves_the_rules_alone() -> None:
    assert guess("så", {}, encoder=PlayedEncoder({"list_cases": 6}, name="another")) == NotAbsence()


def test_what_is_certainly_about_something_else_is_left() -> None:
    assert guess("svar på engelsk", {"list_cases": 6}) == NotAbsence()


def test_the_model_sees_neither_names_nor_dates() -> None:
    encoder = PlayedEncoder({})
    guess("Kirsten Holm var forbi i forgårs", {}, encoder=encoder)

    assert encoder.asked == ["mette var forbi i går"]


def test_the_weights_that_ship_belong_to_the_examples_that_ship() -> None:
    weights = packaged_weights()
    kinds = {means for means, _ in training.examples()}

    assert weights.examples == training.digest(), "train anew: python -m bot.understanding.training"
    assert set(weights.classes) == kinds
    assert {len(row) for row in weights.weights} == {len(weights.mean) + len(read("hej", today=TODAY).flags)}


def test_training_learns_what_the_examples_say() -> None:
    class ByWords:
        name = "words"

        def encode_queries(self, texts: list[str]) -> Vectors:
            rows = [[float(word in text) for word in ("syg", "rask", "udsæt", "?", "liste")] for text in texts]
            return np.array(rows, np.float32)

    nearest = Nearest(ByWords(), weights=training.train(ByWords()))

    assert isinstance(nearest.guess("Mette er rask", today=TODAY, context=OWN, found=NotAbsence()), CloseCase)


class BrokenEncoder(PlayedEncoder):
    def encode_queries(self, texts: list[str]) -> Vectors:
        raise ModelUnavailable("gone")


def typed(office: Office, encoder: PlayedEncoder) -> TypedHandler:
    desk = Desk(service=office.town.service, passages=office.passages, clock=office.town.clock, memory=office.memory)
    nearest = Nearest(encoder, weights=made_up_weights())
    return TypedHandler(desk=desk, cards=Cards(desk), catalogue=CATALOGUE, otherwise=office.answering, nearest=nearest)


LIST = "lad mig lige kigge på hele den bunke der venter på mig herinde"


async def test_a_leader_gets_the_card_that_the_examples_point_to() -> None:
    office, turn = Office(), FakeTurn()

    await typed(office, PlayedEncoder({"list_cases": 9}))(asked(LIST, DITTE), turn)

    assert turn.card
    assert office.answering.asked == []


@pytest.mark.parametrize("encoder", [PlayedEncoder({"question": 9}), BrokenEncoder({})], ids=["question", "no model"])
async def test_a_leader_gets_an_answer_when_no_example_is_near_or_the_model_is_gone(encoder: PlayedEncoder) -> None:
    office, turn = Office(), FakeTurn()

    await typed(office, encoder)(asked(LIST, DITTE), turn)

    assert len(office.answering.asked) == 1


async def test_others_who_read_along_see_no_guess() -> None:
    office, turn, encoder = Office(), FakeTurn(), PlayedEncoder({"list_cases": 9})

    await typed(office, encoder)(asked(LIST, DITTE, kind="groupChat"), turn)

    assert encoder.asked == []
