"""OLE2 compound files (doc, xls, ppt, msg): a folder tree in one file, [MS-CFB]. Only looked at, never run.

Known to the child process: no Django here.
"""

import re
import struct
from array import array
from collections.abc import Iterator
from typing import IO, NamedTuple

from shangwu.foundation.files.kinds import OLE2
from shangwu.foundation.files.unfit import Unfit

END = 0xFFFFFFFA
"""Sector numbers from here on are marks (free, end of chain, table), not sectors."""

INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
PATCH = bytes.fromhex("86100c0000000000c000000000000046")
ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")
STORAGE, STREAM, ROOT = 1, 2, 5


class Item(NamedTuple):
    """A stream of the tree: its path in upper case joined by "/", first sector, size in bytes."""

    path: str
    start: int
    size: int


class Compound(NamedTuple):
    """The tree of an OLE2 file. `items` by upper-case path; `folders` are the storages' paths."""

    file: IO[bytes]
    sector: int
    mini_sector: int
    mini_cutoff: int
    table: "array[int]"
    mini_table: "array[int]"
    mini_stream: bytes
    items: dict[str, Item]
    folders: set[str]
    class_id: bytes

    def read(self, path: str, most: int = 64 << 20) -> bytes:
        """The stream's bytes, at most `most`. Raises Unfit `damaged` when its chain is broken."""
        item = self.items[path.upper()]
        size = min(item.size, most)
        if item.size < self.mini_cutoff:
            at = (number * self.mini_sector for number in chain(self.mini_table, item.start))
            parts = (self.mini_stream[start : start + self.mini_sector] for start in at)
        else:
            parts = (sector_of(self.file, self.sector, number) for number in chain(self.table, item.start))
        read = joined(parts, size)
        if len(read) < size:
            raise Unfit("damaged", part=path)
        return read

    def names(self) -> set[str]:
        """The last parts of all streams' and storages' paths, upper case."""
        return {path.rsplit("/", 1)[-1] for path in (*self.items, *self.folders)}


def joined(parts: Iterator[bytes], size: int) -> bytes:
    """The first `size` bytes of the parts."""
    kept = bytearray()
    while len(kept) < size and (part := next(parts, b"")):
        kept += part
    return bytes(kept[:size])


def sector_of(file: IO[bytes], size: int, number: int) -> bytes:
    """One sector; sectors are counted after the header's own. Short or empty beyond the file's end."""
    file.seek((number + 1) * size)
    return file.read(size)


def chain(table: "array[int]", start: int) -> Iterator[int]:
    """The sectors from `start` on. Raises Unfit `damaged` for a chain that leaves the table or bites its tail."""
    steps = 0
    while start < END:
        if start >= len(table) or steps > len(table):
            raise Unfit("damaged", part="FAT")
        yield start
        start = table[start]
        steps += 1


def words(data: bytes) -> "array[int]":
    """Little-endian 32-bit words, whatever the machine's own order."""
    return array("I", struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def read_compound(file: IO[bytes]) -> Compound:
    """Read the tables and the tree. Raises Unfit `damaged`."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or not header.startswith(OLE2):
        raise Unfit("damaged", part="OLE2")
    sector_shift, mini_shift = struct.unpack_from("<HH", header, 30)
    if sector_shift not in {9, 12} or mini_shift != 6:
        raise Unfit("damaged", part="OLE2")
    first_folder, cutoff, first_mini = (struct.unpack_from("<I", header, at)[0] for at in (48, 56, 60))
    sector = 1 << sector_shift
    table = allocation_table(file, header, sector)
    tree = b"".join(sector_of(file, sector, number) for number in chain(table, first_folder))
    root = ENTRY.unpack_from(tree) if len(tree) >= ENTRY.size else None
    if root is None or root[2] != ROOT:
        raise Unfit("damaged", part="OLE2")
    mini_table = words(b"".join(sector_of(file, sector, number) for number in chain(table, first_mini)))
    mini_stream = joined((sector_of(file, sector, number) for number in chain(table, root[11])), root[12] & 0xFFFFFFFF)
    found = Compound(file, sector, 1 << mini_shift, cutoff, table, mini_table, mini_stream, {}, set(), root[7])
    for item, is_stream in walk(tree, root[6]):
        if is_stream:
            found.items[item.path] = item
        else:
            found.folders.add(item.path)
    return found


def allocation_table(file: IO[bytes], header: bytes, sector: int) -> "array[int]":
    """The FAT: 109 of its sectors are named in the header, further ones in a chain of their own."""
    (count,) = struct.unpack_from("<I", header, 44)
    following, extra = struct.unpack_from("<II", header, 68)
    numbers = list(words(header[76:]))
    per_sector = sector // 4 - 1
    for _ in range(min(extra, count // per_sector + 1)):
        if following >= END:
            break
        more = words(sector_of(file, sector, following))
        if len(more) <= per_sector:
            raise Unfit("damaged", part="FAT")
        numbers += more[:per_sector]
        following = more[per_sector]
    return words(b"".join(sector_of(file, sector, number) for number in numbers[:count] if number < END))


def walk(tree: bytes, first: int) -> Iterator[tuple[Item, bool]]:
    """All items, and whether each is a stream. Each is visited once, so that a tree that bites its tail ends.

    Raises Unfit `damaged` for an entry outside the tree.
    """
    seen: set[int] = set()
    waiting = [(first, "")]
    while waiting:
        number, folder = waiting.pop()
        if number >= END or number in seen:
            continue
        seen.add(number)
        if (number + 1) * ENTRY.size > len(tree):
            raise Unfit("damaged", part="OLE2")
        raw, length, kind, _, left, right, child, _, _, _, _, start, size = ENTRY.unpack_from(tree, number * ENTRY.size)
        name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
        path = f"{folder}/{name}".lstrip("/").upper()
        waiting += [(left, folder), (right, folder)]
        if kind in {STORAGE, STREAM}:
            # Old writers left rubbish in the upper half of the size: no stream of ours has four gigabytes.
            yield Item(path, start, size & 0xFFFFFFFF), kind == STREAM
        if kind == STORAGE:
            waiting.append((child, path))


def kind_of_compound(found: Compound) -> str | None:
    """The kind's code by what stands in the tree's root; "encrypted" for a locked Office file; None for others."""
    if found.class_id in {INSTALLER, PATCH}:
        return "program"
    roots = {path for path in (*found.items, *found.folders) if "/" not in path}
    if roots & {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO", "DRMENCRYPTEDTRANSFORM"}:
        return "encrypted"
    for code, names in (
        ("doc", {"WORDDOCUMENT"}),
        ("xls", {"WORKBOOK", "BOOK"}),
        ("ppt", {"POWERPOINT DOCUMENT", "PP40", "PP97_DUALSTORAGE"}),
        ("msg", {"__PROPERTIES_VERSION1.0"}),
    ):
        if roots & names:
            return code
    return None


DDE_FIELD = re.compile(rb"\x13\s*\\?\s*DDE(AUTO)?\s|\x13\x00(\s\x00)*D\x00D\x00E\x00", re.IGNORECASE)


def examine_compound(found: Compound, kind: str) -> set[str]:
    """The notices that a doc, xls, ppt or msg deserves. Raises Unfit `encrypted` or `damaged`."""
    notices = set()
    names = found.names()
    if names & {"VBA", "_VBA_PROJECT_CUR", "MACROS", "_VBA_PROJECT"}:
        notices.add("macros")
    if names & {"\x01OLE10NATIVE", "PACKAGE"} or any(path.startswith(("OBJECTPOOL/", "MBD")) for path in found.items):
        notices.add("embedded")
    if kind == "doc":
        notices |= examine_word(found)
    elif kind == "xls":
        notices |= examine_excel(found)
    elif "ENCRYPTEDSUMMARY" in names:
        raise Unfit("encrypted")
    return notices


def examine_word(found: Compound) -> set[str]:
    """[MS-DOC] 2.5.1: the file information block says whether the text is locked."""
    text = found.read("WordDocument")
    if len(text) < 32:
        raise Unfit("damaged", part="WordDocument")
    (flags,) = struct.unpack_from("<H", text, 10)
    if flags & 0x0100:
        raise Unfit("encrypted")
    return {"dde"} if DDE_FIELD.search(text) else set()


FILE_PASSWORD, SUPPLIER, BOUND_SHEET = 0x2F, 0x1AE, 0x85
SUPPLIERS_INSIDE = {0x0401, 0x3A01}
MACRO_SHEET = 1


def examine_excel(found: Compound) -> set[str]:
    """[MS-XLS]: walk the records of the workbook for a password, macro sheets, links to other files and DDE."""
    notices = set()
    data = found.read("WORKBOOK" if "WORKBOOK" in found.items else "BOOK")
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + length]
        if kind == FILE_PASSWORD:
            raise Unfit("encrypted")
        if kind == BOUND_SHEET and len(body) > 5 and body[5] == MACRO_SHEET:
            notices.add("macros")
        if kind == SUPPLIER and len(body) >= 4:
            (inside,) = struct.unpack_from("<H", body, 2)
            if inside not in SUPPLIERS_INSIDE:
                notices.add("dde" if is_dde(body[5:]) else "links")
        at += 4 + length
    return notices


def is_dde(virtual_path: bytes) -> bool:
    """[MS-XLS] 2.5.277: "server, U+0003, topic" names a running program; a path to a file begins with U+0001."""
    return not virtual_path.startswith(b"\x01") and b"\x03" in virtual_path
