"""An answer as the text that a person reads, with its sources: free of Teams, so that the terminal shows the same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from adaptive_cards.texts import Texts
from knowledge.models import (
    Answer,
    Answered,
    Approval,
    BlockKind,
    Citation,
    DocumentKind,
    NotFound,
    NotFoundReason,
    Refused,
    Statement,
    StatementRole,
)

NAME_LIMIT: Final = 80
ABSTRACT_LIMIT: Final = 160
KEYWORD_LIMIT: Final = 28
KEYWORDS: Final = 3
"""What Teams takes of a citation: characters of its name, abstract and keywords, and the number of keywords."""

SUGGESTIONS: Final = 3
"""How many suggested questions stand below an answer."""

_MARKUP = re.compile(r"([\\`*_\[\]~|])")
_LINE_MARKUP = re.compile(r"^(\s*\d*)([-+#.)])(?=\s|$|#)")

Escape = Callable[[str], str]
"""Makes source text harmless in the reader's markup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedCitation:
    """One source within the limits of Teams. `position` is the n of `[n]`; name and abstract are never empty."""

    position: int
    name: str
    abstract: str
    url: str | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedAnswer:
    """The message text, its sources in order of position, and up to `SUGGESTIONS` questions to ask next."""

    text: str
    citations: tuple[RenderedCitation, ...] = ()
    suggestions: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Source text as it is, for a terminal."""
    return text


def escape_markdown(text: str) -> str:
    """Source text that a Markdown reader shows as it is: no links, no emphasis, no tags and no invented `[n]`."""
    escaped = _MARKUP.sub(r"\\\1", text).replace("<", "&lt;").replace(">", "&gt;")
    return _LINE_MARKUP.sub(r"\1\\\2", escaped)


def render_answer(answer: Answer, texts: Texts, today: date, *, escape: Escape = plain) -> RenderedAnswer:
    """The answer in the words of `texts`. `today` is the day asked about; sources stay in the language they are in.

    Pass `escape=escape_markdown` where the text is read as Markdown.
    """
    if isinstance(answer, Answered):
        return _answered(answer, texts, today, escape)
    if isinstance(answer, NotFound):
        return _not_found(answer, texts, escape)
    return _refused(answer, texts)


def _answered(answer: Answered, texts: Texts, today: date, escape: Escape) -> RenderedAnswer:
    used = {statement.citation for statement in answer.statements}
    cited = sorted((c for c in answer.citations if c.position in used), key=lambda citation: citation.position)
    by_position = {citation.position: citation for citation in cited}
    current = {s.citation for s in answer.statements if s.role is StatementRole.CURRENT}
    paragraphs = [
        texts.say("answer.danish_source") if texts.language != "da" else "",
        *_body(answer.statements, by_position, texts, escape),
        _validity([c for c in cited if c.position in current], texts, today),
        *(_minutes(citation, texts, escape) for citation in cited),
        _draft(cited, texts),
        texts.say("answer.by_words") if answer.by_words else "",
        texts.say("answer.legal") if any(citation.legal for citation in cited) else "",
        texts.say("answer.next_step", text=escape(answer.next_step)) if answer.next_step else "",
        _sources(cited, texts, today, escape),
    ]
    return RenderedAnswer(
        text=_join(paragraphs),
        citations=tuple(_citation(citation, texts, today) for citation in cited),
        suggestions=_suggestions(answer.follow_ups),
    )


def _not_found(answer: NotFound, texts: Texts, escape: Escape) -> RenderedAnswer:
    paragraphs = [texts.say(f"not_found.{answer.reason.value}")]
    if answer.reason is NotFoundReason.EMPTY_QUESTION:
        return RenderedAnswer(text=paragraphs[0])
    nearest = _suggestions(answer.nearest)
    if nearest:
        lines = "\n".join(f"- {escape(question)}" for question in nearest)
        paragraphs.append(f"{texts.say('not_found.nearest')}\n\n{lines}")
    if answer.by_words:
        paragraphs.append(texts.say("not_found.by_words"))
    contact = answer.contact
    paragraphs.append(
        texts.say("not_found.contact", contact=escape(contact.rstrip(".")))
        if contact
        else texts.say("not_found.contact_unknown")
    )
    return RenderedAnswer(text=_join(paragraphs), suggestions=nearest)


def _refused(answer: Refused, texts: Texts) -> RenderedAnswer:
    return RenderedAnswer(text=texts.say(f"refused.{answer.reason.value}"))


def _body(
    statements: Sequence[Statement], citations: dict[int, Citation], texts: Texts, escape: Escape
) -> Iterable[str]:
    """Paragraphs of prose and lists: what holds first, then what held, then what will hold."""
    for role in (StatementRole.CURRENT, StatementRole.HISTORY, StatementRole.COMING):
        prose: list[str] = []
        items: list[str] = []
        told: int | None = None
        led: int | None = None
        for statement in (s for s in statements if s.role is role):
            is_item = statement.kind in (BlockKind.ITEM, BlockKind.ROW)
            line = escape(statement.text.strip())
            if not (is_item and statement.citation == led):  # the number of its lead counts for the whole list
                line = _numbered(line, statement.citation)
            if not is_item:
                led = statement.citation if statement.text.rstrip().endswith(":") else None
            if role is not StatementRole.CURRENT and (is_item or statement.citation != told):
                line = _dated(line, role, citations.get(statement.citation), texts)
            told = statement.citation
            if is_item:
                yield from _flush(prose)
                items.append(f"- {line}")
            else:
                yield from _flush(items, joint="\n")
                prose.append(line)
        yield from _flush(prose)
        yield from _flush(items, joint="\n")


def _flush(lines: list[str], joint: str = " ") -> Iterable[str]:
    if lines:
        yield joint.join(lines)
        lines.clear()


def _numbered(text: str, position: int) -> str:
    """The number goes before the full stop: `dag 1, 3 og 10 [1].`"""
    if text.endswith((".", "!", "?")):
        return f"{text[:-1]} [{position}]{text[-1]}"
    if text.endswith(":"):
        return f"{text[:-1]} [{position}]:"
    return f"{text} [{position}]"


def _dated(line: str, role: StatementRole, citation: Citation | None, texts: Texts) -> str:
    if role is StatementRole.HISTORY:
        until = citation.valid_to if citation else None
        return (
            texts.say("answer.history", date=texts.day(until), text=line)
            if until
            else texts.say("answer.history_undated", text=line)
        )
    since = citation.valid_from if citation else None
    return (
        texts.say("answer.coming", date=texts.day(since), text=line)
        if since
        else texts.say("answer.coming_undated", text=line)
    )


def _validity(current: Sequence[Citation], texts: Texts, today: date) -> str:
    """One line when all that holds has the same limits; differing limits stand with the sources."""
    limits = {(citation.valid_from, citation.valid_to) for citation in current if _is_policy(citation)}
    if len(limits) != 1:
        return ""
    since, until = limits.pop()
    if since and until:
        return texts.say("answer.current_between", start=texts.day(since), end=texts.day(until))
    if until:
        return texts.say("answer.current_until", date=texts.day(until)) if until >= today else ""
    return texts.say("answer.current_since", date=texts.day(since)) if since else ""


def _is_policy(citation: Citation) -> bool:
    return citation.kind is DocumentKind.GUIDELINE


def _minutes(citation: Citation, texts: Texts, escape: Escape) -> str:
    """Minutes are not policy: who decided or was told, and when."""
    if _is_policy(citation):
        return ""
    body = escape(citation.body) if citation.body else texts.say("answer.some_body")
    key = "answer.decision" if citation.kind is DocumentKind.DECISION else "answer.briefing"
    number = f"[{citation.position}]"
    if citation.decision_date is None:
        return texts.say(f"{key}_undated", body=body, number=number)
    return texts.say(key, body=body, date=texts.day(citation.decision_date), number=number)


def _draft(cited: Sequence[Citation], texts: Texts) -> str:
    drafts = [citation for citation in cited if citation.approval is Approval.DRAFT]
    if not drafts:
        return ""
    if len(drafts) == len(cited):
        return texts.say("answer.draft")
    return texts.say("answer.draft_some", numbers=", ".join(f"[{citation.position}]" for citation in drafts))


def _sources(cited: Sequence[Citation], texts: Texts, today: date, escape: Escape) -> str:
    lines = [_source(citation, texts, today, escape) for citation in cited]
    if len(lines) == 1:
        return f"{texts.say('answer.sources')} {lines[0]}"
    return "  \n".join([texts.say("answer.sources"), *lines]) if lines else ""


def _source(citation: Citation, texts: Texts, today: date, escape: Escape) -> str:
    remarks = [
        _limits(citation, texts, today),
        texts.say("answer.page", page=citation.page) if citation.page is not None else "",
    ]
    remark = ", ".join(filter(None, remarks))
    line = texts.say("answer.source", number=citation.position, title=escape(_name(citation)))
    return f"{line} ({remark})" if remark else line


def _limits(citation: Citation, texts: Texts, today: date) -> str:
    """What the list of sources says of validity: `gælder fra 1. maj 2025`."""
    since, until = citation.valid_from, citation.valid_to
    if until and until < today:
        return texts.say("answer.source_until", date=texts.day(until))
    if since and until:
        return texts.say("answer.source_between", start=texts.day(since), end=texts.day(until))
    return texts.say("answer.source_since", date=texts.day(since)) if since else ""


def _citation(citation: Citation, texts: Texts, today: date) -> RenderedCitation:
    name = _name(citation)
    return RenderedCitation(
        position=citation.position,
        name=_shorten(name, NAME_LIMIT),
        abstract=_shorten(citation.quote, ABSTRACT_LIMIT) or _shorten(name, ABSTRACT_LIMIT),
        url=_web_address(citation.url),
        keywords=tuple(_shorten(word, KEYWORD_LIMIT) for word in _keywords(citation, texts, today))[:KEYWORDS],
    )


def _name(citation: Citation) -> str:
    return " ".join(citation.title.split()) or citation.document


def _keywords(citation: Citation, texts: Texts, today: date) -> Iterable[str]:
    if citation.approval is Approval.DRAFT:
        yield texts.say("answer.keyword_draft")
    if citation.valid_to and citation.valid_to < today:
        yield texts.say("answer.keyword_until", date=texts.day(citation.valid_to))
    elif citation.valid_from:
        yield texts.say("answer.keyword_since", date=texts.day(citation.valid_from))
    if citation.kind is DocumentKind.BRIEFING:
        yield texts.say("answer.keyword_briefing")
    if citation.kind is DocumentKind.DECISION:
        yield texts.say("answer.keyword_decision")


def _web_address(url: str | None) -> str | None:
    """Only https addresses become links."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme == "https" and parts.hostname and not parts.username else None


def _shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, which is what Teams counts, cut at a word where there is one."""
    squeezed = " ".join(text.split())
    if _units(squeezed) <= limit:
        return squeezed
    cut = squeezed[: limit - 1]
    while _units(cut) > limit - 1:
        cut = cut[:-1]
    head, _, _ = cut.rpartition(" ")
    return f"{(head if len(head) > limit // 2 else cut).rstrip(' ,;:-')}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _suggestions(questions: Iterable[str]) -> tuple[str, ...]:
    unique = dict.fromkeys(" ".join(question.split()) for question in questions)
    return tuple(question for question in unique if question)[:SUGGESTIONS]


def _join(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
