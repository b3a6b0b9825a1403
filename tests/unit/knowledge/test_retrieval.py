from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from knowledge.models import Question
from knowledge.retrieval import FIRST_PASSAGE_WORDS, LATER_PASSAGE_WORDS, PASSAGES, describe
from tests.unit.knowledge.builders import HOUSE, LAW, OLD, TODAY, document, index, searched

LONG = "\n".join(
    f"Sætning nummer {number} handler om ferie og om noget andet, der fylder lidt." for number in range(60)
)


def question(text: str, day: date = TODAY) -> Question:
    return Question(text=text, as_of=day)


def test_passages_do_not_overlap_and_keep_their_length() -> None:
    ranking, search = searched(index((document("lang"), LONG), *HOUSE), question("Hvad handler om ferie?"))
    seen: set[int] = set()
    for number, window in enumerate(ranking.windows):
        lines = set(range(window.first, window.last + 1))
        assert window.best in lines
        assert not lines & seen
        assert len({search.lines[at].document for at in lines}) == 1
        words = sum(len(search.lines[at].sentence.text.split()) for at in lines)
        assert words <= (LATER_PASSAGE_WORDS if number else FIRST_PASSAGE_WORDS)
        seen |= lines
    assert len(ranking.windows) <= PASSAGES


def test_passages_come_best_first() -> None:
    ranking, _ = searched(index(*HOUSE), question("Hvornår skal jeg kontakte en sygemeldt?"))
    scores = [window.score for window in ranking.windows]
    assert scores == sorted(scores, reverse=True)


def test_a_document_that_may_not_speak_has_no_passage() -> None:
    ranking, search = searched(index(*HOUSE), question("modellen på dag 1, 5 og 14"))
    assert OLD.id not in {search.lines[window.best].document for window in ranking.windows}
    of_old = [at for at, line in enumerate(search.lines) if line.document == OLD.id]
    assert np.isneginf(ranking.scores[of_old]).all()


def test_an_overdue_legal_text_is_known_to_be_hidden() -> None:
    ranking, _ = searched(index(*HOUSE), question("Hvornår skal sygefraværssamtalen holdes?", date(2027, 1, 1)))
    assert [of.id for of, _ in ranking.hidden] == [LAW.id]


def test_a_heading_that_fits_lifts_the_sentence_below_it() -> None:
    text = "## Hvor må man parkere som gæst?\nBrug pladsen mod syd.\nGæster kan spise i salen."
    ranking, search = searched(index((document("hus"), text), *HOUSE), question("Hvor må man parkere som gæst?"))
    assert search.lines[ranking.windows[0].best].sentence.text == "Brug pladsen mod syd."


@pytest.mark.parametrize(("year", "best"), [(2023, "7,3 % i 2023."), (2024, "7,2 % i 2024.")])
def test_the_year_asked_for_comes_first(year: int, best: str) -> None:
    text = f"Fraværet var 7,3 % i 2023.\n{LONG}\nFraværet var 7,2 % i 2024."
    ranking, search = searched(index((document("tal"), text)), question(f"Hvad var fraværet i {year}?"))
    assert search.lines[ranking.windows[0].best].sentence.text.endswith(best)


def test_a_document_is_found_by_its_synonyms() -> None:
    text = "## Hvad gælder?\nSpørg på kontoret."
    known = document("b", synonyms=("arkivnøgle",))
    ranking, search = searched(index((document("a"), text), (known, text)), question("Hvor er arkivnøglen?"))
    assert search.lines[ranking.windows[0].best].document == "b"


def test_the_case_number_is_found_by_the_word_for_it() -> None:
    case = document("sag", "Ledelse", case_number="24/4098")
    text = "Ledelse drøftes på mødet.\nSag 24/4098 er behandlet.\nLedelse er et vigtigt emne."
    ranking, search = searched(index((case, text), *HOUSE), question("Hvad er sagsnummeret?"))
    assert "24/4098" in search.lines[int(ranking.lexical.argmax())].sentence.text


def test_a_document_is_described_by_more_than_its_title() -> None:
    case = document(
        "sag",
        "Ledelse",
        synonyms=("lederskab",),
        tags=("kurs",),
        body="Økonomiudvalget",
        decision_date=date(2025, 5, 6),
    )
    assert {"Ledelse", "lederskab", "kurs", "Økonomiudvalget", "maj"} <= set(describe(case).split())


def test_an_index_without_documents_ranks_nothing() -> None:
    ranking, _ = searched(index(), question("Hvad som helst"))
    assert (ranking.windows, ranking.hidden, len(ranking.scores)) == ((), (), 0)
