"""What each process is told by its environment: CLAIMS_… variables, read once at the start, by the wiring alone."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

AUDIENCE = "anze"


def _postgres(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("is not a libpq-style URL, such as postgresql://user@host/database")
    return url


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


DatabaseUrl: TypeAlias = Annotated[SecretStr, AfterValidator(_postgres)]
"""With the role that the process logs in with; it may hold a password."""
Port: TypeAlias = Annotated[int, Field(ge=0, le=65535)]
Text: TypeAlias = Annotated[str, Field(min_length=1)]
Level: TypeAlias = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(_upper),
]


class MigrateSettings(BaseSettings):
    """What a migration needs: a database, and whether it is, for ever, that of a sandbox."""

    model_config = SettingsConfigDict(env_prefix="CLAIMS_", frozen=True, hide_input_in_errors=True)

    database_url: DatabaseUrl
    sandbox: bool = False
    production: bool = False
    log_level: Level = "INFO"


class Settings(MigrateSettings):
    """What the api and the worker need."""

    host: Text = "127.0.0.1"
    port: Port = 8400
    metrics_port: Port = 8402
    token_issuer: Text
    token_audience: Text = AUDIENCE
    token_keys: Path
    """A JWKS file with the public keys that tokens are verified by."""
    master_key: SecretStr
    """32 bytes in base64: wraps the tenants' keys of persons."""
    service_key: Path
    """A private JWK: the relay signs its tokens with it."""
    notifications_url: Text = "http://127.0.0.1:8401"
    kpis: Path | None = None
    """A file with definitions of key figures and service score, in place of those of the release."""
