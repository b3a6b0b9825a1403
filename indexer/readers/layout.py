"""Structure of plain text: which hard line breaks end something, and what the pieces are.

Texts come with wrapped lines, with a blank line after every line (copied from PDF), or with one line per paragraph, often mixed. What a
line break means is read off the text itself: lines that surely go on (the next begins with a small letter) show how long a full
line is and how many blank lines stand inside a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import pairwise

from knowledge.danish import MONTHS
from knowledge.models import Block, BlockKind
from knowledge.text import clean, squeeze

_STRONG_BULLET = re.compile(r"^(?P<mark>[\ue000-\uf8ff•◦▪‣●○■□✓✔➢►➤])(?:\s*(?P<text>\S.*)?)$")
_WEAK_BULLET = re.compile(r"^(?P<mark>[-–—*+·]|o)\s+\S")
_NUMBER = re.compile(r"^(?:§\s*)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})(?P<mark>[.)]?)\s+(?P<text>\S.*)$")
_HASHES = re.compile(r"^(?P<hashes>#{1,6})\s+\S")
_BOLD_LINE = re.compile(r"^(?:\*\*|__)[^*_]+(?:\*\*|__):?$")
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]*_]*$")
_HEADING_END = re.compile(r"[.,;:!…-]$")
_CASE_HEADING = re.compile(
    r"^(?=[#*_ ]*[A-ZÆØÅ])(?i:sagsfremstilling|sagsgang(?: og sagstype)?|beskrivelse af sagen|sagsresumé|sagsresume|resumé|resume|indstilling(?:en)?|lovgrundlag|retsgrundlag|retligt grundlag|hjemmel|bilag|høring"
    r"|høringssvar|kommunikation|videre proces|videre forløb|tidligere behandling|supplerende sagsfremstilling|baggrund|økonomi|bevilling|protokol"
    r"|(?:øvrige |)(?:økonomiske|personalemæssige|miljømæssige|sundhedsmæssige|juridiske|lovgivningsmæssige|organisatoriske)(?: og \w+)? (?:konsekvenser|forhold)"
    r"|sammenhæng til [\wæøå/ ]+|beslutning(?:er)?(?:\s+(?:i|fra|truffet|den)?\b.{0,80})?)\s*:?$"
)
_DANGLING = re.compile(
    r"(?:^|\s)(?:i|på|af|for|til|med|og|eller|samt|at|om|ved|fra|den|det|de|en|et|som|der|er|har|kan|skal|vil|vores|deres|hver|mellem|under|over|efter|fx)$"
)
_NO_TITLE = re.compile(
    r"^(?:(?:[\wæøå-]+ kommune|region [\wæøå]+)[\s,\d-]*|(?:beslutnings)?referat|dagsorden|indkaldelse|udvalg(?:et)?(?: for .{3,60})?|\w+udvalget|byrådet|møde|sted|dato"
    r"|punkter|indhold|indholdsfortegnelse|starttidspunkt|sluttidspunkt)$",
    re.IGNORECASE,
)
_INNER_GAP_SHARE = 0.1
_FULL_SHARE, _SNUG_SHARE = 0.88, 0.94
_LONGEST_WRAPPED = 200
_LONGEST_BARE_ITEM = 30


class Mark(Enum):
    """What opens a piece of text."""

    NONE = auto()
    BULLET = auto()
    NUMBER = auto()
    HASH = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that is not blank, squeezed, and how many blank lines stand above it."""

    text: str
    gap: int
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph, item or heading candidate: lines joined by one blank."""

    text: str
    mark: Mark = Mark.NONE
    glyph: str = ""
    number: tuple[int, ...] = ()
    lines: int = 1
    gap: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """How the lines of one text are broken.

    `usual` is the length at which lines are broken for want of room (None: lines are not wrapped); `usual_gap` the number of blank
    lines between the lines of one paragraph; `inner_gaps` all that occur there.
    """

    usual: int | None
    usual_gap: int
    inner_gaps: frozenset[int]

    def is_full(self, line: str, following: str) -> bool:
        """Whether the next word would not have fitted on the line.

        Proportional type makes lines of one width differ in characters, so a share of the usual length counts as full; more of
        it where a line stops in mid-sentence before a capital letter, because headings do that too.
        """
        share = _FULL_SHARE if _ENDS.search(line) or not following[0].isupper() else _SNUG_SHARE
        return self.usual is not None and len(line) + 1 + _first_word(following) >= self.usual * share


def _first_word(text: str) -> int:
    """The length of what must stay together at the start of a line: a lone dash takes the next word along."""
    words = text.split(maxsplit=2)
    return len(words[0]) if len(words[0]) > 1 or len(words) == 1 else len(words[0]) + 1 + len(words[1])


def lines_of(text: str) -> list[Line]:
    """The lines that hold something."""
    found: list[Line] = []
    gap = 0
    for line in re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text):
        if squeezed := squeeze(line):
            found.append(Line(text=squeezed, gap=gap))
            gap = 0
        else:
            gap += 1
    return found


def wrapping_of(lines: Sequence[Line]) -> Wrapping:
    """Read the habits of a text off the lines that surely go on."""
    lengths: list[int] = []
    gaps: Counter[int] = Counter()
    for line, following in pairwise(lines):
        if following.text[0].islower() and not _ENDS.search(line.text) and not _opens_item(following.text):
            lengths.append(len(line.text) + 1 + _first_word(following.text))
            gaps[following.gap] += 1
    if not lengths:
        return Wrapping(usual=None, usual_gap=0, inner_gaps=frozenset())
    lengths.sort()
    usual = lengths[len(lengths) // 2]
    inner = frozenset(gap for gap, count in gaps.items() if count / len(lengths) >= _INNER_GAP_SHARE)
    return Wrapping(
        usual=usual if usual <= _LONGEST_WRAPPED else None, usual_gap=gaps.most_common(1)[0][0], inner_gaps=inner
    )


def pieces_of(lines: Sequence[Line], wrapping: Wrapping) -> list[Piece]:
    """Join the lines of paragraphs and list items; headings and items come out on their own."""
    pieces: list[Piece] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        after = lines[at + 1] if at + 1 < len(lines) else None
        opened = _opened_by(line, before, after, pieces, wrapping)
        if opened is not None:
            pieces.append(opened)
        else:
            pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text} {line.text}", lines=pieces[-1].lines + 1)
    return pieces


def _opened_by(
    line: Line, before: Line | None, after: Line | None, pieces: Sequence[Piece], wrapping: Wrapping
) -> Piece | None:
    """The piece that a line opens, or None when it goes on with the one before."""
    text = line.text
    if _HASHES.match(text):
        return Piece(text=text, mark=Mark.HASH, gap=line.gap, page=line.page)
    if bullet := _STRONG_BULLET.match(text):
        return Piece(text=text, mark=Mark.BULLET, glyph=bullet["mark"], gap=line.gap, page=line.page)
    goes_on = before is not None and _goes_on(before, line, pieces[-1], wrapping)
    if (bullet := _WEAK_BULLET.match(text)) and (not goes_on or pieces[-1].glyph == bullet["mark"]):
        return Piece(text=text, mark=Mark.BULLET, glyph=bullet["mark"], gap=line.gap, page=line.page)
    number = _number_of(text)
    if (
        number
        and (not goes_on or (before is not None and _ENDS.search(before.text)))
        and _follows(number, pieces, paragraph_sign=text.startswith("§"))
    ):
        return Piece(text=text, mark=Mark.NUMBER, number=number, gap=line.gap, page=line.page)
    if goes_on and before is not None and not _stands_alone(line, before, after, wrapping):
        return None
    return Piece(text=text, gap=line.gap, page=line.page)


def _stands_alone(line: Line, before: Line, after: Line | None, wrapping: Wrapping) -> bool:
    """A short line between a full stop and a capital letter is a heading, even when the line above it is full."""
    if after is None or not _ENDS.search(before.text) or not is_heading_shaped(line.text):
        return False
    return after.text[0].isupper() and not wrapping.is_full(line.text, after.text)


def _goes_on(before: Line, line: Line, piece: Piece, wrapping: Wrapping) -> bool:
    if (
        is_case_heading(line.text)
        or is_marked_heading(piece, before.text)
        or is_marked_heading(Piece(text=line.text), line.text)
    ):
        return False
    if piece.text == piece.glyph:
        return True
    full = wrapping.is_full(before.text, line.text)
    ended = bool(_ENDS.search(before.text))
    if not ended and (line.text[0].islower() or _DANGLING.search(before.text)):
        return True
    if line.gap <= wrapping.usual_gap:
        return full
    return full and not ended and line.gap in wrapping.inner_gaps


def _opens_item(text: str) -> bool:
    return bool(_STRONG_BULLET.match(text) or _WEAK_BULLET.match(text))


def _number_of(text: str) -> tuple[int, ...]:
    """(1,) for "1. Xxx" and "1) xxx", (2, 1) for "2.1 Xxx"; () for dates, amounts and anything else."""
    match = _NUMBER.match(text)
    if not match or (not match["mark"] and "." not in match["number"]):
        return ()
    after = match["text"].split(maxsplit=1)[0].rstrip(".,").casefold()
    if (match["mark"] == "." and after in MONTHS) or not (match["mark"] or match["text"][0].isupper()):
        return ()
    return tuple(int(part) for part in match["number"].split("."))


def _follows(number: tuple[int, ...], pieces: Sequence[Piece], *, paragraph_sign: bool) -> bool:
    """Whether a number opens a list or goes on with one: stray figures at a line start do neither."""
    if number[-1] == 1 or paragraph_sign:
        return True
    earlier = [piece.number for piece in pieces if piece.number]
    return any(
        number[:-1] == other[: len(number) - 1] and other[len(number) - 1 : len(number)] == (number[-1] - 1,)
        for other in earlier
    )


def is_case_heading(text: str) -> bool:
    """Whether a line is one of the fixed headings of committee papers, or "Beslutning i ..."."""
    plain = clean(text)
    return len(plain) <= 110 and not plain.endswith(".") and bool(_CASE_HEADING.match(plain))


def is_marked_heading(piece: Piece, line: str) -> bool:
    """Whether markup or its fixed name makes a piece of one line a heading."""
    return piece.lines == 1 and (piece.mark is Mark.HASH or bool(_BOLD_LINE.match(line)) or is_case_heading(line))


def is_heading_shaped(text: str) -> bool:
    """Short, begins with a capital, has words, and does not end as a sentence does. A question may be a heading."""
    plain = clean(text)
    plain = match["text"] if (match := _NUMBER.match(plain)) else plain
    words = plain.split()
    if not 1 <= len(words) <= 14 or len(plain) > 110 or _HEADING_END.search(plain):
        return False
    letters = [letter for letter in plain if letter.isalpha()]
    return plain[0].isupper() and (sum(map(str.islower, letters)) >= 3 or len(letters) >= 5)


def blocks_of(pieces: Sequence[Piece]) -> Iterator[Block]:
    """Tell headings from paragraphs and items. The first heading that is not a fixed one becomes the title (level 1)."""
    pieces = _with_bare_items(pieces)
    hashes = sorted({len(match["hashes"]) for piece in pieces if (match := _HASHES.match(piece.text))})
    titled = False
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        level = _heading_level(piece, pieces[at - 1] if at else None, following, hashes)
        if level and not titled and not is_case_heading(piece.text):
            titled = _may_be_title(pieces[:at]) and not _NO_TITLE.match(clean(piece.text))
            level = 1 if titled else max(level, 2)
        elif level:
            level = max(level, 2)
        if level:
            yield Block(kind=BlockKind.HEADING, raw=piece.text, level=level, page=piece.page)
        else:
            yield block_of(piece)


def block_of(piece: Piece) -> Block:
    """A piece that is no heading."""
    kind = BlockKind.ITEM if piece.mark in {Mark.BULLET, Mark.NUMBER} else BlockKind.PROSE
    return Block(kind=kind, raw=piece.text, page=piece.page)


def _with_bare_items(pieces: Sequence[Piece]) -> list[Piece]:
    """Mark list items without bullets: short pieces after a lead that ends with ":", the first of them without a full stop."""
    marked = list(pieces)
    for at, lead in enumerate(marked):
        if not lead.text.endswith(":") or lead.mark is not Mark.NONE or is_case_heading(lead.text):
            continue
        end = at + 1
        while (
            end < len(marked)
            and _may_be_bare_item(marked[end], marked[at + 1])
            and not (end > at + 1 and _ENDS.search(marked[end - 1].text))
        ):
            end += 1
        if end - at > 2 and not _ENDS.search(marked[at + 1].text):
            marked[at + 1 : end] = [replace(piece, mark=Mark.BULLET) for piece in marked[at + 1 : end]]
    return marked


def _may_be_bare_item(piece: Piece, first: Piece) -> bool:
    return (
        piece.mark is Mark.NONE
        and piece.gap == first.gap
        and len(piece.text.split()) <= _LONGEST_BARE_ITEM
        and not piece.text.endswith(":")
        and not is_marked_heading(piece, piece.text)
    )


def _may_be_title(above: Sequence[Piece]) -> bool:
    """A title stands before the first fixed heading and the first paragraph."""
    return not any(is_case_heading(piece.text) or len(piece.text.split()) > 15 for piece in above)


def _heading_level(piece: Piece, before: Piece | None, following: Piece | None, hashes: Sequence[int]) -> int:
    """0: no heading. Fixed, bold and unnumbered headings are of level 2, numbered ones below them, `#` as deep as written."""
    if is_case_heading(piece.text) and piece.lines == 1:
        return 2
    if following is None:
        return 0
    if match := _HASHES.match(piece.text):
        return 1 + hashes.index(len(match["hashes"]))
    if is_marked_heading(piece, piece.text):
        return 2
    return _level_by_shape(piece, before, following)


def _level_by_shape(piece: Piece, before: Piece | None, following: Piece) -> int:
    """Short lines: numbered ones head what follows unless they form a list, others unless the next is just as bare."""
    if piece.lines > 1 or piece.mark is Mark.BULLET or not is_heading_shaped(piece.text):
        return 0
    if piece.mark is Mark.NUMBER:
        depth = len(piece.number)
        in_list = depth == 1 and depth in {len(following.number), len(before.number) if before else 0}
        return 0 if in_list else 2 + depth
    ends_section = is_marked_heading(following, following.text)
    if ends_section:
        # "Sagsgang", "ØK", "Sagsfremstilling": a few words between two headings are the text of the first.
        return 0 if before is not None and is_marked_heading(before, before.text) else 2
    if before is None and not _NO_TITLE.match(clean(piece.text)):
        return 2
    next_is_bare = following.mark is Mark.NONE and following.lines == 1 and is_heading_shaped(following.text)
    return 0 if next_is_bare else 2
