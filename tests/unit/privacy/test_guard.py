"""What the guard refuses, what it lets through, and how long it takes."""

from __future__ import annotations

import json
import os
import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.guard import Finding, GuardReason, inspect, mentions_health, reasons_against

DATA = tomllib.loads((Path(__file__).parent / "guard_sentences.toml").read_text(encoding="utf-8"))
UNLISTED = {reason: block.strip().splitlines() for reason, block in DATA.pop("unlisted").items()}
SENTENCES = {reason: block.strip().splitlines() for reason, block in DATA.items()}
REFUSED = [(text, reason) for reason, texts in SENTENCES.items() if reason != "pass" for text in texts]
DOCUMENTS = Path(__file__).parents[3] / "knowledge" / "documents"


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_must_not_be_taken_in_is_refused_for_its_reason(text: str, reason: str) -> None:
    assert inspect(text) == Finding(reason=GuardReason(reason))


@pytest.mark.parametrize("text", SENTENCES["pass"])
def test_a_question_about_a_topic_or_about_absence_passes(text: str) -> None:
    assert inspect(text) is None


@pytest.mark.parametrize("text", UNLISTED["health_details"])
def test_the_health_of_somebody_whom_no_list_knows_is_refused(text: str) -> None:
    assert inspect(text) == Finding(reason=GuardReason.HEALTH_DETAILS)


@pytest.mark.parametrize("text", UNLISTED["pass"])
def test_absence_without_a_cause_and_a_topic_beside_a_strange_word_pass(text: str) -> None:
    assert inspect(text) is None


def test_the_title_and_the_headings_of_every_document_pass() -> None:
    lines = [
        line.removeprefix("title:").strip("# ")
        for document in sorted(DOCUMENTS.glob("*.md"))
        for line in document.read_text(encoding="utf-8").splitlines()
        if line.startswith(("title:", "#"))
    ]
    assert len(lines) > 100
    assert [line for line in lines if inspect(line)] == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Min medarbejder er gravid", True),
        ("Min medarbejder er gravid. Hvilke regler gælder?", False),
        ("Vikaren er gravid. Hvilke regler gælder?", True),
        ("Hvis min medarbejder er gravid, gælder andre regler", False),
    ],
)
def test_which_rules_apply_to_an_employee_may_be_asked_with_the_cause(text: str, refused: bool) -> None:
    assert (inspect(text) is not None) is refused


@pytest.mark.parametrize("text", ["Hvad er et stresskursus?", "Hvad er en § 56-aftale?", "ondt i ryggen", "graviditet"])
def test_a_word_about_health_is_seen_without_a_person(text: str) -> None:
    assert mentions_health(text)


@pytest.mark.parametrize("text", ["", "Zbigniew er syg", "Hvor er min ryg?", "Hvordan bruger vi kræfterne bedst?"])
def test_absence_and_plain_words_are_no_words_about_health(text: str) -> None:
    assert not mentions_health(text)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Min pædagog er gravid, hvornår skal hun give besked?", False),
        ("Min pædagog er gravid", True),
        ("Hvad gør jeg, hvis min medarbejder får et angstanfald?", False),
        ("Må jeg sige at han er nede med en svær depression?", True),
        ("Hvordan støtter jeg BEH der har angst?", True),
        ("Hvad er DISC, og hvad har det med stress at gøre?", False),
        ("en medarbejder med diabetes, hvilke hensyn skal vi tage", False),
        ("En medarbejder har fået diabetes, hvilke hensyn skal vi tage", True),
    ],
)
def test_what_may_happen_is_asked_and_what_has_happened_is_told(text: str, refused: bool) -> None:
    assert (inspect(text) is not None) is refused


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Ifrah er til psykolog", True),
        ("Vores psykolog Ditte er syg", False),
        ("Mona går til fys med skulderen", True),
        ("Fysioterapeuten Mona er på ferie", False),
        ("Hassan er demenskoordinator", False),
        ("Hun arbejder på et hospital nu", False),
        ("Hun ligger på hospitalet", True),
        ("Lærke holder oplæg om sorg for Jens", False),
        ("Der er gået virus i Mettes computer", False),
        ("Mette har fået en virus", True),
        ("Hun skal tage hånd om problemerne", False),
        ("Han har problemer med hånden", True),
        ("Han bor på Sygehusvej", False),
        ("Kopimaskinen hoster, siger Lone", False),
        ("Lone hoster", True),
        ("Lotte er gået ned til kantinen", False),
        ("Lotte er gået ned med flaget", True),
    ],
)
def test_a_word_about_health_that_means_a_job_a_topic_or_a_thing_tells_nothing(text: str, refused: bool) -> None:
    assert (inspect(text) is not None) is refused


@pytest.mark.parametrize(
    "text",
    [
        "hun er blevet undersøgt for noget med et langt navn",
        "Karim er diagnosticeret med Zollinger-Ellison",
        "KLH lider af noget sjældent",
        "Lone venter på svar på en prøve",
        "Per skal under kniven på tirsdag",
        "Anja ligger på Skejby",
        "Ole blev kørt væk i ambulance",
        "min elev græder på toilettet",
        "Jeg er gået ned med flaget",
        "min kollegas lunger er kaput",
        "Hendes mand slår hende",
        "E.S. får ritalin nu",
        "min makker i vejafdelingen har fået tinnitus",
        "jeg ligger på hospitalet med blindtarmen",
        "obs på AVN, udbrændt",
        "hende der gør rent har KOL",
        "Kim's ryg er stået af",
        "she lost her husband",
    ],
)
def test_a_turn_of_phrase_tells_what_the_words_do_not(text: str) -> None:
    assert GuardReason.HEALTH_DETAILS in reasons_against(text)


@pytest.mark.parametrize(
    "text",
    [
        "METTE ER SYG MED STRESS",
        "mette er syg med stress",
        "Mette   er syg\tmed stress",
        "Met\u200bte er syg med str\u00adess",
        "Ｍｅｔｔｅ er syg med ｓｔｒｅｓｓ",
        "Hej Kompas. Mette er syg med stress. Hvad gør jeg?",
        "Mette er sygemeldt p.g.a. stress",
    ],
)
def test_a_disguise_does_not_get_past_the_guard(text: str) -> None:
    assert inspect(text) == Finding(reason=GuardReason.HEALTH_DETAILS)


def test_the_most_urgent_reason_is_told() -> None:
    assert inspect("Skal jeg fyre Jens? Han har lyst til at tage sit eget liv") == Finding(reason=GuardReason.ACUTE)
    assert inspect("Skal jeg fyre Jens, som har fået kræft?") == Finding(reason=GuardReason.HEALTH_DETAILS)
    assert inspect("Skal jeg fyre 010190-1234?") == Finding(reason=GuardReason.CPR_NUMBER)


def test_a_finding_carries_nothing_of_the_text() -> None:
    finding = inspect("Kanariefugl Mette har stress")
    assert finding is not None
    assert "Kanariefugl" not in repr(finding)
    assert "Mette" not in repr(finding)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "👍👍", "?", "\x00", "\ud800", "ﷺ" * 3, "'" * 50, "§", "." * 1000])
def test_text_without_words_passes(text: str) -> None:
    assert inspect(text) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(REFUSED))
def test_what_stands_around_a_sentence_does_not_hide_it(noise: str, refused: tuple[str, str]) -> None:
    assert inspect(f"{noise}.\n{refused[0]}\n") is not None


def _long_texts() -> dict[str, str]:
    dice = random.Random(1)  # noqa: S311 - no secret
    everything = " ".join(text for texts in SENTENCES.values() for text in texts)
    return {
        "sentences": (everything * 10)[:100_000],
        "one word": "a" * 100_000,
        "short words": "a " * 50_000,
        "new words": " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=5)) for _ in range(16_667)),
        "a trigger": "hvem " * 20_000,
        "names": "Mette er " * 11_000,
        "digits": "1" * 100_000,
        "pairs": "12 " * 33_000,
        "full stops": "p. " * 33_000,
        "blanks": " " * 100_000,
        "phrases": "\ufdfa" * 100_000,
    }


@pytest.mark.parametrize("name", sorted(_long_texts()))
def test_a_hundred_thousand_characters_are_judged_like_their_beginning(name: str) -> None:
    text = _long_texts()[name]
    assert inspect(text) == inspect(text[:5_000])


UTTERANCES = os.environ.get("KOMPAS_TEST_UTTERANCES")  # noqa: TID251 - a file that is not part of the repository


@pytest.mark.skipif(not UTTERANCES, reason="KOMPAS_TEST_UTTERANCES names no file of labelled utterances")
def test_labelled_utterances_are_told_apart() -> None:
    lines = [json.loads(line) for line in Path(str(UTTERANCES)).read_text(encoding="utf-8").splitlines()]
    found = {line["id"]: inspect(line["text"]) for line in lines}
    health = Finding(reason=GuardReason.HEALTH_DETAILS)
    assert [line["id"] for line in lines if line["intent"] == "sensitive_health" and found[line["id"]] != health] == []
    others = [
        line["id"] for line in lines if line["intent"] not in {"sensitive_health", "out_of_scope"} and found[line["id"]]
    ]
    assert len(others) <= 1
