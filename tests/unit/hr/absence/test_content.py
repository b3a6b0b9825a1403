"""HR's files: what they give, how faults are told, how edits are noticed, and whether the delivered ones hold what they promise."""

from __future__ import annotations

import logging
import os
import re
from datetime import date, time
from pathlib import Path

import pytest

from hr.absence.content import ABSENCE_FILE, CLOSED_DAYS_FILE, LiveContent, load_absence, load_closed_days
from hr.absence.model import StepKind
from hr.absence.timeline import Guide, Parameters, Phase, StepRule
from hr.errors import AbsenceContentError
from privacy.guard import inspect
from privacy.words import Lexicon, fold, word_list
from tests.unit.hr.absence.builders import CONTENT_FOLDER, the_content

DOCUMENTS = Path(__file__).parents[4] / "knowledge" / "documents"

DELIVERED = (CONTENT_FOLDER / ABSENCE_FILE).read_text(encoding="utf-8")

SMALL = """
[[models]]
id = "old"
valid_to = 2025-04-30
document = "page"
contacts = [{ rule = "A01", day = 1 }]

[[models]]
id = "new"
valid_from = 2025-05-01
document = "page"
contacts = [{ rule = "A01", day = 1 }]

[[steps]]
id = "A01"
title = "Kontakt på dag {day}"
kind = "local"
phase = "active"
contact = true
purpose = "Ring."
phrases = ["Hej."]
document = "page"

[[steps]]
id = "A28"
title = "Samtale"
kind = "law"
phase = "active"
limit_days = 28
purpose = "Tal sammen."
phrases = ["Hej."]
document = "page"

[[guides]]
id = "bisidder"
title = "Bisidder"
body = ["Sig ja."]
document = "page"
"""


def written(tmp_path: Path, text: str, name: str = ABSENCE_FILE) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def fault(tmp_path: Path, text: str) -> AbsenceContentError:
    with pytest.raises(AbsenceContentError) as caught:
        load_absence(written(tmp_path, text))
    return caught.value


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


def test_a_small_file_is_read_and_what_it_leaves_out_has_its_default(tmp_path: Path) -> None:
    content = load_absence(written(tmp_path, SMALL))
    assert content.parameters == Parameters()
    assert [model.id for model in content.models] == ["old", "new"]
    assert content.rules["A28"].limit_days == 28
    assert content.guides["bisidder"].body == ("Sig ja.",)


def test_models_may_be_written_in_any_order(tmp_path: Path) -> None:
    models = SMALL.split("[[")
    content = load_absence(written(tmp_path, "[[".join([models[0], models[2], models[1], *models[3:]])))
    assert [model.id for model in content.models] == ["old", "new"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('rule = "A01", day = 1 }]', 'rule = "A03", day = 1 }]', 6, "no step 'A03' has contact = true"),
        ('rule = "A01", day = 1 }]', 'rule = "A28", day = 1 }]', 6, "no step 'A28' has contact = true"),
        ('rule = "A01", day = 1 }]', "day = 1 }]", 6, "contacts.0.rule: Field required"),
        ('rule = "A01", day = 1 }]', 'rule = "A01", day = 0 }]', 6, "contacts.0.day"),
        ('rule = "A01", day = 1 }]', 'rule = "A01", day = "1" }]', 6, "contacts.0.day"),
        ("2025-05-01", "2025-05-02", 10, "have no model"),
        ("2025-05-01", "2025-04-30", 10, "overlaps with 'old'"),
        ("valid_from = 2025-05-01\n", "", 8, "overlaps with 'old'"),
        ("valid_from = 2025-05-01", 'valid_from = "1. maj"', 10, "write a date as"),
        ("valid_to = 2025-04-30", "valid_from = 2020-01-01\nvalid_to = 2025-04-30", 4, "earliest model"),
        ("valid_from = 2025-05-01", "valid_from = 2025-05-01\nvalid_to = 2026-01-01", 11, "latest model"),
        ("day = 1 }]", 'day = 1 }, { rule = "A01", day = 2 }]', 6, "a step has two days"),
        ("valid_to = 2025-04-30", "valid_from = 2025-06-01\nvalid_to = 2025-04-30", 2, "lies before valid_from"),
        ('phase = "active"', 'phase = "return"', 19, "belongs to the phase active or full"),
        ('kind = "local"', 'kind = "habit"', 17, "kind: Input should be 'law', 'local' or 'good'"),
        ('phase = "active"', 'phase = "away"', 18, "phase"),
        ('phrases = ["Hej."]', "phrases = []", 21, "phrases"),
        ('phrases = ["Hej."]', 'phrases = ["  "]', 21, "phrases.0"),
        ("Kontakt på dag {day}", "K" * 61, 16, "title: String should have at most 60"),
        ('id = "A28"', 'id = "A01"', 25, "'A01' is used twice"),
        ('id = "A28"', 'id = "talk"', 25, "id: String should match"),
        ("limit_days = 28", "limit_days = 28\nday = 3", 25, "one of day and limit_days"),
        ("limit_days = 28", "day = 28", 27, "a step of the law has limit_days"),
        ("contact = true", "contact = true\nday = 1", 19, "has its day from the models"),
        ('purpose = "Ring."', 'purpose = "Ring."\nreason = "?"', 21, "reason: Extra inputs"),
        ('purpose = "Ring."\n', "", 14, "purpose: Field required"),
        ('body = ["Sig ja."]', "body = []", 37, "body"),
        ("[[guides]]", "[[guide]]", 34, "unknown entry 'guide'"),
        ("[[models]]", "[parameters]\nmax_snooze = 99\n\n[[models]]", 3, "max_snooze"),
        ("[[models]]", '[parameters]\nshift_legal = "forward"\n\n[[models]]', 3, "not moved to after its last day"),
        ("[[models]]", '[parameters]\nshift_local = "back"\n\n[[models]]', 3, "not moved to before its day"),
        ("[[models]]", '[parameters]\nsend_time = "half nine"\n\n[[models]]', 3, "write a time as 08:30"),
        ("[[models]]", '[parameters]\nsend_time = "02:30"\n\n[[models]]', 3, "between 06:00 and 10:00"),
        ("[[models]]", "[parameters]\nlegal_reminders = [0, -3]\n\n[[models]]", 3, "ascending order"),
        ("[[models]]", "[parameters]\nretention = 1\n\n[[models]]", 3, "retention: Extra inputs"),
        ('id = "old"', "id = ", 3, "not valid TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    found = fault(tmp_path, changed(old, new))
    assert (found.line, found.path) == (line, tmp_path / ABSENCE_FILE)
    assert told in found.reason


def test_a_contact_that_no_model_uses_is_a_fault(tmp_path: Path) -> None:
    text = changed("limit_days = 28", "contact = true").replace('kind = "law"', 'kind = "local"')
    assert "no model gives 'A28' a day" in fault(tmp_path, text).reason


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AbsenceContentError, match="cannot be read"):
        load_absence(tmp_path)
    with pytest.raises(AbsenceContentError, match="cannot be read"):
        load_closed_days(tmp_path)


# --- Closed days --------------------------------------------------------------------------------------------------------------


def closed(tmp_path: Path, text: str) -> Path:
    return written(tmp_path, text, CLOSED_DAYS_FILE)


def test_closed_and_half_days_are_read(tmp_path: Path) -> None:
    days = load_closed_days(
        closed(
            tmp_path,
            '[[closed]]\nday = "5/6"\n[[closed]]\ndate = 2027-05-07\nname = "Fredag"\n'
            '[[half_days]]\nday = "1/5"\ncloses_at = "12:00"\n[[half_days]]\ndate = 2026-12-23\ncloses_at = 13:00:00\n',
        )
    )
    assert days.closed(date(2031, 6, 5))
    assert days.closed(date(2027, 5, 7))
    assert not days.closed(date(2028, 5, 7))
    assert days.half_until(date(2026, 5, 1)) == time(12)
    assert days.half_until(date(2026, 12, 23)) == time(13)


def test_an_empty_file_closes_nothing(tmp_path: Path) -> None:
    assert not load_closed_days(closed(tmp_path, "")).yearly


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[[closed]]\nday = "31/6"\n', 2, "no such day"),
        ('[[closed]]\nday = "juleaften"\n', 2, "write a day of every year as 24/12"),
        ('[[closed]]\ndate = "2027-05-07"\n', 2, "write a date as"),
        ("[[closed]]\ndate = 2027-05-07T00:00:00\n", 2, "write a date as"),
        ('[[closed]]\nname = "x"\n', 1, "one of day (every year) and date (once)"),
        ('[[closed]]\nday = "5/6"\n\n[[closed]]\nday = "05/06"\n', 5, "in the file already"),
        ('[[half_days]]\nday = "5/6"\n', 1, "closes_at: Field required"),
        ('[[half_days]]\nday = "5/6"\ncloses_at = "09:00"\n', 3, "a half day ends after 10:00"),
        ('[[half_days]]\nday = "5/6"\ncloses_at = "25:00"\n', 3, "closes_at"),
        (
            '[[closed]]\nday = "5/6"\n[[half_days]]\ndate = 2026-06-05\ncloses_at = "12:00"\n',
            4,
            "closed altogether",
        ),
        ("holiday = 3\n", 1, "unknown entry 'holiday'"),
        ("".join(f'[[closed]]\nday = "{day}/7"\n' for day in range(1, 32)) + '[[closed]]\nday = "1/8"\n', 2, "month"),
    ],
)
def test_a_fault_in_closed_days_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(AbsenceContentError) as caught:
        load_closed_days(closed(tmp_path, text))
    assert caught.value.line == line
    assert told in caught.value.reason


# --- Edits while Kompas runs --------------------------------------------------------------------------------------------------


class Watch:
    """A watch that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, SMALL)
    return closed(tmp_path, '[[closed]]\nday = "5/6"\n')


def edit(folder: Path, text: str, name: str = ABSENCE_FILE) -> None:
    path = folder / name
    stamp = path.stat().st_mtime_ns + 1_000_000_000 if path.exists() else None
    path.write_text(text, encoding="utf-8")
    if stamp is not None:
        os.utime(path, ns=(stamp, stamp))


def test_an_edit_is_noticed_after_two_seconds(folder: Path) -> None:
    watch = Watch()
    live = LiveContent(folder, monotonic=watch)
    edit(folder, changed('title = "Samtale"', 'title = "Fireugerssamtale"'))
    watch.seconds += 1.9
    assert live.absence.rules["A28"].title == "Samtale"
    watch.seconds += 0.2
    assert live.absence.rules["A28"].title == "Fireugerssamtale"


def test_an_edit_of_closed_days_is_noticed_too(folder: Path) -> None:
    watch = Watch()
    live = LiveContent(folder, monotonic=watch)
    assert not live.calendar.is_working_day(date(2026, 6, 5))
    edit(folder, '[[closed]]\nday = "4/6"\n', CLOSED_DAYS_FILE)
    watch.seconds += 3
    assert live.calendar.is_working_day(date(2026, 6, 5))
    assert not live.calendar.is_working_day(date(2026, 6, 4))


def test_a_fault_keeps_the_last_good_version_and_warns_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    live = LiveContent(folder, monotonic=watch)
    edit(folder, changed('kind = "local"', 'kind = "habit"'))
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            watch.seconds += 3
            assert live.absence.rules["A28"].title == "Samtale"
    assert len(caplog.records) == 1
    assert f"{folder / ABSENCE_FILE}:17: kind" in caplog.text
    edit(folder, changed('title = "Samtale"', 'title = "Rettet"'))
    watch.seconds += 3
    assert live.absence.rules["A28"].title == "Rettet"


def test_a_file_that_is_gone_for_a_moment_changes_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    live = LiveContent(folder, monotonic=watch)
    (folder / ABSENCE_FILE).unlink()
    watch.seconds += 3
    assert live.absence.rules["A28"].title == "Samtale"
    assert len(caplog.records) == 1
    written(folder, changed('title = "Samtale"', 'title = "Tilbage"'))
    watch.seconds += 3
    assert live.absence.rules["A28"].title == "Tilbage"


def test_without_a_good_version_kompas_does_not_start(folder: Path) -> None:
    edit(folder, "steps = 1")
    with pytest.raises(AbsenceContentError):
        LiveContent(folder, monotonic=Watch())


# --- The delivered content ----------------------------------------------------------------------------------------------------

RULES = tuple(the_content().rules.values())
GUIDES = tuple(the_content().guides.values())


def test_the_delivered_parameters_are_the_agreed_ones() -> None:
    assert the_content().parameters == Parameters()
    assert load_closed_days(CONTENT_FOLDER).yearly == {(6, 5), (12, 24), (12, 31)}


def test_the_delivered_steps_are_the_agreed_ones() -> None:
    assert [rule.id for rule in RULES] == [
        "A01", "A03", "A10", "A18", "A28", "A30", "A35", "A42", "A56", "A90", "D01", "R01",
    ]  # fmt: skip
    assert {rule.id: rule.limit_days for rule in RULES if rule.kind is StepKind.LAW} == {"A28": 28, "A35": 35}
    assert {rule.id for rule in RULES if rule.kind is StepKind.LOCAL} == {"A01", "A03", "A10"}
    assert {rule.id: rule.every_days for rule in RULES if rule.every_days} == {"A42": 14, "D01": 14}
    assert the_content().rules["R01"].phase is Phase.RETURN
    assert {guide.id for guide in GUIDES} == {
        "mulighedserklaering", "friattest", "fastholdelsesplan", "fast-track", "paragraf-56", "bisidder", "arbejdsulykke",
        "omsorgssamtale",
    }  # fmt: skip
    assert the_content().guides["arbejdsulykke"].limit_days == 14


@pytest.mark.parametrize("entry", [*RULES, *GUIDES], ids=lambda entry: entry.id)
def test_every_step_and_guide_cites_a_heading_that_is_there(entry: StepRule | Guide) -> None:
    text = (DOCUMENTS / f"{entry.document}.md").read_text(encoding="utf-8")
    assert entry.section in re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_every_model_has_its_document() -> None:
    assert all((DOCUMENTS / f"{model.document}.md").is_file() for model in the_content().models)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_step_says_what_to_say_and_what_not_to_ask(rule: StepRule) -> None:
    assert 2 <= len(rule.phrases) <= 3
    assert rule.avoid
    assert rule.purpose.count(". ") == 0
    assert rule.purpose.endswith(".")
    words = sum(len(text.split()) for text in (rule.purpose, *rule.phrases, *rule.avoid))
    assert words <= 90


@pytest.mark.parametrize("entry", [*RULES, *GUIDES], ids=lambda entry: entry.id)
def test_texts_are_plain_kind_and_without_anybodys_health(entry: StepRule | Guide) -> None:
    texts = (
        (entry.title, *entry.body)
        if isinstance(entry, Guide)
        else (entry.title, entry.purpose, *entry.phrases, *entry.avoid)
    )
    for text in texts:
        assert not re.search(r"[\"”“„«»<>*_]", text)
        assert not re.search(r"\bden syge\b|\bhar glemt\b|\bburde\b", text, re.IGNORECASE)
        assert inspect(text) is None, text


def test_what_a_leader_can_say_holds_no_word_of_health() -> None:
    lexicon = Lexicon({"illness": word_list("health")["illness"].split()})
    for rule in RULES:
        for text in (rule.title, rule.purpose, *rule.phrases):
            assert not [word for word in re.findall(r"\w+", text) if lexicon.of(fold(word))], text


def test_the_delivered_file_explains_every_field() -> None:
    comments = "\n".join(line for line in DELIVERED.splitlines() if line.startswith("#"))
    for name in StepRule.__dataclass_fields__:
        assert re.search(rf"^#\s+.*\b{name}\b", comments, re.MULTILINE), name
