"""What one wording says otherwise than another, word by word: Chinese by characters, other scripts by words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = r"[^\W\d_\u3400-\u9fff]+"
_TOKEN = re.compile(
    rf"\{{[A-Za-z0-9_.]+\}}|\n\n|[0-9]+(?:[.,][0-9]+)*|{_WORD}(?:['’-]{_WORD})*|\s+|.",
    re.DOTALL,
)
"""A blank, the end of a paragraph, a figure, a word of letters, a gap; else one character, so each Chinese one."""

_ISLAND = 2
"""So few letters between two changes are no common ground: they are drawn with the change around them."""


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that was kept, is gone or is new."""

    fate: Fate
    text: str


def compared(former: str, now: str) -> list[Piece]:
    """`former` turned into `now`: kept, gone and new pieces in reading order. What is gone stands before what is new.

    Kept and gone together are `former`, kept and new together `now`.
    """
    before, after = _TOKEN.findall(former), _TOKEN.findall(now)
    found: list[Piece] = []
    for gone, new, kept in _stretches(before, after):
        _add(found, Fate.GONE, gone)
        _add(found, Fate.NEW, new)
        _add(found, Fate.KEPT, kept)
    return found


def _stretches(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str, str]]:
    """(gone, new, kept after it) in order; islands between two changes belong to both sides of the change."""
    found: list[tuple[str, str, str]] = []
    for name, a0, a1, b0, b1 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[a0:a1]), "".join(after[b0:b1])
        if name == "equal":
            if found:
                gone, come, _kept = found[-1]
                found[-1] = (gone, come, old)
            else:
                found.append(("", "", old))
        elif found and found[-1][0] + found[-1][1] and _is_island(found[-1][2]):
            gone, come, kept = found[-1]
            found[-1] = (gone + kept + old, come + kept + new, "")
        else:
            found.append((old, new, ""))
    return found


def _is_island(kept: str) -> bool:
    return "\n" not in kept and len(kept.strip()) < _ISLAND


def _add(found: list[Piece], fate: Fate, text: str) -> None:
    if text:
        found.append(Piece(fate, text))


def is_same(pieces: Sequence[Piece]) -> bool:
    """Whether nothing changed."""
    return all(one.fate is Fate.KEPT for one in pieces)
