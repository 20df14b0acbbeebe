"""Capital letters beyond ASCII and their small forms, from blocks in which Unicode adds no more capitals.

PostgreSQL's own lower() depends on the server's locale; a table makes the search text the same everywhere.
"""

from string import ascii_lowercase, ascii_uppercase

_BLOCKS = ((0xC0, 0x24F), (0x370, 0x52F), (0x531, 0x58F), (0x1E00, 0x1FFF))
# Where the small form is more than one letter or the locale's choice.
_ODD = {"\u0130": "i", "\u1e9e": "\u00df"}


def _small(character: str) -> str:
    if character in _ODD:
        return _ODD[character]
    folded = character.casefold()
    return folded if len(folded) == 1 else character.lower()


_PAIRS = {
    chr(code): _small(chr(code)) for first, last in _BLOCKS for code in range(first, last + 1)
    if _small(chr(code)) != chr(code)
}  # fmt: skip
CAPITALS = "".join(_PAIRS)
SMALL_LETTERS = "".join(_PAIRS.values())
LOWER = str.maketrans(CAPITALS + ascii_uppercase, SMALL_LETTERS + ascii_lowercase)
CASED_CLASS = "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in _BLOCKS)
