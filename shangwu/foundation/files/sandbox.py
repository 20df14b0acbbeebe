"""Parsing what strangers made: in a child process with little memory, little time and no network.

A task is a function `(file, arguments)` in a module without Django; it gives one JSON value (`run`) or yields many
(`stream`). What goes wrong in the child, a crash included, is a ValidationError here; the web process loses nothing
but the wait. Results travel as JSON: a child that has been taken over can lie in them, but not run anything here.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from shangwu.foundation.files.refusals import refusal
from shangwu.foundation.files.unfit import Unfit

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("sandbox_child.py")
PROJECT = Path(__file__).parents[3]
OUT_OF_MEMORY = 77
CPU_SIGNALS = {24, 9}
"""SIGXCPU and SIGKILL: how the kernel ends a process that has used up its CPU time."""
GRACE = 1.0
"""Seconds for a child to be gone after it closed its answers."""
KEPT_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH")
"""All that the interpreter needs to start; secrets stay behind."""
LONGEST_LINE = 64 << 20
"""Bytes of one answer. A child that writes more is not answering."""


@dataclass(frozen=True)
class Limits:
    """What one task may use: bytes of address space, seconds of CPU, seconds that we wait for each answer."""

    memory: int = 512 << 20
    cpu: int = 10
    wait: float = 10.0


DEFAULT = Limits()


def run(task: str, path: Path, arguments: Mapping[str, Any], limits: Limits = DEFAULT) -> Any:
    """The one value that the task gives for the file. Raises ValidationError."""
    answers = list(stream(task, path, arguments, limits))
    if len(answers) != 1:
        raise refusal(Unfit("unreadable"))
    return answers[0]


def stream(task: str, path: Path, arguments: Mapping[str, Any], limits: Limits = DEFAULT) -> Iterator[Any]:
    """The values that the task yields, as they come. Raises ValidationError, at the latest after the last one.

    Closing the iterator ends the child.
    """
    order = {
        "path": [entry for entry in (str(PROJECT), *sys.path) if entry],
        "task": task,
        "arguments": dict(arguments),
        "memory": limits.memory,
        "seconds": limits.cpu,
    }
    with (
        path.open("rb") as file,
        subprocess.Popen(  # our own interpreter and script; the file is only its input
            [sys.executable, "-I", "-S", str(CHILD), json.dumps(order)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        ) as child,
    ):
        try:
            yield from answers(child, limits)
        finally:
            child.kill()


def answers(child: "subprocess.Popen[bytes]", limits: Limits) -> Iterator[Any]:
    """Read the child's lines, each within the time limit, until it says that it is done. Raises ValidationError."""
    assert child.stdout is not None  # opened as a pipe above
    while True:
        watch = Watch(child, limits.wait)
        line = watch.over(child.stdout)
        mark, content = line[:1], line[1:]
        if mark == b"+" and line.endswith(b"\n"):
            yield parsed(content)
        elif mark == b"." and line == b".\n":
            return
        elif mark == b"!" and line.endswith(b"\n"):
            code, params = parsed(content)
            raise refusal(Unfit(str(code), **params))
        else:
            raise refusal(ended(child, late=watch.fired))


def parsed(content: bytes) -> Any:
    """One answer. Raises ValidationError when it is not JSON."""
    try:
        return json.loads(content)
    except ValueError:
        raise refusal(Unfit("unreadable")) from None


class Watch:
    """Kills the child when one answer takes too long; works on every system, unlike waiting on a pipe."""

    def __init__(self, child: "subprocess.Popen[bytes]", seconds: float) -> None:
        self.fired = False
        self.child = child
        self.timer = threading.Timer(seconds, self.fire)
        self.timer.daemon = True

    def fire(self) -> None:
        self.fired = True
        self.child.kill()

    def over(self, out: IO[bytes]) -> bytes:
        """The next line, or what there is of it when the child ends."""
        self.timer.start()
        try:
            return out.readline(LONGEST_LINE)
        finally:
            self.timer.cancel()


def ended(child: "subprocess.Popen[bytes]", *, late: bool) -> Unfit:
    """Why a child stopped without an answer, for the person; what it said, for the log."""
    assert child.stderr is not None  # opened as a pipe above
    try:
        code = child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    said = child.stderr.read(64 << 10).decode("utf-8", "replace")
    log.warning("A file's parser ended with code %s (late: %s): %s", code, late, said[-4000:])
    if code == OUT_OF_MEMORY or "memory allocation of" in said or "MemoryError" in said:
        return Unfit("too_much_memory")
    return Unfit("too_slow" if late or -code in CPU_SIGNALS else "unreadable")
