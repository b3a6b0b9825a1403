"""The starter base, built once with the bundled model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hr.clock import SystemClock
from indexer.pipeline import Pipeline
from knowledge.answering import AnswerService, open_answers
from knowledge.embedding import open_embedder
from knowledge.settings import PACKAGE, KnowledgeSettings


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> AnswerService:
    """The answer service over the documents that ship.

    KOMPAS_TEST_DATA_DIR names a folder that is kept between runs: the model is unpacked and the documents are embedded only once.
    """
    kept = os.environ.get("KOMPAS_TEST_DATA_DIR")  # noqa: TID251 - where the tests run is no setting of the product
    settings = KnowledgeSettings(
        _env_file=None,
        data_dir=Path(kept) if kept else tmp_path_factory.mktemp("starter"),
        documents=(PACKAGE / "documents",),
        glossary=PACKAGE / "glossary.toml",
        organisation="Norddjurs Kommune",
        chroma_url=None,
    )
    embedder = open_embedder(None, models_folder=settings.models_folder)
    clock = SystemClock()
    report = Pipeline(folder=settings.index_folder, embedder=embedder).build(
        list(settings.documents), now=clock.now(), today=clock.today()
    )
    assert report.failed == ()
    service = open_answers(settings, settings.index_folder, embedder)
    service.warm_up()
    return service
