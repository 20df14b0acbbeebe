"""`shangwu run`: the whole installation on one machine, until Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import ipaddress
import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from shangwu.cli import console, first_start, folders, static_files
from shangwu.cli.children import Child
from shangwu.cli.installation import Installation
from shangwu.cli.supervisor import Supervisor
from shangwu.cli.trouble import Trouble

PORTS = click.IntRange(1, 65535)
LOOPBACK_NAMES = "localhost,127.0.0.1,[::1]"


@dataclass(frozen=True)
class Options:
    """How many of what, and where."""

    host: str
    port: int
    web: int
    threads: int
    workers: int
    migrate: bool
    demo: bool
    as_json: bool

    @property
    def address(self) -> str:
        """What people type. Passkeys need a name, so the loopback address is always shown as localhost."""
        return f"http://{'localhost' if self.is_loopback else self.host}:{self.port}"

    @property
    def bound(self) -> str:
        """The address to listen on."""
        return "127.0.0.1" if self.host == "localhost" else self.host

    @property
    def is_loopback(self) -> bool:
        """Can only this machine reach it?"""
        try:
            return ipaddress.ip_address(self.bound).is_loopback
        except ValueError:
            return False


@click.command("run", short_help="Start everything here: database, web and workers.")
@console.var_option
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORTS, default=8000, envvar="PORT", show_default=True, help="Also PORT.")
@click.option("--web", type=click.IntRange(1), default=2, show_default=True, help="Web processes.")
@click.option("--threads", type=click.IntRange(1), default=4, show_default=True, help="Threads of each web process.")
@click.option("--workers", type=click.IntRange(0), default=1, show_default=True, help="Worker processes.")
@click.option("--migrate/--no-migrate", default=True, help="Bring the database up to date first (the default).")
@click.option("--demo/--no-demo", default=False, help="Load the demo department if the database is new.")
@console.json_option
def command(var: str | None, as_json: bool, **given: Any) -> None:
    """Start everything on this machine, and stop it all with Ctrl-C.

    The first start makes the data folder and the database. Later starts bring the database up to date if the
    program is newer. With DATABASE_URL set, that PostgreSQL is used instead of the embedded one.
    """
    options = Options(as_json=as_json, **given)
    installation = Installation(var)
    supervisor = Supervisor()
    with supervisor.hearing():
        try:
            _run(installation, options, supervisor)
        except KeyboardInterrupt:
            console.note("Stopped before it was ready; the next start begins where it must.")


def _run(installation: Installation, options: Options, supervisor: Supervisor) -> None:
    _require_free_port(options)
    with _alone(installation, options):
        try:
            installation.start_database()
            installation.require_server()
            with static_files.collecting(installation):
                if options.migrate or installation.cluster:
                    first_start.prepare(installation, demo_seed=first_start.DEMO_SEED if options.demo else None)
            env = _web_environment(installation, options)
            supervisor.watch(
                _children(options, env),
                installation.cluster,
                answers=lambda: _answers(options),
                ready=lambda: _announce(installation, options),
                moved=lambda: _web_environment(installation, options),
            )
            console.note("Stopping…" if not installation.cluster else "Web and workers have stopped; PostgreSQL next.")
        finally:
            supervisor.stopping = True
            installation.stop_database()


def _children(options: Options, env: dict[str, str]) -> list[Child]:
    web = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        options.bound,
        "--port",
        str(options.port),
    ]
    web += [
        "--workers",
        str(options.web),
        "--blocking-threads",
        str(options.threads),
        "--respawn-failed-workers",
    ]
    web += [
        "--respawn-interval",
        "0.5",
        "--workers-kill-timeout",
        "10",
        "--no-ws",
        "--log-level",
        "warning",
    ]
    worker = [sys.executable, "-m", "shangwu.cli", "worker"]
    return [
        Child("web", [*web, "shangwu.config.wsgi:application"], env),
        *(Child(f"worker {number}", worker, env) for number in range(1, options.workers + 1)),
    ]


def _web_environment(installation: Installation, options: Options) -> dict[str, str]:
    env = installation.environment()
    hosts = env.get("SHANGWU_HOSTS", "")
    if not hosts and not options.is_loopback:
        raise Trouble("Others can reach this address: name the hosts that it answers for in SHANGWU_HOSTS.")
    env["SHANGWU_HOSTS"] = hosts or LOOPBACK_NAMES
    env.setdefault("SHANGWU_ADDRESS", options.address)
    only_here = options.is_loopback and set(env["SHANGWU_HOSTS"].split(",")) <= set(LOOPBACK_NAMES.split(","))
    env["SHANGWU_DEMO"] = "1" if only_here and first_start.demo_sign_ins(installation) is not None else ""
    return env


def _announce(installation: Installation, options: Options) -> None:
    sign_ins = first_start.demo_sign_ins(installation) if options.is_loopback else None
    if options.as_json:
        console.say(
            json.dumps(
                {
                    "address": options.address,
                    "process": os.getpid(),
                    "sign_ins": sign_ins or [],
                }
            )
        )
        sys.stdout.flush()
        return
    console.say(f"\nShangwu runs at {options.address}   (stop it with Ctrl-C)")
    if sign_ins:
        console.say("Demo sign-ins (only on this machine):")
        for line in console.table(
            [[one[name] for name in ("role", "person", "account", "password")] for one in sign_ins]
        ):
            console.say(f"  {line}")
    elif not first_start.has_accounts(installation):
        console.say("Nobody can sign in yet. Make the first administrator, in a second terminal:")
        console.say(f"  {console.own_name()} create-admin --var {installation.var}")
    sys.stdout.flush()


def _answers(options: Options) -> bool:
    """Does the web give any answer that is not an error of its own?"""
    host = "127.0.0.1" if options.bound in {"0.0.0.0", "::"} else options.bound
    connection = http.client.HTTPConnection(host, options.port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _require_free_port(options: Options) -> None:
    for host in ("127.0.0.1", "::1") if options.host == "localhost" else (options.bound,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, options.port))
            except OSError as error:
                if host == "::1" and error.errno != 98:
                    continue
                raise Trouble(
                    f"Port {options.port} is in use by another program, or not ours to use ({error.strerror}): "
                    f"choose another with PORT, such as PORT={options.port + 1}."
                ) from error


@contextlib.contextmanager
def _alone(installation: Installation, options: Options) -> Iterator[None]:
    """One `run` per embedded database: its mark says where it answers. Web machines may share a data folder."""
    installation.make_folder()
    if installation.cluster is None:
        yield
        return
    folders.require_free(installation.var, folders.FREE_TO_START)
    with (installation.var / "run.json").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            found = json.loads(mark.read() or "{}")
            raise Trouble(
                f"Shangwu already runs on {installation.var} at {found.get('address', 'another port')} "
                f"(process {found.get('process', '?')}): stop that one, or choose another folder with VAR."
            ) from None
        mark.truncate(0)
        mark.write(json.dumps({"address": options.address, "process": os.getpid()}))
        mark.flush()
        yield
        mark.truncate(0)
