"""Programs whose every logger writes at DEBUG, those of libraries and of child processes included."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

LOUD: Final = """
import logging

logging.root.level = logging.DEBUG
logging.Logger.setLevel = lambda self, level: None  # neither Kompas nor a library turns anything down
"""
"""What Python runs before the program: levels are no part of what keeps words out of the log."""


def loud(folder: Path) -> dict[str, str]:
    """The environment that makes a program, and whatever it starts, as talkative as it can be. `folder` is for the means."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(LOUD, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())])}
