"""Help on what may be needed at any time. Nothing on these cards is recorded."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement, ExecuteAction

from adaptive_cards import parts
from adaptive_cards.absence import pieces
from adaptive_cards.actions import Form, Menu, ShowGuide
from adaptive_cards.answers import escape_markdown
from adaptive_cards.texts import Texts
from hr.absence.views import GuideView
from knowledge.models import Citation


def guides_card(*, texts: Texts, guides: tuple[GuideView, ...], case_id: str | None) -> AdaptiveCard:
    """The menu of guides; from a case their dates are worked out."""
    body: list[CardElement] = [
        parts.heading(texts.say("absence.guides.title")),
        parts.paragraph(texts.say("absence.guides.lead" if guides else "absence.guides.none")),
    ]
    buttons = [
        parts.button(
            title=view.guide.title,
            payload=ShowGuide(guide=view.guide.id, case_id=case_id, language=texts.language),
        )
        for view in guides
    ]
    return pieces.made(texts, "guides", body, buttons, [_home(texts, case_id)])


def _home(texts: Texts, case_id: str | None) -> ExecuteAction:
    return pieces.to_overview(texts) if case_id is None else pieces.to_case(texts, case_id)


def guide_card(*, texts: Texts, guide: GuideView, passage: Citation | None) -> AdaptiveCard:
    """One guide with its last day, or how it is counted when no case gives the date."""
    told = guide.guide
    body: list[CardElement] = [parts.heading(escape_markdown(told.title))]
    if guide.limit_on is not None:
        body.append(parts.strong(texts.say("absence.guides.limit", date=pieces.long_day(texts, guide.limit_on))))
    elif told.limit_days is not None:
        body.append(parts.strong(texts.say("absence.guides.limit_days", count=told.limit_days)))
    if told.withheld:
        body.append(parts.told(texts.say("absence.review_overdue")))
    elif texts.language != "da":
        body.append(parts.remark(texts.say("absence.hr_words")))
    body += [parts.paragraph(escape_markdown(text)) for text in told.body]
    body += pieces.source(texts, passage)
    body.append(parts.remark(texts.say("absence.guides.not_kept")))
    more = texts.say("absence.guides.more")
    menu = (
        pieces.to_menu(texts, more, Menu.GUIDES)
        if guide.case_id is None
        else pieces.to_form(texts, more, guide.case_id, Form.GUIDES)
    )
    return pieces.made(texts, "guide", body, [menu, _home(texts, guide.case_id)])
