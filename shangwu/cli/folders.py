"""The data folder VAR: private files in it, its disk, and what it may not stand on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from shangwu.cli.trouble import Trouble

MEGABYTE = 1024 * 1024
# A fresh cluster takes 40 MB, its log up to 64 MB more before the first checkpoint.
FREE_FOR_A_NEW_CLUSTER = 200 * MEGABYTE
FREE_TO_START = 50 * MEGABYTE
# No advisory locks, or fsync that means nothing, on any of these.
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afpfs",
        "webdav",
        "9p",
        "ceph",
        "glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
    }
)


def data_folder(given: str | os.PathLike[str] | None = None) -> Path:
    """The data folder: the one given, else `VAR` in the environment, else `./var`. Absolute; not made."""
    return Path(given or os.environ.get("SHANGWU_VAR") or os.environ.get("VAR") or "var").expanduser().resolve()


def make_folder(folder: Path, mode: int = 0o700) -> Path:
    """Make the folder (and its parents) unless it is there; a folder that we did not make keeps its mode.

    Raises Trouble when it cannot be made or written.
    """
    try:
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=mode)
    except OSError as error:
        raise Trouble(f"The folder {folder} can't be made ({error.strerror}): choose another with VAR.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Trouble(f"The folder {folder} can't be written by this account: choose another with VAR.")
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a small file that only its owner reads: whole or not at all, on disk when this returns."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Trouble(f"{path} can't be written ({error.strerror}): free some disk space, then try again.") from error


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """Free bytes for an ordinary account on the disk of this folder or of its nearest existing parent."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_free(folder: Path, needed: int) -> None:
    """Raise Trouble unless the folder's disk has `needed` bytes free."""
    free = free_bytes(folder)
    if free < needed:
        raise Trouble(
            f"The disk of {folder} is full: {free // MEGABYTE} MB free, {needed // MEGABYTE} MB needed. "
            "Free some space, then start again; nothing was changed."
        )


def file_system(folder: Path) -> str:
    """The kind of file system below the folder ("ext4", "nfs"); empty where the system does not say."""
    if not sys.platform.startswith("linux"):
        return ""
    best, kind = "", ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount, found, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")
        inside = folder == Path(mount) or Path(mount) in folder.parents
        if inside and len(mount) >= len(best):
            best, kind = mount, found
    return kind


def require_local(folder: Path) -> None:
    """Raise Trouble when the folder stands on a network file system: a database there is lost sooner or later."""
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise Trouble(
            f"{folder} is on a network file system ({kind}), where a database is not safe: "
            "choose a local folder with VAR, or a PostgreSQL server with DATABASE_URL."
        )
