"""Puts a number on each page of a PDF that someone else made, at the top, where it hides nothing but what is under it.

The pages are drawn as they are, each in its own size. Known to the child process: no Django here.
"""

import base64
import json
from typing import IO, Any

from shangwu.foundation.files.unfit import Unfit

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#let text-of-theirs = bytes(json(bytes(sys.inputs.at("bytes"))))
#set document(title: it.mark)
#set page(width: auto, height: auto, margin: 0mm,
  foreground: place(top + right, dx: -10mm, dy: 5mm, box(fill: white, inset: 1mm, text(9pt, it.mark))))
#for place in range(it.pages) {
  if place > 0 { pagebreak() }
  image(text-of-theirs, format: "pdf", page: place + 1)
}
"""
MOST = 8 << 20
"""Bytes of a text that is marked: they go into the sheet as a list of numbers, since it takes no files of its own."""


def mark(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: `{"pdf": base64}`, each page with `mark` on it. Raises Unfit `damaged`, also if it is large.

    pages: how many the file has. at: seconds of the epoch, which the file says when it was made.
    """
    import typst

    said = json.dumps({"mark": arguments["mark"], "pages": arguments["pages"]}, ensure_ascii=False)
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise Unfit("damaged", part="size")
    try:
        made = typst.compile(
            _SHEET.encode(), format="pdf", ignore_system_fonts=True, timestamp=arguments["at"],
            sys_inputs={"it": said, "bytes": json.dumps(list(data))},
        )  # fmt: skip
    except RuntimeError:  # the program's own error is one
        raise Unfit("damaged", part="/Pages") from None
    return {"pdf": base64.b64encode(made).decode()}
