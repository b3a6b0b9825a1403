"""What the code knows of Danish and English as languages: small words, abbreviations, months, numbers.

Data about language, not texts for users; `knowledge.text` is the place that works with it.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip

ABBREVIATIONS = _words(
    """
    adr. afd. afs. alm. bek. bem. bl.a. ca. cirk. d. d.å. dvs. e.kr. ekskl. eng. etabl. evt. f. f.eks. f.kr.
    f.t. ff. fhv. forsk. frk. gl. gns. h.c. henh. henv. hhv. hr. ibid. ift. iflg. ifm. iht. ikr. inkl. instr. jf.
    jr. jvf. kap. kgl. kl. kld. lb. lic. litr. lovbek. m. m.a.o. m.h.p. m.h.t. medd. mht. mhp. mdl. nr. nuv. o. obl. omkr. opr.
    ordf. p. p.t. pga. pkt. pl. pr. prof. præs. psyk. ref. respons. rk. s. s.d. s.k. sml. skt. stk.
    str. sv. t.o.m. tidl. tlf. udg. ug. v. vedk. vedr. vejl. vha. vol. vs. årg. årh. e.g. i.e. mr. mrs. ms. dr. approx. incl. esp.
    """
)
"""Abbreviations that never end a sentence: something always follows them."""

CLOSING_ABBREVIATIONS = _words(
    "mv. m.v. m.m. m.fl. mfl. osv. o.lign. o.l. o.a. etc. kr. mio. mia. pct. dkk. ltd. inc. f.m. e.m. vdr. jan. feb. aug. sept. okt. nov. dec. "
    "max. min. st. int. spec."
)
"""Abbreviations that may end a sentence: a capital letter after them begins a new one."""

STOP_WORDS_DA = _words(
    """
    ad af aldrig alle allerede alligevel alt altid anden andet andre at begge blev blive bliver blot burde bør da de dem den denne der
    deraf deres derfor derfra deri dermed derpå dertil derved det dets dette dig din dine disse dit dog du efter ej eller ellers en end
    endnu ene eneste enhver ens er et f.eks. flere fleste for foran fordi forrige fra fx før først ganske gennem gjorde gjort gør gøre
    gørende ham han hans har havde have hej helt hen hende hendes henover her herefter heri hermed herpå hun hvad hvem hver hvilke
    hvilken hvilkes hvis hvor hvordan hvorefter hvorfor hvorfra hvorhen hvori hvorimod hvornår hvorved i igen igennem ikke imellem imens
    imod ind indtil ingen intet ja jeg jer jeres jo kan kom komme kommer kun kunne lad lige ligesom man mand mange med meget mellem men
    mens mere mest mig min mine mit mod må måske ned nej nemlig nogen nogensinde noget nogle nok nu når næste næsten og også om omkring
    op os over overalt overfor på samme samt sig selv selvom sige siger sin sine sit skal skulle snart som stadig stor store synes så
    sådan således tag tage temmelig thi til tit ud uden udover under undtagen var ved vi via vil ville vore vores vær være været
    """
)

STOP_WORDS_EN = _words(
    """
    a about above after again against all am an and any are aren't as at be because been before being below between both but by can
    can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further had has have having he
    her here hers him himself his how i i'm if in into is isn't it it's its itself me more most my myself no nor not of off on once
    only or other our ours out over own please same shall she should so some such than that that's the their them then there these
    they this those through to too under until up us very was we were what what's when where which while who whom why will with
    would you your yours
    """
)

AMBIGUOUS_STOP_WORDS = _words(
    "a all at for have her here i is man men so to do under over by had he him in me most no on or sin her off"
)
"""Words that stand in both languages or mean something else in the other: they say nothing about which one a text is in."""

NUMBER_WORDS_DA = {
    word: value
    for value, words in enumerate(
        (
            "nul", "én ét", "to anden andet andre", "tre tredje", "fire fjerde", "fem femte", "seks sjette", "syv syvende", "otte ottende",
            "ni niende", "ti tiende", "elleve ellevte elvte", "tolv tolvte", "tretten trettende", "fjorten fjortende", "femten femtende",
            "seksten sekstende", "sytten syttende", "atten attende", "nitten nittende", "tyve tyvende",
        )
    )
    for word in words.split()
} | {"første": 1, "en": 1, "et": 1, "tredive": 30, "tredivte": 30, "fyrre": 40, "halvtreds": 50, "tres": 60}  # fmt: skip

NUMBER_WORDS_EN = {
    word: value
    for value, words in enumerate(
        (
            "zero", "first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh", "eight eighth",
            "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth", "thirteen thirteenth", "fourteen fourteenth",
            "fifteen fifteenth", "sixteen sixteenth", "seventeen seventeenth", "eighteen eighteenth", "nineteen nineteenth",
            "twenty twentieth",
        )
    )
    for word in words.split()
}  # fmt: skip

COUNTED_ONLY_BEFORE_UNITS = _words("en et anden andet andre to second")
"""Words that are numbers only before a unit ("anden sygedag", "en uge"); elsewhere they are articles and pronouns."""

UNIT_WORD = (
    r"(?:\w*(?:dag|uge|måned|time|minut|gang|år|kvartal|fravær)\w*|days?|weeks?|months?|hours?|times?|years?|sick)"
)
"""A pattern for what is counted in questions about rules."""
