"""Word lists: their patterns, and that those of the product can be read."""

from __future__ import annotations

import pytest

from privacy.words import Lexicon, clean, fold, word_list


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("kol", "kol", "kolde"),
        ("stress*", "stressramt", "distress"),
        ("*kræft", "lungekræft", "kræfter"),
        ("*brud*", "afbrudte", "brdu"),
        ("brækket", "braekket", "braekker"),
    ],
)
def test_a_pattern_has_the_words_it_means(pattern: str, inside: str, outside: str) -> None:
    lexicon = Lexicon({"list": [pattern]})
    assert lexicon.of(fold(inside)) == {"list"}
    assert lexicon.of(fold(outside)) == frozenset()


def test_a_pattern_of_two_words_is_asked_for_by_its_first() -> None:
    lexicon = Lexicon({"list": ["kronisk_syg*"]})
    assert lexicon.begins_two("kronisk")
    assert lexicon.of("kronisk_sygdom") == {"list"}
    assert lexicon.of("kronisk") == frozenset()


def test_a_pattern_that_fits_nearly_every_word_is_refused() -> None:
    with pytest.raises(ValueError, match="too many words"):
        Lexicon({"list": ["a*"]})


def test_the_lists_of_the_product_hold_enough_to_work_with() -> None:
    assert len(word_list("names")["first_names"].split()) > 400
    assert len(word_list("health")["illness"].split()) > 300


def test_cleaning_twice_changes_nothing_more() -> None:
    text = "Ⅷ ﬁ \u200b\u00a0\u2013 \ufdfa ½ ٣ \x00\ud800 A\u030a"
    assert clean(clean(text)) == clean(text)
    assert "Å" in clean(text)
