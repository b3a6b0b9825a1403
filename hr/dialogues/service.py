"""Begin a dialogue, agree on actions and a day, look back on it, delete it. All of it within the conversation it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from hr import policy
from hr.absence.desk import Content
from hr.clock import Clock
from hr.dialogues.content import LiveThemes
from hr.dialogues.model import CLOSED, Dialogue, DialogueState, Theme
from hr.dialogues.rules import FollowUpDay, agreed_actions, chosen_themes, follow_up_day
from hr.errors import DialogueMovedOnError, DialogueNotFoundError, NotInTrioError
from hr.outbox.model import MessageKind, OutboxMessage, Why
from hr.outbox.policy import Later
from hr.people import Person
from hr.policy import Actor, Operation, by_role, may_be
from hr.ports import Directory, NewUnitOfWork, UnitOfWork
from hr.send_window import SendWindow, moment_at

RETENTION_DAYS: Final = 365
"""For how long a dialogue is kept after the day of its follow-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Who acts, by the authenticated sender, and in which conversation."""

    person_id: str | None
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """Who acts, found to be one who may have dialogues, and in which conversation."""

    person: Person
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A dialogue after a change; `moved_from` is the day off that was chosen for its follow-up. `fresh` is False for a press seen before."""

    dialogue: Dialogue
    moved_from: date | None = None
    fresh: bool = True


class DialogueService:
    """What a group can do with its dialogues.

    Everything raises NotInTrioError for whoever may not act, and DialogueNotFoundError for what is not in this conversation.
    """

    def __init__(
        self,
        *,
        new_unit: NewUnitOfWork,
        directory: Directory,
        themes: LiveThemes,
        content: Content,
        window: SendWindow,
        clock: Clock,
        retention_days: int = RETENTION_DAYS,
    ) -> None:
        self._new_unit = new_unit
        self._directory = directory
        self._themes = themes
        self._content = content
        self._window = window
        self._clock = clock
        self._retention_days = retention_days

    @property
    def themes(self) -> tuple[Theme, ...]:
        """All themes of the palette in HR's order."""
        return self._themes.themes

    def themes_of(self, dialogue: Dialogue) -> tuple[Theme, ...]:
        """The themes of a dialogue that HR's file still has."""
        return tuple(theme for theme in self.themes if theme.id in dialogue.themes)

    async def waiting(self, place: Place) -> tuple[Dialogue, ...]:
        """What this conversation has agreed and not yet looked back on."""
        await self._entitled(place)
        async with self._new_unit() as unit:
            kept = await unit.dialogues.of_conversation(place.conversation_id)
        return tuple(one for one in kept if one.state is DialogueState.AGREED)

    async def begin(self, place: Place, *, token: str, themes: str) -> Dialogue | None:
        """A new dialogue on the themes that a client joined by commas; None when the press was seen before. Raises InvalidDialogueError."""
        await self._entitled(place)
        chosen = chosen_themes(themes, [theme.id for theme in self.themes])
        dialogue = Dialogue(
            id=uuid4().hex,
            conversation_id=place.conversation_id,
            themes=chosen,
            kept_from=self._clock.today(),
        )
        async with self._new_unit() as unit:
            if not await unit.used_actions.claim(token, at=self._clock.now()):
                return None
            await unit.dialogues.save(dialogue)
            await unit.commit()
        return dialogue

    async def show(self, place: Place, dialogue_id: str) -> Dialogue:
        """A dialogue as it is now."""
        here = await self._entitled(place)
        async with self._new_unit() as unit:
            return await self._own(unit, here, dialogue_id, Operation.SEE_DIALOGUE)

    async def agree(
        self, place: Place, dialogue_id: str, *, token: str, actions: Sequence[str], follow_up: date | None
    ) -> Agreed:
        """Keep one or two actions and the day to look back, in the place of what was agreed. Raises InvalidDialogueError, DialogueMovedOnError."""
        here = await self._entitled(place)
        agreed = agreed_actions(actions)
        day = self._day(follow_up)
        return await self._change(here, dialogue_id, Operation.AGREE, token, actions=agreed, day=day)

    async def try_again(
        self, place: Place, dialogue_id: str, *, token: str, generation: int, follow_up: date | None
    ) -> Agreed:
        """Another day to look back on the same actions. Raises InvalidDialogueError, DialogueMovedOnError."""
        here = await self._entitled(place)
        day = self._day(follow_up)
        return await self._change(here, dialogue_id, Operation.TRY_AGAIN, token, generation=generation, day=day)

    async def close(self, place: Place, dialogue_id: str, *, token: str, generation: int, done: bool) -> Agreed:
        """Done, or ended without. Raises DialogueMovedOnError."""
        here = await self._entitled(place)
        async with self._new_unit() as unit:
            dialogue = await self._own(unit, here, dialogue_id, Operation.CLOSE_DIALOGUE, lock=True)
            if not await unit.used_actions.claim(token, at=self._clock.now()):
                return Agreed(dialogue=dialogue, fresh=False)
            _require(dialogue, generation)
            closed = replace(dialogue, state=DialogueState.DONE if done else DialogueState.ENDED)
            await unit.dialogues.save(closed)
            await unit.outbox.cancel_about(dialogue.id)
            await unit.commit()
        return Agreed(dialogue=closed)

    async def delete(self, place: Place, dialogue_id: str) -> None:
        """Delete a dialogue and its messages at once."""
        here = await self._entitled(place)
        async with self._new_unit() as unit:
            dialogue = await self._own(unit, here, dialogue_id, Operation.DELETE_DIALOGUE, lock=True)
            await _forget(unit, dialogue.id)
            await unit.commit()

    async def due(self, unit: UnitOfWork, message: OutboxMessage) -> Dialogue | Why | Later:
        """The dialogue of a follow-up that is to leave now, or why it must not: it is closed, has another day, is gone."""
        found = await unit.dialogues.find(message.subject_id or "")
        if found is None or found.state is not DialogueState.AGREED or found.follow_up_on is None:
            return Why.CHANGED
        if message.step_key != str(found.generation) or message.conversation_id != found.conversation_id:
            return Why.CHANGED
        if found.follow_up_on > self._clock.today():
            return Later(at=self._opens_on(found.follow_up_on))
        return found

    async def delete_expired(self, *, limit: int = 200) -> int:
        """Retention: delete what has been kept long enough; how many."""
        before = self._clock.today() - timedelta(days=self._retention_days)
        total, deleted = 0, limit
        while deleted >= limit:
            async with self._new_unit() as unit:
                old = await unit.dialogues.kept_before(before, limit=limit)
                for dialogue_id in old:
                    await _forget(unit, dialogue_id)
                await unit.commit()
            deleted = len(old)
            total += deleted
        return total

    async def _change(
        self,
        here: _Here,
        dialogue_id: str,
        operation: Operation,
        token: str,
        *,
        day: FollowUpDay,
        generation: int | None = None,
        actions: tuple[str, ...] | None = None,
    ) -> Agreed:
        async with self._new_unit() as unit:
            dialogue = await self._own(unit, here, dialogue_id, operation, lock=True)
            if not await unit.used_actions.claim(token, at=self._clock.now()):
                return Agreed(dialogue=dialogue, fresh=False)
            _require(dialogue, generation)
            changed = replace(
                dialogue,
                actions=dialogue.actions if actions is None else actions,
                follow_up_on=day.day,
                kept_from=day.day,
                state=DialogueState.AGREED,
                generation=dialogue.generation + 1,
            )
            await unit.dialogues.save(changed)
            await unit.outbox.cancel_about(dialogue.id)
            await unit.outbox.add([self._follow_up(changed, day.day)])
            await unit.commit()
        return Agreed(dialogue=changed, moved_from=day.moved_from)

    def _follow_up(self, dialogue: Dialogue, day: date) -> OutboxMessage:
        at = self._opens_on(day)
        return OutboxMessage(
            id=uuid4().hex,
            kind=MessageKind.DIALOGUE_FOLLOW_UP,
            key=f"dialogue:{dialogue.id}:{dialogue.generation}",
            recipient_id=dialogue.conversation_id,
            conversation_id=dialogue.conversation_id,
            subject_id=dialogue.id,
            step_key=str(dialogue.generation),
            due_at=at,
            not_before=at,
            created_at=self._clock.now(),
        )

    def _opens_on(self, day: date) -> datetime:
        """When the window is open on the day, at HR's time of sending."""
        send_time = self._content.absence.parameters.send_time
        at = moment_at(day, max(send_time, self._window.start), self._window.zone)
        return self._window.next_open(at, self._content.calendar, send_time=send_time)

    def _day(self, follow_up: date | None) -> FollowUpDay:
        return follow_up_day(follow_up, today=self._clock.today(), calendar=self._content.calendar)

    async def _entitled(self, place: Place) -> _Here:
        person = await self._directory.find(place.person_id) if place.person_id is not None else None
        if person is None or not policy.may(Operation.OPEN_DIALOGUES, by_role(person)):
            raise NotInTrioError
        return _Here(person=person, conversation_id=place.conversation_id)

    @staticmethod
    async def _own(
        unit: UnitOfWork, here: _Here, dialogue_id: str, operation: Operation, *, lock: bool = False
    ) -> Dialogue:
        dialogue = await unit.dialogues.find(dialogue_id, lock=lock)
        in_its_chat = dialogue is not None and dialogue.conversation_id == here.conversation_id
        found = {Actor.TRIO} if in_its_chat and may_be(here.person, Actor.TRIO) else set()
        if dialogue is None or not policy.may(operation, found):
            raise DialogueNotFoundError
        return dialogue


def _require(dialogue: Dialogue, generation: int | None) -> None:
    """Refuse what comes too late: the dialogue is closed, or has another day by now."""
    if dialogue.state in CLOSED or generation not in (None, dialogue.generation):
        raise DialogueMovedOnError


async def _forget(unit: UnitOfWork, dialogue_id: str) -> None:
    await unit.outbox.delete_about(dialogue_id)
    await unit.dialogues.delete(dialogue_id)
