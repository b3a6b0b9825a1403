"""Understands a typed message that wants HR or a person, or says that it is none. Pure, and careful: whoever asks who helps with
something wants an answer, and whoever tells of a call has made one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from adaptive_cards.texts import Catalogue
from bot.handlers.home import whole_message
from privacy.words import clean, fold

LONGEST: Final = 160
"""A longer message without "Spørg HR:" in front is a question or a story."""


class Wish(Enum):
    """What somebody wants."""

    FORM = auto()
    MINE = auto()
    HR_OPEN = auto()
    CHANNEL = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A wish, the language it was said in, and what came with it: a question for the form, the name of a group for a channel."""

    wish: Wish
    language: str = "da"
    text: str = ""


class AskingWords:
    """The words of all languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._whole: Final = {
            whole_message(word): Wanted(wish=wish, language=language)
            for language, texts in reversed(list(catalogue.items()))
            for wish, words in (
                (Wish.MINE, texts.several("asking.words.mine")),
                (Wish.HR_OPEN, texts.several("asking.words.hr_open")),
                (Wish.FORM, (texts.say("asking.ask_hr"),)),
            )
            for word in words
        }

    def understand(self, text: str) -> Wanted | None:
        """What a message wants of HR; None when it is about something else.

        >>> from adaptive_cards.texts import load_catalogue
        >>> AskingWords(load_catalogue()).understand("Spørg HR: hvor meget ferie har jeg?").text
        'hvor meget ferie har jeg?'
        """
        known = self._whole.get(whole_message(text))
        if known is not None:
            return known
        channel = _CHANNEL.match(text.strip())
        if channel is not None:
            return Wanted(wish=Wish.CHANNEL, text=channel[1].strip(" .!»«\"'"))
        asked = _ASK.match(text.strip())
        if asked is not None:
            language = "en" if asked[1].casefold() == "ask" else "da"
            return Wanted(wish=Wish.FORM, language=language, text=asked[2].strip())
        said = " ".join(re.findall(r"[\w-]+", fold(clean(text))))
        if len(said) > LONGEST or _ELSEWHERE.search(said):
            return None
        if _PERSON.search(said):
            return Wanted(wish=Wish.FORM)
        return Wanted(wish=Wish.FORM, language="en") if _PERSON_EN.search(said) else None


_CHANNEL: Final = re.compile(
    r"(?:@?kompas,?\s+)?brug\s+(?:(?:denne|den her)\s+)?(?:kanalen?|chatten?|gruppen?)(?:\s+her)?\s+til\s+(.{1,80})$",
    re.IGNORECASE,
)
_ASK: Final = re.compile(
    r"(spørg|spoerg|ask)\s+hr\b\s*(?:[:–—-]|,|\bom\b|\babout\b)\s*(\S.*)$", re.IGNORECASE | re.DOTALL
)

_HR: Final = r"(?:hr(?:-\w+)?|personalejura|loen(?:kontoret|afdelingen)?|personaleafdelingen|min hr-partner)"
_HUMAN: Final = (
    r"(?:(?:en |et )?(?:rigtige?t? |levende |ægte )?(?:menneske|person|konsulent|raadgiver|sagsbehandler)|nogen|en fra "
    + _HR
    + ")"
)
_ELSEWHERE: Final = re.compile(
    r"^(?:hv\w+|skal jeg|hos|findes|er der)\b|\b(?:har ringet|ringede|frameld|besked til hr|svar skal hr)\b"
)
"""Questions of who and what; what has been done already; and what is said about an answer or about reminders."""

_PERSON: Final = re.compile(
    "|".join(
        (
            # to talk, chat, be put through
            rf"\b(?:tale?|snakke?|chatte|skrive|droefte det|vende det|forbindelse|i forbindelse) (?:lige )?(?:sammen )?med (?:en (?:medarbejder|kollega|konsulent) i )?(?:{_HR}|{_HUMAN})\b",
            rf"\b(?:forbindelse|moede|kontakt) (?:med|til) (?:\w+ )?{_HR}\b",
            rf"\b(?:brug for|giv mig|send (?:det|mig|den)(?: videre)? til|vil have|oensker) {_HUMAN}\b",
            r"\bikke (?:tale|snakke|skrive) med en (?:bot|robot|maskine)\b|\bstole paa en (?:bot|robot|maskine)\b",
            r"^(?:et )?menneske(?: tak)?$|\bstop bot\b|^(?:rigtig )?support(?: tak)?$",
            # a call
            r"^(?:saa )?(?:vil i |kan (?:i|du|nogen) )?(?:godt )?ringe? (?:mig op|til mig)\b|\b(?:en|nogen) (?:fra|i) \S+ til at ringe (?:til|mig)\b|\bringe[st] op\b|\bringe til mig\b",
            # sending on
            r"\bsend(?:e)? (?:det|den|mig|spoergsmaalet|mit spoergsmaal) videre\b|\b(?:videresend|eskaler|overfoer) (?:mig|til|det)\b|^overfoer mig$",
            rf"\b(?:send|stil) (?:mit |et )?spoergsmaal(?:et)? til {_HR}\b",
            rf"\b(?:opret|lav|send) (?:en )?(?:henvendelse|sag) til {_HR}\b",
            rf"\b(?:kontakt|bed|spoerg|inddrag|tilkald|involver) {_HR} (?:for mig|om at|vende|ringe|svare|for)\b|^kontakt {_HR}$",
            rf"\b{_HR} (?:skal ind over|overtage|ind over)\b|\b(?:kan|skal|lad) {_HR} overtage\b",
            rf"\b(?:fat i|bistand fra|hjaelp fra|raad fra|second opinion fra|hjaelp af) (?:{_HUMAN}|en hr-\w+|{_HR}|en kollega i stedet)\b",
            r"\b(?:fat i|svar fra|sparring med|hjaelp fra) (?:en|nogen) (?:der |konsulent|fra )",
            r"\b(?:sparring med|kan) en konsulent\b|\bpersonlig raadgivning\b",
            r"\bkan nogen (?:kigge|se) paa mit spoergsmaal\b|\bhenvendelse (?:blive )?behandlet .*\baf en person\b",
        )
    )
)
_PERSON_EN: Final = re.compile(
    r"\b(?:talk|speak|chat) (?:to|with) (?:hr|a (?:human|person)|someone|somebody)\b|\ba real person\b|\bcontact hr for me\b"
)
