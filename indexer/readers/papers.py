"""What a paper without front matter tells about itself: title, organisation, case, deciding body, date, kind.

Works on blocks, so that text, Word and PDF are read alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from indexer.readers.layout import is_case_heading
from knowledge.models import Block, BlockKind, Document, DocumentKind
from knowledge.text import clean, find_dates, language_of, split_sentences

_ORGANISATION = re.compile(
    r"\b(?P<town>[A-ZÆØÅ][\wæøå]+(?:-[A-ZÆØÅ][\wæøå]+)?) Kommunes?\b|\bRegion (?P<region>[A-ZÆØÅ][a-zæøå]+)\b"
)
_NO_TOWN = frozenset({"En", "Den", "Hver", "Alle", "Vores", "Denne", "Anden", "Københavns"})
_DECISION = re.compile(
    r"^Beslutning(?:\s+(?:i|fra|af|truffet i|truffet af))?\s+(?P<body>[A-ZÆØÅ][\wæøå\- ,&]*?)[,:]?\s+(?:den\s+)?(?=\d{1,2}[-./ ]|\d{4}-)",
    re.UNICODE,
)
_OUTCOMES = (
    ("godkendt", "godken(?:dt|dte|des|der)"), ("tiltrådt", "tiltr(?:ådt|ådte|ædes|æder)"), ("vedtaget", "vedt(?:aget|og|ages|ager)"),
    ("anbefalet", "anbefal(?:et|ede|es|er)"), ("udsat", "ud(?:sat|satte|sættes)"), ("afvist", "afvis(?:t|te|es|er)|forkast(?:et|ede|es)"),
    ("taget til efterretning", "til efterretning"), ("drøftet", "drøfte(?:t|de|s|r)"),
)  # fmt: skip
_CASE_NUMBER = re.compile(
    r"^(?:(?:sagsnr|sagsnummer|sag|sags-?id|journalnr|j\.?nr)\.?\s*:?\s*)?(?P<number>\d{2,4}/\d{3,6}|\d{2}\.\d{2}\.\d{2}-[A-ZÆØÅ]\d{2}-\d+-\d{2})\b(?P<rest>.{0,40})$",
    re.IGNORECASE,
)
_RECOMMENDS_BRIEFING = re.compile(r"\b(?:at\s+)?orienteringen\b|\btages? til efterretning\b", re.IGNORECASE)
_BRIEFING = re.compile(r"\borientering", re.IGNORECASE)
_ATTACHMENT = re.compile(
    r"^\d{1,2}\s*[-.)–]\s*(?:\d{4,}\s+)?(?:(?:åben|lukket)\s+)?(?P<name>.+?)(?:\s*\([^()]*\))*$", re.IGNORECASE
)
_CLAUSE_END = re.compile(r"[,;:(]|\s(?:med henblik på|så|hvor|for at|der|som|herunder|fordi|hvis)\b")
_PUT_BEFORE = re.compile(
    r"^\S+(?:udvalget|styrelsen|rådet|direktionen)\s+(?:forelægges|præsenteres for|orienteres om|drøfter|behandler|skal drøfte|skal behandle)\s+(?=\S+\s+\S+)"
)
_TITLE_WORDS = 12
_HEAD_BLOCKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what and when, from a heading "Beslutning i <body> den <date>"."""

    body: str
    day: date | None
    outcome: str | None


def describe(blocks: Sequence[Block], *, path: str, default_id: str, title: str | None = None) -> Document:
    """The document of a paper. `title` (of the file's own properties) serves when no heading does."""
    text = "\n".join(block.raw for block in blocks)
    decision = find_decision(blocks)
    heading = title_of(blocks) or title
    name = heading or _made_title(blocks) or default_id
    kind = DocumentKind.GUIDELINE
    if decision is not None:
        kind = DocumentKind.BRIEFING if _is_briefing(blocks, name) else DocumentKind.DECISION
    elif _BRIEFING.match(name):
        kind = DocumentKind.BRIEFING
    return Document(
        id=default_id,
        path=path,
        title=name,
        organisation=organisation_in(text),
        language=language_of(text),
        kind=kind,
        body=decision.body if decision else None,
        decision_date=decision.day if decision else None,
        case_number=_case_number(blocks),
        tags=(decision.outcome,) if decision and decision.outcome else (),
    )


def organisation_in(text: str) -> str | None:
    """The municipality or region that a text names most often: "Norddjurs Kommune", "Region Midtjylland"."""
    found: Counter[str] = Counter()
    for match in _ORGANISATION.finditer(text):
        if match["region"]:
            found[f"Region {match['region']}"] += 1
        elif match["town"] not in _NO_TOWN:
            found[f"{match['town']} Kommune"] += 1
    return found.most_common(1)[0][0] if found else None


def title_of(blocks: Sequence[Block]) -> str | None:
    """The text of the first heading of level 1."""
    return next((clean(block.raw) for block in blocks if block.kind is BlockKind.HEADING and block.level == 1), None)


def find_decision(blocks: Sequence[Block]) -> Decision | None:
    """The last decision of a paper: earlier ones are those of bodies that passed it on."""
    found: Decision | None = None
    for at, block in enumerate(blocks):
        heading = clean(block.raw)
        match = _DECISION.match(heading) if len(heading) <= 150 else None
        if match is None:
            continue
        dates = find_dates(heading)
        outcome = _outcome(clean(blocks[at + 1].raw)) if at + 1 < len(blocks) else None
        found = Decision(body=match["body"].strip(" ,"), day=dates[-1] if dates else None, outcome=outcome)
    return found


def _outcome(text: str) -> str | None:
    """The first word of outcome in the text of a decision, as a tag."""
    found = [
        (match.start(), tag)
        for tag, pattern in _OUTCOMES
        if (match := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE))
    ]
    return min(found)[1] if found else None


def _is_briefing(blocks: Sequence[Block], title: str) -> bool:
    """A paper that only informs: its title says so, or the recommendation is to take the briefing."""
    if _BRIEFING.search(title):
        return True
    recommends = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            recommends = clean(block.raw).casefold().startswith("indstilling")
        elif recommends and _RECOMMENDS_BRIEFING.search(block.raw):
            return True
    return False


def _case_number(blocks: Sequence[Block]) -> str | None:
    for block in blocks[:_HEAD_BLOCKS]:
        if match := _CASE_NUMBER.match(clean(block.raw)):
            return match["number"]
    return None


def _made_title(blocks: Sequence[Block]) -> str | None:
    """A title for a paper that has none: its only attachment, an opening heading, or the first clause of the first sentence."""
    attachments = _attachments(blocks)
    if len(attachments) == 1:
        return attachments[0]
    first = next(
        (at for at, block in enumerate(blocks) if block.kind is BlockKind.PROSE and len(block.raw.split()) > 3),
        len(blocks),
    )
    headings = [
        clean(block.raw)
        for block in blocks[:first]
        if block.kind is BlockKind.HEADING and not is_case_heading(block.raw)
    ]
    if headings:
        return headings[0]
    if first == len(blocks):
        return None
    sentence = _PUT_BEFORE.sub("", clean(split_sentences(blocks[first].raw)[0]))
    clause = _CLAUSE_END.split(sentence, maxsplit=1)[0]
    words = (clause if len(clause.split()) > 3 else sentence).rstrip(".").split()
    made = " ".join(words) if len(words) <= _TITLE_WORDS else " ".join(words[:_TITLE_WORDS]) + " …"
    return made[:1].upper() + made[1:]


def _attachments(blocks: Sequence[Block]) -> list[str]:
    """What is listed under "Bilag"."""
    names: list[str] = []
    below = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            below = clean(block.raw).casefold().rstrip(":") == "bilag"
        elif below and (match := _ATTACHMENT.match(clean(block.raw))):
            names.append(match["name"].strip())
    return names


def without_empty_ends(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Drop headings at the end that nothing stands under ("Bilag:")."""
    end = len(blocks)
    while end and blocks[end - 1].kind is BlockKind.HEADING:
        end -= 1
    return tuple(blocks[:end])
