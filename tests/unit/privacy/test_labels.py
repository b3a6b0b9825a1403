"""What may be kept as the reference of an employee."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.labels import LONGEST_LABEL, Label, LabelRefusal, LabelRefused, initials_of, reference_from
from privacy.words import word_list


def phrases(text: str) -> list[str]:
    """The phrases between bars."""
    return [one.strip() for one in text.split("|")]


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
        ("ahmed khan", "AK"),
        ("mette holmgaardsen", "MH"),
        ("mette vikar", "ME vikar"),
        ("Team Nord", "TN"),
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


@pytest.mark.parametrize(
    "written",
    phrases(
        """
        AIDS|aids|HIV|alkohol|MH alkohol|Alkoholiker|barn syg|MH barn|MH ulykke|trafikulykke|DEPRI|depri|PSYK|MH psyk2|MH op|MH OP|nede med flaget|
        MH nede med flaget|gået ned|Lægeattest|MH læge|Mulighedserklæring|MH MS|skilt|pårørende|syg mor|kold tyrker|a i d s
        """
    ),
)
def test_a_reference_tells_no_illness_and_no_cause_of_absence(written: str) -> None:
    assert reference_from(written) == LabelRefused(LabelRefusal.HEALTH)


@pytest.mark.parametrize(
    "written",
    phrases(
        """
        doven|Den dovne|pjækker|pjæk|besværlig|fyres|skal fyres|opsigelse|den tykke|problem|MH-problem|idiot|sidste advarsel|upålidelig
        """
    ),
)
def test_a_reference_tells_no_opinion_and_no_sanction(written: str) -> None:
    assert reference_from(written) == LabelRefused(LabelRefusal.JUDGEMENT)


@pytest.mark.parametrize(
    "written",
    phrases(
        """
        fagforening|MH fagforening|3F|BUPL|MH FOA|MH TR|muslim|MUSLIM|den muslimske|jøde|homoseksuel|lesbisk|bøsse|transkvinde|indvandrer|
        polsk|somalieren|kommunist
        """
    ),
)
def test_a_reference_tells_no_union_belief_origin_or_sexuality(written: str) -> None:
    assert reference_from(written) == LabelRefused(LabelRefusal.PRIVATE)


@pytest.mark.parametrize(
    "written",
    phrases(
        """
        Grøn stue|Nattevagt 2|Blå|Pædagog 1|Børnehave|Skovbørn|Vuggestue 3|Køkken 2|Aftenvagt|Rengøring|Vikar 2|Lærer 4|Rød gruppe|
        Havørred|Kontor 12|Vej og park|Hjemmeplejen|Stuen|Solsikken|Familiehuset|Sygeplejerske 2|SOSU 2|Jobcenter|
        Gruppe 7|Pedel|Chauffør|Læge 2|Tandklinik|Dagvagt|Sekretær|Ny elev|Ergo 1|OP|MS|TR|FOA|HK|AMR|TIA|MOR|TR nat|Skolen|Drift|Borgerservice|
        Ældre 3|Grimstrup|Skørping|Kirken|Bibliotek|Natteravn|Kok 1|Sommerfugl|Mariehøne|Bilen|Depot|Projekt 4|Fødevarer|Bakken|Lilla 2
        """
    ),
)
def test_initials_and_neutral_words_of_the_leader_stay(written: str) -> None:
    found = reference_from(written)

    assert isinstance(found, Label), found
    assert found.text.lower() == written.lower()


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
