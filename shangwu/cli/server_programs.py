"""pg_dump and pg_restore against the installation's database, wherever it is."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from shangwu.cli.cluster import program
from shangwu.cli.trouble import Trouble

# pg_restore sets this at once, whatever server it talks to.
TRANSACTION_TIMEOUT_SINCE = 170000
HEAD_LINES = 100
ENVIRONMENT = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def client_environment(url: str) -> dict[str, str]:
    """The address as environment variables: a password in the arguments would be seen by every account."""
    given = conninfo_to_dict(url)
    own = {ENVIRONMENT[name]: str(value) for name, value in given.items() if name in ENVIRONMENT and value is not None}
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | own


def dump(url: str, into: Path, snapshot: str) -> None:
    """Write the database as seen by an exported snapshot to one file in pg_dump's custom format."""
    _run(
        [
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            f"--file={into}",
        ],
        url,
        "The database can't be dumped",
    )


def restore(url: str, dumped: Path, server_version: int) -> None:
    """Restore a dump into an empty database: wholly, or not at all. server_version: as libpq says it, 150004."""
    what = "The database can't be restored; nothing was changed in it"
    read = ["pg_restore", "--no-owner", "--no-privileges"]
    if server_version >= TRANSACTION_TIMEOUT_SINCE:
        database = str(conninfo_to_dict(url)["dbname"])
        _run([*read, "--single-transaction", "--exit-on-error", f"--dbname={database}", str(dumped)], url, what)
        return
    writing = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    env = client_environment(url)
    with (
        subprocess.Popen(
            [str(program("pg_restore")), *read[1:], "--file=-", str(dumped)], stdout=subprocess.PIPE
        ) as reader,
        subprocess.Popen(
            [str(program("psql")), *writing[1:]], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        ) as writer,
    ):
        told = _pass_on(reader, writer)
    if reader.returncode or writer.returncode:
        raise _trouble(what, told)


def _pass_on(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> str:
    """Pass the script on, without the one setting in its head that older servers do not know."""
    if reader.stdout is None or writer.stdin is None or writer.stderr is None:
        raise AssertionError("both were started with pipes")
    with contextlib.suppress(BrokenPipeError), writer.stdin:
        for number, line in enumerate(reader.stdout):
            if number > HEAD_LINES or not line.startswith(b"SET transaction_timeout"):
                writer.stdin.write(line)
    reader.stdout.close()
    return writer.stderr.read().decode(errors="replace")


def _run(command: list[str], url: str, what: str) -> None:
    done = subprocess.run(
        [str(program(command[0])), *command[1:]],
        check=False,
        env=client_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        raise _trouble(what, done.stderr)


def _trouble(what: str, told: str) -> Trouble:
    if "No space left on device" in told:
        return Trouble(f"{what}: a disk is full. Free some space, then try again.")
    lines = told.strip().splitlines() or ["no reason given"]
    reason = next((line for line in lines if "error:" in line or "ERROR:" in line), lines[0])
    return Trouble(f"{what} ({reason}).")
