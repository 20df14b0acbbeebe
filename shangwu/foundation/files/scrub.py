"""The nightly look at all kept bytes: each blob that a row needs is whole, and none lies there for nothing."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.files.storage import Storage

from shangwu.foundation.files.storage import Blob, blobs, forget, whole
from shangwu.foundation.records import clock

PATIENCE = datetime.timedelta(days=2)
"""A blob without a row is left so long: its upload may still be on its way to one."""
ROOT = "sha256"

References = Callable[[], Iterable[Blob]]
_references: list[References] = []


def refers(blobs_of: References) -> References:
    """Register whose rows point to blobs: what nobody names here, the scrub removes. Usable as a decorator."""
    _references.append(blobs_of)
    return blobs_of


@dataclass
class Found:
    """What a scrub found: addresses of lost or damaged blobs, and how many leftovers it removed."""

    looked_at: int = 0
    damaged: list[str] = field(default_factory=list)
    removed: int = 0


def scrub(*, patience: datetime.timedelta = PATIENCE) -> Found:
    """Read every blob that a row points to and compare its hash; remove old ones that no row points to."""
    needed = {blob.address: blob for blobs_of in _references for blob in blobs_of()}
    found = Found()
    for address, blob in sorted(needed.items()):
        found.looked_at += 1
        if not whole(blob):
            found.damaged.append(address)
    storage = blobs()
    limit = clock.now() - patience
    for address in list(addresses(storage)):
        if address not in needed and storage.get_modified_time(address) < limit:
            forget(blob_at(address))
            found.removed += 1
    return found


def addresses(storage: Storage, folder: str = ROOT) -> Iterator[str]:
    """Every blob's address in the storage."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from addresses(storage, f"{folder}/{name}")


def blob_at(address: str) -> Blob:
    """The blob that an address names; its size is not known from there."""
    sha256, _dot, entity = address.rpartition("/")[2].partition(".")
    return Blob(int(entity), sha256, -1)
