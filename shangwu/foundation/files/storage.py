"""Where bytes lie: under their own SHA-256, one blob per content and entity, through Django's STORAGES.

The order that survives a power cut: the bytes go to a file of their own, are flushed to disk, get their name, the
folder is flushed, and only then does the caller write the row that points to them. A crash leaves at worst a blob
without a row, which the nightly scrub removes; never a row without a blob.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext_lazy as _

Checked = TypeVar("Checked")

ALIAS = "files"
"""The entry of STORAGES that holds people's files. `default` is Django's own and unused."""

CHUNK = 1 << 20
ARRIVALS = "arriving"


class Blob(NamedTuple):
    """Bytes that are kept: the legal entity's key, the SHA-256 in hexadecimal, the size in bytes."""

    entity: int
    sha256: str
    size: int

    @property
    def address(self) -> str:
        """The blob's name in the storage. Entities never share a blob: disposing of one leaves the other's."""
        return f"sha256/{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}.{self.entity}"


class Readable(Protocol):
    """What `keep` reads: an uploaded file, an open file, a response."""

    def read(self, size: int = -1, /) -> bytes: ...


class Folder(FileSystemStorage):
    """A folder on disk where a saved file is whole or absent, whenever the power goes.

    Other storages (S3-compatible ones) promise the same by themselves.
    """

    def __init__(self, location: str | os.PathLike[str] | None = None, **options: Any) -> None:
        options.setdefault("file_permissions_mode", 0o600)
        options.setdefault("directory_permissions_mode", 0o700)
        super().__init__(location, **options)

    def arrivals(self) -> Path:
        """The folder for files that have no name yet; on the same disk, so that naming is one rename."""
        folder = Path(self.location) / ARRIVALS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def adopt(self, arrived: Path, name: str) -> None:
        """Give an arrived file (already flushed) its name, and make the name survive as well."""
        target = Path(self.path(name))
        made = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arrived.replace(target)
        for folder in {target.parent, *(folder.parent for folder in made)}:
            flush_folder(folder)

    def touch(self, name: str) -> None:
        """Mark a kept file as wanted again, so that the scrub does not take it for a leftover."""
        os.utime(self.path(name))

    def _save(self, name: str, content: File[bytes]) -> str:
        with arriving(self.arrivals()) as arrived:
            copy(chunks_of(content), arrived, sys.maxsize)
            self.adopt(arrived, name)
        return name


def flush_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut. Windows flushes them by itself and can't open folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def blobs() -> Storage:
    """The storage that the settings name under `files`."""
    return storages[ALIAS]


def keep(
    source: Readable | Iterable[bytes], *, entity: int, most: int, check: Callable[[Path], Checked]
) -> tuple[Blob, Checked]:
    """Keep the bytes of `source`; at most `most` of them. Call it before the row is written, never after.

    `check` sees the bytes on disk before they get a name; its error leaves nothing behind. Content that the entity
    already has is kept once. Raises ValidationError `too_large` or `empty`.
    """
    storage = blobs()
    folder = storage.arrivals() if isinstance(storage, Folder) else None
    with arriving(folder) as arrived:
        digest, size = copy(chunks_of(source), arrived, most)
        if not size:
            raise ValidationError(_("The file is empty. Check it on your computer and choose it again."), code="empty")
        blob = Blob(entity, digest, size)
        checked = check(arrived)
        place(storage, blob, arrived)
    return blob, checked


def place(storage: Storage, blob: Blob, arrived: Path) -> None:
    """Give the arrived bytes their name. A kept blob of another size under the same hash is damaged: replaced."""
    if isinstance(storage, Folder):
        if storage.exists(blob.address) and storage.size(blob.address) == blob.size:
            storage.touch(blob.address)
        else:
            storage.adopt(arrived, blob.address)
        return
    # Saved anew even if it is there: a store elsewhere can't be touched, and the new date keeps the scrub away.
    with arrived.open("rb") as file:
        kept = storage.save(blob.address, File(file))
    if kept != blob.address:
        storage.delete(kept)


@contextlib.contextmanager
def arriving(folder: Path | None) -> Iterator[Path]:
    """An empty file for bytes on their way in; gone afterwards unless it got another name."""
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def chunks_of(source: Readable | Iterable[bytes]) -> Iterator[bytes]:
    """The bytes in pieces of at most a megabyte or as the source gives them."""
    if hasattr(source, "read"):
        while piece := source.read(CHUNK):
            yield piece
    else:
        yield from source


def copy(pieces: Iterable[bytes], to: Path, most: int) -> tuple[str, int]:
    """Write the pieces through to the disk; give their SHA-256 and size. Raises ValidationError `too_large`."""
    digest, size = hashlib.sha256(), 0
    with to.open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise ValidationError(
                    _("The file is larger than %(most)s MB. Make it smaller or split it, then upload it again."),
                    code="too_large",
                    params={"most": most >> 20},
                )
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def age_of(blob: Blob) -> float | None:
    """Seconds since the blob's bytes were last brought here, by the storage's own clock; None when they are gone."""
    try:
        return time.time() - blobs().get_modified_time(blob.address).timestamp()
    except FileNotFoundError:
        return None


def opened(blob: Blob) -> IO[bytes]:
    """The blob's bytes, to be read and closed. Raises FileNotFoundError when the storage has lost them."""
    return blobs().open(blob.address, "rb")


def pieces(blob: Blob) -> Iterator[bytes]:
    """The blob's bytes for a streamed answer, a megabyte at a time."""
    with opened(blob) as file:
        yield from chunks_of(file)


@contextlib.contextmanager
def on_disk(blob: Blob) -> Iterator[Path]:
    """The blob as a local file for a parser: the kept file itself when it is local (never write to it), else a copy."""
    storage = blobs()
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(blob.address))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / blob.sha256
        with path.open("wb") as out:
            for piece in pieces(blob):
                out.write(piece)
        yield path


def whole(blob: Blob) -> bool:
    """True when the kept bytes still have their hash and size: the nightly scrub asks this of every blob."""
    digest, size = hashlib.sha256(), 0
    try:
        for piece in pieces(blob):
            digest.update(piece)
            size += len(piece)
    except FileNotFoundError:
        return False
    return (digest.hexdigest(), size) == (blob.sha256, blob.size)


def forget(blob: Blob) -> None:
    """Remove the bytes. Only the scrub and disposal call it, after the last row is gone."""
    blobs().delete(blob.address)
