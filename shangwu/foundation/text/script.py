"""Traditional characters as simplified ones, one by one: for comparing and sorting, never for reading.

Which simplified character stands for a traditional one can depend on the word; for a key it need only be the same
every time. A page that shows the other script is made by OpenCC, not here.
"""

from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@cache
def simplified_forms() -> dict[int, str]:
    """For `str.translate`: each traditional character's code to its simplified form."""
    pairs = (TABLES / "simplified.txt").read_text("utf-8").replace("\n", "")
    return str.maketrans(dict(zip(pairs[::2], pairs[1::2], strict=True)))


def simplified(text: str) -> str:
    """`text` with each traditional character replaced by its simplified form."""
    return text if text.isascii() else text.translate(simplified_forms())
