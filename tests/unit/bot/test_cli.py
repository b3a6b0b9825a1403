"""`kompas` as an operator types it: what it prints, what it complains of, and its exit codes."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot import cli
from bot.cli import FAULT, OK, UNUSABLE, main
from bot.errors import BotError
from bot.settings import SAMPLE_CONTENT
from hr.audit.model import SYSTEM, AuditEntry, Deed, Purpose
from hr.clock import SystemClock
from hr.errors import HrError
from hr.outbox.model import MessageState, Why
from hr.people import FileDirectory
from hr.storage.engine import create_engine
from hr.storage.migrate import is_current, upgrade
from hr.storage.sql import SqlStorage
from knowledge.errors import KnowledgeError
from tests.unit.bot.builders import APP_ID, TENANT
from tests.unit.hr.absence.builders import a_case
from tests.unit.hr.outbox.builders import message
from tests.unit.knowledge.index_builders import EMBEDDER, publish

DAY = "2026-03-02"
QUESTION = "Hvornår skal jeg ringe?"
COMMANDS = (
    "ask",
    "serve",
    "local",
    "worker",
    "outbox",
    "audit",
    "backup",
    "privacy",
    "cases",
    "campaign",
    "insight",
    "content",
    "drafts",
    "playground",
    "doctor",
    "manifest",
    "migrate",
    "people",
    "bench",
)

pytestmark = pytest.mark.usefixtures("bare_machine")


class Gone(io.StringIO):
    """A pipe that nobody reads any more."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small index."""
    folder = tmp_path_factory.mktemp("index")
    publish(folder)
    return folder


@pytest.fixture
def small_index(published: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with the embedder that made it in place of the bundled model."""
    monkeypatch.setattr("bot.asking.open_model", lambda settings: EMBEDDER)
    return published


def complaint(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that cannot be used: exit code 2, nothing on standard output, no traceback."""
    assert main(arguments) == UNUSABLE
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def usage_fault(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What argparse says about wrong usage."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_a_question_is_answered_in_words(small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--as-of", DAY, "--index", str(small_index)]) == OK
    said = capsys.readouterr().out
    assert said.strip()
    assert not said.startswith("{")


def test_the_whole_answer_object_is_printed_on_request(small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--as-of", DAY, "--index", str(small_index), "--json"]) == OK
    record = json.loads(capsys.readouterr().out)
    assert record["status"] in {"answered", "not_found"}
    assert record["passages"][0]["document"] == "opfoelgning.md"


def test_a_person_sees_only_what_is_written_for_them(small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--as", "employee", "--as-of", DAY, "--index", str(small_index), "--json"]) == OK
    record = json.loads(capsys.readouterr().out)
    assert (record["status"], record["passages"]) == ("not_found", [])


def test_a_file_of_questions_gives_one_json_object_a_line_in_its_order(
    small_index: Path, bare_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bare_machine / "q.jsonl"
    lines = [
        {"id": "z", "question": QUESTION},
        {"id": "y\ud800", "question": QUESTION, "context": "Før?"},
        {"id": "x", "question": "?"},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["ask", "--file", str(file), "--as-of", DAY, "--index", str(small_index)]) == OK
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["id"] for record in records] == ["z", "y\ud800", "x"]
    assert records[2]["reason"] == "empty_question"


@pytest.mark.parametrize(
    "line",
    [
        '{"question": "Hvad?", "context": 7}',
        '{"question": "Hvad?", "gold": {}}',
        "no json",
    ],
)
def test_a_bad_line_in_a_file_is_told_with_its_number(
    small_index: Path, bare_machine: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (bare_machine / "q.jsonl").write_text(f'{{"question": "Hvad?"}}\n{line}\n', encoding="utf-8")
    assert "q.jsonl:2: " in complaint(["ask", "--file", "q.jsonl", "--index", str(small_index)], capsys)


def test_a_missing_file_of_questions_is_named(small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint(["ask", "--file", "none.jsonl", "--index", str(small_index)], capsys)
    assert "none.jsonl: cannot be read" in said


@pytest.mark.parametrize("arguments", [["ask"], ["ask", QUESTION, "--file", "q.jsonl"]])
def test_ask_wants_either_a_question_or_a_file(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint(arguments, capsys)
    assert "one question" in said
    assert "--file" in said


@pytest.mark.usefixtures("small_index")
def test_without_an_index_ask_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "python -m indexer build" in complaint(["ask", QUESTION], capsys)


@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "01-05-2025"])
def test_a_bad_day_is_told_with_a_good_one(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = usage_fault(["ask", QUESTION, "--as-of", day], capsys)
    assert f"{day!r} is not a date like 2025-05-01" in said


@pytest.mark.parametrize("port", ["99999", "abc", "-1", "80.5", ""])
@pytest.mark.parametrize(
    "option", [("serve", "--port"), ("local", "--client-port"), ("playground", "--bot-port")], ids="-".join
)
def test_a_bad_port_is_told_with_what_a_port_is(
    option: tuple[str, str], port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command, name = option
    assert "is not a port: a number from 0 to 65535" in usage_fault([command, f"{name}={port}"], capsys)


@pytest.mark.parametrize("command", [["ask", QUESTION], ["playground"], ["local"]], ids=lambda words: str(words[0]))
def test_an_unknown_person_is_told_with_those_there_are(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint([*command, "--as", "the-boss"], capsys)
    assert "'the-boss'" in said
    assert "leader" in said
    assert "new_employee" in said


@pytest.mark.parametrize("error", [KnowledgeError, HrError, BotError])
def test_what_an_operator_can_put_right_is_a_line_and_no_traceback(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(section: object) -> object:
        raise error("Do this about it.")

    monkeypatch.setattr(cli, "load", fails)
    assert complaint(["people"], capsys) == "Do this about it.\n"


@pytest.mark.parametrize("command", [["serve"], ["people"], ["migrate"], ["ask", QUESTION]], ids=lambda c: str(c[0]))
def test_a_misspelt_setting_stops_every_command(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_PEOPEL", "people.toml")
    assert "Did you mean KOMPAS_PEOPLE?" in complaint(command, capsys)


def test_serve_has_no_silent_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert "KOMPAS_MODE: is not set" in complaint(["serve"], capsys)


def test_serve_in_local_mode_is_not_reachable_from_outside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_MODE", "local")
    assert "127.0.0.1 only" in complaint(["serve", "--host", "0.0.0.0"], capsys)  # noqa: S104


def test_the_app_package_needs_an_application_id(bare_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "KOMPAS_APP_ID" in complaint(["manifest", "build", "--out", "kompas.zip"], capsys)
    assert not (bare_machine / "kompas.zip").exists()


def test_the_app_package_is_built_where_it_is_wanted(bare_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app_id = "8c5b1f0e-2d5a-4f0b-9d0e-6a3c1b7f4e21"
    assert main(["manifest", "build", "--out", "out/kompas.zip", "--app-id", app_id]) == OK
    assert "out/kompas.zip" in capsys.readouterr().out
    assert app_id in zipfile.ZipFile(bare_machine / "out" / "kompas.zip").read("manifest.json").decode()


@pytest.mark.parametrize("out", ["a-file/kompas.zip", "a-folder"])
def test_a_package_that_cannot_be_written_is_a_clear_error(
    bare_machine: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (bare_machine / "a-file").write_text("", encoding="utf-8")
    (bare_machine / "a-folder").mkdir()
    app_id = "8c5b1f0e-2d5a-4f0b-9d0e-6a3c1b7f4e21"
    assert f"{out} cannot be written" in complaint(["manifest", "build", "--out", out, "--app-id", app_id], capsys)


def test_people_lists_everybody_with_key_name_and_roles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people"]) == OK
    lines = capsys.readouterr().out.splitlines()
    sample = FileDirectory.load(Path(cli.__file__).parent.parent / "hr" / "content" / "people.sample.toml").people
    assert [line.split()[0] for line in lines] == [person.key for person in sample]
    leader = next(line for line in lines if line.startswith("leader "))
    assert leader.endswith("employee, leader")


def test_a_broken_people_file_is_told_with_its_line(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (bare_machine / "people.toml").write_text('[[people]]\nkey = "a b"\n', encoding="utf-8")
    monkeypatch.setenv("KOMPAS_PEOPLE", "people.toml")
    assert "people.toml:2: key" in complaint(["people"], capsys)


def test_migrate_brings_the_database_up_to_date(bare_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{bare_machine / '.data' / 'kompas.db'}"
    assert not asyncio.run(is_current(url))
    assert main(["migrate"]) == OK
    assert "up to date" in capsys.readouterr().out
    assert asyncio.run(is_current(url))


def test_a_database_of_an_unknown_kind_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOMPAS_DATABASE_URL", "oracle://user:hidden@db/x")
    said = complaint(["migrate"], capsys)
    assert "oracle" in said
    assert "hidden" not in said


PASS = {
    "sent",
    "late",
    "unknown",
    "blocked",
    "failed",
    "cancelled",
    "throttled",
    "deleted",
    "waiting",
    "queued",
    "digests",
}


def test_one_pass_of_the_worker_plays_the_day_it_is_told_and_prints_what_it_did(
    bare_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worker", "--once", "--now", "2026-03-02T08:30"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told["now"] == "2026-03-02T08:30:00+01:00"
    assert {name: told[name] for name in PASS} == dict.fromkeys(PASS, 0)
    assert (bare_machine / ".data" / "simulated-now").exists()


def test_without_a_played_day_a_worker_has_no_silent_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert "KOMPAS_MODE: is not set" in complaint(["worker", "--once"], capsys)
    assert "KOMPAS_MODE: is not set" in complaint(["worker"], capsys)


def test_no_day_is_played_in_mode_teams(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"MODE": "teams", "APP_ID": APP_ID, "APP_TENANT_ID": TENANT, "APP_SECRET": "x"}.items():
        monkeypatch.setenv(f"KOMPAS_{name}", value)
    assert "local mode only" in complaint(["worker", "--once", "--now", "2026-03-02T08:30"], capsys)
    assert not (bare_machine / ".data").exists()


def test_a_played_time_belongs_to_one_pass_and_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--once" in complaint(["worker", "--now", "2026-03-02T08:30"], capsys)
    assert "2026-03-02T08:30" in complaint(["worker", "--once", "--now", "tomorrow"], capsys)


def test_the_outbox_is_told_in_figures_with_who_was_not_reached_and_no_name(
    bare_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_fill(bare_machine))
    assert main(["outbox", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["due"], told["blocked"], told["reasons"]) == (1, 1, {"refused": 1})
    assert told["not_reached"] == [{"person": "leader", "kind": "nudge", "why": "refused"}]
    assert main(["outbox"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["leader", "nudge", "refused"] for line in lines)
    names = [person.name for person in FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml").people]
    assert not [name for name in names if any(name in line for line in lines)]


def test_the_audit_log_is_told_by_keys_and_a_changed_entry_is_found(
    bare_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_fill(bare_machine))
    assert main(["audit"]) == OK
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[-4:] for line in lines] == [
        ["leader", "created", "own_follow_up", "c1"],
        ["kompas", "viewed", "reminder", "c2"],
    ]
    assert main(["audit", "--case", "c2"]) == OK
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["2"]
    assert main(["audit", "verify"]) == OK
    told = capsys.readouterr().out
    assert re.fullmatch(r"2 entries follow on each other; the last is 2 [0-9a-f]{64}\n", told)
    with sqlite3.connect(bare_machine / ".data" / "kompas.db") as database:
        database.execute("UPDATE audit_log SET case_id = 'c3' WHERE number = 2")
    database.close()
    assert main(["audit", "verify"]) == FAULT
    assert capsys.readouterr().out == "entry 2 is not as it was written\n"


def test_cases_of_a_leader_who_is_gone_are_told_and_offered_to_another(
    bare_machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases"]) == OK
    assert capsys.readouterr().out == "every open case has a leader\n"
    asyncio.run(_keep_case(bare_machine, owner_id=GONE))
    assert main(["cases"]) == OK
    assert capsys.readouterr().out.split() == [GONE, "1"]
    colleague = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml").by_key("leader")
    assert "--from" in complaint(["cases", "offer"], capsys)
    assert main(["cases", "offer", "--from", GONE, "--to", colleague.initials]) == OK
    assert capsys.readouterr().out.startswith("1 cases are on offer")
    assert "hands cases over in Teams" in complaint(["cases", "offer", "--from", "leader", "--to", "VMB"], capsys)


GONE = "99999999-0000-4000-8000-000000000009"


async def _keep_case(folder: Path, *, owner_id: str) -> None:
    storage = SqlStorage(create_engine(f"sqlite:///{folder / '.data' / 'kompas.db'}"))
    async with storage.unit() as unit:
        await unit.cases.add(dataclasses.replace(a_case(date(2026, 3, 2)), id="c" * 32, owner_id=owner_id))
        await unit.commit()
    await storage.close()


async def _fill(folder: Path) -> None:
    """A message that is due, one that was refused, and two look-ups."""
    url = f"sqlite:///{folder / '.data' / 'kompas.db'}"
    await upgrade(url)
    leader = FileDirectory.load(SAMPLE_CONTENT / "people.sample.toml").by_key("leader").id
    now = SystemClock().now()
    entry = AuditEntry(at=now, actor_id=leader, deed=Deed.CREATED, purpose=Purpose.OWN_FOLLOW_UP, case_id="c1")
    other = AuditEntry(at=now, actor_id=SYSTEM, deed=Deed.VIEWED, purpose=Purpose.REMINDER, case_id="c2")
    storage = SqlStorage(create_engine(url))
    async with storage.unit() as unit:
        blocked = message(2, recipient=leader, state=MessageState.BLOCKED, why=Why.REFUSED)
        await unit.outbox.add([message(1), blocked])
        await unit.audit.record([entry, other])
        await unit.commit()
    await storage.close()


def test_a_reader_that_stops_reading_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Gone())
    assert main(["people"]) == OK


def test_a_terminal_without_danish_letters_still_gets_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert main(["people"]) == OK
    assert b"leader " in printed.getvalue()


def test_answer_objects_lose_no_letter_where_the_output_is_ascii(
    small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert main(["ask", QUESTION, "--as-of", DAY, "--index", str(small_index), "--json"]) == OK
    assert json.loads(printed.getvalue())["passages"][0]["title"] == "Opfølgning på fravær"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda c: str(c[0]) if c else "kompas")
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("usage: kompas")


def test_an_unknown_command_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    said = usage_fault(["nonsense"], capsys)
    assert "{" + ",".join(COMMANDS) + "}" in said
