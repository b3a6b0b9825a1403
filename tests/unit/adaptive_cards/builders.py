"""Cards taken apart, and long data for cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.absence import examples as sample
from adaptive_cards.actions import Action, parse_action
from adaptive_cards.render import render
from adaptive_cards.texts import load_catalogue
from hr.absence.timeline import StepRule
from hr.absence.views import CaseView, StepView
from knowledge.models import Citation

CATALOGUE = load_catalogue()
DA, EN = CATALOGUE["da"], CATALOGUE["en"]
TOKEN = "t" * 43
LONG_LABEL = "Æ" * 40
LONG_NAME = "Ø" * 60


def content(card: AdaptiveCard) -> dict[str, Any]:
    return render(card, summary="x").content


def elements(node: Any) -> Iterator[dict[str, Any]]:
    """Everything with a type, in order, fallbacks left out."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for name, value in node.items():
            if name not in {"fallback", "data"}:
                yield from elements(value)
    elif isinstance(node, list):
        for value in node:
            yield from elements(value)


def buttons(card: AdaptiveCard) -> dict[str, Action]:
    """What the buttons send, by title, without inputs."""
    found = elements(content(card))
    return {e["title"]: parse_action(e["data"]) for e in found if e["type"] == "Action.Execute"}


def words(card: AdaptiveCard) -> str:
    """All that a person reads on a card, line by line."""
    lines: list[str] = []
    for element in elements(content(card)):
        lines += [element[name] for name in ("text", "title", "label", "value") if isinstance(element.get(name), str)]
        lines += [f"{fact['title']} {fact['value']}" for fact in element.get("facts", [])]
        lines += [choice["title"] for choice in element.get("choices", [])]
    return "\n".join(lines).replace("\u00a0", " ")


def long_rule(rule: StepRule) -> StepRule:
    return replace(rule, title="T" * 60, purpose="p " * 150, phrases=("f " * 100,) * 3, avoid=("a " * 60,) * 3)


def long_step(view: StepView) -> StepView:
    return replace(view, rule=long_rule(view.rule), title="T" * 60)


def long_case(**changes: Any) -> CaseView:
    """A case with 14 steps and more, long titles and the longest label."""
    case = sample.case(label=LONG_LABEL, course=(*sample.steps(13), replace(sample.steps()[0], key="A42-9")), **changes)
    return replace(case, steps=tuple(long_step(view) for view in case.steps))


def long_passage() -> Citation:
    return replace(sample.LEGAL_PASSAGE, quote="Ord " * 3000, title="Titel " * 20)
