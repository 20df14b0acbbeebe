"""What a file is, told by its content. The name only ever makes the verdict stricter.

Known to the child process: no Django here. Labels are English sources of the catalogue.
"""

import re
import struct
from typing import IO, Literal, NamedTuple

from shangwu.foundation.files.names import extension_of

Family = Literal[
    "document", "sheet", "slides", "page", "picture", "sound", "text", "message", "archive", "active", "program"
]


def gettext_noop(text: str) -> str:
    """Mark a label for the catalogue; whoever shows it translates it."""
    return text


class Kind(NamedTuple):
    """A kind of content. `extensions`: what its names end in, the first is given to a name that lies."""

    code: str
    label: str
    family: Family
    media_type: str
    extensions: tuple[str, ...]

    @property
    def inert(self) -> bool:
        """False for what a browser would run (HTML, SVG): kept, and only ever given out as a download."""
        return self.family not in {"active", "program"}

    def near(self, other: "Kind") -> bool:
        """True when a name of one kind on the other is a slip (docx for docm), not a disguise or a format change."""
        return self.family == other.family and (self.code in COMPOUND) == (other.code in COMPOUND)


COMPOUND = frozenset(["doc", "xls", "ppt", "msg"])
"""Kinds of the OLE2 format: no program opens them under the name of the newer formats."""


def kinds_of(*rows: tuple[str, str, Family, str, str]) -> dict[str, Kind]:
    """The table by code; `extensions` are written in one text."""
    return {code: Kind(code, label, family, media, tuple(names.split())) for code, label, family, media, names in rows}


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml"
BYTES = "application/octet-stream"
"""Also given to what must not be run: a browser that does not know a type only saves it."""

KINDS = kinds_of(
    ("docx", gettext_noop("Word document"), "document", f"{WORD}.document", "docx"),
    ("dotx", gettext_noop("Word template"), "document", f"{WORD}.template", "dotx"),
    ("docm", gettext_noop("Word document with macros"), "document", BYTES, "docm"),
    ("dotm", gettext_noop("Word template with macros"), "document", BYTES, "dotm"),
    ("doc", gettext_noop("Word 97-2003 document"), "document", "application/msword", "doc dot wps"),
    ("rtf", gettext_noop("Rich text document"), "document", "application/rtf", "rtf doc"),
    ("odt", gettext_noop("OpenDocument text"), "document", "application/vnd.oasis.opendocument.text", "odt ott"),
    ("xlsx", gettext_noop("Excel workbook"), "sheet", f"{EXCEL}.sheet", "xlsx"),
    ("xltx", gettext_noop("Excel template"), "sheet", f"{EXCEL}.template", "xltx"),
    ("xlsm", gettext_noop("Excel workbook with macros"), "sheet", BYTES, "xlsm"),
    ("xltm", gettext_noop("Excel template with macros"), "sheet", BYTES, "xltm xlam"),
    ("xlsb", gettext_noop("Excel binary workbook"), "sheet", BYTES, "xlsb"),
    ("xls", gettext_noop("Excel 97-2003 workbook"), "sheet", "application/vnd.ms-excel", "xls xlt et"),
    ("ods", gettext_noop("OpenDocument sheet"), "sheet", "application/vnd.oasis.opendocument.spreadsheet", "ods ots"),
    ("pptx", gettext_noop("PowerPoint slides"), "slides", f"{POWERPOINT}.presentation", "pptx ppsx potx"),
    ("pptm", gettext_noop("PowerPoint slides with macros"), "slides", BYTES, "pptm ppsm potm"),
    ("ppt", gettext_noop("PowerPoint 97-2003 slides"), "slides", "application/vnd.ms-powerpoint", "ppt pps pot dps"),
    (
        "odp",
        gettext_noop("OpenDocument slides"),
        "slides",
        "application/vnd.oasis.opendocument.presentation",
        "odp otp",
    ),
    ("vsdx", gettext_noop("Visio drawing"), "page", "application/vnd.ms-visio.drawing", "vsdx"),
    ("pdf", gettext_noop("PDF document"), "page", "application/pdf", "pdf"),
    ("ofd", gettext_noop("OFD document"), "page", "application/ofd", "ofd"),
    ("png", gettext_noop("PNG picture"), "picture", "image/png", "png"),
    ("jpeg", gettext_noop("JPEG picture"), "picture", "image/jpeg", "jpg jpeg jpe jfif"),
    ("gif", gettext_noop("GIF picture"), "picture", "image/gif", "gif"),
    ("webp", gettext_noop("WebP picture"), "picture", "image/webp", "webp"),
    ("bmp", gettext_noop("Bitmap picture"), "picture", "image/bmp", "bmp dib"),
    ("tiff", gettext_noop("TIFF picture"), "picture", "image/tiff", "tif tiff"),
    ("heic", gettext_noop("HEIC picture"), "picture", "image/heic", "heic heif"),
    ("mp3", gettext_noop("MP3 sound"), "sound", "audio/mpeg", "mp3"),
    ("wav", gettext_noop("WAV sound"), "sound", "audio/wav", "wav"),
    ("mp4", gettext_noop("MP4 film or sound"), "sound", "video/mp4", "mp4 m4a m4v mov"),
    ("txt", gettext_noop("Text"), "text", "text/plain", "txt text log md sql ini yaml yml tex po"),
    ("csv", gettext_noop("Table as text"), "text", "text/csv", "csv tsv tab psv"),
    ("json", gettext_noop("JSON data"), "text", "application/json", "json jsonl"),
    ("xml", gettext_noop("XML data"), "text", BYTES, "xml xsd rss atom"),
    ("ics", gettext_noop("Calendar entries"), "text", "text/calendar", "ics"),
    ("vcf", gettext_noop("Business cards"), "text", "text/vcard", "vcf"),
    ("eml", gettext_noop("Mail"), "message", BYTES, "eml"),
    ("msg", gettext_noop("Outlook mail"), "message", "application/vnd.ms-outlook", "msg oft"),
    ("zip", gettext_noop("Zip archive"), "archive", "application/zip", "zip"),
    ("gz", gettext_noop("Compressed file"), "archive", "application/gzip", "gz"),
    ("html", gettext_noop("Web page"), "active", BYTES, "html htm xhtml shtml mht mhtml"),
    ("svg", gettext_noop("SVG drawing"), "active", BYTES, "svg"),
    ("program", gettext_noop("Program"), "program", BYTES, "exe"),
)

OPAQUE = {
    "rar": (b"Rar!\x1a\x07",),
    "7z": (b"7z\xbc\xaf\x27\x1c",),
    "xz": (b"\xfd7zXZ\x00",),
    "bz2": (b"BZh",),
    "zst": (b"\x28\xb5\x2f\xfd",),
    "cab": (b"MSCF",),
    "iso": (),
}
"""Archives that we can't look into: refused with the advice to send a zip."""

MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"{\\rtf", "rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (8, b"WAVE", "wav"),
    (0, b"ID3", "mp3"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypheix", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1f\x8b\x08", "gz"),
)

PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n", b"\x00asm", b"FWS", b"CWS", b"ZWS",
    b"ITSF", b"!<arch>",
)  # fmt: skip
"""Beginnings of what a system runs: Windows, Linux, macOS, Java, Android, links, Flash, compiled help, packages."""

RUN_BY_NAME = frozenset(
    re.findall(
        r"\S+",
        """
        exe com scr pif cpl dll sys drv ocx msi msp mst msix appx bat cmd ps1 ps1xml psm1 vbs vbe vb js jse mjs
        wsf wsh wsc hta sct jar jnlp class apk dex ipa app dmg pkg deb rpm sh bash csh ksh zsh run out elf so
        dylib py pyc pyw pl php rb lnk url scf inf reg chm hlp gadget application action workflow workspace
        command desktop swf xll xlam ppam iqy slk settingcontent-ms library-ms search-ms appref-ms vhd vhdx img
        iso
        """,
    )
)
"""Names that make a system run or trust the file, whatever is in it."""

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 4096

PAGE = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<script[\s>/]|xmlns(:\w+)?\s*=\s*['\"]http://www\.w3\.org/1999/xhtml", re.IGNORECASE
)
FRAGMENT = re.compile(
    rb"<(!--|body|head|iframe|frameset|object|embed|form|title|base|meta|table|div|img|style|link|a|p|br|h1)[\s>/-]"
    rb"|mime-version:.{0,200}multipart/related",
    re.IGNORECASE | re.DOTALL,
)
DRAWING = re.compile(rb"<!doctype\s+svg|<(\w+:)?svg[\s>]", re.IGNORECASE)
MAIL = re.compile(
    rb"^(received|return-path|from|to|subject|date|mime-version|message-id|delivered-to|content-type):", re.IGNORECASE
)


def head_of(file: IO[bytes]) -> bytes:
    """The first bytes; the file stands at its beginning afterwards."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return head


def by_magic(head: bytes) -> str | None:
    """The kind's code (or the name of an opaque archive) that the first bytes prove; None when they prove nothing."""
    if (head.startswith(PROGRAMS) and not head.startswith(b"MZ")) or is_windows_program(head):
        return "program"
    for offset, magic, code in MAGIC:
        if head.startswith(magic, offset):
            return code
    for name, magics in OPAQUE.items():
        if magics and head.startswith(magics):
            return name
    if (
        head.startswith(b"BM")
        and len(head) > 26
        and struct.unpack_from("<I", head, 14)[0] in {12, 40, 52, 56, 64, 108, 124}
    ):
        return "bmp"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 not in {0x00, 0xF0}:
        return "mp3"
    return None


def is_windows_program(head: bytes) -> bool:
    """MZ alone begins words too ("MZ-80"); a program has bytes that no text has."""
    return head.startswith(b"MZ") and (b"\x00" in head[:64] or len(head) < 8)


def by_text(head: bytes, name: str) -> str | None:
    """The kind of a text by its beginning, among plain texts by its name; None when it is no text."""
    plain = flattened(head)
    if plain is None:
        return None
    begin = plain.lstrip(b" \t\r\n\x0c")
    if DRAWING.search(begin):
        return "svg"
    if begin.startswith(b"<") and PAGE.search(begin):
        return "html"
    if begin.startswith(b"<?xml"):
        return "xml"
    if FRAGMENT.match(begin):
        return "html"
    if begin.startswith(b"BEGIN:VCALENDAR"):
        return "ics"
    if begin.startswith(b"BEGIN:VCARD"):
        return "vcf"
    extension = extension_of(name)
    if extension == "eml" and MAIL.match(begin):
        return "eml"
    if extension in KINDS["html"].extensions or extension in KINDS["svg"].extensions:
        return "html"
    return next((code for code in ("csv", "json", "xml", "txt") if extension in KINDS[code].extensions), "txt")


def flattened(head: bytes) -> bytes | None:
    """The beginning as one byte per character for looking at markup; None when it holds bytes that no text has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\x00", b"")
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    # UTF-16 without a mark, or a log that was torn while it was written: what is left must be text all the same.
    head = head.replace(b"\x00", b"")
    if not head:
        return None
    return None if re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head) else head
