"""Makes a draft document of the knowledge base of a question and HR's answer. Nothing is ever overwritten, and nothing is published."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Final

from hr.errors import DraftError, PrivateDraftError
from hr.escalation.model import RequestState
from hr.escalation.views import RequestView
from privacy.guard import GuardReason, reasons_against
from privacy.redaction import redact

OWNER: Final = "HR, Norddjurs Kommune"
ORGANISATION: Final = "Norddjurs Kommune"

TITLE_LIMIT: Final = 120
"""Characters of a heading; a longer question is cut at a word."""

_PRIVATE: Final = frozenset({GuardReason.HEALTH_DETAILS, GuardReason.CPR_NUMBER})
_SLUG_LIMIT: Final = 60
_MOST_TRIES: Final = 100
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def save_draft(folder: Path, view: RequestView, *, today: date) -> Path:
    """Write the document into `folder` under a name of its own; one that is there already, word for word, is taken. Raises DraftError when there is no answer, or the folder takes nothing."""
    text = draft_of(view, today=today)
    slug = slug_of(title_of(redact(view.request.question)))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, _MOST_TRIES):
            name = slug if number == 1 else f"{slug}-{number}"
            path = folder / f"{name}.md"
            named = text.replace(f"id: {slug}\n", f"id: {name}\n", 1)
            try:
                with open(path, "x", encoding="utf-8", opener=_for_the_owner) as file:
                    file.write(named)
            except FileExistsError:
                if path.read_text(encoding="utf-8", errors="replace") == named:
                    return path  # Teams sends a press several times
                continue
            return path
    except OSError as fault:
        raise DraftError(f"the draft was not written ({fault.strerror or fault})") from fault
    raise DraftError(f"there are {_MOST_TRIES} drafts of this name already: approve or delete some")


def _for_the_owner(path: str, flags: int) -> int:
    """Open a new file that nobody else on the machine can read: a question to HR and its answer are in it."""
    return os.open(path, flags, mode=0o600)


def draft_of(view: RequestView, *, today: date) -> str:
    """The document: front matter, the question as a heading, the answer as its text.

    Question and answer are looked at by the rules of the day, which may know more than those they were kept by. Raises DraftError without
    an answer, and for a question that was taken back; PrivateDraftError where the guard finds a person's health or a CPR number.
    """
    if view.state is RequestState.WITHDRAWN:
        raise DraftError("the question was taken back")
    answer = view.last_answer
    if answer is None:
        raise DraftError("there is no answer to make a document of")
    if not _PRIVATE.isdisjoint(reasons_against(f"{view.request.question}\n{answer.text}")):
        raise PrivateDraftError("the guard refuses the question or the answer")
    title = title_of(redact(view.request.question))
    audience = view.topic.audience if view.topic is not None else ("alle",)
    lines = [
        "---",
        f"id: {slug_of(title)}",
        f"title: {_quoted(title)}",
        f"audience: [{', '.join(audience)}]",
        f"owner: {_quoted(OWNER)}",
        f"organisation: {ORGANISATION}",
        f"valid_from: {today.isoformat()}",
        "valid_to: null",
        "supersedes: []",
        "source: []",
        "legal_refs: []",
        "language: da",
        "contact: null",
        "reviewed_at: null",
        "review_due: null",
        "status: udkast",
        "sign_off: null",
        "tags:",
        f"  - {_quoted(view.topic.label if view.topic is not None else view.group.label)}",
        "synonyms: []",
        "next_step: null",
        "---",
        "",
        f"# {title.rstrip('?')}",
        "",
        f"## {title}",
        "",
        _body(redact(answer.text)),
        "",
    ]
    return "\n".join(lines)


def title_of(question: str) -> str:
    """The question on one line, without marks that begin a heading or a list."""
    line = " ".join(question.split()).lstrip("#->*+ ")
    if len(line) > TITLE_LIMIT:
        line = f"{line[:TITLE_LIMIT].rpartition(' ')[0] or line[:TITLE_LIMIT]} …"
    return line or "Spørgsmål"


def slug_of(title: str) -> str:
    """A file name of small letters, figures and hyphens.

    >>> slug_of("Må jeg holde ferie på Ærø?")
    'maa-jeg-holde-ferie-paa-aeroe'
    """
    plain = unicodedata.normalize("NFC", title).casefold().translate(_LETTERS)
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        if len(slug) + len(word) >= _SLUG_LIMIT:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "spoergsmaal"


def _body(answer: str) -> str:
    """The answer as paragraphs: none of its lines opens a heading, a rule or a block of code."""
    lines = [line.rstrip() for line in answer.replace("\r\n", "\n").split("\n")]
    return "\n".join(re.sub(r"^\s*(?=#|---|===|```|~~~|<)", r"\\", line) for line in lines).strip()


def _quoted(text: str) -> str:
    """A text as YAML takes it, whatever is in it: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)
