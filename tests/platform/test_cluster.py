"""The embedded PostgreSQL: made whole or not at all, private, durable, and startable after every mishap."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shangwu.cli import cluster as cluster_module
from shangwu.cli import folders
from shangwu.cli.cluster import Cluster
from shangwu.cli.trouble import Trouble


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that was never started, stopped at the end."""
    made = Cluster(tmp_path / "var")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One running cluster for tests that only look at it."""
    with Cluster(tmp_path_factory.mktemp("looked-at") / "var") as made:
        yield made


def shown(cluster: Cluster, question: str) -> str:
    with cluster.superuser_connection() as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_it_is_durable_utf8_and_listens_on_loopback_only(running: Cluster) -> None:
    asked = ("fsync", "full_page_writes", "synchronous_commit", "server_encoding", "listen_addresses", "data_checksums")
    found = {name: shown(running, f"SHOW {name}") for name in asked}
    assert found == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "data_checksums": "on",
    }
    assert shown(running, "SELECT datlocale FROM pg_database WHERE datname = 'template0'") == "C.UTF-8"


def test_only_the_password_opens_it_and_only_its_owner_can_read_it(running: Cluster) -> None:
    assert (running.home / "password").stat().st_mode & 0o777 == 0o600
    assert running.home.stat().st_mode & 0o777 == 0o700
    wrong = running.url("postgres").replace(running.password("shangwu"), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert "trust" not in (running.data / "pg_hba.conf").read_text().split("\n# TYPE")[-1]


def test_the_owner_role_is_no_superuser(running: Cluster) -> None:
    assert shown(running, "SELECT rolsuper FROM pg_roles WHERE rolname = 'shangwu'") == "False"


def test_a_second_start_keeps_port_password_and_data(cluster: Cluster) -> None:
    cluster.start()
    cluster.ensure_database("kept")
    url = cluster.url("kept")
    assert cluster.stop()
    assert not cluster.is_running()
    again = Cluster(cluster.var).start()
    assert again.url("kept") == url
    assert again.has_database("kept")
    again.stop()


def test_a_port_taken_meanwhile_is_replaced(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    with socket.socket() as taken:
        # Connections that have just ended may still hold the port for a minute.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", cluster.port))
        taken.listen()
        before = cluster.port
        cluster.start()
        assert cluster.port != before
        assert shown(cluster, "SELECT 1") == "1"


def test_a_first_start_killed_at_any_moment_is_followed_by_a_clean_second(tmp_path: Path) -> None:
    var = tmp_path / "var"
    starter = f"from shangwu.cli.cluster import Cluster; Cluster({str(var)!r}).start()"
    for pause in (0.2, 0.4, 0.6, 0.9):
        process = subprocess.Popen([sys.executable, "-c", starter], start_new_session=True)
        time.sleep(pause)
        process.kill()
        process.wait()
    cluster = Cluster(var).start()
    assert shown(cluster, "SELECT 1") == "1"
    assert cluster.stop()


def test_half_made_data_is_thrown_away(cluster: Cluster) -> None:
    left = cluster.home / "data.1234.new" / "base"
    left.mkdir(parents=True)
    cluster.home.chmod(0o700)
    cluster.start()
    assert not left.exists()


def test_a_damaged_cluster_is_named_and_not_touched(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    control = cluster.data / "global" / "pg_control"
    control.rename(control.with_name("moved"))
    with pytest.raises(Trouble, match="not a whole database"):
        cluster.start()
    control.with_name("moved").rename(control)
    cluster.start()


def test_another_major_version_is_refused_with_the_way_out(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 17.*backup"):
        cluster.start()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_an_old_process_file_that_names_a_living_stranger_does_not_stop_it(cluster: Cluster) -> None:
    cluster.start()
    recorded = (cluster.data / "postmaster.pid").read_text()
    cluster.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lines = recorded.split("\n")
        (cluster.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not cluster.is_running()
        cluster.start()
        assert shown(cluster, "SELECT 1") == "1"
    finally:
        stranger.kill()
        stranger.wait()


def test_after_kill_9_it_recovers_what_was_committed(cluster: Cluster) -> None:
    cluster.start()
    with cluster.superuser_connection() as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    process = cluster.process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    while cluster.is_running():
        time.sleep(0.01)
    cluster.start()
    assert shown(cluster, "SELECT count(*) FROM kept") == "1000"


def test_it_stops_only_when_its_last_user_lets_go(tmp_path: Path) -> None:
    var = tmp_path / "var"
    first = Cluster(var).start()
    user = "import sys; from shangwu.cli.cluster import Cluster; c = Cluster(sys.argv[1]).start();"
    other = subprocess.Popen(
        [sys.executable, "-c", f"{user} print('up', flush=True); sys.stdin.read(); print(c.stop())", str(var)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    assert first.stop() is False
    assert first.is_running()
    said, _ = other.communicate("")
    assert said == "True\n"
    assert not first.is_running()


def test_a_full_disk_is_one_sentence_before_anything_is_made(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "free_bytes", lambda folder: 3 * folders.MEGABYTE)
    with pytest.raises(Trouble, match=r"disk of .* is full: 3 MB free, 200 MB needed"):
        cluster.start()
    assert not cluster.data.exists()
    monkeypatch.undo()
    cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_disk_that_fills_up_while_it_is_made_is_one_sentence_and_a_clean_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        monkeypatch.setattr(folders, "free_bytes", lambda folder: 10**9)
        with pytest.raises(Trouble, match=r"can't be made: the disk of .* is full"):
            Cluster(small / "var").start()
        assert not (small / "var" / "postgres" / "data").exists()
        subprocess.run(["mount", "-o", "remount,size=300m", str(small)], check=True)
        cluster = Cluster(small / "var").start()
        assert cluster.stop()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_network_file_system_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "file_system", lambda folder: "nfs4")
    with pytest.raises(Trouble, match="network file system"):
        cluster.start()


def test_no_folder_that_was_there_before_is_opened_to_others(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with Cluster(private / "var"):
        assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_without_user_namespaces_root_uses_an_account_that_can_reach_the_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shangwu.cli.unprivileged._namespace", lambda program: None)
    reachable = Path("/var/tmp").resolve() / f"shangwu-test-{os.getpid()}"
    wheel = cluster_module.program("postgres")
    if subprocess.run(["su", "-s", "/bin/sh", "nobody", "-c", f"test -x {wheel}"], check=False).returncode:
        pytest.skip("the libraries of this checkout can't be read by other accounts")
    reachable.mkdir(mode=0o755)
    try:
        with Cluster(reachable / "var") as cluster:
            assert shown(cluster, "SELECT 1") == "1"
            assert cluster.data.stat().st_uid != 0
    finally:
        shutil.rmtree(reachable)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_in_a_folder_that_no_other_account_reaches_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shangwu.cli.unprivileged._namespace", lambda program: None)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Trouble, match="does not run as root, and no other account can reach"):
        Cluster(closed / "var").start()
    assert closed.stat().st_mode & 0o777 == 0o700
