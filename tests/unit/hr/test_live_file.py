from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hr.errors import ContentError
from hr.live_file import LiveFile


@dataclass
class Desk:
    """A file that holds a number, and a clock that the test moves."""

    path: Path
    seconds: float = 0.0
    accepted: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    def load(self, path: Path) -> int:
        text = path.read_text(encoding="utf-8")
        if not text.isdecimal():
            raise ContentError(path=path, line=1, reason="no number")
        return int(text)

    def open(self) -> LiveFile[int]:
        def accept(path: Path) -> None:
            self.accepted.append(path.read_text(encoding="utf-8"))

        return LiveFile(self.path, self.load, accepted=accept, monotonic=lambda: self.seconds)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "number.toml")
    made.write("1")
    return made


def test_an_edit_is_live_two_seconds_later(desk: Desk) -> None:
    live = desk.open()
    desk.write("22")
    assert live.value == 1
    desk.seconds = 2.0
    assert live.value == 22
    assert desk.accepted == ["1", "22"]


def test_a_version_that_could_not_be_loaded_at_all_is_never_taken_for_the_one_in_use(desk: Desk) -> None:
    def load(path: Path) -> int:
        text = path.read_text(encoding="utf-8")
        if text == "[" * 4:
            raise RecursionError
        return int(text)

    live = LiveFile(desk.path, load, monotonic=lambda: desk.seconds)
    desk.write("[" * 4)
    for _ in range(2):
        desk.seconds += 2.0
        with pytest.raises(RecursionError):
            _ = live.value


def test_a_fault_keeps_the_last_good_version_and_is_told_until_it_is_mended(desk: Desk) -> None:
    live = desk.open()
    assert live.fault is None
    desk.write("et tal")
    desk.seconds = 2.0
    assert live.value == 1
    fault = live.fault
    assert fault is not None
    assert (fault.file, fault.line, fault.reason) == ("number.toml", 1, "no number")
    desk.write("333")
    desk.seconds = 4.0
    assert live.fault is None
    assert (live.value, desk.accepted) == (333, ["1", "333"])


def test_a_file_that_has_a_fault_from_the_beginning_is_refused(desk: Desk) -> None:
    desk.write("et tal")
    with pytest.raises(ContentError):
        desk.open()
