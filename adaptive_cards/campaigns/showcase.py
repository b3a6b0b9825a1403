"""One named example of every card of HR's reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from microsoft_teams.cards import AdaptiveCard

from adaptive_cards.campaigns.compose import choose_card, draft_card, list_card
from adaptive_cards.campaigns.form import FormView, form_card
from adaptive_cards.campaigns.progress import confirm_card, missed_card, progress_card, word_card
from adaptive_cards.campaigns.recipient import message_card, receipt_card, withdrawn_card
from adaptive_cards.texts import Texts
from hr.campaigns.model import Audience, Campaign, CampaignState, Group, Template
from hr.campaigns.rules import Deed
from hr.campaigns.views import Counts, DraftView, Missed, NotReached, ProgressView
from knowledge.models import Citation

TOKEN: Final = "example-token"  # noqa: S105 - an example, not a secret
CAMPAIGN_ID: Final = "0123456789abcdef0123456789abcdef"
TODAY: Final = date(2027, 1, 18)
SEND_AT: Final = datetime(2027, 2, 1, 8, 15, tzinfo=UTC)
NEXT_WEEK: Final = datetime(2027, 2, 8, 8, 15, tzinfo=UTC)
TEMPLATE: Final = Template(
    id="C02",
    title="Er sommerferien på plads?",
    text="Er sommerferien på plads? Tal sammen nu.",
    groups=frozenset({Group.LEADERS}),
    send_on=(15, 1),
    deadline_on=(31, 1),
    source="hr-ferie-frister",
    hint="HR bekræfter fristen og teksten om varsling af ferie.",
)
OTHER: Final = replace(TEMPLATE, id="C01", title="Nu begynder MUS-perioden", hint=None)
CAMPAIGN: Final = Campaign(
    id=CAMPAIGN_ID,
    title="Nu begynder MUS-perioden",
    text="Book samtaler med dine medarbejdere, og brug det fælles materiale.\nHar du selv ledere, så planlæg også LUS.",
    audience=Audience(groups=frozenset({Group.LEADERS, Group.TR}), areas=frozenset({"Velfærd"})),
    composer_id="composer",
    created_at=SEND_AT,
    changed_at=SEND_AT,
    source="hr-mus-og-lus",
    acknowledgement=True,
    deadline=date(2027, 4, 30),
    send_at=SEND_AT,
)
SOURCE: Final = Citation(
    position=1,
    document="hr-mus-og-lus.md",
    document_id="hr-mus-og-lus",
    title="MUS og LUS",
    section="MUS",
    quote="MUS holdes hvert år.",
    url="https://intranet.kompas.example/mus",
)
COUNTS: Final = Counts(
    reached=196,
    pending=10,
    not_reached=MappingProxyType({NotReached.NOT_INSTALLED: 6, NotReached.UNCERTAIN: 2}),
)


def _draft(**changes: object) -> DraftView:
    view = DraftView(
        campaign=CAMPAIGN,
        count=84,
        deferred=0,
        leaves_at=SEND_AT,
        deferred_to=NEXT_WEEK,
        needs_approval=False,
        composer="Nora Fiktivsen",
        own=True,
        deeds=frozenset({Deed.EDIT, Deed.DELETE, Deed.SEND}),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def _standing(state: CampaignState, *deeds: Deed, **changes: object) -> ProgressView:
    view = ProgressView(
        campaign=replace(CAMPAIGN, state=state, size=COUNTS.total, frozen_at=SEND_AT),
        counts=COUNTS,
        acknowledged=120,
        missing=76,
        deferred=4,
        reminders=Counts(),
        composer="Nora Fiktivsen",
        deeds=frozenset(deeds),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def campaigns_showcase(texts: Texts) -> dict[str, AdaptiveCard]:
    """The cards of one language by name, such as `campaigns_form`."""
    return {**_forms(texts), **_drafts(texts), **_progress(texts), **_recipients(texts)}


def _forms(texts: Texts) -> dict[str, AdaptiveCard]:
    areas = ("Fællesforvaltningen", "Velfærd")
    sources = (("hr-ferie-frister", "Ferie: frister"), ("hr-mus-og-lus", "MUS og LUS"))
    empty = FormView(token=TOKEN, today=TODAY, known_areas=areas, sources=sources)
    filled = replace(
        empty,
        template=TEMPLATE,
        title=TEMPLATE.title,
        text=TEMPLATE.text,
        groups=frozenset({"leder"}),
        source="hr-ferie-frister",
        deadline=date(2028, 1, 31),
        send_on=date(2028, 1, 15),
        send_at="09.15",
    )
    refused = texts.say(
        "campaigns.say.faults", faults=texts.say("campaigns.faults.unknown_people", names="XYZ, nn@kompas.example")
    )
    return {
        "campaigns_choose": choose_card(texts=texts, templates=(OTHER, TEMPLATE)),
        "campaigns_form_empty": form_card(texts=texts, form=empty),
        "campaigns_form_template": form_card(texts=texts, form=filled),
        "campaigns_form_list": form_card(
            texts=texts, form=replace(empty, campaign_id=CAMPAIGN_ID, version=3, kept=812, sources=())
        ),
        "campaigns_form_refused": form_card(
            texts=texts, form=replace(empty, title="MUS", people="XYZ, nn@kompas.example"), notice=refused
        ),
    }


def _drafts(texts: Texts) -> dict[str, AdaptiveCard]:
    waiting = replace(CAMPAIGN, state=CampaignState.WAITING_APPROVAL)

    def shown(view: DraftView, notice: str | None = None) -> AdaptiveCard:
        return draft_card(texts=texts, view=view, source=SOURCE, token=TOKEN, approval_size=100, notice=notice)

    return {
        "campaigns_draft": shown(_draft(), texts.say("campaigns.say.saved")),
        "campaigns_draft_large": shown(_draft(count=214, deferred=12, needs_approval=True)),
        "campaigns_draft_now": shown(_draft(campaign=replace(CAMPAIGN, send_at=None, deadline=None))),
        "campaigns_draft_nobody": shown(_draft(count=0)),
        "campaigns_draft_evening": shown(
            _draft(
                campaign=replace(CAMPAIGN, send_at=SEND_AT.replace(hour=18), deadline=date(2027, 2, 5)),
                leaves_at=datetime(2027, 2, 2, 6, 30, tzinfo=UTC),
                waits=True,
                deferred=3,
            )
        ),
        "campaigns_approval": shown(
            _draft(
                campaign=waiting,
                count=214,
                needs_approval=True,
                own=False,
                deeds=frozenset({Deed.APPROVE, Deed.GIVE_BACK, Deed.RECALL, Deed.CANCEL}),
            ),
            texts.say("campaigns.words.approve"),
        ),
        "campaigns_scheduled": shown(
            _draft(
                campaign=replace(CAMPAIGN, state=CampaignState.SCHEDULED), deeds=frozenset({Deed.RECALL, Deed.CANCEL})
            )
        ),
        "campaigns_list": list_card(
            texts=texts,
            campaigns=[
                replace(CAMPAIGN, id=f"{number:032x}", state=state) for number, state in enumerate(CampaignState)
            ],
        ),
        "campaigns_list_none": list_card(texts=texts, campaigns=()),
    }


def _progress(texts: Texts) -> dict[str, AdaptiveCard]:
    sending = _standing(CampaignState.SENDING, Deed.PAUSE, Deed.CANCEL, Deed.WITHDRAW, Deed.REMIND)
    paused = _standing(CampaignState.PAUSED, Deed.RESUME, Deed.CANCEL, Deed.WITHDRAW)
    names = tuple(f"Medarbejder {number}" for number in range(1, 26))
    done = _standing(
        CampaignState.DONE,
        Deed.WITHDRAW,
        Deed.REMIND,
        counts=replace(COUNTS, reached=206, pending=0),
        reminders=Counts(reached=30, pending=4),
        missing=len(names),
        unacknowledged=names,
        approver="Lone Opdigtsen",
    )
    missed = [
        Missed(name=f"Medarbejder {number}", reason=NotReached.NOT_INSTALLED if number % 4 else NotReached.UNCERTAIN)
        for number in range(1, 26)
    ]
    withdrawn = _standing(CampaignState.WITHDRAWN, taken_back=Counts(reached=150, pending=46))
    unsent = replace(CAMPAIGN, state=CampaignState.SCHEDULED)
    return {
        "campaigns_sending": progress_card(texts=texts, view=sending, token=TOKEN),
        "campaigns_paused": progress_card(
            texts=texts, view=paused, token=TOKEN, notice=texts.say("campaigns.say.pause")
        ),
        "campaigns_done": progress_card(
            texts=texts, view=done, token=TOKEN, notice=texts.say("campaigns.words.finished")
        ),
        "campaigns_withdrawn_numbers": progress_card(texts=texts, view=withdrawn, token=TOKEN),
        "campaigns_missed": missed_card(texts=texts, campaign=CAMPAIGN, missed=missed),
        "campaigns_missed_none": missed_card(texts=texts, campaign=CAMPAIGN, missed=()),
        **{
            f"campaigns_confirm_{deed.value}": confirm_card(
                texts=texts, campaign=sending.campaign, view=sending, deed=deed, token=TOKEN
            )
            for deed in (Deed.CANCEL, Deed.WITHDRAW, Deed.REMIND)
        },
        **{
            f"campaigns_confirm_{deed.value}_unsent": confirm_card(
                texts=texts, campaign=unsent, view=None, deed=deed, token=TOKEN
            )
            for deed in (Deed.DELETE, Deed.CANCEL)
        },
        **{
            f"campaigns_word_{what}": word_card(texts=texts, campaign=CAMPAIGN, what=what)
            for what in ("approved", "given_back", "empty", "cancelled", "withdrawn")
        },
    }


def _recipients(texts: Texts) -> dict[str, AdaptiveCard]:
    plain = replace(CAMPAIGN, acknowledgement=False, deadline=None)
    on = date(2027, 3, 3)
    return {
        "campaigns_message": message_card(texts=texts, campaign=CAMPAIGN, source=SOURCE),
        "campaigns_message_plain": message_card(texts=texts, campaign=plain, source=None),
        "campaigns_message_again": message_card(texts=texts, campaign=CAMPAIGN, source=SOURCE, reminder=True),
        "campaigns_message_trial": message_card(texts=texts, campaign=CAMPAIGN, source=SOURCE, trial=True),
        "campaigns_receipt": receipt_card(texts=texts, campaign=CAMPAIGN, source=SOURCE, on=on),
        "campaigns_receipt_trial": receipt_card(texts=texts, campaign=CAMPAIGN, source=SOURCE, on=on, trial=True),
        "campaigns_withdrawn": withdrawn_card(texts=texts),
    }
