"""Puts a number on each page of a PDF that someone else made, at the top, where it hides nothing but what is under it.

The pages are drawn as they are, each in its own size. Known to the child process: no Django here.
"""

import base64
import json
from typing import IO, Any

from shangwu.foundation.files.unfit import Unfit

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.mark)
#set page(width: auto, height: auto, margin: 0mm,
  foreground: place(top + right, dx: -10mm, dy: 5mm, box(fill: white, inset: 1mm, text(9pt, it.mark))))
#for place in range(it.pages) {
  if place > 0 { pagebreak() }
  image("text.pdf", page: place + 1)
}
"""


def mark(file: IO[bytes], arguments: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's task: `{"pdf": base64}`, each page with `mark` on it. Raises Unfit `damaged`.

    pages: how many the file has. at: seconds of the epoch, which the file says when it was made.
    """
    import typst

    said = json.dumps({"mark": arguments["mark"], "pages": arguments["pages"]}, ensure_ascii=False)
    files: Any = {"main.typ": _SHEET.encode(), "text.pdf": file.read()}  # its stubs know of a single file only
    try:
        made = typst.compile(
            files, format="pdf", sys_inputs={"it": said}, ignore_system_fonts=True, timestamp=arguments["at"]
        )
    except RuntimeError:  # the program's own error is one
        raise Unfit("damaged", part="/Pages") from None
    return {"pdf": base64.b64encode(made).decode()}
