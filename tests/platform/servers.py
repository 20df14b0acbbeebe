"""Another PostgreSQL than the embedded one: the oldest that we promise to run on, where the system has it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shangwu.cli.unprivileged import identity_for
from tests.running import free_port

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@contextlib.contextmanager
def postgresql_15(folder: Path) -> Iterator[str]:
    """A throw-away server of Debian's PostgreSQL 15, as an address without a database; skips where there is none."""
    if not (DEBIAN_15 / "initdb").exists():
        pytest.skip("no PostgreSQL 15 here (on Debian: apt install postgresql-15)")
    data, port = folder / "data", free_port()
    identity = identity_for(data, DEBIAN_15 / "initdb")
    env = {**os.environ, "LC_ALL": "C"}
    control = [str(DEBIAN_15 / "pg_ctl"), "-D", str(data), "-w"]
    made = identity.run(
        [str(DEBIAN_15 / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"],
        60,
        env,
    )
    assert made.returncode == 0, made.stdout
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    started = identity.run([*control, "-o", options, "-l", str(folder / "log"), "start"], 60, env)
    assert started.returncode == 0, started.stdout
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}"
    finally:
        identity.run([*control, "-m", "immediate", "stop"], 60, env)


def new_database(server: str, name: str) -> str:
    """An empty database with an owner of its own, as on a real server; gives its address."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name}_owner LOGIN".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER {name}_owner".encode())
    return f"{server.replace('postgres@', f'{name}_owner@')}/{name}"
