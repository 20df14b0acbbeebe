"""How many pages a PDF has: its objects, the last version of each, and the tree of pages that hangs on the root.

Known to the child process: no Django here. No page is drawn.
"""

import re
import zlib
from typing import IO, Any

from shangwu.foundation.files.unfit import Unfit

OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+obj\b")
BODY_END = re.compile(rb"endobj\b|stream\r?\n")
ROOT = re.compile(rb"/Root[\s\x00]+(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+R\b")
PAGES = re.compile(rb"/Pages[\s\x00]+(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+R\b")
KIDS = re.compile(rb"/Kids[\s\x00]*(?:\[([^\]]*)\]|(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+R\b)")
REFERENCE = re.compile(rb"(\d{1,10})[\s\x00]+\d{1,5}[\s\x00]+R\b")
LENGTH = re.compile(rb"/Length[\s\x00]+(\d{1,10})(?![\s\x00]+\d{1,5}[\s\x00]+R\b)")
PACKED = re.compile(rb"/Type[\s\x00]*/ObjStm\b")
NUMBER_OF = re.compile(rb"/N[\s\x00]+(\d{1,7})\b")
FIRST = re.compile(rb"/First[\s\x00]+(\d{1,9})\b")
MOST_UNPACKED = 64 << 20
"""Bytes of one unpacked object stream: a page tree is small."""
MOST_PAGES = 20_000

Objects = dict[int, bytes]


def count(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: `{"pages": n}`. Raises Unfit `encrypted`, `damaged`."""
    data = file.read()
    objects, root = parsed(data)
    if root is None or root not in objects:
        raise Unfit("encrypted" if b"/Encrypt" in data else "damaged", part="/Root")
    found = PAGES.search(objects[root])
    if found is None:
        raise Unfit("damaged", part="/Pages")
    return {"pages": leaves(objects, int(found[1]))}


def parsed(data: bytes) -> tuple[Objects, int | None]:
    """The last version of each object, and the number of the root. Bytes inside streams are not taken for objects."""
    objects: Objects = {}
    root: int | None = None
    place = 0
    while header := OBJECT.search(data, place):
        if found := ROOT.findall(data, place, header.start()):
            root = int(found[-1])
        end = BODY_END.search(data, header.end())
        if end is None:
            break
        body, place = data[header.end() : end.start()], end.end()
        objects[int(header[1])] = body
        if end[0] != b"endobj":
            place, content = _stream(data, body, end.end())
            if PACKED.search(body):
                objects |= unpacked(body, content)
            elif found := ROOT.findall(body):  # a cross-reference stream is a trailer too
                root = int(found[-1])
    if found := ROOT.findall(data, place):
        root = int(found[-1])
    return objects, root


def _stream(data: bytes, body: bytes, start: int) -> tuple[int, bytes]:
    """Where a stream ends, and what is in it."""
    length = LENGTH.search(body)
    if length is not None:
        end = start + int(length[1])
        if data[end : end + 12].lstrip(b"\r\n").startswith(b"endstream"):
            return end, data[start:end]
    end = data.find(b"endstream", start)
    end = len(data) if end < 0 else end
    return end, data[start:end]


def unpacked(body: bytes, content: bytes) -> Objects:
    """The objects in an object stream. Raises Unfit `encrypted` for what can't be unpacked."""
    if b"/FlateDecode" in body:
        try:
            content = zlib.decompressobj().decompress(content, MOST_UNPACKED)
        except zlib.error:
            raise Unfit("encrypted") from None
    number, first = NUMBER_OF.search(body), FIRST.search(body)
    if number is None or first is None:
        raise Unfit("damaged", part="/ObjStm")
    begin = int(first[1])
    try:
        heads = [int(one) for one in content[:begin].split()[: 2 * int(number[1])]]
    except ValueError:
        raise Unfit("encrypted") from None
    pairs = list(zip(heads[::2], heads[1::2], strict=False))
    ends = [*(offset for _key, offset in pairs[1:]), len(content)]
    return {key: content[begin + offset : begin + end] for (key, offset), end in zip(pairs, ends, strict=True)}


def leaves(objects: Objects, top: int) -> int:
    """How many pages hang on a node of the tree. A node that hangs on itself is no tree."""
    total, seen, waiting = 0, {top}, [top]
    while waiting:
        body = objects.get(waiting.pop())
        if body is None:
            raise Unfit("damaged", part="/Kids")
        kids = KIDS.search(body)
        if kids is None:
            total += 1
            continue
        listed = kids[1] if kids[2] is None else objects.get(int(kids[2]), b"")
        for one in REFERENCE.findall(listed):
            if int(one) in seen or len(seen) > MOST_PAGES:
                raise Unfit("damaged", part="/Kids")
            seen.add(int(one))
            waiting.append(int(one))
    return total
