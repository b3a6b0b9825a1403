"""Fit the coefficients of knowledge/data/calibration.toml (docs/adr/0008), or with --by-words those of by_words.toml (docs/adr/0033).

    python tools/fit_calibration.py --set papers=DIR:questions.jsonl:300 --set base=knowledge/documents:utterances.jsonl:100 \\
        --squad DIR:300

Each --set is NAME=FOLDER:QUESTIONS:WEIGHT: the documents are indexed in a temporary folder, every scorable question gives one example.
--squad is a folder with corpus.jsonl and queries.jsonl (answers given as strings). An example is right when the sentences that would be
quoted overlap a gold quote, come from the expected document, or hold an answer. Prints cross-validated figures and the coefficients.
With --by-words no question is embedded, as when the model does not work: the similarities are 0 then, and so are their coefficients.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from hr.clock import SystemClock
from indexer.pipeline import Pipeline
from knowledge.answering import AnswerService, Candidate, open_answers
from knowledge.embedding import Embedder, HashingEmbedder, open_embedder
from knowledge.errors import ModelUnavailable
from knowledge.evaluation import comparable_words, overlaps, read_questions
from knowledge.evidence import Signals
from knowledge.models import Question
from knowledge.settings import KnowledgeSettings, load
from knowledge.store import Vectors

Right = Callable[[dict[str, Any], str, str], bool]
"""Whether (question line, quoted text, document id) is a right answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    name: str
    signals: np.ndarray
    right: np.ndarray
    weight: float


class WithoutQuestions(HashingEmbedder):
    """Embeds documents in no time, and no question."""

    def encode_queries(self, texts: list[str]) -> Vectors:
        raise ModelUnavailable(f"{len(texts)} texts are not embedded here.")


def by_quote_or_document(line: dict[str, Any], quoted: str, document: str) -> bool:
    if golds := line.get("gold"):
        return any(overlaps(comparable_words(gold["quote"]), comparable_words(quoted)) for gold in golds)
    return document == line.get("expected_doc")


def by_answer(line: dict[str, Any], quoted: str, document: str) -> bool:
    return any(answer.casefold() in quoted.casefold() for answer in line["answers"])


def examples(
    name: str, service: AnswerService, *, lines: list[dict[str, Any]], right: Right, weight: float, today: date
) -> Examples:
    signals, labels = [], []
    for line, candidate, quoted, document in candidates(service, lines, today):
        signals.append(candidate.signals.vector())
        labels.append(bool(line.get("answerable", True)) and right(line, quoted, document))
    return Examples(name=name, signals=np.array(signals), right=np.array(labels), weight=weight)


def candidates(
    service: AnswerService, lines: list[dict[str, Any]], today: date
) -> Iterator[tuple[dict[str, Any], Candidate, str, str]]:
    for line in lines:
        question = Question(text=line.get("question", line.get("text", "")), context=line.get("context"), as_of=today)
        if found := service.best_candidate(question):
            yield line, *found


def index_of(folder: Path, documents: Path, embedder: Embedder, settings: KnowledgeSettings) -> AnswerService:
    clock = SystemClock()
    Pipeline(folder=folder, embedder=embedder).build([documents], now=clock.now(), today=clock.today())
    return open_answers(settings, folder, embedder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], dest="sets")
    parser.add_argument("--squad")
    parser.add_argument("--by-words", action="store_true")
    options = parser.parse_args()
    settings, today = load(KnowledgeSettings), SystemClock().today()
    embedder = (
        WithoutQuestions()
        if options.by_words
        else open_embedder(settings.embedding_model, models_folder=settings.models_folder)
    )
    groups = []
    with tempfile.TemporaryDirectory() as name:
        for number, entry in enumerate(options.sets):
            label, _, rest = entry.partition("=")
            documents, questions, weight = rest.rsplit(":", 2)
            service = index_of(Path(name) / str(number), Path(documents), embedder, settings)
            lines = [
                line
                for line in read_questions(Path(questions))
                if "answerable" in line or line.get("expected_doc") or line.get("intent") == "out_of_scope"
            ]
            groups.append(
                examples(label, service, lines=lines, right=by_quote_or_document, weight=float(weight), today=today)
            )
        if options.squad:
            place, weight = options.squad.rsplit(":", 1)
            corpus = Path(name) / "corpus"
            corpus.mkdir()
            for line in (Path(place) / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
                passage = json.loads(line)
                (corpus / f"{passage['id']}.txt").write_text(passage["text"], encoding="utf-8")
            service = index_of(Path(name) / "squad", corpus, embedder, settings)
            lines = read_questions(Path(place) / "queries.jsonl")[::2]
            groups.append(examples("squad", service, lines=lines, right=by_answer, weight=float(weight), today=today))
        report(groups)


def report(groups: list[Examples]) -> None:
    for group in groups:
        others = [g for g in groups if g is not group]
        scores = np.zeros(len(group.right))
        for train, test in StratifiedKFold(10, shuffle=True, random_state=1).split(group.signals, group.right):
            scores[test] = fit(
                [
                    *others,
                    Examples(name="", signals=group.signals[train], right=group.right[train], weight=group.weight),
                ]
            ).predict_proba(group.signals[test])[:, 1]
        print(
            f"{group.name}: {len(group.right)} questions, {group.right.mean():.2f} right, AUROC {roc_auc_score(group.right, scores):.3f} (10-fold)"
        )
        for threshold in (0.30, 0.35, 0.40, 0.45, 0.50):
            taken = scores >= threshold
            print(
                f"  at {threshold:.2f}: {taken.sum()} answered, {(taken & ~group.right).sum() / max(1, taken.sum()):.3f} of them wrong"
            )
    model = fit(groups)
    print(f"intercept = {model.intercept_[0]:.2f}\n[coefficients]")
    for field, value in zip(fields(Signals), model.coef_[0], strict=True):
        print(f"{field.name} = {value:.2f}")


def fit(groups: list[Examples]) -> LogisticRegression:
    weights = np.concatenate([np.full(len(g.right), g.weight / len(g.right)) for g in groups])
    return LogisticRegression(C=1.0, max_iter=2000).fit(
        np.vstack([g.signals for g in groups]), np.concatenate([g.right for g in groups]), sample_weight=weights
    )


if __name__ == "__main__":
    main()
