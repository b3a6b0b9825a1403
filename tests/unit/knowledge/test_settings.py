from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.errors import SettingsError
from knowledge.settings import KNOWN_NAMES, KnowledgeSettings, load


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):  # noqa: TID251 - cleared, not read
        if name.upper().startswith("KOMPAS_"):
            monkeypatch.delenv(name)


def test_without_settings_everything_has_a_default() -> None:
    settings = load(KnowledgeSettings, env_file=None)

    assert settings.index_folder == Path(".data/index")
    assert settings.organisation == "Norddjurs Kommune"
    assert [folder.name for folder in settings.documents] == ["documents"]
    assert (settings.chroma_url, settings.embedding_model) == (None, None)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("KOMPAS_DATA_DIR=/from/file\nKOMPAS_ORGANISATION=Fra filen\nOTHER=1\n")
    monkeypatch.setenv("KOMPAS_DATA_DIR", "/from/environment")
    settings = load(KnowledgeSettings, env_file=tmp_path / ".env")

    assert (settings.data_dir, settings.organisation) == (Path("/from/environment"), "Fra filen")


@pytest.mark.parametrize("value", ["/a,/b", f"/a{os.pathsep}/b", " /a , /b ,"])
def test_several_folders_may_be_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_DOCUMENTS", value)

    assert load(KnowledgeSettings, env_file=None).documents == (Path("/a"), Path("/b"))


def test_an_unknown_name_stops_the_start_and_the_closest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_DOCUMENT", "/secret/value")

    with pytest.raises(SettingsError) as caught:
        load(KnowledgeSettings, env_file=None)
    assert str(caught.value) == (
        "KOMPAS_DOCUMENT (in the environment) is not a setting of Kompas. Did you mean KOMPAS_DOCUMENTS?"
    )


def test_an_unknown_name_in_the_file_is_told_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KOMPAS_XYZZY=1\n")

    with pytest.raises(SettingsError, match=r"KOMPAS_XYZZY \(in .*\.env\) is not a setting of Kompas\. All settings"):
        load(KnowledgeSettings, env_file=tmp_path / ".env")


def test_the_settings_of_the_other_program_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KOMPAS_MODE", "KOMPAS_APP_ID", "KOMPAS_GRAPH_GROUPS", "KOMPAS_RETENTION_AUDIT_DAYS"):
        monkeypatch.setenv(name, "x")

    assert load(KnowledgeSettings, env_file=None).chroma_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOMPAS_CHROMA_URL", "ftp://user:hunter2@host"),
        ("KOMPAS_CHROMA_URL", "hunter2"),
        ("KOMPAS_CHROMA_URL", "http://host:hunter2"),
        ("KOMPAS_EMBEDDING_THREADS", "hunter2"),
        ("KOMPAS_EMBEDDING_THREADS", "0"),
        ("KOMPAS_DOCUMENTS", ", ,"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_not_the_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load(KnowledgeSettings, env_file=None)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_every_fault_gets_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_CHROMA_URL", "nowhere")
    monkeypatch.setenv("KOMPAS_DATADIR", "x")

    with pytest.raises(SettingsError) as caught:
        load(KnowledgeSettings, env_file=None)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["KOMPAS_DATADIR", "KOMPAS_CHROMA_URL:"]


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPAS_CHROMA_URL", "")

    assert load(KnowledgeSettings, env_file=None).chroma_url is None


def test_every_setting_of_the_section_is_a_known_name() -> None:
    assert {name.upper() for name in KnowledgeSettings.model_fields} <= set(KNOWN_NAMES)
