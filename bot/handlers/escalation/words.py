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
        return known or _commanded(text.strip()) or _said(" ".join(re.findall(r"[\w-]+", fold(clean(text)))))


def _commanded(text: str) -> Wanted | None:
    """What is said in a fixed form."""
    channel = _CHANNEL.match(text)
    if channel is not None:
        return Wanted(wish=Wish.CHANNEL, text=channel[1])
    asked = _ASK.match(text)
    if asked is None:
        return None
    return Wanted(wish=Wish.FORM, language="en" if asked[1].casefold() == "ask" else "da", text=asked[2].strip())


def _said(words: str) -> Wanted | None:
    """What is said in one's own words, folded and without punctuation."""
    if len(words) > LONGEST:
        return None
    for wish, pattern in ((Wish.MINE, _MINE), (Wish.HR_OPEN, _HR_OPEN)):
        if pattern.fullmatch(words):
            return Wanted(wish=wish)
    if _ELSEWHERE.search(words):
        return None
    if _PERSON.search(words):
        return Wanted(wish=Wish.FORM)
    return Wanted(wish=Wish.FORM, language="en") if _PERSON_EN.search(words) else None


_CHANNEL: Final = re.compile(
    r"(?:@?kompas,?\s+)?brug\s+(?:(?:denne|den her)\s+)?(?:kanal(?:en)?|chat(?:ten)?|gruppe(?:n)?)(?:\s+her)?\s+til\s+"
    r"(?:spørgsmål\s+(?:til|om)\s+)?[»\"']?((?!at\b|det\b|de\b|en\b|et\b)[\w-]+(?:\s+[\w&-]+){0,3}?)[.!«\"']*\s*$",
    re.IGNORECASE,
)
"""At most four words and no sentence: whether they are a group of HR's, the routing tells."""

_ASK: Final = re.compile(
    r"(?:(?:hej|hej kompas|kompas|@kompas),?\s+)?(spørg|spoerg|ask)\s+(?:lige\s+)?hr\b\s*(?:[:–—-]|,|\bom\b|\babout\b)\s*(\S.*)$",
    re.IGNORECASE | re.DOTALL,
)

_HR: Final = r"(?:hr(?:-\w+)?|personalejura|loen(?:kontoret|afdelingen)?|personaleafdelingen|min hr-partner)"
_HUMAN: Final = (
    r"(?:(?:en |et )?(?:rigtige?t? |levende |ægte )?(?:menneske|person|konsulent|raadgiver|sagsbehandler|jurist|personalejurist)|nogen|en (?:fra|i) "
    + _HR
    + ")"
)
_ELSEWHERE: Final = re.compile(
    r"^(?:hv(?!ordan faar jeg fat i (?:et|en) (?:rigtig|levende|menneske))\w+|skal|hos|findes|er der)\b|\b(?:har ringet|ringede|frameld|besked til hr|svar skal hr)\b"
)
"""Questions of who and what; what has been done already; and what is said about an answer or about reminders."""

_PERSON: Final = re.compile(
    "|".join(
        (
            # to talk, chat, be put through
            rf"\b(?:tale?|snakke?|chatte|skrive|droefte det|vende det|forbindelse|i forbindelse) (?:lige |direkte )?(?:sammen )?med (?:en (?:medarbejder|kollega|konsulent) i )?(?:{_HR}|{_HUMAN})\b",
            rf"\b(?:forbindelse|moede|kontakt) (?:med|til) (?:\w+ )?{_HR}\b",
            rf"\b(?:brug for|giv mig|send (?:det|mig|den)(?: videre)? til|vil (?:gerne )?have|oensker|(?:maa|kan) jeg faa) {_HUMAN}\b",
            r"\bikke (?:tale|snakke|skrive) med en (?:bot|robot|maskine)\b|\bstole paa en (?:bot|robot|maskine)\b|\bikke (?:af )?en (?:bot|robot|maskine)$",
            r"^(?:et )?menneske(?: tak)?$|\bstop bot\b|^(?:rigtig )?support(?: tak)?$",
            # a call
            r"^(?:saa )?(?:vil i |kan (?:i|du|nogen) )?(?:godt )?ringe? (?:mig op|til mig)\b|\b(?:en|nogen) (?:fra|i) \S+ til at ringe (?:til|mig)\b|\bringe[st] op\b|\bringe til mig\b",
            # asking HR, or having HR do something
            rf"\b(?:vil|vil hellere|vil gerne|skal|kan du|vil du|maa du) (?:hellere |gerne |lige )?spoerge (?:en i )?{_HR}\b",
            rf"\bhar et spoergsmaal til {_HR}$|\bstille {_HR} et spoergsmaal\b",
            rf"\b(?:faa|have) {_HR} til at\b|\b(?:skriv|ring) til {_HR} for mig\b|\ben fra {_HR} i roeret\b",
            rf"^kan (?:en fra )?{_HR} (?:(?:kontakte|ringe til|skrive til|svare) mig|ringe tilbage|(?:se|kigge) paa (?:det|mit))\b|\bhave (?:et )?svar fra {_HR}$|\b{_HR} maa gerne (?:vende tilbage|kontakte mig|ringe|svare)\b",
            rf"^(?:det|saa|nu) (?:maa|skal|kan) {_HR} (?:tage sig af|svare|kigge|se)\b|^videre til {_HR}(?: tak)?$",
            # sending on
            rf"\b(?:send|sende|giv|give|laeg|laegge|bring|bringe) (?:det|det her|den|mit spoergsmaal|spoergsmaalet) (?:videre |op )?til {_HR}\b",
            r"\bsend(?:e)? (?:det|den|mig|spoergsmaalet|mit spoergsmaal) videre\b|\b(?:videresend|eskaler|overfoer) (?:mig|til|det)\b|^overfoer mig$",
            rf"\b(?:send|sende|stil) (?:mit |et )?spoergsmaal(?:et)? til {_HR}\b",
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
    r"\b(?:talk|speak|chat) (?:to|with) (?:hr|a (?:human|person)|someone|somebody)\b|\ba real person\b|\bcontact hr for me\b|^can (?:someone|somebody) in hr\b"
)

_MINE: Final = re.compile(
    r"(?:(?:vis|se|jeg vil (?:gerne )?se|maa jeg se) (?:mig )?)?(?:alle )?mine (?:spoergsmaal|henvendelser)(?: (?:til|hos) hr)?(?: tak)?"
    r"|(?:hvad (?:er der sket med|sker der med|blev der af)|hvor (?:er|langt er)|status paa|hvordan gaar det med) "
    r"(?:mit spoergsmaal|min henvendelse)(?: (?:til|hos) hr)?(?: blevet af)?"
    r"|har hr svaret (?:mig|paa mit spoergsmaal)(?: endnu)?"
)
_HR_OPEN: Final = re.compile(
    r"(?:(?:vis|se|hvilke|er der) (?:mig )?)?(?:de |nogen )?(?:nye|aabne|ubesvarede|ventende) (?:spoergsmaal|henvendelser)(?: (?:til|hos) hr)?"
    r"|hvilke (?:spoergsmaal|henvendelser) (?:venter(?: paa (?:os|mig|hr|svar))?|mangler svar)"
)
