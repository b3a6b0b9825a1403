"""A person in one sentence and an illness in another."""

from __future__ import annotations

import pytest

from privacy.guard import inspect


@pytest.mark.parametrize(
    "text",
    [
        "Mette kommer ikke i dag. Det er migrænen igen",
        "KLH er væk. Nyresten.",
        "Knud er hjemme. Ryggen igen.",
        "Morten er væk igen. Alkohol.",
        "Er lupus noget man kan få fleksjob på? Det har Camilla nemlig",
        "Arne har sendt en lægeerklæring ind. Der står KOL i svær grad.",
        "Ulla sover på kontoret. Det er medicinen.",
        "Vi har talt om Bo. Han er ked af det.\nDiskusprolaps siger lægen.",
    ],
)
def test_two_sentences_tell_together_what_neither_tells_alone(text: str) -> None:
    assert inspect(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Mette er syg. Hvad er reglerne om stress?",
        "Jens er på ferie. Hvis en medarbejder får influenza, hvad så?",
        "Tak, Mette. Jeg leder efter noget om sorg.",
        "KLH er tilbage. Vi holder oplæg om stress.",
        "Anne har sagt op. Stresspolitikken er forældet.",
    ],
)
def test_a_topic_beside_somebody_tells_nothing(text: str) -> None:
    assert inspect(text) is None


def test_sentences_far_apart_tell_nothing_of_each_other() -> None:
    between = "Mødet er flyttet. " * 6
    assert inspect(f"KLH er væk. {between} Nyresten.") is None
