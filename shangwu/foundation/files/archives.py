"""Zip archives: the directory is judged before a byte is unpacked, and nothing is ever unpacked to a path.

Known to the child process: no Django here.
"""

import contextlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from shangwu.foundation.files.unfit import Unfit

MOST_MEMBERS = 10_000
MOST_UNPACKED = 1 << 30
"""Bytes of all members together, archives inside counted with what they hold."""
MOST_RATIO = 200
"""Unpacked to packed, for members above RATIO_FROM. Real sheets of one value reach about 100; deflate ends at 1,032."""
RATIO_FROM = 4 << 20
MOST_DEPTH = 2
"""Archives in archives: a mail's zip with a docx that holds a sheet is real, deeper is a trick."""

DIRECTORY_ENTRY = 46
END_RECORD = struct.Struct("<4s4H2LH")
END_MAGIC = b"PK\x05\x06"
ENCRYPTED_FLAG = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DRIVE = re.compile(r"^[A-Za-z]:")


class Budget:
    """What may still be unpacked of one upload, shared by the archives inside it."""

    def __init__(self) -> None:
        self.members = MOST_MEMBERS
        self.bytes = MOST_UNPACKED

    def spend(self, members: int, size: int) -> None:
        """Take it off. Raises Unfit `bomb`."""
        self.members -= members
        self.bytes -= size
        if self.members < 0 or self.bytes < 0:
            raise Unfit("bomb", most=MOST_UNPACKED >> 20, members=MOST_MEMBERS)


class Archive(NamedTuple):
    """A zip whose directory was found fit: reading a member gives at most the size that the directory says."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    def open(self, name: str) -> IO[bytes]:
        """The member's bytes as a stream."""
        return self.file.open(self.members[name])


def open_archive(file: IO[bytes], budget: Budget) -> Archive:
    """Judge the directory. Raises Unfit `damaged`, `encrypted`, `bomb`, `traversal` or `duplicate_member`."""
    require_small_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError, OSError):
        raise Unfit("damaged", part="zip") from None
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        require_fit_member(info)
        if info.filename in members:
            # Two readers of such a file see two different documents.
            raise Unfit("duplicate_member", part=info.filename)
        members[info.filename] = info
    require_apart(members.values())
    budget.spend(len(members), sum(info.file_size for info in members.values()))
    return Archive(archive, members)


def require_small_directory(file: IO[bytes]) -> None:
    """The end record tells the directory's length before Python reads it into memory. Raises Unfit."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 0x10000 - END_RECORD.size))
    tail = file.read()
    at = tail.rfind(END_MAGIC)
    if at < 0 or len(tail) - at < END_RECORD.size:
        raise Unfit("damaged", part="zip")
    length = END_RECORD.unpack_from(tail, at)[5]
    if length > MOST_MEMBERS * (DIRECTORY_ENTRY + 400):
        # Zip64 says 0xFFFFFFFF here: four gigabytes or 65,535 members and more; nothing of an office needs that.
        raise Unfit("bomb", most=MOST_UNPACKED >> 20, members=MOST_MEMBERS)


def require_fit_member(info: zipfile.ZipInfo) -> None:
    """One member's name, kind and sizes. Raises Unfit."""
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or DRIVE.match(name) or "\x00" in name:
        raise Unfit("traversal", part=name)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unfit("traversal", part=name)
    if info.flag_bits & ENCRYPTED_FLAG:
        raise Unfit("encrypted")
    if info.compress_type not in METHODS:
        raise Unfit("packing", part=name)
    if info.file_size > RATIO_FROM and info.file_size > info.compress_size * MOST_RATIO:
        raise Unfit("bomb", most=MOST_UNPACKED >> 20, members=MOST_MEMBERS)


def require_apart(members: Iterable[zipfile.ZipInfo]) -> None:
    """Members that share packed bytes unpack to far more than the file holds. Raises Unfit `bomb`."""
    end = -1
    for info in sorted(members, key=lambda member: member.header_offset):
        if info.header_offset < end:
            raise Unfit("bomb", most=MOST_UNPACKED >> 20, members=MOST_MEMBERS)
        end = info.header_offset + 30 + info.compress_size


@contextlib.contextmanager
def unpacking(name: str) -> Iterator[None]:
    """Whatever goes wrong while a member is unpacked is damage. Raises Unfit `damaged_part`."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Unfit("damaged_part", part=name, line=0) from None


def read_through(stream: IO[bytes]) -> None:
    """Unpack into nothing: zipfile compares the checksum at the end."""
    while stream.read(1 << 18):
        pass
