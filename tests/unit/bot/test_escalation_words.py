"""Which messages want HR or a person, over the sample messages, and which do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.escalation.words import AskingWords, Wish
from tests.unit.bot.builders import CATALOGUE

DATA = Path(__file__).parents[2] / "acceptance" / "data"
WORDS = AskingWords(CATALOGUE)


def samples() -> list[dict[str, Any]]:
    files = sorted(DATA.glob("utterances_*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_nine_in_ten_who_want_a_person_get_the_form_and_no_other_message_is_taken() -> None:
    own = [one for one in samples() if one["intent"] == "handover_human"]
    found = [one for one in own if WORDS.understand(one["text"])]
    assert len(own) > 40
    assert len(found) / len(own) >= 0.9
    assert [
        one["text"] for one in samples() if one["intent"] != "handover_human" and WORDS.understand(one["text"])
    ] == []


@pytest.mark.parametrize(
    ("text", "wish", "said"),
    [
        ("Spørg HR", Wish.FORM, ""),
        ("spørg HR: hvordan holder jeg MUS?", Wish.FORM, "hvordan holder jeg MUS?"),
        ("ask HR about parental leave", Wish.FORM, "parental leave"),
        ("Mine spørgsmål", Wish.MINE, ""),
        ("@Kompas brug kanalen til Personalejura", Wish.CHANNEL, "Personalejura"),
    ],
)
def test_commands_are_understood(text: str, wish: Wish, said: str) -> None:
    found = WORDS.understand(text)
    assert found is not None
    assert (found.wish, found.text) == (wish, said)
