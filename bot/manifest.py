"""The Teams app package: the template in `manifest/` with the ids of one installation, its translation and its two icons, as a zip.

The same input gives the same bytes, so that two packages can be compared.
"""

from __future__ import annotations

import json
import struct
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from bot.errors import BotError

SOURCE: Final = Path(__file__).resolve().parent.parent / "manifest"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_RGBA: Final = 6
_ICONS: Final = {"color.png": 192, "outline.png": 32}
_LIMITS: Final = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "developer.name": 32,
}
_TITLE_LIMIT: Final = 128
_PROMPT_LIMIT: Final = 4000
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class ManifestError(BotError):
    """The Teams app package cannot be built."""


def build(out: Path, *, app_id: str | UUID | None, version: str | None = None, source: Path = SOURCE) -> Path:
    """Write the package for the bot with this Entra application id and return its path.

    `version` is the app's own (major.minor.patch), by default that of the installed distribution. Raises ManifestError.
    """
    manifest = render(source, app_id=_checked_id(app_id), version=version or metadata.version("lederkompas"))
    english = _read_json(source / "en.json")
    _check_texts(_flat(manifest), f"{source / 'manifest.template.json'}")
    _check_texts(english, f"{source / 'en.json'}")
    _check_translation(manifest, english, source / "en.json")
    parts = {"manifest.json": _as_bytes(manifest), "en.json": _as_bytes(english)}
    for name, size in _ICONS.items():
        parts[name] = _checked_icon(source / name, size)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=9) as package:
            for name, content in parts.items():
                entry = zipfile.ZipInfo(name, date_time=_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # the same on every machine
                entry.external_attr = 0o644 << 16
                package.writestr(entry, content)
    except OSError as fault:
        raise ManifestError(f"{out} cannot be written: {fault.strerror or fault}") from fault
    return out


def render(source: Path, *, app_id: UUID, version: str) -> dict[str, Any]:
    """The manifest with its placeholders filled in."""
    path = source / "manifest.template.json"
    values = {"{{APP_ID}}": str(app_id), "{{VERSION}}": version}

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        if isinstance(value, str) and value.startswith("{{"):
            if value not in values:
                raise ManifestError(f"{path}: nobody fills the placeholder {value}; known are {', '.join(values)}")
            return values[value]
        return value

    filled: dict[str, Any] = fill(_read_json(path))
    return filled


def _checked_id(app_id: str | UUID | None) -> UUID:
    if app_id is None or app_id == "":
        raise ManifestError(
            "the package needs the bot's application id: set KOMPAS_APP_ID to the GUID that Entra ID shows for it"
        )
    try:
        checked = UUID(str(app_id))
    except ValueError as fault:
        raise ManifestError(
            f"{app_id!r} is no application id: KOMPAS_APP_ID is a GUID such as 8c5b1f0e-2d5a-4f0b-9d0e-6a3c1b7f4e21"
        ) from fault
    if checked.int == 0:
        raise ManifestError(
            "an application id of zeros belongs to no bot: set KOMPAS_APP_ID to the one that Entra ID shows"
        )
    return checked


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ManifestError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except ValueError as fault:
        raise ManifestError(f"{path} is not valid JSON: {fault}") from fault
    if not isinstance(content, dict):
        raise ManifestError(f"{path} must hold one JSON object")
    return content


def _flat(manifest: dict[str, Any]) -> dict[str, str]:
    """The texts of the manifest under the keys that a localisation file uses for them, and the developer's name."""
    texts: dict[str, str] = {}
    for part in ("name", "description", "developer"):
        texts.update({f"{part}.{key}": value for key, value in manifest.get(part, {}).items()})
    for number, commands in enumerate(manifest["bots"][0].get("commandLists", ())):
        for position, command in enumerate(commands["commands"]):
            for key in ("title", "prompt"):
                texts[f"bots[0].commandLists[{number}].commands[{position}].{key}"] = command[key]
    return texts


def _check_texts(texts: dict[str, Any], where: str) -> None:
    for key, text in texts.items():
        limit = _LIMITS.get(key)
        if key.startswith("bots["):
            limit = _PROMPT_LIMIT if key.endswith(".prompt") else _TITLE_LIMIT
        if limit is None:
            continue
        if not isinstance(text, str) or not text.strip():
            raise ManifestError(f"{where}: {key} is empty")
        if len(text) > limit:
            raise ManifestError(f"{where}: {key} has {len(text)} characters; Teams takes {limit} at most")


def _check_translation(manifest: dict[str, Any], english: dict[str, Any], path: Path) -> None:
    """Every text is translated, and nothing else is: Teams takes a missing one from the Danish without a word."""
    wanted = {key for key in _flat(manifest) if not key.startswith("developer.")}
    given = set(english) - {"$schema"}
    if missing := sorted(wanted - given):
        raise ManifestError(f"{path}: no translation of {', '.join(missing)}")
    if unknown := sorted(given - wanted):
        raise ManifestError(f"{path}: the manifest has no {', '.join(unknown)}")


def _checked_icon(path: Path, size: int) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ManifestError(
            f"{path} cannot be read: {fault.strerror or fault}; python tools/draw_icons.py draws it"
        ) from fault
    if len(content) < 33 or not content.startswith(_PNG) or content[12:16] != b"IHDR":
        raise ManifestError(f"{path} is not a PNG; python tools/draw_icons.py draws it")
    width, height, _, kind = struct.unpack(">IIBB", content[16:26])
    if (width, height) != (size, size):
        raise ManifestError(f"{path} is {width}x{height}; Teams wants {size}x{size}")
    if path.name == "outline.png" and kind != _RGBA:
        raise ManifestError(f"{path} has no transparency; Teams wants a white drawing on a transparent ground")
    return content


def _as_bytes(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
