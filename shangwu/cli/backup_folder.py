"""What a backup is: one folder (or one tar of it) with the dump, the files, the keys and a sealed manifest.

manifest.json    what belongs to it: size and SHA-256 of every file, a digest of every table, a seal over itself
database.dump    pg_dump's custom format, taken from the same snapshot as the digests
var/...          the data folder without the database, without what can be made again
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shangwu.cli import folders
from shangwu.cli.console import Progress
from shangwu.cli.trouble import Damaged, Trouble

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "var"
# Not in a backup: the database itself (it is in the dump), marks of running processes, what can be made again.
LEFT_OUT = frozenset(
    {
        "postgres",
        "postgres.lock",
        "postgres.used",
        "run.json",
        "migrated.json",
        "static",
        "static.collected",
        "static.lock",
        "facts",
        "temporary",
        "cache",
        "backups",
        "last_backup.json",
        "demo.loading",
    }
)
BLOCK = 1024 * 1024


def files_of(var: Path) -> Iterator[Path]:
    """Every file of the data folder that belongs into a backup."""
    for entry in sorted(var.iterdir()) if var.is_dir() else []:
        if entry.name in LEFT_OUT or entry.name.endswith(".new"):
            continue
        if entry.is_dir():
            yield from sorted(path for path in entry.rglob("*") if path.is_file() and not path.is_symlink())
        elif entry.is_file():
            yield entry


def copy_file(source: Path, target: Path) -> dict[str, Any]:
    """Copy one file so that it survives a power cut; gives its size and SHA-256, taken from what was read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("wb") as writing:
        os.chmod(writing.fileno(), source.stat().st_mode & 0o700)
        while block := reading.read(BLOCK):
            digest.update(block)
            size += len(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return {"size": size, "sha256": digest.hexdigest()}


def describe_file(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as reading:
        while block := reading.read(BLOCK):
            digest.update(block)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest last, sealed: a folder without it is no backup."""
    sealed = manifest | {"format": FORMAT}
    folders.write_private(
        folder / MANIFEST,
        json.dumps(sealed | {"seal": _seal(sealed)}, indent=1, ensure_ascii=False),
    )


def read_checked(folder: Path, progress: Progress) -> dict[str, Any]:
    """The manifest of a backup whose every file has been read and compared. Raises Damaged."""
    manifest = _read_manifest(folder)
    listed: dict[str, dict[str, Any]] = manifest["files"]
    for done, (name, expected) in enumerate(listed.items()):
        progress(done, len(listed), "checking files")
        path = folder / name
        if not path.is_file():
            raise Damaged(f"The backup is not whole: {name} is missing. Take another backup; nothing was changed.")
        if describe_file(path) != expected:
            raise Damaged(f"The backup is damaged: {name} has changed. Take another backup; nothing was changed.")
    progress(len(listed), len(listed), "checking files")
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    added = sorted(present - listed.keys() - {MANIFEST})
    if added:
        raise Damaged(f"The backup has a file that does not belong to it: {added[0]}. Nothing was changed.")
    return manifest


def pack(folder: Path, into: Path) -> None:
    """Turn the folder into one tar file, whole or not there, and remove the folder."""
    partial = into.with_name(f"{into.name}.new")
    with tarfile.open(partial, "w") as tar:
        tar.add(folder, arcname=".")
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.chmod(0o600)
    partial.replace(into)
    folders.sync_folder(into.parent)
    shutil.rmtree(folder)


def unpack(packed: Path, into: Path) -> None:
    """Unpack a tar file; names that lead out of the folder are refused. Raises Damaged."""
    try:
        with tarfile.open(packed, "r") as tar:
            tar.extractall(into, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(f"{packed} is not a whole backup ({error}): take another one; nothing was changed.") from error
    except OSError as error:
        raise Trouble(
            f"{packed} can't be unpacked ({error.strerror}): free some disk space, then try again."
        ) from error


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        seal = manifest.pop("seal")
    except FileNotFoundError:
        raise Damaged(f"{folder} is not a whole backup: it has no {MANIFEST}. Take another one.") from None
    except (ValueError, KeyError, AttributeError):
        raise Damaged(f"The backup is damaged: its {MANIFEST} can't be read. Take another one.") from None
    if seal != _seal(manifest):
        raise Damaged(f"The backup is damaged: its {MANIFEST} has changed. Take another one; nothing was changed.")
    if manifest["format"] != FORMAT:
        raise Trouble(f"This backup has format {manifest['format']}, this release reads {FORMAT}: use a newer release.")
    return manifest


def _seal(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
