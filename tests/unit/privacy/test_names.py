"""When a word is taken for a person's name or initials."""

from __future__ import annotations

import pytest

from privacy.names import Called, called


@pytest.mark.parametrize(
    ("sentence", "index", "kind"),
    [
        ("mette er syg", 0, Called.NAME),
        ("Mettes sag", 0, Called.GENITIVE),
        ("Hansen ringede", 0, Called.SURNAME),
        ("Bo er syg", 0, Called.NAME),
        ("Bo bedre", 0, None),
        ("Bo Hansen", 0, Called.NAME),
        ("ferie for Bo", 2, Called.NAME),
        ("ferie for bo", 2, None),
        ("sag på KLH", 2, Called.INITIALS),
        ("LKR har sagt op", 0, Called.INITIALS),
        ("hvad er SSO", 2, None),
        ("sag om APV", 2, None),
        ("sag på klh", 2, None),
    ],
)
def test_a_word_is_a_name_by_list_capital_and_neighbours(sentence: str, index: int, kind: Called | None) -> None:
    assert called(sentence.split(), index, begins=index == 0) is kind
