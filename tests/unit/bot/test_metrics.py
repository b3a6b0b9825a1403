from __future__ import annotations

import re
from dataclasses import replace

from bot.metrics import Metrics
from hr.outbox.model import OutboxFigures

FIGURES = OutboxFigures(
    due=1, waiting=2, sending=3, sent=4, late=5, unknown=6, blocked=7, failed=8, cancelled=9, resent=10,
    oldest_due_seconds=12.5,
)  # fmt: skip
LINE = re.compile(r'(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? [0-9.e+-]+)')


def test_every_line_is_prometheus_text() -> None:
    metrics = Metrics()
    metrics.count("kompas_requests_total", status="401", reason="the token is missing or not valid here")
    metrics.turn("asked", 0.2, failed=False)
    lines = metrics.text(FIGURES).splitlines()
    assert lines
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_counts_add_up() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.count("kompas_connector_calls_total", outcome="delivered")
    metrics.count("kompas_connector_calls_total", outcome="throttled")
    text = metrics.text()
    assert 'kompas_connector_calls_total{outcome="delivered"} 3\n' in text
    assert 'kompas_connector_calls_total{outcome="throttled"} 1\n' in text


def test_a_gauge_is_read_at_each_scrape_and_left_out_while_it_is_not_known() -> None:
    ages: list[float | None] = [None, 1.5, 3.0]
    metrics = Metrics()
    metrics.gauge("kompas_directory_age_seconds", lambda: ages.pop(0), part="bot")
    assert "kompas_directory_age_seconds{" not in metrics.text()
    assert 'kompas_directory_age_seconds{part="bot"} 1.5\n' in metrics.text()
    assert 'kompas_directory_age_seconds{part="bot"} 3\n' in metrics.text()


def test_the_type_of_each_figure_is_told() -> None:
    text = Metrics().text(FIGURES)
    assert "# TYPE kompas_directory_age_seconds gauge\n" in text
    assert "# TYPE kompas_worker_rounds_total counter\n" in text
    assert "# TYPE kompas_turn_seconds histogram\n" in text


def test_a_turn_falls_into_every_bucket_that_is_wide_enough() -> None:
    metrics = Metrics()
    metrics.turn("pressed", 0.2, failed=True)
    metrics.turn("pressed", 60.0, failed=False)
    text = metrics.text()
    assert 'kompas_turns_total{event="pressed",outcome="failed"} 1\n' in text
    assert 'kompas_turn_seconds_bucket{le="0.1"} 0\n' in text
    assert 'kompas_turn_seconds_bucket{le="0.25"} 1\n' in text
    assert 'kompas_turn_seconds_bucket{le="10"} 1\n' in text
    assert 'kompas_turn_seconds_bucket{le="+Inf"} 2\n' in text
    assert "kompas_turn_seconds_sum 60.2\n" in text
    assert "kompas_turn_seconds_count 2\n" in text


def test_the_outbox_is_told_when_it_can_be_read() -> None:
    assert 'kompas_outbox_messages{state="unknown"} 6\n' in Metrics().text(FIGURES)
    assert "kompas_outbox_oldest_due_seconds 12.5\n" in Metrics().text(FIGURES)
    assert "kompas_outbox" not in Metrics().text(None)
    large = replace(FIGURES, sent=123_456_789)
    assert 'kompas_outbox_messages{state="sent"} 123456789\n' in Metrics().text(large)
