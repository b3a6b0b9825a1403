"""The bot's part of the environment (prefix `KOMPAS_`), checked as a whole before anything starts."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from bot.hosts import CONNECTOR_HOSTS, UNREADABLE, is_loopback
from hr.clock import COPENHAGEN
from hr.send_window import SendWindow
from knowledge.settings import PREFIX

KEY_HOSTS: Final = frozenset({"login.botframework.com"})
GRAPH_HOSTS: Final = frozenset({"graph.microsoft.com"})
SAMPLE_CONTENT: Final = Path(str(files("hr"))) / "content"
TOKEN_HOSTS: Final = frozenset({"login.microsoftonline.com"})
"""Microsoft's hosts for signing keys, for Graph and for tokens; no others are accepted outside of tests."""

SHORTEST_KEY: Final = 32
"""Characters of a key that signs what buttons send."""

_Names = Annotated[frozenset[str], NoDecode]


class Mode(StrEnum):
    """Who may talk to the bot."""

    LOCAL = "local"
    TEAMS = "teams"


class AppType(StrEnum):
    """How the bot is registered. Creating multi-tenant bots is deprecated, so there is no such value."""

    SINGLE_TENANT = "SingleTenant"
    USER_ASSIGNED_MSI = "UserAssignedMSI"


class OfficeSettings(BaseSettings):
    """What every command of the bot may need, whoever it serves: the database, the people and HR's files."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr | None = Field(None, description="An SQLAlchemy URL. None: an SQLite file under DATA_DIR.")
    people: Path | None = Field(None, description="A file with people, roles and managers. None: the local sample.")
    graph_groups: Path | None = Field(
        None, description="A file with the groups of Entra ID by role: people come from Microsoft Graph. None: PEOPLE."
    )
    content: Path | None = Field(
        None, description="The folder of the files that HR edits. None: those of this version."
    )
    timezone: str = Field("Europe/Copenhagen", description="The zone of days and of the clock on the wall.")
    send_window: str = Field(
        "07:30-16:30", description="When reminders may leave on working days, local time. Begins at 03:00 or later."
    )
    send_rate: float = Field(
        25.0, gt=0, le=50, description="Messages a second in all, shared by every worker. Teams takes at most 50."
    )
    retention_cases_days: int | None = Field(
        None, ge=1, le=3660, description="Days from the end of a case until it is deleted. None: as HR's content says."
    )
    retention_open_cases_days: int = Field(
        400,
        ge=90,
        le=3660,
        description="Days without anybody doing anything with a case, or looking at it, until it is closed.",
    )
    retention_messages_days: int = Field(
        30, ge=1, le=3660, description="Days until what is known of a sent message is deleted."
    )
    retention_journeys_days: int = Field(
        183, ge=1, le=3660, description="Days from the end of an onboarding plan until it is deleted."
    )
    retention_audit_days: int = Field(
        730, ge=30, le=3660, description="Days until the log of who looked at a case is cut off."
    )
    retention_dialogues_days: int = Field(
        365, ge=1, le=3660, description="Days from the follow-up of a dialogue until it is deleted."
    )

    retention_requests_days: int = Field(
        183, ge=1, le=3660, description="Days from the last change of a finished question to HR until it is deleted."
    )
    retention_open_requests_days: int = Field(
        400,
        ge=30,
        le=3660,
        description="Days from the last change of a question that HR does not answer until it is closed.",
    )
    retention_campaigns_days: int = Field(
        400, ge=1, le=3660, description="Days from the end of a campaign until it is deleted."
    )
    retention_chats_days: int = Field(
        400, ge=30, le=3660, description="Days without a message until a chat is forgotten whose person has left."
    )
    retention_welcomes_days: int = Field(
        400, ge=1, le=3660, description="Days until it is forgotten that a person was welcomed."
    )
    retention_choices_days: int = Field(
        400, ge=1, le=3660, description="Days from when somebody last led until what they chose is deleted."
    )
    retention_files_days: int = Field(
        400, ge=1, le=3660, description="Days from when a version of a file of HR's was replaced until it is deleted."
    )
    campaign_approval_size: int = Field(
        100, ge=0, description="Recipients above which somebody else in HR must approve a campaign."
    )
    retention_feedback_days: int = Field(
        183, ge=1, le=3660, description="Days until ratings, unanswered questions and their counts are deleted."
    )
    insight_smallest_group: int = Field(
        3, ge=2, description="HR's overview shows a topic or a document from this many askings or people on."
    )
    insight_digest: bool = Field(True, description="Whether HR gets its overview of last week on Monday morning.")
    card_keys: SecretStr | None = Field(
        None,
        description="Keys that sign what buttons send, separated by commas: the first signs. None: one in DATA_DIR.",
    )
    drafts: Path | None = Field(
        None, description="The folder of draft documents that HR makes of its answers. None: drafts under DATA_DIR."
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no time zone; the one of the municipality is Europe/Copenhagen") from error
        return value

    @field_validator("send_window")
    @classmethod
    def _is_a_window(cls, value: str) -> str:
        SendWindow.parse(value, COPENHAGEN)  # the zone does not matter to whether it can be read
        return value

    @field_validator("card_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        keys = [part.strip() for part in value.get_secret_value().split(",")] if value is not None else []
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"each key has {SHORTEST_KEY} characters or more; make one with: openssl rand -hex 32")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of `timezone`."""
        return ZoneInfo(self.timezone)

    @property
    def window(self) -> SendWindow:
        """When reminders may leave."""
        return SendWindow.parse(self.send_window, self.zone)

    def database(self, data_dir: Path) -> str:
        """The database's SQLAlchemy URL, which may hold a password: not for logs."""
        given = self.database_url.get_secret_value() if self.database_url is not None else ""
        return given or f"sqlite:///{data_dir / 'kompas.db'}"

    def drafts_folder(self, data_dir: Path) -> Path:
        """Where draft documents go."""
        return self.drafts or data_dir / "drafts"

    @property
    def content_folder(self) -> Path:
        """Where the files are that HR edits."""
        return self.content or SAMPLE_CONTENT

    @property
    def people_file(self) -> Path:
        """Who works here."""
        return self.people or self.content_folder / "people.sample.toml"


class OperatorSettings(OfficeSettings):
    """What the operator's look-ups need: in local mode the day may be a played one."""

    mode: Mode | None = Field(None, description="As for the bot.")


class BotSettings(OfficeSettings):
    """Who the bot is, whom it serves and whom it talks to. Frozen; secrets do not show in a `repr`.

    The order of the fields matters: a field's check looks at those above it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    mode: Mode = Field(description="`local` (anonymous, this machine only) or `teams`. There is no default.")
    insecure_loopback: bool = Field(
        False, description="Accept http on 127.0.0.1 for keys, tokens and serviceUrl: tests only."
    )
    host: str = Field("127.0.0.1", description="The address to listen on; in local mode loopback only.")
    port: int = Field(3978, ge=0, le=65535, description="The port to listen on; 0 takes any free one.")
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="The port of /metrics, another one than PORT. None: no metrics."
    )
    metrics_host: str = Field("127.0.0.1", description="The address of /metrics; in local mode loopback only.")
    worker_metrics_port: int | None = Field(
        None, ge=0, le=65535, description="The port of /metrics of `kompas worker`, a third one. None: no metrics."
    )
    inbound_per_minute: int = Field(
        60, ge=1, le=6000, description="Messages and presses a minute that one sender may go on with in mode teams."
    )
    app_id: UUID | None = Field(None, description="The bot's app id. Mode teams needs it.")
    app_tenant_id: UUID | None = Field(None, description="The tenant the bot is registered in. Mode teams needs it.")
    app_type: AppType = Field(
        AppType.SINGLE_TENANT,
        description="How the bot is registered: SingleTenant, or UserAssignedMSI on a machine in Azure with that managed identity.",
    )
    app_secret: SecretStr | None = Field(None, description="The bot's client secret, if it has no certificate.")
    app_certificate: Path | None = Field(
        None, description="A PEM file with the bot's key and certificate, if it has no secret."
    )
    allowed_tenants: _Names = Field(
        frozenset(), description="Tenants that are served, separated by commas. None: APP_TENANT_ID."
    )
    allowed_service_hosts: _Names = Field(
        CONNECTOR_HOSTS,
        description="Hosts (without ports) of serviceUrl, separated by commas. None: Microsoft's Connector.",
    )
    openid_metadata_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where Teams' signing keys are found.",
    )
    token_url: str | None = Field(
        None, description="The whole token endpoint. None: that of APP_TENANT_ID at Microsoft."
    )
    graph_url: str = Field("https://graph.microsoft.com/v1.0", description="Microsoft Graph with its version.")
    graph_initials: str = Field(
        "mailNickname",
        pattern=r"^(mailNickname|employeeId|onPremisesSamAccountName|userPrincipalName)$",
        description="The field of Graph that holds the initials: mailNickname, employeeId, onPremisesSamAccountName or userPrincipalName.",
    )
    graph_keep_seconds: float = Field(
        900.0, ge=60, le=3600, description="Seconds that the people read from Graph count when it no longer answers."
    )
    worker: bool | None = Field(
        None,
        description="Whether the bot itself sends reminders: on or off. None: on in local mode, off in mode teams.",
    )
    watch: bool = Field(
        True, description="Whether the bot itself keeps the index fresh, in a process beside it: on or off."
    )

    @field_validator("host", "metrics_host")
    @classmethod
    def _local_is_loopback(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("mode") is Mode.LOCAL and not is_loopback(value):
            raise ValueError("local mode takes anonymous messages, so it listens on 127.0.0.1 only")
        return value

    @field_validator("metrics_port")
    @classmethod
    def _has_its_own_port(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and value == info.data.get("port"):
            raise ValueError(f"must differ from {PREFIX}PORT: figures do not belong on the public port")
        return value

    @field_validator("worker_metrics_port")
    @classmethod
    def _has_a_third_port(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value and value in {info.data.get("port"), info.data.get("metrics_port")}:
            raise ValueError(f"must differ from {PREFIX}PORT and {PREFIX}METRICS_PORT: both programs read one .env")
        return value

    @field_validator("app_id", "app_tenant_id")
    @classmethod
    def _teams_needs_an_identity(cls, value: UUID | None, info: ValidationInfo) -> UUID | None:
        if value is None and info.data.get("mode") is Mode.TEAMS:
            raise ValueError("mode teams does not start without it")
        return value

    @field_validator("app_certificate")
    @classmethod
    def _teams_needs_a_credential(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        secret = info.data.get("app_secret")
        has_secret = isinstance(secret, SecretStr) and bool(secret.get_secret_value().strip())
        if info.data.get("mode") is not Mode.TEAMS:
            return value
        if info.data.get("app_type") is AppType.USER_ASSIGNED_MSI:
            if has_secret or value is not None:
                raise ValueError(f"a managed identity takes neither this nor {PREFIX}APP_SECRET")
        elif has_secret == (value is not None):
            raise ValueError(f"mode teams takes either {PREFIX}APP_SECRET or this")
        return value

    @field_validator("allowed_tenants", "allowed_service_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(part.strip().casefold() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_service_hosts")
    @classmethod
    def _names_only(cls, value: frozenset[str]) -> frozenset[str]:
        if not value or any(set(name) & set("/:@* ") for name in value):
            raise ValueError("list host names, without scheme, port and wildcards")
        return value

    @field_validator("openid_metadata_url")
    @classmethod
    def _keys_come_from_microsoft(cls, value: str, info: ValidationInfo) -> str:
        return _checked(value, KEY_HOSTS, info)

    @field_validator("token_url")
    @classmethod
    def _tokens_come_from_microsoft(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _checked(value, TOKEN_HOSTS, info) if value is not None else None

    @field_validator("graph_url")
    @classmethod
    def _graph_is_microsofts(cls, value: str, info: ValidationInfo) -> str:
        return _checked(value, GRAPH_HOSTS, info)

    @property
    def runs_worker(self) -> bool:
        """Whether the serving process sends reminders too."""
        return self.mode is Mode.LOCAL if self.worker is None else self.worker

    @property
    def outbound_token_url(self) -> str:
        """Where the bot's own token comes from."""
        return self.token_url or f"https://login.microsoftonline.com/{self.app_tenant_id}/oauth2/v2.0/token"

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants that are served, in lower case: the bot's own unless others are named."""
        return self.allowed_tenants or frozenset({str(self.app_tenant_id)})


def _checked(address: str, hosts: frozenset[str], info: ValidationInfo) -> str:
    """The address if it is https on one of `hosts`, or on this machine where tests allow it. Raises ValueError."""
    try:
        url = URL(address)
        host, user = url.host, url.user
    except UNREADABLE as error:
        raise ValueError("this is no address") from error
    if url.scheme == "https" and host in hosts and user is None:
        return address
    if info.data.get("insecure_loopback") and url.scheme in {"http", "https"} and is_loopback(host):
        return address
    raise ValueError(
        f"must be https on {', '.join(sorted(hosts))} (this machine only with {PREFIX}INSECURE_LOOPBACK=1)"
    )


class PlatformSettings(BaseSettings):
    """What Azure App Service and Container Apps tell a program of its managed identity. Not ours, so without our prefix."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    identity_endpoint: str | None = None
    identity_header: SecretStr | None = None


class PlayedSettings(BotSettings):
    """The bot's settings for a day that is played: local mode goes without saying, and another one is refused by whoever plays it."""

    mode: Mode = Mode.LOCAL


class IdentitySettings(BaseSettings):
    """Only who the bot is: all that the app package needs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    app_id: UUID | None = Field(None, description="The bot's app id.")
