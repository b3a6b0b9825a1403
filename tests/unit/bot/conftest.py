from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.settings import KNOWN_NAMES


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder and no settings at all: what a command of a new installation sees."""
    for name in KNOWN_NAMES:
        monkeypatch.delenv(f"KOMPAS_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
