"""What retention asks of a storage, in memory, in a SQLite file and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hr.absence.model import CaseState, Preferences
from hr.conversations.model import ConversationReference, ConversationType, Welcome, WelcomeKind
from hr.dialogues.model import Dialogue
from hr.escalation.model import HrChannel
from hr.ports import Storage
from tests.contract.absence_builders import NOON, a_case

DAY = timedelta(days=1)


async def test_the_longest_untouched_of_the_cases_that_run_come_first(storage: Storage) -> None:
    touched = {"never": None, "long ago": NOON - 5 * DAY, "lately": NOON + 5 * DAY, "closed": NOON - 9 * DAY}
    async with storage.unit() as unit:
        for name, moment in touched.items():
            case = a_case(name, touched_at=moment)
            if name == "closed":
                case = replace(case, state=CaseState.CLOSED, closed_at=NOON)
            await unit.cases.add(case)
            assert await unit.cases.find(name) == case
        assert await unit.cases.untouched_since(NOON + DAY, limit=9) == ("long ago", "never")
        assert await unit.cases.untouched_since(NOON + DAY, limit=1) == ("long ago",)
        assert await unit.cases.untouched_since(NOON, limit=9) == ("long ago",)


async def test_choices_count_from_the_last_day_that_was_noted_or_else_the_first(storage: Storage) -> None:
    monday = date(2026, 3, 2)
    async with storage.unit() as unit:
        for person_id in ("leads", "left", "new"):
            await unit.choices.save_preferences(Preferences(person_id=person_id))
        await unit.choices.note_leading(["leads"], on=monday)
        await unit.choices.note_leading(["leads", "nobody who chose"], on=monday + 10 * DAY)
        assert await unit.choices.chosen() == ("leads", "left", "new")
        await unit.choices.save_preferences(Preferences(person_id="new", weekend_duty=True))  # begins anew
        await unit.choices.note_leading([], on=monday + 20 * DAY)
        assert await unit.choices.forget_chosen_before(monday) == 0
        assert await unit.choices.forget_chosen_before(monday + DAY) == 1
        assert await unit.choices.chosen() == ("leads", "new")
        assert await unit.choices.forget_chosen_before(monday + 11 * DAY) == 1
        assert set(await unit.choices.preferences(["leads", "left", "new"])) == {"new"}


async def test_a_welcome_that_was_forgotten_is_given_again(storage: Storage) -> None:
    welcome = Welcome(person_id="somebody", kind=WelcomeKind.INSTALLED, welcomed_at=NOON)
    async with storage.unit() as unit:
        assert await unit.welcomes.claim(welcome)
        assert await unit.welcomes.forget_before(NOON) == 0
        assert not await unit.welcomes.claim(welcome)
        assert await unit.welcomes.forget_before(NOON + DAY) == 1
        assert await unit.welcomes.claim(welcome)


async def test_chats_that_something_hangs_on_are_not_silent(storage: Storage) -> None:
    def chat(name: str, days: int = 0) -> ConversationReference:
        return ConversationReference(
            conversation_id=name,
            conversation_type=ConversationType.GROUP_CHAT,
            service_url="https://smba.trafficmanager.net/emea/",
            channel_id="msteams",
            bot_id="28:kompas",
            user_id="29:user",
            updated_at=NOON + days * DAY,
        )

    dialogue = Dialogue(id="1" * 32, conversation_id="of a TRIO", themes=(), kept_from=date(2026, 3, 2))
    async with storage.unit() as unit:
        for one in (chat("of HR"), chat("of a TRIO"), chat("silent"), chat("spoken in", days=2)):
            await unit.conversations.save(one)
        await unit.dialogues.save(dialogue)
        await unit.requests.save_channel(
            HrChannel(group="hr", conversation_id="of HR", registered_by="somebody", registered_at=NOON)
        )
        assert await unit.conversations.silent_since(NOON + DAY) == (chat("silent"),)
        assert await unit.conversations.silent_since(NOON) == ()


async def test_who_registered_a_channel_is_forgotten_and_the_channel_stays(storage: Storage) -> None:
    channel = HrChannel(group="hr", conversation_id="19:hr", registered_by="somebody", registered_at=NOON)
    async with storage.unit() as unit:
        await unit.requests.save_channel(channel)
        assert await unit.requests.forget_registrars(NOON) == 0
        assert await unit.requests.forget_registrars(NOON + DAY) == 1
        assert await unit.requests.forget_registrars(NOON + DAY) == 0
        assert await unit.requests.channel("hr") == replace(channel, registered_by="")
