"""One installation: a data folder, its database, its secret key, and the environment that its processes get."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import shangwu
from shangwu.cli import folders
from shangwu.cli.children import run_to_end
from shangwu.cli.cluster import DATABASE, OWNER, SERVER, Cluster, program
from shangwu.cli.trouble import Trouble
from shangwu.cli.unprivileged import make_data_folder

SETTINGS = "shangwu.config.settings"
# The demo's own mark: which sign-ins it made. While it is there, settings may offer them on loopback.
DEMO_MARK = "demo.json"


class Installation:
    """What stands in one data folder. `cluster` is None when DATABASE_URL names another PostgreSQL."""

    def __init__(self, var: str | os.PathLike[str] | None = None) -> None:
        self.var = folders.data_folder(var)
        self.database_url = os.environ.get("DATABASE_URL", "")
        self.cluster = None if self.database_url else Cluster(self.var)

    @property
    def demo_mark(self) -> Path:
        """Is there once the demo department is loaded."""
        return self.var / DEMO_MARK

    @property
    def static(self) -> Path:
        """Where static files are collected: SHANGWU_STATIC, else in the data folder."""
        return Path(os.environ.get("SHANGWU_STATIC") or self.var / "static")

    def start_database(self) -> None:
        """Make the data folder and start the embedded cluster, if it is ours to start."""
        self.make_folder()
        if self.cluster:
            self.cluster.start()

    def make_folder(self) -> None:
        """Make the data folder if it is not there. Raises Trouble when it can't be written."""
        if self.cluster:
            make_data_folder(self.var, program("postgres"))
        else:
            folders.make_folder(self.var)

    @contextlib.contextmanager
    def database_running(self) -> Iterator[None]:
        """The database answers inside the block. Raises Trouble when it does not."""
        self.start_database()
        try:
            self.require_server()
            yield
        finally:
            self.stop_database()

    def stop_database(self) -> None:
        """Stop the embedded cluster unless another process uses it."""
        if self.cluster:
            self.cluster.stop()

    def url(self, database: str = DATABASE, *, as_owner: bool = False) -> str:
        """The database's address; DATABASE_URL says as whom, the embedded one has two roles."""
        if self.cluster is None:
            return self.database_url
        return self.cluster.url(database, OWNER if as_owner else SERVER)

    def environment(self, database: str = DATABASE, *, as_owner: bool = False) -> dict[str, str]:
        """The environment of this installation's processes. The database must have been started once.

        as_owner: for those that change the schema; the others serve people, and can't change the log.
        """
        env = dict(os.environ)
        # Without compiled modules every start would compile Django again: 3 s instead of 1.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        # Each thread's own heap would keep what a large answer once took.
        env.setdefault("MALLOC_ARENA_MAX", "1")
        # Columns of each instruction, for tracebacks, would take megabytes of every process.
        env.setdefault("PYTHONNODEBUGRANGES", "1")
        env["DATABASE_URL"] = self.url(database, as_owner=as_owner)
        env["SHANGWU_VAR"] = env["VAR"] = str(self.var)
        env["SHANGWU_STATIC"] = str(self.static)
        env["SHANGWU_SECRET_KEY"] = os.environ.get("SHANGWU_SECRET_KEY") or self._secret_key()
        env["DJANGO_SETTINGS_MODULE"] = SETTINGS
        root = str(Path(shangwu.__file__).parent.parent)
        if root not in {entry for entry in sys.path if entry.endswith("-packages")}:
            env["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        return env

    @contextlib.contextmanager
    def opened(self, *, require_made: bool = True) -> Iterator[None]:
        """The database started, and Django ready in this very process; let go of at the end.

        Raises Trouble when there is no installation here yet, or its database does not answer.
        """
        if self.cluster and require_made and not self.cluster.data.exists():
            raise self._nothing_here()
        with self.database_running():
            if self.cluster and require_made and not self.cluster.has_database():
                raise self._nothing_here()
            os.environ.update(self.environment())
            import django

            django.setup()
            yield

    def require_server(self) -> None:
        """Raise Trouble unless the database of DATABASE_URL answers and is PostgreSQL 15 or later."""
        if self.cluster:
            return
        import psycopg

        try:
            with psycopg.connect(self.database_url, connect_timeout=10) as connection:
                version = connection.info.server_version // 10000
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise Trouble(f"The database does not answer ({reason}): check DATABASE_URL, then try again.") from error
        except psycopg.ProgrammingError as error:
            raise Trouble("DATABASE_URL can't be read: write postgresql://user:password@host:5432/name.") from error
        if version < 15:
            raise Trouble(f"The server of DATABASE_URL is PostgreSQL {version}: Shangwu needs 15 or later.")

    def child(self, *arguments: str, database: str = DATABASE, as_owner: bool = False) -> None:
        """Run one subcommand of ours in a process of its own. Raises Trouble when it fails, having said why."""
        command = [sys.executable, "-m", "shangwu.cli", *arguments]
        if run_to_end(command, self.environment(database, as_owner=as_owner)) != 0:
            raise Trouble(f"`shangwu {arguments[0]}` did not end well: mend what it says above, then start again.")

    def _secret_key(self) -> str:
        path = self.var / "secret.key"
        kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        if not kept:
            kept = secrets.token_urlsafe(64)
            folders.write_private(path, f"{kept}\n")
        return kept

    def _nothing_here(self) -> Trouble:
        return Trouble(f"There is no installation in {self.var}: start one with `shangwu run`, or name it with --var.")
