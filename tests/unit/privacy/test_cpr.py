"""CPR numbers are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import pytest

from privacy.cpr import find_cpr, has_cpr, mask_cpr


@pytest.mark.parametrize(
    "number",
    [
        "010190-1234",
        "0101901234",
        "010190-12 34",
        "01.01.1990 og de sidste fire er 1234",
        "010190, de sidste 4 cifre er 1234",
        "0 1 0 1 9 0 1 2 3 4",
        "0-1-0-1-9-0-1-2-3-4",
        "010190:1234",
        "010190, 1234",
        "010190;1234",
        "010190 = 1234",
        "010190*1234",
        "010190·1234",
        "010190\n1234",
        "010190 1234",
        "010190 - 1234",
        "010190–1234",
        "010190—1234",
        "010190\u20111234",
        "010190\u22121234",
        "010190\u00a01234",
        "01.01.90-1234",
        "01.01.90.1234",
        "01-01-90-1234",
        "01/01/90-1234",
        "01 01 90 1234",
        "01 01 90 12 34",
        "01-01-1990-1234",
        "290200-4321",
        "610190-1234",
        "910190-1234",
        "０１０１９０－１２３４",
        "٠١٠١٩٠-١٢٣٤",
        "0101\u200b90-12\u00ad34",
    ],
)
def test_every_way_to_write_a_cpr_number_is_found(number: str) -> None:
    assert mask_cpr(f"Opret {number}, tak") == "Opret [cpr], tak"
    assert has_cpr(f"cpr{number}")


@pytest.mark.parametrize(
    "number", ["nul et nul et ni nul bindestreg et to tre fire", "Nul, et, nul, et, ni, nul, et, to, tre, fire"]
)
def test_a_cpr_number_as_a_telephone_hears_it_is_found(number: str) -> None:
    assert mask_cpr(f"Opret {number} til ham") == "Opret [cpr] til ham"


@pytest.mark.parametrize(
    "text",
    [
        "89 59 10 00",
        "+45 89 59 10 00",
        "+4589591000",
        "0045 89 59 10 00",
        "45 12 34 56 78",
        "sag 24/4098",
        "sag 2010-001234",
        "12.03.2025",
        "den 12.03.25 kl. 14.30",
        "12.03.25: 14 00",
        "den 12.03.2025 kommer de sidste fire kasser",
        "en to tre fire fem seks syv otte ni nul",
        "28.02.26\n1500 medarbejdere",
        "1 2 3 4 5 6 7 8 9 10",
        "tal: 12 03 25, 1400 kr",
        "12-03-2025 14:30",
        "1-5-14 og 1-3-10",
        "2024-2025",
        "3.500 modtagere",
        "1203851234 kr.",
        "kr. 1203851234",
        "2.200.000.000 kr.",
        "EAN 5798005123456",
        "P-nummer 1003388394",
        "320190-1234",
        "011390-1234",
        "300290-1234",
        "01019012345",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_cpr(text) == ()
    assert mask_cpr(text) == text


def test_every_number_of_a_text_is_masked_and_its_place_is_told() -> None:
    text = "010190-1234 og 311299 4321."
    assert [text[start:end] for start, end in find_cpr(text)] == ["010190-1234", "311299 4321"]
    assert mask_cpr(text, mask="#") == "# og #."
