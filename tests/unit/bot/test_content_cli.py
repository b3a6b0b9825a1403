"""`kompas content`: whether HR's files can be used, and one of their versions back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cli import FAULT, OK, UNUSABLE, main
from bot.settings import SAMPLE_CONTENT
from hr.clock import SystemClock
from hr.history import History
from knowledge.watch import DocumentFault, WatchState, write_watch

GOOD = "# a remark\n"


@pytest.fixture
def content(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of HR's own, with one version of the contacts kept and another one in the file."""
    folder = bare_machine / "content"
    shutil.copytree(SAMPLE_CONTENT, folder)
    monkeypatch.setenv("KOMPAS_CONTENT", str(folder))
    monkeypatch.setenv("KOMPAS_MODE", "local")
    kept(bare_machine).add(folder / "contacts.toml")
    with (folder / "contacts.toml").open("a", encoding="utf-8") as file:
        file.write(GOOD)
    return folder


def kept(folder: Path) -> History:
    return History(folder / ".data" / "history", SystemClock())


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["content", *arguments])
    found = capsys.readouterr()
    return code, found.out + found.err


def test_files_that_can_be_used_are_ok(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = said(capsys, "check")
    assert code == OK
    assert "ok    journeys.toml" in told
    assert "ok    people.sample.toml" in told


def test_a_fault_is_told_with_its_line_and_in_danish(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / "topics.toml").write_text('[[topics]]\ntopic = "Ferie"\n', encoding="utf-8")
    code, told = said(capsys, "check")
    assert code == FAULT
    assert "FAULT topics.toml:1: words: Field required" in told
    assert "Linje 1 i topics.toml: Feltet words mangler." in told


def test_faults_of_documents_are_those_of_the_last_build(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault = DocumentFault(file="ferie.md", reason="is empty")
    write_watch(content.parent / ".data" / "index", WatchState(built_at=SystemClock().now(), faults=(fault,)))
    code, told = said(capsys, "check")
    assert code == FAULT
    assert "FAULT ferie.md: is empty" in told


def test_a_version_is_put_back_and_is_the_newest_one_then(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history, file = kept(content.parent), content / "contacts.toml"
    history.add(file)
    (first, _) = history.versions("contacts.toml")
    assert "contacts.toml: 2 versions" in said(capsys, "history")[1]
    code, told = said(capsys, "restore", "contacts.toml", first.id)
    assert (code, "uses it within seconds" in told) == (OK, True)
    assert not file.read_text(encoding="utf-8").endswith(GOOD)
    assert len(history.versions("contacts.toml")) == 3
    newest = said(capsys, "history", "contacts.toml")[1].splitlines()[0]
    assert newest.endswith("as the file is now")


def test_a_version_that_cannot_be_used_any_more_is_not_put_back(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history, file = kept(content.parent), content / "contacts.toml"
    good = file.read_bytes()
    file.write_text("[[contacts]]\n", encoding="utf-8")
    history.add(file)
    file.write_bytes(good)
    code, told = said(capsys, "restore", "contacts.toml", history.versions("contacts.toml")[-1].id)
    assert code == UNUSABLE
    assert "contacts.toml:1: the version of" in told
    assert file.read_bytes() == good


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("restore",), "Say which file"),
        (("restore", "contacts.toml", "yesterday"), "has no version 'yesterday'"),
        (("restore", "../contacts.toml", "x"), "has no version"),
        (("history", "people.toml"), "Files that have: contacts.toml"),
    ],
)
def test_a_wrong_word_is_told_with_what_to_do(
    arguments: tuple[str, ...], told: str, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = said(capsys, *arguments)
    assert code == UNUSABLE
    assert told in output


def test_a_document_is_checked_by_the_indexer_before_it_is_put_back(
    content: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = content.parent / "documents"
    documents.mkdir()
    monkeypatch.setenv("KOMPAS_DOCUMENTS", str(documents))
    file, history = documents / "kaffe.md", kept(content.parent)
    for text in ("---\ntitle: Kaffe\n---\n\nDen er varm.\n", "---\ntitel: Kaffe\n---\n\nDen er kold.\n"):
        file.write_text(text, encoding="utf-8")
        history.add(file, name="documents/kaffe.md")
    (good, broken) = history.versions("documents/kaffe.md")
    code, told = said(capsys, "restore", "documents/kaffe.md", broken.id)
    assert (code, "unknown key `titel`" in told) == (UNUSABLE, True)
    assert said(capsys, "restore", "documents/kaffe.md", good.id)[0] == OK
    assert "Den er varm." in file.read_text(encoding="utf-8")
