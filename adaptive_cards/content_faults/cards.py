"""A fault of a file that HR edits, in plain words: where, what is wrong, what to do. It names nobody and quotes no text of a person."""

from __future__ import annotations

from typing import NamedTuple

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts, placeholders
from hr.content_faults.explaining import explain, is_document
from hr.live_file import ContentFault


class FaultWords(NamedTuple):
    """A fault in the words of one language, as plain text: `Linje 14 i journeys.toml`, what is wrong there, how to mend it."""

    where: str
    wrong: str
    remedy: str


def fault_words(texts: Texts, fault: ContentFault) -> FaultWords:
    """What HR is told of a fault, wherever that is."""
    found = explain(fault)

    def say(part: str) -> str:
        key = f"content_faults.{part}.{found.kind}"
        return texts.say(key, **{name: found.values.get(name, "") for name in placeholders(texts.lines[key])})

    if fault.line is None:
        where = texts.say("content_faults.file", file=fault.file)
    else:
        where = texts.say("content_faults.at", line=fault.line, file=fault.file)
    return FaultWords(where=where, wrong=say("wrong"), remedy=say("remedies"))


def fault_card(*, texts: Texts, fault: ContentFault, resent: bool = False) -> AdaptiveCard:
    """Something that HR has saved cannot be used."""
    words = fault_words(texts, fault)
    kept = "kept_document" if is_document(fault) else "kept"
    body: list[CardElement] = [
        *([parts.remark(texts.say("content_faults.resent"))] if resent else []),
        parts.heading(texts.say("content_faults.title")),
        parts.strong(escape_markdown(words.where)),
        parts.near(escape_markdown(words.wrong)),
        parts.paragraph(texts.say("content_faults.remedy", remedy=escape_markdown(words.remedy))),
        parts.remark(texts.say(f"content_faults.{kept}")),
    ]
    fallback = texts.say("content_faults.fallback", where=words.where, wrong=words.wrong, remedy=words.remedy)
    return parts.card(texts=texts, body=body, fallback=fallback)


def mended_card(*, texts: Texts, fault: ContentFault, in_use: bool) -> AdaptiveCard:
    """What takes its place when the fault is gone; not `in_use` where the file has another one."""
    where = fault_words(texts, fault).where
    body: list[CardElement] = [
        parts.heading(texts.say("content_faults.mended")),
        parts.paragraph(texts.say("content_faults.mended_text", where=escape_markdown(where))),
        parts.remark(texts.say("content_faults.in_use" if in_use else "content_faults.not_in_use")),
    ]
    fallback = texts.say("content_faults.fallback_mended", where=where)
    return parts.card(texts=texts, body=body, fallback=fallback)
