"""Dialogues are kept alike in memory, SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hr.dialogues.model import Dialogue, DialogueState
from hr.ports import Storage

OPEN = Dialogue(
    id="1" * 32, conversation_id="19:trio", themes=("forebyggelse", "haandtering"), kept_from=date(2026, 3, 2)
)


async def keep(storage: Storage, *dialogues: Dialogue) -> None:
    async with storage.unit() as unit:
        for dialogue in dialogues:
            await unit.dialogues.save(dialogue)
        await unit.commit()


async def test_a_dialogue_comes_back_as_it_was_kept_and_is_replaced(storage: Storage) -> None:
    agreed = replace(
        OPEN,
        actions=("Vis tallene på personalemødet", "Æ, ø og å"),
        follow_up_on=date(2026, 5, 4),
        kept_from=date(2026, 5, 4),
        state=DialogueState.AGREED,
        generation=2,
    )
    await keep(storage, OPEN)
    async with storage.unit() as unit:
        assert await unit.dialogues.find(OPEN.id) == OPEN
    await keep(storage, agreed)
    async with storage.unit() as unit:
        assert await unit.dialogues.find(OPEN.id, lock=True) == agreed
        assert await unit.dialogues.find("0" * 32) is None


async def test_a_conversation_has_its_own_dialogues_in_order(storage: Storage) -> None:
    later = replace(OPEN, id="0" * 32, kept_from=date(2026, 4, 1))
    others = replace(OPEN, id="2" * 32, conversation_id="19:other")
    await keep(storage, later, others, OPEN)
    async with storage.unit() as unit:
        assert await unit.dialogues.of_conversation("19:trio") == (OPEN, later)
        assert await unit.dialogues.of_conversation("19:nobody") == ()


async def test_a_dialogue_is_deleted_once(storage: Storage) -> None:
    await keep(storage, OPEN)
    async with storage.unit() as unit:
        assert await unit.dialogues.delete(OPEN.id)
        assert not await unit.dialogues.delete(OPEN.id)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.dialogues.find(OPEN.id) is None


async def test_what_is_not_committed_is_undone(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.dialogues.save(OPEN)
    async with storage.unit() as unit:
        assert await unit.dialogues.find(OPEN.id) is None


async def test_retention_finds_the_oldest_first_and_not_the_day_itself(storage: Storage) -> None:
    days = {"a" * 32: date(2025, 1, 1), "b" * 32: date(2024, 1, 1), "c" * 32: date(2026, 1, 1)}
    await keep(storage, *(replace(OPEN, id=one, kept_from=day) for one, day in days.items()))
    async with storage.unit() as unit:
        assert await unit.dialogues.kept_before(date(2026, 1, 1), limit=10) == ("b" * 32, "a" * 32)
        assert await unit.dialogues.kept_before(date(2026, 1, 1), limit=1) == ("b" * 32,)
