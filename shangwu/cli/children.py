"""Child processes: each in a session of its own, so that only the parent hears the terminal's Ctrl-C."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# A child that has stood this long is healthy again: its next crash is restarted at once.
HEALTHY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1


def spawn(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in its own session; it is told to end if its parent is killed. It speaks on standard error."""
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        start_new_session=True,
        # Safe: this process has one thread.
        preexec_fn=_end_with_parent(),
    )


def run_to_end(command: list[str], env: dict[str, str]) -> int:
    """Run a child to its end and give its exit code; a child that is interrupted is ended with us."""
    process = spawn(command, env)
    try:
        return process.wait()
    finally:
        end([process], grace=5)


def end(processes: list[subprocess.Popen[bytes]], grace: float) -> None:
    """Ask all to end at once, wait `grace` seconds for all together, then kill what is left of their sessions."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + grace
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        kill_session(process)
        process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and its own children: what a killed web server leaves would keep its port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_with_parent() -> Callable[[], None] | None:
    """Linux: the kernel sends SIGTERM when the parent dies, however it dies. Elsewhere there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


@dataclass
class Child:
    """A process that should always run: started again after a crash, with growing pauses."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    crashes: int = 0
    started_at: float = 0.0
    start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it now."""
        self.process = spawn(self.command, self.env)
        self.started_at = time.monotonic()

    def tend(self) -> str:
        """Look after it. Gives a sentence when it was found dead, else nothing."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        kill_session(self.process)
        self.process = None
        self.crashes = 1 if now - self.started_at > HEALTHY_SECONDS else self.crashes + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.crashes - 1))
        self.start_again_at = now + pause
        return f"The {self.name} process ended ({_ending(code)}); it starts again in {pause:g} s."


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
