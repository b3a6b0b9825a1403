"""`kompas campaign`: files, lists and exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.campaigns import as_csv
from bot.cli import main
from hr.campaigns.views import NotReached, RecipientRow
from tests.unit.bot.builders import DA
from tests.unit.hr.campaigns.builders import NORA, House

ONE = """title = "Husk APV"
text = "Hvornår lavede I sidst APV?"
audience = ["leder"]
ack = true
mandatory = true
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOMPAS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KOMPAS_MODE", "local")
    (tmp_path / "one.toml").write_text(ONE, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["campaign", *arguments])
    out, err = capsys.readouterr()
    return code, out + err


def test_a_file_is_checked_loaded_listed_and_exported(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "list") == (0, "no campaigns\n")
    code, said = run(capsys, "check", "one.toml")
    assert (code, "no fault" in said) == (0, True)
    code, said = run(capsys, "load", "one.toml", "--by", "hr")
    campaign_id = said.split(":")[0]
    assert code == 0
    code, said = run(capsys, "list")
    assert (code, said.startswith(campaign_id), "draft" in said) == (0, True, True)
    code, said = run(capsys, "export", campaign_id, "--by", "hr", "--out", "out.csv")
    assert (code, "by name" in said) == (0, True)
    assert (data / "out.csv").read_bytes().startswith("\ufeffNavn;Initialer;Status".encode())
    assert (data / "out.csv").stat().st_mode & 0o077 == 0
    assert main(["audit"]) == 0
    logged = capsys.readouterr().out
    assert all(word in logged for word in ("hr", "exported", "campaign", campaign_id))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check"], "which file"),
        (["load", "one.toml"], "who in HR"),
        (["export", "x", "--by", "hr"], "--out FILE"),
        (["export", "x", "--out", "x.csv"], "--by PERSON"),
        (["export", "x", "--by", "leader", "--out", "x.csv"], "role hr or hr_lead"),
        (["load", "one.toml", "--by", "leader"], "role hr or hr_lead"),
        (["load", "one.toml", "--by", "nobody"], "nobody"),
        (["check", "none.toml"], "cannot be read"),
        (["export", "nope", "--by", "hr", "--out", "x.csv"], "there is no campaign"),
    ],
)
@pytest.mark.usefixtures("data")
def test_what_is_missing_is_one_clear_line(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    code, said = run(capsys, *arguments)
    assert (code, told in said, said.count("\n")) == (2, True, 1)


def test_templates_are_checked_too(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = data / "campaigns.toml"
    file.write_text('[[campaigns]]\nid = "C01"\ntitle = "T"\naudience = ["tr"]\ntext = "Hej."\n', encoding="utf-8")
    assert "1 templates, no fault" in run(capsys, "check", str(file))[1]


async def exported(**changes: Any) -> list[str]:
    house = House()
    campaign = await house.sent(acknowledgement=True, **changes)
    await house.deliver()
    await house.service.receiving.acknowledge("l1", campaign.id)
    view, rows = await house.service.progress.rows(NORA, campaign.id)
    return as_csv(DA, view, rows).split("\r\n")


async def test_a_campaign_that_is_not_mandatory_exports_numbers_and_no_names() -> None:
    lines = await exported()
    assert lines[:3] == ["Hvad;Antal", "Modtagere;4", "Nået;4"]
    assert lines[-3:-1] == ["Kvitteret;1", "Mangler at kvittere;3"]
    assert not any("L1" in line for line in lines)


async def test_a_mandatory_campaign_exports_a_line_for_each_recipient() -> None:
    lines = await exported(mandatory=True)
    assert lines[0] == "Navn;Initialer;Status;Nået den;Kvitteret den"
    assert "L1;LB;Nået;2027-02-01 09:00;2027-02-01 09:00" in lines
    assert len([line for line in lines if line]) == 5


@pytest.mark.parametrize("name", ["=1+1", "+45", "-x", "@SUM(A1)", "\tx", "\rx"])
async def test_no_cell_begins_as_a_formula(name: str) -> None:
    house = House()
    campaign = await house.sent(mandatory=True, acknowledgement=True)
    view = await house.progress(campaign.id)
    at = datetime(2027, 2, 1, tzinfo=UTC)
    row = RecipientRow(name=name, initials=name, state=None, reached=False, reached_at=None, acknowledged_at=at)
    written = as_csv(DA, view, [row, replace(row, state=NotReached.LEFT)])
    assert f"'{name}" in written
    assert not any(line.startswith(("=", "+", "-", "@")) for line in written.split("\n"))
