"""What stands in a PDF, as poppler reads it; tests that ask are left out where it is not installed, and say why."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def installed() -> bool:
    """Whether its programs are there."""
    return all(shutil.which(one) for one in ("pdftotext", "pdffonts"))


needed = pytest.mark.skipif(
    not installed(),
    reason="poppler-utils is not installed: `make test` installs it, as house/get_browser.sh says.",
)


def text_of(pdf: bytes, folder: Path) -> str:
    """All that can be read in it, without the blanks and line ends of its layout."""
    return "".join(_said("pdftotext", pdf, folder, "-").split())


def pages_of(pdf: bytes, folder: Path) -> int:
    """How many pages it has: each ends with a form feed."""
    return _said("pdftotext", pdf, folder, "-").count("\f")


def fonts_of(pdf: bytes, folder: Path) -> dict[str, tuple[bool, bool]]:
    """Its fonts: whether each is embedded, and whether its text can be copied out."""
    rows = _said("pdffonts", pdf, folder).splitlines()[2:]
    found = [re.match(r"(?:[A-Z]{6}\+)?(\S+)\s.*?\s(yes|no)\s+(yes|no)\s+(yes|no)\s", one) for one in rows]
    return {one[1]: (one[2] == "yes", one[4] == "yes") for one in found if one is not None}


def _said(program: str, pdf: bytes, folder: Path, *rest: str) -> str:
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([program, str(file), *rest], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()
