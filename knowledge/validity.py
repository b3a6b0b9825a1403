"""Which documents may speak, on which day, to whom, and in which tense.

Pure rules: facts and a date in, a standing out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge.models import Document, StatementRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a document stands on one day for one asker.

    `speaks`: its sentences may be shown. `role`: whether they hold, held, or will hold. `review_overdue`: it is a legal text whose
    review date has passed, so it is hidden and personalejura is named instead.
    """

    speaks: bool
    role: StatementRole = StatementRole.CURRENT
    review_overdue: bool = False


def role_on(document: Document, day: date) -> StatementRole:
    """The tense of a document on a day.

    >>> from datetime import date
    >>> old = Document(id="a", path="a.md", title="1-5-14", valid_to=date(2025, 4, 30))
    >>> role_on(old, date(2025, 4, 30)).value, role_on(old, date(2025, 5, 1)).value
    ('current', 'history')
    """
    if document.valid_to and document.valid_to < day:
        return StatementRole.HISTORY
    starts = document.valid_from or document.decision_date
    return StatementRole.COMING if starts and starts > day else StatementRole.CURRENT


def is_addressed(document: Document, audiences: frozenset[str]) -> bool:
    """Whether a document is written for one of the audiences, or for everybody."""
    return bool(audiences & set(document.audience)) or "alle" in document.audience


def standing_of(document: Document, *, day: date, audiences: frozenset[str], history_asked: bool) -> Standing:
    """Decide whether and how a document speaks.

    History speaks only when it is asked for; what is yet to come, never by itself (it is told beside the rule that it replaces).
    A text with legal references is silent once its review date has passed (handbook, "Reform risk").
    """
    role = role_on(document, day)
    overdue = bool(document.legal_refs) and document.review_due is not None and document.review_due < day
    addressed = is_addressed(document, audiences)
    in_tense = role is StatementRole.CURRENT or (role is StatementRole.HISTORY and history_asked)
    return Standing(
        speaks=addressed and in_tense and not overdue, role=role, review_overdue=overdue and addressed and in_tense
    )
