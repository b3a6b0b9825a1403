from __future__ import annotations

from bot.conversation import CHATS, MEMORY_SECONDS, QUESTIONS, ConversationMemory, RecentMap, Touched
from bot.understanding.model import Topic


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_last_questions_come_oldest_first() -> None:
    memory = ConversationMemory()
    for number in range(QUESTIONS + 2):
        memory.remember("chat", "person", f"q{number}")
    assert memory.context("chat", "person") == "q2 q3 q4"


def test_a_chat_without_questions_has_no_context() -> None:
    assert ConversationMemory().context("chat", "person") is None


def test_questions_are_gone_half_an_hour_after_the_last() -> None:
    time = Time()
    memory = ConversationMemory(monotonic=time)
    memory.remember("chat", "person", "q")
    time.now += MEMORY_SECONDS - 1
    assert memory.context("chat", "person") == "q"
    memory.remember("chat", "person", "r")
    time.now += MEMORY_SECONDS - 1
    assert memory.context("chat", "person") == "q r"
    time.now += 1
    assert memory.context("chat", "person") is None


def test_forgetting_a_chat_leaves_other_chats() -> None:
    memory = ConversationMemory()
    for chat, person in (("a", "1"), ("a", "2"), ("b", "1")):
        memory.remember(chat, person, "q")
    memory.forget("a")
    assert [memory.context(c, p) for c, p in (("a", "1"), ("a", "2"), ("b", "1"))] == [None, None, "q"]


def test_memory_does_not_grow_without_bounds() -> None:
    memory = ConversationMemory()
    for number in range(CHATS + 1):
        memory.remember(str(number), "person", "q")
    assert memory.context("0", "person") is None
    assert memory.context(str(CHATS), "person") == "q"


def test_a_recent_map_forgets_the_old_and_counts_what_is_left() -> None:
    time = Time()
    recent: RecentMap[str, int] = RecentMap(seconds=10, size=2, monotonic=time)
    recent.set("a", 1)
    time.now += 5
    recent.set("b", 2)
    assert len(recent) == 2
    time.now += 6
    assert (len(recent), recent.get("a"), recent.get("b")) == (1, None, 2)
    recent.forget("b")
    recent.forget("never")
    assert len(recent) == 0


def test_the_case_that_a_chat_was_about_stays_while_something_else_is_shown() -> None:
    memory = ConversationMemory()
    memory.touch("chat", "person", topic=Topic.STEP_CARD, case_id="case", step="A03")
    memory.touch("chat", "person", topic=Topic.ANSWER)
    touched = memory.touched("chat", "person")
    assert (touched.topic, touched.case_id, touched.step) == (Topic.ANSWER, "case", "A03")
    assert memory.touched("chat", "somebody else") == memory.touched("other chat", "person") == Touched()


def test_another_case_takes_its_step_along() -> None:
    memory = ConversationMemory()
    memory.touch("chat", "person", topic=Topic.STEP_CARD, case_id="case", step="A03")
    memory.touch("chat", "person", topic=Topic.STEP_CARD, case_id="another")
    assert memory.touched("chat", "person").step is None


def test_cases_and_messages_held_back_are_forgotten_with_the_chat_and_with_time() -> None:
    time = Time()
    memory = ConversationMemory(monotonic=time)
    for chat in ("a", "b"):
        memory.touch(chat, "person", topic=Topic.STEP_CARD, case_id="case")
        memory.hold_back(chat, "person", "text")
    memory.forget("a")
    assert (memory.touched("a", "person"), memory.held_back("a", "person")) == (Touched(), None)
    assert memory.held_back("b", "person") == "text"
    time.now += MEMORY_SECONDS
    assert (memory.touched("b", "person"), memory.held_back("b", "person")) == (Touched(), None)


def test_a_case_that_is_gone_is_let_go_of() -> None:
    memory = ConversationMemory()
    memory.touch("chat", "person", topic=Topic.STEP_CARD, case_id="case")
    memory.let_go("chat", "person")
    assert memory.touched("chat", "person") == Touched()
