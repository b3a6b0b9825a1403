from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hr.history import History, NoVersionError


@dataclass
class Ticking:
    """Each look at the clock is a second later."""

    moment: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def today(self) -> date:
        return self.moment.date()


def test_every_version_is_kept_once_and_the_oldest_go(tmp_path: Path) -> None:
    history, file = History(tmp_path / "history", Ticking(), keep=2), tmp_path / "absence.toml"
    for text in ("a", "a", "b", "c"):
        file.write_text(text)
        history.add(file)
    assert [version.path.read_text() for version in history.versions("absence.toml")] == ["b", "c"]
    assert history.files() == ("absence.toml",)


def test_a_version_is_found_by_its_id_and_another_is_not(tmp_path: Path) -> None:
    history, file = History(tmp_path / "history", Ticking()), tmp_path / "ferie.md"
    file.write_text("a")
    history.add(file, name="documents/ferie.md")
    (version,) = history.versions("documents/ferie.md")
    assert history.find("documents/ferie.md", version.id) == version
    with pytest.raises(NoVersionError):
        history.find("documents/ferie.md", "20200101T000000000000Z")


def test_no_name_leads_out_of_the_history(tmp_path: Path) -> None:
    (tmp_path / "20261123T080000000000Z.toml").write_text("other")
    history = History(tmp_path / "history", Ticking())
    (tmp_path / "history").mkdir()
    assert history.versions("..") == ()
    assert history.versions(str(tmp_path)) == ()


def test_a_history_that_cannot_be_written_keeps_no_edit_from_going_live(tmp_path: Path) -> None:
    blocked, file = tmp_path / "history", tmp_path / "absence.toml"
    blocked.write_text("a file, not a folder")
    file.write_text("a")
    History(blocked, Ticking()).add(file)
