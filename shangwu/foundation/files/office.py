"""Office packages (docx, xlsx, pptx, odt, ofd ...): a zip of XML parts, ECMA-376 part 2. Looked at, never run.

Known to the child process: no Django here.
"""

import io
from typing import IO

from shangwu.foundation.files.archives import (
    MOST_DEPTH,
    Archive,
    Budget,
    open_archive,
    read_through,
    unpacking,
)
from shangwu.foundation.files.kinds import OLE2, RUN_BY_NAME, ZIP, by_magic
from shangwu.foundation.files.markup import local, scan
from shangwu.foundation.files.names import extension_of
from shangwu.foundation.files.unfit import Unfit

CONTENT_TYPES = "[Content_Types].xml"
PACKAGE_LINKS = "_rels/.rels"

MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "dotx",
    "application/vnd.ms-word.document.macroenabled.main+xml": "docm",
    "application/vnd.ms-word.template.macroenabledtemplate.main+xml": "dotm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": "xltx",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": "xlsm",
    "application/vnd.ms-excel.template.macroenabled.main+xml": "xltm",
    "application/vnd.ms-excel.addin.macroenabled.main+xml": "program",
    "application/vnd.ms-excel.sheet.binary.macroenabled.main": "xlsb",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": "pptx",
    "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml": "pptx",
    "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml": "pptm",
    "application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml": "pptm",
    "application/vnd.ms-powerpoint.template.macroenabled.main+xml": "pptm",
    "application/vnd.ms-visio.drawing.main+xml": "vsdx",
    "application/vnd.ms-powerpoint.addin.macroenabled.main+xml": "program",
}
"""Content type of the main part (compared in lower case) -> kind."""

OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MOST_INSIDE = 64 << 20
"""Bytes of an archive inside another: it is held in memory while its directory is read."""
FIELDS_THAT_RUN = ("DDE", "DDEAUTO")
FIELDS_THAT_FETCH = ("INCLUDETEXT", "INCLUDEPICTURE", "LINK", "IMPORT", "INCLUDE")


class Package:
    """What the content types and relationships of a package say."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.overrides: dict[str, str] = {}
        self.defaults: dict[str, str] = {}
        self.main = ""
        with unpacking(CONTENT_TYPES), archive.open(CONTENT_TYPES) as stream:
            scan(stream, CONTENT_TYPES, self.take_content_type)
        if PACKAGE_LINKS in archive.members:
            with unpacking(PACKAGE_LINKS), archive.open(PACKAGE_LINKS) as stream:
                scan(stream, PACKAGE_LINKS, self.take_link)

    def take_content_type(self, name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").lower()
        if local(name) == "Override":
            self.overrides[attributes.get("PartName", "").lstrip("/").lower()] = kind
        elif local(name) == "Default":
            self.defaults[attributes.get("Extension", "").lower()] = kind

    def take_link(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            self.main = attributes.get("Target", "").lstrip("/")

    def content_type(self, part: str) -> str:
        """The declared type of a part; empty when the package forgot it."""
        return self.overrides.get(part.lower()) or self.defaults.get(part.rpartition(".")[2].lower(), "")

    def has(self, part: str) -> bool:
        """Part names are compared without case (ECMA-376-2, 6.2.2.3)."""
        return part.lower() in {name.lower() for name in self.archive.members}


def kind_of_archive(archive: Archive) -> str | None:
    """The kind's code by what the zip holds. Raises Unfit `damaged` for an Office file without its main part."""
    names = archive.members.keys()
    if CONTENT_TYPES in names:
        package = Package(archive)
        kind = MAIN_PARTS.get(package.content_type(package.main))
        if kind and not package.has(package.main):
            raise Unfit("damaged", part=package.main)
        return kind or ("zip" if not package.main else None)
    if "mimetype" in names:
        with unpacking("mimetype"), archive.open("mimetype") as stream:
            declared = stream.read(60)
        return next((kind for start, kind in OPEN_DOCUMENTS.items() if declared.startswith(start)), "zip")
    if "OFD.xml" in names:
        return "ofd"
    if {"META-INF/MANIFEST.MF", "AndroidManifest.xml"} & names:
        return "program"
    return "zip"


def examine_archive(archive: Archive, budget: Budget, depth: int = 0) -> set[str]:
    """Read every member once: checksums, markup, archives inside, programs. Gives notices; raises Unfit."""
    notices: set[str] = set()
    xml = xml_parts(archive)
    for name, info in archive.members.items():
        if info.is_dir():
            continue
        notices |= notices_by_name(name)
        with unpacking(name), archive.open(name) as stream:
            if name in xml:
                notices |= examine_part(stream, name)
            else:
                notices |= examine_member(stream, name, budget, depth)
    return notices


def xml_parts(archive: Archive) -> set[str]:
    """Members that an Office program would read as XML. In a plain zip nothing is: its XML files are just data."""
    if CONTENT_TYPES not in archive.members:
        return {name for name in archive.members if name.endswith(".xml")} if "mimetype" in archive.members else set()
    package = Package(archive)
    return {
        name
        for name in archive.members
        if name.lower().endswith((".xml", ".rels"))
        or (package.content_type(name).endswith(("+xml", "/xml")) and not name.lower().endswith(".vml"))
    }


def notices_by_name(name: str) -> set[str]:
    """What the place of a part in the package says."""
    lower = name.lower()
    if lower.endswith("vbaproject.bin") or "/macrosheets/" in lower or lower.startswith("basic/"):
        return {"macros"}
    if "/activex/" in lower:
        return {"macros"}
    return {"embedded"} if "/embeddings/" in lower else set()


def examine_part(stream: IO[bytes], name: str) -> set[str]:
    """One XML part: well formed, without document type; links, fields and DDE are noticed. Raises Unfit."""
    if name.endswith(".rels"):
        return examine_links(stream, name)
    if name.startswith("word/"):
        return examine_fields(stream, name)
    if name.startswith("xl/externalLinks/"):
        found: set[str] = {"links"}
        scan(stream, name, lambda element, _: found.add("dde") if local(element) == "ddeLink" else None)
        return found
    scan(stream, name)
    return set()


def examine_links(stream: IO[bytes], name: str) -> set[str]:
    """Relationships to the outside. A hyperlink waits for a click, a template or picture does not."""
    found: set[str] = set()

    def start(element: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith("/hyperlink"):
            found.add("links")

    scan(stream, name, start)
    return found


def examine_fields(stream: IO[bytes], name: str) -> set[str]:
    """Word fields: the command of one may be cut into many runs, so it is joined before it is read."""
    commands: list[str] = []
    inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        tag = local(element)
        inside = tag == "instrText"
        if tag == "fldSimple":
            commands.append(next((value for key, value in attributes.items() if local(key) == "instr"), ""))
        if tag == "fldChar" and any(local(key) == "fldCharType" and v == "begin" for key, v in attributes.items()):
            commands.append("")

    def text(characters: str) -> None:
        if inside and commands:
            commands[-1] += characters

    scan(stream, name, start, text)
    words = {word for command in commands for word in command.strip().lstrip("\\").upper().split()[:1]}
    return ({"dde"} if words & set(FIELDS_THAT_RUN) else set()) | (
        {"links"} if words & set(FIELDS_THAT_FETCH) else set()
    )


def examine_member(stream: IO[bytes], name: str, budget: Budget, depth: int) -> set[str]:
    """A picture, an object, an archive inside. Raises Unfit `program_inside`, `nested` and what the archive raises."""
    head = stream.read(4096)
    if head.startswith(ZIP):
        if depth >= MOST_DEPTH:
            raise Unfit("nested", part=name, most=MOST_DEPTH)
        inner = io.BytesIO(head + stream.read(MOST_INSIDE))
        if stream.read(1):
            raise Unfit("nested", part=name, most=MOST_DEPTH)
        return examine_archive(open_archive(inner, budget), budget, depth + 1)
    if not head.startswith(OLE2) and (by_magic(head) == "program" or extension_of(name) in RUN_BY_NAME):
        raise Unfit("program_inside", part=name)
    read_through(stream)
    return set()
