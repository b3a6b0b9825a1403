"""Settings: the section that bot and indexer share, and the one way to load a section.

Everything comes from the environment (prefix `KOMPAS_`) or a `.env` file in the working folder; the environment wins. A name that
nobody knows stops the start: a misspelt setting would otherwise silently keep its default.
"""

from __future__ import annotations

import difflib
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnparsableSetting

from knowledge.errors import SettingsError

PREFIX = "KOMPAS_"
PACKAGE = Path(__file__).parent

KNOWN_NAMES = (
    "MODE", "HOST", "PORT", "METRICS_HOST", "METRICS_PORT", "WORKER_METRICS_PORT", "INBOUND_PER_MINUTE", "INSECURE_LOOPBACK",
    "APP_ID", "APP_TENANT_ID", "APP_TYPE", "APP_SECRET", "APP_CERTIFICATE",
    "ALLOWED_TENANTS", "ALLOWED_SERVICE_HOSTS", "OPENID_METADATA_URL", "TOKEN_URL",
    "DATABASE_URL", "DATA_DIR", "CHROMA_URL", "LOG_FORMAT",
    "DOCUMENTS", "ORGANISATION", "GLOSSARY", "EMBEDDING_MODEL", "EMBEDDING_THREADS",
    "PEOPLE", "CONTENT", "WORKER", "WATCH", "SEND_RATE", "SEND_WINDOW", "TIMEZONE",
    "RETENTION_CASES_DAYS", "RETENTION_MESSAGES_DAYS", "RETENTION_AUDIT_DAYS", "RETENTION_DIALOGUES_DAYS",
    "RETENTION_JOURNEYS_DAYS", "RETENTION_REQUESTS_DAYS", "DRAFTS", "CARD_KEYS",
    "RETENTION_CAMPAIGNS_DAYS", "CAMPAIGN_APPROVAL_SIZE",
    "RETENTION_OPEN_CASES_DAYS", "RETENTION_OPEN_REQUESTS_DAYS", "RETENTION_CHATS_DAYS", "RETENTION_WELCOMES_DAYS", "RETENTION_CHOICES_DAYS",
    "RETENTION_FILES_DAYS", "RETENTION_FEEDBACK_DAYS", "INSIGHT_SMALLEST_GROUP", "INSIGHT_DIGEST",
    "GRAPH_GROUPS", "GRAPH_URL", "GRAPH_INITIALS", "GRAPH_KEEP_SECONDS",
    "LLM_URL", "LLM_MODEL", "LLM_KEY",
)  # fmt: skip
"""Every setting of the product, without prefix. Both bot and indexer know them all, so that one `.env` serves both."""

KNOWN_FAMILIES = ("TEST_",)
"""Beginnings of names that belong together; `TEST_` is for the test suite alone."""

Section = TypeVar("Section", bound=BaseSettings)


class LogFormat(StrEnum):
    """How a line of the log looks."""

    TEXT = "text"
    JSON = "json"


class KnowledgeSettings(BaseSettings):
    """What bot and indexer both need: where documents, index and model are, and which model embeds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Field(Path(".data"), description="Folder for index, database and embedding model.")
    chroma_url: str | None = Field(
        None, description="A Chroma server, http(s)://host:port. None: a folder under DATA_DIR."
    )
    documents: Annotated[tuple[Path, ...], NoDecode] = Field(
        (PACKAGE / "documents",),
        description="Folders to index, separated by commas or the path separator of the system.",
    )
    embedding_model: str | None = Field(
        None,
        description="A sentence-transformers folder, or a name in the local model cache. None: the bundled small model.",
    )
    embedding_threads: int | None = Field(None, ge=1, le=256, description="CPU threads for embedding. None: all cores.")
    organisation: str = Field("Norddjurs Kommune", min_length=1, description="Whose documents come before others'.")
    glossary: Path = Field(PACKAGE / "glossary.toml", description="Synonyms and abbreviations.")
    log_format: LogFormat = Field(
        LogFormat.TEXT, description="How a line of the log looks: `text`, or `json` with one object a line."
    )

    @property
    def index_folder(self) -> Path:
        """Where versions of the index are published."""
        return self.data_dir / "index"

    @property
    def history_folder(self) -> Path:
        """Where the versions of the files that HR edits are kept."""
        return self.data_dir / "history"

    @property
    def models_folder(self) -> Path:
        """Where the bundled model is unpacked."""
        return self.data_dir / "models"

    @field_validator("documents", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        folders = tuple(part.strip() for part in re.split(f"[,{re.escape(os.pathsep)}]", value) if part.strip())
        if not folders:
            raise ValueError("name at least one folder")
        return folders

    @field_validator("chroma_url")
    @classmethod
    def _is_server_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_plain_address(value):
            raise ValueError("must look like http://host:port, without user name or path")
        return value


def _is_plain_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none; its text repeats the value, so it is not passed on
        return False
    return named and parts.scheme in {"http", "https"} and parts.username is None and parts.path in {"", "/"}


def load(section: type[Section], *, env_file: Path | None = Path(".env")) -> Section:
    """The settings of `section`, read now from the environment and `env_file`. Raises SettingsError with one line for each fault."""
    faults = [*_unknown_names(section, env_file)]
    try:
        settings = section(_env_file=env_file)
    except ValidationError as error:
        faults += [
            _describe(section, fault["loc"], fault["msg"])
            for fault in error.errors(include_input=False, include_url=False)
        ]
    except (UnparsableSetting, UnicodeDecodeError, OSError) as error:
        faults.append(f"The settings cannot be read: {error}")
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _unknown_names(section: type[BaseSettings], env_file: Path | None) -> list[str]:
    sources = (
        (EnvSettingsSource(section), "the environment"),
        (DotEnvSettingsSource(section, env_file=env_file), str(env_file)),
    )
    faults: dict[str, str] = {}
    for source, where in sources:
        for name in sorted(key.upper() for key in source.env_vars):
            short = name.removeprefix(PREFIX)
            if name == short or short in KNOWN_NAMES or short.startswith(KNOWN_FAMILIES):
                continue
            close = difflib.get_close_matches(short, KNOWN_NAMES, n=1, cutoff=0.5)
            hint = f"Did you mean {PREFIX}{close[0]}?" if close else "All settings are listed in docs/settings.md."
            faults.setdefault(name, f"{name} (in {where}) is not a setting of Kompas. {hint}")
    return list(faults.values())


def _describe(section: type[BaseSettings], location: tuple[int | str, ...], message: str) -> str:
    field = str(location[0]) if location else section.__name__
    said = message.removeprefix("Value error, ")
    if said == "Field required":
        said = f"is not set. {section.model_fields[field].description or 'It has no default.'}"
    return f"{PREFIX}{field.upper()}: {said}"
