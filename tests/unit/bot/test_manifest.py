"""The Teams app package."""

from __future__ import annotations

import json
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import SOURCE, ManifestError, build

APP_ID = "8c5b1f0e-2d5a-4f0b-9d0e-6a3c1b7f4e21"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the manifest folder that a test may damage."""
    return Path(shutil.copytree(SOURCE, tmp_path / "manifest"))


def package(out: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def change(path: Path, **texts: Any) -> None:
    """Replace entries of a JSON file; `name__short` is the entry `short` of `name`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for key, value in texts.items():
        *outer, last = key.split("__")
        place = content
        for step in outer:
            place = place[step]
        place[last] = value
    path.write_text(json.dumps(content), encoding="utf-8")


def png(width: int, height: int, *, kind: int = 6) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def test_the_package_holds_manifest_translation_and_both_icons(tmp_path: Path) -> None:
    files = package(build(tmp_path / "kompas.zip", app_id=APP_ID))
    assert list(files) == ["manifest.json", "en.json", "color.png", "outline.png"]


def test_the_bot_and_the_app_carry_the_application_id(tmp_path: Path) -> None:
    manifest = json.loads(
        package(build(tmp_path / "kompas.zip", app_id=APP_ID.upper(), version="1.2.3"))["manifest.json"]
    )
    assert manifest["id"] == APP_ID
    assert [bot["botId"] for bot in manifest["bots"]] == [APP_ID]
    assert manifest["version"] == "1.2.3"
    assert "{{" not in json.dumps(manifest)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one = build(tmp_path / "one.zip", app_id=APP_ID)
    two = build(tmp_path / "further" / "two.zip", app_id=APP_ID)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("app_id", [None, "", "kompas", "8c5b1f0e", "00000000-0000-0000-0000-000000000000"])
def test_no_package_is_built_without_a_real_application_id(tmp_path: Path, app_id: str | None) -> None:
    with pytest.raises(ManifestError, match="KOMPAS_APP_ID"):
        build(tmp_path / "kompas.zip", app_id=app_id)
    assert not (tmp_path / "kompas.zip").exists()


@pytest.mark.parametrize(
    ("file", "entry", "limit"),
    [
        ("manifest.template.json", "name__short", 30),
        ("manifest.template.json", "description__short", 80),
        ("manifest.template.json", "description__full", 4000),
        ("manifest.template.json", "developer__name", 32),
        ("en.json", "name.short", 30),
        ("en.json", "description.short", 80),
    ],
)
def test_a_text_may_be_as_long_as_teams_takes_and_no_longer(
    tmp_path: Path, source: Path, file: str, entry: str, limit: int
) -> None:
    change(source / file, **{entry: "x" * limit})
    build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)
    change(source / file, **{entry: "x" * (limit + 1)})
    with pytest.raises(ManifestError, match=f"{limit + 1} characters; Teams takes {limit}"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_an_empty_text_is_refused(tmp_path: Path, source: Path) -> None:
    change(source / "manifest.template.json", name__short="  ")
    with pytest.raises(ManifestError, match=r"name\.short is empty"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_a_missing_translation_is_told_by_its_key(tmp_path: Path, source: Path) -> None:
    content = json.loads((source / "en.json").read_text(encoding="utf-8"))
    del content["bots[0].commandLists[0].commands[1].prompt"]
    (source / "en.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ManifestError, match=re.escape("no translation of bots[0].commandLists[0].commands[1].prompt")):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_a_translation_of_nothing_is_refused(tmp_path: Path, source: Path) -> None:
    change(source / "en.json", **{"bots[0].commandLists[0].commands[12].title": "Ghost"})
    with pytest.raises(ManifestError, match="the manifest has no"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_an_unknown_placeholder_is_refused(tmp_path: Path, source: Path) -> None:
    change(source / "manifest.template.json", accentColor="{{COLOUR}}")
    with pytest.raises(ManifestError, match="COLOUR"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


@pytest.mark.parametrize(
    ("icon", "content", "complaint"),
    [
        ("color.png", png(96, 96), "96x96; Teams wants 192x192"),
        ("outline.png", png(32, 31), "32x31; Teams wants 32x32"),
        ("outline.png", png(32, 32, kind=2), "no transparency"),
        ("color.png", b"GIF89a", "not a PNG"),
    ],
)
def test_a_wrong_icon_is_refused(tmp_path: Path, source: Path, icon: str, content: bytes, complaint: str) -> None:
    (source / icon).write_bytes(content)
    with pytest.raises(ManifestError, match=complaint):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_a_missing_file_is_told_with_its_name(tmp_path: Path, source: Path) -> None:
    (source / "outline.png").unlink()
    with pytest.raises(ManifestError, match=r"outline\.png cannot be read"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_broken_json_is_told_with_its_place(tmp_path: Path, source: Path) -> None:
    (source / "en.json").write_text("{", encoding="utf-8")
    with pytest.raises(ManifestError, match=r"en\.json is not valid JSON.*line 1"):
        build(tmp_path / "kompas.zip", app_id=APP_ID, source=source)


def test_the_outline_icon_is_white_on_nothing() -> None:
    pixels = decoded(SOURCE / "outline.png", size=32)
    assert {pixel[:3] for pixel in pixels} == {(255, 255, 255)}
    assert pixels[0][3] == 0
    assert any(pixel[3] == 255 for pixel in pixels)


def decoded(path: Path, *, size: int) -> list[tuple[int, ...]]:
    """The RGBA pixels of an icon that our own script drew: one IDAT chunk, no filter."""
    content = path.read_bytes()
    start = content.index(b"IDAT") + 4
    length = struct.unpack(">I", content[start - 8 : start - 4])[0]
    rows = zlib.decompress(content[start : start + length])
    lines = [rows[row * (4 * size + 1) : (row + 1) * (4 * size + 1)] for row in range(size)]
    assert {line[0] for line in lines} == {0}
    return [tuple(line[1 + 4 * column : 5 + 4 * column]) for line in lines for column in range(size)]
