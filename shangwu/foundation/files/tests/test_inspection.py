"""Each upload is taken or refused for the right reason, before anything parses it."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from shangwu.foundation.files.examination import findings
from shangwu.foundation.files.inspection import inspect
from shangwu.foundation.files.refusals import NOTICES, REASONS, refusal
from shangwu.foundation.files.tests.made import linked, locked, overlapping, package, sized, word, zipped
from shangwu.foundation.files.unfit import Unfit

BOMB = b"\x00" * (60 << 20)
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
PDF = b"%%PDF-1.7\n1 0 obj<<%s>>endobj\nstartxref\n0\n%%%%EOF"


def judged(content: bytes, name: str, *, rename: bool = False) -> str | tuple[str, ...]:
    """The refusal's code, or the kind followed by the notices."""
    try:
        found = findings(io.BytesIO(content), name, rename=rename)
    except Unfit as unfit:
        return str(refusal(unfit).code) if unfit.code in REASONS else "no sentence"
    assert set(found.notices) <= set(NOTICES)
    return (found.kind, *found.notices)


def short(value: object) -> str:
    """A test's name: never the content itself."""
    return "content" if isinstance(value, bytes) else str(value)


def twice(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(name, "b")
    return out.getvalue()


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("notes")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def nested(depth: int) -> bytes:
    content = b"deep"
    for _ in range(depth):
        content = zipped({"inside.zip": content})
    return content


@pytest.mark.parametrize(
    ("content", "name", "verdict"),
    [
        (zipped({"a": BOMB}), "a.zip", "bomb"),
        (package("docx", {"word/media/a.png": BOMB}), "a.docx", "bomb"),
        (zipped({f"{number}": "" for number in range(10_001)}), "a.zip", "bomb"),
        (overlapping(1000, b"a" * 100_000), "a.zip", "bomb"),
        (overlapping(1, b"a" * 100), "a.zip", ("zip",)),  # control: the same maker, nothing shared
        (gzip.compress(BOMB), "a.csv.gz", "bomb"),
        (nested(3), "a.zip", ("zip",)),
        (nested(4), "a.zip", "nested"),
        (sized(b"0123456789" * 10, 10), "a.docx", "damaged_part"),
        (sized(b"0123456789" * 10, 1000), "a.docx", ("docx",)),  # less than promised harms no one
        (zipped({"../a": "x"}), "a.zip", "traversal"),
        (zipped({"a\\..\\..\\b": "x"}), "a.zip", "traversal"),
        (zipped({"/etc/cron.d/a": "x"}), "a.zip", "traversal"),
        (zipped({"C:\\a": "x"}), "a.zip", "traversal"),
        (symlink(), "a.zip", "traversal"),
        (twice("a.xml"), "a.zip", "duplicate_member"),
        (locked(zipped({"a": "secret"})), "a.zip", "encrypted"),
        (zipped({"a": "x"}, zipfile.ZIP_LZMA), "a.zip", "packing"),
        (zipped({"setup.exe": b"MZ\x90\x00\x03\x00"}), "a.zip", "program_inside"),
        (zipped({"photo.jpg": b"MZ\x90\x00\x03\x00"}), "a.zip", "program_inside"),
        (zipped({"run.bat": "del *"}), "a.zip", "program_inside"),
        (zipped({"notes.txt": "hello", "b/": ""}), "a.zip", ("zip",)),
    ],
    ids=short,
)
def test_zip_archives(content: bytes, name: str, verdict: str | tuple[str, ...]) -> None:
    assert judged(content, name) == verdict


@pytest.mark.parametrize(
    ("content", "name", "verdict"),
    [
        (package("docx"), "a.docx", ("docx",)),
        (package("xlsx"), "a.xlsx", ("xlsx",)),
        (package("pptx"), "a.pptx", ("pptx",)),
        (package("docm", {"word/vbaProject.bin": b"x"}), "a.docm", ("docm", "macros")),
        (package("docm"), "a.docx", ("docm", "renamed")),
        (package("xlam"), "a.xlsx", "program"),
        (package("docx", {"word/document.xml": DOCTYPE}), "a.docx", "entities"),
        (package("docx", {"word/document.xml": DOCTYPE.encode("utf-16")}), "a.docx", "entities"),
        (package("docx", {"docProps/app.xml": EXTERNAL}), "a.docx", "entities"),
        (package("docx", {"_rels/.rels": DOCTYPE}), "a.docx", "entities"),
        (package("xlsx", {"xl/worksheets/sheet1.xml": "<a><b></a>"}), "a.xlsx", "damaged_part"),
        (package("docx", without="word/document.xml"), "a.docx", "damaged"),
        (package("docx")[:-30], "a.docx", "damaged"),
        (package("docx", {"word/embeddings/a.xlsx": package("xlsx")}), "a.docx", ("docx", "embedded")),
        (package("docx", {"word/embeddings/a.xlsx": package("xlsx", {"xl/a.xml": DOCTYPE})}), "a.docx", "entities"),
        (linked("hyperlink", "https://example.org"), "a.docx", ("docx",)),
        (linked("attachedTemplate", "https://example.org/a.dotm"), "a.docx", ("docx", "links")),
        (word('<w:fldSimple w:instr=" DDEAUTO c:\\\\cmd.exe "/>'), "a.docx", ("docx", "dde")),
        (word('<w:fldSimple w:instr=" PAGE "/>'), "a.docx", ("docx",)),
        (
            word(
                '<w:fldChar w:fldCharType="begin"/><w:instrText>DD</w:instrText><w:r/><w:instrText>E cmd</w:instrText>'
            ),
            "a.docx",
            ("docx", "dde"),
        ),
        (
            package("xlsx", {"xl/externalLinks/externalLink1.xml": "<a><ddeLink/></a>"}),
            "a.xlsx",
            ("xlsx", "dde", "links"),
        ),
        (package("xlsx", {"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx", ("xlsx", "macros")),
    ],
    ids=short,
)
def test_office_packages(content: bytes, name: str, verdict: str | tuple[str, ...]) -> None:
    assert judged(content, name) == verdict


@pytest.mark.parametrize(
    ("content", "name", "verdict"),
    [
        (b"", "a.txt", "empty"),
        (PDF % b"", "a.pdf", ("pdf",)),
        (PDF % b"/S/JavaScript/JS(app.alert)", "a.pdf", ("pdf", "active")),
        (PDF % b"/Type/EmbeddedFile", "a.pdf", ("pdf", "embedded")),
        (b"%PDF-1.7\n1 0 obj<<>>", "a.pdf", "damaged"),
        (PDF % b"", "a.docx", "mismatch"),
        (PDF % b"", "報價", ("pdf", "renamed")),
        (PNG + b"IEND\xaeB`\x82", "a.png", ("png",)),
        (PNG, "a.png", "damaged"),
        (PNG + b"IEND\xaeB`\x82<script>alert(1)</script>", "a.html", "mismatch"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "a.pdf", "program"),
        (b"\x7fELF\x02\x01\x01\x00", "a", "program"),
        (b"#!/bin/sh\nrm -rf /", "notes.txt", "program"),
        (b"@echo off", "notes.bat", "program"),
        (b"anything", "notes.pdf.exe", "program"),
        (b"WScript.Echo(1)", "notes.js", "program"),
        (b"<html><script>alert(1)</script>", "a.html", ("html", "download_only")),
        (b"  \n<!DOCTYPE html><p>hi", "a.txt", "mismatch"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", ("svg", "download_only")),
        (b"<?xml version='1.0'?><!-- --><svg:svg xmlns:svg='x'/>", "a.xml", "mismatch"),
        (b"<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>", "a.xml", ("xml",)),
        (b"GIF89a/*<html>*/=1;", "a.gif", ("gif",)),
        ("日期,金額\n2026-01-01,1\n".encode("big5"), "a.csv", ("csv",)),
        ("日期,金額\n2026-01-01,1\n".encode("utf-16"), "a.csv", ("csv",)),
        (b"plain words", "a.txt", ("txt",)),
        (b"08:45\n" * 9 + b"\x00" * 30 + b"17:02\n" * 9, "a.txt", ("txt",)),
        (b"\x00" * 30, "a.txt", "unknown_kind"),
        (bytes(range(256)), "a.txt", "unknown_kind"),
        (b"Rar!\x1a\x07\x01\x00", "a.rar", "opaque"),
        (gzip.compress(b"a,b\n1,2\n"), "a.csv.gz", ("gz",)),
        (gzip.compress(b"a,b\n1,2\n")[:-9], "a.csv.gz", "damaged"),
        (gzip.compress(b"MZ\x90\x00\x03\x00\x00\x00"), "a.gz", "program_inside"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", "damaged"),
        (b"\xd0\xcf\x11\xe0", "a.doc", "unknown_kind"),
        (b"From: a@example.org\r\nSubject: x\r\n\r\nhello", "a.eml", ("eml",)),
    ],
    ids=short,
)
def test_other_content(content: bytes, name: str, verdict: str | tuple[str, ...]) -> None:
    assert judged(content, name) == verdict


def test_an_import_goes_by_content_and_only_notices_the_name() -> None:
    assert judged(b"a\tb\n1\t2\n", "export.xls") == "mismatch"
    assert judged(b"a\tb\n1\t2\n", "export.xls", rename=True) == ("txt", "renamed")
    assert judged(b"#!/bin/sh", "export.xls", rename=True) == "program"


def test_the_report_carries_the_right_name_and_sentences(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(package("docm", {"word/vbaProject.bin": b"x"}))
    report = inspect(path, "合約.docx")
    assert (report.kind.code, report.name) == ("docm", "合約.docm")
    assert [str(sentence) for sentence in report.sentences()] == [str(NOTICES[code]) for code in ("macros", "renamed")]


def test_a_refusal_says_what_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(PDF % b"")
    with pytest.raises(ValidationError) as caught:
        inspect(path, "合約.docx")
    with translation.override("en"):
        said = caught.value.messages
    assert said == ["The name ends in .docx, but the content is: PDF document. Rename it to .pdf and upload it again."]


@pytest.mark.parametrize("cut", range(0, 1200, 37))
def test_a_cut_package_is_refused_never_an_error(cut: int) -> None:
    content = package("docx", {"word/a.xml": "<a/>"})
    assert isinstance(judged(content[: min(cut, len(content) - 1)], "a.docx"), str)
