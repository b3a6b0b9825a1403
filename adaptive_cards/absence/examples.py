"""A made-up course and what can be seen of it, for the gallery: no real person, and not HR's own content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from hr.absence.model import (
    AbsenceCase,
    Away,
    CaseState,
    Preferences,
    Relation,
    ReminderLevel,
    SnoozeChoice,
    Step,
    StepKind,
    StepState,
)
from hr.absence.timeline import ContactDay, FollowUpModel, Guide, Phase, StepRule
from hr.absence.views import (
    CaseView,
    CreatedView,
    DraftView,
    GuideView,
    Overview,
    SettingsView,
    SnoozeOptions,
    StepStatus,
    StepView,
)
from hr.errors import SnoozeRefusal
from knowledge.models import Citation

FIRST_DAY: Final = date(2026, 4, 30)
"""A Thursday: day 3 and day 10 are Saturdays."""

TODAY: Final = date(2026, 5, 4)
CASE_ID: Final = "0" * 31 + "1"
OWNER: Final = "11111111-0000-4000-8000-000000000001"
LEADER_NAME: Final = "Kim Eksempel"

MODEL: Final = FollowUpModel(
    id="1-3-10",
    valid_from=date(2025, 5, 1),
    valid_to=None,
    contacts=(ContactDay(rule="A01", day=1), ContactDay(rule="A03", day=3), ContactDay(rule="A10", day=10)),
    document="fravaer-opfoelgning-1-3-10",
)

PASSAGE: Final = Citation(
    position=1,
    document="fravaer-opfoelgning-1-3-10.md",
    document_id="fravaer-opfoelgning-1-3-10",
    title="Opfølgning på sygefravær: dag 1, 3 og 10",
    section="Dag 3",
    quote="På dag 3 følger du op på den første samtale og taler med medarbejderen om, hvad der kan hjælpe.",
    valid_from=date(2025, 5, 1),
)

LEGAL_PASSAGE: Final = replace(
    PASSAGE,
    document="fravaer-sygefravaerssamtale.md",
    document_id="fravaer-sygefravaerssamtale",
    title="Sygefraværssamtale inden fire uger",
    section="Frist",
    quote="Samtalen holdes senest fire uger efter første sygedag. Den kan holdes i telefonen, når det er nødvendigt.",
    legal=True,
)


def _rule(
    rule: str,
    title: str,
    kind: StepKind,
    purpose: str,
    *phrases: str,
    phase: Phase = Phase.ACTIVE,
    contact: bool = False,
    every_days: int | None = None,
) -> StepRule:
    return StepRule(
        id=rule,
        title=title,
        kind=kind,
        phase=phase,
        purpose=purpose,
        phrases=phrases,
        avoid=("Spørg ikke, hvad medarbejderen fejler.", "Spørg ikke til behandling eller medicin."),
        document="fravaer-opfoelgning-1-3-10",
        contact=contact,
        every_days=every_days,
    )


_RULES: Final = (
    _rule(
        "A01",
        "Kontakt på dag 1",
        StepKind.LOCAL,
        "Ring kort, ønsk god bedring, og aftal, hvornår I tales ved igen.",
        "Hvornår regner du med at være tilbage?",
        "Er der opgaver, vi skal tage over?",
        "Hvornår passer det, at jeg ringer igen?",
        contact=True,
    ),
    _rule(
        "A03",
        "Kontakt på dag 3",
        StepKind.LOCAL,
        "Hør, om planen holder, og om I kan hjælpe eller tilpasse noget.",
        "Hvordan går det i forhold til det, vi aftalte?",
        "Kan opgaver, tid eller sted tilpasses?",
        "Hvad må jeg sige til kollegerne?",
        contact=True,
    ),
    _rule(
        "A10",
        "Kontakt på dag 10",
        StepKind.LOCAL,
        "Tal om de næste uger og om vejen tilbage.",
        "Hvordan ser de næste uger ud?",
        "Kan du begynde gradvist?",
        contact=True,
    ),
    _rule(
        "A18",
        "Indkald til sygefraværssamtale",
        StepKind.GOOD,
        "Send indkaldelsen i god tid.",
        "Tag gerne en bisidder med.",
    ),
    _rule(
        "A28",
        "Sygefraværssamtale",
        StepKind.LAW,
        "Tal om, hvordan og hvornår medarbejderen kan vende tilbage.",
        "Hvilke opgaver kan du klare nu?",
        "Hvilken arbejdstid vil være realistisk?",
    ),
    _rule("A30", "Tjek refusion med Løn", StepKind.GOOD, "Fortæl Løn, at fraværet fortsætter."),
    _rule("A35", "Frist i NemRefusion", StepKind.LAW, "Aftal med Løn, hvem der anmelder fraværet."),
    _rule(
        "A42",
        "Løbende kontakt",
        StepKind.GOOD,
        "Hold kontakten, som I har aftalt.",
        "Passer det stadig, at vi tales ved hver anden uge?",
        phase=Phase.FULL,
        every_days=14,
    ),
    _rule("A56", "Status efter 8 uger", StepKind.GOOD, "Læg en plan, og få sparring hos HR.", "Hvad skal der til nu?"),
    _rule("A90", "Drøft forløbet med personalejura", StepKind.GOOD, "Få råd om et langt forløb."),
    _rule(
        "R01",
        "Tilbage-samtale",
        StepKind.GOOD,
        "Sig velkommen, og aftal de første dage.",
        "Hvad vil gøre de første dage gode?",
        phase=Phase.RETURN,
    ),
)

RULES: Final[Mapping[str, StepRule]] = MappingProxyType({rule.id: rule for rule in _RULES})

_PLAN: Final = (
    ("A01", 1, FIRST_DAY, FIRST_DAY),
    ("A03", 3, date(2026, 5, 2), date(2026, 5, 4)),
    ("A10", 10, date(2026, 5, 9), date(2026, 5, 11)),
    ("A18", 18, date(2026, 5, 17), date(2026, 5, 18)),
    ("A28", 29, date(2026, 5, 28), date(2026, 5, 28)),
    ("A30", 30, date(2026, 5, 29), date(2026, 5, 29)),
    ("A35", 36, date(2026, 6, 4), date(2026, 6, 4)),
    ("A42-1", 42, date(2026, 6, 10), date(2026, 6, 10)),
    ("A42-2", 56, date(2026, 6, 24), date(2026, 6, 24)),
    ("A56", 56, date(2026, 6, 24), date(2026, 6, 24)),
    ("A42-3", 70, date(2026, 7, 8), date(2026, 7, 8)),
    ("A42-4", 84, date(2026, 7, 22), date(2026, 7, 22)),
    ("A90", 90, date(2026, 7, 28), date(2026, 7, 28)),
)


ANY_TIME: Final = SnoozeOptions(choices=frozenset(SnoozeChoice))
NO_TIME: Final = SnoozeOptions(choices=frozenset(), refusal=SnoozeRefusal.PAST_LIMIT)


def steps(count: int = 7) -> tuple[Step, ...]:
    """The first `count` steps of the course, all waiting."""
    return tuple(
        Step(key=key, rule=key[:3], kind=RULES[key[:3]].kind, day=day, nominal_on=nominal, due_on=due)
        for key, day, nominal, due in _PLAN[:count]
    )


def changed(course: Iterable[Step], changes: Mapping[str, StepState]) -> tuple[Step, ...]:
    """The course with other states, by key; a step that was done is stamped with its day."""
    return tuple(
        replace(step, state=changes[step.key], done_at=at(step.due_on)) if step.key in changes else step
        for step in course
    )


def at(day: date) -> datetime:
    """Ten o'clock on a day."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def views(course: Iterable[Step], today: date) -> tuple[StepView, ...]:
    """The steps as they are seen from a day."""
    return tuple(
        StepView(
            step=step,
            rule=RULES[step.rule],
            title=RULES[step.rule].title,
            status=_status(step, today),
            moved=step.nominal_on != step.due_on,
        )
        for step in course
    )


def _status(step: Step, today: date) -> StepStatus | None:
    if not step.open:
        return None
    if step.due_on < today:
        return StepStatus.OVERDUE
    return StepStatus.DUE if step.due_on == today else StepStatus.UPCOMING


def case(
    *,
    label: str = "ME",
    course: tuple[Step, ...] | None = None,
    today: date = TODAY,
    relation: Relation = Relation.OWNER,
    state: CaseState = CaseState.ACTIVE,
    case_id: str = CASE_ID,
    partial_from: date | None = None,
    return_day: date | None = None,
    transfer_to: str | None = None,
    shared: bool = False,
) -> CaseView:
    """A case as somebody sees it on a day. Day 1 is done unless a course is given; a deputy is shown open steps only."""
    kept = course if course is not None else changed(steps(), {"A01": StepState.DONE})
    seen = tuple(step for step in kept if step.open) if relation is Relation.DEPUTY else kept
    absence = AbsenceCase(
        id=case_id,
        owner_id=OWNER,
        label=label,
        first_day=FIRST_DAY,
        model_id=MODEL.id,
        created_at=at(FIRST_DAY),
        state=state,
        partial_from=partial_from,
        return_day=return_day,
        shared_with_hr=shared or relation is Relation.HR,
        steps=seen,
    )
    return CaseView(
        case=absence,
        relation=relation,
        steps=views(seen, today),
        today=today,
        owner_name=None if relation is Relation.OWNER else LEADER_NAME,
        transfer_to=transfer_to,
        reopenable=state is CaseState.CLOSED,
    )


def step_of(view: CaseView, key: str) -> StepView:
    """A step that the example is known to have."""
    return next(step for step in view.steps if step.step.key == key)


def closed_case(today: date = date(2026, 5, 13)) -> CaseView:
    """A case after the employee's return: what was open has lapsed, the return talk is open."""
    lapsed = {step.key: StepState.LAPSED for step in steps()[3:]}
    done = dict.fromkeys(("A01", "A03", "A10"), StepState.DONE)
    talk = Step(
        key="R01",
        rule="R01",
        kind=StepKind.GOOD,
        day=3,
        nominal_on=today + timedelta(days=2),
        due_on=today + timedelta(days=2),
    )
    course = (*changed(steps(), {**lapsed, **done}), talk)
    return case(course=course, today=today, state=CaseState.CLOSED, return_day=today)


def draft(*, label: str = "ME", today: date = FIRST_DAY, relapse: bool = False, same_label: bool = False) -> DraftView:
    """A case before it is created; with a later `today` some of its steps lie behind."""
    return DraftView(
        label=label,
        first_day=FIRST_DAY,
        model=MODEL,
        steps=views(steps(), today),
        today=today,
        relapse_of=case().case if relapse else None,
        same_label=same_label,
    )


def created(*, today: date = FIRST_DAY, frequency: int | None = None) -> CreatedView:
    """A case just created."""
    return CreatedView(case=case(course=steps(), today=today), frequency=frequency)


def overview(count: int = 3, *, today: date = date(2026, 5, 6)) -> Overview:
    """`count` courses of one's own: one overdue, one attempted, the others waiting for day 10."""
    labels = ("ME", "JH", "Natholdet", "SK", "TB", "LN", "AP", "RV", "CD", "OG", "EB", "UI")
    states = (
        {"A01": StepState.DONE},
        {"A01": StepState.DONE, "A03": StepState.ATTEMPTED},
        {"A01": StepState.DONE, "A03": StepState.DONE},
    )
    return Overview(
        today=today,
        own=tuple(
            case(
                label=label,
                course=changed(steps(), states[min(number, 2)]),
                today=today,
                case_id=f"{number + 1:032x}",
            )
            for number, label in enumerate(labels[:count])
        ),
    )


def settings(*, away: bool = False, level: ReminderLevel = ReminderLevel.NORMAL) -> SettingsView:
    """A leader's choices."""
    period = Away(leader_id=OWNER, from_day=date(2026, 5, 11), to_day=date(2026, 5, 22), deputy_id="x")
    return SettingsView(
        preferences=Preferences(person_id=OWNER, level=level),
        away=period if away else None,
        deputy_name="Robin Eksempel" if away else None,
        today=TODAY,
    )


_GUIDES: Final = (
    ("mulighedserklaering", "Mulighedserklæring", None),
    ("friattest", "Friattest", None),
    ("fastholdelsesplan", "Fastholdelsesplan", None),
    ("fast-track", "Fast track", 35),
    ("paragraf-56", "§ 56-aftale", None),
    ("bisidder", "Bisidder", None),
    ("arbejdsulykke", "Arbejdsulykke", 14),
)


def guides(case_id: str | None = None) -> tuple[GuideView, ...]:
    """The menu of guides; with a case those that have a limit get its date."""
    return tuple(
        GuideView(
            guide=Guide(
                id=guide,
                title=title,
                body=("Aftal det med medarbejderen, før du går i gang.", "Spørg HR, hvis du er i tvivl."),
                document="fravaer-mulighedserklaering-og-friattest",
                limit_days=limit,
            ),
            case_id=case_id,
            limit_on=FIRST_DAY + timedelta(days=limit) if limit is not None and case_id is not None else None,
        )
        for guide, title, limit in _GUIDES
    )
