"""A passage of a document as a numbered source."""

from __future__ import annotations

from knowledge.models import Approval, Chunk, Citation, Document


def cite(document: Document, chunk: Chunk, *, position: int, quote: str) -> Citation:
    """The source `[position]`; `quote` is what is shown of the chunk, verbatim."""
    return Citation(
        position=position,
        document=document.path,
        document_id=document.id,
        title=document.title,
        section=chunk.title_path[-1] if len(chunk.title_path) > 1 else "",
        quote=quote,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
        url=document.url,
        approval=_approval(document),
        kind=document.kind,
        body=document.body,
        decision_date=document.decision_date,
        page=chunk.page,
        legal=bool(document.legal_refs),
    )


def _approval(document: Document) -> Approval | None:
    """A text counts as approved when somebody has signed it off; one without front matter is no draft of HR's."""
    if document.approval is Approval.APPROVED and not document.sign_off:
        return Approval.DRAFT
    return document.approval
