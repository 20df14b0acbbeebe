"""How many pages a kept PDF has, counted in the sandbox."""

from shangwu.foundation.files.sandbox import run
from shangwu.foundation.files.storage import Blob, on_disk


def pages_of(blob: Blob) -> int:
    """Pages of a PDF. Raises ValidationError `encrypted`, `damaged` for one whose pages can't be counted."""
    with on_disk(blob) as path:
        return int(run("shangwu.foundation.files.page_tree:count", path, {})["pages"])
