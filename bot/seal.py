"""What buttons send is signed and expires: put on where cards go out over the wire, taken off where presses come in, nowhere else.

The seal is one more field of a button's `data`. It covers every field that the card knows, not what a person types into its inputs. It
gives no right: whoever presses is looked up anew (docs/adr/0030-sealed-buttons.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import typing
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from adaptive_cards.actions import Action, parse_action
from adaptive_cards.errors import UnreadableActionError
from adaptive_cards.payloads import SEAL, Payload
from adaptive_cards.render import Card
from bot.errors import StartRefusedError
from bot.settings import SHORTEST_KEY
from hr.clock import Clock, SystemClock

KEY_FILE: Final = "card.key"
KEY_BYTES: Final = 32
_MAC_BYTES: Final = 16
_HOUR: Final = timedelta(hours=1).total_seconds()
_BUTTONS: Final = frozenset({"Action.Execute", "Action.Submit"})
_CLASSES: Final[Mapping[str, type[Payload]]] = {
    one.model_fields["kind"].default: one for one in typing.get_args(Action)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a press asks for: `action` when the seal is good; `expired` when it is ours and too old; neither for anything else.

    `seal` is the good seal of either.
    """

    action: Action | None = None
    expired: Action | None = None
    seal: str | None = field(default=None, compare=False)


class Seal:
    """Signs with the first key and accepts all of them. Every process of one installation must have the same."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        """`clock` tells this machine's time, also where a day is played."""
        self._keys = tuple(keys)
        self._clock = clock

    @classmethod
    def of_one_process(cls) -> Seal:
        """A key that nobody else has: for a bot whose cards all go out from one process and are not pressed after its end."""
        return cls((secrets.token_bytes(KEY_BYTES),), SystemClock())

    def card(self, card: Card) -> Card:
        """The card with all its buttons sealed."""
        return replace(card, content=self._walk(card.content))

    def data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What one button sends, sealed."""
        kind = _CLASSES[data["kind"]]
        expires = f"{int((self._clock.now() + kind.lasts).timestamp() // _HOUR):x}"
        return {**data, SEAL: f"{expires}.{_mac(self._keys[0], expires, _fixed(kind, data))}"}

    def open(self, data: object) -> Opened:
        """What came back. Raises nothing: whatever is not ours is nothing."""
        if not isinstance(data, dict) or not isinstance(data.get(SEAL), str):
            return Opened()
        kind = _CLASSES.get(str(data.get("kind")))
        expires, _, mac = data[SEAL].partition(".")
        if kind is None or not self._ours(expires, mac, _fixed(kind, data)):
            return Opened()
        try:
            action = parse_action({name: value for name, value in data.items() if name != SEAL})
        except UnreadableActionError:
            return Opened()
        if int(expires, 16) * _HOUR < self._clock.now().timestamp():
            return Opened(expired=action, seal=data[SEAL])
        return Opened(action=action, seal=data[SEAL])

    def _ours(self, expires: str, mac: str, fixed: str) -> bool:
        given = mac.encode()
        return any(hmac.compare_digest(given, _mac(key, expires, fixed).encode()) for key in self._keys)

    def _walk(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._walk(item) for item in part]
        if not isinstance(part, dict):
            return part
        whole = {name: value if name == "data" else self._walk(value) for name, value in part.items()}
        if part.get("type") in _BUTTONS and isinstance(part.get("data"), dict):
            whole["data"] = self.data(part["data"])
        return whole


def seals_of(card: Card) -> frozenset[str]:
    """The seals of all buttons of a card that was sealed."""
    return frozenset(_seals(card.content))


def _seals(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _seals(item)
    elif isinstance(part, dict):
        if part.get("type") in _BUTTONS and isinstance(part.get("data"), dict):
            yield part["data"][SEAL]
        for name, value in part.items():
            if name != "data":
                yield from _seals(value)


def _fixed(kind: type[Payload], data: Mapping[str, Any]) -> str:
    """The fields that the card knew, in one order. A client may turn 3 into 3.0, which is the same."""
    fixed = {name: _whole(value) for name, value in data.items() if name != SEAL and name not in kind.inputs}
    return json.dumps(fixed, sort_keys=True, separators=(",", ":"), default=str)


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _mac(key: bytes, expires: str, fixed: str) -> str:
    digest = hmac.digest(key, f"{expires}\n{fixed}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:_MAC_BYTES]).decode().rstrip("=")


def keys_of(given: str | None, data_dir: Path) -> tuple[bytes, ...]:
    """The keys of the setting, separated by commas; without any, the one in the data folder, made at the first start."""
    named = tuple(part.strip().encode() for part in (given or "").split(",") if part.strip())
    return named or (_kept_key(data_dir / KEY_FILE),)


def _kept_key(path: Path) -> bytes:
    """The key in the file. Of two processes that make it at once both get the same: the file appears whole. Raises StartRefusedError."""
    try:
        return _read_or_made(path)
    except OSError as error:
        raise StartRefusedError(
            f"The key of the buttons, {path}, cannot be read or made: {error.strerror}. Put it right, or set KOMPAS_CARD_KEYS."
        ) from error


def _read_or_made(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    key = path.read_text(encoding="ascii").strip().encode()
    if len(key) < SHORTEST_KEY:
        raise StartRefusedError(
            f"The key of the buttons, {path}, is cut short. Put it back from a backup, or delete it: then all cards say that they are out of date."
        )
    return key
