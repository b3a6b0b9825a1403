"""The form of a campaign: words, whom it is for, and when. Nothing is sent from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, Choice, ChoiceSetInput, TextInput

from adaptive_cards import parts
from adaptive_cards.answers import escape_markdown
from adaptive_cards.campaigns import pieces
from adaptive_cards.campaigns.actions import CampaignPage, SaveCampaign, SaveFromTemplate
from adaptive_cards.texts import Texts
from hr.campaigns.model import TEXT_LIMIT, TITLE_LIMIT, Group, Template
from hr.campaigns.rules import FURTHEST

PEOPLE_LIMIT: Final = 2_000
"""Characters of initials and addresses. A longer list stays as it is kept, or comes as a file."""

SOURCES: Final = 80
"""So many documents can be chosen by title; of more, the id is written."""

NO_SOURCE: Final = "-"
"""The choice of no document: no id looks so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The form as it is filled: every value as it was typed or picked.

    `version` is that of the draft that is open. `kept` people are on its list, too many for a field, and stay there.
    `sources` are the documents to choose from, by id and title.
    """

    token: str
    today: date
    campaign_id: str | None = None
    version: int | None = None
    template: Template | None = None
    title: str = ""
    text: str = ""
    groups: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    known_areas: tuple[str, ...] = ()
    people: str = ""
    kept: int = 0
    source: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    acknowledgement: bool = False
    mandatory: bool = False
    deadline: date | None = None
    send_on: date | None = None
    send_at: str = ""


def form_card(*, texts: Texts, form: FormView, notice: str | None = None) -> AdaptiveCard:
    """Everything about a campaign. Nothing is sent from here."""
    hint = form.template.hint if form.template is not None else None
    body: list[CardElement] = [
        parts.heading(texts.say("campaigns.form.title")),
        parts.paragraph(texts.say("campaigns.form.lead")),
        *([parts.strong(escape_markdown(hint))] if hint else []),
        *_words(texts, form),
        *_whom(texts, form),
        *_how(texts, form),
        *_when(texts, form),
    ]
    if form.template is not None:
        save: SaveCampaign | SaveFromTemplate = SaveFromTemplate(
            token=form.token,
            template=form.template.id,
            campaign_id=form.campaign_id,
            version=form.version,
            keep_list=form.kept > 0,
            language=texts.language,
        )
        body.append(
            parts.toggle(
                name="confirmed",
                label=texts.say("campaigns.form.confirm_label"),
                title=texts.say("campaigns.form.confirm_title"),
                error=texts.say("campaigns.form.confirm_label"),
                on=False,
            )
        )
    else:
        save = SaveCampaign(
            token=form.token,
            campaign_id=form.campaign_id,
            version=form.version,
            keep_list=form.kept > 0,
            language=texts.language,
        )
    actions: list[Action] = [
        parts.button(title=texts.say("campaigns.form.save"), payload=save, look="positive"),
        pieces.opens(texts, "campaigns.all", CampaignPage.LIST),
    ]
    return pieces.made(texts, "form", body, actions, notice)


def _words(texts: Texts, form: FormView) -> list[CardElement]:
    return [
        parts.line_field(
            name="title",
            label=texts.say("campaigns.form.title_label"),
            error=texts.say("campaigns.faults.no_title"),
            limit=TITLE_LIMIT,
            value=form.title[:TITLE_LIMIT],
        ),
        TextInput(
            id="text",
            label=texts.say("campaigns.form.text_label", limit=TEXT_LIMIT),
            is_multiline=True,
            is_required=True,
            error_message=texts.say("campaigns.faults.no_text"),
            max_length=TEXT_LIMIT,
            value=form.text[:TEXT_LIMIT] or None,
        ),
        _source(texts, form),
    ]


def _source(texts: Texts, form: FormView) -> CardElement:
    if not form.sources:
        return parts.line_field(
            name="source",
            label=texts.say("campaigns.form.source_id_label"),
            error=texts.say("campaigns.form.source_id_label"),
            limit=100,
            value=form.source,
            required=False,
        )
    known = dict(form.sources)
    gone = {form.source: form.source} if form.source and form.source not in known else {}
    options = {NO_SOURCE: texts.say("campaigns.form.no_source"), **known, **gone}
    return ChoiceSetInput(
        id="source",
        label=texts.say("campaigns.form.source_label"),
        style="compact",
        value=form.source or NO_SOURCE,
        choices=[Choice(title=title, value=value) for value, title in options.items()],
    )


def _whom(texts: Texts, form: FormView) -> list[CardElement]:
    groups = parts.ticks(
        name="groups",
        label=texts.say("campaigns.form.groups_label"),
        error=texts.say("campaigns.faults.no_audience"),
        options=[(group.value, texts.say(f"campaigns.groups.{group.value}")) for group in Group],
    )
    groups.value = ",".join(sorted(form.groups)) or None
    found: list[CardElement] = [groups]
    if form.known_areas:
        areas = parts.ticks(
            name="areas",
            label=texts.say("campaigns.form.areas_label"),
            error=texts.say("campaigns.faults.unknown_area"),
            options=[(area, area) for area in form.known_areas],
        )
        areas.value = ",".join(sorted(form.areas)) or None
        found.append(areas)
    if form.kept:
        found.append(parts.remark(texts.say("campaigns.form.kept", count=form.kept)))
    people = TextInput(
        id="people",
        label=texts.say("campaigns.form.people_label"),
        is_multiline=True,
        error_message=texts.say("campaigns.form.people_label"),
        max_length=PEOPLE_LIMIT,
        value=form.people[:PEOPLE_LIMIT] or None,
    )
    return [*found, people, parts.remark(texts.say("campaigns.form.people_hint"))]


def _how(texts: Texts, form: FormView) -> list[CardElement]:
    return [
        parts.toggle(
            name="acknowledgement",
            label=texts.say("campaigns.form.ack_label"),
            title=texts.say("campaigns.form.ack_title"),
            error=texts.say("campaigns.form.ack_label"),
            on=form.acknowledgement,
        ),
        parts.toggle(
            name="mandatory",
            label=texts.say("campaigns.form.mandatory_label"),
            title=texts.say("campaigns.form.mandatory_title"),
            error=texts.say("campaigns.form.mandatory_label"),
            on=form.mandatory,
        ),
    ]


def _when(texts: Texts, form: FormView) -> list[CardElement]:
    latest = form.today + FURTHEST - timedelta(days=1)
    return [
        parts.date_field(
            name="deadline",
            label=texts.say("campaigns.form.deadline_label"),
            error=texts.say("campaigns.faults.unreadable_day"),
            value=form.deadline,
            earliest=form.today,
            required=False,
        ),
        parts.date_field(
            name="send_on",
            label=texts.say("campaigns.form.send_on_label"),
            error=texts.say("campaigns.faults.unreadable_day"),
            value=form.send_on,
            earliest=form.today,
            latest=latest,
            required=False,
        ),
        parts.line_field(
            name="send_at",
            label=texts.say("campaigns.form.send_at_label"),
            error=texts.say("campaigns.faults.unreadable_time"),
            limit=5,
            value=form.send_at,
            required=False,
        ),
    ]
