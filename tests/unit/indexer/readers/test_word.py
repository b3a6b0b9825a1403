import time
from io import BytesIO

import docx
import docx.oxml
import pytest
from docx.document import Document as WordFile

from indexer.errors import UnreadableFile
from indexer.readers.word import MAX_PARTS, read_word
from knowledge.models import BlockKind, ParsedDocument
from tests.unit.indexer.odd_word_files import CORE, ODD, crowded, word_file


def _saved(file: WordFile) -> bytes:
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _read(file: WordFile) -> ParsedDocument:
    return read_word(_saved(file), path="notat.docx", default_id="notat")


def test_headings_paragraphs_lists_and_tables_keep_their_order() -> None:
    file = docx.Document()
    file.add_heading("Barsel i Fjordby Kommune", 0)
    file.add_heading("Hvad skal lederen gøre?", 1)
    file.add_paragraph("Tal med medarbejderen i god tid.")
    file.add_paragraph("Aftal en vikar", style="List Bullet")
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("Frist", "Handling", "3 måneder", "Skriv til HR"), strict=True
    ):
        cell.text = text
    file.add_paragraph("Spørg HR ved tvivl.")
    found = _read(file)
    assert [(block.kind, block.raw) for block in found.blocks] == [
        (BlockKind.HEADING, "Barsel i Fjordby Kommune"),
        (BlockKind.HEADING, "Hvad skal lederen gøre?"),
        (BlockKind.PROSE, "Tal med medarbejderen i god tid."),
        (BlockKind.ITEM, "Aftal en vikar"),
        (BlockKind.ROW, "Frist: 3 måneder; Handling: Skriv til HR"),
        (BlockKind.PROSE, "Spørg HR ved tvivl."),
    ]
    assert (found.document.title, found.document.organisation) == ("Barsel i Fjordby Kommune", "Fjordby Kommune")


def test_short_bold_lines_are_headings_in_a_document_without_styles() -> None:
    file = docx.Document()
    file.add_paragraph().add_run("Hvem ringer du til?").bold = True
    file.add_paragraph("Du ringer til din egen leder.")
    assert [block.kind for block in _read(file).blocks] == [BlockKind.HEADING, BlockKind.PROSE]


def test_minutes_in_word_give_body_date_and_kind_and_no_names() -> None:
    file = docx.Document()
    file.add_heading("Ny model for mentorer", 1)
    file.add_paragraph("Forslaget lægger op til mentorer for alle nye ledere.")
    file.add_heading("Beslutning i Personaleudvalget den 03-04-2024", 2)
    file.add_paragraph("Vedtaget.")
    file.add_paragraph("Asta Prøvesen (Z) deltog ikke i behandlingen af punktet.")
    found = _read(file)
    assert (found.document.body, str(found.document.decision_date), found.document.kind.value) == (
        "Personaleudvalget",
        "2024-04-03",
        "beslutning",
    )
    assert not any("Prøvesen" in block.raw for block in found.blocks)


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("Ring på ")
    for tag, inner, text in (("w:ins", "w:t", "dag 3"), ("w:del", "w:delText", "dag 5")):
        change = docx.oxml.OxmlElement(tag)
        run = docx.oxml.OxmlElement("w:r")
        words = docx.oxml.OxmlElement(inner)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    assert [block.raw for block in _read(file).blocks] == ["Ring på dag 3"]


def test_merged_cells_are_told_once() -> None:
    file = docx.Document()
    table = file.add_table(rows=2, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Hvem", "Hvornår"
    table.rows[1].cells[0].merge(table.rows[1].cells[1]).text = "Alle ledere"
    assert [block.raw for block in _read(file).blocks] == ["Hvem: Alle ledere"]


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_a_word_file_that_word_would_not_write_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"corrupt DOCX \(not as Word writes it inside\)"):
        read_word(content, path="notat.docx", default_id="notat")


def test_a_word_file_without_readable_properties_is_read_without_its_title() -> None:
    found = read_word(word_file(CORE, lambda _: b"<x/>"), path="notat.docx", default_id="notat")
    assert "Ring til medarbejderen." in [block.raw for block in found.blocks]


def test_a_word_file_of_nothing_but_empty_paragraphs_takes_no_time() -> None:
    content = crowded(MAX_PARTS)
    started = time.process_time()
    with pytest.raises(UnreadableFile, match="holds more than 50,000 paragraphs and cells"):
        read_word(content, path="notat.docx", default_id="notat")
    assert time.process_time() - started < 5


def _damaged() -> bytes:
    content = bytearray(_saved(docx.Document()))
    content[200:260] = b"\xff" * 60
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no zip at all", "corrupt DOCX"),
        (_damaged(), "corrupt DOCX"),
        (_saved(docx.Document())[:2_000], "corrupt DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "protected by a password or an old .doc"),
        (_saved(docx.Document()), "holds no text"),
    ],
    ids=["no zip", "damaged", "cut off", "password", "empty"],
)
def test_a_word_file_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_word(content, path="notat.docx", default_id="notat")
