"""`anze` as its user meets it: real processes, started, killed and stopped; what goes wrong is one line."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.launching import (
    ANZE,
    SECONDS,
    Home,
    Instance,
    anze,
    clean_environment,
    descendants,
    ended,
    is_one_line,
    two_ports,
)

from anze.data_folder import DataFolder
from anze.postgres import Cluster
from claims.migrations import migrate


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One data folder for all tests that open one as it is meant: a start is dear."""
    made = Home(tmp_path_factory.mktemp("one") / "data")
    yield made
    made.close()


@pytest.fixture
def instance(home: Home) -> Instance:
    """What runs on it."""
    return home.running()


def test_both_apis_are_ready_and_a_token_opens_them(instance: Instance) -> None:
    assert instance.get("/health/ready", role="admin").status_code == 200
    answer = instance.get("/v1/claims", role="insurer", tenant="picc-sz")
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next_cursor": None}


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(instance: Instance) -> None:
    claims, notifications = map(str, two_ports())
    ports = ("--claims-port", claims, "--notifications-port", notifications)
    refused = anze("up", "--sandbox", "--data", str(instance.data), *ports)
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert "in use" in refused.stderr


def test_a_taken_port_is_refused_in_one_line(instance: Instance, tmp_path: Path) -> None:
    port = instance.claims.rpartition(":")[2]
    refused = anze("up", "--data", str(tmp_path / "data"), "--claims-port", port)
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert f"Port {port} is taken" in refused.stderr


@pytest.mark.parametrize("part", ["claims api", "claims worker", "notifications api", "notifications worker"])
def test_a_killed_process_is_started_again(instance: Instance, part: str) -> None:
    program, _, role = part.partition(" ")
    pid = next(
        pid for pid, command in descendants(instance.process.pid).items() if f"/{program} {role} " in f"{command} "
    )
    os.kill(pid, signal.SIGKILL)
    instance.await_line(rf"{part} ended \(signal 9\); started again")
    assert ended(pid)


def test_a_killed_postgresql_is_started_again_and_found_again(instance: Instance) -> None:
    below = descendants(instance.process.pid).items()
    os.kill(next(pid for pid, command in below if "postgres -D" in command), signal.SIGKILL)
    instance.await_line("PostgreSQL ended; started again")
    instance.await_ready()
    assert instance.get("/v1/claims", role="insurer", tenant="picc-sz").status_code == 200


def _databases_of_a_sandbox(data: Path) -> None:
    """Leave behind what `anze up --sandbox` does, without its processes."""
    folder = DataFolder(data).open(sandbox=True)
    with Cluster(folder.postgres) as cluster:
        cluster.create_database("claims")
        migrate(cluster.url("claims"), sandbox=True)
    folder.close()


def test_a_sandbox_is_never_opened_as_anything_else(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _databases_of_a_sandbox(data)
    claims, notifications = map(str, two_ports())
    refused = anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert "is a sandbox and stays one" in refused.stderr
    (data / "instance.json").write_text('{"format": 1, "sandbox": false}')
    refused = anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert "`claims migrate` failed" in refused.stderr
    assert "sandbox" in refused.stderr


def test_killing_the_launcher_leaves_no_process_behind_and_the_data_opens_again(home: Home) -> None:
    killed = home.running()
    below = descendants(killed.process.pid)
    killed.process.kill()
    assert all(ended(pid) for pid in below)
    again = home.running()
    assert again is not killed
    assert again.get("/v1/claims", role="insurer", tenant="picc-sz").status_code == 200


def test_stopping_leaves_no_process_behind(instance: Instance) -> None:
    below = descendants(instance.process.pid)
    assert any("postgres -D" in command for command in below.values())
    instance.process.send_signal(signal.SIGINT)
    assert instance.process.wait(SECONDS) == 0
    assert all(ended(pid) for pid in below)


def test_an_unreachable_database_is_refused_in_one_line(tmp_path: Path) -> None:
    claims, notifications = map(str, two_ports())
    nobody, _ = two_ports()
    refused = anze(
        *("up", "--data", str(tmp_path / "data"), "--claims-port", claims, "--notifications-port", notifications),
        CLAIMS_DATABASE_URL=f"postgresql://me:secret@127.0.0.1:{nobody}/claims",
    )
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert "CLAIMS_DATABASE_URL" in refused.stderr
    assert "secret" not in refused.stderr


def test_data_of_another_postgresql_is_refused_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "postgres" / "data").mkdir(parents=True)
    (data / "instance.json").write_text('{"format": 1, "sandbox": false}')
    (data / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    claims, notifications = map(str, two_ports())
    refused = anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert is_one_line(refused.stderr)
    assert "PostgreSQL 17" in refused.stderr


def test_the_story_of_the_demo_plays_and_every_expected_clock_and_alert_comes(tmp_path: Path) -> None:
    played = subprocess.run(
        [ANZE, "demo", "--days", "0", "--exit"],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**clean_environment(), "TMPDIR": str(tmp_path), "COLUMNS": "160"},
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "SZ-20.8" in played.stdout
    assert re.search(r"http://127\.0\.0\.1:\d+/board/ ", played.stdout), "it says where the board is"
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"
    shutil.rmtree(tmp_path)
