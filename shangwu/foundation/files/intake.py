"""An upload from its first byte to its place: hashed, examined, named. What is refused leaves nothing behind."""

from collections.abc import Iterable
from typing import NamedTuple

from shangwu.foundation.files.inspection import Report, inspect
from shangwu.foundation.files.storage import Blob, Readable, keep

MOST = 100 << 20
"""Bytes of one upload."""


class Taken(NamedTuple):
    """Kept bytes and what they are. The caller writes the row now."""

    blob: Blob
    report: Report


def take(
    source: Readable | Iterable[bytes], name: str, *, entity: int, most: int = MOST, rename: bool = False
) -> Taken:
    """Take an upload in. Raises ValidationError: `too_large`, or what the inspection finds."""
    blob, report = keep(source, entity=entity, most=most, check=lambda path: inspect(path, name, rename=rename))
    return Taken(blob, report)
