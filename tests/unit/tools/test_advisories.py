"""Whether a pinned version with a known vulnerability stops the check, and what may let it pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tools import advisories
from tools.advisories import ACCEPTED, CONSTRAINTS, Accepted, Answer, accepted, asked, faults, main, pins

TODAY = date(2026, 11, 28)


def page(version: str, *ids: str, withdrawn: str | None = None) -> dict[str, Any]:
    return {"info": {"version": version}, "vulnerabilities": [{"id": one, "withdrawn": withdrawn} for one in ids]}


def answer(*ids: str, package: str = "lib") -> Answer:
    return Answer(package=package, version="1.0", ids=ids)


def test_the_page_of_the_version_is_asked_first() -> None:
    pages = {"https://pypi.org/pypi/lib/1.0/json": page("1.0", "A"), "https://pypi.org/pypi/lib/json": page("2.0", "B")}

    assert asked("lib", "1.0", pages.get).ids == ("A",)


def test_the_page_of_the_project_tells_of_its_newest_version_alone() -> None:
    pages = {"https://pypi.org/pypi/lib/json": page("2.0", "B")}

    assert asked("lib", "2.0", pages.get).ids == ("B",)
    assert asked("lib", "1.0", pages.get).ids is None
    assert asked("other", "1.0", pages.get).ids is None


def test_a_withdrawn_advisory_counts_for_nothing() -> None:
    assert asked("lib", "1.0", lambda _: page("1.0", "A", withdrawn="2026-01-01")).ids == ()


def test_a_vulnerable_pin_that_nobody_has_looked_at_is_a_fault() -> None:
    known = [Accepted(package="other", ids=frozenset({"A"}), until=TODAY)]

    (fault, *_) = faults([answer("A"), answer("A", package="other")], known, TODAY)

    assert fault.startswith("lib 1.0: A.")


def test_what_was_looked_at_counts_until_its_day() -> None:
    known = [Accepted(package="lib", ids=frozenset({"A"}), until=TODAY)]

    assert faults([answer("A")], known, TODAY) == []
    assert len(faults([answer("A")], known, date(2026, 11, 29))) == 1


def test_an_entry_that_is_no_longer_needed_is_a_fault() -> None:
    known = [Accepted(package="lib", ids=frozenset({"A", "B"}), until=TODAY)]

    assert faults([answer("A")], known, TODAY) == ["advisories.toml: B is no advisory of lib any more. Remove it."]
    assert faults([], known, TODAY) == ["advisories.toml: lib is not pinned any more. Remove it."]


def test_an_entry_of_what_could_not_be_asked_stays() -> None:
    known = [Accepted(package="lib", ids=frozenset({"A"}), until=TODAY)]

    assert faults([Answer(package="lib", version="1.0", ids=None)], known, TODAY) == []


def test_without_an_answer_the_check_says_that_it_checked_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def cut(address: str) -> dict[str, Any] | None:
        raise OSError("no route")

    assert main([], cut) == 2
    assert main([], lambda _: None) == 2
    assert capsys.readouterr().err.count("NOT checked") == 2


def test_one_vulnerable_pin_ends_the_check_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(advisories, "ACCEPTED", tmp_path / "none.toml")
    (tmp_path / "none.toml").write_text("accepted = []\n", encoding="utf-8")
    file = tmp_path / "constraints.txt"
    file.write_text("# ours\nlib==1.0  # for tests\n", encoding="utf-8")

    assert main([str(file)], lambda _: page("1.0")) == 0
    assert main([str(file)], lambda _: page("1.0", "A")) == 1
    assert "lib 1.0: A." in capsys.readouterr().err


def test_the_lists_of_the_repository_can_be_read() -> None:
    names = [name for name, _ in pins(CONSTRAINTS)]

    assert "chromadb" in names
    assert {one.package for one in accepted(ACCEPTED)} <= set(names)
