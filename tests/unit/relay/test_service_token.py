"""The relay's token: short-lived, kept while it is good, and what notifications accepts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, KeySet

from claims.relay.service_token import LIFE, ServiceToken
from claims.signing import ServiceKeyError, read_service_key
from notifications.api.tokens import TokenVerifier

KEY = ECKey.generate_key("P-256", auto_kid=True)


class Wall:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at


def verifier(wall: Wall) -> TokenVerifier:
    """Notifications' own, in production."""
    return TokenVerifier(
        KeySet([KEY]), "issuer", "anze", production=True, now=lambda: datetime.fromtimestamp(wall(), UTC)
    )


def test_notifications_accepts_the_token_as_a_services() -> None:
    wall = Wall()
    token = ServiceToken(KEY, issuer="issuer", audience="anze", wall=wall)
    assert verifier(wall).verify(token.value()).role == "service"


def test_a_token_is_kept_until_a_minute_before_its_end() -> None:
    wall = Wall()
    token = ServiceToken(KEY, issuer="issuer", audience="anze", wall=wall)
    first = token.value()
    wall.at += LIFE.total_seconds() - 61
    assert token.value() == first
    wall.at += 1
    assert token.value() != first
    assert verifier(wall).verify(token.value()).role == "service"


def test_a_token_that_was_not_accepted_is_signed_anew() -> None:
    wall = Wall()
    token = ServiceToken(KEY, issuer="issuer", audience="anze", wall=wall)
    first = token.value()
    token.forget()
    assert token.value() != first


def test_the_key_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(KEY.as_dict(private=True)), encoding="utf-8")
    assert read_service_key(file).thumbprint() == KEY.thumbprint()


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps(KEY.as_dict(private=False))])
def test_a_file_without_a_private_key_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ServiceKeyError, match=r"key\.json"):
        read_service_key(file)


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ServiceKeyError, match=r"nowhere\.json"):
        read_service_key(tmp_path / "nowhere.json")
