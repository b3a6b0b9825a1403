"""Which typed messages are about HR's reminders. Pure and narrow: `påmindelser` alone are one's own, on absence.

A sentence is taken when it asks for something to be made or shown. A question about a campaign, such as what it was about or why one
got it, is for the sources, and a reminder to oneself is for the follow-up of absence: neither begins with what is listed here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from adaptive_cards.texts import Catalogue

_GREETING: Final = r"(?:(?:hej|hejsa|goddag|godmorgen)(?: kompas)?|kompas)[,!.]? "
_LEAD: Final = (
    r"(?:(?:jeg|vi) (?:skal (?:bruge |have )?|vil (?:gerne )?(?:have )?|ønsker (?:at )?|har brug for (?:at )?)"
    r"|(?:kan|vil) du (?:hjælpe (?:mig |os )?med (?:at )?)?|hjælp (?:mig |os )?med (?:at )?|lad os |så skal vi )"
)
_START: Final = re.compile(f"^(?:{_GREETING})?{_LEAD}?")

_SOME: Final = (
    r"(?:(?:(?:alle|samtlige) )?(?:de |vores |kommunens )?(?:nye )?"
    r"(?:ledere|lederne|mellemledere|mellemlederne|medarbejdere|medarbejderne|ansatte"
    r"|tr|amr|tillidsrepræsentanter|tillidsrepræsentanterne|arbejdsmiljørepræsentanter|arbejdsmiljørepræsentanterne)"
    r"|(?:dem|de|alle),? (?:der|som) er .{1,60}|alle(?! (?:mine|dage|mit|min))|hele (?!min|mit))"
)
_CROWD: Final = rf"{_SOME}(?:(?:,| og) {_SOME}){{0,4}}"
_ANYTHING: Final = r"(?: .{1,120})?"
_NAMED: Final = r"(?:[\wæøå]+-)?"
_CAMPAIGN: Final = rf"{_NAMED}kampagne"
_MAKE: Final = (
    r"(?:opret(?:te|tet)?|lav(?:e|et)?|(?:ud|rund)?send(?:e|t)?|start(?:e|et)?|skriv(?:e)?|skrevet"
    r"|planlæg(?:ge)?|planlagt|begynd(?:e)?|forbered(?:e)?|sæt(?:te)?)"
)
_A: Final = r"(?:(?:en|et|ny|nyt|lille|kort|fælles|udkast til|i gang) )*"

_NEW: Final = re.compile(
    "|".join(
        (
            # A campaign, whomever it is for.
            rf"(?:{_MAKE} )?{_A}{_CAMPAIGN}(?:ud)?(?::| (?:til|for|om|med|ud|på|i)\b).{{0,120}}",
            rf"(?:{_MAKE}|ny) {_A}{_CAMPAIGN}n?|en (?:ny )?{_CAMPAIGN}",
            rf"hvordan (?:laver|opretter|sender|starter) (?:jeg|vi|man) {_A}{_CAMPAIGN}",
            # A reminder: to many, or by a word that says so. One without a word more is what the templates are for.
            rf"(?:{_MAKE} )?{_A}(?:hr-?)?påmindelse (?:ud )?(?:til|for) {_CROWD}{_ANYTHING}",
            rf"{_MAKE} {_A}hr-?påmindelse{_ANYTHING}",
            rf"(?:opret|oprette|lav|lave|skriv|skrive|planlæg|planlægge|ny) {_A}påmindelse",
            rf"(?:udsend(?:e|t)?|rundsend(?:e|t)?) {_A}(?:påmindelse|besked){_ANYTHING}",
            # A message to many.
            rf"{_MAKE} {_A}(?:besked|meddelelse|information|info|mail|noget|nyt)(?: ud)? til {_CROWD}{_ANYTHING}",
            rf"(?:skriv(?:e)?) (?:ud )?til {_CROWD}{_ANYTHING}",
            rf"(?:på)?mind(?:e)? {_CROWD} (?:om|på) .{{1,120}}",
            rf"husk(?:e)? {_CROWD} på .{{1,120}}",
            rf"(?:informer(?:e)?|orienter(?:e)?) {_CROWD} om .{{1,120}}",
            rf"giv(?:e)? {_CROWD} besked{_ANYTHING}",
            rf"(?:massebesked|fællesbesked|rundskrivelse){_ANYTHING}",
            # A template.
            r"(?:vis|se|åbn|brug)(?: mig)? (?:alle )?(?:hr's )?skabelon(?:er|erne|en)? (?:til|for) (?:en )?(?:kampagne|påmindelse)r?",
        )
    )
)

_THE_CAMPAIGN: Final = (
    rf"(?:(?:en|den|min|mine|vores|alle|de|hr's|planlagte|sidste|seneste|igangværende|gamle) )*{_CAMPAIGN}(?:n|r|rne)?"
)
_SHOW: Final = r"(?:vis|vise|se|åbn|åbne|find|finde|hent)"
_ONE: Final = rf"(?:{_CAMPAIGN}n|{_CAMPAIGN} c\d\d)"
_THAT: Final = rf"(?:{_ONE}|påmindelsen)"

_MANAGE: Final = (
    r"(?:træk(?:ke)?|sæt(?:te)?|stop(?:pe)?|aflys(?:e)?|annuller(?:e)?|pause|fortsæt(?:te)?|genoptag(?:e)?|godkend(?:e)?"
    r"|ret(?:te)?|rediger(?:e)?|ændr(?:e)?|slet(?:te)?|eksporter(?:e)?)"
)

_LIST: Final = re.compile(
    "|".join(
        (
            rf"{_SHOW}(?: mig)? {_THE_CAMPAIGN}{_ANYTHING}",
            rf"(?:{_SHOW}(?: mig)? )?kampagne(?:listen|oversigten|oversigt)|oversigt over kampagner",
            rf"{_SHOW}(?: mig)? (?:alle )?hr's påmindelser",
            rf"(?:{_SHOW}(?: mig)? |hvad er )?(?:status|statussen|tal|tallene) (?:på|for|fra|om) {_THE_CAMPAIGN}{_ANYTHING}",
            rf"(?:er|bliver|blev) {_ONE} (?:sendt|færdig|godkendt|nået ud|trukket tilbage){_ANYTHING}",
            rf"hvordan (?:går|gik|står|ligger) det (?:til )?(?:med )?{_THE_CAMPAIGN}{_ANYTHING}",
            rf"hvor langt er (?:vi|i|du|den) (?:nået )?(?:med )?{_ONE}{_ANYTHING}",
            rf"hvor (?:mange|langt) .{{0,40}}(?:kvitteret|nået|fået|modtaget) .{{0,20}}{_THAT}{_ANYTHING}",
            rf"hvor mange har kvitteret(?: for {_NAMED}kampagne.{{0,60}})?",
            rf"hvem (?:mangler at kvittere|(?:har )?(?:ikke )?(?:har )?kvitteret)(?: for {_THAT}{_ANYTHING})?",
            rf"{_SHOW}(?: mig)? (?:dem|alle),? (?:der|som) (?:ikke har kvitteret|mangler at kvittere){_ANYTHING}",
            rf"hvem .{{0,20}}(?:nået|fået|modtaget) .{{0,20}}{_ONE}{_ANYTHING}",
            r"hvilke kampagner (?:er|har vi|venter|kører|mangler).{0,60}",
            # What is done with one that is under way: from its card, which the list opens.
            rf"{_MANAGE} (?:udsendelsen af |kladden til )?(?:en )?(?:{_CAMPAIGN}n?|{_CAMPAIGN} c\d\d){_ANYTHING}",
            r"(?:træk|trække) (?:påmindelsen|en påmindelse) (?:.{1,60} )?tilbage",
            r"godkend(?:e)? (?:en |den )?påmindelse(?:n)?(?: (?:fra|til|om) .{1,60})?",
        )
    )
)


class Wish(StrEnum):
    """What is asked for."""

    NEW = "new"
    LIST = "list"


class CampaignWords:
    """The whole messages of the catalogue, in every language, and sentences that ask for the same."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._said = {
            phrase: (wish, texts.language)
            for texts in reversed(list(catalogue.values()))
            for wish in Wish
            for phrase in texts.several(f"campaigns.commands.{wish.value}")
        }

    def wish(self, text: str) -> tuple[Wish, str] | None:
        """What a message wishes and its language; None when it is about something else."""
        plain = " ".join(text.casefold().split()).strip(" .!?")
        found = self._said.get(plain)
        if found is not None:
            return found
        asked = plain[_begun(plain) :]
        if _LIST.fullmatch(asked):
            return Wish.LIST, "da"
        return (Wish.NEW, "da") if _NEW.fullmatch(asked) else None


def _begun(plain: str) -> int:
    """Where the wish begins, after a greeting and the words that lead up to it."""
    found = _START.match(plain)
    return found.end() if found is not None else 0
