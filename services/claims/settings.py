"""What each process is told by its environment: CLAIMS_… variables, read once at the start, by the wiring alone."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

AUDIENCE = "anze"


def _postgres(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("is not a libpq-style URL, such as postgresql://user@host/database")
    return url


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("is not the address of a service, such as https://sign-in.example.cn/realms/claims")
    return url


def _root(url: str) -> str:
    if urlsplit(url).path not in {"", "/"}:
        raise ValueError("names a path: the board lies at /board of a host")
    return url.rstrip("/")


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


DatabaseUrl: TypeAlias = Annotated[SecretStr, AfterValidator(_postgres)]
"""With the role that the process logs in with; it may hold a password."""
Port: TypeAlias = Annotated[int, Field(ge=0, le=65535)]
Text: TypeAlias = Annotated[str, Field(min_length=1)]
HttpUrl: TypeAlias = Annotated[str, AfterValidator(_address)]
Origin: TypeAlias = Annotated[HttpUrl, AfterValidator(_root)]
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
    """A private JWK: relay and board sign their tokens for notifications with it."""
    notifications_url: Text = "http://127.0.0.1:8401"
    board_url: Origin | None = None
    """Where people reach the service, such as https://claims.example.cn; without it, over plain http."""
    board_session_hours: Annotated[float, Field(gt=0, le=24)] = 8
    """How long somebody stays signed in, whatever they do."""
    board_development_sign_in: bool = False
    """Lets everybody on this machine be whom they name: for trying things out, never in production."""
    oidc_issuer: HttpUrl | None = None
    """The organisation's sign-in service, exactly as it names itself; nothing but its origin is asked."""
    oidc_client_id: Text | None = None
    oidc_client_secret: SecretStr | None = None
    """None for a public client."""
    oidc_scopes: Text = "openid profile"
    oidc_role_claim: Text = "role"
    oidc_tenant_claim: Text = "tenant"
    oidc_broker_claim: Text = "broker"
    oidc_region_claim: Text = "region"
    kpis: Path | None = None
    """A file with definitions of key figures and service score, in place of those of the release."""

    @property
    def notifications_audience(self) -> str:
        """Return whom tokens are for that notifications alone accepts."""
        return f"{self.token_audience}-notifications"
