"""Finds sentences of a document that were copied from a paper: `python tools/copied_text.py PAPERS DOCUMENTS`.

Facts carry over, wording does not: a run of nine or more equal words is told with its file and line. Case, punctuation and line breaks
do not count. A run may be longer where it is no sentence but a list of terms (names of themes, tracks and projects), which has to be
the same in both: a run that lies within one list item, or in which hardly a word stands without a comma or an "og" beside it.

Exit codes: 0 nothing found, 1 something found, 2 wrong usage or nothing to compare.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WORDS = 9
_WORD = re.compile(r"\w+(?:[.,/-]\d+)*")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)]|\|)\s*")
_JOINS_TERMS = re.compile(r"^\s*(?:,|;|:|/|og\b|eller\b|samt\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a file. `block` counts paragraphs and list items; `joined`: a comma or an "og" follows."""

    folded: str
    line: int
    block: int
    item: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class Copied:
    """A run of words of a document that stands in a paper too."""

    document: str
    line: int
    paper: str
    text: str

    def __str__(self) -> str:
        return f'{self.document}:{self.line}: {len(self.text.split())} words as in {self.paper}: "{self.text}"'


def words_of(text: str) -> list[Word]:
    """The words of a text in order, front matter left out."""
    found: list[Word] = []
    block, item, inside = 0, False, text.startswith("---\n")
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:
            inside = not (number > 1 and line.strip() == "---")
            continue
        if not line.strip() or line.startswith("#") or _ITEM.match(line):
            block, item = block + 1, bool(_ITEM.match(line))
        found += [
            Word(match.group().casefold(), number, block, item, bool(_JOINS_TERMS.match(line[match.end() :])))
            for match in _WORD.finditer(line)
        ]
    return found


def copied(document: str, text: str, papers: dict[str, str], *, words: int = WORDS) -> Iterator[Copied]:
    """The longest runs of at least `words` words that `text` shares with one of the papers, in order."""
    mine = words_of(text)
    for name, paper in papers.items():
        theirs = [word.folded for word in words_of(paper)]
        runs = {tuple(theirs[at : at + words]) for at in range(len(theirs) - words + 1)}
        starts = [
            at for at in range(len(mine) - words + 1) if tuple(word.folded for word in mine[at : at + words]) in runs
        ]
        for first, last in _joined(starts, words):
            run = mine[first : last + 1]
            if not is_list_of_terms(run):
                yield Copied(document, run[0].line, name, " ".join(word.folded for word in run))


def _joined(starts: Sequence[int], words: int) -> Iterator[tuple[int, int]]:
    """Runs that begin one word after the other are one longer run."""
    first = last = None
    for at in starts:
        if last is not None and first is not None and at > last + 1:
            yield first, last + words - 1
            first = None
        first, last = at if first is None else first, at
    if first is not None and last is not None:
        yield first, last + words - 1


def is_list_of_terms(run: Sequence[Word]) -> bool:
    """Whether a run names things rather than says something about them."""
    if run[0].item and run[0].block == run[-1].block:
        return True
    return 2 * sum(word.joined or word.folded in {"og", "eller", "samt"} for word in run) >= len(run)


def texts_in(folder: Path, suffixes: Sequence[str]) -> dict[str, str]:
    """The texts of a folder by file name."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in suffixes)
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="copied_text", description="Find sentences copied from source papers.")
    parser.add_argument("papers", type=Path, help="folder with the papers as text")
    parser.add_argument("documents", type=Path, help="folder with the documents in Markdown")
    parser.add_argument("--words", type=int, default=WORDS, help=f"equal words in a row that count (default {WORDS})")
    options = parser.parse_args(arguments)
    papers, documents = texts_in(options.papers, [".txt", ".md"]), texts_in(options.documents, [".md"])
    if not papers or not documents:
        print(f"nothing to compare: {len(papers)} papers, {len(documents)} documents", file=sys.stderr)
        return 2
    found = [hit for name, text in documents.items() for hit in copied(name, text, papers, words=options.words)]
    for hit in found:
        print(hit)
    print(f"{len(documents)} documents, {len(papers)} papers, {len(found)} copied runs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
