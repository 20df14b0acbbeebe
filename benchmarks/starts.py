"""`make run` as a stranger types it: from a clone to the sign-in page, then once more, then stopped."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.figures import Figures

CHECKOUT = Path(__file__).parents[1]
PORT = int(os.environ.get("PORT", "8765")) + 1
ADDRESS = f"http://127.0.0.1:{PORT}/"
PATIENCE = 900
"""Seconds after which a start has failed."""


def measure(figures: Figures) -> None:
    """Clone what is committed; whatever pip and npm keep on this machine is warm after the first run of it."""
    with tempfile.TemporaryDirectory(prefix="shangwu-start-") as folder:
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), folder], check=True)
        figures.at_most("from the clone to the sign-in page", _started_and_stopped(folder)[0], "s", 120)
        again, stopped = _started_and_stopped(folder)
        figures.at_most("a second start", again, "s", 5)
        figures.at_most("stopped by Ctrl-C, PostgreSQL included", stopped, "s", 5)


def _started_and_stopped(folder: str) -> tuple[float, float]:
    """Seconds until the sign-in page answered, and seconds until all of it had ended."""
    # The libraries of this run must not stand in for those that a stranger installs.
    strange = ("VIRTUAL_ENV", "DATABASE_URL", "SHANGWU_VAR", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in strange}
    start = time.monotonic()
    running = subprocess.Popen(
        ["make", "run", f"PORT={PORT}", "VAR=var"],
        cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while not _answers():
        if running.poll() is not None or time.monotonic() - start > PATIENCE:
            raise RuntimeError("`make run` did not come to its sign-in page")
        time.sleep(0.05)
    started = time.monotonic() - start
    time.sleep(3)  # the worker has begun too
    os.killpg(running.pid, signal.SIGINT)
    pressed = time.monotonic()
    running.wait(60)
    return started, time.monotonic() - pressed


def _answers() -> bool:
    try:
        with urllib.request.urlopen(ADDRESS, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
