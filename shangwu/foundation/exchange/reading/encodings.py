"""The encoding of a text file, decided on all of it and read as a stream, never held in memory."""

import codecs
import io
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.encodings import decode

CHUNK = 1 << 18
SAMPLE = 1 << 18
"""Bytes of lines with other than ASCII characters that GB18030 and Big5 are told apart by."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FEW = 6
"""Bytes beyond ASCII. So few that are valid UTF-8 are taken for UTF-8, though they may by chance read as Chinese."""
CONFLICT = ("\n<<<<<<< ", "\n>>>>>>> ")

REASONS = {
    "undecodable": _(
        "Line %(line)s can't be read in the file's encoding. Save it again as “CSV UTF-8”, from Excel say."
    ),
    "zeros": _("Line %(line)s holds zero bytes: the file was torn while it was written. Have it exported again."),
    "conflict": _(
        "Line %(line)s is the mark of an unfinished merge. Decide which lines are right and remove the marks."
    ),
}

Opener = Callable[[], IO[bytes]]


class Found(NamedTuple):
    """Python's name of an encoding; whether a mark or the form of all bytes says so, else it was weighed.

    `lost_line`: the first line with U+FFFD, the sign that stands for characters lost before the file came here; or 0.
    `lines`: how many the text has.
    """

    name: str
    is_sure: bool
    lost_line: int
    lines: int


def encoding_of(opener: Opener, given: str = "") -> Found:
    """The encoding: `given`, else by its mark, else what the text reads as. All bytes have been decoded with it.

    Raises ValidationError `encoding`, `undecodable`, `zeros` or `conflict`.
    """
    with opener() as file:
        head = file.read(SAMPLE)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), "")
    if given or marked:
        return Found(given or marked, True, *sound(scan(opener, given or marked)))
    scanned = scan(opener, "utf-8")
    sample = head if b"\0" in head else sample_of(opener)
    if scanned.trouble in {"zeros", "undecodable"} or sum(byte > 0x7F for byte in sample) > FEW:
        try:
            decoded = decode(sample, is_whole=False)
        except ValidationError:
            sound(scanned)
            raise
        if decoded.encoding != "utf-8":
            return Found(decoded.encoding, decoded.is_sure, *sound(scan(opener, decoded.encoding)))
    return Found("utf-8", True, *sound(scanned))


def sound(scanned: "Scanned") -> tuple[int, int]:
    """The line of the first lost character or 0, and how many lines. Raises ValidationError for what is worse."""
    if scanned.trouble and scanned.trouble != "lost":
        raise ValidationError(REASONS[scanned.trouble], code=scanned.trouble, params={"line": scanned.line})
    return scanned.line, scanned.lines


class Scanned(NamedTuple):
    """What a look at all of a text found: a code of REASONS, "lost" or nothing, and the line where it shows.

    lines: how many there are; 0 when the look was broken off.
    """

    trouble: str
    line: int
    lines: int = 0


def scan(opener: Opener, encoding: str) -> Scanned:
    """Decode every byte strictly, looking for what no table holds.

    `undecodable`; `zeros` (NUL, as torn logs have them); `conflict` (marks of an unfinished merge); `lost` (U+FFFD).
    """
    line, before, lost = 1, "\n", 0
    try:
        with opener() as file, io.TextIOWrapper(file, encoding, newline="") as text:
            while piece := text.read(CHUNK):
                window = before + piece
                for code, marks in (("zeros", ("\0",)), ("conflict", CONFLICT)):
                    found = min((at for mark in marks if (at := window.find(mark)) >= 0), default=-1)
                    if found >= 0:
                        return Scanned(code, line + window.count("\n", len(before), found + 1))
                if not lost and "\ufffd" in piece:
                    lost = line + piece.count("\n", 0, piece.index("\ufffd"))
                line += piece.count("\n")
                before = window[-len(CONFLICT[0]) :]
    except UnicodeDecodeError:
        return Scanned("undecodable", line)
    return Scanned("lost" if lost else "", lost, line)


def sample_of(opener: Opener) -> bytes:
    """The lines that have other than ASCII characters, up to SAMPLE bytes: the only ones that tell encodings apart."""
    kept = bytearray()
    with opener() as file:
        for line in file:
            if not line.isascii():
                kept += line[: SAMPLE - len(kept)]
            if len(kept) >= SAMPLE:
                break
    return bytes(kept)


def lines_of(opener: Opener, encoding: str) -> Iterator[str]:
    """The text's lines with their ends, as the csv reader wants them."""
    with opener() as file, io.TextIOWrapper(file, encoding, newline="") as text:
        yield from text
