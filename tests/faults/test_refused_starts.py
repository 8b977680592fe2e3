"""A claims process that cannot work says why in one line, and ends with status 1."""

import os
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.machine import free_ports
from tests.support.postgres import Database
from tests.support.programs import run_program

from anze.databases import Databases
from anze.development_keys import DevelopmentKeys
from anze.environment import Settings
from anze.ports import Ports

_NOBODY = "postgresql://me:secret@127.0.0.1:1/claims"


@pytest.fixture
def settings(claims_database: Database, notifications_database: Database, tmp_path: Path) -> Settings:
    """What every process of a working instance is told."""
    keys = DevelopmentKeys(tmp_path)
    keys.make()
    addresses = Databases(claims_database.url(), notifications_database.url())
    return Settings(addresses, keys, Ports(*free_ports(4)), sandbox=False)


def refusal(part: str, environment: Mapping[str, str]) -> str:
    """The one line by which a process refuses to start."""
    done = run_program("claims", part, environment=environment)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert done.returncode == 1, f"claims {part}: status {done.returncode}"
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("claims: ")
    assert "secret" not in done.stderr
    return lines[0]


def refusals(cases: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """The refusals of several processes, started side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cases, pool.map(lambda case: refusal(*case), cases.values()), strict=True))


def test_a_database_that_is_away_is_said_in_one_line(settings: Settings) -> None:
    away = settings.claims("claims_worker") | {"CLAIMS_DATABASE_URL": _NOBODY}
    said = refusals({part: (part, away) for part in ("api", "worker", "migrate")})
    for part, line in said.items():
        assert "cannot be" in line, f"{part}: {line}"


def test_a_taken_port_is_said_in_one_line(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusals(
            {
                "api": ("api", settings.claims("claims_command") | {"CLAIMS_PORT": port}),
                "worker": ("worker", settings.claims("claims_worker") | {"CLAIMS_METRICS_PORT": port}),
            }
        )
    for part, line in said.items():
        assert f"127.0.0.1:{port} cannot be listened on" in line, f"{part}: {line}"


def test_a_database_of_another_kind_is_said_in_one_line(settings: Settings) -> None:
    sandbox = {"CLAIMS_SANDBOX": "true"}
    said = refusals(
        {
            "api": ("api", settings.claims("claims_command") | sandbox),
            "migrate": ("migrate", settings.claims(None) | sandbox),
        }
    )
    for part, line in said.items():
        assert "not a sandbox" in line, f"{part}: {line}"


def test_a_database_that_was_not_migrated_is_said_in_one_line(settings: Settings, empty_database: Database) -> None:
    said = refusals(
        {
            part: (part, settings.claims(role) | {"CLAIMS_DATABASE_URL": empty_database.url(role)})
            for part, role in (("api", "claims_command"), ("worker", "claims_worker"))
        }
    )
    for part, line in said.items():
        assert "claims migrate" in line, f"{part}: {line}"


def test_a_setting_that_is_missing_or_wrong_is_named_in_one_line(settings: Settings) -> None:
    whole = settings.claims("claims_command") | {"CLAIMS_PORT": "0"}
    without = {name: value for name, value in whole.items() if name != "CLAIMS_TOKEN_ISSUER"}
    said = refusals(
        {
            "CLAIMS_TOKEN_ISSUER": ("api", without),
            "CLAIMS_DATABASE_URL": ("worker", settings.claims("claims_command")),
            "CLAIMS_BOARD_DEVELOPMENT_SIGN_IN": (
                "api",
                whole | {"CLAIMS_BOARD_DEVELOPMENT_SIGN_IN": "true", "CLAIMS_PRODUCTION": "true"},
            ),
            "CLAIMS_BOARD_URL": ("api", whole | {"CLAIMS_OIDC_ISSUER": "https://sign-in.test"}),
            "CLAIMS_SERVICE_KEY": (
                "worker",
                settings.claims("claims_worker") | {"CLAIMS_SERVICE_KEY": "/nowhere/key.json"},
            ),
        }
    )
    for setting, line in said.items():
        assert setting in line, line
