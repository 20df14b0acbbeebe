"""Where frozen facts lie: files named by their own SHA-256, written once, read-only, verified at reading."""

import functools
import hashlib
import json
import os
import re
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.storage import flush_folder
from shangwu.foundation.records.refusals import Refusal

_HASH = re.compile("[0-9a-f]{64}")


def folder() -> Path:
    """The folder of all frozen files."""
    return Path(settings.SNAPSHOTS)


def path_of(sha256: str, ending: str = "parquet") -> Path:
    """Where the file with this hash lies."""
    return folder() / f"{sha256}.{ending}"


def keep(arrived: Path, ending: str = "parquet") -> str:
    """Take a written file in under its hash, and answer it. The same content is kept once."""
    found = _sha256(arrived)
    with arrived.open("rb") as written:
        os.fsync(written.fileno())
    arrived.chmod(0o400)
    arrived.replace(path_of(found, ending))
    flush_folder(folder())
    return found


def keep_list(named: dict[str, Any]) -> str:
    """Keep the list of what was frozen of a month, and answer its hash: one hash for all of it."""
    arrived = arriving()
    arrived.write_text(json.dumps(named, sort_keys=True), encoding="utf-8")
    return keep(arrived, "json")


def read_list(sha256: str) -> dict[str, Any]:
    """The list that is kept under a hash, with every file in it verified. Raises Refusal("snapshot")."""
    if not _HASH.fullmatch(sha256):
        raise Refusal("snapshot", _("There is no such snapshot. Lock the month again."))
    named: dict[str, Any] = json.loads(verified(sha256, "json").read_text(encoding="utf-8"))
    for one in named["frozen"]:
        for each in filter(None, (one["sha256"], one["sums_sha256"])):
            verified(each)
    return named


def arriving() -> Path:
    """A place for a file that has no name yet, on the same disk."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder() / f"arriving-{uuid.uuid4().hex}"


def verified(sha256: str, ending: str = "parquet") -> Path:
    """The file with this hash, its content compared with it. Raises Refusal("snapshot") when it isn't, or is gone.

    A file that has not been touched since it was compared is not compared again: its time of change is the system's.
    """
    path = path_of(sha256, ending)
    try:
        seen = path.stat()
    except FileNotFoundError:
        seen = None
    if seen is None or _hash_of(path, seen.st_ino, seen.st_size, seen.st_ctime_ns) != sha256:
        raise Refusal("snapshot", _("A file of this locked month is damaged or missing. Restore it from the backup."))
    return path


@functools.lru_cache(maxsize=4096)
def _hash_of(path: Path, _inode: int, _size: int, _changed: int) -> str:
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
