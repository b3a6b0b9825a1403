"""A question and its answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

from adaptive_cards.answers import SUGGESTIONS, RenderedAnswer, escape_markdown, render_answer
from adaptive_cards.escalation.asker import offer_card
from adaptive_cards.render import Card, render
from adaptive_cards.texts import Catalogue, Texts
from bot.conversation import ConversationMemory, Exchange, SentAnswers
from bot.errors import BotError
from bot.events import Asked
from bot.handlers.known import known_or_nobody
from bot.turn import Message, Turn
from hr.clock import Clock
from hr.errors import StorageError
from hr.insight.noting import Notes
from hr.insight.ports import LiveTopics
from hr.onboarding.model import Track
from hr.people import audiences_of
from hr.ports import Directory, NewUnitOfWork
from knowledge.models import Answer, Answered, NotFound, NotFoundReason, Question, RefusalReason, Refused
from knowledge.query import leans_on_context
from privacy.guard import inspect

QUESTION_LIMIT: Final = 2_000
"""Characters of a question."""

ANSWERS_AT_ONCE: Final = 2
"""Answers worked out at the same time. More threads would only fight over the interpreter and hold up the event loop."""

_log = logging.getLogger(__name__)


class Answerer(Protocol):
    """Where answers come from. Called in a worker thread, by several at a time."""

    def answer(self, question: Question) -> Answer:
        """The answer."""
        ...


class Tracks(Protocol):
    """Who is on which onboarding track; `hr.onboarding.service.OnboardingService` knows."""

    async def tracks_of(self, person_id: str) -> frozenset[Track]:
        """The tracks of a person's running journeys. Raises StorageError."""
        ...


_NEWCOMERS: Final = {Track.NEW_EMPLOYEE: "ny_medarbejder", Track.NEW_LEADER: "ny_leder"}


class AskHandler:
    """Answers a message with the best that the sources have."""

    def __init__(
        self,
        *,
        answerer: Answerer,
        directory: Directory,
        new_unit: NewUnitOfWork,
        clock: Clock,
        catalogue: Catalogue,
        memory: ConversationMemory,
        sent: SentAnswers,
        onboarding: Tracks | None = None,
        may_ask_hr: bool = False,
        topics: LiveTopics | None = None,
    ) -> None:
        """`may_ask_hr`: whether a question can be sent on to HR, which answers then offer in personal chats.

        `topics` are those by which questions are counted whose text is not kept.
        """
        self._answerer = answerer
        self._directory = directory
        self._notes = Notes(new_unit=new_unit, clock=clock, topics=topics)
        self._clock = clock
        self._catalogue = catalogue
        self._memory = memory
        self._sent = sent
        self._onboarding = onboarding
        self._may_ask_hr = may_ask_hr
        self._places = asyncio.Semaphore(ANSWERS_AT_ONCE)

    async def __call__(self, event: Asked, turn: Turn) -> None:
        """Three dots, the answer, one message."""
        complaint = self._complaint(event)
        if complaint is not None:
            await turn.send(Message(text=complaint))
            return
        async with typing(turn):
            answer = await self._answer(event)
            noted = isinstance(answer, NotFound) and await self._note_unanswered(event.text, answer)
        self._keep(event, answer)
        offers = self._may_ask_hr and event.personal
        message_id = await turn.send(self._message(answer, noted=noted, offers=offers))
        if message_id is not None and not isinstance(answer, Refused):
            self._sent.add(
                message_id, conversation_id=event.reference.conversation_id, document_ids=_cited_documents(answer)
            )
        if offers and _is_for_hr(answer):
            await turn.send(Message(card=self._offer(answer)))
        if isinstance(answer, Answered):
            await self._note_answered()

    def _keep(self, event: Asked, answer: Answer) -> None:
        """Remember question and answer for a form to HR: nothing that was refused for whom or what it tells of."""
        if isinstance(answer, Refused) and answer.reason is not RefusalReason.DISMISSAL:
            return
        texts = self._catalogue["da"]
        said = render_answer(answer, texts, self._clock.today()).text if isinstance(answer, Answered) else ""
        exchange = Exchange(question=event.text, answer=said, documents=_cited_documents(answer))
        self._memory.keep_exchange(event.reference.conversation_id, event.person_id, exchange)

    def _offer(self, answer: Answer) -> Card:
        texts = self._catalogue.get(answer.language, self._catalogue["da"])
        return render(offer_card(texts=texts), summary=texts.say("asking.summaries.offer"))

    def _complaint(self, event: Asked) -> str | None:
        """What to say to a message that holds no question that could be looked up."""
        texts = self._catalogue["da"]
        if not any(char.isalnum() for char in event.text):
            return texts.say("errors.no_files") if event.has_files and not event.text else texts.say("ask.empty")
        return texts.say("ask.too_long") if len(event.text) > QUESTION_LIMIT else None

    async def _answer(self, event: Asked) -> Answer:
        chat, person = event.reference.conversation_id, event.person_id
        question = Question(
            text=event.text,
            as_of=self._clock.today(),
            audiences=await self._audiences(event),
            context=self._memory.context(chat, person),
        )
        async with self._places:
            answer = await asyncio.get_running_loop().run_in_executor(None, self._answerer.answer, question)
        if not isinstance(answer, Refused):
            self._memory.remember(chat, person, event.text, follows=await self._may_follow(question))
        return answer

    @staticmethod
    async def _may_follow(question: Question) -> bool:
        """Whether a question is remembered with those before it: not where they only together tell of somebody's health."""
        if question.context is None or not leans_on_context(question.text):
            return False
        return await asyncio.to_thread(inspect, f"{question.context} {question.text}") is None

    async def _audiences(self, event: Asked) -> frozenset[str]:
        """By the authenticated id alone; whoever is not known, or cannot be looked up, reads what every employee reads.

        So does everybody in a group: others read along, whoever asks.
        """
        if not event.personal:
            return audiences_of(frozenset())
        person = await known_or_nobody(self._directory, event.reference.aad_object_id)
        audiences = audiences_of(person.roles if person is not None else frozenset())
        if person is None or self._onboarding is None:
            return audiences
        try:
            tracks = await self._onboarding.tracks_of(person.id)
        except StorageError as error:
            _log.warning("answered without a look at onboarding: %s", type(error).__name__)
            return audiences
        return audiences | {_NEWCOMERS[track] for track in tracks}

    async def _note_unanswered(self, text: str, answer: NotFound) -> bool:
        """Whether the question was kept for HR."""
        if answer.reason is NotFoundReason.EMPTY_QUESTION:
            return False
        try:
            return await self._notes.unanswered(text, reason=answer.reason.value, language=answer.language)
        except StorageError as error:
            _log.warning("an unanswered question was not kept: %s", type(error).__name__)
            return False

    async def _note_answered(self) -> None:
        try:
            await self._notes.answered()
        except StorageError as error:
            _log.warning("an answer was not counted: %s", type(error).__name__)

    def _message(self, answer: Answer, *, noted: bool, offers: bool) -> Message:
        texts = self._catalogue.get(answer.language, self._catalogue["da"])
        rendered: RenderedAnswer = render_answer(answer, texts, self._clock.today(), escape=escape_markdown)
        text = f"{rendered.text}\n\n{texts.say('ask.noted')}" if noted else rendered.text
        return Message(
            text=text,
            citations=rendered.citations,
            suggestions=_with_hr(rendered.suggestions, texts)
            if offers and isinstance(answer, Answered)
            else rendered.suggestions,
            suggestions_lead=texts.say("answer.follow_ups"),
            feedback=not isinstance(answer, Refused),
        )


def _is_for_hr(answer: Answer) -> bool:
    """Whether HR can help where Kompas cannot."""
    if isinstance(answer, NotFound):
        return answer.reason is not NotFoundReason.EMPTY_QUESTION
    return isinstance(answer, Refused) and answer.reason is RefusalReason.DISMISSAL


def _with_hr(suggestions: tuple[str, ...], texts: Texts) -> tuple[str, ...]:
    return (*suggestions[: SUGGESTIONS - 1], texts.say("asking.ask_hr"))


def _cited_documents(answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, Answered):
        return ()
    used = {statement.citation for statement in answer.statements}
    return tuple(dict.fromkeys(c.document_id for c in answer.citations if c.position in used))


@asynccontextmanager
async def typing(turn: Turn) -> AsyncIterator[None]:
    """Three dots while the block runs, and posted before what follows it. That they did not arrive is no reason to fail."""
    task = asyncio.create_task(turn.typing())
    try:
        yield
    finally:
        try:
            await task
        except BotError as error:
            _log.info("no typing: %s", type(error).__name__)
