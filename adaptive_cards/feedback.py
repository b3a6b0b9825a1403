"""The card that asks why an answer did not help, and what takes its place."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards import parts
from adaptive_cards.actions import COMMENT_LIMIT, GiveReason
from adaptive_cards.texts import Texts
from hr.feedback.model import DislikeReason


def reason_card(*, texts: Texts, payload: GiveReason) -> AdaptiveCard:
    """Asks for a reason and, if the person likes, a few words."""
    reasons = [(reason.value, texts.say(f"feedback.reasons.{reason.value}")) for reason in DislikeReason]
    return parts.card(
        texts=texts,
        fallback=texts.say("feedback.fallback"),
        body=[
            parts.heading(texts.say("feedback.title")),
            parts.remark(texts.say("feedback.why")),
            parts.choices(
                name="reason",
                label=texts.say("feedback.reason"),
                error=texts.say("feedback.reason_missing"),
                options=reasons,
            ),
            parts.text_field(
                name="comment",
                label=texts.say("feedback.comment"),
                limit=COMMENT_LIMIT,
            ),
            parts.remark(texts.say("feedback.comment_hint")),
        ],
        actions=[parts.button(title=texts.say("feedback.send"), payload=payload)],
    )


def thanks_card(*, texts: Texts) -> AdaptiveCard:
    """What the reason card becomes."""
    return notice_card(texts=texts, text=texts.say("feedback.thanks"))


def outdated_card(*, texts: Texts) -> AdaptiveCard:
    """What the reason card becomes when its rating is gone."""
    return notice_card(texts=texts, text=texts.say("feedback.outdated_card"))


def notice_card(*, texts: Texts, text: str) -> AdaptiveCard:
    """One line in the place of a card that has done its work."""
    return parts.card(texts=texts, fallback=text, body=[parts.paragraph(text)])
