"""What HR writes in files: templates, one campaign, a list of people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hr.campaigns.audience import by_handle, handle_key, known, members, read_list, rows_of
from hr.campaigns.content import CAMPAIGNS_FILE, load_campaign, load_templates
from hr.campaigns.model import Audience, Group
from hr.errors import CampaignsFileError, NotInHrError, PeopleListError
from hr.live_file import LiveFile
from hr.people import Role
from tests.unit.hr.campaigns.builders import HR, NORA, TEMPLATES, House, leaders, person

GOOD = """[[campaigns]]
id = "C01"
title = "MUS"
audience = ["leder"]
text = "Book samtaler."
ack = true
send = "1/2"
deadline = "30/4"
"""
CAMPAIGN = """title = "Husk APV"
text = "Hvornår lavede I sidst APV?"
audience = ["leder"]
ack = true
deadline = 2027-03-01
send_at = 2027-02-02T09:00:00
"""


def test_the_twelve_campaigns_of_the_year_are_there() -> None:
    assert [one.id for one in TEMPLATES] == [f"C{number:02}" for number in range(1, 13)]
    assert {one.id for one in TEMPLATES if not one.acknowledgement} == {"C02", "C06", "C12"}


def test_every_template_names_a_document_that_is_there() -> None:
    folder = Path(__file__).resolve().parents[4] / "knowledge" / "documents"
    assert {one.source for one in TEMPLATES if one.source} <= {file.stem for file in folder.glob("*.md")}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('id = "C01"', 'id = "mus"', 2, "id"),
        ('title = "MUS"', 'titel = "MUS"', 1, "title"),
        ('audience = ["leder"]', 'audience = ["chef"]', 4, "audience"),
        ('audience = ["leder"]', "audience = []", 4, "audience"),
        ('text = "Book samtaler."', f'text = "{"x" * 601}"', 5, "600"),
        ('text = "Book samtaler."', 'text = "Mette er syg med stress."', 5, "guard"),
        ("ack = true", 'ack = "ja"', 6, "ack"),
        ('send = "1/2"', 'send = "31/2"', 7, "day/month"),
        ('deadline = "30/4"', "deadline = 2027-04-30", 8, "day/month"),
        ('deadline = "30/4"', 'deadline = "30/4"\n[[campaigns]]\nid = "C01"', 9, "title"),
        ('id = "C01"', 'id = "C01', 2, "TOML"),
    ],
)
def test_a_fault_in_a_template_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    (tmp_path / CAMPAIGNS_FILE).write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CampaignsFileError, match=reason) as fault:
        load_templates(tmp_path / CAMPAIGNS_FILE)
    assert fault.value.line == line


def test_an_edit_counts_within_seconds_and_a_fault_leaves_the_last_good_version(tmp_path: Path) -> None:
    file, now = tmp_path / CAMPAIGNS_FILE, [0.0]
    file.write_text(GOOD, encoding="utf-8")
    live = LiveFile(file, load_templates, monotonic=lambda: now[0])
    for text in (GOOD.replace('"MUS"', '"LUS i år"'), "[[["):
        file.write_text(text, encoding="utf-8")
        now[0] += 2
        assert live.value[0].title == "LUS i år"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('audience = ["leder"]', "", 1, "audience"),
        ('audience = ["leder"]', 'audience = ["ledere"]', 3, "audience"),
        ("deadline = 2027-03-01", 'deadline = "1/3"', 5, "2027-03-04"),
        ("send_at = 2027-02-02T09:00:00", "send_at = 2027-02-02T09:00:00Z", 6, "without a zone"),
        ("ack = true", "ack = true\nlink = 1", 5, "link"),
    ],
)
def test_a_fault_in_a_file_with_one_campaign_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    (tmp_path / "c.toml").write_text(CAMPAIGN.replace(old, new), encoding="utf-8")
    with pytest.raises(CampaignsFileError, match=reason) as fault:
        load_campaign(tmp_path / "c.toml")
    assert fault.value.line == line


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("deadline = 2027-03-01", "deadline = 2027-01-31", 5, "passed"),
        ("deadline = 2027-03-01", "deadline = 2027-02-01", 5, "before"),
        ("2027-02-02T09", "2026-02-02T09", 6, "passed"),
        ("ack = true", 'source = "findes-ikke"', 4, "no such document"),
        ("ack = true", 'areas = ["Månen"]', 4, "nobody works"),
        ('audience = ["leder"]', 'audience = ["amr"]', 3, "nobody is in it"),
    ],
)
async def test_what_cannot_be_sent_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    (tmp_path / "c.toml").write_text(CAMPAIGN.replace(old, new), encoding="utf-8")
    with pytest.raises(CampaignsFileError, match=reason) as fault:
        await House().service.filing.check(tmp_path / "c.toml")
    assert fault.value.line == line


async def test_a_file_with_a_list_becomes_a_draft_of_somebody_in_hr(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(CAMPAIGN.replace("ack = true", 'people = "liste.csv"'), encoding="utf-8")
    (tmp_path / "liste.csv").write_bytes("\ufeffInitialer;Navn\r\nhr-lone@kompas.example;Lone\r\n".encode())
    house = House()
    view = await house.service.filing.load(tmp_path / "c.toml", by=NORA)
    assert (view.count, view.campaign.composer_id) == (5, NORA)
    assert await house.service.chores.queue_due() == 0
    with pytest.raises(NotInHrError):
        await house.service.filing.load(tmp_path / "c.toml", by="l1")


async def test_a_mandatory_campaign_of_a_file_asks_for_an_acknowledgement(tmp_path: Path) -> None:
    text = CAMPAIGN.replace("ack = true", "mandatory = true")
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    view = await House().service.filing.load(tmp_path / "c.toml", by=NORA)
    assert (view.campaign.mandatory, view.campaign.acknowledgement) == (True, True)


# lists


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        ("initialer\nBjørn\n".encode("latin-1"), 2, "CSV UTF-8"),
        ("DES\n".encode("utf-16"), 1, "CSV UTF-8"),
        (b"", None, "nobody"),
        (b"initialer\n\n", None, "nobody"),
        (b"PK\x03\x04\x00\x00", 1, "CSV UTF-8"),
        (b"DES\n" * 20_001, 20_001, "more than"),
    ],
)
def test_a_list_that_cannot_be_read_says_how_to_save_it(data: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(PeopleListError, match=reason) as fault:
        rows_of(Path("liste.csv"), data)
    assert fault.value.line == line


@pytest.mark.parametrize(
    "data", [b"L0,x\r\nL1,y\r\n", b"initialer;navn\nL0;x\nL1;y\n", b"\xef\xbb\xbfE-mail\nL0\n\nL1\n", b"L0\tx\nL1\ty"]
)
def test_a_list_may_come_as_spreadsheets_write_it(data: bytes) -> None:
    assert [handle for _, handle in rows_of(Path("liste.csv"), data)] == ["L0", "L1"]


def test_who_is_not_known_is_named_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(b"initialer\nl1@kompas.example\nXYZ\nNN\n")
    with pytest.raises(PeopleListError, match=r"2 of 3 .* line 3: 'XYZ'; line 4: 'NN'") as fault:
        known(file, read_list(file), by_handle(leaders(3)))
    assert fault.value.line == 3


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PeopleListError, match="cannot be read"):
        read_list(tmp_path / "nej.csv")


# audiences


@pytest.mark.parametrize(
    ("audience", "keys"),
    [
        (Audience(groups=frozenset({Group.LEADERS})), {"l0", "l1", "new"}),
        (Audience(groups=frozenset({Group.NEW_LEADERS})), {"new"}),
        (Audience(groups=frozenset({Group.TR, Group.AMR})), {"tr", "amr"}),
        (Audience(groups=frozenset({Group.NEW_EMPLOYEES})), {"fresh"}),
        (Audience(areas=frozenset({"Skole"})), {"l1", "tr"}),
        (
            Audience(groups=frozenset({Group.TR}), areas=frozenset({"Skole"}), people=frozenset({"tr", "x"})),
            {"l1", "tr"},
        ),
        (
            Audience(groups=frozenset({Group.EVERYONE})),
            {"l0", "l1", "new", "tr", "amr", "fresh", *(one.id for one in HR)},
        ),
    ],
)
def test_an_audience_is_everyone_it_names_once(audience: Audience, keys: set[str]) -> None:
    people = (
        *leaders(2),
        person("new", Role.NEW_LEADER),
        person("tr", Role.TR, area="Skole"),
        person("amr", Role.AMR),
        person("fresh", Role.NEW_EMPLOYEE),
        *HR,
    )
    found = [one.id for one in members(audience, people)]
    assert set(found) == keys
    assert len(found) == len(keys)


def test_initials_that_two_people_share_mean_neither() -> None:
    one, other = replace(leaders(2)[0], initials="MHA"), replace(leaders(2)[1], initials="MHA")
    found = by_handle([one, other])
    assert handle_key("MHA") not in found
    assert found[handle_key(one.email)] == one
