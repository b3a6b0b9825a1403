"""What somebody is to a campaign; what that allows is in `hr.policy`. Pure."""

from __future__ import annotations

from hr import policy
from hr.campaigns.model import Campaign, Recipient
from hr.people import Person
from hr.policy import Actor, Operation, by_role, is_hr


def may(person: Person | None, operation: Operation, campaign: Campaign | None = None) -> bool:
    """Whether a person may do this, with this campaign where there is one. Only of a mandatory campaign are the names to be seen."""
    found = set(by_role(person))
    if person is not None and is_hr(person) and (campaign is None or campaign.composer_id != person.id):
        found.add(Actor.SECOND)
    names_of_others = operation is Operation.SEE_UNACKNOWLEDGED and campaign is not None and not campaign.mandatory
    return policy.may(operation, found) and not names_of_others


def may_acknowledge(recipient: Recipient | None) -> bool:
    """Whether who asks is among the frozen recipients, whatever his role."""
    return policy.may(Operation.ACKNOWLEDGE, {Actor.RECIPIENT} if recipient is not None else set())
