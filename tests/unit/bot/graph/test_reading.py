from __future__ import annotations

from typing import Any

import pytest

from bot.graph.reading import read_people
from hr.people import Book, Role

ONE = "5a3e0c00-0000-4000-8000-0000000000a1"
TWO = "5a3e0c00-0000-4000-8000-0000000000a2"


def user(number: str = ONE, **changes: Any) -> dict[str, Any]:
    values = {
        "id": number,
        "displayName": "Ditte Eksempelsen",
        "mail": f"{number[-2:]}@kompas.example",
        "mailNickname": "des",
        "userType": "Member",
        "accountEnabled": True,
    }
    return {**values, **changes}


def read(*users: Any, leaders: frozenset[str] = frozenset()) -> Book:
    return Book(read_people(users, {Role.LEADER: leaders}, initials_from="mailNickname"))


@pytest.mark.parametrize(
    "changes",
    [
        {"userType": "Guest"},
        {"accountEnabled": False},
        {"accountEnabled": None},
        {"displayName": None},
        {"displayName": ""},
        {"id": "no-id"},
        {"manager": {"id": "no-id"}},
    ],
)
def test_a_guest_a_closed_account_and_what_cannot_be_read_are_not_known(changes: dict[str, Any]) -> None:
    assert read(user(**changes), leaders=frozenset({ONE})).people == ()


def test_two_with_the_same_initials_are_found_by_address_only() -> None:
    book = read(user(), user(TWO))
    assert book.find_by_handle("des") is None
    found = book.find_by_handle("a2@kompas.example")
    assert found is not None
    assert {person.key for person in book.people} == {ONE, TWO}


def test_a_manager_who_is_not_known_and_oneself_are_no_leader() -> None:
    own = read(user(manager={"id": ONE}))
    gone = read(user(manager={"id": TWO}))
    assert [person.manager_id for person in (*own.people, *gone.people)] == [None, None]


def test_a_user_on_two_pages_is_one_person() -> None:
    assert len(read(user(), user()).people) == 1


def test_a_person_without_mail_and_initials_is_known_by_id_and_by_no_handle() -> None:
    book = read(user(mail=None, mailNickname=None))
    (person,) = book.people
    assert (person.key, person.initials, person.email) == (ONE, "", "")
    assert book.find_by_handle("") is None
