"""The embedded PostgreSQL: one cluster in VAR/postgres, made and run by the programs of a Python wheel.

Only the wheel's programs are used, never its Python code. The cluster listens on the loopback address alone,
on a port of its own that it keeps from start to start; its random password is readable by its owner only.
`DATABASE_URL` in the environment means that none of this is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from shangwu.cli import folders
from shangwu.cli.cluster_processes import MAJOR, is_free, program, reason_told, serves, serves_anything
from shangwu.cli.cluster_settings import settings_text
from shangwu.cli.marks import UseMark, one_at_a_time
from shangwu.cli.trouble import Trouble
from shangwu.cli.unprivileged import Identity, identity_for, make_data_folder

if TYPE_CHECKING:
    import psycopg

__all__ = ["DATABASE", "OWNER", "SERVER", "SUPERUSER", "Cluster", "program"]

SUPERUSER = "postgres"
# The owner changes the schema; the server role reads and writes rows, and only adds to the log.
OWNER = "shangwu"
SERVER = "shangwu_app"
DATABASE = "shangwu"
START_SECONDS = 300
LOG_BYTES = 10 * folders.MEGABYTE


class Cluster:
    """The cluster of one data folder. `durable=False` is for throw-away test clusters only."""

    def __init__(self, var: str | os.PathLike[str], *, durable: bool = True) -> None:
        self.var = Path(var).resolve()
        self.home = self.var / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.durable = durable
        self._use = UseMark(self.var / "postgres.used")
        self._identity: Identity | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What others ask of it

    def url(self, database: str = DATABASE, role: str = OWNER) -> str:
        """The address of a database of this cluster, password included."""
        return f"postgresql://{role}:{self.password(role)}@127.0.0.1:{self.port}/{database}"

    def password(self, role: str) -> str:
        """The password of a role: the superuser's is in a private file, the others follow from it."""
        kept = (self.home / "password").read_text(encoding="utf-8").strip()
        return kept if role == SUPERUSER else hmac.new(kept.encode(), role.encode(), hashlib.sha256).hexdigest()

    @property
    def port(self) -> int:
        """The port that this cluster listens on, or had when it last ran; 0 before its first start."""
        kept = self.home / "port"
        text = kept.read_text(encoding="utf-8").strip() if kept.exists() else ""
        return int(text) if text.isdigit() else 0

    @property
    def process(self) -> int | None:
        """The process number of the running server of this very folder, or None."""
        number = self._recorded_process()
        return number if number and serves(number, self.data) else None

    def is_running(self) -> bool:
        """Is a server of this very folder running?"""
        return self.process is not None

    def is_used_by_others(self) -> bool:
        """Is another process at work in it? Asked before we start it."""
        return self.home.is_dir() and self._use.is_held_by_others()

    def start(self) -> Self:
        """Make the cluster if there is none, start it if it does not run, and mark it as used by us.

        Returns when it answers. Raises Trouble with one sentence for whatever is in the way; a second try is clean.
        """
        make_data_folder(self.var, program("postgres"))
        folders.require_local(self.var)
        with one_at_a_time(self.var / "postgres.lock"):
            if self.is_running():
                self._wait_for_answer()
            if not self.is_running():
                self._make_if_absent()
                self._launch()
            self._use.hold()
            with self.superuser_connection() as connection:
                self._ensure_roles(connection)
        return self

    def stop(self) -> bool:
        """Let go of the cluster, and stop it unless another process uses it too. True when it no longer runs."""
        if not self.home.is_dir():
            return True
        with one_at_a_time(self.var / "postgres.lock"):
            if not self._use.let_go():
                return False
            if self.is_running():
                self._control("stop", "-m", "fast")
        return not self.is_running()

    def has_database(self, name: str = DATABASE) -> bool:
        """Is there a database of this name? The cluster must be running."""
        with self.superuser_connection() as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def ensure_database(self, name: str = DATABASE, *, hurried: bool = False) -> None:
        """Create an empty database of the owner role, unless it is there.

        hurried: until it gets its final name a commit need not wait for the disk, since a crash makes it begin anew.
        """
        if not self.has_database(name):
            with self.superuser_connection() as connection:
                connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE template0'.encode())
                if hurried:
                    connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off'.encode())

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, its connections with it."""
        with self.superuser_connection() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def rename_database(self, old: str, new: str) -> None:
        """Give a database its final name: it is whole now, and this commit takes to the disk all that came before.

        Nobody may be connected to it.
        """
        with self.superuser_connection() as connection:
            connection.execute(f'ALTER DATABASE "{old}" RESET synchronous_commit'.encode())
            connection.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"'.encode())

    @contextlib.contextmanager
    def superuser_connection(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A connection as superuser, each statement its own transaction."""
        import psycopg

        try:
            with psycopg.connect(self.url(database, SUPERUSER), autocommit=True, connect_timeout=10) as connection:
                yield connection
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise Trouble(f"PostgreSQL in {self.home} does not answer ({reason}); see {self.log}.") from error

    # How it is made

    def _make_if_absent(self) -> None:
        folders.make_folder(self.home)
        self.identity.own(self.home)
        # What killed first starts left: a folder gets its final name only when it is whole. Each try has its own,
        # because the initdb of a killed one may still be at work.
        for left in self.home.glob("data.*.new"):
            shutil.rmtree(left, ignore_errors=True)
        if not self.data.exists():
            self._make()
        if not (self.data / "global" / "pg_control").exists():
            raise Trouble(f"{self.data} is not a whole database: restore a backup into another VAR, or remove it.")
        version = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if version != MAJOR:
            raise Trouble(
                f"{self.data} was made by PostgreSQL {version}, this is {MAJOR}: "
                f"take a backup with the old release of Shangwu and restore it into another VAR."
            )

    def _make(self) -> None:
        folders.require_free(self.home, folders.FREE_FOR_A_NEW_CLUSTER)
        secret = self.home / "password"
        if not (secret.exists() and secret.read_text(encoding="utf-8").strip()):
            folders.write_private(secret, secrets.token_hex(32))
        self.identity.own(secret)
        done = self._program(
            "initdb",
            f"--pgdata={self._unfinished}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # The builtin provider orders alike on every system, and needs none of its locales.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        )
        if done.returncode != 0:
            shutil.rmtree(self._unfinished, ignore_errors=True)
            raise reason_told("The database can't be made", done.stdout, self.home)
        with (self._unfinished / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\ninclude_if_exists = 'shangwu.conf'\n")
            settings.flush()
            os.fsync(settings.fileno())
        self._unfinished.rename(self.data)
        folders.sync_folder(self.home)

    @property
    def _unfinished(self) -> Path:
        return self.home / f"data.{os.getpid()}.new"

    def _ensure_roles(self, connection: psycopg.Connection) -> None:
        found = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, may in ((OWNER, "LOGIN CREATEDB"), (SERVER, "LOGIN")):
            if role not in found:
                # The password is hexadecimal: nothing in it to quote.
                connection.execute(f"CREATE ROLE {role} {may} PASSWORD '{self.password(role)}'".encode())

    # How it is started

    def _launch(self) -> None:
        folders.require_free(self.home, folders.FREE_TO_START)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        told = ""
        deadline = time.monotonic() + 30
        for _ in range(60):
            self._remove_stale_process_file()
            self._choose_port()
            settings = self.data / "shangwu.conf"
            folders.write_private(settings, settings_text(self.port, durable=self.durable))
            self.identity.own(settings)
            before = self.log.stat().st_size if self.log.exists() else 0
            done = self._control("start", "-l", str(self.log))
            if done.returncode == 0:
                return
            told = self._log_since(before) + done.stdout
            # Another program was faster to the port; or the last server's processes are still ending.
            if not re.search("could not bind|still in use|already exists", told) or time.monotonic() > deadline:
                break
            time.sleep(0.5)
        raise reason_told("PostgreSQL does not start", told, self.home)

    def _wait_for_answer(self) -> None:
        """A start that was killed may have left a server that has only just begun: it answers soon, or ends."""
        deadline = time.monotonic() + 30
        while self.is_running() and time.monotonic() < deadline:
            with contextlib.suppress(Trouble), self.superuser_connection():
                return
            time.sleep(0.1)

    def _choose_port(self) -> None:
        if self.port and is_free(self.port):
            return
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            folders.write_private(self.home / "port", f"{free.getsockname()[1]}\n")

    def _remove_stale_process_file(self) -> None:
        """PostgreSQL refuses to start when the number in its old file now belongs to any living process."""
        number = self._recorded_process()
        if number and not serves_anything(self.data) and sys.platform.startswith("linux"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_process(self) -> int | None:
        try:
            first = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0]
        except FileNotFoundError:
            return None
        return int(first) if first.strip().isdigit() else None

    def _log_since(self, position: int) -> str:
        with self.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(position)
            return log.read()

    # Its programs

    @property
    def identity(self) -> Identity:
        """As whom PostgreSQL's programs run here."""
        if self._identity is None:
            self._identity = identity_for(self.home, program("postgres"))
        return self._identity

    def _control(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        always = ("-D", str(self.data), "-w", "-t", str(START_SECONDS))
        return self._program("pg_ctl", verb, *always, *options)

    def _program(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        env = inherited | {"LC_ALL": "C", "TZ": "UTC"}
        return self.identity.run([str(program(name)), *options], START_SECONDS + 30, env)
