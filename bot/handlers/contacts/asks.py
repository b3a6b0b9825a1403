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
_ASKS_MORE: Final = re.compile(
    r"""
    \bhvem\b .{0,30}? \b(?: snakker | taler )\ (?: jeg | man | vi )\ med\b
  | \bhvem\b .{0,30}? \b(?: r[åa]a?dgiver\ om | underviser\ i | behandler )\b
  | \bhvem\b .{0,30}? \b(?: styr\ p[åa]a? | forstand\ p[åa]a? | sidder\ med | arbejder\ med | tovholder )\b
  | \bhvem\b .{0,20}? \b(?: giver\ adgang | give\ mig | finder\ en\ mentor | skal\ jeg\ melde | s[øo]e?ger\b .{0,20}?\ for\ os )\b
  | ^hvem\ (?: k[øo]e?rer\ (?: leder | kursus ) | skriver\ (?: ans[æa]e?ttelses | stillings | job ) | leder\ styrket )
  | ^hvem\ er\ (?: vores | min | dpo | amr | koordinator )\b
  | ^hvilket\ (?: telefon )?nummer\ har\ (?: l[øo]e?n | hr\b | it\b | personale | sekretariat )
  | ^kender\ du\ en\b .{0,10}? \bder\ ved\ noget\ om\b
  | ^er\ der\ en\ (?: coach | jurist | konsulent | mentor | r[åa]a?dgiver )\ jeg\ kan\ bruge\b
  | ^jeg\ skal\ bruge\ en\ [^,]{2,40},\ hvem\ er\ det\b
  | ^hvor\ g[åa]a?r\ jeg\ hen\ med\b
  | ^hvordan\ f[åa]a?r\ jeg\ fat\ i\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_RULES: Final = re.compile(
    r"""
    \b(?: ved | under | efter )\ (?: en\ )? (?: (?: lang(?:tids|varig)?\ ? )?syg\w* | frav[æa]e?r\w* | barsel\w* | orlov\w* | graviditet\w* )
  | \bhvem\ (?: har\ (?: ret | pligt ) | betaler | skal\ (?: h[øo]e?res | deltage | med\b | godkende | underskrive ) | bestemmer | v[æa]e?lger | udpeger )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Who pays, may or must, and what applies during an absence: the documents say so, and nobody is looked for."""

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
        asks = _ASKS.search(text) or _ASKS_MORE.search(text)
        return AskedFor.ENTRY if asks and not _ASKS_RULES.search(text) else None
