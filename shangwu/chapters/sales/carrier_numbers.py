"""What the number of a parcel tells (2.6.3): rules as pure functions, written so that no pattern can run for long.

A pattern is what a person can write into the table of carriers: letters, digits, `\\d`, a choice such as `[A-Z0-9]`,
and how often: `SF\\d{13}`. Several stand side by side, with a space between them. Neither `*`, `+`, `|` nor brackets
around more than one sign are taken, and a pattern leaves open at most two lengths.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SIGN = r"(?:[A-Z0-9]|\\d|\[[A-Z0-9-]{1,20}\])"
_PATTERN = re.compile(rf"(?:{_SIGN}(?:\{{\d{{1,2}}(?:,\d{{1,2}})?\}})?)+", re.ASCII)
_RANGE = re.compile(r"\{\d{1,2},\d{1,2}\}", re.ASCII)
_NOT_LITERAL = re.compile(r"\[[^\]]*\]|\\d|\{[^}]*\}")
_MOST_RANGES = 2

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", re.ASCII)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def tidy(number: str) -> str:
    """A number as it is kept: capital letters and digits, without the gaps and dashes with which it was read out."""
    text = unicodedata.normalize("NFKC", number).upper()
    return "".join(one for one in text if not one.isspace() and one != "-")


def validate_patterns(text: str) -> None:
    """A model validator: every pattern can be read, and none can run for long. Raises ValidationError `pattern`."""
    for one in text.split():
        if not _PATTERN.fullmatch(one) or len(_RANGE.findall(one)) > _MOST_RANGES or not _compiles(one):
            said = _("“%(pattern)s” is no pattern of numbers. Write it like SF\\d{13}, several with spaces between.")
            raise ValidationError(said, code="pattern", params={"pattern": one})


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def fitting(patterns: str, number: str) -> list[str]:
    """Those of the patterns that the whole of a tidy number fits."""
    return [one for one in patterns.split() if re.fullmatch(one, number, re.ASCII)]


def is_telling(patterns: Sequence[str]) -> bool:
    """Whether one of the patterns names letters of its own: digits alone may be anybody's."""
    return any(any(sign.isalpha() for sign in _NOT_LITERAL.sub("", one)) for one in patterns)


def has_s10_digit(number: str) -> bool:
    """Whether the check digit of a postal number (UPU S10: EA123456785CN) is right."""
    found = _S10.fullmatch(number)
    if found is None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, found[1], strict=True))
    wanted = 11 - total % 11
    return int(found[2]) == {10: 0, 11: 5}.get(wanted, wanted)
