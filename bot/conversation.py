"""What the bot remembers of a chat, in memory only: the last questions, for follow-ups, and what has been handled already."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from bot.understanding.model import Topic

MEMORY_SECONDS: Final = 30 * 60
"""How long a chat's last questions are remembered after the last of them."""

QUESTIONS: Final = 3
"""How many of a chat's questions are remembered."""

CHATS: Final = 5_000
"""How many chats are remembered at once; the one unused for longest goes first."""

ANSWER_SECONDS: Final = 24 * 3600
ANSWERS: Final = 20_000
"""How long, and how many, sent answers are remembered for their ratings."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class RecentMap(Generic[K, V]):
    """A bounded mapping whose entries are gone `seconds` after they were last set."""

    def __init__(self, *, seconds: float, size: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._seconds = seconds
        self._size = size
        self._monotonic = monotonic

    def __len__(self) -> int:
        self._drop_old()
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """What is remembered, or None."""
        self._drop_old()
        entry = self._entries.get(key)
        return entry[1] if entry else None

    def set(self, key: K, value: V) -> None:
        """Remember, as the newest entry."""
        self._drop_old()
        self._entries[key] = (self._monotonic(), value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget; an unknown key is no error."""
        self._entries.pop(key, None)

    def forget_where(self, matches: Callable[[K], bool]) -> None:
        """Forget all keys that match."""
        for key in [key for key in self._entries if matches(key)]:
            del self._entries[key]

    def _drop_old(self) -> None:
        oldest = self._monotonic() - self._seconds
        while self._entries:
            key, (moment, _) = next(iter(self._entries.items()))
            if moment > oldest:
                return
            del self._entries[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a person last had before them in a chat: what it was about, and the case and step where it was one (opaque ids, no label)."""

    topic: Topic | None = None
    case_id: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question as it was asked, what was answered (plain text; empty when nothing was), and the ids of the documents cited."""

    question: str
    answer: str = ""
    documents: tuple[str, ...] = ()


class ConversationMemory:
    """The last questions and the last case of each person in each chat. Never stored, and gone after `MEMORY_SECONDS`."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._questions: RecentMap[tuple[str, str], tuple[str, ...]] = RecentMap(
            seconds=MEMORY_SECONDS, size=CHATS, monotonic=monotonic
        )
        self._touched: RecentMap[tuple[str, str], Touched] = RecentMap(
            seconds=MEMORY_SECONDS, size=CHATS, monotonic=monotonic
        )
        self._held: RecentMap[tuple[str, str], str] = RecentMap(seconds=MEMORY_SECONDS, size=CHATS, monotonic=monotonic)
        self._exchanges: RecentMap[tuple[str, str], Exchange] = RecentMap(
            seconds=MEMORY_SECONDS, size=CHATS, monotonic=monotonic
        )

    def context(self, conversation_id: str, person_id: str) -> str | None:
        """The person's last questions in this chat, oldest first, joined by blanks; None when there are none."""
        return " ".join(self._questions.get((conversation_id, person_id)) or ()) or None

    def remember(self, conversation_id: str, person_id: str, question: str, *, follows: bool = True) -> None:
        """Add a question; one that does not follow from the last starts over. Callers see to it that it may be remembered."""
        key = (conversation_id, person_id)
        earlier = (self._questions.get(key) or ()) if follows else ()
        self._questions.set(key, (*earlier, question)[-QUESTIONS:])

    def touch(
        self, conversation_id: str, person_id: str, *, topic: Topic, case_id: str | None = None, step: str | None = None
    ) -> None:
        """Remember what is shown to a person. What belongs to no case leaves the last one in mind."""
        before = self.touched(conversation_id, person_id)
        now = replace(before, topic=topic) if case_id is None else Touched(topic=topic, case_id=case_id, step=step)
        self._touched.set((conversation_id, person_id), now)

    def touched(self, conversation_id: str, person_id: str) -> Touched:
        """What the person last had before them in this chat."""
        return self._touched.get((conversation_id, person_id)) or Touched()

    def let_go(self, conversation_id: str, person_id: str) -> None:
        """The case that was remembered is gone or has been left; questions stay."""
        self._touched.forget((conversation_id, person_id))

    def hold_back(self, conversation_id: str, person_id: str, text: str) -> None:
        """Keep a message while its writer is asked what it means. Callers see to it that it may be remembered."""
        self._held.set((conversation_id, person_id), text)

    def held_back(self, conversation_id: str, person_id: str) -> str | None:
        """The message that the person was last asked about."""
        return self._held.get((conversation_id, person_id))

    def keep_exchange(self, conversation_id: str, person_id: str, exchange: Exchange) -> None:
        """Remember the person's last question with its answer. Callers see to it that it may be remembered."""
        self._exchanges.set((conversation_id, person_id), exchange)

    def last_exchange(self, conversation_id: str, person_id: str) -> Exchange | None:
        """The person's last question in this chat and its answer."""
        return self._exchanges.get((conversation_id, person_id))

    def forget(self, conversation_id: str) -> None:
        """Forget what everyone asked and saw in a chat."""
        self._exchanges.forget_where(lambda key: key[0] == conversation_id)
        self._questions.forget_where(lambda key: key[0] == conversation_id)
        self._touched.forget_where(lambda key: key[0] == conversation_id)
        self._held.forget_where(lambda key: key[0] == conversation_id)


class SentAnswers:
    """The documents that recent answers cited, by the activity id of the answer: a rating names them, never the question."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._documents: RecentMap[str, tuple[str, ...]] = RecentMap(
            seconds=ANSWER_SECONDS, size=ANSWERS, monotonic=monotonic
        )
        self._last: RecentMap[str, str] = RecentMap(seconds=ANSWER_SECONDS, size=CHATS, monotonic=monotonic)

    def add(self, answer_id: str, *, conversation_id: str, document_ids: tuple[str, ...]) -> None:
        """Note an answer that was sent."""
        self._documents.set(answer_id, document_ids)
        self._last.set(conversation_id, answer_id)

    def documents(self, answer_id: str) -> tuple[str, ...]:
        """What the answer cited; empty for one that is not remembered."""
        return self._documents.get(answer_id) or ()

    def last_in(self, conversation_id: str) -> str | None:
        """The latest answer of a chat: some clients do not say which answer a thumb is for."""
        return self._last.get(conversation_id)
