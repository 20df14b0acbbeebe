"""Takes given values out of running text: as they stand, and telephone numbers in whatever way people write them."""

import re
from collections.abc import Iterable

from shangwu.foundation.text.phones import read_stored_phone

SHORTEST = 2
"""Characters of a value that can be looked for: a single one, as a family name alone, stands in other words too."""
FEWEST_DIGITS = 7

_NUMBER = re.compile(r"\+?[\d\s().\-/]+(;ext=\d+)?", re.ASCII)
_BETWEEN = r"[\s().\-/]*"


def pattern_of(values: Iterable[str]) -> str:
    """A regular expression, for Python and PostgreSQL alike, for any of the values; empty where none can be found."""
    told = sorted({one.strip() for one in values if len(one.strip()) >= SHORTEST}, key=lambda one: (-len(one), one))
    return "|".join(_spelt(one) for one in told)


def _spelt(value: str) -> str:
    """One value; of a telephone number its digits after country code and trunk zero, with signs between them."""
    if not _NUMBER.fullmatch(value):
        return re.escape(value)
    digits = read_stored_phone(value).national if value.startswith("+") else re.sub(r"\D", "", value).removeprefix("0")
    if len(digits) < FEWEST_DIGITS:
        return re.escape(value)
    code = value.split(";")[0].removeprefix("+").removesuffix(digits) if value.startswith("+") else ""
    before = rf"(?:(?:\+|00)?{code}{_BETWEEN})?" if code else ""
    return rf"(?<!\d){before}(?:\(?0\)?{_BETWEEN})?{_BETWEEN.join(digits)}(?!\d)"


def without(text: str, pattern: str, mask: str) -> str:
    """The text with the mask wherever the pattern of `pattern_of` fits, in capitals or not."""
    return re.sub(pattern, lambda _found: mask, text, flags=re.IGNORECASE) if pattern else text
