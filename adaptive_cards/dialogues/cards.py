"""The cards of a TRIO's dialogue, in the order in which a group meets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.dialogues.actions import (
    Agree,
    BeginDialogue,
    CloseDialogue,
    DeleteDialogue,
    OpenAgreement,
    OpenPalette,
    OpenTheme,
    TryAgain,
    View,
)
from adaptive_cards.texts import Texts
from hr.dialogues.model import ACTION_LIMIT, Dialogue, DialogueState, Theme

SHOWN = 3
"""As many agreements under way as the first card has buttons for."""


def palette_card(
    *, texts: Texts, themes: Sequence[Theme], waiting: Sequence[Dialogue], token: str, notice: str | None = None
) -> AdaptiveCard:
    """The themes to choose from, and a way to what the group has agreed already (`waiting`, which have a day)."""
    begin = parts.button(
        title=texts.say("dialogues.palette.begin"),
        payload=BeginDialogue(token=token, language=texts.language),
        look="positive",
    )
    key = "dialogues.palette.waiting" if len(waiting) == 1 else "dialogues.palette.waiting_several"
    under_way: list[CardElement] = [parts.paragraph(texts.say(key, count=len(waiting)))] if waiting else []
    body: list[CardElement] = [
        *_told(notice),
        parts.heading(texts.say("dialogues.palette.title")),
        *under_way,
        *parts.rows([_agreement_until(texts, one) for one in waiting[:SHOWN]]),
        parts.paragraph(texts.say("dialogues.palette.intro")),
        parts.ticks(
            name="themes",
            label=texts.say("dialogues.palette.themes"),
            error=texts.say("dialogues.palette.themes_missing"),
            options=[(theme.id, theme.title) for theme in themes],
        ),
        parts.remark(texts.say("dialogues.palette.private")),
    ]
    return _made(texts, "palette", body, [begin])


def theme_card(
    *, texts: Texts, dialogue: Dialogue, themes: Sequence[Theme], place: int, notice: str | None = None
) -> AdaptiveCard:
    """One theme of the dialogue with its questions. `place` counts from 0 and lies within `themes`."""
    theme = themes[place]
    body: list[CardElement] = [
        *_told(notice),
        parts.heading(theme.title),
        parts.remark(texts.say("dialogues.theme.place", place=place + 1, count=len(themes))),
        parts.paragraph(escape_markdown(theme.purpose)),
        parts.bullets(texts.say("dialogues.theme.questions"), theme.questions),
        parts.paragraph(texts.say("dialogues.theme.hint", hint=escape_markdown(theme.hint))),
    ]
    ways: list[Action] = []
    for at, key in ((place - 1, "dialogues.theme.previous"), (place + 1, "dialogues.theme.next")):
        if 0 <= at < len(themes):
            payload = OpenTheme(dialogue_id=dialogue.id, place=at, language=texts.language)
            ways.append(parts.button(title=texts.say(key), payload=payload))
    ways.append(_open(texts, dialogue, "edit", texts.say("dialogues.theme.agree")))
    return _made(texts, "theme", body, ways)


def agree_card(
    *,
    texts: Texts,
    dialogue: Dialogue,
    token: str,
    today: date,
    latest: date,
    notice: str | None = None,
    actions: Sequence[str] | None = None,
) -> AdaptiveCard:
    """The form for what is agreed. `actions` are those just written, where they are to be corrected."""
    filled = [*(dialogue.actions if actions is None else actions), "", ""]
    error = texts.say("dialogues.agree.action_missing")
    body: list[CardElement] = [
        *_told(notice),
        parts.heading(texts.say("dialogues.agree.title")),
        parts.paragraph(texts.say("dialogues.agree.intro")),
        parts.line_field(
            name="first", label=texts.say("dialogues.agree.first"), error=error, limit=ACTION_LIMIT, value=filled[0]
        ),
        parts.line_field(
            name="second",
            label=texts.say("dialogues.agree.second"),
            error=error,
            limit=ACTION_LIMIT,
            value=filled[1],
            required=False,
        ),
        _day(texts, today=today, latest=latest, value=dialogue.follow_up_on),
    ]
    save = parts.button(
        title=texts.say("dialogues.agree.save"),
        payload=Agree(token=token, dialogue_id=dialogue.id, language=texts.language),
        look="positive",
    )
    back = parts.button(
        title=texts.say("dialogues.agree.back"), payload=OpenTheme(dialogue_id=dialogue.id, language=texts.language)
    )
    return _made(texts, "agree", body, [save, back])


def agreement_card(
    *, texts: Texts, dialogue: Dialogue, themes: Sequence[Theme], notice: str | None = None
) -> AdaptiveCard:
    """What was agreed, as it stands."""
    ways: list[Action] = []
    if dialogue.state in {DialogueState.OPEN, DialogueState.AGREED}:
        ways.append(_open(texts, dialogue, "edit", texts.say("dialogues.edit")))
    ways.append(parts.button(title=texts.say("dialogues.new"), payload=OpenPalette(language=texts.language)))
    ways.append(_open(texts, dialogue, "delete", texts.say("dialogues.delete")))
    body = [
        *_told(notice),
        parts.heading(texts.say("dialogues.agreement.title")),
        *_agreed(texts, dialogue, themes),
        parts.paragraph(_standing(texts, dialogue)),
    ]
    return _made(texts, "agreement", body, ways)


def follow_up_card(
    *,
    texts: Texts,
    dialogue: Dialogue,
    themes: Sequence[Theme],
    tokens: tuple[str, str, str],
    today: date,
    latest: date,
    notice: str | None = None,
    resent: bool = False,
) -> AdaptiveCard:
    """The day to look back. The `tokens` are those of done, another try and end."""
    done, again, end = tokens
    body = [
        *([parts.remark(texts.say("dialogues.follow_up.resent"))] if resent else []),
        *_told(notice),
        parts.heading(texts.say("dialogues.follow_up.title")),
        parts.paragraph(texts.say("dialogues.follow_up.intro")),
        *_agreed(texts, dialogue, themes),
    ]
    save = parts.button(
        title=texts.say("dialogues.follow_up.again_save"),
        payload=TryAgain(token=again, dialogue_id=dialogue.id, generation=dialogue.generation, language=texts.language),
        look="positive",
    )
    ways: list[Action] = [
        _close(texts, dialogue, done, done=True),
        parts.unfold(
            texts=texts,
            title=texts.say("dialogues.follow_up.again"),
            body=[_day(texts, today=today, latest=latest)],
            action=save,
        ),
        _close(texts, dialogue, end, done=False),
    ]
    return _made(texts, "follow_up", body, ways)


def confirm_card(*, texts: Texts, dialogue: Dialogue) -> AdaptiveCard:
    """Asks back before a dialogue is deleted."""
    body: list[CardElement] = [
        parts.heading(texts.say("dialogues.confirm.title")),
        parts.paragraph(texts.say("dialogues.confirm.text")),
    ]
    delete = parts.button(
        title=texts.say("dialogues.delete"),
        payload=DeleteDialogue(dialogue_id=dialogue.id, language=texts.language),
        look="destructive",
    )
    return _made(texts, "confirm", body, [delete, _open(texts, dialogue, "show", texts.say("dialogues.keep"))])


def note_card(*, texts: Texts, text: str) -> AdaptiveCard:
    """One line in the place of a card, and a way to begin anew."""
    again = parts.button(title=texts.say("dialogues.new"), payload=OpenPalette(language=texts.language))
    return _made(texts, "note", [parts.paragraph(text)], [again])


def _made(texts: Texts, name: str, body: Sequence[CardElement], actions: Sequence[Action]) -> AdaptiveCard:
    return parts.card(texts=texts, body=body, actions=actions, fallback=texts.say(f"dialogues.summaries.{name}"))


def _told(notice: str | None) -> list[CardElement]:
    return [parts.told(notice)] if notice else []


def _agreed(texts: Texts, dialogue: Dialogue, themes: Sequence[Theme]) -> list[CardElement]:
    names = ", ".join(theme.title for theme in themes) or texts.say("dialogues.agreement.no_themes")
    lines: list[CardElement] = [parts.paragraph(texts.say("dialogues.agreement.themes", themes=escape_markdown(names)))]
    if dialogue.actions:
        lines.append(parts.bullets(texts.say("dialogues.agreement.actions"), dialogue.actions))
    return lines


def _standing(texts: Texts, dialogue: Dialogue) -> str:
    match dialogue.state:
        case DialogueState.AGREED if dialogue.follow_up_on is not None:
            return texts.say("dialogues.agreement.follow_up", date=texts.day(dialogue.follow_up_on))
        case DialogueState.DONE:
            return texts.say("dialogues.agreement.done")
        case DialogueState.ENDED:
            return texts.say("dialogues.agreement.ended")
        case _:
            return texts.say("dialogues.agreement.open")


def _agreement_until(texts: Texts, dialogue: Dialogue) -> ExecuteAction:
    day = texts.day(dialogue.follow_up_on) if dialogue.follow_up_on is not None else ""
    return _open(texts, dialogue, "show", texts.say("dialogues.palette.open", date=day))


def _open(texts: Texts, dialogue: Dialogue, view: View, title: str) -> ExecuteAction:
    return parts.button(title=title, payload=OpenAgreement(dialogue_id=dialogue.id, view=view, language=texts.language))


def _close(texts: Texts, dialogue: Dialogue, token: str, *, done: bool) -> ExecuteAction:
    payload = CloseDialogue(
        token=token, dialogue_id=dialogue.id, generation=dialogue.generation, done=done, language=texts.language
    )
    return parts.button(
        title=texts.say("dialogues.follow_up.done" if done else "dialogues.follow_up.end"), payload=payload
    )


def _day(texts: Texts, *, today: date, latest: date, value: date | None = None) -> CardElement:
    return parts.date_field(
        name="follow_up",
        label=texts.say("dialogues.agree.follow_up"),
        error=texts.say("dialogues.agree.day_missing"),
        value=value if value is not None and today < value <= latest else None,
        earliest=today + timedelta(days=1),
        latest=latest,
    )
