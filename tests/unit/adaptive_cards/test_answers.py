from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adaptive_cards.answers import ABSTRACT_LIMIT, KEYWORD_LIMIT, NAME_LIMIT, escape_markdown, render_answer
from adaptive_cards.texts import Texts
from knowledge.models import (
    BlockKind,
    DocumentKind,
    NotFound,
    NotFoundReason,
    RefusalReason,
    Refused,
    Statement,
    StatementRole,
)
from tests.unit.bot.builders import DA, DRAFT, EN, TODAY, answered, citation


def test_an_answer_is_numbered_dated_and_has_its_source() -> None:
    rendered = render_answer(answered(), DA, TODAY)
    assert rendered.text == (
        "Kontakt medarbejderen på dag 1, 3 og 10 [1].\n\n"
        "Gælder fra 1. maj 2025.\n\n"
        "Kilder: [1] Opfølgning på sygefravær: dag 1, 3 og 10 (gælder fra 1. maj 2025)"
    )
    assert rendered.citations[0].keywords == ("Gælder fra 1. maj 2025",)


def test_a_list_stays_a_list_and_its_lead_carries_the_number() -> None:
    rendered = render_answer(
        answered(
            Statement(text="Temaerne er:", citation=1),
            Statement(text="Ledelse", citation=1, kind=BlockKind.ITEM),
            Statement(text="Samarbejde", citation=1, kind=BlockKind.ITEM),
            Statement(text="Brug dem i MED.", citation=1),
        ),
        DA,
        TODAY,
    )
    assert rendered.text.startswith("Temaerne er [1]:\n\n- Ledelse\n- Samarbejde\n\nBrug dem i MED [1].\n\n")


def test_what_held_before_is_told_as_history_after_what_holds() -> None:
    old = citation(position=2, title="Den tidligere model 1-5-14", valid_from=None, valid_to=date(2025, 4, 30))
    rendered = render_answer(
        answered(
            Statement(text="Kontakten lå på dag 1, 5 og 14.", citation=2, role=StatementRole.HISTORY),
            Statement(text="Nu er det dag 1, 3 og 10.", citation=1),
            citations=(citation(), old),
        ),
        DA,
        TODAY,
    )
    paragraphs = rendered.text.split("\n\n")
    assert paragraphs[0] == "Nu er det dag 1, 3 og 10 [1]."
    assert paragraphs[1] == "Tidligere, til 30. april 2025: Kontakten lå på dag 1, 5 og 14 [2]."
    assert paragraphs[2] == "Gælder fra 1. maj 2025."
    assert "[2] Den tidligere model 1-5-14 (gjaldt til 30. april 2025)" in paragraphs[-1]


def test_every_item_of_history_says_that_it_is_history() -> None:
    old = citation(valid_to=date(2025, 4, 30))
    items = [
        Statement(text=text, citation=1, role=StatementRole.HISTORY, kind=BlockKind.ITEM) for text in ("Dag 1", "Dag 5")
    ]
    rendered = render_answer(answered(*items, citations=(old,)), DA, TODAY)
    assert rendered.text.startswith(
        "- Tidligere, til 30. april 2025: Dag 1 [1]\n- Tidligere, til 30. april 2025: Dag 5 [1]"
    )
    assert "Gælder" not in rendered.text


def test_what_is_to_come_says_from_when() -> None:
    soon = citation(valid_from=date(2027, 1, 1))
    said = Statement(text="Kontakt på dag 2.", citation=1, role=StatementRole.COMING)
    rendered = render_answer(answered(said, citations=(soon,)), DA, TODAY)
    assert rendered.text.startswith("Fra 1. januar 2027 gælder: Kontakt på dag 2 [1].")


def test_a_draft_says_so_in_text_and_keyword() -> None:
    rendered = render_answer(answered(citations=(citation(approval=DRAFT),)), DA, TODAY)
    assert "Udkast, ikke godkendt af HR." in rendered.text
    assert rendered.citations[0].keywords[0] == "Udkast"


def test_one_draft_among_several_sources_is_named() -> None:
    rendered = render_answer(
        answered(
            Statement(text="A.", citation=1),
            Statement(text="B.", citation=2),
            citations=(citation(), citation(position=2, approval=DRAFT)),
        ),
        DA,
        TODAY,
    )
    assert "Udkast, ikke godkendt af HR: [2]." in rendered.text


def test_law_sends_to_the_lawyers() -> None:
    rendered = render_answer(answered(citations=(citation(legal=True),)), DA, TODAY)
    assert "Generel vejledning. Spørg personalejura i konkrete sager." in rendered.text


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (DocumentKind.BRIEFING, "Økonomiudvalget, 6. maj 2025: en orientering, ikke en retningslinje [1]."),
        (DocumentKind.DECISION, "Økonomiudvalget, 6. maj 2025: en beslutning, ikke en retningslinje [1]."),
    ],
)
def test_minutes_are_not_policy(kind: DocumentKind, line: str) -> None:
    source = citation(kind=kind, body="Økonomiudvalget", decision_date=date(2025, 5, 6))
    rendered = render_answer(answered(citations=(source,)), DA, TODAY)
    assert line in rendered.text
    assert "Gælder fra" not in rendered.text.split("Kilder:")[0]


def test_minutes_without_body_and_date_still_are_not_policy() -> None:
    rendered = render_answer(answered(citations=(citation(kind=DocumentKind.BRIEFING),)), DA, TODAY)
    assert "Politisk sag: en orientering, ikke en retningslinje [1]." in rendered.text


def test_sources_with_different_dates_have_them_in_the_list_only() -> None:
    rendered = render_answer(
        answered(
            Statement(text="A.", citation=1),
            Statement(text="B.", citation=2),
            citations=(citation(), citation(position=2, title="Andet", valid_from=date(2026, 1, 1), page=4)),
        ),
        DA,
        TODAY,
    )
    body, sources = rendered.text.split("Kilder:")
    assert "Gælder" not in body
    assert "[2] Andet (gælder fra 1. januar 2026, side 4)" in sources


def test_a_source_that_no_statement_uses_is_not_listed() -> None:
    rendered = render_answer(answered(citations=(citation(), citation(position=2, title="Ubrugt"))), DA, TODAY)
    assert "Ubrugt" not in rendered.text
    assert [item.position for item in rendered.citations] == [1]


def test_the_next_step_comes_before_the_sources() -> None:
    rendered = render_answer(answered(next_step="Ring i morgen."), DA, TODAY)
    assert rendered.text.split("\n\n")[-2] == "Næste skridt: Ring i morgen."


@pytest.mark.parametrize("texts", [DA, EN])
def test_an_answer_found_by_words_alone_says_so(texts: Texts) -> None:
    line = texts.say("answer.by_words")
    assert line in render_answer(answered(by_words=True), texts, TODAY).text
    assert line not in render_answer(answered(), texts, TODAY).text


@pytest.mark.parametrize("texts", [DA, EN])
def test_nothing_found_by_words_alone_says_so_too(texts: Texts) -> None:
    line = texts.say("not_found.by_words")
    nothing = NotFound(reason=NotFoundReason.THIN_SOURCE, passages=(), confidence=0.1)
    assert line in render_answer(replace(nothing, by_words=True), texts, TODAY).text
    assert line not in render_answer(nothing, texts, TODAY).text


def test_an_english_answer_introduces_the_danish_words() -> None:
    rendered = render_answer(answered(language="en"), EN, TODAY)
    first, quote, validity, *_ = rendered.text.split("\n\n")
    assert first == "This is what the Danish source says:"
    assert quote == "Kontakt medarbejderen på dag 1, 3 og 10 [1]."
    assert validity == "Valid from 1 May 2025."


def test_citations_keep_the_limits_of_teams() -> None:
    long = citation(
        title="Meget lang titel " * 20, quote="Ordene i kilden 🙂 " * 40, approval=DRAFT, kind=DocumentKind.DECISION
    )
    rendered = render_answer(answered(citations=(long,)), DA, TODAY).citations[0]
    assert 0 < len(rendered.name.encode("utf-16-le")) // 2 <= NAME_LIMIT
    assert 0 < len(rendered.abstract.encode("utf-16-le")) // 2 <= ABSTRACT_LIMIT
    assert 0 < len(rendered.keywords) <= 3
    assert all(len(word) <= KEYWORD_LIMIT for word in rendered.keywords)


def test_a_citation_without_title_and_quote_is_still_valid() -> None:
    rendered = render_answer(answered(citations=(citation(title=" ", quote=""),)), DA, TODAY).citations[0]
    assert rendered.name == "fravaer-opfoelgning-1-3-10.md"
    assert rendered.abstract == rendered.name


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://intra.example.test/a", "https://intra.example.test/a"),
        ("http://intra.example.test/a", None),
        ("javascript:alert(1)", None),
        ("https://user@evil.test/", None),
        ("https://[broken", None),
        (None, None),
    ],
)
def test_only_https_addresses_become_links(url: str | None, shown: str | None) -> None:
    assert render_answer(answered(citations=(citation(url=url),)), DA, TODAY).citations[0].url == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Tryk [her](https://evil.test) nu [7].", r"Tryk \[her\](https://evil.test) nu \[7\]."),
        ("<at>Alle</at> & <b>", "&lt;at&gt;Alle&lt;/at&gt; & &lt;b&gt;"),
        ("*fed* _kursiv_ `kode`", r"\*fed\* \_kursiv\_ \`kode\`"),
        ("# Overskrift", r"\# Overskrift"),
        ("- Punkt", r"\- Punkt"),
        ("1. maj", r"1\. maj"),
        ("1-5-14 gjaldt.", "1-5-14 gjaldt."),
    ],
)
def test_source_text_cannot_make_links_or_markup(raw: str, shown: str) -> None:
    assert escape_markdown(raw) == shown


def test_nothing_found_says_whom_to_ask_and_what_lies_near() -> None:
    answer = NotFound(
        reason=NotFoundReason.THIN_SOURCE,
        passages=(),
        confidence=0.1,
        nearest=("Hvad er MUS?", "Hvad er LUS?"),
        contact="HR, Norddjurs Kommune",
    )
    rendered = render_answer(answer, DA, TODAY)
    assert rendered.text == (
        "Det har jeg ikke en kilde på. Jeg vil ikke gætte.\n\n"
        "Det nærmeste, jeg har en kilde på:\n\n- Hvad er MUS?\n- Hvad er LUS?\n\n"
        "Spørg HR, Norddjurs Kommune."
    )
    assert rendered.suggestions == ("Hvad er MUS?", "Hvad er LUS?")
    assert rendered.citations == ()


@pytest.mark.parametrize("reason", list(NotFoundReason))
def test_every_way_of_not_finding_has_words_in_both_languages(reason: NotFoundReason) -> None:
    answer = NotFound(reason=reason, passages=(), confidence=0.0)
    assert render_answer(answer, DA, TODAY).text.startswith(DA.say(f"not_found.{reason.value}"))
    assert render_answer(answer, EN, TODAY).text.startswith(EN.say(f"not_found.{reason.value}"))


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_a_refusal_is_one_text_without_sources(reason: RefusalReason) -> None:
    rendered = render_answer(Refused(reason=reason), DA, TODAY)
    assert rendered.text == DA.say(f"refused.{reason.value}")
    assert rendered.citations == ()
    assert rendered.suggestions == ()


def test_suggestions_are_three_at_most_and_never_twice_the_same() -> None:
    rendered = render_answer(answered(follow_ups=("A?", "A?", " ", "B?", "C?", "D?")), DA, TODAY)
    assert rendered.suggestions == ("A?", "B?", "C?")
