import pytest

from indexer.errors import UnreadableFile
from indexer.readers.pdf import read_pdf
from knowledge.models import BlockKind, ParsedDocument
from tests.unit.indexer.readers.pdf_files import Text, grid, paragraph, pdf

_FIRST = [
    "Når en medarbejder melder sig syg, ringer lederen samme dag og taler om arbejds-",
    "opgaver, der skal flyttes. Samtalen tager få minutter, og den handler ikke om selve",
    "sygdommen. Lederen skriver et kort notat efter samtalen.",
]
_SECOND = [
    "Lederen aftaler den næste samtale med det samme, så begge ved, hvornår de taler",
    "sammen igen. En fast rytme gør det lettere for begge parter.",
]


def _read(content: bytes) -> ParsedDocument:
    return read_pdf(content, path="politik.pdf", default_id="politik")


def _guide() -> bytes:
    page = [
        *paragraph(["Fraværspolitik for Fjordby Kommune"], top=760, size=20),
        *paragraph(["Den første dag"], top=715, size=14),
        *paragraph(_FIRST, top=690),
        *paragraph(_SECOND, top=630),
        *paragraph(["• Ring til medarbejderen", "• Skriv et notat"], top=585),
    ]
    table = [
        *paragraph(["Hvem gør hvad"], top=760, size=14),
        *grid([["Dag", "Handling"], ["1", "Ring"], ["3", "Aftal møde"]], top=740),
    ]
    running = [
        [Text(x=60, y=810, text="Fjordby Kommune, HR"), Text(x=300, y=30, text=f"Side {number} af 2")]
        for number in (1, 2)
    ]
    return pdf([*page, *running[0]], [*table, *paragraph(["Tal med HR, hvis du er i tvivl."], top=640), *running[1]])


def test_larger_type_makes_headings_and_the_largest_is_the_title() -> None:
    found = _read(_guide())
    assert found.document.title == "Fraværspolitik for Fjordby Kommune"
    assert found.document.organisation == "Fjordby Kommune"
    headings = [(block.raw, block.level) for block in found.blocks if block.kind is BlockKind.HEADING]
    assert headings == [("Fraværspolitik for Fjordby Kommune", 1), ("Den første dag", 2), ("Hvem gør hvad", 2)]


def test_printed_lines_become_paragraphs_and_broken_words_whole() -> None:
    prose = [block.raw for block in _read(_guide()).blocks if block.kind is BlockKind.PROSE]
    assert prose[0].startswith(
        "Når en medarbejder melder sig syg, ringer lederen samme dag og taler om arbejdsopgaver, der skal"
    )
    assert prose[1] == " ".join(_SECOND)


def test_bullets_are_items_and_table_rows_carry_their_headers() -> None:
    blocks = _read(_guide()).blocks
    assert [block.raw for block in blocks if block.kind is BlockKind.ITEM] == [
        "• Ring til medarbejderen",
        "• Skriv et notat",
    ]
    assert [block.raw for block in blocks if block.kind is BlockKind.ROW] == [
        "Dag: 1; Handling: Ring",
        "Dag: 3; Handling: Aftal møde",
    ]


def test_blocks_know_their_page_and_running_lines_are_dropped() -> None:
    blocks = _read(_guide()).blocks
    assert {block.page for block in blocks if block.raw == "Tal med HR, hvis du er i tvivl."} == {2}
    assert all(block.page == 1 for block in blocks[:3])
    assert not any("Side" in block.raw or block.raw == "Fjordby Kommune, HR" for block in blocks)


def test_bold_lines_are_headings_where_all_type_is_of_one_size() -> None:
    found = _read(pdf([*paragraph(["Om barsel"], top=760, bold=True), *paragraph(_FIRST, top=730)]))
    assert (found.blocks[0].kind, found.blocks[0].raw) == (BlockKind.HEADING, "Om barsel")


def test_persons_in_printed_minutes_are_left_out() -> None:
    found = _read(pdf([*paragraph([*_SECOND, "Afbud:", "Karla Prøvesen"], top=760)]))
    assert not any("Prøvesen" in block.raw for block in found.blocks)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(paragraph(["Hemmeligt"], top=700), encrypted=True), "encrypted with a password"),
        (pdf([]), "without text"),
        (b"%PDF-1.4\nrubbish", "corrupt PDF"),
        (_guide()[:600], "corrupt PDF"),
        (b"PK\x03\x04 not a pdf", "is not a PDF"),
    ],
    ids=["encrypted", "no text", "rubbish", "cut off", "other type"],
)
def test_a_pdf_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        _read(content)
