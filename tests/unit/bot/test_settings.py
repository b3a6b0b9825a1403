from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import AppType, BotSettings, Mode
from knowledge.errors import SettingsError
from knowledge.settings import KNOWN_NAMES, load

IDENTITY = {
    "KOMPAS_MODE": "teams",
    "KOMPAS_APP_ID": "6c1f2f5e-0000-4000-8000-0000000000aa",
    "KOMPAS_APP_TENANT_ID": "5A3E0C00-0000-4000-9000-000000000001",
    "KOMPAS_APP_SECRET": "very-secret",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KNOWN_NAMES:
        monkeypatch.delenv(f"KOMPAS_{name}", raising=False)


def read(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> BotSettings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load(BotSettings, env_file=None)


def test_there_is_no_silent_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="KOMPAS_MODE"):
        read(monkeypatch, {})


def test_local_mode_needs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(monkeypatch, {"KOMPAS_MODE": "local"})
    assert (chosen.mode, chosen.host, chosen.port) == (Mode.LOCAL, "127.0.0.1", 3978)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "bot.example.test", "::"])  # noqa: S104
def test_local_mode_listens_on_loopback_only(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(SettingsError, match="KOMPAS_HOST"):
        read(monkeypatch, {"KOMPAS_MODE": "local", "KOMPAS_HOST": host})


@pytest.mark.parametrize("name", ["KOMPAS_APP_ID", "KOMPAS_APP_TENANT_ID"])
def test_teams_does_not_start_without_an_identity(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(monkeypatch, {key: value for key, value in IDENTITY.items() if key != name})


@pytest.mark.parametrize("secret", [None, "", "   "])
def test_teams_does_not_start_without_a_credential(monkeypatch: pytest.MonkeyPatch, secret: str | None) -> None:
    given = {key: value for key, value in IDENTITY.items() if key != "KOMPAS_APP_SECRET"}
    with pytest.raises(
        SettingsError, match="KOMPAS_APP_CERTIFICATE: mode teams takes either KOMPAS_APP_SECRET or this"
    ):
        read(monkeypatch, given if secret is None else {**given, "KOMPAS_APP_SECRET": secret})


def test_teams_takes_one_credential_and_not_two(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="KOMPAS_APP_CERTIFICATE"):
        read(monkeypatch, {**IDENTITY, "KOMPAS_APP_CERTIFICATE": "cert.pem"})


def test_a_managed_identity_needs_no_credential_and_takes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    managed = {name: value for name, value in IDENTITY.items() if name != "KOMPAS_APP_SECRET"}
    managed["KOMPAS_APP_TYPE"] = "UserAssignedMSI"
    assert read(monkeypatch, managed).app_type is AppType.USER_ASSIGNED_MSI
    with pytest.raises(SettingsError, match="KOMPAS_APP_CERTIFICATE: a managed identity takes neither"):
        read(monkeypatch, {**managed, "KOMPAS_APP_SECRET": "word"})
    monkeypatch.delenv("KOMPAS_APP_SECRET")
    with pytest.raises(SettingsError, match="KOMPAS_APP_CERTIFICATE: a managed identity takes neither"):
        read(monkeypatch, {**managed, "KOMPAS_APP_CERTIFICATE": "bot.pem"})


@pytest.mark.parametrize("name", ["KOMPAS_APP_ID", "KOMPAS_APP_TENANT_ID"])
def test_a_managed_identity_is_whole_or_does_not_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    managed = {key: value for key, value in IDENTITY.items() if key not in ("KOMPAS_APP_SECRET", name)}
    with pytest.raises(SettingsError, match=name):
        read(monkeypatch, {**managed, "KOMPAS_APP_TYPE": "UserAssignedMSI"})


def test_metrics_never_share_the_public_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="KOMPAS_METRICS_PORT: must differ from KOMPAS_PORT"):
        read(monkeypatch, {**IDENTITY, "KOMPAS_METRICS_PORT": "3978"})
    assert read(monkeypatch, {**IDENTITY, "KOMPAS_METRICS_PORT": "9464"}).metrics_host == "127.0.0.1"


@pytest.mark.parametrize("taken", ["3978", "9464"])
def test_the_workers_figures_have_a_port_of_their_own(monkeypatch: pytest.MonkeyPatch, taken: str) -> None:
    both = {**IDENTITY, "KOMPAS_METRICS_PORT": "9464"}
    with pytest.raises(SettingsError, match="KOMPAS_WORKER_METRICS_PORT: must differ from"):
        read(monkeypatch, {**both, "KOMPAS_WORKER_METRICS_PORT": taken})
    assert read(monkeypatch, {**both, "KOMPAS_WORKER_METRICS_PORT": "9465"}).worker_metrics_port == 9465


def test_a_whole_identity_serves_its_own_tenant_through_microsofts_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(monkeypatch, IDENTITY)
    assert chosen.tenants == {"5a3e0c00-0000-4000-9000-000000000001"}
    assert "smba.trafficmanager.net" in chosen.allowed_service_hosts
    assert chosen.outbound_token_url.startswith("https://login.microsoftonline.com/5a3e0c00-")


def test_the_secret_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(monkeypatch, {**IDENTITY, "KOMPAS_DATABASE_URL": "postgresql://u:hidden@db/x"})
    assert "very-secret" not in repr(chosen)
    assert "hidden" not in repr(chosen)
    assert chosen.database(Path("x")) == "postgresql://u:hidden@db/x"


def test_without_a_database_url_there_is_a_file_beside_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {"KOMPAS_MODE": "local"}).database(Path(".data")) == "sqlite:///.data/kompas.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOMPAS_OPENID_METADATA_URL", "https://evil.test/keys"),
        ("KOMPAS_OPENID_METADATA_URL", "http://login.botframework.com/v1/.well-known/openidconfiguration"),
        ("KOMPAS_OPENID_METADATA_URL", "http://127.0.0.1:1/keys"),
        ("KOMPAS_OPENID_METADATA_URL", "https://[broken"),
        ("KOMPAS_OPENID_METADATA_URL", "https://]@[@"),
        ("KOMPAS_TOKEN_URL", "https://evil.test/token"),
        ("KOMPAS_TOKEN_URL", "https://x@login.microsoftonline.com/token"),
        ("KOMPAS_TOKEN_URL", "http://127.0.0.1:1/token"),
        ("KOMPAS_ALLOWED_SERVICE_HOSTS", "https://smba.trafficmanager.net"),
        ("KOMPAS_ALLOWED_SERVICE_HOSTS", "*.trafficmanager.net"),
        ("KOMPAS_ALLOWED_SERVICE_HOSTS", ","),
        ("KOMPAS_APP_ID", "not-a-uuid"),
        ("KOMPAS_APP_TYPE", "MultiTenant"),
        ("KOMPAS_PORT", "70000"),
        ("KOMPAS_INBOUND_PER_MINUTE", "0"),
        ("KOMPAS_MODE", "emulator"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(monkeypatch, {**IDENTITY, name: value})


def test_loopback_addresses_need_the_switch_for_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(
        monkeypatch,
        {
            **IDENTITY,
            "KOMPAS_INSECURE_LOOPBACK": "1",
            "KOMPAS_TOKEN_URL": "http://127.0.0.1:1/token",
            "KOMPAS_OPENID_METADATA_URL": "http://127.0.0.1:1/keys",
        },
    )
    assert chosen.outbound_token_url == "http://127.0.0.1:1/token"


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(
        monkeypatch,
        {**IDENTITY, "KOMPAS_ALLOWED_SERVICE_HOSTS": " A.test, b.test ", "KOMPAS_ALLOWED_TENANTS": "ONE,two"},
    )
    assert chosen.allowed_service_hosts == {"a.test", "b.test"}
    assert chosen.tenants == {"one", "two"}


def test_every_setting_of_the_bot_is_on_the_list_of_known_names() -> None:
    assert {name.upper() for name in BotSettings.model_fields} <= set(KNOWN_NAMES)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SEND_RATE", "0", "greater than 0"),
        ("SEND_RATE", "51", "less than or equal to 50"),
        ("SEND_RATE", "fast", "valid number"),
        ("SEND_WINDOW", "16:30-07:30", "ends before it begins"),
        ("SEND_WINDOW", "02:00-16:30", "before 03:00"),
        ("SEND_WINDOW", "morning", "write it as 07:30-16:30"),
        ("TIMEZONE", "Europe/Nowhere", "is Europe/Copenhagen"),
        ("TIMEZONE", "../etc/passwd", "is no time zone"),
        ("WORKER", "perhaps", "boolean"),
        ("RETENTION_CASES_DAYS", "0", "greater than or equal to 1"),
        ("RETENTION_MESSAGES_DAYS", "-1", "greater than or equal to 1"),
        ("RETENTION_AUDIT_DAYS", "7", "greater than or equal to 30"),
        ("RETENTION_CASE_DAYS", "7", "Did you mean KOMPAS_RETENTION_CASES_DAYS?"),
    ],
)
def test_a_setting_of_the_reminders_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.delenv(f"KOMPAS_{name}", raising=False)
    with pytest.raises(SettingsError, match=f"KOMPAS_{name}") as fault:
        read(monkeypatch, {"KOMPAS_MODE": "local", f"KOMPAS_{name}": value})
    assert told in str(fault.value)


def test_the_settings_of_the_reminders_have_the_handbooks_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read(monkeypatch, {"KOMPAS_MODE": "local", "KOMPAS_WORKER": "off"})
    assert (str(chosen.window), chosen.zone.key, chosen.send_rate) == ("07:30-16:30", "Europe/Copenhagen", 25.0)
    assert chosen.runs_worker is False
