from pathlib import Path

import pytest

from indexer.errors import IndexerError, UnreadableFile
from indexer.readers import is_readable, read
from indexer.readers.base import MAX_BYTES


def test_the_suffix_chooses_the_reader_and_paths_are_relative(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "Notat.TXT").write_text("Ring til medarbejderen på den første dag.", encoding="utf-8")
    found = read(tmp_path / "hr" / "Notat.TXT", tmp_path).document
    assert (found.id, found.path) == ("Notat", "hr/Notat.TXT")


@pytest.mark.parametrize(
    ("name", "readable"), [("a.md", True), ("a.PDF", True), ("a.pptx", False), ("~$a.docx", False), (".a.md", False)]
)
def test_lock_files_hidden_files_and_unknown_types_are_not_documents(name: str, readable: bool) -> None:
    assert is_readable(Path(name)) is readable


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("a.pptx", b"x", "unknown file type .pptx; known: .md"), ("a.txt", b" \n", "is empty")],
)
def test_a_file_without_a_reader_or_content_says_so(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path / name, tmp_path)


def test_a_missing_file_and_a_folder_are_clear_errors(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(UnreadableFile, match=r"^missing\.md: does not exist$"):
        read(tmp_path / "missing.md", tmp_path)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read(tmp_path / "folder.md", tmp_path)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableFile, match="too large"):
        read(large, tmp_path)


def test_a_file_without_permission_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x", encoding="utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root, as in containers, may read everything
    with pytest.raises(UnreadableFile, match="no permission to read it; give the indexer's user read access"):
        read(secret, tmp_path)


def test_all_faults_of_a_file_belong_to_one_tree() -> None:
    assert issubclass(UnreadableFile, IndexerError)
    assert str(UnreadableFile("a.md", "is empty")) == "a.md: is empty"
