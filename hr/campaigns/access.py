"""Who may do what with campaigns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hr.campaigns.model import Campaign
from hr.people import Person, Role


class Operation(StrEnum):
    """What can be asked for."""

    COMPOSE = "compose"
    """Write, change and delete drafts; try one on oneself."""
    SEE = "see"
    """Lists, numbers, and who was not reached."""
    SEND = "send"
    APPROVE = "approve"
    """Let somebody else's campaign go out, or give it back."""
    STOP = "stop"
    """Pause, go on, cancel."""
    WITHDRAW = "withdraw"
    REMIND = "remind"
    SEE_UNACKNOWLEDGED = "see_unacknowledged"
    """The names of those who have not acknowledged; of a mandatory campaign only."""
    EXPORT = "export"


_ALL: Final = frozenset(Operation)
POLICY: Final[Mapping[Role, frozenset[Operation]]] = MappingProxyType({Role.HR: _ALL, Role.HR_LEAD: _ALL})
"""Everything that is allowed; no other role may do anything. To acknowledge, one must be among the recipients, whatever one's role."""


def may(person: Person | None, operation: Operation, campaign: Campaign | None = None) -> bool:
    """Whether a person may do this, with this campaign where there is one."""
    if person is None or not any(operation in POLICY.get(role, frozenset()) for role in person.roles):
        return False
    if campaign is None:
        return True
    if operation is Operation.APPROVE:
        return campaign.composer_id != person.id
    return campaign.mandatory if operation is Operation.SEE_UNACKNOWLEDGED else True
