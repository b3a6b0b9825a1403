"""What can go wrong at the edge. The docstring says what happened; the message adds what an operator can do."""

from __future__ import annotations


class BotError(Exception):
    """Something at the edge could not be done."""


class StartRefusedError(BotError):
    """The bot must not start with these settings."""


class UsageError(BotError):
    """A command was given something that it cannot use, or too little."""


class RequestRefusedError(BotError):
    """A request was not let in. `status` is the HTTP answer; `reason` is a fixed phrase, never a piece of the request."""

    def __init__(self, status: int, reason: str, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds after which the same request may be let in."""
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class KeysUnavailableError(BotError):
    """No signing keys could be fetched, so no token can be checked."""


class MalformedActivityError(BotError):
    """An activity lacks what every activity has: a type, a conversation, a sender, a recipient."""


class HostRefusedError(BotError):
    """An address is not among the hosts that the bot may talk to."""


class TokenError(BotError):
    """No outbound token could be had."""


class GraphError(BotError):
    """Microsoft Graph did not answer as it should. Names lists and statuses, never people."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """`retry_after`: seconds that Graph asks to be left alone."""
        super().__init__(message)
        self.retry_after = retry_after


class DeliveryError(BotError):
    """The Connector did not take a message. `status` is its HTTP answer, None where there was none."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ThrottledError(DeliveryError):
    """Too many messages (412, 429): the same call may be made again after `retry_after` seconds."""

    def __init__(self, message: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class BlockedError(DeliveryError):
    """The person cannot be written to (403, 404) until they write or install again."""


class RejectedError(DeliveryError):
    """The message itself is at fault (other 3xx and 4xx); sending it again is no use."""


class UnknownDeliveryError(DeliveryError):
    """A time-out, a broken connection or 5xx: the message may or may not have arrived."""


class InsightFileError(BotError):
    """HR's overview cannot be exported: the file's name or place is wrong."""


class CampaignFileError(BotError):
    """A campaign cannot be exported: there is none with this id, or the file cannot be written."""
