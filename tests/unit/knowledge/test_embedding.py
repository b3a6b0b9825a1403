from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from knowledge.bundled_model import unpack
from knowledge.embedding import (
    Embedder,
    HashingEmbedder,
    SentenceTransformerEmbedder,
    fingerprint,
    normalised,
    open_embedder,
    prefixes,
)
from knowledge.errors import ModelUnavailable
from tests.unit.knowledge.packed_file import HIDDEN, packed_file

HOSTILE = [
    "",
    " ",
    "\ud800 løs surrogat \udfff",
    "a\x00b",
    "\ufdfa" * 5000,
    "x" * 100_000,
    "😀" * 300,
    "<b>hej</b>",
    "\u202e\u200b",
]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    unpack(packed_file(), folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(tiny_folder), name="tiny")


@pytest.fixture(params=["sentence-transformers", "hashing"])
def embedder(request: pytest.FixtureRequest, tiny: SentenceTransformerEmbedder) -> Embedder:
    return tiny if request.param == "sentence-transformers" else HashingEmbedder(HIDDEN)


def test_vectors_are_float32_rows_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.encode_passages(["første dag", "tredje dag", "tiende dag"])

    assert (vectors.shape, vectors.dtype) == ((3, embedder.dimension), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_same_text_gives_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    alone = embedder.encode_queries(["kontakt"])
    together = embedder.encode_queries(["en lang tekst om noget andet", "kontakt"])

    assert alone[0] == pytest.approx(together[1], abs=1e-5)


def test_no_text_gives_no_rows(embedder: Embedder) -> None:
    assert embedder.encode_queries([]).shape == (0, embedder.dimension)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gives_a_clean_vector(embedder: Embedder, text: str) -> None:
    for vectors in (embedder.encode_queries([text]), embedder.encode_passages([text])):
        assert np.isfinite(vectors).all()
        assert np.linalg.norm(vectors) == pytest.approx(1.0, abs=1e-5)


def test_questions_and_passages_get_the_prefixes_of_the_model(
    tiny: SentenceTransformerEmbedder, tiny_folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - heavy

    raw = SentenceTransformer(str(tiny_folder), device="cpu", local_files_only=True)

    assert tiny.encode_queries(["fravær"])[0] == pytest.approx(raw.encode(["query: fravær"], prompt="")[0], abs=1e-5)
    assert tiny.encode_passages(["fravær"])[0] == pytest.approx(raw.encode(["passage: fravær"], prompt="")[0], abs=1e-5)


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, ("query: ", "passage: ")),
        ("/models/my_e5_model", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("some/model", {"query": "spørg: ", "passage": "tekst: "}, ("spørg: ", "tekst: ")),
        ("some/node5-model", {}, ("", "")),
    ],
)
def test_prefixes_come_from_the_model_or_from_its_kind(
    name: str, prompts: dict[str, str], expected: tuple[str, str]
) -> None:
    assert prefixes(name, prompts) == expected


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    embedder = open_embedder(str(tmp_path), models_folder=tmp_path)

    with pytest.raises(ModelUnavailable, match=r"cannot be loaded.*KOMPAS_EMBEDDING_MODEL"):
        embedder.load()


def test_damaged_weights_are_told(tiny_folder: Path, tmp_path: Path) -> None:
    for file in tiny_folder.rglob("*"):
        if file.is_file():
            target = tmp_path / file.relative_to(tiny_folder)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])

    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        SentenceTransformerEmbedder(str(tmp_path), name="damaged").encode_queries(["x"])


def test_another_folder_has_another_name(tmp_path: Path) -> None:
    names = set()
    for content in (b"one", b"two"):
        folder = tmp_path / content.decode() / "model"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(content)
        names.add(open_embedder(str(folder), models_folder=tmp_path).name)

    assert len(names) == 2
    assert all(name.startswith("model-") for name in names)


def test_the_fingerprint_sees_both_ends_of_a_large_file(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    prints = []
    for place in (None, 0, 3_000_000 - 1):
        content = bytearray(3_000_000)
        if place is not None:
            content[place] = 1
        file.write_bytes(content)
        prints.append(fingerprint(tmp_path))

    assert all(a != b for a, b in itertools.combinations(prints, 2))


def test_rows_of_zeros_become_a_unit_vector() -> None:
    assert normalised(np.array([[0.0, 0.0], [3.0, 4.0]], np.float32)).tolist() == [
        [1.0, 0.0],
        pytest.approx([0.6, 0.8]),
    ]


def test_the_hashing_embedder_finds_related_words() -> None:
    embedder = HashingEmbedder()
    question, near, far = embedder.encode_passages(["sygefravær", "sygefraværssamtale", "budget"])

    assert question @ near > question @ far + 0.2
