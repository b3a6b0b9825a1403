"""What every storage promises: in memory, in a SQLite file, on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from hr.conversations.model import ConversationReference, ConversationType, Welcome, WelcomeKind
from hr.errors import DatabaseUnavailableError, NaiveTimeError, RatingNotFoundError, StorageError
from hr.feedback.model import DislikeReason, Rating, Reaction, UnansweredQuestion
from hr.ports import Storage
from hr.storage.engine import create_engine
from hr.storage.sql import SqlStorage
from privacy.redaction import RedactedText

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
LEADER = "5a3e0c00-0000-4000-8000-000000000002"


def a_chat(**changes: object) -> ConversationReference:
    chat = ConversationReference(
        conversation_id="a:1",
        conversation_type=ConversationType.PERSONAL,
        service_url="https://smba.example/emea/",
        channel_id="msteams",
        bot_id="28:bot",
        user_id="29:user",
        aad_object_id=LEADER,
        tenant_id="tenant",
        locale="da-DK",
        updated_at=NOON,
    )
    return replace(chat, **changes)  # type: ignore[arg-type]


def a_rating(**changes: object) -> Rating:
    rating = Rating(
        answer_id="answer-1", person_id=LEADER, reaction=Reaction.DISLIKE, given_at=NOON, document_ids=("apv", "mus")
    )
    return replace(rating, **changes)  # type: ignore[arg-type]


def a_question(text: str = "Hvad koster en parkeringsplads?", on: date = date(2026, 3, 2)) -> UnansweredQuestion:
    return UnansweredQuestion(text=RedactedText(text), reason="thin_source", language="da", asked_on=on)


async def test_a_conversation_is_found_as_it_was_saved(storage: Storage) -> None:
    bare = a_chat(conversation_id="a:2", aad_object_id=None, tenant_id=None, locale=None)
    async with storage.unit() as unit:
        await unit.conversations.save(a_chat())
        await unit.conversations.save(bare)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:1") == a_chat()
        assert await unit.conversations.find("a:2") == bare
        assert await unit.conversations.find("a:3") is None


async def test_moments_come_back_in_utc_to_the_microsecond(storage: Storage) -> None:
    local = datetime(2026, 7, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    async with storage.unit() as unit:
        await unit.conversations.save(a_chat(updated_at=local))
        await unit.commit()
    async with storage.unit() as unit:
        found = await unit.conversations.find("a:1")
    assert found is not None
    assert found.updated_at == local
    assert found.updated_at.utcoffset() is not None


async def test_a_newer_activity_refreshes_the_service_url_and_a_late_one_does_not(storage: Storage) -> None:
    newer = a_chat(service_url="https://smba.example/de/", updated_at=NOON + timedelta(minutes=1))
    async with storage.unit() as unit:
        await unit.conversations.save(a_chat())
        await unit.conversations.save(newer)
        await unit.conversations.save(a_chat(service_url="https://smba.example/late/"))
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:1") == newer


async def test_a_person_is_reached_in_the_latest_personal_chat_never_in_a_group(storage: Storage) -> None:
    latest = a_chat(conversation_id="a:2", updated_at=NOON + timedelta(hours=1))
    group = a_chat(
        conversation_id="a:3", conversation_type=ConversationType.GROUP_CHAT, updated_at=NOON + timedelta(hours=2)
    )
    async with storage.unit() as unit:
        for chat in (a_chat(), latest, group):
            await unit.conversations.save(chat)
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.conversations.find_personal(LEADER) == latest
        assert await unit.conversations.find_personal("somebody else") is None


async def test_a_removed_conversation_is_gone_and_removing_it_again_is_no_error(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.conversations.save(a_chat())
        await unit.conversations.remove("a:1")
        await unit.conversations.remove("a:1")
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:1") is None


async def test_a_welcome_is_claimed_once_per_person(storage: Storage) -> None:
    welcome = Welcome(person_id=LEADER, kind=WelcomeKind.INSTALLED, welcomed_at=NOON)
    async with storage.unit() as unit:
        assert await unit.welcomes.claim(welcome)
        assert not await unit.welcomes.claim(welcome)
        await unit.commit()
    async with storage.unit() as unit:
        assert not await unit.welcomes.claim(replace(welcome, welcomed_at=NOON + timedelta(days=400)))
        assert await unit.welcomes.claim(replace(welcome, person_id="another"))


async def test_of_many_who_claim_a_welcome_at_once_one_gets_it(storage: Storage) -> None:
    welcome = Welcome(person_id=LEADER, kind=WelcomeKind.INSTALLED, welcomed_at=NOON)

    async def claim() -> bool:
        async with storage.unit() as unit:
            mine = await unit.welcomes.claim(welcome)
            await asyncio.sleep(0.01)
            await unit.commit()
            return mine

    assert sorted(await asyncio.gather(*(claim() for _ in range(8)))) == [False] * 7 + [True]


async def test_a_claim_that_is_not_committed_is_given_back(storage: Storage) -> None:
    welcome = Welcome(person_id=LEADER, kind=WelcomeKind.INSTALLED, welcomed_at=NOON)
    async with storage.unit() as unit:
        assert await unit.welcomes.claim(welcome)
    async with storage.unit() as unit:
        assert await unit.welcomes.claim(welcome)


async def test_a_rating_is_found_as_it_was_given(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating())
        await unit.ratings.add(a_rating(answer_id="answer-0", given_at=NOON + timedelta(1), document_ids=()))
        await unit.commit()
    async with storage.unit() as unit:
        assert await unit.ratings.find(answer_id="answer-1", person_id=LEADER) == a_rating()
        assert await unit.ratings.find(answer_id="answer-1", person_id="another") is None
        assert [rating.answer_id for rating in await unit.ratings.list()] == ["answer-1", "answer-0"]


async def test_the_same_thumb_twice_is_one_rating_and_keeps_its_reason(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating(reason=DislikeReason.WRONG))
        await unit.ratings.add(a_rating(given_at=NOON + timedelta(seconds=2)))
        assert await unit.ratings.list() == (a_rating(reason=DislikeReason.WRONG),)


async def test_the_other_thumb_replaces_the_rating_and_its_reason(storage: Storage) -> None:
    like = a_rating(reaction=Reaction.LIKE, given_at=NOON + timedelta(seconds=2))
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating(reason=DislikeReason.WRONG, comment=RedactedText("forkert dato")))
        await unit.ratings.add(like)
        assert await unit.ratings.list() == (like,)


async def test_a_reason_counts_once_per_action_token(storage: Storage) -> None:
    async def press(token: str, reason: DislikeReason, comment: str | None = None) -> bool:
        async with storage.unit() as unit:
            counted = await unit.ratings.add_reason(
                token=token,
                answer_id="answer-1",
                person_id=LEADER,
                reason=reason,
                at=NOON,
                comment=RedactedText(comment) if comment else None,
            )
            await unit.commit()
            return counted

    async with storage.unit() as unit:
        await unit.ratings.add(a_rating())
        await unit.commit()
    assert await press("token-1", DislikeReason.OUTDATED, "reglen er afløst")
    assert not await press("token-1", DislikeReason.OTHER)
    async with storage.unit() as unit:
        kept = await unit.ratings.find(answer_id="answer-1", person_id=LEADER)
    assert kept == a_rating(reason=DislikeReason.OUTDATED, comment=RedactedText("reglen er afløst"))


async def test_of_clicks_that_arrive_at_once_one_counts(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating())
        await unit.commit()

    async def press() -> bool:
        async with storage.unit() as unit:
            counted = await unit.ratings.add_reason(
                token="token", answer_id="answer-1", person_id=LEADER, reason=DislikeReason.UNCLEAR, at=NOON
            )
            await unit.commit()
            return counted

    assert sorted(await asyncio.gather(*(press() for _ in range(4)))) == [False, False, False, True]


async def test_a_reason_needs_the_persons_own_rating_and_does_not_use_up_the_token(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating(person_id="another"))
        with pytest.raises(RatingNotFoundError):
            await unit.ratings.add_reason(
                token="t", answer_id="answer-1", person_id=LEADER, reason=DislikeReason.OTHER, at=NOON
            )
        assert await unit.ratings.add_reason(
            token="t", answer_id="answer-1", person_id="another", reason=DislikeReason.OTHER, at=NOON
        )


async def test_a_button_has_its_effect_once_however_often_the_click_arrives(storages: tuple[Storage, Storage]) -> None:
    async def press(storage: Storage) -> bool:
        async with storage.unit() as unit:
            first = await unit.used_actions.claim("token", at=NOON)
            await unit.commit()
            return first

    assert sorted(await asyncio.gather(*(press(storage) for storage in storages * 2))) == [False, False, False, True]


async def test_a_button_whose_effect_was_undone_can_be_pressed_again(storage: Storage) -> None:
    async with storage.unit() as unit:
        assert await unit.used_actions.claim("token", at=NOON)
    async with storage.unit() as unit:
        assert await unit.used_actions.claim("token", at=NOON)


async def test_used_buttons_are_forgotten_after_a_while_those_of_ratings_too(storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ratings.add(a_rating())
        await unit.ratings.add_reason(
            token="rating", answer_id="answer-1", person_id=LEADER, reason=DislikeReason.OTHER, at=NOON
        )
        assert not await unit.used_actions.claim("rating", at=NOON)
        await unit.used_actions.claim("old", at=NOON - timedelta(days=2))
        await unit.used_actions.claim("new", at=NOON)
        assert await unit.used_actions.forget_before(NOON) == 1
        assert await unit.used_actions.claim("old", at=NOON)
        assert not await unit.used_actions.claim("new", at=NOON)
        assert await unit.used_actions.forget_before(NOON + timedelta(seconds=1)) == 3


async def test_unanswered_questions_are_listed_in_order_and_since_a_day(storage: Storage) -> None:
    asked = [a_question("første"), a_question("anden", date(2026, 3, 4)), a_question("første")]
    async with storage.unit() as unit:
        for question in asked:
            await unit.unanswered.add(question)
        await unit.commit()
    async with storage.unit() as unit:
        assert list(await unit.unanswered.list()) == asked
        assert await unit.unanswered.list(since=date(2026, 3, 3)) == (asked[1],)


async def test_hostile_text_is_kept_without_a_fault(storage: Storage) -> None:
    hostile = "a\x00b \ud800 " + "ﷺ" * 1000 + "'; DROP TABLE welcomes; --"
    async with storage.unit() as unit:
        await unit.unanswered.add(a_question(hostile))
        await unit.conversations.save(a_chat(conversation_id=hostile))
        await unit.commit()
    async with storage.unit() as unit:
        assert (await unit.unanswered.list())[0].text.endswith("DROP TABLE welcomes; --")
        assert await unit.conversations.find(hostile) is not None


async def test_an_exception_undoes_the_whole_unit(storage: Storage) -> None:
    async def fail() -> None:
        async with storage.unit() as unit:
            await unit.conversations.save(a_chat())
            await unit.unanswered.add(a_question())
            raise ValueError("something else went wrong")

    with pytest.raises(ValueError, match="something else"):
        await fail()
    async with storage.unit() as unit:
        assert await unit.conversations.find("a:1") is None
        assert await unit.unanswered.list() == ()


async def test_nothing_can_be_done_before_the_unit_is_entered_or_after_it_ended(storage: Storage) -> None:
    unit = storage.unit()
    with pytest.raises(StorageError, match="not open"):
        await unit.conversations.find("a:1")
    async with unit:
        await unit.commit()
        with pytest.raises(StorageError, match="not open"):
            await unit.conversations.save(a_chat())
    with pytest.raises(StorageError, match="not open"):
        await unit.commit()


async def test_a_storage_that_works_answers_a_ping(storage: Storage) -> None:
    await storage.ping()
    async with storage.unit() as unit:
        assert await unit.ratings.list() == ()


async def test_many_units_at_once_lose_nothing(storage: Storage) -> None:
    async def ask(number: int) -> None:
        async with storage.unit() as unit:
            await unit.unanswered.list()
            await unit.unanswered.add(a_question(f"spørgsmål {number}"))
            await unit.commit()

    await asyncio.gather(*(ask(number) for number in range(20)))
    async with storage.unit() as unit:
        assert len(await unit.unanswered.list()) == 20


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTimeError, match="time zone"):
        a_chat(updated_at=datetime(2026, 3, 2, 11, 0))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("url", ["sqlite:////proc/none/kompas.db", "postgresql://nobody@127.0.0.1:1/none"])
async def test_a_database_that_cannot_be_reached_gives_a_clear_error(url: str) -> None:
    storage = SqlStorage(create_engine(url))
    with pytest.raises(DatabaseUnavailableError):
        await storage.ping()
    with pytest.raises(DatabaseUnavailableError):
        async with storage.unit() as unit:
            await unit.welcomes.claim(Welcome(person_id="p", kind=WelcomeKind.INSTALLED, welcomed_at=NOON))
    await storage.close()


async def test_an_error_of_the_database_does_not_quote_what_was_stored(tmp_path: Path) -> None:
    storage = SqlStorage(create_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    with pytest.raises(DatabaseUnavailableError) as caught:
        async with storage.unit() as unit:
            await unit.unanswered.add(a_question("kanariefugl"))
    await storage.close()
    assert "kanariefugl" not in str(caught.value)
    assert "kanariefugl" not in str(caught.value.__cause__)
