"""A server of the user's that asks for passwords: fresh roles get the owner's, a password that is set stays."""

import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from anze import databases
from anze.errors import StartError
from anze.postgres import Cluster

_PASSWORD = secrets.token_hex(8)


@pytest.fixture
def owner(tmp_path: Path, postgres_version: int) -> Iterator[str]:
    """The address of the owner on a server that listens on loopback and wants passwords there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Cluster(tmp_path / "pg", version=postgres_version) as server:
        server.execute(f"alter role postgres password '{_PASSWORD}'")
        for role in ("fresh", "kept", "shy"):
            server.execute(f"create role {role} {'nologin' if role == 'shy' else 'login'}")
        server.execute("alter role kept password 'its own'")
        rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (tmp_path / "pg" / "data" / "pg_hba.conf").write_text(rules)
        settings = "listen_addresses = '127.0.0.1'\nunix_socket_permissions = '0700'\n"
        (tmp_path / "pg" / "data" / "postgresql.auto.conf").write_text(f"{settings}port = {port}\n")
        server.stop()
        yield from _listening(tmp_path / "pg", server, port)


def _listening(folder: Path, server: Cluster, port: int) -> Iterator[str]:
    """The same data served on a port, which our own servers never do."""
    account = server._account
    line = [str(server.bin / "pg_ctl"), "-D", str(folder / "data"), "-o", f"-k {folder}", "-l", str(folder / "log")]
    if account.user:
        pytest.skip("needs user namespaces or an ordinary user")
    subprocess.run([*account.prefix, *line, "-w", "start"], check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql://postgres:{_PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*account.prefix, *line, "-m", "fast", "-w", "stop"], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder)


def test_a_role_without_a_password_gets_the_owners_and_one_that_is_set_stays(owner: str) -> None:
    databases.let_in(owner, "fresh")
    databases.check_reachable(databases.as_role(owner, "fresh"), "fresh")
    with pytest.raises(StartError, match="role kept, which must have the password of the address"):
        databases.let_in(owner, "kept")
    with pytest.raises(StartError, match="shy"):
        databases.let_in(owner, "shy")
