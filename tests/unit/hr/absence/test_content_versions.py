"""Versions of steps and guides by the first day of a case, and texts that are hidden because their review is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hr.absence.content import ABSENCE_FILE, load_absence
from hr.absence.model import ReminderLevel, StepKind, StepState
from hr.absence.plan import guide_limit, replan
from hr.absence.reminders import schedule
from hr.absence.timeline import AbsenceContent, guide_on, rule_on
from hr.clock import COPENHAGEN
from hr.errors import AbsenceContentError
from tests.unit.hr.absence.builders import (
    CONTENT_FOLDER,
    a_case,
    a_step,
    local,
    the_calendar,
    the_content,
    the_step,
    with_step,
)

DELIVERED = (CONTENT_FOLDER / ABSENCE_FILE).read_text(encoding="utf-8")
LAST_OLD, FIRST_NEW = date(2026, 12, 31), date(2027, 1, 1)

NEW_TALK = """
[[steps]]
id = "A28"
valid_from = 2027-01-01
title = "Tidlig samtale"
kind = "law"
phase = "active"
limit_days = 21
purpose = "Hold samtalen efter de nye regler."
phrases = ["Hej."]
document = "page"
"""

NEW_GUIDE = """
[[guides]]
id = "arbejdsulykke"
valid_from = 2027-01-01
title = "Arbejdsulykke"
body = ["Anmeld efter de nye regler."]
document = "page"
limit_days = 10
"""


def entry_with(entry: str, line: str, *, text: str = DELIVERED) -> str:
    """The file with one more line in the first entry with this id."""
    named = f'id = "{entry}"\n'
    assert named in text
    return text.replace(named, f"{named}{line}\n", 1)


def reform(more: str = NEW_TALK, entry: str = "A28") -> str:
    """The delivered file with a version of an entry that takes the place of the present one on 1 January 2027."""
    return entry_with(entry, "valid_to = 2026-12-31") + more


def loaded(folder: Path, text: str) -> AbsenceContent:
    (folder / ABSENCE_FILE).write_text(text, encoding="utf-8")
    return load_absence(folder)


def fault(folder: Path, text: str) -> tuple[str, str]:
    """What is told, and the line of the file that it points at."""
    with pytest.raises(AbsenceContentError) as caught:
        loaded(folder, text)
    assert caught.value.line is not None
    return caught.value.reason, text.splitlines()[caught.value.line - 1]


# --- Versions -----------------------------------------------------------------------------------------------------------------


def test_a_law_written_in_november_counts_for_cases_from_the_first_of_january(tmp_path: Path) -> None:
    content = loaded(tmp_path, reform())
    old, new = a_case(LAST_OLD, content=content), a_case(FIRST_NEW, content=content)
    assert the_step(old, "A28").nominal_on == LAST_OLD + timedelta(days=28)
    assert the_step(new, "A28").nominal_on == FIRST_NEW + timedelta(days=21)
    assert content.on(LAST_OLD).rules["A28"].title == "Sygefraværssamtale"
    assert content.on(FIRST_NEW).rules["A28"].title == "Tidlig samtale"
    assert [step.key for step in old.steps if step.key != "A28"] == [s.key for s in new.steps if s.key != "A28"]


def test_a_running_case_keeps_its_version_after_the_new_one_has_come(tmp_path: Path) -> None:
    content = loaded(tmp_path, reform())
    case = a_case(LAST_OLD, content=content)
    assert replan(case, content, the_calendar(), date(2027, 1, 20), new_generation=False) == replan(
        case, the_content(), the_calendar(), date(2027, 1, 20), new_generation=False
    )


def test_a_correction_across_the_change_chooses_the_other_version_and_keeps_what_is_done(tmp_path: Path) -> None:
    content = loaded(tmp_path, reform())
    case = a_case(FIRST_NEW, content=content)
    done = with_step(case, "A28", state=StepState.DONE, done_at=local(2027, 1, 4))
    for before, state in ((case, StepState.WAITING), (done, StepState.DONE)):
        earlier = replace(before, first_day=LAST_OLD)
        step = the_step(replan(earlier, content, the_calendar(), FIRST_NEW, new_generation=True), "A28")
        assert (step.nominal_on, step.state) == (LAST_OLD + timedelta(days=28), state)


def test_versions_stand_in_any_order(tmp_path: Path) -> None:
    head, rest = DELIVERED.split("[[steps]]", 1)
    turned = entry_with("A28", "valid_to = 2026-12-31", text=f"[[steps]]{rest}")
    content = loaded(tmp_path, f"{head}{NEW_TALK}\n{turned}")
    assert [content.on(day).rules["A28"].limit_days for day in (LAST_OLD, FIRST_NEW)] == [28, 21]


def test_a_file_without_versions_holds_on_every_day() -> None:
    assert the_content().on(LAST_OLD) == the_content().on(FIRST_NEW) == the_content()


def test_a_step_may_begin_or_end_on_a_day(tmp_path: Path) -> None:
    new_step = NEW_TALK.replace("A28", "A36")
    content = loaded(tmp_path, entry_with("A30", "valid_to = 2026-12-31") + new_step)
    old, new = ({step.rule for step in a_case(day, content=content).steps} for day in (LAST_OLD, FIRST_NEW))
    assert old - new == {"A30"}
    assert new - old == {"A36"}


def test_a_guide_has_versions_too(tmp_path: Path) -> None:
    content = loaded(tmp_path, reform(NEW_GUIDE, "arbejdsulykke"))
    limits = [
        guide_limit(content.on(day).guides["arbejdsulykke"], day, content.parameters, the_calendar())
        for day in (date(2026, 12, 28), date(2027, 1, 4))
    ]
    assert limits == [date(2027, 1, 11), date(2027, 1, 14)]


def test_a_version_of_the_return_talk_may_have_its_own_last_day(tmp_path: Path) -> None:
    talk = a_step(StepKind.GOOD, date(2026, 9, 9), key="R01")

    def last(content: AbsenceContent) -> datetime | None:
        return schedule(
            talk,
            content=content,
            calendar=the_calendar(),
            level=ReminderLevel.NORMAL,
            after=local(2026, 9, 11),
            created_on=date(2026, 9, 1),
            zone=COPENHAGEN,
        )

    assert last(the_content()) == local(2026, 9, 14, 8, 30)
    assert last(loaded(tmp_path, entry_with("R01", "within_workdays = 2"))) is None


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        (DELIVERED + NEW_TALK, "'A28' is used twice: give each version valid_from or valid_to", 'id = "A28"'),
        (
            reform(NEW_TALK.replace("2027-01-01", "2026-12-31")),
            "overlaps with 'A28' in line",
            "valid_from = 2026-12-31",
        ),
        (
            reform(NEW_TALK.replace("2027-01-01", "2027-01-03")),
            "days between 2026-12-31 and 2027-01-03 have no version of 'A28'",
            "valid_from = 2027-01-03",
        ),
        (reform(NEW_TALK.replace("valid_from", "valid_to")), "overlaps with 'A28'", "[[steps]]"),
        (reform(NEW_TALK.replace("2027-01-01", '"1. januar"')), "write a date as", 'valid_from = "1. januar"'),
        (
            reform(NEW_TALK.replace("2027-01-01", "2027-01-01\nvalid_to = 2026-06-01")),
            "lies before valid_from",
            "valid_to = 2026-06-01",
        ),
        (reform(NEW_TALK.replace('"active"', '"full"')), "all versions of 'A28' have the same", 'phase = "full"'),
        (
            reform(
                NEW_TALK.replace("A28", "A30").replace('"law"', '"good"').replace("21", "21\nevery_days = 9"), "A30"
            ),
            "all versions of 'A30' have the same",
            "every_days = 9",
        ),
        (
            entry_with("A03", "valid_to = 2026-12-31"),
            "the model '1-3-10' asks for 'A03' on days after this one",
            "valid_to = 2026-12-31",
        ),
        (
            entry_with("A03", "valid_from = 2026-12-31"),
            "the model '1-5-14' asks for 'A03' on days before this one",
            "valid_from = 2026-12-31",
        ),
        (
            reform(NEW_GUIDE.replace("2027-01-01", "2026-01-01"), "arbejdsulykke"),
            "overlaps with 'arbejdsulykke'",
            "valid_from = 2026-01-01",
        ),
        (DELIVERED + NEW_GUIDE, "'arbejdsulykke' is used twice", 'id = "arbejdsulykke"'),
        (entry_with("A28", "within_workdays = 3"), "belongs to a step of the phase return", "within_workdays = 3"),
        (entry_with("A01", "review_by = 2027-03-31"), "a step of the kind local has none", "review_by = 2027-03-31"),
        (
            entry_with("A18", "reviewed_at = 2026-11-22\nreview_by = 2026-11-21"),
            "lies before reviewed_at",
            "review_by = 2026-11-21",
        ),
        (entry_with("A18", 'review_by = "snart"'), "write a date as", 'review_by = "snart"'),
    ],
)
def test_a_fault_of_versions_and_reviews_is_told_with_its_line(tmp_path: Path, text: str, told: str, line: str) -> None:
    reason, found = fault(tmp_path, text)
    assert told in reason
    assert found == line


# --- Reviews ------------------------------------------------------------------------------------------------------------------


def test_what_is_said_of_the_law_is_hidden_from_the_day_after_its_review_was_due() -> None:
    rule = replace(the_content().rules["A28"], review_by=date(2027, 3, 31))
    assert rule_on(rule, date(2027, 3, 31)) == rule
    hidden = rule_on(rule, date(2027, 4, 1))
    assert hidden.withheld
    assert not hidden.phrases
    assert (hidden.title, hidden.limit_days, hidden.avoid) == (rule.title, rule.limit_days, rule.avoid)


def test_a_guide_is_hidden_so_too_and_keeps_its_limit() -> None:
    guide = replace(the_content().guides["arbejdsulykke"], review_by=date(2027, 3, 31))
    assert not guide_on(guide, date(2027, 3, 31)).withheld
    assert guide_on(guide, date(2027, 4, 1)) == replace(guide, body=())


def test_what_has_no_review_is_never_hidden() -> None:
    assert not rule_on(the_content().rules["A01"], date(2099, 1, 1)).withheld


def test_every_delivered_limit_of_the_law_is_to_be_reviewed_with_its_document() -> None:
    documents = CONTENT_FOLDER.parents[1] / "knowledge" / "documents"
    reviewed = [*the_content().rules.values(), *the_content().guides.values()]
    for entry in (entry for entry in reviewed if entry.review_by is not None):
        text = (documents / f"{entry.document}.md").read_text(encoding="utf-8")
        assert f"\nreview_due: {entry.review_by}\n" in text, entry.id
    assert {entry.id for entry in the_content().overdue(date(2027, 4, 1))} == {
        "A28", "A35", "mulighedserklaering", "friattest", "fastholdelsesplan", "fast-track", "paragraf-56", "bisidder",
        "arbejdsulykke",
    }  # fmt: skip
