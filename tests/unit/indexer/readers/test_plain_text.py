import textwrap
from collections.abc import Callable
from datetime import date

import pytest

from indexer.errors import UnreadableFile
from indexer.readers.plain_text import read_plain_text
from knowledge.models import BlockKind, DocumentKind, ParsedDocument
from knowledge.text import squeeze

_CASE = [
    ("heading", "Orientering om mentorer for nye ledere i Fjordby Kommune"),
    ("prose", "23/10457 Åben sag"),
    ("heading", "Sagsfremstilling"),
    (
        "prose",
        (
            "Fjordby Kommune har i 2023 afprøvet en ordning, hvor erfarne ledere følger nye ledere det første halve år. Ordningen er frivillig, og "
            "mentor og ny leder mødes en gang om måneden. Erfaringerne er gode, og flere nye ledere fortæller, at de hurtigere finder sig til rette."
        ),
    ),
    (
        "prose",
        (
            "Ordningen bygger på samtaler, jf. kommunens personalepolitik, og den fortsætter fra den 1. januar 2024 med de samme rammer. Der følger "
            "ikke flere penge med. Hver mentor får højst to nye ledere ad gangen, så der er tid nok til den enkelte."
        ),
    ),
    ("heading", "Hvad mentoren gør"),
    ("prose", "Mentoren har disse opgaver i det første halve år efter ansættelsen:"),
    (
        "item",
        "\uf0b7 holder en samtale om måneden med den nye leder og hjælper med at prioritere de opgaver, der fylder mest i",
    ),
    ("item", "\uf0b7 viser vej til hjælp i forvaltningen"),
    ("item", "\uf0b7 deltager i det årlige møde for mentorer."),
    ("heading", "1. Næste skridt"),
    (
        "prose",
        (
            "Forvaltningen samler erfaringerne i et kort notat, som lægges frem for udvalget efter sommerferien. Notatet skal vise, om ordningen kan "
            "udvides til souschefer, og hvad det i givet fald vil kræve af de lokale arbejdspladser."
        ),
    ),
    ("heading", "Indstilling"),
    ("prose", "Forvaltningen indstiller, at orienteringen tages til efterretning."),
    ("heading", "Beslutning i Personaleudvalget den 12-03-2024"),
    ("prose", "Taget til efterretning."),
]


def _wrapped(part: str) -> list[str]:
    return textwrap.wrap(part, 92, break_long_words=False, break_on_hyphens=False)


def _dense() -> str:
    return "\n\n".join("\n".join(_wrapped(part)) for _, part in _CASE)


def _double_spaced() -> str:
    return "\n\n \n\n".join(" \n\n".join(_wrapped(part)) for _, part in _CASE)


def _unwrapped() -> str:
    return "\r\n".join(part for _, part in _CASE)


def _marked_up() -> str:
    marks = iter(["## ", *["### "] * 9])
    return "\n\n".join(
        (next(marks) + part) if kind == "heading" else part.replace("\uf0b7", "-") for kind, part in _CASE
    )


def _read(text: str) -> ParsedDocument:
    return read_plain_text(text.encode(), path="sag.txt", default_id="sag")


@pytest.mark.parametrize("layout", [_dense, _double_spaced, _unwrapped], ids=lambda layout: layout.__name__)
def test_the_same_structure_is_found_however_lines_are_broken(layout: Callable[[], str]) -> None:
    assert [(block.kind.value, block.raw) for block in _read(layout()).blocks] == _CASE


def test_headings_marked_with_hashes_are_headings() -> None:
    found = _read(_marked_up()).blocks
    assert [block.kind.value for block in found] == [kind for kind, _ in _CASE]
    assert [block.level for block in found if block.kind is BlockKind.HEADING][:2] == [1, 2]


def test_the_case_tells_title_number_body_date_outcome_and_kind() -> None:
    document = _read(_dense()).document
    assert document.title == "Orientering om mentorer for nye ledere i Fjordby Kommune"
    assert (document.case_number, document.body, document.decision_date) == (
        "23/10457",
        "Personaleudvalget",
        date(2024, 3, 12),
    )
    assert (document.kind, document.organisation, document.valid_from) == (
        DocumentKind.BRIEFING,
        "Fjordby Kommune",
        None,
    )
    assert document.tags == ("taget til efterretning",)


def test_blocks_joined_are_the_text_of_the_source() -> None:
    assert " ".join(block.raw for block in _read(_double_spaced()).blocks) == squeeze(_double_spaced())


def test_a_case_that_decides_something_is_a_decision() -> None:
    document = _read(
        "Ny ferieplan\n\nSagsfremstilling\n\nPlanen gælder alle.\n\nBeslutning i Byrådet den 2. maj 2023\n\nByrådet godkendte planen."
    ).document
    assert (document.kind, document.body, document.decision_date, document.tags) == (
        DocumentKind.DECISION,
        "Byrådet",
        date(2023, 5, 2),
        ("godkendt",),
    )


def test_the_last_of_several_decisions_counts() -> None:
    text = "Ny ferieplan\n\nPlanen gælder alle.\n\nBeslutning i Økonomiudvalget den 02-05-2023\n\nAnbefales.\n\nBeslutning i Byrådet den 09-05-2023\n\nGodkendt."
    assert (_read(text).document.body, _read(text).document.decision_date) == ("Byrådet", date(2023, 5, 9))


def test_a_text_without_a_decision_is_a_guideline() -> None:
    assert (
        _read("Sådan holder du en samtale\n\nFind et roligt rum, og sæt god tid af.").document.kind
        is DocumentKind.GUIDELINE
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Sagsfremstilling\n\nPersonaleudvalget forelægges en plan for seniorer, som gælder fra maj.",
            "En plan for seniorer",
        ),
        (
            "Sagsfremstilling\n\nDer er lavet en plan.\n\nBilag:\n\n1 - 1234567 Åben Seniorplan 2024 (11111/24) (H)",
            "Seniorplan 2024",
        ),
        ("Ring til medarbejderen på den første dag, og skriv et notat.", "Ring til medarbejderen på den første dag"),
        ("Seniorer\n\nAlle medarbejdere over 60 tilbydes en samtale.", "Seniorer"),
    ],
)
def test_a_text_without_a_title_gets_one(text: str, title: str) -> None:
    assert _read(text).document.title == title


def test_persons_of_minutes_are_in_no_block() -> None:
    text = (
        _dense()
        + "\n\nKarla Prøvesen (Z) deltog ikke under behandlingen.\n\nAfbud:\nAsta Eksempel\n\nBilag:\n\nDocPart123456\n"
    )
    found = _read(text)
    assert [(block.kind.value, block.raw) for block in found.blocks] == _CASE


def test_a_date_or_an_amount_at_the_start_of_a_line_opens_no_list() -> None:
    lines = [
        "Den nye ordning for alle ledere i kommunen gælder efter aftale med de ansatte først fra den",
        "1. maj 2025, og den koster kommunen mindre end en tyvendedel af det beløb, som blev sat af i",
        "2024. Resten går til kurser.",
    ]
    found = _read("\n".join([*_wrapped(_CASE[3][1]), "", *lines])).blocks
    assert [block.kind for block in found] == [BlockKind.PROSE, BlockKind.PROSE]


def test_numbered_lines_that_follow_each_other_are_a_list() -> None:
    found = _read(
        "Sådan gør du\n\nFølg disse trin:\n1. Ring til medarbejderen\n2. Skriv et notat\n3. Aftal næste samtale\n\nDerefter er du færdig."
    ).blocks
    assert [block.kind.value for block in found] == ["heading", "prose", "item", "item", "item", "prose"]


def test_items_without_bullets_after_a_lead_are_a_list() -> None:
    found = _read(
        "Tre ting er vigtige:\nRo i rummet, så alle kan høre\nGod tid til samtalen\nEt notat bagefter.\n\nHusk også kaffe."
    ).blocks
    assert [block.kind.value for block in found] == ["prose", "item", "item", "item", "prose"]


def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next_line() -> None:
    found = _read("Husk:\n•\nRing til medarbejderen\n•\nSkriv et notat").blocks
    assert [block.raw for block in found] == ["Husk:", "• Ring til medarbejderen", "• Skriv et notat"]


def test_a_heading_at_a_page_break_is_found_without_blank_lines() -> None:
    body = _wrapped(_CASE[3][1])
    text = "\n".join([*_wrapped(_CASE[4][1]), " Et nyt afsnit", *body])
    assert [block.raw for block in _read(text).blocks if block.kind is BlockKind.HEADING] == ["Et nyt afsnit"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_files_saved_by_windows_editors_are_read(encoding: str) -> None:
    found = read_plain_text("Særlige forløb\r\n\r\nRing på første dag.".encode(encoding), path="a.txt", default_id="a")
    assert found.document.title == "Særlige forløb"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x00\x01", "is binary, not text"),
        (b"\xff\xfe\x00\xd8", "is binary"),
        (bytes(range(1, 256)), "is binary"),
        (b"a\x81b", "neither UTF-8 nor"),
        (b"Bilag:", "no text"),
    ],
)
def test_what_is_not_text_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_plain_text(content, path="a.txt", default_id="a")


def test_numbered_sections_nest_and_capitals_make_a_title() -> None:
    text = """FERIEPOLITIK
Fjordby Kommune 2022

1. Formål
Politikken skal sikre, at alle ansatte i kommunen
behandles ens, når de vil holde ferie.

2. Ferie
2.1 Hovedferie
Medarbejderen og lederen aftaler ferien inden
udgangen af marts.

§ 3. Feriefridage
Fridage aftales med lederen.
"""
    found = _read(text)
    assert found.document.title == "FERIEPOLITIK"
    assert [(block.raw, block.level) for block in found.blocks if block.kind is BlockKind.HEADING] == [
        ("FERIEPOLITIK", 1),
        ("Fjordby Kommune 2022", 2),
        ("1. Formål", 3),
        ("2. Ferie", 3),
        ("2.1 Hovedferie", 4),
        ("§ 3. Feriefridage", 3),
    ]


def test_the_name_of_a_body_above_the_case_is_not_the_title() -> None:
    found = _read(
        "Udvalget for Skoler\n\nReferat\n\nNy ferieplan for skolerne\n\nSagsfremstilling\n\nPlanen gælder alle ansatte på skolerne."
    )
    assert found.document.title == "Ny ferieplan for skolerne"
