"""What a TRIO may agree, and HR's file with the themes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import hr
from hr.dialogues.content import DIALOGUES_FILE, LiveThemes, load_themes
from hr.dialogues.rules import (
    agreed_actions,
    chosen_themes,
    follow_up_day,
    latest_day,
    names_somebody,
    written_day,
)
from hr.errors import DialogueFault, DialoguesFileError, InvalidDialogueError
from hr.people import Person, Role
from hr.policy import Operation, by_role, may
from hr.workdays import ClosedDays, MunicipalCalendar

MONDAY = date(2026, 3, 2)
CALENDAR = MunicipalCalendar(ClosedDays())
CONTENT = Path(hr.__path__[0]) / "content"
THEME = """
[[themes]]
id = "{id}"
title = "{title}"
purpose = "p"
questions = {questions}
hint = "h"
"""


def somebody(*roles: Role) -> Person:
    return Person(
        id="x", key="x", name="X", initials="X", email="x@example.test", roles=frozenset({Role.EMPLOYEE, *roles})
    )


def theme(*, id: str = "data", title: str = "Data", questions: str = '["a", "b", "c"]') -> str:  # noqa: A002
    return THEME.format(id=id, title=title, questions=questions)


def fault_of(error: pytest.ExceptionInfo[InvalidDialogueError]) -> DialogueFault:
    return error.value.fault


@pytest.mark.parametrize("role", [Role.LEADER, Role.NEW_LEADER, Role.TR, Role.AMR, Role.HR])
def test_a_trio_and_hr_may_act(role: Role) -> None:
    assert may(Operation.OPEN_DIALOGUES, by_role(somebody(role)))


@pytest.mark.parametrize(
    "person", [None, somebody(), somebody(Role.NEW_EMPLOYEE), somebody(Role.MENTOR, Role.OPERATOR)]
)
def test_others_may_not(person: Person | None) -> None:
    assert not may(Operation.OPEN_DIALOGUES, by_role(person))


def test_one_to_three_themes_are_chosen_and_come_in_hrs_order() -> None:
    assert chosen_themes("c, a,,a", ["a", "b", "c"]) == ("a", "c")


@pytest.mark.parametrize("written", ["", " , ", "a,b,c,d", "a,z"])
def test_none_too_many_and_unknown_themes_are_refused(written: str) -> None:
    with pytest.raises(InvalidDialogueError) as caught:
        chosen_themes(written, ["a", "b", "c", "d"])
    assert fault_of(caught) is DialogueFault.THEMES


@pytest.mark.parametrize(
    "action",
    [
        "Vi drøfter fraværstal på hvert personalemøde",
        "Lederen viser tallene en gang om måneden",
        "AMR og TR holder et oplæg om pauser",
        "TRIO mødes første mandag i maj",
        "Vi laver en fast aftale om kontakt på dag 1, 3 og 10",
        "Book møde med HR om dataportalen",
        "Ny vagtplan fra uge 14",
    ],
)
def test_a_step_of_the_workplace_is_kept(action: str) -> None:
    assert agreed_actions(["", f"  {action}\n"]) == (action,)


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ("Mette ringer til alle hver fredag", DialogueFault.PERSON),
        ("MH ringer til kollegaen", DialogueFault.PERSON),
        ("Pernille Madsen holder oplæg", DialogueFault.PERSON),
        ("Send listen til mette@norddjurs.example", DialogueFault.PERSON),
        ("Ring på 12345678", DialogueFault.PERSON),
        ("Mette er syg med stress", DialogueFault.PRIVATE),
        ("Medarbejderen med kræft får en plan", DialogueFault.PRIVATE),
        ("Ring om 010190-1234", DialogueFault.PRIVATE),
        ("x" * 121, DialogueFault.TOO_LONG),
        (" \n ", DialogueFault.NO_ACTION),
    ],
)
def test_a_step_that_tells_of_a_person_is_refused(action: str, fault: DialogueFault) -> None:
    with pytest.raises(InvalidDialogueError) as caught:
        agreed_actions([action])
    assert fault_of(caught) is fault
    assert action.strip() == "" or action not in str(caught.value)


def test_two_steps_are_kept_and_no_more_and_none_twice() -> None:
    assert agreed_actions(["Vis tallene", "Vis tallene"]) == ("Vis tallene",)
    with pytest.raises(InvalidDialogueError):
        agreed_actions(["a a", "b b", "c c"])


def test_a_stranger_at_the_place_of_a_person_is_somebody_too() -> None:
    assert names_somebody("Vi beder Zbigniew om at vise planen")


@pytest.mark.parametrize(
    "action",
    [
        "Gå en tur til Bønnerup Strand",
        "Vi tager til Gammel Estrup i juni",
        "Spis frokost ved Kattegat hver fredag",
        "Hold mødet på Polderev Skole",
    ],
)
def test_a_place_is_nobody(action: str) -> None:
    assert agreed_actions([action]) == (action,)


@pytest.mark.parametrize(
    "action",
    ["Giv besked til Oksana", "Ring til Kirsten Strand", "Lav en aftale med Kastrup", "Hjælp til Oksana Petrenko"],
)
def test_a_person_is_somebody_also_after_a_word_that_places_have_before_them(action: str) -> None:
    assert names_somebody(action)


def test_a_working_day_stays_and_a_day_off_moves_to_the_next_one() -> None:
    assert follow_up_day(date(2026, 5, 4), today=MONDAY, calendar=CALENDAR).moved_from is None
    moved = follow_up_day(date(2026, 4, 2), today=MONDAY, calendar=CALENDAR)
    assert (moved.day, moved.moved_from) == (date(2026, 4, 7), date(2026, 4, 2))


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (None, DialogueFault.NO_DAY),
        (MONDAY, DialogueFault.PAST),
        (date(2020, 1, 1), DialogueFault.PAST),
        (date(2026, 9, 3), DialogueFault.TOO_FAR),
        (date(9999, 12, 31), DialogueFault.TOO_FAR),
    ],
)
def test_the_day_lies_between_tomorrow_and_six_months_ahead(day: date | None, fault: DialogueFault) -> None:
    with pytest.raises(InvalidDialogueError) as caught:
        follow_up_day(day, today=MONDAY, calendar=CALENDAR)
    assert fault_of(caught) is fault


def test_a_day_off_at_the_very_end_would_move_too_far() -> None:
    today = date(2026, 3, 5)
    assert latest_day(today) == date(2026, 9, 5)
    with pytest.raises(InvalidDialogueError) as caught:
        follow_up_day(date(2026, 9, 5), today=today, calendar=CALENDAR)
    assert fault_of(caught) is DialogueFault.TOO_FAR


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-05-04", date(2026, 5, 4)),
        ("4-5-2026", date(2026, 5, 4)),
        (" 04.05.2026 ", date(2026, 5, 4)),
        ("2026-13-40", None),
        ("i morgen", None),
        ("", None),
    ],
)
def test_days_are_read_as_the_client_or_a_person_writes_them(written: str, day: date | None) -> None:
    assert written_day(written) == day


def test_the_eight_themes_of_the_palette_come_with_kompas() -> None:
    titles = [one.title for one in load_themes(CONTENT / DIALOGUES_FILE)]
    assert titles == [
        "Håndtering",
        "Brug af data",
        "Forebyggelse",
        "Tydelig ledelse",
        "Organisering og ejerskab",
        "Koordinering af fremmøde",
        "Kultur for fravær",
        "Tilbage til arbejdet",
    ]


@pytest.mark.parametrize(
    ("written", "line", "words"),
    [
        (theme() + theme(), 10, "used twice"),
        (theme(title=" "), 4, "title: String should have at least 1 character"),
        (theme(questions='["a"]'), 6, "questions: Tuple should have at least 3 items"),
        (theme(questions='["a", "b", "c", "d", "e", "f"]'), 6, "questions: Tuple should have at most 5 items"),
        (theme() + 'owner = "HR"\n', 8, "owner: Extra inputs are not permitted"),
        ("", 1, "no [[themes]] table"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line(tmp_path: Path, written: str, line: int, words: str) -> None:
    path = tmp_path / DIALOGUES_FILE
    path.write_text(written, encoding="utf-8")
    with pytest.raises(DialoguesFileError) as caught:
        load_themes(path)
    assert words in caught.value.reason
    assert caught.value.line == line


def test_an_edit_is_read_and_a_fault_leaves_the_last_good_themes(tmp_path: Path) -> None:
    now, path = 0.0, tmp_path / DIALOGUES_FILE
    path.write_text(theme(), encoding="utf-8")
    live = LiveThemes(tmp_path, monotonic=lambda: now)
    for at, written, title in ((3.0, theme(title="Tal"), "Tal"), (6.0, theme(title=""), "Tal")):
        path.write_text(written, encoding="utf-8")
        os.utime(path, (at, at))
        now = at
        assert [one.title for one in live.themes] == [title]
