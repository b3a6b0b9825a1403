"""The measurement of a campaign: that it runs and prints, not how fast anything is."""

from __future__ import annotations

from bot.benchmark_campaign import Size, run
from bot.settings import SAMPLE_CONTENT


async def test_freezing_and_sending_are_printed_with_their_floors() -> None:
    lines: list[str] = []
    await run(SAMPLE_CONTENT, say=lines.append, size=Size(people=12, nudges=0))
    told = "\n".join(lines)
    assert "campaign to 12 on SQLite, recipients frozen and queued: " in told
    assert "24 bare INSERTs: " in told
    assert "campaign to 12 at 25 a second: 12 messages in 12 chats, the last after " in told
    assert "ms of CPU a message" in told
