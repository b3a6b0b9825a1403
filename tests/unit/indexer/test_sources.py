from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest

from indexer.sources import SourceUnavailable, is_temporary, list_files


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("tekst")
    return folder


def test_files_are_found_in_subfolders_and_sorted_by_path(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "a/c.txt", "a/b.pdf")

    assert [entry.path for entry in list_files([tmp_path]).files] == ["a/b.pdf", "a/c.txt", "b.md"]


@pytest.mark.parametrize(
    "name", [".skjult.md", "~$notat.docx", "notat.md~", "notat.md.swp", "x.tmp", ".git/a.md", "#notat.md#", "a/.b/c.md"]
)
def test_hidden_and_temporary_files_are_no_documents(tmp_path: Path, name: str) -> None:
    put(tmp_path, "rigtig.md", name)

    assert is_temporary(PurePath(name))
    assert [entry.path for entry in list_files([tmp_path]).files] == ["rigtig.md"]


def test_files_that_no_reader_knows_are_named(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "billede.png")

    assert list_files([tmp_path]).skipped == ("billede.png",)


def test_a_file_in_two_nested_folders_counts_once(tmp_path: Path) -> None:
    put(tmp_path, "inde/a.md")

    assert len(list_files([tmp_path, tmp_path / "inde"]).files) == 1


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"nope does not exist\. Name the folder"):
        list_files([tmp_path / "nope"])


def test_a_file_in_place_of_a_folder_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.md")

    with pytest.raises(SourceUnavailable, match="is not a folder"):
        list_files([tmp_path / "a.md"])


def test_an_empty_folder_is_told_with_what_may_be_put_in(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"no document.*\.md, .*\.docx.*stays as it is"):
        list_files([tmp_path])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "lukket/b.md")
    (tmp_path / "lukket").chmod(0)
    try:
        with pytest.raises(SourceUnavailable, match="read access"):
            list_files([tmp_path])
    finally:
        (tmp_path / "lukket").chmod(0o700)


def test_a_link_out_of_the_folder_is_no_document(tmp_path: Path) -> None:
    folder = put(tmp_path / "documents", "rigtig.md")
    put(tmp_path / "elsewhere", "hemmelig.md")
    (folder / "fristende.md").symlink_to(tmp_path / "elsewhere" / "hemmelig.md")
    listing = list_files([folder])
    assert [entry.path for entry in listing.files] == ["rigtig.md"]
    assert listing.skipped == ("fristende.md",)
