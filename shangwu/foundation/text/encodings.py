"""Which encoding a text file is in: a mark, strict UTF-8, UTF-16, then GB18030 against Big5 by what reads as text.

Bytes in one Chinese encoding often decode in the other, without an error and without a meaning. So both readings are
weighed by how common their characters are; when neither is clearly the text, the file is refused with the reason, and
a person says which it is (`decode_as`).
"""

import codecs
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.script import simplified_forms
from shangwu.foundation.text.tables import blocks, common_characters

# What a person may choose from, most usual first.
CHOICES = ("utf-8", "gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be", "windows-1252")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = ("gb18030", "cp950", "big5hkscs")
_WEIGHED_CHARACTERS = 200_000
# Real text scores 0.7 to 1, the other encoding's reading of it 0 to 0.5 (measured on reviews, names and calendars).
_PLAUSIBLE = 0.45
_CLEARLY_BETTER = 0.12
_BEYOND_CHANCE = 0.9
_WESTERN_SIGNS = frozenset("\u20ac\u00a3\u00a7\u00a9\u00ab\u00ae\u00b0\u00b1\u00b2\u00b3\u00b5\u00b7\u00bb\u00bd\u00d7"
                           "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2122")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. is_sure: its mark or its form says so; False where it was weighed and should be previewed."""

    text: str
    encoding: str
    is_sure: bool


def decode(data: bytes, *, is_whole: bool = True) -> Decoded:
    """The text in `data` and its encoding (a Python codec's name), without the byte order mark.

    is_whole: False for the first bytes of a longer file; a character cut off at the end is then left out.
    Raises ValidationError: `binary` (no text), `damaged` (breaks off being what it is), `encoding` (can't be told).
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_decode_marked(data[len(mark) :], encoding, is_whole), encoding, True)
    if b"\0" in data:
        return _decode_wide(data, is_whole)
    try:
        text = _strictly(data, "utf-8", is_whole)
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error)
        return _weigh(data, is_whole)
    return _weigh(data, is_whole) if _is_utf8_by_chance(text, data) else Decoded(text, "utf-8", True)


def decode_as(data: bytes, encoding: str) -> Decoded:
    """The text in `data`, read as a person chose (one of CHOICES). Raises ValidationError `damaged`."""
    for mark, marked in _MARKS:
        if marked == encoding and data.startswith(mark):
            data = data[len(mark) :]
    return Decoded(_decode_marked(data, encoding, True), encoding, True)


def plausibility(text: str) -> float:
    """How much `text` reads as Chinese: 1 for common characters only, 0 or less for none. ASCII doesn't count."""
    values = _values()
    beyond_ascii = [character for character in text[:_WEIGHED_CHARACTERS] if character > "\x7f"]
    total = sum(values[each] if each in values else _value_of_rare(each) for each in beyond_ascii)
    return total / max(len(beyond_ascii), 1)


def _strictly(data: bytes, encoding: str, is_whole: bool) -> str:
    return codecs.getincrementaldecoder(encoding)("strict").decode(data, final=is_whole)


def _decode_marked(data: bytes, encoding: str, is_whole: bool) -> str:
    try:
        return _strictly(data, encoding, is_whole)
    except UnicodeDecodeError as error:
        raise _damaged(encoding, data, error) from error


def _decode_wide(data: bytes, is_whole: bool) -> Decoded:
    """UTF-16 without a mark: in a table of text every second byte of commas, digits and line ends is 0."""
    zeros = data[0::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    if min(zeros) * 20 <= max(zeros):
        try:
            text = _strictly(data, encoding, is_whole)
        except UnicodeDecodeError:
            text = "\0"
        if "\0" not in text and (max(zeros) * 4 > len(data) or plausibility(text) >= _PLAUSIBLE):
            return Decoded(text, encoding, False)
    raise ValidationError(
        _("This file is not text: byte %(position)s is 0. Save it as CSV (UTF-8) or as xlsx and choose it again."),
        code="binary",
        params={"position": data.index(b"\0") + 1},
    )


def _is_utf8_by_chance(text: str, data: bytes) -> bool:
    """A few Chinese characters of GB18030 can be valid UTF-8 for letters of far-off alphabets; a whole file can't."""
    highest = max(text, default="")
    if not "\u0180" <= highest <= "\u07ff":
        return False
    try:
        return plausibility(data.decode("gb18030")) >= _BEYOND_CHANCE
    except UnicodeDecodeError:
        return False


def _refuse_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> None:
    """One broken place in a file that is UTF-8 everywhere else is damage, not another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    if whole > 4 * broken:
        raise _damaged("utf-8", data, error) from error


def _weigh(data: bytes, is_whole: bool) -> Decoded:
    found: list[tuple[float, Decoded]] = []
    for encoding in _CHINESE:
        if encoding == "big5hkscs" and any(each.encoding == "cp950" for _score, each in found):
            continue
        try:
            text = _strictly(data, encoding, is_whole)
        except UnicodeDecodeError:
            continue
        found.append((plausibility(text), Decoded(text, encoding, False)))
    found.sort(key=lambda pair: -pair[0])
    plausible = [pair for pair in found if pair[0] >= _PLAUSIBLE]
    if len(plausible) > 1 and plausible[0][0] - plausible[1][0] < _CLEARLY_BETTER:
        raise _undecided("gb18030, cp950")
    if plausible:
        return plausible[0][1]
    western = _western(data)
    if western is not None:
        return Decoded(western, "windows-1252", False)
    raise _undecided(", ".join(CHOICES))


def _western(data: bytes) -> str | None:
    """The text as Western European, if each accented letter stands alone among plain ones."""
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        return None
    accented = [position for position, character in enumerate(text) if character > "\x7f"]
    fitting = sum(
        text[position] in _WESTERN_SIGNS
        or (
            text[position].isalpha()
            and any(each.isascii() and each.isalpha() for each in text[max(position - 1, 0) : position + 2])
        )
        for position in accented
    )
    return text if fitting >= 0.8 * len(accented) else None


@cache
def _values() -> dict[str, float]:
    common = set(common_characters.OF_SPEECH + common_characters.OF_TRADE + common_characters.OF_NAMES)
    common |= {chr(code) for code, simple in simplified_forms().items() if simple in common}
    values = dict.fromkeys(common, 1.0)
    values.update(dict.fromkeys(common_characters.PUNCTUATION, 1.0))
    values.update({chr(code): 0.6 for code in range(0xFF10, 0xFF5B)})
    return values


@cache
def _value_of_rare(character: str) -> float:
    """Of a character that is not common: likely in a school list, possible in the unified block, else unlikely."""
    if not blocks.UNIFIED_FIRST <= character <= blocks.UNIFIED_LAST:
        return -0.3
    simple = simplified_forms().get(ord(character), character)
    try:
        code = simple.encode("gb2312")
    except UnicodeEncodeError:
        return 0.0
    return 0.6 if code < b"\xd8" else 0.2


def _damaged(encoding: str, data: bytes, error: UnicodeDecodeError) -> ValidationError:
    return ValidationError(
        _("This file is in %(encoding)s, but line %(line)s is damaged. Save it again where it was made, and retry."),
        code="damaged",
        params={"encoding": encoding, "line": data.count(b"\n", 0, error.start) + 1},
    )


def _undecided(choices: str) -> ValidationError:
    return ValidationError(
        _("The encoding of this file can't be told. Choose one of %(choices)s, or save the file as UTF-8."),
        code="encoding",
        params={"choices": choices},
    )
