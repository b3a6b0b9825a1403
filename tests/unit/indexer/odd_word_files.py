"""DOCX files that Word would not write: a sound one with one part of its inside replaced."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import docx

DOCUMENT, CORE = "word/document.xml", "docProps/core.xml"
Change = Callable[[bytes], bytes]


def word_file(part: str = DOCUMENT, change: Change = bytes) -> bytes:
    """A heading, bold text, an item and a table, with `change` done to one part of the package."""
    file = docx.Document()
    file.add_heading("Titel", 1)
    file.add_paragraph().add_run("Ring til medarbejderen.").bold = True
    file.add_paragraph("Aftal en vikar", style="List Bullet")
    table = file.add_table(rows=2, cols=2)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "celle"
    sound, odd = BytesIO(), BytesIO()
    file.save(sound)
    with zipfile.ZipFile(sound) as before, zipfile.ZipFile(odd, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return odd.getvalue()


def _put(old: bytes, new: bytes) -> Change:
    return lambda content: content.replace(old, new, 1)


ODD: Mapping[str, bytes] = {
    "a cell merged with one above the first row": word_file(
        change=_put(b"<w:tcPr>", b'<w:tcPr><w:vMerge w:val="continue"/>')
    ),
    "a cell as wide as a word": word_file(change=_put(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="abc"/>')),
    "a style without a name": word_file(change=_put(b'<w:pStyle w:val="Heading1"/>', b"<w:pStyle/>")),
    "no body": word_file(change=lambda content: re.sub(rb"<w:body>.*</w:body>", b"", content, flags=re.DOTALL)),
}


def crowded(paragraphs: int) -> bytes:
    """Nothing but empty paragraphs, which pack to almost nothing."""
    return word_file(change=_put(b"<w:body>", b"<w:body>" + b"<w:p/>" * paragraphs))
