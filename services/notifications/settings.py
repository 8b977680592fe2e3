"""The settings of a process, from the environment; only bootstrap reads them."""

import base64
import binascii
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretBytes, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

KEY_BYTES = 32


def _key(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"must hold {KEY_BYTES} bytes")
    return key


class MigrateSettings(BaseSettings):
    """What migrating needs: the role of the URL owns the tables afterwards."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    sandbox: bool = False
    service_password: SecretStr | None = None
    log_level: str = "INFO"


class Settings(BaseSettings):
    """What the api and the worker need; they log in as the role notifications_service."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    host: str = "127.0.0.1"
    port: int = Field(default=8401, ge=0, le=65535)
    metrics_port: int = Field(default=8403, ge=0, le=65535)
    token_issuer: str
    token_audience: str = "anze"  # noqa: S105 - a name, no secret
    token_keys: Path
    secret_key: Annotated[SecretBytes, BeforeValidator(_key)]
    sandbox: bool = False
    production: bool = False
    log_level: str = "INFO"
