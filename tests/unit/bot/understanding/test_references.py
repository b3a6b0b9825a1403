"""Whom a message is about."""

from __future__ import annotations

import pytest

from bot.understanding.references import find_reference

KNOWN = ("ME", "KLH", "Grøn stue")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Mette er rask", "ME"),
        ("Mettes sag", "ME"),
        ("Mette Hansen er rask", "ME"),
        ("luk ME", "ME"),
        ("klh er rask", "KLH"),
        ("har talt med KLH", "KLH"),
        ("luk grøn stue", "Grøn stue"),
        ("min souschef er rask", None),
        ("me is", None),
        ("PTN er rask", None),
        ("Mette og KLH er raske", None),
        ("", None),
    ],
)
def test_a_case_is_found_by_the_name_or_label_in_a_message(text: str, label: str | None) -> None:
    assert find_reference(text, KNOWN) == label
