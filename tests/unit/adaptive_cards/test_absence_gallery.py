"""What holds of every card of absence follow-up, with ordinary and with long data, in both languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence import case as case_cards
from adaptive_cards.absence import examples as sample
from adaptive_cards.absence import guides, notices, overview, settings, start, step
from adaptive_cards.actions import parse_action
from adaptive_cards.gallery import gallery
from adaptive_cards.parts import ACTIONS
from adaptive_cards.render import SIZE_LIMIT, render
from adaptive_cards.texts import Texts
from hr.absence.model import Relation
from hr.absence.views import CaseView, GuideView, Overview
from tests.unit.adaptive_cards.builders import (
    CATALOGUE,
    DA,
    EN,
    LONG_LABEL,
    LONG_NAME,
    TOKEN,
    content,
    elements,
    long_case,
    long_passage,
    long_rule,
    long_step,
    words,
)

CARDS = {name: card for name, card in gallery(CATALOGUE).items() if name.startswith("absence")}
MODULES = (start, step, case_cards, overview, settings, guides, notices)
each_card = pytest.mark.parametrize("name", sorted(CARDS))
HEALTH = re.compile(r"diagnose|depress|stress|kræft|gravid|læge|\bangst|smerte|symptom|illness is", re.IGNORECASE)


def functions(modules: tuple[ModuleType, ...]) -> Iterator[str]:
    for module in modules:
        for name, _ in inspect.getmembers(module, inspect.isfunction):
            if name.endswith("_card") and name != "notice_card":
                yield name.removesuffix("_card")


def test_every_card_has_its_summary_and_no_summary_is_left_over() -> None:
    for texts in (DA, EN):
        kept = {key.removeprefix("absence.summaries.") for key in texts.lines if key.startswith("absence.summaries.")}
        assert kept == set(functions(MODULES))


def test_every_card_is_in_the_gallery() -> None:
    shown = {name.split(".")[0].removeprefix("absence_") for name in CARDS}
    assert all(any(one.startswith(name) for one in shown) for name in functions(MODULES))


@pytest.mark.parametrize("texts", [DA, EN])
def test_a_summary_tells_nothing_about_anybody(texts: Texts) -> None:
    for name in functions(MODULES):
        assert "ME" not in texts.say(f"absence.summaries.{name}")


@each_card
def test_what_stands_in_for_a_card_names_nobody(name: str) -> None:
    if name.startswith(("absence_note", "absence_choice")):
        return
    told = CARDS[name].fallback_text or ""
    assert not re.search(r"\bME\b|Eksempel|\d", told)


@each_card
def test_no_card_speaks_of_an_illness(name: str) -> None:
    assert not HEALTH.search(words(CARDS[name]))


@each_card
def test_every_input_says_what_it_wants_and_what_is_wrong(name: str) -> None:
    for element in elements(content(CARDS[name])):
        if element["type"].startswith("Input."):
            assert element["label"]
            assert element["errorMessage"]


@each_card
def test_teams_shows_every_button(name: str) -> None:
    card = content(CARDS[name])
    rows = [e["actions"] for e in elements(card) if e["type"] == "ActionSet"]
    assert all(len(row) <= ACTIONS for row in [*rows, card.get("actions", [])])


@each_card
def test_no_two_buttons_of_a_card_have_the_same_title(name: str) -> None:
    titles = [e["title"] for e in elements(content(CARDS[name])) if e["type"] == "Action.Execute"]
    unfolded = titles.count(DA.say("absence.save")) > 1 or titles.count(EN.say("absence.save")) > 1
    assert unfolded or len(titles) == len(set(titles))


@each_card
def test_a_card_keeps_to_its_language(name: str) -> None:
    language = name.rpartition(".")[2]
    for element in elements(content(CARDS[name])):
        if element["type"] == "Action.Execute":
            assert parse_action(element["data"]).language == language  # type: ignore[union-attr]


@each_card
def test_colours_only_repeat_what_words_say(name: str) -> None:
    waits = re.compile(
        r"venter|fristen|forfalden|forsøgt|i dag|udsat|waiting|limit|overdue|attempted|today|put off", re.IGNORECASE
    )
    for element in elements(content(CARDS[name])):
        if element.get("color"):
            assert waits.search(element["text"])


def long_cards(texts: Texts) -> dict[str, AdaptiveCard]:
    """Every card with as much as it can be given."""
    case, passage = long_case(transfer_to=LONG_NAME), long_passage()
    first = case.steps[1]
    draft = replace(sample.draft(label=LONG_LABEL, relapse=True, same_label=True), steps=case.steps)
    notice = "N " * 100
    deputy, hr, own = (
        replace(case, owner_name=name, relation=relation)
        for name, relation in ((LONG_NAME, Relation.DEPUTY), (LONG_NAME, Relation.HR), (None, Relation.OWNER))
    )
    nobody = replace(deputy, relation=Relation.NONE)
    many = Overview(
        today=case.today,
        own=tuple([own] * 12),
        as_deputy=tuple([deputy] * 5),
        as_hr=tuple([hr] * 15),
        offered=tuple([nobody] * 5),
    )
    others = replace(many, own=(), offered=())
    menu = tuple(
        GuideView(guide=replace(view.guide, title="G" * 40, body=("b " * 100,) * 6)) for view in sample.guides()
    )
    frequent = replace(sample.created(frequency=3), case=case)
    return {
        "start": start.start_card(texts=texts, draft=draft, token=TOKEN, notice=notice),
        "created": start.created_card(texts=texts, created=frequent, token=TOKEN, passage=passage),
        "step": step.step_card(
            texts=texts,
            case=case,
            step=first,
            passage=passage,
            token=TOKEN,
            notice=notice,
            resent=True,
            past_limit=True,
        ),
        "case": case_cards.case_card(texts=texts, case=case, token=TOKEN, notice=notice),
        "more": case_cards.more_card(texts=texts, case=case, token=TOKEN),
        "catch_up": case_cards.catch_up_card(texts=texts, case=case, token=TOKEN, notice=notice),
        "overview": overview.overview_card(texts=texts, overview=many, notice=notice, token=TOKEN),
        "overview_next": overview.overview_card(texts=texts, overview=many, token=TOKEN, start=16),
        "overview_own": overview.overview_card(texts=texts, overview=replace(many, offered=()), notice=notice),
        "overview_others": overview.overview_card(texts=texts, overview=others, notice=notice),
        "overview_due": overview.overview_card(texts=texts, overview=others, only_due=True),
        "digest": overview.digest_card(texts=texts, overview=many),
        "settings": settings.settings_card(
            texts=texts, settings=sample.settings(away=True), token=TOKEN, notice=notice
        ),
        "guides": guides.guides_card(texts=texts, guides=menu * 2, case_id=case.case.id),
        "guide": guides.guide_card(texts=texts, guide=menu[0], passage=passage),
        "offer": notices.offer_card(texts=texts, name=LONG_NAME, case=case, token=TOKEN),
    }


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_card_with_the_longest_data_still_arrives(language: str) -> None:
    for card in long_cards(CATALOGUE[language]).values():
        assert render(card, summary="x").content


def test_ten_cases_and_fourteen_steps_fit_with_room_to_spare() -> None:
    ordinary = overview.overview_card(texts=DA, overview=sample.overview(10))
    long_course = case_cards.case_card(
        texts=DA, case=sample.case(course=(*sample.steps(13), sample.steps()[0])), token=TOKEN
    )
    for card in (ordinary, long_course):
        assert len(str(content(card)).encode("utf-16-le")) < SIZE_LIMIT * 0.9


def hostile(case: CaseView) -> CaseView:
    return replace(case, case=replace(case.case, label="[ME](https://evil.test) **x**"), relation=Relation.OWNER)


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_label_is_never_read_as_markup(language: str) -> None:
    texts, case = CATALOGUE[language], hostile(sample.case())
    one = case.steps[1]
    told: list[Any] = [
        step.step_card(texts=texts, case=case, step=one, passage=None, token=TOKEN),
        case_cards.case_card(texts=texts, case=case, token=TOKEN),
        case_cards.more_card(texts=texts, case=case, token=TOKEN),
        overview.overview_card(texts=texts, overview=replace(sample.overview(0), own=(case,))),
        overview.digest_card(texts=texts, overview=replace(sample.overview(0), own=(case,))),
        notices.offer_card(texts=texts, name="[x](https://evil.test)", case=case, token=TOKEN),
    ]
    for card in told:
        read = [e["text"] for e in elements(content(card)) if e["type"] == "TextBlock"]
        read += [fact["value"] for e in elements(content(card)) for fact in e.get("facts", [])]
        assert not [text for text in read if "](" in text.replace("\\]", "")]


def test_the_long_data_is_long() -> None:
    case = long_case()
    assert len(case.steps) == 14
    assert len(long_step(case.steps[0]).title) == 60
    assert len(long_rule(case.steps[0].rule).purpose) == 300
