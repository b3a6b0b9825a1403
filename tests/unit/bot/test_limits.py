from __future__ import annotations

from bot.limits import BURST, SENDERS, SenderLimit


def test_a_burst_is_let_in_and_then_one_a_second() -> None:
    now = [100.0]
    limit = SenderLimit(per_minute=60, monotonic=lambda: now[0])
    assert [limit.take("a") for _ in range(BURST)] == [0.0] * BURST
    assert limit.take("a") == 1.0
    now[0] += 0.5
    assert limit.take("a") == 0.5
    now[0] += 0.5
    assert limit.take("a") == 0.0
    assert limit.take("a") == 1.0


def test_one_senders_haste_is_no_others_wait() -> None:
    limit = SenderLimit(per_minute=60, monotonic=lambda: 5.0)
    while limit.take("a") == 0.0:
        pass
    assert limit.take("b") == 0.0


def test_after_a_quiet_while_the_whole_burst_is_there_again() -> None:
    now = [0.0]
    limit = SenderLimit(per_minute=60, monotonic=lambda: now[0])
    while limit.take("a") == 0.0:
        pass
    now[0] += BURST
    assert [limit.take("a") for _ in range(BURST)] == [0.0] * BURST
    assert limit.take("a") > 0


def test_it_keeps_a_bounded_number_of_senders_in_mind() -> None:
    limit = SenderLimit(per_minute=60, monotonic=lambda: 5.0)
    for number in range(SENDERS + 10):
        limit.take(str(number))
    assert len(limit._free_at) == SENDERS
