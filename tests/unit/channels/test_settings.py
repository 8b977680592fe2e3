"""What development may do keeps production from starting, and half a channel keeps any process from it."""

import base64
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from notifications.channel_wiring import available
from notifications.cli import cli
from notifications.domain.endpoint import ChannelName
from notifications.settings import Settings

GIVEN: dict[str, Any] = {
    "database_url": "postgresql://x@127.0.0.1:1/x", "token_issuer": "x", "token_keys": Path("keys.json"),
    "secret_key": base64.b64encode(bytes(32)).decode(),
}  # fmt: skip
SMTP = {"smtp_host": "mail.example", "smtp_from": "alerts@anze.example"}


@pytest.mark.parametrize(
    "loose",
    [
        {"allow_loopback": True}, SMTP | {"smtp_tls": "none"}, {"retry_delays": (1.0,)}, {"lease_seconds": 3},
        {"send_seconds": 1},
    ],
)  # fmt: skip
def test_production_does_not_start_with_what_only_development_may_do(loose: dict[str, Any]) -> None:
    Settings(**GIVEN | loose)
    with pytest.raises(ValidationError, match="not with NOTIFICATIONS_PRODUCTION"):
        Settings(**GIVEN | loose, production=True)


@pytest.mark.parametrize(
    "half",
    [
        {"smtp_host": "mail.example"}, SMTP | {"smtp_user": "x"}, SMTP | {"smtp_password": "x"},
        {"sms_url": "https://sms.example", "sms_success_field": "/code"}, SMTP | {"smtp_from": "nobody"},
    ],
)  # fmt: skip
def test_half_a_channel_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**GIVEN | half)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM", "SMS_URL", "SMS_HEADERS", "SMS_BODY"):
        monkeypatch.setenv(f"NOTIFICATIONS_{name}", "")
    settings = Settings(**GIVEN)
    assert (settings.smtp_host, settings.smtp_from, settings.sms_url) == (None, None, None)


def test_a_channel_without_its_means_is_not_available() -> None:
    always = {ChannelName.WEBHOOK, ChannelName.DINGTALK, ChannelName.WECOM, ChannelName.FEISHU}
    assert available(Settings(**GIVEN)) == always
    assert available(Settings(**GIVEN | SMTP)) == always | {ChannelName.EMAIL}
    assert available(Settings(**GIVEN, sms_url="https://sms.example")) == always | {ChannelName.SMS}


def test_a_process_that_refuses_its_settings_says_in_one_line_which() -> None:
    environment = {f"NOTIFICATIONS_{name.upper()}": str(value) for name, value in GIVEN.items()}
    loose = environment | {"NOTIFICATIONS_PRODUCTION": "true", "NOTIFICATIONS_ALLOW_LOOPBACK": "true"}
    done = CliRunner().invoke(cli, ["worker"], env=loose)
    assert done.exit_code == 1
    assert "not with NOTIFICATIONS_PRODUCTION: NOTIFICATIONS_ALLOW_LOOPBACK" in done.stderr
    assert len(done.stderr.splitlines()) == 1
