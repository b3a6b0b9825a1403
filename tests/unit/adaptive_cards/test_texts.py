from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

import adaptive_cards
import bot
from adaptive_cards.actions import CaseChange
from adaptive_cards.errors import TextError
from adaptive_cards.texts import Texts, load_catalogue, placeholders
from hr.absence.model import CaseState, ReminderLevel, StepKind, StepState
from hr.campaigns.model import CampaignState, Group
from hr.campaigns.rules import Deed
from hr.campaigns.views import NotReached
from hr.errors import CampaignFault, DialogueFault
from hr.feedback.model import DislikeReason
from knowledge.models import NotFoundReason, RefusalReason

CATALOGUE = load_catalogue()
DA, EN = CATALOGUE["da"], CATALOGUE["en"]


COMPUTED_OF_ASKING = ("asking.states.", "asking.faults.", "asking.summaries.")
COMPUTED_OF_ABSENCE = (
    "absence.kinds.",
    "absence.states.",
    "absence.course.",
    "absence.settings.levels.",
    "absence.confirm.",
    "absence.more.",
    "absence.summaries.",
)
"""Of these the cards or the handlers make the keys of a value; that each value has its text is tested below."""


def keys_in_code() -> set[str]:
    """Every literal that is given to `say` and `several`; a computed key counts by its literal beginning."""
    found: set[str] = set()
    for package in (adaptive_cards, bot):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def test_both_languages_have_the_same_keys() -> None:
    assert DA.lines.keys() == EN.lines.keys()
    assert DA.lists.keys() == EN.lists.keys()


@pytest.mark.parametrize("key", sorted(DA.lines))
def test_a_text_has_the_same_placeholders_in_both_languages(key: str) -> None:
    assert placeholders(DA.lines[key]) == placeholders(EN.lines[key])


def test_no_text_is_empty() -> None:
    assert all(text for texts in CATALOGUE.values() for text in texts.lines.values())
    assert all(items and all(items) for texts in CATALOGUE.values() for items in texts.lists.values())


ASKED_BACK = set(CaseChange) - {CaseChange.WITHDRAW}
"""An offer that is taken back can be made again, so nobody is asked."""


def test_every_reason_has_its_text() -> None:
    needed = {f"not_found.{reason.value}" for reason in NotFoundReason}
    needed |= {f"refused.{reason.value}" for reason in RefusalReason}
    needed |= {f"feedback.reasons.{reason.value}" for reason in DislikeReason}
    needed |= {f"absence.kinds.{kind.value}" for kind in StepKind}
    needed |= {f"absence.states.{state.value}" for state in StepState}
    needed |= {f"absence.course.{state.value}" for state in CaseState}
    needed |= {f"absence.settings.levels.{level.value}" for level in ReminderLevel}
    needed |= {f"absence.confirm.{change.value}.{part}" for change in ASKED_BACK for part in ("title", "text", "yes")}
    needed |= {f"dialogues.say.{fault.value}" for fault in DialogueFault}
    assert needed <= DA.lines.keys()


COMPUTED_OF_ONBOARDING = tuple(
    f"onboarding.{part}"
    for part in (
        "tracks.",
        "kinds.",
        "plan.title_",
        "event.",
        "news.",
        "say.",
        "fallback.",
        "summaries.",
        "done",
        "later",
        "not_relevant",
    )
)


COMPUTED_OF_INSIGHT = tuple(
    f"insight.{part}." for part in ("numbers", "leads", "pages", "few", "buttons", "summaries", "export")
)
"""Each is said by some card of the gallery, or by a test of `kompas insight`."""

COMPUTED_OF_CAMPAIGNS = tuple(
    f"campaigns.{part}."
    for part in (
        "groups",
        "states",
        "deeds",
        "faults",
        "reasons",
        "why",
        "confirm",
        "words",
        "say",
        "summaries",
        "commands",
        "export",
    )
)


def test_every_campaign_value_has_its_text() -> None:
    needed = {f"campaigns.groups.{group.value}" for group in Group}
    needed |= {f"campaigns.states.{state.value}" for state in CampaignState}
    needed |= {f"campaigns.deeds.{deed.value}" for deed in Deed}
    needed |= {f"campaigns.faults.{fault.value}" for fault in CampaignFault}
    needed |= {f"campaigns.{part}.{reason.value}" for part in ("reasons", "why") for reason in NotReached}
    assert needed <= DA.lines.keys()


def test_every_text_is_used() -> None:
    computed = (
        "not_found.",
        "refused.",
        "feedback.reasons.",
        "words.",
        "dialogues.say.",
        "dialogues.summaries.",
        *COMPUTED_OF_ABSENCE,
        *COMPUTED_OF_ASKING,
        *COMPUTED_OF_ONBOARDING,
        *COMPUTED_OF_CAMPAIGNS,
        *COMPUTED_OF_INSIGHT,
        "content_faults.kept",
        "content_faults.wrong.",
        "content_faults.remedies.",
        "asking.hr_faults.",
        "asking.hr_states.",
        "my_data.kinds.",
    )
    in_code = keys_in_code()
    literals = in_code | {f"{key}_undated" for key in in_code} | {f"absence.say.{key}" for key in in_code}
    beginnings = (*computed, *(key for key in in_code if key.startswith("absence.say.") and key.endswith("_")))
    unused = {key for key in {**DA.lines, **DA.lists} if not key.startswith(beginnings) and key not in literals}
    assert unused == set()


def test_a_missing_key_is_an_error_that_names_it() -> None:
    with pytest.raises(TextError, match=r"home\.nothing"):
        DA.say("home.nothing")
    with pytest.raises(TextError, match="nothing"):
        DA.several("nothing")


def test_a_missing_and_a_superfluous_value_are_errors() -> None:
    with pytest.raises(TextError, match="date"):
        DA.say("answer.current_since")
    with pytest.raises(TextError, match="other"):
        DA.say("answer.current_since", date="x", other="y")


def test_dates_are_written_as_they_are_read_aloud() -> None:
    assert DA.day(date(2025, 5, 1)) == "1. maj 2025"
    assert EN.day(date(2025, 5, 1)) == "1 May 2025"


def test_near_dates_have_their_weekday() -> None:
    assert DA.weekday_day(date(2026, 5, 4)) == "mandag 4. maj"
    assert EN.weekday_day(date(2026, 5, 4)) == "Monday 4 May"
    assert DA.short_day(date(2026, 5, 28)) == "tors.\u00a028.\u00a0maj"
    assert DA.short_limit(date(2026, 5, 28)) == "senest\u00a028.\u00a0maj"


@pytest.mark.parametrize("texts", [DA, EN])
def test_there_are_seven_weekdays_and_twelve_months(texts: Texts) -> None:
    assert [len(texts.several(f"dates.{key}")) for key in ("weekdays", "weekdays_short")] == [7, 7]
    assert [len(texts.several(f"dates.{key}")) for key in ("months", "months_short")] == [12, 12]


def test_suggested_questions_are_three_at_most() -> None:
    assert all(len(texts.several("home.starters")) <= 3 for texts in CATALOGUE.values())
