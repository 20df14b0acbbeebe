"""The parent of a running installation: it alone hears signals, keeps web and workers alive, and stops all in order."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

from shangwu.cli import children
from shangwu.cli.children import Child
from shangwu.cli.cluster import Cluster
from shangwu.cli.console import note
from shangwu.cli.trouble import Trouble

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 15.0
LATEST_START = 10.0
# A web process that never once answered and ended this often is broken, not unlucky.
HOPELESS_CRASHES = 4


class Supervisor:
    """Stops on the first SIGINT, SIGTERM or SIGHUP: web and workers first, PostgreSQL last."""

    def __init__(self) -> None:
        self.stopping = False
        self._watching = False
        self._wake, self._wakened = os.pipe()
        os.set_blocking(self._wakened, False)

    @contextlib.contextmanager
    def hearing(self) -> Iterator[None]:
        """Until the end of the block, signals are ours. While we prepare, one interrupts us like Ctrl-C."""
        # Under nohup the closing of the terminal is nothing to us.
        heard = [one for one in SIGNALS if one is not signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._heard) for number in heard}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakened, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch(
        self,
        started: list[Child],
        database: Cluster | None,
        answers: Callable[[], bool],
        ready: Callable[[], None],
        moved: Callable[[], dict[str, str]],
    ) -> None:
        """Start the children, the first of them first, and look after them until a signal.

        The others start when the first answers: people wait for the page, nobody waits for a worker.

        answers: does the web answer yet? ready: called once, when it does. moved: the children's environment after
        the database had to be started again. Raises Trouble when the web can't start at all.
        """
        self._watching = True
        announced = False
        try:
            started[0].start()
            for other in started[1:]:
                other.start_again_at = time.monotonic() + LATEST_START
            while not self.stopping:
                self._wait(1.0 if announced else 0.05)
                self._tend(started, announced)
                if database and not database.is_running() and not self.stopping:
                    self._restart(database, started, moved)
                if not announced and answers():
                    announced = True
                    for other in started[1:]:
                        other.start_again_at = 0.0
                    ready()
        finally:
            self.stopping = True
            # Before it answered, nobody's request can be cut off.
            grace = STOP_SECONDS if announced else 1.0
            children.end([child.process for child in started if child.process], grace)

    def _tend(self, started: list[Child], announced: bool) -> None:
        for child in started:
            ended = "" if self.stopping else child.tend()
            if not ended:
                continue
            if child.name == "web" and not announced and child.crashes >= HOPELESS_CRASHES:
                raise Trouble("The web process ends each time it starts: mend what it says above, then start again.")
            note(ended)

    def _restart(
        self,
        database: Cluster,
        started: list[Child],
        moved: Callable[[], dict[str, str]],
    ) -> None:
        note("PostgreSQL ended unexpectedly; it starts again.")
        port = database.port
        try:
            database.start()
        except Trouble as trouble:
            note(f"{trouble} Trying again in 5 s.")
            self._wait(5.0)
            return
        if database.port == port:
            return
        # Its old port was taken meanwhile: the children only know the old address.
        env = moved()
        children.end([child.process for child in started if child.process], STOP_SECONDS)
        for child in started:
            child.env = env
            child.start()

    def _heard(self, number: int, frame: FrameType | None) -> None:
        first = not self.stopping
        self.stopping = True
        if first and not self._watching:
            raise KeyboardInterrupt

    def _wait(self, seconds: float) -> None:
        """Sleep until a signal (a child's death is one) or until the time has passed."""
        deadline = time.monotonic() + seconds
        ready, _, _ = select.select([self._wake], [], [], max(0.0, deadline - time.monotonic()))
        if ready:
            os.read(self._wake, 4096)
