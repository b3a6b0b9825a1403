"""`python -m indexer`: build, status, check, evaluate, bench.

Exit codes: 0 all is well, 1 some files failed, 2 wrong usage or settings, or nothing to work on.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TextIO

from tqdm import tqdm
from watchfiles import watch

from hr.clock import Clock, SystemClock
from hr.history import History
from indexer.benchmark import measure
from indexer.errors import IndexerError
from indexer.pipeline import Pipeline, Report, read_all
from indexer.reading import Reading
from indexer.settings import IndexerSettings
from indexer.sources import is_temporary, list_files
from indexer.validation import warnings
from indexer.watching import Standing, Versions, end_with_parent, ending_in_order
from knowledge import logs
from knowledge.answering import open_answers
from knowledge.embedding import Embedder, open_embedder
from knowledge.errors import KnowledgeError, QuestionFileInvalid
from knowledge.evaluation import read_questions, run, scorable, table
from knowledge.index import current_version, read_contents
from knowledge.logs import kind_and_place
from knowledge.settings import load

_log = logging.getLogger(__name__)

OK, SOME_FAILED, UNUSABLE = 0, 1, 2

DEBOUNCE_MS = 800
"""How long the folders must be quiet before a watch builds: editors write a file in several steps."""


def _open_from_settings(settings: IndexerSettings, bar: Callable[[int, int], None]) -> Embedder:
    return open_embedder(
        settings.embedding_model, models_folder=settings.models_folder, threads=settings.embedding_threads, progress=bar
    )


@dataclass(frozen=True, kw_only=True)
class Program:
    """The commands with what they need from outside; tests hand in their own."""

    out: TextIO
    err: TextIO
    clock: Clock = field(default_factory=SystemClock)
    open_settings: Callable[[], IndexerSettings] = lambda: load(IndexerSettings)
    embedder: Callable[[IndexerSettings, Callable[[int, int], None]], Embedder] = _open_from_settings
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, arguments: Sequence[str]) -> int:
        """One command line; returns its exit code. Usage errors end in SystemExit(2), as argparse does."""
        options = _parser().parse_args(arguments)
        commands = {
            "build": self._build,
            "status": self._status,
            "check": self._check,
            "evaluate": self._evaluate,
            "bench": self._bench,
        }
        try:
            return commands[options.command](options, self.open_settings())
        except (KnowledgeError, IndexerError, OSError) as error:
            self._complain(error)
            return UNUSABLE

    def _build(self, options: argparse.Namespace, settings: IndexerSettings) -> int:
        if options.with_parent:
            end_with_parent(sys.stdin.buffer)
        sources = options.source or list(settings.documents)
        list_files(sources)  # before the model is loaded, so that a wrong folder is told at once
        with self._bar("unpacking the model", "step") as bar:
            embedder = self.embedder(settings, bar)
        pipeline = Pipeline(
            folder=options.index or settings.index_folder, embedder=embedder, chroma_url=settings.chroma_url
        )
        standing = Standing(
            options.index or settings.index_folder, self.clock.now, pid=os.getpid() if options.watch else None
        )
        versions = Versions(History(settings.history_folder, self.clock), sources)

        def build(*, fresh: bool = False) -> int:
            with self._bar("embedding", "text") as bar:
                report = pipeline.build(
                    sources, now=self.clock.now(), today=self.clock.today(), fresh=fresh, progress=bar
                )
            standing.built(report)
            versions.keep(report)
            self._tell(report)
            return SOME_FAILED if report.failed else OK

        if not options.watch:
            return build(fresh=options.fresh)
        with ending_in_order(), standing.beating():
            embedder.encode_passages(["klar"])  # so that the first edit does not wait for the model
            self._first(partial(build, fresh=options.fresh), standing)
            self._watch(build, sources, standing)
        return OK

    def _first(self, build: Callable[[], int], standing: Standing) -> None:
        """The build at the start. What the operator has to put right ends the program, and whoever started it tries again."""
        try:
            build()
        except (KnowledgeError, IndexerError, OSError) as error:
            standing.failed(str(error))
            raise
        except Exception as error:  # noqa: BLE001 - the same fault would end every start; the index that is there stays in use
            self._tell_failed(error, standing)

    def _watch(self, build: Callable[[], int], sources: Sequence[Path], standing: Standing) -> None:
        self._say(f"watching {', '.join(str(source) for source in sources)}; stop with Ctrl+C")
        roots = [source.resolve() for source in sources]

        def matters(_: object, path: str) -> bool:
            inside = [Path(path).relative_to(root) for root in roots if Path(path).is_relative_to(root)]
            return any(not is_temporary(relative) for relative in inside)

        changes = watch(
            *roots, watch_filter=matters, debounce=DEBOUNCE_MS, step=100, stop_event=self.stop, raise_interrupt=False
        )
        for _ in changes:
            try:
                build()
            except Exception as error:  # noqa: BLE001 - a watch goes on: the next edit may put right what is wrong
                self._tell_failed(error, standing)

    def _tell_failed(self, error: Exception, standing: Standing) -> None:
        """A build could not be done. Only our own errors and the system's are quoted: those of libraries may quote a document."""
        if isinstance(error, KnowledgeError | IndexerError | OSError):
            standing.failed(str(error))
            self._complain(error)
            return
        kind, places = kind_and_place(error)
        standing.failed(f"a fault of Kompas ({kind} at {places})")
        _log.error("the build could not be done", exc_info=error)

    def _status(self, options: argparse.Namespace, settings: IndexerSettings) -> int:
        folder = options.index or settings.index_folder
        contents = read_contents(folder / current_version(folder))
        manifest = contents.manifest
        self._say(
            f"index      {folder}, version {manifest.version}, built {manifest.built_at.isoformat(timespec='seconds')}"
        )
        self._say(f"model      {manifest.model}, {manifest.dimension} columns")
        self._say(
            f"contents   {len(contents.documents)} documents, {manifest.passages} passages, {manifest.sentences} sentences"
        )
        for path, file in manifest.files.items():
            document = contents.documents[file.document_id]
            until = f" until {document.valid_to}" if document.valid_to else ""
            since = f" from {document.valid_from}" if document.valid_from else ""
            passages = sum(chunk.document_id == document.id for chunk in contents.chunks)
            self._say(f"  {path}: {passages} passages{since}{until}")
        self._list("failed", [f"{failure.path}: {failure.reason}" for failure in manifest.failures])
        self._list("warning", manifest.warnings)
        return SOME_FAILED if manifest.failures else OK

    def _check(self, options: argparse.Namespace, settings: IndexerSettings) -> int:
        listing = list_files(options.source or list(settings.documents))
        outcome = read_all(listing, None, Reading())
        self._list("failed", [f"{failure.path}: {failure.reason}" for failure in outcome.failed])
        self._list("warning", warnings(outcome.entries, today=self.clock.today()))
        self._list("skipped", [f"{path}: no reader for this kind of file" for path in listing.skipped])
        self._say(f"{len(outcome.entries)} of {len(listing.files)} documents can be indexed")
        return SOME_FAILED if outcome.failed else OK

    def _evaluate(self, options: argparse.Namespace, settings: IndexerSettings) -> int:
        questions = scorable(read_questions(options.file))
        if not questions:
            self._complain(
                QuestionFileInvalid(f'{options.file}: no line has "gold", "expected_doc" or "answerable": false')
            )
            return UNUSABLE
        answers = open_answers(
            settings, options.index or settings.index_folder, self.embedder(settings, lambda *_: None)
        )
        with self._bar("questions", "question") as bar:
            verdicts = run(
                questions,
                answers,
                as_of=options.as_of or self.clock.today(),
                progress=lambda done: bar(done, len(questions)),
            )
        self._say(table(verdicts))
        return OK

    def _bench(self, options: argparse.Namespace, settings: IndexerSettings) -> int:
        embedder = self.embedder(settings, lambda *_: None)
        measured = measure(options.source or list(settings.documents), embedder=embedder, clock=self.clock)
        self._say(str(measured))
        return OK

    def _tell(self, report: Report) -> None:
        for name in ("added", "changed", "removed", "unchanged"):
            paths: tuple[str, ...] = getattr(report, name)
            named = "" if name == "unchanged" or not paths else "  " + ", ".join(paths)
            self._say(f"{name:<10} {len(paths)}{named}")
        self._say(f"{'failed':<10} {len(report.failed)}")
        for failure in report.failed:
            stays = " (the last good version stays in the index)" if failure.path in report.kept else ""
            self._say(f"  {failure.path}: {failure.reason}{stays}")
        self._list("warning", report.warnings)
        self._list("skipped", [f"{path}: no reader for this kind of file" for path in report.skipped])
        if report.published:
            rate = f", {report.embedded / report.embedding_seconds:.1f} a second" if report.embedding_seconds else ""
            self._say(f"published  version {report.version} ({report.embedded} texts embedded{rate})")
        elif report.version:
            self._say(f"nothing changed, version {report.version} stays")
        else:
            self._say("nothing could be indexed, so nothing was published")

    def _list(self, label: str, lines: Sequence[str]) -> None:
        for line in lines:
            self._say(f"{label:<10} {line}")

    def _say(self, line: str) -> None:
        self.out.write(line + "\n")
        self.out.flush()

    def _complain(self, error: Exception) -> None:
        self.err.write(f"{error}\n")
        self.err.flush()

    @contextmanager
    def _bar(self, what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar with rate and remaining time on a terminal, one line that says what has begun elsewhere."""
        bar: tqdm | None = None
        told = False

        def show(done: int, total: int) -> None:
            nonlocal bar, told
            if not total:
                return
            if not self.err.isatty():
                if not told:
                    self.err.write(f"{what}: {total} {unit}s\n")
                told = True
                return
            if bar is None:
                bar = tqdm(total=total, desc=what, unit=unit, file=self.err, leave=False)
            bar.update(done - bar.n)

        try:
            yield show
        finally:
            if bar is not None:
                bar.close()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2025-05-01") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m indexer", description="Index the documents that Kompas answers from."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="index what changed and publish it")
    build.add_argument("--watch", action="store_true", help="stay and build again whenever a document changes")
    build.add_argument("--with-parent", action="store_true", help="end when the input is closed, as its starter does")
    build.add_argument("--fresh", action="store_true", help="read and embed everything again")
    status = commands.add_parser("status", help="what is indexed")
    check = commands.add_parser("check", help="front matter, dates and links of the documents, without indexing")
    evaluate = commands.add_parser("evaluate", help="how good answers and refusals are on a file of questions")
    evaluate.add_argument("file", type=Path, metavar="FILE", help="JSON Lines with gold quotes or expected documents")
    evaluate.add_argument("--as-of", type=_day, metavar="DATE", help="with the rules of that day")
    bench = commands.add_parser("bench", help="the rate of a whole build beside the bare encoding of the same texts")
    for command in (build, check, bench):
        command.add_argument(
            "--source", type=Path, action="append", metavar="DIR", help="a folder of documents (repeatable)"
        )
    for command in (build, status, evaluate):
        command.add_argument("--index", type=Path, metavar="DIR", help="the index folder, in place of DATA_DIR/index")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the process; returns the exit code."""
    logs.set_up(text="%(levelname)s %(message)s")
    try:
        return Program(out=sys.stdout, err=sys.stderr).run(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:
        sys.stdout = None  # whoever read the output is gone; nothing is left to flush at exit
        return OK
    except KeyboardInterrupt:
        return OK
