"""What may be kept as the reference of an employee."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.labels import LONGEST_LABEL, Label, LabelRefusal, LabelRefused, initials_of, reference_from
from privacy.words import word_list


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Mette", "ME"),
        ("mette", "ME"),
        ("Mette Hansen", "MH"),
        ("mette hansen", "MH"),
        ("Hansen, Mette", "MH"),
        ("Mette H", "MH"),
        ("Anne-Grethe", "AG"),
        ("Xiomara Holm", "XH"),
        ("M.H.", "MH"),
        ("ABC", "ABC"),
        ("IDA", "IDA"),
        ("klh", "KLH"),
        (" KLH ", "KLH"),
        ("Grøn stue 2", "Grøn stue 2"),
        ("Vikar-3", "Vikar-3"),
        ("Mette fra Solsikken", "ME fra Solsikken"),
    ],
)
def test_a_name_becomes_initials_and_an_own_word_stays(written: str, kept: str) -> None:
    assert reference_from(written) == Label(kept)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", LabelRefusal.EMPTY),
        (" \u200b ", LabelRefusal.EMPTY),
        ("010190-1234", LabelRefusal.NUMBER),
        ("010190", LabelRefusal.NUMBER),
        ("mha@kommune.example", LabelRefusal.EMAIL),
        ("Stress", LabelRefusal.HEALTH),
        ("gravid", LabelRefusal.HEALTH),
        ("depression", LabelRefusal.HEALTH),
        ("kræft", LabelRefusal.HEALTH),
        ("KRAEFT", LabelRefusal.HEALTH),
        ("Ryggen", LabelRefusal.HEALTH),
        ("§ 56", LabelRefusal.HEALTH),
        ("barsel", LabelRefusal.HEALTH),
        ("MH stress", LabelRefusal.HEALTH),
        ("a/b", LabelRefusal.CHARACTERS),
        ("☃", LabelRefusal.CHARACTERS),
        ("den nye fra afdelingen", LabelRefusal.TOO_LONG),
    ],
)
def test_what_tells_too_much_is_refused_with_its_reason_only(written: str, reason: LabelRefusal) -> None:
    assert reference_from(written) == LabelRefused(reason)


@pytest.mark.parametrize("names", ["first_names", "ambiguous_names", "surnames"])
def test_no_name_on_the_lists_is_kept_or_taken_for_an_illness(names: str) -> None:
    for name in word_list("names")[names].split():
        assert reference_from(name) == Label(initials_of([name]))


@given(written=st.text(max_size=60))
def test_whatever_is_kept_is_short_plain_and_stays_what_it_is(written: str) -> None:
    kept = reference_from(written)

    if isinstance(kept, Label):
        assert 1 <= len(kept.text) <= LONGEST_LABEL
        assert kept.text.strip() == kept.text
        assert all(character.isalnum() or character in " -" for character in kept.text)
