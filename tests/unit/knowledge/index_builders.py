"""Builders for small published indexes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.embedding import HashingEmbedder
from knowledge.index import IndexedFile, Manifest, passage_text
from knowledge.index_writer import IndexWriter
from knowledge.models import (
    Approval,
    BlockKind,
    Chunk,
    Document,
    DocumentKind,
    Sentence,
    SourceReference,
)

EMBEDDER = HashingEmbedder(32)
BUILT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def full_document(name: str = "opfoelgning") -> Document:
    """A document with every field set."""
    return Document(
        id=name,
        path=f"{name}.md",
        title="Opfølgning på fravær",
        audience=("leder", "hr"),
        owner="HR",
        organisation="Norddjurs Kommune",
        valid_from=date(2025, 5, 1),
        valid_to=date(2027, 4, 30),
        supersedes=("tidligere",),
        sources=(SourceReference(file="papir.txt", decision_date=date(2025, 4, 1), facts=("F01",)),),
        legal_refs=("L1",),
        contact="HR",
        reviewed_at=date(2025, 6, 1),
        review_due=date(2026, 6, 1),
        approval=Approval.DRAFT,
        sign_off="HR-chef",
        tags=("fravær",),
        synonyms=("sygemeldt",),
        next_step="Ring",
        kind=DocumentKind.DECISION,
        body="Økonomiudvalget",
        decision_date=date(2025, 4, 1),
        case_number="25/1",
        url="https://example.org/",
    )


def passages_of(document: Document, *texts: str) -> tuple[Chunk, ...]:
    """One passage for each text, a sentence for each part between full stops."""
    return tuple(
        Chunk(
            id=f"{document.id}#{number}",
            document_id=document.id,
            title_path=(document.title, "Hvad gælder?"),
            sentences=tuple(
                Sentence(raw=f"- {part.strip()}.", text=f"{part.strip()}.", kind=BlockKind.ITEM)
                for part in text.split(".")
                if part.strip()
            ),
            ordinal=number,
            page=2,
        )
        for number, text in enumerate(texts)
    )


def publish(folder: Path, *texts: str, chroma_url: str | None = None, keep: int = 3) -> Manifest:
    """Publish a version with one document whose passages are `texts`."""
    document = full_document()
    chunks = passages_of(document, *(texts or ("Ring på dag 1. Ring igen på dag 3.", "Aftal en samtale på dag 10.")))
    passages = EMBEDDER.encode_passages([passage_text(chunk) for chunk in chunks])
    sentences = EMBEDDER.encode_passages([sentence.text for chunk in chunks for sentence in chunk.sentences])
    template = Manifest(
        version="",
        built_at=BUILT,
        model=EMBEDDER.name,
        dimension=EMBEDDER.dimension,
        recipe="r",
        served=chroma_url is not None,
        passages=len(passages),
        sentences=len(sentences),
        files={document.path: IndexedFile(document_id=document.id, sha256="0" * 64)},
    )
    writer = IndexWriter(folder, chroma_url=chroma_url, keep=keep)
    with writer.alone():
        return writer.publish(
            documents={document.id: document},
            chunks=chunks,
            passages=passages,
            sentences=sentences,
            manifest=lambda version: replace(template, version=version),
        )
