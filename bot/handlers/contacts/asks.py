"""Whether a message asks who helps with something. Careful on purpose: a question of another sort is answered from the documents."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from typing import Final

from adaptive_cards.texts import Catalogue
from bot.handlers.home import whole_message

_ASKS: Final = re.compile(
    r"""
    \bhvem\b .{0,40}? \b(?: hj[æa]e?lper? | kontakte?r? | ringer? | sp[øo]e?rger? | svare?r? | fat\ i | vende | dr[øo]e?fte | forklare
        | tager?\ sig | st[åa]a?r\ for | laver? | arrangerer? | tilmelder? | tilmeldt )\b
  | \bhvem\b .{0,60}? \b(?: ansvar(?:et|lig)? | kontaktperson | projektleder | databeskyttelsesr[åa]a?dgiver )\b
  | \bhvem\b .{0,40}? \bi\ (?: it | hr | l[øo]e?n )\b
  | ^hvem\ er\ (?: tr | amr | tillidsrepr[æa]e?sentant | arbejdsmilj[øo]e?repr[æa]e?sentant )\b
  | ^hvem\ skal\ vide\ besked
  | \bhvor\b .{0,30}? \b(?: hj[æa]e?lp\ til | hj[æa]e?lp\ med | henvender?\ | r[åa]a?dgivning )
  | ^kan\ jeg\ f[åa]a?\ (?: hj[æa]e?lp\ til | sparring ) \b
  | ^er\ der\ nogen\b .{0,60}? \bhj[æa]e?lpe?\b
  | \b(?: telefonnummer(?:et)? | telefon | tlf | nummer(?:et)? | mail(?:en|adresse)? | e-?mail )\ (?: til | p[åa]a? )\b
  | \bmangler\ en\ kontaktperson\b
  | \bbrug\ for\ en\b .{0,15}? \bved\ noget\ om\b
  | \bwho\b .{0,20}? \b(?: helps?(?:\ me)?\ with | do\ i\ (?:contact|call|ask) | can\ help | should\ i\ (?:contact|call|ask) )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_ANYBODY: Final = re.compile(r"hvem kan jeg (?:ringe til|kontakte|spørge|spoerge)(?: nu)?(?: det haster)?")
_LONGEST: Final = 160


class AskedFor(StrEnum):
    """What a message asks for."""

    LIST = auto()
    ENTRY = auto()


class ContactWords:
    """Tells questions of who helps from all others: commands by the catalogue, questions by their wording."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._commands: Final = {
            whole_message(word) for texts in catalogue.values() for word in texts.several("contacts.commands")
        }

    def of(self, text: str) -> AskedFor | None:
        """What a message asks for; None when it asks for something else."""
        whole = whole_message(text)
        if whole in self._commands or _ASKS_ANYBODY.fullmatch(whole):
            return AskedFor.LIST
        if len(text) > _LONGEST:
            return None
        return AskedFor.ENTRY if _ASKS.search(text) else None
