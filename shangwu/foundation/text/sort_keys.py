"""Keys that put Chinese names in order by plain byte comparison (COLLATE "C").

By pinyin (mainland): syllable, tone, character, then the next character; both scripts of one name lie together, and
Latin words stand among the syllables, without case. By strokes (Taiwan): number of strokes, radical, then the next
character; Latin words before. What has no known place comes last.
"""

from bisect import bisect_right
from functools import cache, lru_cache
from operator import add

from shangwu.foundation.text.normalise import comparable
from shangwu.foundation.text.script import TABLES, simplified, simplified_forms
from shangwu.foundation.text.tables.strokes import STROKES_FROM

_UNKNOWN = "~"  # after every letter
# A number of strokes is kept as one character, so that it stands after Latin names, whatever they begin with.
_AFTER_LATIN = "\u0100"
_NO_STROKES = "\u01ff"
_SECOND_LEVEL = 0xC940


def pinyin_key(text: str, *, person: bool = False) -> str:
    """The key of `text` in pinyin order: each character's syllable with tone, then the character.

    person: the text is a person's name, so a surname is read as a surname (`shan4` where the word says `dan1`).
    """
    text = comparable(text)
    if text.isascii():
        return text
    folded = simplified(text)
    phrases = _phrases()
    parts = [*map(_characters().__getitem__, text)]
    done = _read_surname(folded, parts) if person else 0
    for start, pair in enumerate(map(add, folded, folded[1:])):
        if pair in phrases and start >= done:
            for phrase, key in phrases[pair]:
                if folded.startswith(phrase, start):
                    done = start + len(phrase)
                    parts[start:done] = [key, *[""] * (len(phrase) - 1)]
                    break
    return "".join(parts)


def stroke_key(text: str) -> str:
    """The key of `text` in order of strokes: each character's number of strokes, then itself.

    For traditional names: what Big5 doesn't know, most simplified characters among it, comes last.
    """
    return "".join(_strokes(character) for character in comparable(text))


def _table() -> tuple[list[str], list[str]]:
    characters, exceptions = (TABLES / "readings.txt").read_text("utf-8").split("\n\n")
    return characters.splitlines(), exceptions.splitlines()


class _Keys(dict[str, str]):
    """Characters to their part of the key; a character without a reading is its own."""

    def __missing__(self, character: str) -> str:
        return character if character < "\u2e80" else _UNKNOWN + character


@cache
def _characters() -> _Keys:
    """Each ideograph to its part of the key; a traditional one stands where its simplified form does."""
    keys = _Keys()
    for line in _table()[0]:
        said, _, characters = line.partition(" ")
        keys.update({character: said + character for character in characters})
    for code, simple in simplified_forms().items():
        if simple in keys:
            keys.setdefault(chr(code), keys[simple])
    return keys


@cache
def _phrases() -> dict[str, list[tuple[str, str]]]:
    """The first two characters of each phrase to (phrase, its part of the key), longest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in reversed(_table()[1]):
        phrase, *said = line.split(" ")
        key = "".join(syllable + character for syllable, character in zip(said, phrase, strict=True))
        found.setdefault(phrase[:2], []).append((phrase, key))
    return found


@cache
def _surnames() -> dict[str, str]:
    lines = (TABLES / "surnames.txt").read_text("utf-8").splitlines()
    pairs = [(line.split(" ")[0], line.split(" ")[1:]) for line in lines]
    return {name: "".join(said + character for said, character in zip(readings, name, strict=True))
            for name, readings in pairs}  # fmt: skip


def _read_surname(folded: str, parts: list[str]) -> int:
    """Put the surname's own reading into `parts`; how many characters it took."""
    for size in (2, 1):
        key = _surnames().get(folded[:size])
        if key is not None and len(folded) > size:
            parts[:size] = [key, *[""] * (size - 1)]
            return size
    return 0


@lru_cache(maxsize=30_000)
def _strokes(character: str) -> str:
    if character < _AFTER_LATIN:
        return character
    try:
        code = int.from_bytes(character.encode("big5"), "big")
    except UnicodeEncodeError:
        return _NO_STROKES + character
    level = STROKES_FROM[code >= _SECOND_LEVEL]
    found = bisect_right(level, (code, 99)) - 1
    return chr(ord(_AFTER_LATIN) + level[found][1]) + character if found >= 0 else _NO_STROKES + character
