"""Files go when their time is over: replaced versions of HR's files, and drafts that nobody approved."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.old_files import OldFiles
from hr.clock import FixedClock
from hr.history import History

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DRAFT = "---\nid: ferie\nstatus: {status}\nsign_off: {sign_off}\n---\n\n# Ferie\n"


def old_files(folder: Path, *, days: int = 0) -> OldFiles:
    clock = FixedClock(moment=NOW + days * DAY)
    return OldFiles(
        history=History(folder / "history", clock),
        drafts=folder / "drafts",
        clock=clock,
        versions_days=400,
        drafts_days=183,
    )


def kept(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted((folder / "history").rglob("*.toml")) if path.is_file()]


async def test_a_version_goes_as_long_after_it_was_replaced_as_the_setting_says(tmp_path: Path) -> None:
    file = tmp_path / "contacts.toml"
    for days, text in ((0, "Old Name"), (100, "New Name"), (300, "Newest Name")):
        file.write_text(text)
        History(tmp_path / "history", FixedClock(moment=NOW + days * DAY)).add(file)
    assert await old_files(tmp_path, days=500).delete_expired() == 0
    assert await old_files(tmp_path, days=501).delete_expired() == 1
    assert kept(tmp_path) == ["New Name", "Newest Name"]
    assert await old_files(tmp_path, days=5000).delete_expired() == 1
    assert kept(tmp_path) == ["Newest Name"], "what is in use has no age"


async def test_a_draft_goes_as_the_question_does_and_nothing_else_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    folder.mkdir()
    texts = {
        "old.md": DRAFT.format(status="udkast", sign_off="null"),
        "approved.md": DRAFT.format(status="godkendt", sign_off='"HR"'),
        "somebody-elses.md": "# Notes\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (NOW.timestamp(), NOW.timestamp()))
    assert await old_files(tmp_path, days=183).delete_expired() == 0
    assert await old_files(tmp_path, days=184).delete_expired() == 1
    assert sorted(path.name for path in folder.iterdir()) == ["approved.md", "somebody-elses.md"]


async def test_without_any_files_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert await old_files(tmp_path).delete_expired() == 0
