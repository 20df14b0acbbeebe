"""A whole installation for a test: a real `shangwu run` in a data folder and on a port of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shangwu.cli.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
# A first start migrates a new database; on a busy machine of two cores that takes its time.
PATIENCE = 180.0


@dataclass
class House:
    """A running installation. `process` is the parent that alone hears signals."""

    var: Path
    port: int
    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def address(self) -> str:
        """Where it answers, such as http://localhost:8012."""
        return str(self.ready["address"])

    @property
    def cluster(self) -> Cluster:
        """Its PostgreSQL."""
        return Cluster(self.var)

    @property
    def database_url(self) -> str:
        """For looking into its database beside it."""
        return self.cluster.url()

    def children(self, name: str) -> list[int]:
        """The process numbers of its own children: "web" (the parent of the web processes) or "worker"."""
        wanted = {"web": "granian", "worker": "procrastinate"}[name]
        return [number for number, command in _children_of(self.process.pid) if wanted in command]

    def web_processes(self) -> list[int]:
        """The process numbers that answer requests."""
        return [number for parent in self.children("web") for number, _ in _children_of(parent)]

    def kill(self, name: str) -> None:
        """kill -9 of "web" (one process that answers), "worker" or "postgres" (the server's first process)."""
        found: dict[str, Callable[[], Sequence[int | None]]] = {
            "postgres": lambda: [self.cluster.process],
            "web": self.web_processes,
            "worker": lambda: self.children("worker"),
        }
        numbers = found[name]()
        assert numbers, f"{name} does not run"
        assert numbers[0] is not None, f"{name} does not run"
        os.kill(numbers[0], signal.SIGKILL)

    def answers(self, path: str = "/") -> bool:
        """Does it give an answer that is no failure of its own?"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it as a person does, and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment() -> dict[str, str]:
    """The environment of a person who has set nothing of ours."""
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VAR", "PORT", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*ours, "SHANGWU_"))}
    return kept | {"PYTHONPATH": str(ROOT)}


def shangwu(*arguments: str, var: Path, timeout: float = 120, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "shangwu.cli", *arguments, "--var", str(var)],
        check=False,
        capture_output=True,
        text=True,
        env=environment() | env,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )


def start(var: Path, *options: str, port: int | None = None, **env: str) -> subprocess.Popen[str]:
    """Start `shangwu run` and return at once."""
    port = port or free_port()
    command = [sys.executable, "-m", "shangwu.cli", "run", "--json", "--var", str(var), "--port", str(port), *options]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=(var.parent / f"{var.name}.log").open("a"),
        text=True,
        env=environment() | env,
        start_new_session=True,
    )


@contextlib.contextmanager
def running(var: Path, *options: str, port: int | None = None, **env: str) -> Iterator[House]:
    """A running installation that has answered once; stopped at the end, however the test ends."""
    port = port or free_port()
    var.parent.mkdir(parents=True, exist_ok=True)
    process = start(var, *options, port=port, **env)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("{"), (var.parent / f"{var.name}.log").read_text()
        yield House(var, port, process, json.loads(line))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        Cluster(var).stop()


def wait_until(what: Callable[[], object], seconds: float = 30.0) -> bool:
    """Ask again and again until it is true; False when the time has passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.05)
    return False


def is_alive(number: int) -> bool:
    """Does this process still run (a dead one that nobody has buried does not)?"""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _children_of(number: int) -> list[tuple[int, str]]:
    """The living children of a process, with their commands."""
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,command="], check=True, capture_output=True, text=True)
    rows = (line.split(None, 2) for line in found.stdout.splitlines())
    return [(int(pid), command) for pid, parent, command in rows if parent == str(number)]
