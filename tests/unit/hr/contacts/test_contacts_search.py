"""Free text finds who helps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import hr
from hr.contacts.content import CONTACTS_FILE, load_contacts
from hr.contacts.search import search, stem, words_of

ENTRIES = load_contacts(Path(hr.__path__[0]) / "content" / CONTACTS_FILE, today=date(2026, 3, 2))


def first(text: str) -> str | None:
    return next((one.id for one in search(ENTRIES, text)), None)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Hvem hjælper med personalejura?", "personalejura"),
        ("hvem hjaelper med loen", "loen"),
        ("lønnen", "loen"),
        ("HVEM HAR ANSVAR FOR DATAPORTALEN", "dataportal"),
        ("sygedagpengerefusion eller NemRefusion", "refusion"),
        ("hvem i it kan oprette en bruger", "it-adgang"),
        ("Hvem kan hjælpe mig med en svær samtale?", "ledelsessparring"),
        ("Hvor henvender jeg mig om arbejdsskader?", "trivsel-arbejdsmiljoe"),
        ("hvem laver stillingsopslagene", "rekruttering"),
        ("hvem er tr for pædagogerne", "med-trio"),
    ],
)
def test_a_topic_is_found_by_its_words_and_their_endings(text: str, topic: str) -> None:
    assert first(text) == topic


@pytest.mark.parametrize(
    "text", ["", "???", "hvem hjælper med det", "Hvem vinder kampen?", "vold på arbejdspladsen", "og med"]
)
def test_nothing_is_found_where_no_word_is_on_the_list(text: str) -> None:
    assert search(ENTRIES, text) == ()


def test_what_fits_nearly_as_well_comes_beside_the_best() -> None:
    found = [one.id for one in search(ENTRIES, "sparring på en personalesag")]
    assert found[0] == "personalejura"
    assert "ledelsessparring" in found
    assert len(search(ENTRIES, "løn ferie barsel mus apv it login dataportal refusion mentor")) <= 3


def test_words_are_folded_and_shortened() -> None:
    assert words_of("Å, SMØRREBRØD æ") == ("aa", "smoerrebroed", "ae")
    assert stem("mentorer") == stem("mentoren") == "mentor"
