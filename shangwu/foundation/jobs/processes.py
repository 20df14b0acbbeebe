"""A process for one piece of work, which ends with it and with its worker."""

import asyncio
import ctypes
import gc
import sys

GRACE = 5.0
"""Seconds for a child to end by itself when its worker stops."""


class ChildBroke(Exception):
    """A piece of work's process ended without ending the work."""


async def in_child(what: str) -> None:
    """Run a job (its number) or scheduled work (its name) in a process of its own. Raises ChildBroke."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "shangwu.foundation.jobs.child", what)
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        await _stop(child)
        raise
    _give_back()
    if code != 0:
        raise ChildBroke(code)


def _give_back() -> None:
    """Return what was freed to the system, where the C library can: an idle worker stays small."""
    gc.collect()
    if hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


async def _stop(child: asyncio.subprocess.Process) -> None:
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), GRACE)
    except TimeoutError:
        child.kill()
        await child.wait()
