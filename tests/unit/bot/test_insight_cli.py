"""`kompas insight`: the overview in the terminal and as a file."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from hr.clock import SystemClock
from hr.feedback.model import UnansweredQuestion
from hr.insight.model import Outcome
from hr.storage.engine import create_engine
from hr.storage.migrate import upgrade
from hr.storage.sql import SqlStorage
from privacy.redaction import redact

TEXTS = ("Kan feriefridage udbetales?", "Hvornår er ferieåret slut?", "=1+1 er ferie")


async def fill(url: str, today: date) -> None:
    await upgrade(url)
    storage = SqlStorage(create_engine(url))
    async with storage.unit() as unit:
        for text in (*TEXTS, "Hvad er barsel?"):
            await unit.unanswered.add(
                UnansweredQuestion(text=redact(text), reason="thin_source", language="da", asked_on=today)
            )
        await unit.insight.count(today, Outcome.ANSWERED)
        await unit.insight.count(today - timedelta(days=50), Outcome.ANSWERED)
        await unit.commit()
    await storage.close()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOMPAS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KOMPAS_MODE", "local")
    asyncio.run(fill(f"sqlite:///{tmp_path / 'kompas.db'}", SystemClock().today()))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["insight", *arguments])
    out, err = capsys.readouterr()
    return code, out + err


@pytest.mark.usefixtures("data")
def test_it_is_shown_with_small_groups_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "show")
    assert code == 0
    assert "Spørgsmål i alt: 6" in said
    assert "Ferie og fridage: 3 uden svar" in said
    assert "barsel" not in said.casefold()
    assert "Spørgsmål i alt: 5" in run(capsys, "show", "--days", "30")[1]


def test_it_is_exported_for_a_spreadsheet(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "export", "--out", "out.csv") == (0, "out.csv: 6 questions, 4 without an answer\n")
    raw = (data / "out.csv").read_bytes()
    assert raw.startswith("\ufeffHvad;".encode())
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert ["Spørgsmål uden svar", "Ferie og fridage", "3", ""] in rows
    assert ["Spørgsmål uden svar", "Ferie og fridage", "", "'=1+1 er ferie"] in rows
    assert ["Spørgsmål uden svar", "Små grupper i alt", "1", ""] in rows
    assert not any("barsel" in cell.casefold() for row in rows for cell in row)


def test_it_is_exported_for_programs(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "export", "--out", "out.json")[0] == 0
    found = json.loads((data / "out.json").read_text(encoding="utf-8"))
    assert (found["asked"], found["answered"], found["unanswered"], found["in_small_topics"]) == (6, 2, 4, 1)
    assert found["topics"] == [{"topic": "Ferie og fridage", "count": 3, "texts": list(TEXTS)}]


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export"], "--out FILE"),
        (["export", "--out", "x.txt"], "neither .csv nor .json"),
        (["export", "--out", "nowhere/x.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    code, said = run(capsys, *arguments)
    assert (code, told in said, said.count("\n")) == (2, True, 1)


def test_a_number_of_days_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["insight", "show", "--days", "0"])
    assert "no number of days" in capsys.readouterr().err
