"""Fills a Word template by names: `{{customer}}` is replaced by a text, and by nothing else.

There is no expression, condition or loop: a name is letters, digits and underscores, and what it stands for is put in
as plain characters. Known to the child process: no Django here.
"""

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from shangwu.foundation.files.unfit import Unfit

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PLACE = re.compile(r"\{\{\s*([a-z][a-z_0-9]{0,40})\s*\}\}")
MARKED = re.compile(r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\{#.{0,80}?#\}")
"""Anything that looks like a place to fill in, ours or another program's."""
FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
MOST = 32 << 20


def names(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: `{"names": [...], "strange": [...]}`: names that stand in the template, and what looks like a
    place to fill in but is none."""
    found: set[str] = set()
    strange: set[str] = set()
    for _name, tree in _trees(file):
        for paragraph in tree.iter(f"{W}p"):
            said = _text(paragraph)
            found.update(PLACE.findall(said))
            strange.update(one for one in MARKED.findall(said) if not PLACE.fullmatch(one))
    return {"names": sorted(found), "strange": sorted(strange)[:20]}


def fill(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: `{"docx": base64}` with each known name replaced by its text; an unknown one stays as it
    stands."""
    values: dict[str, str] = arguments["values"]
    changed = {}
    for name, tree in _trees(file):
        for paragraph in tree.iter(f"{W}p"):
            _fill(paragraph, values)
        changed[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    made = io.BytesIO()
    file.seek(0)
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, changed.get(info.filename) or source.read(info))
    return {"docx": base64.b64encode(made.getvalue()).decode()}


def _trees(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if FILLED.fullmatch(info.filename):
                if info.file_size > MOST:
                    raise Unfit("bomb", most=MOST >> 20, members=1)
                try:
                    yield info.filename, etree.fromstring(archive.read(info), parser)
                except etree.XMLSyntaxError:
                    raise Unfit("damaged", part=info.filename) from None


def _texts(paragraph: Any) -> list[Any]:
    """The paragraph's own pieces of text; a text box inside it has paragraphs of its own."""
    return [one for one in paragraph.iter(f"{W}t") if next(one.iterancestors(f"{W}p")) is paragraph]


def _text(paragraph: Any) -> str:
    return "".join(one.text or "" for one in _texts(paragraph))


def _fill(paragraph: Any, values: dict[str, str]) -> None:
    """Word splits a name over pieces as it likes: the first piece that it touches takes the text, the others lose
    theirs. From the last name to the first, so that places before it stay where they are."""
    pieces = _texts(paragraph)
    said = "".join(one.text or "" for one in pieces)
    for found in reversed(list(PLACE.finditer(said))):
        if found[1] in values:
            _replace(pieces, found.start(), found.end(), values[found[1]])
    for one in pieces:
        _break_lines(one)


def _replace(pieces: list[Any], start: int, end: int, value: str) -> None:
    place = 0
    for one in pieces:
        text = one.text or ""
        low, high = max(start - place, 0), min(end - place, len(text))
        if low < high or (low == high == 0 and not text and start == place):
            one.text = text[:low] + (value if start >= place else "") + text[high:]
            one.set(SPACE, "preserve")
        place += len(text)


def _break_lines(piece: Any) -> None:
    """Lines of a text become lines in Word."""
    lines = (piece.text or "").split("\n")
    piece.text = lines[0]
    after = piece
    for line in lines[1:]:
        for tag, text in ((f"{W}br", None), (f"{W}t", line)):
            made = etree.Element(tag)
            if text is not None:
                made.text = text
                made.set(SPACE, "preserve")
            after.addnext(made)
            after = made
