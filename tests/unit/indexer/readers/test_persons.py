import pytest

from indexer.readers.persons import is_name_list, names_a_person, without_persons


@pytest.mark.parametrize(
    "sentence",
    [
        "Karla Prøvesen (Z) deltog ikke under behandlingen af punktet.",
        "Asta Marie Eksempel knytter en bemærkning til sagen.",
        "Bo Ingemann-Test og Ulla Prøve stemte imod.",
        "Sagen blev rejst af Karla Prøvesen (ZY).",
        "Kommunaldirektør Otto Eksempelgaard indstiller, at planen godkendes.",
        "Spørg afdelingsleder Ida Test på mødet.",
        "Mødet begyndte, og Jens P. Testmann orienterede om budgettet.",
        "Asta Eksempel var fraværende.",
        "Alle var mødt, bortset fra Asta Eksempel, Bo Prøve, Ida P. Test og Ib Testmann, der havde meldt afbud.",
    ],
)
def test_a_sentence_about_one_person_is_dropped(sentence: str) -> None:
    assert names_a_person(sentence)
    assert without_persons([f"Planen er god. {sentence} Den gælder fra maj."]) == [
        ["Planen er god.", "Den gælder fra maj."]
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Fjordby Kommune deltager i projektet.",
        "Danske Regioner fremlægger en aftale.",
        "Formanden indstiller, at analysen drøftes.",
        "Center for Offentlig Ledelse tager imod.",
        "Vores Fjordby Sammen orienterede bredt.",
        "Direktionen ønsker en drøftelse i MED (H).",
        "Lederen ringer til medarbejderen den 1. maj.",
    ],
)
def test_a_sentence_about_bodies_and_roles_stays(sentence: str) -> None:
    assert without_persons([sentence]) == [[sentence]]


def test_attendance_lists_and_contact_lines_are_dropped() -> None:
    texts = [
        "Planen er god.",
        "Afbud:",
        "Karla Prøvesen",
        "Asta Test (Z), Bo Eksempel og Ib Prøve",
        "Referent: Ida Test",
        "Til stede: Karla, Bo og Ib",
        "Næste møde er i maj.",
    ]
    assert without_persons(texts) == [["Planen er god."], [], [], [], [], [], ["Næste møde er i maj."]]


def test_a_name_after_the_end_of_a_list_is_still_dropped_when_it_looks_like_one() -> None:
    assert without_persons(["Planen er god.", "Karla Prøvesen"]) == [["Planen er god."], []]


def test_marks_of_document_machines_are_dropped() -> None:
    assert without_persons(["DocPart123456", "Bilag 1"]) == [[], ["Bilag 1"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Karla Prøvesen", True),
        ("Asta Test, leder; Bo Eksempel", True),
        ("Deltagere fra MED", False),
        ("Fjordby Kommune", False),
    ],
)
def test_a_list_of_names_is_told_from_other_short_lines(text: str, names: bool) -> None:
    assert is_name_list(text) is names


def test_a_group_of_roles_after_a_label_stays() -> None:
    assert without_persons(["Deltagere: ledere, TR og AMR fra alle skoler."]) == [
        ["Deltagere: ledere, TR og AMR fra alle skoler."]
    ]
