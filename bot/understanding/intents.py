"""Understands a typed message about absence follow-up, or says that it is not one.

A message that asks is left to the question answering, unless a rule is for questions; what could be meant but is not certain becomes a
choice. The guard has run before. Pure, and quick enough to run on every message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Final

from bot.understanding.dates import Direction, FoundDay, ImpossibleDay, all_days, read_day
from bot.understanding.model import (
    Action,
    Change,
    Clarify,
    CloseCase,
    Context,
    CorrectFirstDay,
    ListCases,
    NotAbsence,
    Outcome,
    RecordContact,
    Reminders,
    ShowGuide,
    Snooze,
    StartCase,
    StepGuidance,
    Topic,
    TransferCase,
    Understood,
)
from bot.understanding.references import known
from bot.understanding.rules import Rule, rules
from bot.understanding.tagging import Tagged, tagged
from bot.understanding.times import read_period, read_time
from privacy.words import clean, fold

LONGEST_MESSAGE: Final = 300
"""A longer message is a story or a question, never an order."""


def understand(text: str, *, today: date, context: Context) -> Understood:
    """What a message asks for. `today` is the sender's date.

    >>> understand("Mette har meldt sig syg i dag", today=date(2026, 3, 18), context=Context())
    StartCase(label='ME', first_day=datetime.date(2026, 3, 18), several=False, impossible_day=False)
    """
    text = clean(text).strip()
    if not text or len(text) > LONGEST_MESSAGE:
        return NotAbsence()
    message = _Message(text, tagged(text, today=today, known_labels=context.open_cases), today, context)
    if rules().is_elsewhere(message.tags.sentence):
        return NotAbsence()
    found = list(_matches(message))
    certain = [rule for rule, is_certain in found if is_certain]
    kinds = {rule.action for rule in certain}
    if Action.RECORD_CONTACT in kinds and _tells_of_an_end(found):
        both = (Action.CLOSE_CASE, Action.RECORD_CONTACT)
        return Clarify(candidates=both, label=message.label, day=message.any_day, several=True)
    if len(kinds & _EFFECTS) > 1 or not certain:
        candidates = tuple(dict.fromkeys(rule.action for rule, is_certain in found if is_certain or not certain))
        candidates = candidates or _of_a_named_case(message)
        if not candidates:
            return NotAbsence()
        return Clarify(candidates=candidates, label=message.label, day=message.any_day, several=len(kinds) > 1)
    return _result(certain[0], message)


def _tells_of_an_end(found: list[tuple[Rule, bool]]) -> bool:
    """Whether something is said of the end of the case too: "har talt med hende, hun er tilbage i morgen"."""
    return any(rule.action is Action.CLOSE_CASE for rule, _ in found)


_EFFECTS: Final = frozenset({Action.START_CASE, Action.RECORD_CONTACT, Action.SNOOZE, Action.CLOSE_CASE})
_OF_A_CASE: Final = (Action.RECORD_CONTACT, Action.CLOSE_CASE, Action.SNOOZE)
_POINTS_AT: Final = re.compile(r"(?<!\S)PRON(?!\S)")
_FORWARD: Final = re.compile(
    r"\b(?:kommer|vender|starter|begynder|stopper|fratraeder|moeder|holder|fra|pr|til|er|bliver|goer)\b(?!.*\b(?:kom|siden)\b)"
)
_ASKS_LATER: Final = re.compile(r" (?:maa|skal|kan|boer|er|har) (?:jeg|vi|man)\b.*\?")
_SOMEBODY: Final = re.compile(r"(?<!\S)(?:NAME|PRON|(?:min|mit|en af mine) (?:\S+ )?ROLE)(?!\S)")
_SOMETHING_MEANT: Final = re.compile(r"(?<!\S)(?:NAME|PRON|ROLE|STEP)(?!\S)")
_STILL: Final = re.compile(r"^(?!.*\b(?:siden|fra|since|from)\b).*\b(?:stadig|stadigvaek|fortsat|still)\b", re.DOTALL)
_BEFORE_LEADER: Final = re.compile(r"\b(?:til (?:min \S+ |\S*leder )?|(?:ny|anden) leder,? (?:er |hedder )?)@?$")
_AFTER_LEADER: Final = re.compile(r" (?:(?:skal )?overtager?\b|som (?:ny )?leder\b)")
_NOT_THAT_DAY: Final = re.compile(r"\b(?:ikke|i stedet for|istedet for)(?: d\.?| den| paa| fra)? $")
_WRONG_BEFORE: Final = re.compile(r"\bforkerte? \S*(?:dato|dag)\S*(?: d\.?| den| paa)? $")
_WRONG_AFTER: Final = re.compile(r" (?:er|var|passer|staar) (?:den )?(?:forkert|fejl|ikke)\b")
_DUE: Final = re.compile(
    r"\b(?:i dag|DAY|forsinke\S*|overskred\S*|vente\S*|mangle\S*|frist\S*|glemt|naeste|denne uge|opgaver|paamindelse\S*|skal jeg)\b"
)


class _Asking(Enum):
    """Whether a message asks."""

    NO = auto()
    WITHIN = auto()
    """It tells something, and asks too."""
    YES = auto()


@dataclass(frozen=True, slots=True)
class _Message:
    """A message, tagged, with all it was said to."""

    text: str
    tags: Tagged
    today: date
    context: Context

    @property
    def asking(self) -> _Asking:
        sentence = self.tags.sentence
        if not rules().statements.search(sentence) and (
            sentence.split(" ")[0] in rules().questions or rules().verbs_first.search(sentence)
        ):
            return _Asking.YES
        inner = rules().inner.search(sentence) or _ASKS_LATER.search(sentence)
        return _Asking.WITHIN if inner else _Asking.NO

    @property
    def label(self) -> str | None:
        """Whom the message names."""
        named = self.tags.mentions
        for mention in named:
            label = known(mention, self.context.open_cases)
            if label is not None:
                return label
        return named[0].label if named else None

    @property
    def of_an_open_case(self) -> bool:
        """Whether the person named has an open case; when nobody is named, whether there is one."""
        cases = self.context.open_cases
        return bool(cases) and (self.label is None or self.label in cases)

    @property
    def any_day(self) -> date | None:
        """A day, whatever it is for."""
        return self.day(Direction.PAST)[0]

    def day(self, prefer: Direction) -> tuple[date | None, bool]:
        """The day, and whether an impossible one was written."""
        found = read_day(self.text, today=self.today, prefer=prefer)
        return (found.day if isinstance(found, FoundDay) else None), isinstance(found, ImpossibleDay)


def _matches(message: _Message) -> Iterator[tuple[Rule, bool]]:
    """Each rule that fits, and whether it is certain."""
    asking = message.asking
    for rule in rules().rules:
        if (asking is _Asking.YES and not rule.asks) or not rule.fits(message.tags.sentence):
            continue
        somebody = bool(_SOMEBODY.search(message.tags.sentence))
        if asking is _Asking.WITHIN and not rule.asks:
            if somebody:
                yield rule, False
            continue
        if rule.context == "own_case" and not message.of_an_open_case:
            continue
        allowed = _in_context(rule, message.context, somebody=somebody)
        if rule.action is Action.RECORD_CONTACT and not _SOMETHING_MEANT.search(message.tags.sentence):
            allowed = allowed and message.context.last_topic is Topic.STEP_CARD
        if allowed is not None:
            yield rule, allowed and not rule.maybe


def _of_a_named_case(message: _Message) -> tuple[Action, ...]:
    """What could be meant by a statement that no rule knows, but that is about the person of an open case, or names somebody and absence."""
    sentence, asking = message.tags.sentence, message.asking
    if asking is _Asking.YES:
        return ()
    if message.label is None:
        pointed = message.context.open_cases and _POINTS_AT.search(sentence) and rules().act.search(sentence)
        return _OF_A_CASE if pointed and asking is _Asking.NO else ()
    if message.label in message.context.open_cases:
        return _OF_A_CASE
    said = asking is _Asking.NO and rules().absence.search(sentence)
    return (Action.START_CASE, Action.LIST_CASES) if said else ()


def _in_context(rule: Rule, context: Context, *, somebody: bool) -> bool | None:
    """Whether the context makes the rule certain; None: it makes no sense there."""
    if rule.maybe and context.last_topic is Topic.ONBOARDING and not somebody:
        return None
    step, cases = context.last_topic is Topic.STEP_CARD, bool(context.open_cases)
    match rule.context:
        case "case":
            return True if cases else False if somebody else None
        case "step_or_case":
            return True if step or cases else False if somebody else None
        case "step" | "step_only":
            return True if step else False if cases and context.last_topic in {None, Topic.CASE_LIST} else None
    return True


def _result(rule: Rule, message: _Message) -> Understood:  # noqa: PLR0911 - one for each action
    """What a certain rule says."""
    label, sentence, step_day = message.label, message.tags.sentence, message.tags.step_day
    match rule.action:
        case Action.START_CASE:
            day, impossible = message.day(Direction.PAST)
            # "Stadig syg i dag" tells of today, and not of the beginning.
            if _STILL.search(fold(message.text)):
                day = None
            several = len({one.label for one in message.tags.mentions}) > 1 or "to af mine" in sentence
            return StartCase(label=label, first_day=day, several=several, impossible_day=impossible)
        case Action.RECORD_CONTACT:
            day, _ = message.day(Direction.PAST)
            on = day if day is not None and day <= message.today else None
            return RecordContact(label=label, step_day=step_day, reached=rule.value != "missed", on=on)
        case Action.SNOOZE:
            return _snooze(message)
        case Action.CLOSE_CASE:
            ahead = _FORWARD.search(fold(message.text))
            day, impossible = message.day(Direction.FUTURE if ahead else Direction.PAST)
            return CloseCase(label=label, outcome=Outcome(rule.value), day=day, impossible_day=impossible)
        case Action.LIST_CASES:
            return ListCases(label=label, only_due=bool(_DUE.search(sentence)))
        case Action.STEP_GUIDANCE:
            return StepGuidance(label=label, step_day=step_day)
        case Action.REMINDERS:
            return _reminders(Change(rule.value), message)
        case Action.CORRECT_FIRST_DAY:
            return _correction(message)
        case Action.TRANSFER_CASE:
            return _transfer(message)
        case Action.SHOW_GUIDE:
            return _guide(message)


def _snooze(message: _Message) -> Snooze:
    day, impossible = message.day(Direction.FUTURE)
    later = read_time(message.text)
    ahead = day if day is not None and day > message.today else None
    return Snooze(
        label=message.label,
        until=ahead,
        later=later if ahead is None else None,
        step_day=message.tags.step_day,
        impossible_day=impossible,
    )


def _reminders(change: Change, message: _Message) -> Reminders:
    period = read_period(message.text, message.today) if change in {Change.PAUSE, Change.DEPUTY, Change.STOP} else None
    if change is Change.RESUME and (message.day(Direction.FUTURE)[0] or message.today) > message.today:
        return Reminders(change=Change.SHOW)
    if change is not Change.DEPUTY:
        return Reminders(change=change, period=period, label=message.label)
    deputy = next((message.text[one.start : one.end] for one in message.tags.mentions), None)
    return Reminders(change=change, period=period, deputy=deputy)


def _correction(message: _Message) -> CorrectFirstDay:
    """Of two days the one that is not the wrong one."""
    found = all_days(message.text, today=message.today, prefer=Direction.PAST)
    before = {one: fold(message.text[: one.start]) for one in found}
    right = [one for one in found if not (_NOT_THAT_DAY.search(before[one]) or _said_wrong(one, before[one], message))]
    after_to = [one for one in right if re.search(r"\btil(?: d\.?| den)? $", before[one])]
    chosen = next(iter(after_to or right), None)
    return CorrectFirstDay(
        label=message.label,
        day=chosen.day if isinstance(chosen, FoundDay) else None,
        impossible_day=isinstance(chosen, ImpossibleDay),
    )


def _said_wrong(one: FoundDay | ImpossibleDay, before: str, message: _Message) -> bool:
    """Whether a day is called wrong: "forkert dato 12/3", "12/3 er forkert"."""
    return bool(_WRONG_BEFORE.search(before) or _WRONG_AFTER.match(fold(message.text[one.end :])))


def _transfer(message: _Message) -> TransferCase:
    """The leader is who gets it or takes it over; everybody else is the employee."""
    named = message.tags.mentions
    to = [
        one
        for one in named
        if _BEFORE_LEADER.search(fold(message.text[: one.start])) or _AFTER_LEADER.match(fold(message.text[one.end :]))
    ]
    handle = to[-1] if to else None
    others = [one for one in named if one is not handle]
    label = next((known(one, message.context.open_cases) or one.label for one in others), None)
    return TransferCase(label=label, handle=message.text[handle.start : handle.end] if handle else None)


def _guide(message: _Message) -> ShowGuide | NotAbsence:
    sentence = f" {message.tags.sentence} "
    found = (guide for words, guide in rules().guides.items() if f" {words} " in sentence)
    guide = next(found, None)
    return ShowGuide(guide=guide) if guide else NotAbsence()
