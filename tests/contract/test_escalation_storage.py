"""What the store of questions to HR promises: in memory, in a SQLite file, on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from hr.escalation.model import HrChannel, Request, RequestMessage, RequestState
from hr.ports import Storage
from privacy.redaction import RedactedText
from tests.contract.absence_builders import NOON, minutes


def a_request(name: str = "one", **changes: Any) -> Request:
    request = Request(
        id=name,
        asker_id="asker",
        topic="loen",
        group="loen",
        question=RedactedText("Hvor meget ferie?"),
        answer="Fem uger.",
        documents=("ferie", "barsel"),
        remind_at=NOON,
        created_at=NOON,
        changed_at=NOON,
    )
    return replace(request, **changes)


async def keep(storage: Storage, *requests: Request) -> list[int]:
    async with storage.unit() as unit:
        numbers = [await unit.requests.add(request) for request in requests]
        await unit.commit()
    return numbers


async def test_a_question_comes_back_as_it_was_kept_with_the_next_number(storage: Storage) -> None:
    first, second = await keep(storage, a_request(), a_request("two", answer=None, documents=(), remind_at=None))
    async with storage.unit() as unit:
        assert await unit.requests.find("one") == a_request(number=first)
        assert await unit.requests.find("two", lock=True) == a_request(
            "two", number=second, answer=None, documents=(), remind_at=None
        )
        assert await unit.requests.find("three") is None
    assert second == first + 1


async def test_a_number_is_never_given_twice(storage: Storage) -> None:
    (first,) = await keep(storage, a_request())
    async with storage.unit() as unit:
        assert await unit.requests.delete("one")
        assert not await unit.requests.delete("one")
        await unit.commit()
    assert await keep(storage, a_request("two")) == [first + 1]


async def test_a_change_keeps_the_number_and_one_of_an_unknown_question_adds_nothing(storage: Storage) -> None:
    (number,) = await keep(storage, a_request())
    changed = a_request(state=RequestState.TAKEN, taken_by="hr", version=2, rounds=3, reminders=1, remind_at=None)
    async with storage.unit() as unit:
        await unit.requests.save(changed)
        await unit.requests.save(a_request("two"))
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.requests.find("one") == replace(changed, number=number)
        assert await unit.requests.find("two") is None


async def test_of_two_who_take_a_question_at_once_one_sees_what_the_other_did(
    storages: tuple[Storage, Storage],
) -> None:
    await keep(storages[0], a_request())

    async def take(storage: Storage, who: str) -> bool:
        async with storage.unit() as unit:
            found = await unit.requests.find("one", lock=True)
            if found is None or found.state is not RequestState.NEW:
                return False
            await unit.requests.save(replace(found, state=RequestState.TAKEN, taken_by=who))
            await unit.commit()
        return True

    assert sorted(await asyncio.gather(take(storages[0], "one"), take(storages[1], "other"))) == [False, True]


async def test_a_persons_own_come_newest_first_and_what_waits_oldest_first(storage: Storage) -> None:
    done = a_request("three", state=RequestState.ANSWERED)
    await keep(storage, a_request(), a_request("two"), done, a_request("four", asker_id="else", group="hr"))
    async with storage.unit() as unit:
        assert [one.id for one in await unit.requests.of_asker("asker")] == ["three", "two", "one"]
        assert [one.id for one in await unit.requests.open()] == ["one", "two", "four"]


async def test_what_waits_comes_longest_first_and_what_is_over_can_be_found(storage: Storage) -> None:
    later = a_request("two", remind_at=NOON + minutes(1))
    over = a_request("three", remind_at=None, state=RequestState.WITHDRAWN)
    await keep(storage, later, a_request(), over)
    async with storage.unit() as unit:
        assert [one.id for one in await unit.requests.waiting(NOON + minutes(1), limit=5)] == ["one", "two"]
        assert [one.id for one in await unit.requests.waiting(NOON, limit=5)] == ["one"]
        assert await unit.requests.finished_before(NOON, limit=5) == ()
        assert await unit.requests.finished_before(NOON + minutes(1), limit=5) == ("three",)


async def test_what_was_said_comes_in_order_and_goes_with_the_question(storage: Storage) -> None:
    await keep(storage, a_request())
    said = [
        RequestMessage(request_id="one", version=version, author_id="hr", from_hr=True, text="Ja.", at=NOON)
        for version in (10, 2)
    ]
    async with storage.unit() as unit:
        for message in said:
            await unit.requests.add_message(message)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.requests.messages("one") == (said[1], said[0])
        await unit.requests.delete("one")
        assert await unit.requests.messages("one") == ()


async def test_a_group_has_one_channel_and_a_chat_one_group(storage: Storage) -> None:
    def channel(group: str, chat: str) -> HrChannel:
        return HrChannel(group=group, conversation_id=chat, registered_by="hr", registered_at=NOON)

    async with storage.unit() as unit:
        for one in (channel("loen", "19:a"), channel("loen", "19:b"), channel("hr", "19:b"), channel("hr", "19:b")):
            await unit.requests.save_channel(one)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.requests.channel("hr") == channel("hr", "19:b")
        assert await unit.requests.channel("loen") is None
