"""A document that ends, holds up or bloats the process that reads it is a failure of that document, and the next one is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer.errors import UnreadableFile
from indexer.reading import LIMITED, MAX_CHARACTERS, MAX_SENTENCES, Passages, Reading, ReadingUnavailable, passages_of
from knowledge.models import Document
from knowledge.watch import MAX_REASON

GOOD = b"---\ntitle: God\n---\n# God\n\nRing til medarbejderen.\n"
MEGABYTE = 1024 * 1024


def at_its_word(content: bytes, path: str) -> Passages:
    """Does what the file says."""
    match content:
        case b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"sleep":
            time.sleep(60)
        case b"grow":
            bytearray(400 * MEGABYTE)
        case b"raise":
            raise KeyError("010190-1234")
        case b"refuse":
            raise UnreadableFile(path, "is odd")
    return Passages(document=Document(id=content.decode(), path=path, title=str(os.getpid())), chunks=())


@pytest.fixture
def reading() -> Iterator[Reading]:
    with Reading(work=at_its_word, memory=300 * MEGABYTE, seconds=1) as reading:
        yield reading


def refusal(reading: Reading, content: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        reading.read(content, "a.md")
    return caught.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"die", "cannot be read (the process that read it ended with -9)"),
        (b"sleep", "needs more than 1 seconds to read; split it, or save it anew"),
        pytest.param(
            b"grow",
            "needs more than 300 MB of memory to read; split it, or save it anew",
            marks=pytest.mark.skipif(not LIMITED, reason="the operating system keeps no such limit"),
        ),
        (b"raise", "cannot be read (KeyError)"),
        (b"refuse", "is odd"),
    ],
)
def test_whatever_a_document_does_is_told_and_the_next_one_is_read(
    reading: Reading, content: bytes, reason: str
) -> None:
    assert refusal(reading, content) == reason
    assert reading.read(b"next", "b.md").document.id == "next"


def test_one_process_reads_one_file_after_another_and_ends_with_the_round() -> None:
    reading = Reading(work=at_its_word)
    with reading:
        (first, second) = (reading.read(name, "a.md").document.title for name in (b"one", b"two"))
        refusal(reading, b"refuse")
        third = reading.read(b"three", "a.md").document.title
    assert first == second == third != str(os.getpid())
    with pytest.raises(ProcessLookupError):
        os.kill(int(first), 0)
    with reading:
        assert reading.read(b"four", "a.md").document.title != first


def test_a_content_that_went_beyond_a_limit_is_not_read_again_before_it_changes(reading: Reading) -> None:
    refusal(reading, b"sleep")
    started = time.monotonic()
    assert "needs more than 1 seconds" in refusal(reading, b"sleep")
    assert time.monotonic() - started < 0.5
    assert reading.read(b"mended", "a.md").document.id == "mended"


def test_a_process_that_was_ended_from_outside_costs_no_document(reading: Reading) -> None:
    os.kill(int(reading.read(b"one", "a.md").document.title), signal.SIGKILL)
    assert reading.read(b"two", "b.md").document.id == "two"


def test_without_a_process_no_document_is_to_blame() -> None:
    with (
        Reading(work=at_its_word, start_seconds=0) as reading,
        pytest.raises(ReadingUnavailable, match="did not start"),
    ):
        reading.read(b"one", "a.md")


@pytest.mark.skipif(not LIMITED, reason="looks into /proc")
def test_the_process_ends_at_once_when_who_started_it_is_killed() -> None:
    script = (
        "from indexer.reading import Reading\nfrom tests.unit.indexer.test_reading import at_its_word\n"
        "reading = Reading(work=at_its_word)\nprint(reading.read(b'one', 'a.md').document.title, flush=True)\n"
        "reading.read(b'sleep', 'a.md')\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        reader = int(process.stdout.readline())
        process.kill()
    end = time.monotonic() + 10
    while _runs(reader):
        assert time.monotonic() < end
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")  # a zombie that nobody has waited for has ended too
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_process_that_reads_knows_neither_model_nor_vectors() -> None:
    heavy = {"torch", "chromadb", "transformers", "numpy", "sqlalchemy", "botbuilder"}
    code = f"import sys, indexer.reading; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_pdf_that_unpacks_to_a_thousand_times_its_size_is_told() -> None:
    with Reading(memory=200 * MEGABYTE) as reading:
        with pytest.raises(UnreadableFile, match=r"^bombe\.pdf: needs more than 200 MB of memory to read"):
            reading.read(twice_packed_pdf(300), "bombe.pdf")
        assert reading.read(GOOD, "god.md").document.title == "God"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("ord " * (MAX_CHARACTERS // 4 + 1), "holds more than 2,000,000 characters of text"),
        ("Ja. \n\n" * (MAX_SENTENCES + 1), "holds more than 20,000 sentences"),
    ],
    ids=["characters", "sentences"],
)
def test_more_text_than_can_be_embedded_is_refused(body: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        passages_of(f"---\ntitle: Lang\n---\n{body}".encode(), "lang.md")


def test_what_comes_back_is_what_was_read() -> None:
    content = b"---\ntitle: God\nvalid_from: 2025-05-01\nstatus: godkendt\n---\n# God\n\nRing til medarbejderen.\n"
    with Reading() as reading:
        found = reading.read(content, "hr/god.md")
    assert found == passages_of(content, "hr/god.md")
    assert (found.document.id, found.document.valid_from) == ("god", date(2025, 5, 1))


def test_a_reason_is_short_whatever_stands_in_the_document() -> None:
    assert len(UnreadableFile("a.md", "x" * 1000).reason) == MAX_REASON


def twice_packed_pdf(megabytes: int) -> bytes:
    """One page with a stream of blanks, packed and packed again."""
    inner, outer = zlib.compressobj(9), zlib.compressobj(9)
    stream = outer.compress(inner.compress(b"BT /F1 12 Tf 72 700 Td (Hej) Tj ET\n"))
    for _ in range(megabytes):
        stream += outer.compress(inner.compress(b" " * MEGABYTE))
    stream += outer.compress(inner.flush()) + outer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(written)
    )
