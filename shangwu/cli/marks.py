"""Marks between processes: who starts or stops the cluster, and who uses it. The kernel drops those of the dead."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Only one process is inside this block; the others wait."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class UseMark:
    """Many processes may use a thing; it may go when the last one has let go."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: IO[str] | None = None

    def hold(self) -> None:
        """We use it, until we let go or die."""
        if self._held is None:
            self._held = self._path.open("w")
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def let_go(self) -> bool:
        """We no longer use it. True when nobody does."""
        if self._held:
            self._held.close()
            self._held = None
        return not self.is_held_by_others()

    def is_held_by_others(self) -> bool:
        """Does another process use it? Asked by one who does not hold it."""
        with self._path.open("w") as tried:
            try:
                fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False
