"""The embedded server: it starts, keeps its data, refuses what is not its own, and never outlives its launcher."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anze.postgres import Cluster, ClusterError

_SECONDS = 30

_LAUNCHER = """
import sys, threading
from pathlib import Path
from anze.postgres import Cluster
server = Cluster(Path(sys.argv[1]), version=int(sys.argv[2]), durable=False)
starter = threading.Thread(target=server.start)
starter.start()
starter.join()
print(server.pid, flush=True)
sys.stdin.read()
"""


def _await_end(pid: int) -> None:
    """Return when the process has ended, whoever its parent is."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], _SECONDS)[0], f"process {pid} does not end"
    finally:
        os.close(handle)


def _launcher(folder: Path, version: int) -> tuple[subprocess.Popen[str], int]:
    launcher = subprocess.Popen(
        [sys.executable, "-c", _LAUNCHER, str(folder), str(version)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    return launcher, int(launcher.stdout.readline())


def _shared_memory() -> set[str]:
    return {entry.name for entry in Path("/dev/shm").glob("PostgreSQL.*")}  # noqa: S108 - looked at, not written


def _mapped_by(pid: int) -> set[str]:
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    return {name for name in _shared_memory() if name in maps}


def test_the_server_answers_in_utc_and_in_the_version_asked_for(cluster: Cluster, postgres_version: int) -> None:
    assert cluster.execute("show timezone") == "UTC"
    assert cluster.execute("show server_version").startswith(f"{postgres_version}.")
    assert cluster.execute("show server_encoding") == "UTF8"


def test_nobody_but_its_owner_reaches_the_socket(cluster: Cluster) -> None:
    assert cluster.execute("show listen_addresses") == ""
    assert cluster.socket_folder.stat().st_mode & 0o077 == 0


def test_a_copied_database_holds_what_its_template_held_and_is_dropped_again(cluster: Cluster) -> None:
    cluster.create_database("original")
    cluster.execute("create table kept (n int)", "original")
    cluster.create_database("copied", template="original")
    assert cluster.execute("select count(*) from kept", "copied") == "0"
    cluster.drop_database("copied")
    cluster.drop_database("original")
    assert not cluster.has_database("copied")


def test_a_name_that_is_no_name_is_refused(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match="cannot be the name"):
        cluster.create_database("x; drop database postgres")


def test_data_survives_a_restart_at_the_same_address(tmp_path: Path, postgres_version: int) -> None:
    with Cluster(tmp_path / "pg", version=postgres_version) as server:
        address = server.url("kept")
        server.create_database("kept")
        server.restart()
        assert server.url("kept") == address
        assert server.has_database("kept")


def test_the_server_ends_when_its_launcher_is_killed_and_leaves_no_shared_memory(
    tmp_path: Path, postgres_version: int
) -> None:
    launcher, server = _launcher(tmp_path / "pg", postgres_version)
    segments = _mapped_by(server)
    launcher.send_signal(signal.SIGKILL)
    launcher.communicate()
    _await_end(server)
    assert not segments & _shared_memory()


def test_a_server_that_was_killed_itself_starts_again(tmp_path: Path, postgres_version: int) -> None:
    folder = tmp_path / "pg"
    launcher, server = _launcher(folder, postgres_version)
    os.kill(server, signal.SIGKILL)
    launcher.kill()
    launcher.communicate()
    assert (folder / "data" / "postmaster.pid").exists()
    with Cluster(folder, version=postgres_version) as again:
        assert again.execute("select 1") == "1"


def test_a_stale_file_that_names_a_living_process_does_not_stop_the_start(
    tmp_path: Path, postgres_version: int
) -> None:
    with Cluster(tmp_path / "pg", version=postgres_version) as server:
        stale = (tmp_path / "pg" / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()
        server.stop()
        (tmp_path / "pg" / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *stale[1:]]) + "\n")
        server.start()
        assert server.execute("select 1") == "1"


def test_a_folder_in_use_is_refused_in_one_line(tmp_path: Path, postgres_version: int) -> None:
    with Cluster(tmp_path / "pg", version=postgres_version):
        with pytest.raises(ClusterError, match="in use") as refusal:
            Cluster(tmp_path / "pg", version=postgres_version).start()
        assert "\n" not in str(refusal.value)


def test_data_of_another_version_is_refused_in_one_line(tmp_path: Path, postgres_version: int) -> None:
    other = {16: 18, 18: 16}[postgres_version]
    with Cluster(tmp_path / "pg", version=postgres_version):
        pass
    with pytest.raises(ClusterError, match=f"holds data of PostgreSQL {postgres_version}") as refusal:
        Cluster(tmp_path / "pg", version=other).start()
    assert "\n" not in str(refusal.value)


def test_a_data_folder_left_half_made_is_made_anew(tmp_path: Path, postgres_version: int) -> None:
    (tmp_path / "pg" / "data.unfinished" / "base").mkdir(parents=True)
    with Cluster(tmp_path / "pg", version=postgres_version) as server:
        assert server.execute("select 1") == "1"


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path, postgres_version: int) -> None:
    server = Cluster(tmp_path / "pg", version=postgres_version)
    server.start()
    server.stop()
    (tmp_path / "pg" / "data" / "postgresql.conf").write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(ClusterError, match=r"PostgreSQL did not start: .*contains errors") as refusal:
        server.start()
    assert "\n" not in str(refusal.value)


def test_a_folder_with_a_long_path_has_its_socket_elsewhere(tmp_path: Path, postgres_version: int) -> None:
    folder = tmp_path / ("long" * 30)
    with Cluster(folder, version=postgres_version) as server:
        assert server.execute("select 1") == "1"
        assert len(str(server.socket_folder)) < 80
        assert Cluster(folder, version=postgres_version).socket_folder == server.socket_folder
    assert not server.socket_folder.exists()
