"""What tests with real processes prepare once and keep: the bundled model and an index of the starter documents."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT / ".data" / "e2e"


def environment(**settings: str) -> dict[str, str]:
    """What a process of the product sees: this machine's variables, and of Kompas' own only these."""
    own = {f"KOMPAS_{name}": value for name, value in settings.items()}
    return {name: value for name, value in os.environ.items() if not name.startswith("KOMPAS_")} | own  # noqa: TID251


def built_index() -> Path:
    """The data folder with model and index, built by the product's own command; a second call takes what is there."""
    done = subprocess.run(
        [sys.executable, "-m", "indexer", "build"],
        cwd=ROOT,
        env=environment(DATA_DIR=str(SHARED)),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return SHARED


def around(index: Path, folder: Path) -> Path:
    """A data folder of one's own, such as one with a day of its own needs, around a shared index."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("index", "models"):
        (folder / name).symlink_to(index / name)
    return folder
