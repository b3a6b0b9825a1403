"""The SDK's adapter over our own Connector client: no blocking requests, no credentials made anew each turn, no retries of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationReference, ResourceResponse

from bot.errors import RejectedError
from bot.teams.connector import ConnectorClient

Logic = Callable[[TurnContext], Awaitable[None]]


class KompasAdapter(BotAdapter):  # type: ignore[misc]
    """Runs turns through the SDK's pipeline and delivers through `ConnectorClient`. Raises its errors unchanged."""

    def __init__(
        self, connector: ConnectorClient, *, on_error: Callable[[TurnContext, Exception], Awaitable[None]]
    ) -> None:
        """`on_error` is the one place that catches whatever a turn raises."""
        super().__init__(on_error)
        self._connector = connector

    async def process(self, activity: Activity, logic: Logic) -> None:
        """One turn for an incoming activity."""
        await self.run_pipeline(TurnContext(self, activity), logic)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Post each activity, in order."""
        return [ResourceResponse(id=await self._send(activity)) for activity in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Put the activity in the place of the one with its id."""
        await self._connector.update(
            service_url=activity.service_url,
            conversation_id=activity.conversation.id,
            activity_id=_required(activity.id),
            activity=_json(activity),
        )
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Take back the activity that the reference names."""
        await self._connector.delete(
            service_url=reference.service_url,
            conversation_id=reference.conversation.id,
            activity_id=_required(reference.activity_id),
        )

    async def _send(self, activity: Activity) -> str | None:
        return await self._connector.send(
            service_url=activity.service_url,
            conversation_id=activity.conversation.id,
            activity=_json(activity),
            reply_to=activity.reply_to_id,
        )


def _json(activity: Activity) -> dict[str, Any]:
    return cast("dict[str, Any]", activity.serialize())


def _required(activity_id: str | None) -> str:
    if not activity_id:
        raise RejectedError("An activity without an id can be neither updated nor deleted.")
    return activity_id
