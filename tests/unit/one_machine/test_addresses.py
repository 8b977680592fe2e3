"""Addresses of databases, ports, and the arguments of the command line."""

import socket

import pytest

from anze import databases, ports, sandbox
from anze.cli import with_optional_value
from anze.errors import StartError


@pytest.mark.parametrize(
    ("owner", "role"),
    [
        ("postgresql://me@/claims?host=/run/pg", "postgresql://claims_worker@/claims?host=/run/pg"),
        ("postgresql://me:p%40ss@db:5433/claims", "postgresql://claims_worker:p%40ss@db:5433/claims"),
        ("postgresql://db/claims?sslmode=require", "postgresql://claims_worker@db/claims?sslmode=require"),
    ],
)
def test_a_role_is_put_in_place_of_the_owner(owner: str, role: str) -> None:
    assert databases.as_role(owner, "claims_worker") == role


def test_a_shown_address_hides_the_password() -> None:
    shown = databases.without_password("postgresql://me:secret@db:5433/claims?password=secret")
    assert shown == "postgresql://me@db:5433/claims"


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(StartError, match="cannot be reached") as refusal:
        databases.check_reachable(f"postgresql://me:secret@127.0.0.1:{port}/claims", "CLAIMS_DATABASE_URL")
    assert "secret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_taken_port_is_named_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} is taken: .* --notifications-port"):
            ports.choose(_free_port(), port)


def test_both_apis_cannot_share_a_port() -> None:
    with pytest.raises(StartError, match="Both APIs"):
        ports.choose(8400, 8400)


def test_four_different_ports_come_out_even_where_the_usual_are_asked_for_otherwise() -> None:
    chosen = ports.choose_any()
    assert len({chosen.claims, chosen.notifications, chosen.claims_metrics, chosen.notifications_metrics}) == 4


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        (["up", "--sandbox"], ["up", "--sandbox=now"]),
        (["up", "--sandbox", "--data", "x"], ["up", "--sandbox=now", "--data", "x"]),
        (["up", "--sandbox=2026-03-02T09:00+08:00"], ["up", "--sandbox=2026-03-02T09:00+08:00"]),
        (["up", "--sandbox", "2026-03-02T09:00+08:00"], ["up", "--sandbox", "2026-03-02T09:00+08:00"]),
    ],
)
def test_the_value_of_sandbox_may_be_left_out(given: list[str], understood: list[str]) -> None:
    assert with_optional_value(given) == understood


@pytest.mark.parametrize("text", ["2026-03-02T09:00", "soon", "2026-13-02T09:00+08:00"])
def test_a_start_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(StartError, match="is not a moment with an offset"):
        sandbox.parse_start(text)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
