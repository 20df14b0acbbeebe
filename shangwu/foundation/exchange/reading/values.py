"""Cells as values: amounts, whole numbers, percentages, yes and no. Days and moments are in `dates`.

Every parser gives None for a cell without a value and raises ValidationError with a sentence for one that it can't
read. Money never passes through a float.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.exchange.reading.words import folded, is_nothing, words

PLAIN = re.compile(r"-?\d{1,30}(\.\d{1,30})?\Z", re.ASCII)
POINT, COMMA = ".", ","
GROUPED = {
    POINT: re.compile(
        r"\d{1,3}(?P<mark>[,' \u2009\u202f])\d{3}(?:(?P=mark)\d{3})*(?:\.\d+)?\Z|\d+(?:\.\d*)?\Z|\.\d+\Z", re.ASCII
    ),
    COMMA: re.compile(
        r"\d{1,3}(?P<mark>[.' \u2009\u202f])\d{3}(?:(?P=mark)\d{3})*(?:,\d+)?\Z|\d+(?:,\d*)?\Z|,\d+\Z", re.ASCII
    ),
}
DECIMAL_COMMA = re.compile(r"\d,(\d{1,2}|\d{4,})$|\.\d{3},\d", re.ASCII)
DECIMAL_POINT = re.compile(r"\d\.(\d{1,2}|\d{4,})$|,\d{3}\.\d", re.ASCII)
MINUS = "-\u2212\u2013"


@cache
def currency_signs() -> re.Pattern[str]:
    """Any currency sign or word at one end of an amount, the longest first."""
    signs = "|".join(re.escape(sign) for sign in sorted(words("currencies"), key=len, reverse=True))
    return re.compile(rf"^(?:{signs})\s*|\s*(?:{signs})$")


def decimal_mark(cells: Iterable[str]) -> str:
    """The column's decimal mark: the comma only if cells prove it ("1.234,50") and none proves the point."""
    comma = point = 0
    for cell in cells:
        text = folded(cell)
        comma += bool(DECIMAL_COMMA.search(text))
        point += bool(DECIMAL_POINT.search(text))
    return COMMA if comma and not point else POINT


def amount(cell: str, mark: str = POINT) -> Decimal | None:
    """An amount with or without currency, thousands, brackets for minus: " $656.96 ", "(1,234.50)".

    Full-width digits are digits. Raises ValidationError `amount` or `shortened`.
    """
    if PLAIN.match(cell) and mark == POINT:
        return Decimal(cell)
    if is_nothing(cell):
        return None
    text = folded(cell).replace("\u3000", " ")
    negative = False
    while True:
        before = text
        if text[:1] == "(" and text[-1:] == ")":
            text, negative = text[1:-1], not negative
        if text[:1] in MINUS or text[-1:] in MINUS:
            text, negative = text.strip(MINUS), not negative
        text = currency_signs().sub("", text.removeprefix("+")).strip()
        if text == before or not text:
            break
    if not GROUPED[mark].match(text):
        raise unreadable(cell, scientific="e+" in text)
    digits = re.sub(r"[^\d.]", "", text if mark == POINT else text.replace(".", "").replace(",", "."))
    number = Decimal(digits)
    return -number if negative else number


def unreadable(cell: str, *, scientific: bool = False) -> ValidationError:
    """Why a cell is no amount."""
    if scientific:
        return ValidationError(
            _(
                "“%(cell)s” was shortened by a spreadsheet and has lost its last digits. "
                "Format the column as text and enter it again."
            ),
            code="shortened",
            params={"cell": cell[:60]},
        )
    return ValidationError(
        _("“%(cell)s” is not an amount. Write it as 1234.50."), code="amount", params={"cell": cell[:60]}
    )


def whole(cell: str, mark: str = POINT) -> int | None:
    """A whole number; "83.0" is one, "83.5" is not."""
    number = amount(cell, mark)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValidationError(
            _("“%(cell)s” is not a whole number. Write it without decimals."), code="whole", params={"cell": cell[:60]}
        )
    return int(number)


def percentage(cell: str, mark: str = POINT) -> Decimal | None:
    """A share of one: "25%" and "25 ％" are 0.25, and so is "0.25", as workbooks hold a percentage."""
    text = folded(cell)
    if not text.endswith("%"):
        return amount(cell, mark)
    number = amount(text[:-1], mark)
    return None if number is None else number.scaleb(-2)


def yes_or_no(cell: str) -> bool | None:
    """A yes or a no in three languages, as a number or a tick."""
    text = folded(cell)
    if not text:
        return None
    if text in words("yes"):
        return True
    if text in words("no"):
        return False
    if is_nothing(cell):
        return None
    raise ValidationError(
        _("“%(cell)s” is neither yes nor no. Write yes or no."), code="yes_or_no", params={"cell": cell[:60]}
    )
