"""What is stored about the one who asks, and its deletion. Shown in personal chats only."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards import AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.my_data.actions import AskErase, EraseMyData, ShowMyData
from adaptive_cards.texts import Texts
from hr.my_data.model import Kind


def my_data_card(
    *,
    texts: Texts,
    counts: Mapping[Kind, int],
    erasable: Mapping[Kind, int],
    days: Mapping[Kind, int],
    notice: str | None = None,
) -> AdaptiveCard:
    """All that is stored, why, and until when. `days` is how long a kind is kept after it is over."""
    body: list[CardElement] = [
        *([parts.told(notice)] if notice else []),
        parts.heading(texts.say("my_data.title")),
        parts.paragraph(texts.say("my_data.robot")),
        parts.bullets(texts.say("my_data.stored" if counts else "my_data.nothing"), _lines(texts, counts, days)),
        parts.bullets(texts.say("my_data.never"), texts.several("my_data.never_stored")),
        parts.remark(texts.say("my_data.more")),
    ]
    erase = parts.button(
        title=texts.say("my_data.erase"), payload=AskErase(language=texts.language), look="destructive"
    )
    return parts.card(
        texts=texts, body=body, actions=[erase] if erasable else [], fallback=texts.say("my_data.fallback")
    )


def confirm_card(*, texts: Texts, erasable: Mapping[Kind, int], token: str) -> AdaptiveCard:
    """What would go, before it goes."""
    body: list[CardElement] = [
        parts.heading(texts.say("my_data.confirm.title")),
        parts.bullets(texts.say("my_data.confirm.lead"), _lines(texts, erasable, {})),
        parts.remark(texts.say("my_data.confirm.stays")),
    ]
    actions = [
        parts.button(
            title=texts.say("my_data.confirm.yes"),
            payload=EraseMyData(token=token, language=texts.language),
            look="destructive",
        ),
        parts.button(title=texts.say("my_data.confirm.no"), payload=ShowMyData(language=texts.language)),
    ]
    return parts.card(texts=texts, body=body, actions=actions, fallback=texts.say("my_data.fallback"))


def _lines(texts: Texts, counts: Mapping[Kind, int], days: Mapping[Kind, int]) -> list[str]:
    lines = []
    for kind, count in counts.items():
        line = texts.say(f"my_data.kinds.{kind.value}", count=count)
        lines.append(f"{line} {texts.say('my_data.days', days=days[kind])}" if kind in days else line)
    return lines
