"""How good are ranking, answers and refusals? Measured on a file of questions.

Two kinds of lines are read (JSON Lines): `gold` quotes (a passage is right when it overlaps a quote, whatever document it lies in) and
`expected_doc` (the first source must be that document). Definitions of the first kind:

- overlap: at least 60 % of the quote's words lie in 4-word runs that the passage shares; or at least 80 % of the passage lies inside the
  quote and covers at least 35 % of it. Case and punctuation do not count.
- hit@k: one of the first k passages overlaps a quote. @300w: 60 % of a quote stands within the first 300 words of the passages.
- right: answered, and the quote of the first citation overlaps a gold quote.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from knowledge.errors import QuestionFileInvalid
from knowledge.models import Answer, Answered, Question

RUN_WORDS = 4
QUOTE_SHARE, INSIDE_SHARE, PART_SHARE = 0.60, 0.80, 0.35
WORD_BUDGET = 300


class Answerer(Protocol):
    """Whatever answers questions: the answer service, or a double."""

    def answer(self, question: Question) -> Answer:
        """The answer to one question."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict on one answer. `rank` counts from 1 over the passages; None where no passage is right."""

    id: str
    answerable: bool
    answered: bool
    rank: int | None
    within_budget: bool
    right: bool
    cited_document: str | None
    expected_document: str | None
    confidence: float

    @property
    def first_document_right(self) -> bool:
        """Whether the first source is the expected document."""
        return self.expected_document is not None and self.cited_document == self.expected_document


def comparable_words(text: str) -> list[str]:
    """Words for comparing texts: normalised, case-folded, without punctuation and soft hyphens."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold())


def _in_shared_runs(words: Sequence[str], other: Sequence[str]) -> set[int]:
    size = min(RUN_WORDS, len(words))
    if not size:
        return set()
    runs = {tuple(other[at : at + size]) for at in range(len(other) - size + 1)}
    starts = (at for at in range(len(words) - size + 1) if tuple(words[at : at + size]) in runs)
    return {at + step for at in starts for step in range(size)}


def overlaps(quote: Sequence[str], passage: Sequence[str]) -> bool:
    """Whether a passage holds a quote, or lies in it (see the module's definitions)."""
    part = len(_in_shared_runs(quote, passage)) / max(1, len(quote))
    if part >= QUOTE_SHARE:
        return True
    return part >= PART_SHARE and len(_in_shared_runs(passage, quote)) >= INSIDE_SHARE * len(passage)


def _within_budget(quotes: list[list[str]], passages: Iterable[str]) -> bool:
    left, seen = WORD_BUDGET, [set[int]() for _ in quotes]
    for passage in passages:
        kept = passage.split()[:left]
        left -= len(kept)
        shown = comparable_words(" ".join(kept))
        for quote, positions in zip(quotes, seen, strict=True):
            positions.update(_in_shared_runs(quote, shown))
        if left <= 0:
            break
    return any(len(positions) >= QUOTE_SHARE * len(quote) for quote, positions in zip(quotes, seen, strict=True))


def judge(line: dict[str, Any], answer: Answer) -> Judged:
    """Compare one answer with what its question line expects."""
    quotes = [comparable_words(gold["quote"]) for gold in line.get("gold", ())]
    expected = line.get("expected_doc")
    answerable = bool(line.get("answerable", expected is not None))
    texts = [passage.text for passage in answer.passages]
    hits = [any(overlaps(quote, comparable_words(text)) for quote in quotes) for text in texts]
    citation = answer.citations[0] if isinstance(answer, Answered) else None
    cited = citation is not None and any(overlaps(quote, comparable_words(citation.quote)) for quote in quotes)
    document = citation.document_id if citation else None
    return Judged(
        id=str(line.get("id", "")),
        answerable=answerable,
        answered=isinstance(answer, Answered),
        rank=hits.index(True) + 1 if True in hits else None,
        within_budget=_within_budget(quotes, texts),
        right=answerable and (cited if quotes else document is not None and document == expected),
        cited_document=document,
        expected_document=expected,
        confidence=answer.confidence,
    )


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The lines of a question file.

    Raises:
        QuestionFileInvalid: the file is missing, or a line is not a JSON object with `question` or `text`; names the line.
    """
    try:
        # Not splitlines(): JSON strings may hold characters that it takes for the end of a line.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileInvalid(f"{path}: cannot be read as UTF-8 text ({error})") from error
    questions: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
            raise QuestionFileInvalid(f"{path}:{number}: not JSON ({getattr(error, 'msg', error)})") from error
        if not isinstance(record, dict) or not isinstance(record.get("question", record.get("text")), str):
            raise QuestionFileInvalid(f'{path}:{number}: a line needs "question" (or "text") with the question')
        if not isinstance(record.get("context"), str | None):
            raise QuestionFileInvalid(f'{path}:{number}: "context" must be the question before, as text')
        gold = record.get("gold", [])
        if not isinstance(gold, list) or not all(isinstance(g, dict) and isinstance(g.get("quote"), str) for g in gold):
            raise QuestionFileInvalid(f'{path}:{number}: "gold" must be a list of objects with a "quote"')
        questions.append(record)
    return questions


def scorable(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that say what is expected: gold quotes, an expected document, or that nothing answers them."""
    return [line for line in lines if line.get("gold") or line.get("expected_doc") or line.get("answerable") is False]


def run(
    lines: Iterable[dict[str, Any]],
    answerer: Answerer,
    *,
    as_of: date,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Judged]:
    """Answer and judge every scorable line."""
    verdicts = []
    for line in scorable(lines):
        question = Question(text=line.get("question", line.get("text", "")), context=line.get("context"), as_of=as_of)
        verdicts.append(judge(line, answerer.answer(question)))
        progress(len(verdicts))
    return verdicts


def _share(flags: Iterable[bool]) -> str:
    counted = list(flags)
    return f"{sum(counted) / len(counted):.3f}  ({sum(counted)}/{len(counted)})" if counted else "-"


def table(verdicts: Sequence[Judged]) -> str:
    """The figures of a run as lines of text, with the questions that were missed."""
    can = [v for v in verdicts if v.answerable]
    cannot = [v for v in verdicts if not v.answerable]
    answered = [v for v in verdicts if v.answered]
    by_document = [v for v in can if v.expected_document]
    by_quote = [v for v in can if not v.expected_document]
    lines = [f"questions {len(verdicts)}, answerable {len(can)}"]
    if by_quote:
        lines += [
            f"  hit@1                  {_share(v.rank == 1 for v in by_quote)}",
            f"  hit@5                  {_share(v.rank is not None and v.rank <= 5 for v in by_quote)}",
            f"  gold within {WORD_BUDGET} words  {_share(v.within_budget for v in by_quote)}",
        ]
    if by_document:
        lines.append(f"  right document first   {_share(v.first_document_right for v in by_document)}")
    lines += [
        f"  answered of answerable {_share(v.answered for v in can)}",
        f"  answered, none there   {_share(v.answered for v in cannot)}",
        f"  wrong among answered   {_share(not v.right for v in answered)}",
    ]
    if missed := [v.id for v in by_quote if v.rank is None or v.rank > 1]:
        lines.append("  not first: " + " ".join(missed))
    if missed := [f"{v.id} ({v.cited_document or 'no answer'})" for v in by_document if not v.first_document_right]:
        lines.append("  other document: " + ", ".join(missed))
    if wrong := Counter(v.id for v in answered if not v.right):
        lines.append("  answered wrong: " + " ".join(wrong))
    return "\n".join(lines)
