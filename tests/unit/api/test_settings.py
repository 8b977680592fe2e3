"""What the processes take from their environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from claims.settings import MigrateSettings, Settings

WHOLE = {
    "CLAIMS_DATABASE_URL": "postgresql://claims_command:secret@/claims?host=/sockets",
    "CLAIMS_TOKEN_ISSUER": "https://tokens.test",
    "CLAIMS_TOKEN_KEYS": "/keys/public.json",
    "CLAIMS_MASTER_KEY": "c2VjcmV0",
    "CLAIMS_SERVICE_KEY": "/keys/relay.json",
}


def read() -> Settings:
    return Settings()  # type: ignore[call-arg]  # the environment gives them


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)


def test_what_is_not_said_has_its_default() -> None:
    settings = read()
    assert (settings.host, settings.port, settings.metrics_port) == ("127.0.0.1", 8400, 8402)
    assert (settings.sandbox, settings.production, settings.log_level) == (False, False, "INFO")
    assert settings.token_audience == "anze"
    assert settings.token_keys == Path("/keys/public.json")


def test_a_migration_needs_the_database_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WHOLE:
        if name != "CLAIMS_DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CLAIMS_SANDBOX", "true")
    assert MigrateSettings().sandbox  # type: ignore[call-arg]  # the environment gives them


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(ValidationError) as raised:
        read()
    assert [each["loc"] for each in raised.value.errors()] == [(name.removeprefix("CLAIMS_").lower(),)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://secret"),
        ("PORT", "70000"),
        ("SANDBOX", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("HOST", ""),
    ],
)
def test_what_cannot_be_is_refused_without_being_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CLAIMS_{name}", value)
    with pytest.raises(ValidationError) as raised:
        read()
    assert "secret" not in str(raised.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMS_OIDC_CLIENT_SECRET", "hush")
    shown = repr(read())
    for secret in (":secret@", "c2VjcmV0", "hush"):
        assert secret not in shown
