"""Draft documents that HR has made of its answers: the list, and moving one into the knowledge base."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from hr.errors import DraftError
from privacy.cpr import has_cpr


def listed(folder: Path) -> list[str]:
    """The names of the drafts, in order."""
    return sorted(path.name for path in folder.glob("*.md")) if folder.is_dir() else []


def approve(folder: Path, name: str, *, documents: Path, by: str) -> Path:
    """Move a draft into `documents` as approved by `by`; its new place. Raises DraftError, and leaves everything as it was."""
    if name not in listed(folder):
        raise DraftError(f"there is no draft {name!r} in {folder}; `kompas drafts` lists them")
    by = " ".join(by.split())
    if not by:
        raise DraftError("say who approves it: --by WHO")
    draft, target = folder / name, documents / name
    try:
        text = _approved(draft.read_text(encoding="utf-8"), by)
        _check(text, name)
        _place(text, target)
        draft.unlink()
    except FileExistsError as fault:
        raise DraftError(f"{target} is there already: give the draft another name and id") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise DraftError(f"the draft was not moved ({type(fault).__name__})") from fault
    return target


def _place(text: str, target: Path) -> None:
    """The whole document or none: a full disk leaves no half of it to be indexed. Raises OSError, FileExistsError."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("x", encoding="utf-8") as file:
            file.write(text)
        os.link(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _approved(text: str, by: str) -> str:
    """The document with its status and who stands behind it. Only the front matter is touched."""
    parts = re.split(r"^---[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3:
        raise DraftError("the draft has no front matter between two lines ---")
    front = parts[1]
    for field, value in (("status", "godkendt"), ("sign_off", json.dumps(by, ensure_ascii=False))):
        line = f"{field}: {value}"
        front, count = re.subn(rf"^{field}:.*$", lambda _, line=line: line, front, count=1, flags=re.MULTILINE)
        front = front if count else f"{front}{line}\n"
    return f"---{front}---{parts[2]}"


def _check(text: str, name: str) -> None:
    """By the indexer's own check, in a process of its own: bot and indexer do not know each other. Raises DraftError."""
    if "[navn]" in text:
        raise DraftError("the draft still holds [navn], where a name was: write the sentence without it")
    if has_cpr(text):
        raise DraftError("there is a CPR number in the draft: write the sentence without it")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "indexer", "check", "--source", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise DraftError(f"the draft cannot be indexed: {(done.stdout + done.stderr).strip()}")
