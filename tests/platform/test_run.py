"""`shangwu run`: one parent, started and stopped in order; every mishap is one sentence and a clean second try."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from shangwu.cli.cluster import Cluster
from tests.running import House, free_port, is_alive, running, shangwu, start, wait_until

pytestmark = pytest.mark.alone
MAKES = ("Making the database", "Bringing the database up to date")
"""What a start says of the work that only the first has; how many seconds another takes is the benchmarks' to say."""


@pytest.fixture(scope="module")
def made(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose first start is over."""
    var = tmp_path_factory.mktemp("house") / "var"
    shutil.copytree(migrated, var)
    with running(var):
        pass
    return var


@pytest.fixture
def house(made: Path) -> Iterator[House]:
    """A second start."""
    with running(made) as found:
        yield found


def test_the_address_is_a_name_so_that_passkeys_work(house: House) -> None:
    assert house.address == f"http://localhost:{house.port}"
    assert house.answers()


def test_a_second_start_makes_nothing_anew(made: Path) -> None:
    def tables() -> object:
        with Cluster(made) as cluster, cluster.superuser_connection("shangwu") as connection:
            return connection.execute("SELECT oid, relname, relfilenode FROM pg_class WHERE relkind = 'r'").fetchall()

    log, before = made.parent / f"{made.name}.log", tables()
    said = len(log.read_text())
    with running(made) as house:
        assert house.answers()
    assert tables() == before
    assert not [one for one in MAKES if one in log.read_text()[said:]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_postgresql_included(made: Path, number: signal.Signals) -> None:
    with running(made) as house:
        assert wait_until(lambda: house.children("worker"))
        numbers = [*house.children("web"), *house.web_processes(), *house.children("worker"), house.cluster.process]
        began = time.monotonic()
        assert house.stop(number) == 0
        assert time.monotonic() - began < 10
        assert [one for one in numbers if one and is_alive(one)] == []
    assert not Cluster(made).is_running()


def test_web_and_workers_stop_before_postgresql(made: Path) -> None:
    with running(made) as house:
        assert wait_until(lambda: house.children("worker"))
        told = made.parent / "var.log"
        before = len(told.read_text())
        house.stop()
    said = told.read_text()[before:]
    assert "Web and workers have stopped; PostgreSQL next." in said
    # Had PostgreSQL gone first, those that use it would have complained.
    assert not re.search(r"OperationalError|terminating connection|Killing worker", said)


def test_the_terminals_ctrl_c_reaches_the_parent_only(house: House) -> None:
    assert wait_until(lambda: house.children("worker"))
    sessions = {os.getsid(one) for one in [*house.children("web"), *house.children("worker")]}
    assert os.getsid(house.process.pid) not in sessions
    assert len(sessions) == 2


@pytest.mark.parametrize("name", ["web", "worker", "postgres"])
def test_what_is_killed_is_started_again(house: House, name: str) -> None:
    assert wait_until(lambda: house.children("worker"))
    running_now: dict[str, Callable[[], list[int | None]]] = {
        "web": lambda: [*house.web_processes()],
        "worker": lambda: [*house.children("worker")],
        "postgres": lambda: [house.cluster.process],
    }
    numbers = running_now[name]()
    house.kill(name)
    assert wait_until(lambda: None not in (now := running_now[name]()) and len(now) == len(numbers) and now != numbers)
    assert wait_until(house.answers)


def test_when_the_parent_is_killed_the_next_start_is_clean(made: Path) -> None:
    with running(made) as house:
        assert wait_until(lambda: house.children("worker"))
        left = [*house.children("web"), *house.web_processes(), *house.children("worker")]
        os.kill(house.process.pid, signal.SIGKILL)
        house.process.wait()
        assert wait_until(lambda: not [one for one in left if is_alive(one)])
        port = house.port
        with running(made, port=port) as again:
            assert again.answers()
            again.stop()
    assert not Cluster(made).is_running()


def test_a_busy_port_is_one_sentence_with_the_way_out(made: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = shangwu("run", "--port", str(port), var=made)
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert f"Port {port} is in use by another program" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not Cluster(made).is_running()


def test_a_second_run_on_the_same_folder_says_where_the_first_answers(house: House) -> None:
    done = shangwu("run", "--port", str(free_port()), var=house.var)
    assert done.returncode == 1
    assert f"already runs on {house.var} at {house.address}" in done.stderr
    assert house.answers()


def test_two_installations_stand_side_by_side(made: Path, tmp_path: Path) -> None:
    # Even when one is a copy of the other, as people do: it finds a port of its own.
    shutil.copytree(made, tmp_path / "other", ignore=shutil.ignore_patterns("secret.key"))
    with running(made) as first, running(tmp_path / "other") as second:
        assert first.answers()
        assert second.answers()
        assert first.cluster.port != second.cluster.port
        keys = [(one.var / "secret.key").read_text() for one in (first, second)]
        assert keys[0] != keys[1]
        first.stop()
        assert second.answers()


def test_web_machines_share_a_server_and_a_data_folder(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "server")
    shared = tmp_path / "shared"
    with Cluster(tmp_path / "server") as server:
        url = server.url(role="shangwu_app")
        only_web = ("--no-migrate", "--workers", "0", "--web", "1")
        with (
            running(shared, *only_web, DATABASE_URL=url) as first,
            running(shared, *only_web, DATABASE_URL=url) as second,
        ):
            assert first.answers()
            assert second.answers()
            assert not (shared / "postgres").exists()
            first.stop()
            assert second.answers()
        assert server.is_running()


@pytest.mark.parametrize("pause", [0.5, 4.0])
def test_a_first_start_killed_is_followed_by_a_whole_second(tmp_path: Path, pause: float) -> None:
    var = tmp_path / "var"
    process = start(var)
    time.sleep(pause)
    process.kill()
    process.wait()
    with running(var) as house:
        assert house.answers()
        done = shangwu("migrate", "--check", "--json", var=var)
        assert json.loads(done.stdout) == {"pending": []}
        with psycopg.connect(house.database_url) as connection:  # only while it was built might a commit not wait
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    assert all(one in (tmp_path / "var.log").read_text() for one in MAKES)


def test_a_first_start_interrupted_says_so_and_stops_postgresql(tmp_path: Path) -> None:
    var = tmp_path / "var"
    process = start(var)
    assert wait_until(lambda: Cluster(var).is_running())
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not Cluster(var).is_running()
    assert "Stopped before it was ready" in (tmp_path / "var.log").read_text()


def test_secrets_are_readable_by_their_owner_only(made: Path) -> None:
    assert (made / "secret.key").stat().st_mode & 0o077 == 0
    assert (made / "postgres" / "password").stat().st_mode & 0o077 == 0


def test_an_address_that_others_reach_needs_named_hosts(made: Path) -> None:
    done = shangwu("run", "--host", "0.0.0.0", "--port", str(free_port()), var=made)
    assert done.returncode == 1
    assert "SHANGWU_HOSTS" in done.stderr


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none"
    done = shangwu("run", "--port", str(free_port()), var=tmp_path / "var", DATABASE_URL=url)
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
