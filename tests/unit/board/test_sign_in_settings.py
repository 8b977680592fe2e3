"""Which ways into the board the settings open, and which they refuse at the start."""

import base64
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from tests.unit.board.entrance import parties, renderer

from anze.cli import up
from anze.databases import Databases
from anze.development_keys import DevelopmentKeys
from anze.environment import Settings as Environment
from anze.ports import Ports
from anze.terminal import Terminal
from claims.bootstrap import SetupError
from claims.bootstrap.board_sign_in import board_sessions, board_sign_in
from claims.dashboard.sign_in import SignIn
from claims.settings import Settings

GIVEN: dict[str, Any] = {
    "database_url": SecretStr("postgresql://db/claims"),
    "token_issuer": "tokens",
    "token_keys": Path("keys.json"),
    "master_key": SecretStr(base64.b64encode(bytes(32)).decode()),
    "service_key": Path("key.json"),
}
ISSUER: dict[str, Any] = {
    "oidc_issuer": "https://sign-in.test/realms/claims",
    "oidc_client_id": "board",
    "board_url": "https://claims.test/",
}


def ways(**given: Any) -> SignIn:
    settings = Settings(**GIVEN | given)
    return board_sign_in(settings, board_sessions(settings), renderer(), parties)


def test_without_settings_there_is_no_way_in() -> None:
    assert (ways().openid, ways().development) == (None, None)


def test_an_issuer_opens_the_way_over_it() -> None:
    opened = ways(**ISSUER, production=True)
    assert opened.openid is not None
    assert (opened.openid.url, opened.development) == (ISSUER["oidc_issuer"], None)
    assert (opened.sessions.https, opened.sessions.seconds) == (True, 8 * 3600)


def test_development_sign_in_is_refused_in_production() -> None:
    assert ways(board_development_sign_in=True).development is not None
    with pytest.raises(SetupError, match="CLAIMS_BOARD_DEVELOPMENT_SIGN_IN"):
        ways(board_development_sign_in=True, production=True)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"board_url": None}, "CLAIMS_BOARD_URL"),
        ({"oidc_client_id": None}, "CLAIMS_OIDC_CLIENT_ID"),
        ({"oidc_scopes": "profile"}, "openid"),
        ({"board_url": "http://claims.test", "production": True}, "https"),
        ({"oidc_issuer": "http://sign-in.test", "production": True}, "https"),
        ({"master_key": SecretStr("short")}, "CLAIMS_MASTER_KEY"),
    ],
)
def test_half_a_way_in_is_refused_with_what_is_missing(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(SetupError, match=named):
        ways(**ISSUER | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"board_url": "claims.test"},
        {"board_url": "https://claims.test/claims"},
        {"oidc_issuer": "ftp://sign-in.test"},
        {"oidc_issuer": "https://sign-in.test/?a=b"},
        {"oidc_issuer": "https://user@sign-in.test/"},
        {"board_session_hours": 0},
        {"board_session_hours": 25},
    ],
)
def test_an_address_or_a_length_that_cannot_be_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**GIVEN | ISSUER | changed)


@pytest.mark.parametrize("asked", [True, False])
def test_one_machine_has_the_development_sign_in_only_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, asked: bool
) -> None:
    keys = DevelopmentKeys(tmp_path)
    keys.make()
    ports = Ports(8400, 8401, 8402, 8403)
    databases = Databases("postgresql://db/claims", "postgresql://db/notifications")
    environment = Environment(databases, keys, ports, sandbox=False, board_sign_in=asked).claims("claims_command")
    assert environment["CLAIMS_BOARD_DEVELOPMENT_SIGN_IN"] == ("true" if asked else "false")
    Terminal().addresses(ports, tmp_path, board_sign_in=asked)
    shown = capsys.readouterr().out
    assert "http://127.0.0.1:8400/board/" in shown
    assert ("anze up --board-sign-in" in shown) is not asked


def test_the_option_of_the_command_line_is_off_by_itself() -> None:
    assert signature(up).parameters["board_sign_in"].default is False
