"""Files made for tests: the smallest Office packages, and the bombs that no one keeps on a disk."""

import io
import struct
import zipfile
import zlib

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "xlam": ("xl/workbook.xml", "application/vnd.ms-excel.addin.macroEnabled.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def package(kind: str, parts: dict[str, bytes | str] | None = None, without: str = "") -> bytes:
    """An Office package of that kind with the further (or other) parts."""
    main, content_type = MAIN[kind]
    all_parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{LINKS}">'
        f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>',
        main: '<?xml version="1.0"?><root/>',
        **(parts or {}),
    }
    return zipped({name: content for name, content in all_parts.items() if name != without})


def word(body: str) -> bytes:
    """A Word document with this body."""
    return package("docx", {"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'})


def linked(kind: str, target: str) -> bytes:
    """A document whose main part relates to something outside by `kind` (attachedTemplate, hyperlink ...)."""
    link = f'<Relationship Id="b" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
    return package("docx", {"word/_rels/document.xml.rels": f'<Relationships xmlns="{LINKS}">{link}</Relationships>'})


def sized(content: bytes, said: int) -> bytes:
    """A docx whose picture claims another unpacked size than it has."""
    made = package("docx", {"word/media/a.png": content})
    real = struct.pack("<I", len(content))
    at = made.rfind(b"word/media/a.png") - 46 + 24
    assert made[at : at + 4] == real
    return made[:at] + struct.pack("<I", said) + made[at + 4 :]


def overlapping(count: int, kernel: bytes) -> bytes:
    """Fifield's bomb, in small: many directory entries, all over one piece of packed bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(kernel) + packer.flush()
    crc = zlib.crc32(kernel)
    local = (
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), len(kernel), 5, 0) + b"00000" + packed
    )
    directory = b""
    for number in range(count):
        name = f"{number:05}".encode()
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), len(kernel), len(name), 0, 0, 0, 0, 0, 0
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + end


def locked(content: bytes) -> bytes:
    """The zip with the flag "encrypted" on its first member, in both headers."""
    made = bytearray(content)
    made[6] |= 1
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)
