from __future__ import annotations

from pathlib import Path

import pytest

from tools.copied_text import copied, main

PAPER = """Indstilling
Direktionen anbefaler, at alle ledere hvert år
holder en samtale med deres medarbejdere om trivsel.
"""
COPY = "Husk, at alle ledere hvert år holder en samtale med deres medarbejdere!"


def runs(text: str, paper: str = PAPER) -> list[str]:
    return [hit.text for hit in copied("d.md", text, {"p.txt": paper})]


def test_nine_equal_words_are_told_in_full_across_line_breaks_case_and_punctuation() -> None:
    assert runs(COPY) == ["at alle ledere hvert år holder en samtale med deres medarbejdere"]


def test_eight_equal_words_may_stand() -> None:
    assert runs("Vi ved, at alle ledere hvert år holder en snak.") == []


def test_two_copied_runs_are_told_apart_with_their_lines() -> None:
    text = f"---\ntitle: Samtale\n---\n# Samtale\n\n{COPY}\n\nNoget andet.\n\n{COPY}\n"
    assert [hit.line for hit in copied("d.md", text, {"p.txt": PAPER})] == [6, 10]


def test_front_matter_is_not_compared() -> None:
    assert runs(f"---\nnext_step: {COPY}\n---\nNoget andet.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Temaer: æbler, brug af mel, sukker, tydelig smag, kanel, vaniljesukker, bagning, servering.",
        "- æbler brug af mel sukker tydelig smag kanel vaniljesukker bagning servering",
    ],
    ids=["sentence", "item"],
)
def test_a_list_of_terms_may_be_the_same(text: str) -> None:
    paper = "æbler, brug af mel, sukker, tydelig smag, kanel, vaniljesukker, bagning, servering"
    assert runs(text, paper) == []


def test_a_sentence_with_an_enumeration_is_no_list_of_terms() -> None:
    sentence = "Ledere, TR og AMR skal hvert år holde en samtale om trivsel på den enkelte arbejdsplads"
    assert runs(sentence, sentence) == [sentence.casefold().replace(",", "")]


def test_the_command_tells_file_and_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    papers, documents = tmp_path / "papers", tmp_path / "documents"
    for folder, name, text in ((papers, "p.txt", PAPER), (documents, "d.md", COPY)):
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    assert main([str(papers), str(documents)]) == 1
    assert "d.md:1: 11 words as in p.txt" in capsys.readouterr().out
    assert main([str(papers), str(documents), "--words", "12"]) == 0


def test_nothing_to_compare_is_not_called_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path)]) == 2
    assert "0 papers, 0 documents" in capsys.readouterr().err
