"""The file in which HR writes who helps with what."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

import hr
from hr.contacts.content import CONTACTS_FILE, LiveContacts, load_contacts
from hr.contacts.model import Contact, Freshness
from hr.errors import ContactsFileError

TODAY = date(2026, 3, 2)
CONTENT = Path(hr.__path__[0]) / "content"
DOCUMENTS = Path(hr.__path__[0]).parent / "knowledge" / "documents"
ENTRY = """
[[contacts]]
id = "{id}"
topic = "{topic}"
channel = "{channel}"
last_checked = {checked}
document = "hr-hvem-hjaelper-med-hvad"
"""


def entry(*, id: str = "loen", topic: str = "Løn", channel: str = "", checked: str = '""') -> str:  # noqa: A002
    return ENTRY.format(id=id, topic=topic, channel=channel, checked=checked)


def write(folder: Path, *entries: str) -> Path:
    path = folder / CONTACTS_FILE
    path.write_text("".join(entries), encoding="utf-8")
    return path


def fault(path: Path) -> tuple[int | None, str]:
    with pytest.raises(ContactsFileError) as caught:
        load_contacts(path, today=TODAY)
    return caught.value.line, caught.value.reason


def test_the_list_that_comes_with_kompas_is_read() -> None:
    found = load_contacts(CONTENT / CONTACTS_FILE, today=TODAY)
    assert len(found) >= 20
    assert {"loen", "personalejura", "ledelsessparring", "dataportal", "apv", "it-adgang"} <= {one.id for one in found}


def test_kompas_invents_no_channel_no_owner_and_no_check_and_names_documents_that_are_there() -> None:
    for one in load_contacts(CONTENT / CONTACTS_FILE, today=TODAY):
        assert (one.channel, one.owner, one.last_checked) == ("", "", None)
        assert (DOCUMENTS / f"{one.document}.md").exists()


@pytest.mark.parametrize(
    ("written", "line", "words"),
    [
        (entry() + entry(), 10, "used twice"),
        (entry().replace("topic", "emne"), 2, "topic: Field required"),
        (entry() + 'fax = "1"\n', 8, "fax: Extra inputs are not permitted"),
        (entry(topic="  "), 4, "topic: String should have at least 1 character"),
        (entry(checked='"maj 2025"'), 6, "write a date as 2027-05-07"),
        (entry(checked="2025-05-01T10:00:00"), 6, "write a date as 2027-05-07"),
        (entry(checked="2026-03-03"), 6, "this day lies ahead"),
        (entry(channel="ring til os"), 5, "write a phone number, a mail address or an https link"),
        (entry(channel="javascript:alert(1)"), 5, "write a phone number"),
        (entry(id="Løn"), 3, "id: String should match pattern"),
        (entry() + "[andet]\n", 8, "unknown entry 'andet'"),
        ("", 1, r"no [[contacts]] table"),
        ("[[contacts]\n", 1, "not valid TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, written: str, line: int, words: str) -> None:
    found_line, reason = fault(write(tmp_path, written))
    assert words in reason
    assert found_line == line


@pytest.mark.parametrize(
    "channel", ["89 59 10 00", "+45 89591000", "hr@norddjurs.example", "https://intranet.example/hr"]
)
def test_a_channel_can_be_called_written_to_or_opened(tmp_path: Path, channel: str) -> None:
    (one,) = load_contacts(write(tmp_path, entry(channel=channel)), today=TODAY)
    assert one.channel == channel


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ContactsFileError, match="cannot be read"):
        load_contacts(Path("/nowhere/contacts.toml"), today=TODAY)


def test_an_edit_is_read_within_seconds_and_a_fault_leaves_the_last_good_list(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    path = write(tmp_path, entry())
    live = LiveContacts(tmp_path, today=lambda: TODAY, monotonic=lambda: now)

    write(tmp_path, entry(topic="Løn og pension"))
    os.utime(path, (1, 1))
    assert [one.topic for one in live.entries] == ["Løn"]
    now = 3.0
    assert [one.topic for one in live.entries] == ["Løn og pension"]

    write(tmp_path, entry(topic=""))
    os.utime(path, (2, 2))
    now = 6.0
    assert [one.topic for one in live.entries] == ["Løn og pension"]
    assert "contacts.toml:4: topic" in caplog.text
    path.unlink()
    now = 9.0
    assert live.find("loen") is not None
    assert live.find("andet") is None


@pytest.mark.parametrize(
    ("checked", "fresh"),
    [
        (None, Freshness.NEVER),
        (date(2025, 3, 1), Freshness.STALE),
        (date(2025, 3, 2), Freshness.CHECKED),
        (TODAY, Freshness.CHECKED),
    ],
)
def test_an_entry_is_stale_when_nobody_has_looked_for_more_than_a_year(checked: date | None, fresh: Freshness) -> None:
    one = Contact(id="loen", topic="Løn", document="x", last_checked=checked)
    assert one.freshness(TODAY) is fresh
