"""PDF: damage, locks and content that acts by itself, found without drawing a page.

Known to the child process: no Django here.
"""

import re
from typing import IO

from shangwu.foundation.files.unfit import Unfit

ACTS = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|OpenAction\s*<<[^>]{0,200}/URI)\b")
EMBEDS = re.compile(rb"/EmbeddedFiles?\b")
LOCKED = re.compile(
    rb"trailer.{0,2000}/Encrypt\b|/Type\s*/XRef.{0,2000}/Encrypt\b|/Encrypt.{0,2000}/Type\s*/XRef\b", re.DOTALL
)
CHUNK = 4 << 20
OVERLAP = 4096


def examine_pdf(file: IO[bytes]) -> set[str]:
    """The notices a PDF deserves. Raises Unfit `damaged` for one that was cut off.

    One with a password is kept with the notice `locked`: readers open those whose password only forbids printing,
    and a PDF is never unpacked on our side.
    """
    notices: set[str] = set()
    ended = False
    file.seek(0)
    before = b""
    while piece := file.read(CHUNK):
        window = before + piece
        if ACTS.search(window):
            notices.add("active")
        if EMBEDS.search(window):
            notices.add("embedded")
        if LOCKED.search(window):
            notices.add("locked")
        ended = ended or (b"startxref" in window and b"%%EOF" in window)
        before = window[-OVERLAP:]
    if not ended:
        raise Unfit("damaged", part="%%EOF")
    return notices
