"""What the cards of questions to HR have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, ExecuteAction, TextInput

from adaptive_cards import parts
from adaptive_cards.actions import Action as Payload
from adaptive_cards.answers import escape_markdown
from adaptive_cards.escalation.actions import AskingMenu, OpenAsking
from adaptive_cards.texts import Texts
from hr.clock import COPENHAGEN
from hr.escalation.views import PAGE, Page, RequestView, Said

TEXT_LIMIT: Final = 2_000
"""Characters that a field takes."""

SHOWN: Final = 700
"""Characters of older texts on a card: a long thread must not make it one that Teams refuses. The question and the latest word of each
side are shown whole."""

THREAD: Final = 4
"""How many of the latest texts of a thread are shown."""


def made(
    texts: Texts, name: str, body: Sequence[CardElement], actions: Sequence[Action] = (), notice: str | None = None
) -> AdaptiveCard:
    """A finished card; `name` chooses the summary, `notice` stands on top."""
    fallback = texts.say("asking.fallback", summary=texts.say(f"asking.summaries.{name}"))
    lead = [parts.told(notice)] if notice is not None else []
    return parts.card(texts=texts, body=[*lead, *body], actions=actions, fallback=fallback)


def long_field(*, name: str, label: str, error: str, value: str = "") -> TextInput:
    """A required field for several lines."""
    return TextInput(
        id=name,
        label=label,
        is_multiline=True,
        is_required=True,
        error_message=error,
        max_length=TEXT_LIMIT,
        value=value[:TEXT_LIMIT] or None,
    )


def quoted(lead: str, text: str, *, whole: bool = False) -> list[CardElement]:
    """Somebody's words, set apart, as they were written; long ones are cut unless they are to be shown whole."""
    shown = text if whole or len(text) <= SHOWN else f"{text[:SHOWN].rstrip()} …"
    lines = "\n\n".join(escape_markdown(line) for line in shown.splitlines() if line.strip())
    return [parts.strong(lead), parts.boxed([parts.paragraph(lines)])]


def thread(texts: Texts, view: RequestView, *, for_asker: bool) -> list[CardElement]:
    """The latest that was said after the question."""
    latest = {said.from_hr: said for said in view.thread}
    return [
        element
        for said in view.thread[-THREAD:]
        for element in quoted(_lead(texts, view, said, for_asker), said.text, whole=said is latest[said.from_hr])
    ]


def _lead(texts: Texts, view: RequestView, said: Said, for_asker: bool) -> str:
    if said.from_hr:
        name = escape_markdown(said.name or texts.say("asking.somebody_hr"))
        return texts.say("asking.own.by_hr" if for_asker else "asking.hr.by_hr", name=name)
    if for_asker:
        return texts.say("asking.own.by_me")
    return texts.say("asking.hr.by_asker", name=escape_markdown(asker(texts, view)))


def asker(texts: Texts, view: RequestView) -> str:
    """Who asked, as HR reads it."""
    return view.asker or texts.say("asking.somebody")


def state(texts: Texts, view: RequestView, *, for_hr: bool = False) -> str:
    """Where the question is, as the one who asked or as HR reads it."""
    return texts.say(f"asking.{'hr_states' if for_hr else 'states'}.{view.state.value}")


def topic(texts: Texts, view: RequestView) -> str:
    """What it is about; the group where HR has taken the topic away."""
    return view.topic.named(texts.language) if view.topic is not None else view.group.label


def day(texts: Texts, moment: datetime) -> str:
    """The day of a moment by the wall."""
    return texts.weekday_day(moment.astimezone(COPENHAGEN).date())


def moment(texts: Texts, at: datetime) -> str:
    """A day and time by the wall."""
    local = at.astimezone(COPENHAGEN)
    return texts.say("asking.moment", day=texts.weekday_day(local.date()), time=texts.clock(local.time()))


def open_menu(texts: Texts, title: str, menu: AskingMenu, *, start: int = 0) -> ExecuteAction:
    """A button that opens something."""
    return parts.button(title=title, payload=OpenAsking(menu=menu, start=start, language=texts.language))


def which(texts: Texts, page: Page) -> list[CardElement]:
    """Which part of a list is shown; nothing where it is all of it."""
    if page.total <= len(page.views):
        return []
    last = page.start + len(page.views)
    return [parts.remark(texts.say("asking.page", first=page.start + 1, last=last, count=page.total))]


def turn(texts: Texts, page: Page, menu: AskingMenu) -> list[Action]:
    """The buttons to the next part of a list, and back to the one before."""
    last = page.start + len(page.views)
    more = [open_menu(texts, texts.say("asking.more"), menu, start=last)] if last < page.total else []
    back = [open_menu(texts, texts.say("asking.back"), menu, start=max(0, page.start - PAGE))] if page.start else []
    return [*more, *back]


def row(texts: Texts, view: RequestView, payload: Payload, *, for_hr: bool = False) -> CardElement:
    """A question in a list, with the button that opens it."""
    line = texts.say("asking.mine_list.line", number=view.number, state=state(texts, view, for_hr=for_hr))
    short = textwrap.shorten(view.request.question, width=90, placeholder=" …")
    title = texts.say("asking.mine_list.open")
    return parts.beside(
        [parts.paragraph(f"**{line}**"), parts.near(escape_markdown(short))], parts.button(title=title, payload=payload)
    )
