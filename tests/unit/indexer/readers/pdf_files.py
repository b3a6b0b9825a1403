"""Writes small PDF files: text at places, in two fonts, and lines for tables."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text with its left end `x` and base line `y` in points from the lower left corner of an A4 page."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    x0: float
    y0: float
    x1: float
    y1: float


def paragraph(lines: Sequence[str], *, top: float, size: float = 11, bold: bool = False) -> list[Text]:
    return [Text(x=60, y=top - at * size * 1.3, text=line, size=size, bold=bold) for at, line in enumerate(lines)]


def grid(rows: Sequence[Sequence[str]], *, top: float, width: float = 150, height: float = 20) -> list[Text | Rule]:
    """A table with lines round every cell."""
    columns = len(rows[0])
    texts = [
        Text(x=65 + c * width, y=top - (r + 1) * height + 6, text=cell)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    ]
    across = [
        Rule(x0=60, y0=top - r * height, x1=60 + columns * width, y1=top - r * height) for r in range(len(rows) + 1)
    ]
    down = [Rule(x0=60 + c * width, y0=top, x1=60 + c * width, y1=top - len(rows) * height) for c in range(columns + 1)]
    return [*texts, *across, *down]


def pdf(*pages: Sequence[Text | Rule], encrypted: bool = False) -> bytes:
    """A PDF file; `encrypted` adds an /Encrypt dictionary that no password opens."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
        for name in ("Helvetica", "Helvetica-Bold")
    ]
    kids: list[int] = []
    for page in pages:
        content = b"\n".join(_operators(part) for part in page)
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            % len(objects)
        )
        kids.append(len(objects))
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >>" % (b"11" * 32, b"22" * 32))
    return _file(objects, encrypted=encrypted)


def _operators(part: Text | Rule) -> bytes:
    if isinstance(part, Rule):
        return f"{part.x0} {part.y0} m {part.x1} {part.y1} l S".encode()
    text = part.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /F{2 if part.bold else 1} {part.size} Tf {part.x} {part.y} Td (".encode() + text + b") Tj ET"


def _file(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    encrypt = b"/Encrypt %d 0 R /ID [<00> <00>] " % len(objects) if encrypted else b""
    out += b"trailer << /Size %d /Root 1 0 R %b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, encrypt, start)
    return bytes(out)
