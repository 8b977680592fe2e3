"""The settings of a process, from the environment; only bootstrap reads them."""

import base64
import binascii
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SecretBytes, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from notifications.domain.kinds import AUTHORITIES
from notifications.domain.reminding import LADDER, Repeating

KEY_BYTES = 32

_LEASE, _SEND = 15.0, 10.0
"""Seconds; only tests may have others: a lease must be longer than an attempt, and an attempt long enough."""


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

    # An empty variable is none: a compose file names what its .env may leave out.
    model_config = SettingsConfigDict(
        env_prefix="NOTIFICATIONS_", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

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
    allow_loopback: bool = False
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] | None = None
    smtp_ca_file: Path | None = None
    sms_url: str | None = None
    sms_method: Literal["POST", "GET"] = "POST"
    sms_body: dict[str, Any] | None = None
    sms_headers: dict[str, SecretStr] = Field(default_factory=dict)
    sms_success_field: str | None = None
    sms_success_values: tuple[str, ...] = ()
    sms_signature: str = ""
    retry_delays: tuple[float, ...] = ()
    lease_seconds: float = Field(default=_LEASE, gt=0)
    send_seconds: float = Field(default=_SEND, gt=0)
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    repeat_hours: float = Field(default=4, gt=0, le=72)
    repeat_for_hours: float = Field(default=72, gt=0, le=720)
    acknowledged_for_hours: float = Field(default=24, gt=0, le=720)
    climb_after: int = Field(default=3, ge=1, le=100)
    ladder: tuple[str, ...] = LADDER
    log_level: str = "INFO"

    def repeating(self) -> Repeating:
        """How breaches are repeated and climb."""
        every, lasting, standing = (
            timedelta(hours=each) for each in (self.repeat_hours, self.repeat_for_hours, self.acknowledged_for_hours)
        )
        return Repeating(every, lasting, standing, self.climb_after, self.ladder)

    @field_validator("ladder")
    @classmethod
    def _ladder_stays_inside(cls, ladder: tuple[str, ...]) -> tuple[str, ...]:
        """What an authority hears, the rulebook alone says."""
        outside = sorted(AUTHORITIES.intersection(ladder))
        if outside:
            raise ValueError(f"authorities do not stand on it: {', '.join(outside)}")
        return ladder

    @model_validator(mode="after")
    def _production_is_not_loosened(self) -> Self:
        """What only development may do keeps production from starting, however it got into the environment."""
        loose = [
            name
            for name, is_loose in (
                ("ALLOW_LOOPBACK", self.allow_loopback),
                ("SMTP_TLS=none", self.smtp_tls == "none"),
                ("RETRY_DELAYS", self.retry_delays != ()),
                ("LEASE_SECONDS", self.lease_seconds != _LEASE),
                ("SEND_SECONDS", self.send_seconds != _SEND),
            )
            if self.production and is_loose
        ]
        if loose:
            raise ValueError(f"not with NOTIFICATIONS_PRODUCTION: NOTIFICATIONS_{', NOTIFICATIONS_'.join(loose)}")
        return self

    @model_validator(mode="after")
    def _channels_are_whole(self) -> Self:
        if self.smtp_host and not self.smtp_from:
            raise ValueError("NOTIFICATIONS_SMTP_HOST needs NOTIFICATIONS_SMTP_FROM, the sender's address")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("NOTIFICATIONS_SMTP_USER and NOTIFICATIONS_SMTP_PASSWORD belong together")
        if self.sms_success_field and not self.sms_success_values:
            raise ValueError("NOTIFICATIONS_SMS_SUCCESS_FIELD needs NOTIFICATIONS_SMS_SUCCESS_VALUES")
        return self
