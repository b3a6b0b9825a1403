"""Drafts become documents only whole, named and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.drafts import approve, listed
from hr.errors import DraftError

DRAFT = "---\nid: ferie\ntitle: Ferie\nstatus: udkast\nsign_off: null\n---\n\n# Ferie\n\n## Hvor meget ferie?\n\nFem uger.\n"


def test_an_approved_draft_moves_with_its_status_and_who_stands_behind_it(tmp_path: Path) -> None:
    drafts, documents = tmp_path / "drafts", tmp_path / "documents"
    drafts.mkdir()
    documents.mkdir()
    (drafts / "ferie.md").write_text(DRAFT, encoding="utf-8")
    path = approve(drafts, "ferie.md", documents=documents, by='HR "lead"')
    assert listed(drafts) == []
    assert 'status: godkendt\nsign_off: "HR \\"lead\\""\n' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "by", "reason"),
    [
        ("../ferie.md", DRAFT, "HR", "no draft"),
        ("ferie.md", DRAFT, " ", "who"),
        ("ferie.md", DRAFT.replace("Fem", "[navn] har fem"), "HR", "navn"),
        ("ferie.md", DRAFT.replace("Fem", "010190-1234 har fem"), "HR", "CPR"),
        ("ferie.md", DRAFT.replace("title: Ferie\n", ""), "HR", "title"),
        ("ferie.md", "Fem uger.", "HR", "front matter"),
        ("taken.md", DRAFT, "HR", "there already"),
    ],
)
def test_what_cannot_be_approved_stays_where_it_is(tmp_path: Path, name: str, text: str, by: str, reason: str) -> None:
    drafts, documents = tmp_path / "drafts", tmp_path / "documents"
    drafts.mkdir()
    documents.mkdir()
    for file in ("ferie.md", "taken.md"):
        (drafts / file).write_text(text, encoding="utf-8")
    (documents / "taken.md").write_text("x", encoding="utf-8")
    with pytest.raises(DraftError, match=reason):
        approve(drafts, name, documents=documents, by=by)
    assert listed(drafts) == ["ferie.md", "taken.md"]
    assert (documents / "taken.md").read_text(encoding="utf-8") == "x"


def test_a_draft_that_cannot_be_placed_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, documents = tmp_path / "drafts", tmp_path / "documents"
    folder.mkdir()
    documents.mkdir()
    (folder / "ferie.md").write_text(DRAFT, encoding="utf-8")
    (documents / "ferie.md").write_text("HR's own", encoding="utf-8")
    with pytest.raises(DraftError, match="is there already"):
        approve(folder, "ferie.md", documents=documents, by="HR")
    assert [path.name for path in documents.iterdir()] == ["ferie.md"]
    assert (documents / "ferie.md").read_text(encoding="utf-8") == "HR's own"
