from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from indexer.validation import Entry, ends, faults, warnings
from knowledge.models import Chunk, Document, Sentence

TODAY = date(2026, 3, 2)


def entry(
    name: str,
    *,
    id: str | None = None,  # noqa: A002 - the field's name
    supersedes: tuple[str, ...] = (),
    settled: bool = False,
    root: Path = Path("/d"),
    text: str = "Tekst.",
    **fields: object,
) -> Entry:
    document = Document(id=id or name, path=f"{name}.md", title=name, supersedes=supersedes)
    document = replace(document, **fields)  # type: ignore[arg-type]
    sentence = Sentence(raw=text, text=text)
    passage = Chunk(
        id=f"{document.id}#0", document_id=document.id, title_path=(name,), sentences=(sentence,), ordinal=0
    )
    return Entry(path=f"{name}.md", root=root, sha256="0", document=document, chunks=(passage,), settled=settled)


def failed(*entries: Entry) -> dict[str, str]:
    return {fault.entry.path: fault.reason for fault in faults(entries)}


def test_documents_that_fit_together_pass() -> None:
    assert failed(entry("ny", supersedes=("gammel",)), entry("gammel"), entry("anden")) == {}


def test_of_two_documents_with_one_id_the_second_fails_and_both_are_named() -> None:
    found = failed(entry("a", id="fravaer"), entry("b", id="fravaer"))

    assert found == {"b.md": "the id fravaer belongs to a.md already; give one of them another id in its front matter"}


def test_a_document_that_is_published_keeps_its_id_against_a_new_one() -> None:
    assert set(failed(entry("a", id="fravaer"), entry("b", id="fravaer", settled=True))) == {"a.md"}


def test_one_path_in_two_folders_is_told() -> None:
    found = failed(entry("a", root=Path("/x")), entry("a", id="anden", root=Path("/y")))

    assert found == {"a.md": "it lies in /x and in /y; rename one of the two files"}


def test_documents_that_supersede_each_other_all_fail() -> None:
    found = failed(
        entry("a", supersedes=("b",)), entry("b", supersedes=("c",)), entry("c", supersedes=("a",)), entry("d")
    )

    assert set(found) == {"a.md", "b.md", "c.md"}
    assert found["a.md"] == "it supersedes b, which in turn supersedes it; take supersedes out of the older document"


def test_only_the_document_that_closes_the_circle_fails_when_the_other_is_published() -> None:
    assert set(failed(entry("a", supersedes=("b",), settled=True), entry("b", supersedes=("a",)))) == {"b.md"}


def test_a_document_that_supersedes_itself_fails() -> None:
    assert set(failed(entry("a", supersedes=("a",)))) == {"a.md"}


def test_an_unknown_superseded_document_is_a_warning() -> None:
    assert warnings([entry("a", supersedes=("væk",))], today=TODAY) == (
        "a.md: supersedes væk, which is no document here. Correct the id, or take it out.",
    )


def test_a_successor_without_a_first_day_is_a_warning() -> None:
    assert "has no valid_from" in warnings([entry("a", supersedes=("b",)), entry("b")], today=TODAY)[0]


def test_an_overdue_review_is_a_warning_from_the_day_after() -> None:
    late = entry("a", review_due=date(2026, 3, 1))

    assert warnings([late], today=date(2026, 3, 1)) == ()
    assert "review was due on 2026-03-01" in warnings([late], today=date(2026, 3, 2))[0]


def test_an_overdue_legal_text_is_said_to_be_hidden() -> None:
    assert "hidden" in warnings([entry("a", review_due=date(2026, 1, 1), legal_refs=("L1",))], today=TODAY)[0]


def test_links_to_missing_files_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "findes her.md").write_text("x")
    text = (
        "Se [en](findes%20her.md), [to](mangler.md#afsnit), [web](https://example.org/x), [post](mailto:hr@example.org), "
        "[anker](#her) og ![billede](<billeder/kort.png>)."
    )

    assert warnings([entry("a", root=tmp_path, text=text)], today=TODAY) == (
        "a.md: links to mangler.md#afsnit, which is missing. Correct the link.",
        "a.md: links to billeder/kort.png, which is missing. Correct the link.",
    )


def documents(*entries: Entry) -> dict[str, Document]:
    return dict(ends(item.document for item in entries))


def test_a_superseded_document_ends_the_day_before_its_successor_begins() -> None:
    found = documents(entry("ny", supersedes=("gammel",), valid_from=date(2025, 5, 1)), entry("gammel"))

    assert found["gammel"].valid_to == date(2025, 4, 30)
    assert found["ny"].valid_to is None


def test_an_end_that_is_written_down_stays() -> None:
    old = entry("gammel", valid_to=date(2025, 1, 31))

    assert documents(entry("ny", supersedes=("gammel",), valid_from=date(2025, 5, 1)), old)["gammel"].valid_to == date(
        2025, 1, 31
    )


def test_the_first_of_several_successors_ends_it() -> None:
    found = documents(
        entry("a", supersedes=("gammel",), valid_from=date(2026, 1, 1)),
        entry("b", supersedes=("gammel",), valid_from=date(2025, 1, 1)),
        entry("gammel", valid_from=date(2020, 1, 1)),
    )

    assert found["gammel"].valid_to == date(2024, 12, 31)


def test_a_decision_date_counts_as_the_first_day() -> None:
    found = documents(entry("ny", supersedes=("gammel",), decision_date=date(2025, 5, 6)), entry("gammel"))

    assert found["gammel"].valid_to == date(2025, 5, 5)


def test_a_successor_without_dates_ends_nothing() -> None:
    assert documents(entry("ny", supersedes=("gammel",)), entry("gammel"))["gammel"].valid_to is None


@given(first=st.dates(min_value=date(1990, 1, 1)), successor=st.dates(min_value=date(1990, 1, 1)))
def test_a_derived_end_never_lies_before_the_beginning(first: date, successor: date) -> None:
    old = documents(entry("ny", supersedes=("gammel",), valid_from=successor), entry("gammel", valid_from=first))[
        "gammel"
    ]

    assert old.valid_to is None or first <= old.valid_to < successor
