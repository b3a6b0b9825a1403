"""Keep the persons of minutes out of an index: attendance lists, contact lines, and sentences about what one person did.

Patterns of language only, no list of people. Better a sentence too few than a name too many: what is dropped is dropped whole, so
that what stays is still verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.models import Block
from knowledge.text import clean, split_sentences

_NAME_WORD = r"(?:[A-ZÆØÅÄÖÜÉ][a-zæøåäöüéèü]+(?:[-'’][A-ZÆØÅÄÖÜÉ]?[a-zæøåäöüé]+)*|[A-ZÆØÅ]\.)"
_PARTICLE = r"(?:van|von|der|de|af|la)"
_NAME = rf"{_NAME_WORD}(?:\s+(?:{_PARTICLE}\s+)?{_NAME_WORD}){{1,4}}"
_PARTY = r"\([A-ZÆØÅ]{1,2}\)"
_NOT_A_PERSON = re.compile(
    r"\b(?:Kommunes?|Region(?:s|er|ers)?|Danske|Danmarks?|Center|Centret|Ministeriet|Forening(?:en)?|Forbund(?:et)?|Landsforening(?:en)?|Fonden?"
    r"|Skolen?|Udvalget?|Byråd(?:et)?|Hospitalet?|Universitet(?:et)?|Akademi(?:et)?|Institut(?:tet)?|Vores|Den|Det|De|En|Et)\b|(?:udvalg|styrelse|forvaltning"
    r"|afdeling|sekretariat|direktion|ledelse|råd|ministeri|organisation|gruppe|nævn)\w*"
)
_LABEL = re.compile(
    r"^(?:afbud|afbud fra|fraværende|ikke til stede|til stede|tilstede|mødt(?: var)?|mødedeltagere|(?:øvrige )?deltagere(?: fra [^:]{1,40})?|deltagende|medlemmer"
    r"|udvalgets medlemmer|øvrige|fra administrationen|fra forvaltningen|fra sekretariatet|inhabile?|suppleant(?:er)?|stedfortrædere?|referent|mødeleder|ordstyrer"
    r"|dirigent|sekretær|formand|næstformand|sagsbehandler|kontaktperson|kontakt|kontakter|ansvarlig|forfatter|udarbejdet af|skrevet af|underskrifter?|underskrevet af"
    r"|med venlig hilsen|venlig hilsen|mvh|på vegne af)\s*(?::|(?<=hilsen)|(?<=mvh)|(?<=afbud fra))\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_ROLE = (
    r"(?:kommunaldirektør|vicedirektør|direktør|fagdirektør|viceborgmester|borgmester|rådmand|næstformand|formand|forperson|udvalgsformand"
    r"|afdelingschef|sekretariatschef|centerchef|områdechef|stabschef|fagchef|chefjurist|chefkonsulent|specialkonsulent|konsulent|chef|afdelingsleder|teamleder"
    r"|projektleder|områdeleder|leder|skoleleder|medarbejder|tillidsrepræsentant|fællestillidsrepræsentant|arbejdsmiljørepræsentant|sekretær|advokat|kollega|hr\.|fru)"
)
_MINUTES_VERB = (
    r"(?:deltog|deltager|deltages|knytter|knyttede|stemte|stemmer|undlod|undlader|forlod|forlader|var\s+fraværende|var\s+ikke|er\s+fraværende"
    r"|er\s+inhabil|var\s+inhabil|erklærede|erklærer|blev\s+erklæret|ønsker|ønskede|begærede|begærer|bemærkede|bemærker|orienterede|orienterer|fremlagde|fremlægger"
    r"|afgav|afgiver|mødte|redegjorde|redegør|indledte|indleder|præsenterede|præsenterer|oplyste|oplyser|foreslog|foreslår|indstiller|indstillede|takkede|takker"
    r"|tog\s+forbehold|tager\s+forbehold|kunne\s+ikke|kan\s+ikke|sendte\s+afbud|meldte\s+afbud|har\s+meldt|havde\s+meldt|tiltrådte|udtrådte|indtrådte|fratræder"
    r"|fratrådte|bød|byder|gennemgik|gennemgår|fortalte|fortæller|underskrev|spurgte|spørger|nævnte|supplerede|supplerer)"
)
_WITH_PARTY = re.compile(rf"{_NAME}\s+{_PARTY}")
_ACTING = re.compile(rf"(?:^|[\s(])(?P<name>{_NAME})\s*(?:{_PARTY})?(?:\s+og\s+{_NAME})?\s+{_MINUTES_VERB}\b")
_IN_OFFICE = re.compile(rf"\b(?i:{_ROLE})(?:en|eren|n)?\s+(?P<name>{_NAME})")
_NAME_LIST = re.compile(
    rf"^(?:{_NAME}(?:\s*{_PARTY})?(?:\s*,\s*(?:[a-zæøå-]+(?:\s+[a-zæøå-]+){{0,3}}|[A-ZÆØÅ]{{2,5}}))?)(?:\s*(?:[,;/]|og|samt)?\s*{_NAME}(?:\s*{_PARTY})?)*\s*\.?$"
)
_SURNAME_ONLY_LINE = re.compile(
    rf"^{_NAME_WORD}(?:\s+{_NAME_WORD}){{0,3}}\s+[A-ZÆØÅ][a-zæøåé]*(?:sen|gaard|gård|lund|holm|kjær|berg|strup)$"
)
_ENUMERATED = re.compile(rf"{_NAME}(?:\s*,\s*{_NAME}){{1,}}\s*(?:,|og|samt)\s+{_NAME}")
_FIRST_NAMES = re.compile(
    rf"^{_NAME_WORD}(?:\s+{_NAME_WORD})*(?:\s*(?:,|;|/|og|samt)\s*{_NAME_WORD}(?:\s+{_NAME_WORD})*)*\s*\.?$"
)
_MACHINE_MARK = re.compile(r"^[A-Za-z]+\d{4,}$")


def without_persons(texts: Iterable[str]) -> list[list[str]]:
    """For each text in order the parts that may stay: the whole, nothing, or the runs of sentences around what was dropped."""
    kept: list[list[str]] = []
    in_name_list = False
    for raw in texts:
        text = clean(raw)
        label = _LABEL.match(text)
        if _MACHINE_MARK.match(text):
            kept.append([])
        elif label and (not label["rest"] or is_name_list(label["rest"]) or _are_first_names(label["rest"], text)):
            in_name_list = not label["rest"]
            kept.append([])
        elif (in_name_list and is_name_list(text)) or _is_lone_name(text):
            kept.append([])
        else:
            in_name_list = False
            kept.append(_runs_without_names(raw))
    return kept


def blocks_without_persons(blocks: Sequence[Block]) -> list[Block]:
    """The same for blocks."""
    kept = without_persons(block.raw for block in blocks)
    return [replace(block, raw=part) for block, parts in zip(blocks, kept, strict=True) for part in parts]


def is_name_list(text: str) -> bool:
    """Whether a text is nothing but names, with or without parties, titles and commas."""
    return bool(_NAME_LIST.match(text)) and not _NOT_A_PERSON.search(text)


def names_a_person(sentence: str) -> bool:
    """Whether a sentence tells what a named person did, said or is."""
    if _WITH_PARTY.search(sentence):
        return True
    if any(not _NOT_A_PERSON.search(match.group()) for match in _ENUMERATED.finditer(sentence)):
        return True
    found = (*_ACTING.finditer(sentence), *_IN_OFFICE.finditer(sentence))
    return any(not _NOT_A_PERSON.search(match["name"]) for match in found)


def _are_first_names(rest: str, text: str) -> bool:
    """ "Afbud: Karla, Bo og Ib". Of participants only full names count: "Deltagere: Ledere og TR" is no list of persons."""
    return "deltag" not in text[:20].casefold() and bool(_FIRST_NAMES.match(rest)) and not _NOT_A_PERSON.search(rest)


def _is_lone_name(text: str) -> bool:
    return bool(_SURNAME_ONLY_LINE.match(text)) and not _NOT_A_PERSON.search(text)


def _runs_without_names(raw: str) -> list[str]:
    runs: list[list[str]] = [[]]
    for sentence in split_sentences(raw):
        if names_a_person(clean(sentence)):
            runs.append([])
        else:
            runs[-1].append(sentence)
    return [" ".join(run) for run in runs if run]
