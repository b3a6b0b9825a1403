"""What a monitoring tool reads of the running bot: counts and times in Prometheus' text format, never a name, an id, a text or a token."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from hr.outbox.model import OutboxFigures

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds of a turn; a press that takes longer than the last but one is acknowledged first."""

HELP: Final = {
    "kompas_requests_total": "Requests to /api/messages by HTTP status and, where refused, the fixed phrase.",
    "kompas_turns_total": "Turns by kind of event and by outcome, ok or failed.",
    "kompas_turn_seconds": "Seconds of a turn, answers to Teams included.",
    "kompas_connector_calls_total": "Calls of this process to Teams' Connector by outcome.",
    "kompas_signing_key_fetches_total": "Fetches of the Bot Framework's signing keys by outcome.",
    "kompas_worker_rounds_total": "Rounds of this process's worker by outcome, ok or failed.",
    "kompas_directory_age_seconds": "Seconds since this process last read with success who works here.",
    "kompas_outbox_messages": "Messages of the outbox by state, those of all workers.",
    "kompas_outbox_oldest_due_seconds": "For how long the oldest due message might have left.",
}

GAUGES: Final = frozenset({"kompas_directory_age_seconds"})
"""Those that are read at each scrape."""

Read = Callable[[], float | None]
"""A value as it is now; None while it is not known."""

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters of one process. Labels are of fixed sets, so that their number stays small."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._gauges: dict[str, dict[Labels, Read]] = defaultdict(dict)

    def count(self, name: str, **labels: str) -> None:
        """One more of it."""
        self._counts[name][tuple(labels.items())] += 1

    def gauge(self, name: str, read: Read, **labels: str) -> None:
        """Read it at each scrape."""
        self._gauges[name][tuple(labels.items())] = read

    def turn(self, event: str, seconds: float, *, failed: bool) -> None:
        """A turn that is over."""
        self.count("kompas_turns_total", event=event, outcome="failed" if failed else "ok")
        for bound in BUCKETS:
            self._counts["kompas_turn_seconds_bucket"][(("le", f"{bound:g}"),)] += seconds <= bound
        self.count("kompas_turn_seconds_bucket", le="+Inf")
        self.count("kompas_turn_seconds_count")
        self._counts["kompas_turn_seconds_sum"][()] += seconds

    def text(self, outbox: OutboxFigures | None = None) -> str:
        """Everything, for a scrape; the outbox is left out where it cannot be read."""
        lines: list[str] = []
        for name in HELP:
            if name.startswith("kompas_outbox"):
                continue
            if name in GAUGES:
                lines += _family(name, "gauge", _samples(name, self._read(name)))
                continue
            histogram = name == "kompas_turn_seconds"
            parts = [f"{name}{end}" for end in ("_bucket", "_sum", "_count")] if histogram else [name]
            samples = [line for part in parts for line in _samples(part, self._counts.get(part, {}))]
            lines += _family(name, "histogram" if histogram else "counter", samples)
        if outbox is not None:
            lines += _outbox(outbox)
        return "\n".join(lines) + "\n"

    def _read(self, name: str) -> Mapping[Labels, float]:
        found = {labels: read() for labels, read in self._gauges[name].items()}
        return {labels: value for labels, value in found.items() if value is not None}


def _outbox(figures: OutboxFigures) -> list[str]:
    states = ("due", "waiting", "sending", "sent", "late", "unknown", "blocked", "failed", "cancelled", "resent")
    counted: dict[Labels, float] = {(("state", state),): float(getattr(figures, state)) for state in states}
    oldest: dict[Labels, float] = {(): figures.oldest_due_seconds}
    return [
        *_family("kompas_outbox_messages", "gauge", _samples("kompas_outbox_messages", counted)),
        *_family("kompas_outbox_oldest_due_seconds", "gauge", _samples("kompas_outbox_oldest_due_seconds", oldest)),
    ]


def _family(name: str, kind: str, samples: Iterable[str]) -> list[str]:
    return [f"# HELP {name} {HELP[name]}", f"# TYPE {name} {kind}", *samples]


def _samples(name: str, values: Mapping[Labels, float]) -> list[str]:
    return [f"{name}{_braces(labels)} {value:.15g}" for labels, value in values.items()]


def _braces(labels: Labels) -> str:
    """Values are fixed phrases of ours: none holds a quote, a backslash or a line break."""
    return "{" + ",".join(f'{key}="{value}"' for key, value in labels) + "}" if labels else ""
