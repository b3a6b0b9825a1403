"""The Teams app package against Microsoft's published schemas, fetched from npm when the test runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.manifest import build

pytestmark = pytest.mark.npm

SCHEMAS = "@microsoft/app-manifest@1.1.2"
APP_ID = "8c5b1f0e-2d5a-4f0b-9d0e-6a3c1b7f4e21"
CACHE = Path(__file__).resolve().parents[2] / ".data" / "schemas"


def give_up(why: str) -> None:
    if os.environ.get("KOMPAS_TEST_REQUIRE_NPM") == "1":  # noqa: TID251 - what the tests may skip is no setting of the product
        pytest.fail(f"{why}, and KOMPAS_TEST_REQUIRE_NPM=1")
    pytest.skip(why)


@pytest.fixture(scope="module")
def published() -> Path:
    """The folder of Microsoft's schemas for Teams; downloaded once (0.8 MB) and kept under .data/."""
    tarball = CACHE / "microsoft-app-manifest-1.1.2.tgz"
    if not tarball.is_file():
        npm = shutil.which("npm")
        if npm is None:
            give_up("npm is not on the PATH, so Microsoft's manifest schema cannot be fetched")
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [str(npm), "pack", SCHEMAS, "--pack-destination", str(CACHE), "--silent", "--fetch-retries=1"]
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0 or not tarball.is_file():
            give_up(f"npm could not fetch {SCHEMAS}: {done.stderr.strip()[:300] or done.returncode}")
    folder = CACHE / "1.1.2"
    if not folder.is_dir():
        with tarfile.open(tarball) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package" / "build" / "json-schemas" / "teams"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The two JSON files of a package that was built as an operator builds it."""
    out = build(tmp_path_factory.mktemp("package") / "kompas.zip", app_id=APP_ID)
    with zipfile.ZipFile(out) as archive:
        return {name: json.loads(archive.read(name)) for name in ("manifest.json", "en.json")}


def faults(schemas: Path, version: str, name: str, document: Any) -> list[str]:
    schema = json.loads((schemas / f"v{version}" / name).read_text(encoding="utf-8-sig"))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in checker.iter_errors(document)]


def test_the_manifest_is_what_microsoft_publishes(published: Path, package: dict[str, Any]) -> None:
    manifest = package["manifest.json"]
    assert faults(published, manifest["manifestVersion"], "MicrosoftTeams.schema.json", manifest) == []


def test_the_translation_is_what_microsoft_publishes(published: Path, package: dict[str, Any]) -> None:
    version = package["manifest.json"]["manifestVersion"]
    assert faults(published, version, "MicrosoftTeams.Localization.schema.json", package["en.json"]) == []


def test_the_manifest_uses_the_newest_released_schema(published: Path, package: dict[str, Any]) -> None:
    released = [
        folder.name for folder in published.iterdir() if folder.name.removeprefix("v").replace(".", "").isdigit()
    ]
    newest = max(released, key=lambda name: tuple(int(part) for part in name.removeprefix("v").split(".")))
    assert f"v{package['manifest.json']['manifestVersion']}" == newest


def test_the_schema_would_notice_a_fault(published: Path, package: dict[str, Any]) -> None:
    manifest = {**package["manifest.json"], "accentColor": "petrol", "colour": "#123456"}
    found = "\n".join(faults(published, "1.30", "MicrosoftTeams.schema.json", manifest))
    assert "accentColor" in found
    assert "colour" in found
