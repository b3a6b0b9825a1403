"""How much one is reminded, and who is reminded while one is away."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.absence.forms import HANDLE_LIMIT
from adaptive_cards.actions import SaveAway, SaveReminders
from adaptive_cards.texts import Texts
from hr.absence.model import ReminderLevel
from hr.absence.views import SettingsView


def settings_card(
    *,
    texts: Texts,
    settings: SettingsView,
    token: str,
    notice: str | None = None,
    proposed: SettingsView | None = None,
) -> AdaptiveCard:
    """The choices as they are, and two forms that unfold: each sends its own inputs only.

    `proposed` fills the forms in the place of what is kept; its `deputy_name` is a deputy as written (initials or e-mail).
    """
    filled = proposed or settings
    deputy = proposed.deputy_name if proposed is not None else None
    ways_on = [pieces.to_overview(texts)]
    if settings.away is not None:
        payload = SaveAway(token=token, end=True, language=texts.language)
        ways_on.insert(0, parts.button(title=texts.say("absence.settings.end_away"), payload=payload, alone=True))
    body = [
        *pieces.notice_line(notice),
        parts.heading(texts.say("absence.settings.title")),
        parts.facts(_facts(texts, settings)),
        parts.paragraph(texts.say("absence.settings.law")),
        *parts.rows(ways_on),
    ]
    forms = [_reminders(texts, filled, token), _away(texts, filled, token, deputy=deputy)]
    return parts.card(texts=texts, body=body, actions=forms, fallback=pieces.fallback(texts, "settings"))


def _facts(texts: Texts, settings: SettingsView) -> list[tuple[str, str]]:
    chosen, away = settings.preferences, settings.away
    duty = "absence.settings.weekend_yes" if chosen.weekend_duty else "absence.settings.weekend_no"
    pairs = [
        (texts.say("absence.settings.level"), texts.say(f"absence.settings.levels.{chosen.level.value}")),
        (texts.say("absence.settings.weekend_duty"), texts.say(duty)),
    ]
    if away is None:
        return [*pairs, (texts.say("absence.settings.away"), texts.say("absence.settings.away_none"))]
    start, end = texts.weekday_day(away.from_day), texts.weekday_day(away.to_day)
    return [
        *pairs,
        (texts.say("absence.settings.away"), texts.say("absence.settings.away_period", start=start, end=end)),
        (texts.say("absence.settings.deputy"), settings.deputy_name or texts.say("absence.settings.deputy_none")),
    ]


def _reminders(texts: Texts, settings: SettingsView, token: str) -> Action:
    levels = [(level.value, texts.say(f"absence.settings.levels.{level.value}")) for level in ReminderLevel]
    body: list[CardElement] = [
        parts.choices(
            name="level",
            label=texts.say("absence.settings.level_label"),
            error=texts.say("absence.settings.level_missing"),
            options=levels,
            chosen=settings.preferences.level.value,
        ),
        parts.toggle(
            name="weekend_duty",
            label=texts.say("absence.settings.weekend_label"),
            title=texts.say("absence.settings.weekend_title"),
            error=texts.say("absence.settings.level_missing"),
            on=settings.preferences.weekend_duty,
        ),
    ]
    save = parts.button(
        title=texts.say("absence.save"), payload=SaveReminders(token=token, language=texts.language), look="positive"
    )
    return parts.unfold(texts=texts, title=texts.say("absence.settings.edit_level"), body=body, action=save)


def _away(texts: Texts, settings: SettingsView, token: str, *, deputy: str | None) -> Action:
    away = settings.away
    body: list[CardElement] = [
        parts.date_field(
            name="from_day",
            label=texts.say("absence.settings.from_day"),
            error=texts.say("absence.day_missing"),
            value=away.from_day if away else None,
        ),
        parts.date_field(
            name="to_day",
            label=texts.say("absence.settings.to_day"),
            error=texts.say("absence.day_missing"),
            value=away.to_day if away else None,
            earliest=settings.today,
        ),
        parts.line_field(
            name="deputy",
            label=texts.say("absence.settings.deputy_label"),
            error=texts.say("absence.settings.deputy_error"),
            limit=HANDLE_LIMIT,
            value=deputy or "",
            required=False,
        ),
        parts.remark(texts.say("absence.settings.deputy_hint")),
        parts.remark(texts.say("absence.settings.no_deputy")),
    ]
    save = parts.button(
        title=texts.say("absence.save"), payload=SaveAway(token=token, language=texts.language), look="positive"
    )
    return parts.unfold(texts=texts, title=texts.say("absence.settings.edit_away"), body=body, action=save)
