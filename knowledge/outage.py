"""A part that failed is left alone for a while, so that not every question waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

RETRY_SECONDS: Final = 30.0
"""How long a part that failed is left alone before it is tried again."""

_log = logging.getLogger(__name__)


class Outage:
    """Whether a part may be tried. Safe to use from several threads; tells its beginning and its end once in the log."""

    def __init__(self, what: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failed_at: float | None = None

    @property
    def lasts(self) -> bool:
        """Whether the last try failed."""
        return self._failed_at is not None

    def may_try(self) -> bool:
        """Whether to try now: while the part works, and once in `RETRY_SECONDS` while it does not."""
        with self._lock:
            if self._failed_at is None:
                return True
            due = self._monotonic() - self._failed_at >= RETRY_SECONDS
            if due:
                # Whoever comes while this one tries does without.
                self._failed_at = self._monotonic()
            return due

    def failed(self, error: Exception) -> None:
        """The part has just failed with `error`, whose message is the operator's."""
        with self._lock:
            first, self._failed_at = self._failed_at is None, self._monotonic()
        if first:
            _log.error("%s: %s", self._what, error)

    def worked(self) -> None:
        """The part has just worked."""
        with self._lock:
            again, self._failed_at = self._failed_at is not None, None
        if again:
            _log.info("%s: it is over", self._what)
