"""A card into a chat that nobody has just written in, by exactly one POST."""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from botbuilder.schema import ChannelAccount, ConversationAccount

from adaptive_cards.render import Card
from bot.errors import BlockedError, DeliveryError, HostRefusedError, RejectedError, ThrottledError, TokenError
from bot.seal import Seal
from bot.teams.connector import ConnectorClient
from bot.teams.wire import card_activity
from hr.conversations.model import ConversationReference
from hr.outbox.policy import Delivered, Outcome, Refused, Rejected, Throttled, Unanswered, Unsent

TOO_LARGE: Final = 413
"""Teams answers so to a person whose chat takes nothing more, and counts it among what does not pass by itself."""

_log = logging.getLogger(__name__)


class Notifier:
    """Posts cards, their buttons sealed, to stored conversation references."""

    def __init__(self, connector: ConnectorClient, seal: Seal) -> None:
        self._connector = connector
        self._seal = seal
        self._told: set[str] = set()

    async def post(self, reference: ConversationReference, card: Card, *, replaces: str | None = None) -> Outcome:
        """One POST, and what came of it. Raises nothing that belongs to the delivery.

        With `replaces`, one PUT: the card takes the place of the one in that activity.
        """
        try:
            activity_id = await self._once(reference, _activity(reference, self._seal.card(card)), replaces)
        except TokenError as error:
            self._tell(
                f"no message leaves: {error} Check KOMPAS_APP_ID, KOMPAS_APP_TENANT_ID and the secret, certificate or managed identity"
            )
            return Unsent()
        except HostRefusedError:
            self._tell("a stored service address is not among the allowed hosts: check KOMPAS_ALLOWED_SERVICE_HOSTS")
            return Unsent()
        except DeliveryError as error:
            return _meaning(error)
        self._told.clear()
        return Delivered(activity_id=activity_id)

    async def _once(
        self, reference: ConversationReference, activity: dict[str, Any], replaces: str | None
    ) -> str | None:
        where, chat = reference.service_url, reference.conversation_id
        if replaces is None:
            return await self._connector.send(service_url=where, conversation_id=chat, activity=activity, attempts=1)
        await self._connector.update(
            service_url=where, conversation_id=chat, activity_id=replaces, activity=activity, attempts=1
        )
        return replaces

    def _tell(self, what: str) -> None:
        """Once, until a message has left again: a whole morning may fail for the same reason."""
        if what not in self._told:
            self._told.add(what)
            _log.error(what)


def _meaning(error: DeliveryError) -> Outcome:
    match error:
        case ThrottledError():
            return Throttled(retry_after=error.retry_after)
        case BlockedError():
            return Refused()
        case RejectedError():
            return Refused() if error.status == TOO_LARGE else Rejected()
        case _:
            return Unanswered()


def _activity(reference: ConversationReference, card: Card) -> dict[str, Any]:
    activity = card_activity(card)
    activity.channel_id = reference.channel_id
    activity.service_url = reference.service_url
    activity.from_property = ChannelAccount(id=reference.bot_id)
    activity.recipient = ChannelAccount(id=reference.user_id)
    activity.conversation = ConversationAccount(
        id=reference.conversation_id,
        conversation_type=reference.conversation_type.value,
        tenant_id=reference.tenant_id,
    )
    return cast("dict[str, Any]", activity.serialize())
