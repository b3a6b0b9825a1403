"""HR's reminders and their recipients in SQL."""

# ruff: noqa: D102 - `hr.campaigns.ports` says what each method promises

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from hr.campaigns.model import WITHDRAWAL, Audience, Campaign, CampaignState, Group, Recipient, Standing
from hr.campaigns.ports import Arrived
from hr.campaigns.rules import APART
from hr.outbox.model import MessageKind, MessageState
from hr.storage.campaigns_tables import campaign_recipients as recipients
from hr.storage.campaigns_tables import campaigns
from hr.storage.sql.session import Session, portions
from hr.storage.tables import cases, leader_away, outbox

_STANDS_STILL: Final = [
    state.value for state in (CampaignState.DRAFT, CampaignState.DONE, CampaignState.CANCELLED, CampaignState.WITHDRAWN)
]
_WAITS_FOR_SOMEBODY: Final = [CampaignState.PAUSED.value, CampaignState.WAITING_APPROVAL.value]
_UNDER_WAY: Final = [MessageState.PENDING.value, MessageState.SENDING.value]
_REACHING: Final = [MessageState.SENDING.value, MessageState.SENT.value, MessageState.UNKNOWN.value]
_TAKEN_BACK: Final = [MessageKind.CAMPAIGN.value, MessageKind.CAMPAIGN_REMINDER.value]
_ON_THE_WAY: Final = [*_TAKEN_BACK, MessageKind.CAMPAIGN_WITHDRAWAL.value]
_FORGOTTEN: Final = timedelta(days=1)
"""A reminder about absence that is overdue for so long is held up by a fault; campaigns do not wait for it."""

_PORTION: Final = 1000


class SqlCampaigns:
    """Answers `hr.campaigns.ports.Campaigns`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, campaign: Campaign) -> None:
        await self._session.run(self._session.insert(campaigns).values(id=campaign.id, **_columns(campaign)))

    async def find(self, campaign_id: str, *, lock: bool = False) -> Campaign | None:
        wanted = select(campaigns).where(campaigns.c.id == campaign_id)
        return await self._one(wanted.with_for_update() if lock else wanted)

    async def save(self, campaign: Campaign) -> None:
        kept = campaigns.c.id == campaign.id
        await self._session.run(update(campaigns).where(kept).values(**_columns(campaign)))

    async def delete(self, campaign_id: str) -> bool:
        await self._session.run(delete(recipients).where(recipients.c.campaign_id == campaign_id))
        return bool(await self._session.run(delete(campaigns).where(campaigns.c.id == campaign_id)))

    async def latest(self, *, limit: int) -> tuple[Campaign, ...]:
        wanted = select(campaigns).order_by(campaigns.c.changed_at.desc(), campaigns.c.id).limit(limit)
        return tuple(map(_campaign, await self._session.all(wanted)))

    async def due(self, now: datetime) -> Campaign | None:
        wanted = (
            select(campaigns)
            .where(campaigns.c.state == CampaignState.SCHEDULED.value, campaigns.c.send_at <= now)
            .order_by(campaigns.c.send_at, campaigns.c.id)
        )
        return await self._one(_free(wanted.limit(1)))

    async def planned(self, *, before: datetime) -> tuple[Campaign, ...]:
        wanted = (
            select(campaigns)
            .where(campaigns.c.state == CampaignState.SCHEDULED.value, campaigns.c.send_at < before)
            .order_by(campaigns.c.send_at, campaigns.c.id)
        )
        return tuple(map(_campaign, await self._session.all(wanted)))

    async def withdrawing(self) -> Campaign | None:
        wanted = select(campaigns).where(
            campaigns.c.closing.is_(True), campaigns.c.state == CampaignState.WITHDRAWN.value
        )
        return await self._one(_free(wanted.order_by(campaigns.c.id).limit(1)))

    async def closed(self, *, limit: int) -> tuple[Campaign, ...]:
        under_way = exists().where(
            outbox.c.subject_id == campaigns.c.id,
            outbox.c.kind.in_(_ON_THE_WAY),
            outbox.c.state.in_(_UNDER_WAY),
        )
        to_take_back = and_(
            campaigns.c.state == CampaignState.WITHDRAWN.value, _not_taken_back(campaigns.c.id).exists()
        )
        wanted = select(campaigns).where(
            campaigns.c.closing.is_(True),
            campaigns.c.state != CampaignState.PAUSED.value,
            ~under_way,
            ~to_take_back,
        )
        rows = await self._session.all(_free(wanted.order_by(campaigns.c.id).limit(limit)))
        return tuple(map(_campaign, rows))

    async def add_recipients(self, added: Sequence[Recipient]) -> frozenset[str]:
        if not added:
            return frozenset()
        # In one order everywhere: two campaigns for the same people must not wait for each other in a ring.
        rows = [
            {
                "campaign_id": one.campaign_id,
                "person_id": one.person_id,
                "week": one.week,
                "deferred": one.deferred,
                "acknowledged_at": one.acknowledged_at,
            }
            for one in sorted(added, key=lambda one: one.person_id)
        ]
        insert = self._session.insert(recipients).on_conflict_do_nothing().returning(recipients.c.person_id)
        return frozenset(row.person_id for row in await self._session.all(insert, rows))

    async def move(self, campaign_id: str, person_ids: Collection[str], *, week: date) -> frozenset[str]:
        found: set[str] = set()
        other = recipients.alias()
        taken = exists().where(
            other.c.person_id == recipients.c.person_id, other.c.week == week, other.c.campaign_id != campaign_id
        )
        for portion in portions(sorted(person_ids), size=_PORTION):
            moved = (
                update(recipients)
                .where(recipients.c.campaign_id == campaign_id, recipients.c.person_id.in_(portion), ~taken)
                .values(week=week)
                .returning(recipients.c.person_id)
            )
            found |= {row.person_id for row in await self._session.all(moved)}
        return frozenset(found)

    async def free_weeks(self, campaign_id: str, *, after: date) -> int:
        reached = select(outbox.c.recipient_id).where(
            outbox.c.subject_id == campaign_id, outbox.c.kind.in_(_TAKEN_BACK), outbox.c.state.in_(_REACHING)
        )
        freed = update(recipients).where(
            recipients.c.campaign_id == campaign_id,
            recipients.c.week.is_not(None),
            or_(recipients.c.person_id.not_in(reached), recipients.c.week > after),
        )
        return await self._session.run(freed.values(week=None))

    async def free_later(self, campaign_id: str, person_id: str, *, after: date) -> None:
        later = and_(_one_of(campaign_id, person_id), recipients.c.week > after)
        await self._session.run(update(recipients).where(later).values(week=None))

    async def taken(self, week: date) -> frozenset[str]:
        rows = await self._session.all(select(recipients.c.person_id).where(recipients.c.week == week))
        return frozenset(row.person_id for row in rows)

    async def recipient(self, campaign_id: str, person_id: str) -> Recipient | None:
        row = await self._session.first(select(recipients).where(_one_of(campaign_id, person_id)))
        return _recipient(row) if row is not None else None

    async def recipients(self, campaign_id: str) -> tuple[Recipient, ...]:
        wanted = select(recipients).where(recipients.c.campaign_id == campaign_id).order_by(recipients.c.person_id)
        return tuple(map(_recipient, await self._session.all(wanted)))

    async def acknowledge(self, campaign_id: str, person_id: str, *, at: datetime) -> bool:
        first = and_(_one_of(campaign_id, person_id), recipients.c.acknowledged_at.is_(None))
        return bool(await self._session.run(update(recipients).where(first).values(acknowledged_at=at)))

    async def acknowledged(self, campaign_id: str) -> int:
        return await self._count(recipients.c.campaign_id == campaign_id, recipients.c.acknowledged_at.is_not(None))

    async def deferred(self, campaign_id: str) -> int:
        return await self._count(recipients.c.campaign_id == campaign_id, recipients.c.deferred.is_(True))

    async def unacknowledged(self, campaign_id: str) -> tuple[str, ...]:
        reached = select(outbox.c.recipient_id).where(
            outbox.c.subject_id == campaign_id,
            outbox.c.kind == MessageKind.CAMPAIGN.value,
            outbox.c.state == MessageState.SENT.value,
        )
        wanted = (
            select(recipients.c.person_id)
            .where(
                recipients.c.campaign_id == campaign_id,
                recipients.c.acknowledged_at.is_(None),
                recipients.c.person_id.in_(reached),
            )
            .order_by(recipients.c.person_id)
        )
        return tuple(row.person_id for row in await self._session.all(wanted))

    async def standing(self, campaign_id: str, person_id: str, *, now: datetime) -> Standing | None:
        wanted = select(
            campaigns.c.state,
            campaigns.c.version,
            campaigns.c.acknowledgement,
            campaigns.c.deadline,
            campaigns.c.frozen_at,
            recipients.c.week,
            recipients.c.acknowledged_at,
            _sent_nudge(person_id, now).label("sent_nudge"),
            _queued_nudge(person_id, now).label("queued_nudge"),
            _coming_nudge(person_id, now).label("coming_nudge"),
        ).where(campaigns.c.id == campaign_id, recipients.c.campaign_id == campaigns.c.id, _of_person(person_id))
        row = await self._session.first(wanted)
        if row is None:
            return None
        ahead = [max(moment, now) for moment in (row.queued_nudge, row.coming_nudge) if moment is not None]
        behind = [row.sent_nudge] if row.sent_nudge is not None else []
        return Standing(
            state=CampaignState(row.state),
            version=row.version,
            acknowledgement=row.acknowledgement,
            deadline=row.deadline,
            frozen_at=row.frozen_at,
            week=row.week,
            acknowledged_at=row.acknowledged_at,
            nudged_at=(*behind, *ahead),
        )

    async def nudges(self, *, after: datetime, before: datetime) -> tuple[tuple[str, datetime], ...]:
        sent = select(outbox.c.recipient_id.label("person_id"), outbox.c.sent_at.label("at")).where(
            _nudge(MessageState.SENT), outbox.c.sent_at > after, outbox.c.sent_at < before
        )
        queued = select(outbox.c.recipient_id, outbox.c.not_before).where(
            _nudge(MessageState.PENDING, MessageState.SENDING),
            outbox.c.not_before > after,
            outbox.c.not_before < before,
        )
        coming = select(cases.c.owner_id, cases.c.next_nudge_at).where(
            cases.c.next_nudge_at > after, cases.c.next_nudge_at < before
        )
        day = after.date()
        for_deputy = (
            select(leader_away.c.deputy_id, cases.c.next_nudge_at)
            .join(cases, cases.c.owner_id == leader_away.c.leader_id)
            .where(
                leader_away.c.deputy_id.is_not(None),
                leader_away.c.from_day <= day,
                leader_away.c.to_day >= day,
                cases.c.next_nudge_at > after,
                cases.c.next_nudge_at < before,
            )
        )
        rows = await self._session.all(union_all(sent, queued, coming, for_deputy))
        return tuple((row.person_id, row.at) for row in rows)

    async def arrived(self, campaign_id: str, *, limit: int) -> tuple[Arrived, ...]:
        wanted = _not_taken_back(literal(campaign_id)).order_by(outbox.c.number).limit(limit)
        return tuple(
            Arrived(message_id=row.id, person_id=row.recipient_id, activity_id=row.activity_id)
            for row in await self._session.all(wanted)
        )

    async def expired(self, moment: datetime, *, limit: int) -> tuple[str, ...]:
        wanted = (
            select(campaigns.c.id)
            .where(
                or_(
                    and_(campaigns.c.state.in_(_STANDS_STILL), campaigns.c.closing.is_(False)),
                    campaigns.c.state.in_(_WAITS_FOR_SOMEBODY),
                ),
                campaigns.c.changed_at < moment,
            )
            .order_by(campaigns.c.changed_at, campaigns.c.id)
            .limit(limit)
        )
        return tuple(row.id for row in await self._session.all(wanted))

    async def _count(self, *wanted: ColumnElement[bool]) -> int:
        row = await self._session.first(select(func.count().label("number")).select_from(recipients).where(*wanted))
        return int(row.number) if row is not None else 0

    async def _one(self, wanted: Select[Any]) -> Campaign | None:
        row = await self._session.first(wanted)
        return _campaign(row) if row is not None else None


def _free(wanted: Select[Any]) -> Select[Any]:
    return wanted.with_for_update(skip_locked=True)


def _one_of(campaign_id: str, person_id: str) -> ColumnElement[bool]:
    return and_(recipients.c.campaign_id == campaign_id, _of_person(person_id))


def _of_person(person_id: str) -> ColumnElement[bool]:
    return recipients.c.person_id == person_id


def _nudge(*states: MessageState) -> ColumnElement[bool]:
    return and_(outbox.c.kind == MessageKind.NUDGE.value, outbox.c.state.in_([state.value for state in states]))


def _sent_nudge(person_id: str, now: datetime) -> ScalarSelect[datetime]:
    sent = _nudge(MessageState.SENT)
    latest = select(func.max(outbox.c.sent_at)).where(
        outbox.c.recipient_id == person_id, sent, outbox.c.sent_at > now - APART
    )
    return latest.scalar_subquery()


def _queued_nudge(person_id: str, now: datetime) -> ScalarSelect[datetime]:
    waiting = _nudge(MessageState.PENDING, MessageState.SENDING)
    earliest = select(func.min(outbox.c.not_before)).where(
        outbox.c.recipient_id == person_id,
        waiting,
        outbox.c.not_before < now + APART,
        outbox.c.due_at > now - _FORGOTTEN,
    )
    return earliest.scalar_subquery()


def _coming_nudge(person_id: str, now: datetime) -> ScalarSelect[datetime]:
    day = now.date()
    replaced = select(leader_away.c.leader_id).where(
        leader_away.c.deputy_id == person_id, leader_away.c.from_day <= day, leader_away.c.to_day >= day
    )
    earliest = select(func.min(cases.c.next_nudge_at)).where(
        or_(cases.c.owner_id == person_id, cases.c.owner_id.in_(replaced)),
        cases.c.next_nudge_at < now + APART,
        cases.c.next_nudge_at > now - _FORGOTTEN,
    )
    return earliest.scalar_subquery()


def _not_taken_back(campaign_id: ColumnElement[str]) -> Select[Any]:
    later = outbox.alias()
    # By the key, which has an index of its own: thousands are looked for among thousands.
    replaced = exists().where(later.c.key == literal(WITHDRAWAL) + outbox.c.id)
    return select(outbox.c.id, outbox.c.recipient_id, outbox.c.activity_id).where(
        outbox.c.subject_id == campaign_id,
        outbox.c.kind.in_(_TAKEN_BACK),
        outbox.c.state == MessageState.SENT.value,
        outbox.c.activity_id.is_not(None),
        ~replaced,
    )


def _columns(campaign: Campaign) -> dict[str, Any]:
    audience = campaign.audience
    return {
        "title": campaign.title,
        "text": campaign.text,
        "audience": {
            "groups": sorted(group.value for group in audience.groups),
            "areas": sorted(audience.areas),
            "people": sorted(audience.people),
        },
        "composer_id": campaign.composer_id,
        "approver_id": campaign.approver_id,
        "source": campaign.source,
        "acknowledgement": campaign.acknowledgement,
        "mandatory": campaign.mandatory,
        "deadline": campaign.deadline,
        "send_at": campaign.send_at,
        "template": campaign.template,
        "state": campaign.state.value,
        "version": campaign.version,
        "size": campaign.size,
        "frozen_at": campaign.frozen_at,
        "rounds": campaign.rounds,
        "closing": campaign.closing,
        "created_at": campaign.created_at,
        "changed_at": campaign.changed_at,
    }


def _campaign(row: Row[Any]) -> Campaign:
    audience = row.audience
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    values["audience"] = Audience(
        groups=frozenset(map(Group, audience["groups"])),
        areas=frozenset(audience["areas"]),
        people=frozenset(audience["people"]),
    )
    values["state"] = CampaignState(row.state)
    return Campaign(**values)


def _recipient(row: Row[Any]) -> Recipient:
    return Recipient(
        campaign_id=row.campaign_id,
        person_id=row.person_id,
        week=row.week,
        deferred=row.deferred,
        acknowledged_at=row.acknowledged_at,
    )
