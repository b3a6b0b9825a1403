"""Who a person is, for what opens no right: where it cannot be looked up, they are nobody in particular."""

from __future__ import annotations

import logging

from hr.errors import DirectoryUnavailableError
from hr.people import Person
from hr.ports import Directory

_log = logging.getLogger(__name__)


async def known_or_nobody(directory: Directory, person_id: str | None) -> Person | None:
    """The person; None for one who is not known, and while nobody can be looked up. Never for a decision on rights."""
    if person_id is None:
        return None
    try:
        return await directory.find(person_id)
    except DirectoryUnavailableError as error:
        _log.info("handled as for an employee: %s", type(error).__name__)
        return None
