"""Amounts and dates in capital numerals, as contracts, receipts and cheques carry them.

Rules of 1997-393 (People's Bank): up to the unit, "whole" must follow; up to the tenth it may; after the hundredth it
must not. Zeros inside are written once. Where the unit or the ten thousands are 0 and the next place is not, a zero may
be written or left out: both are read, one is written (after the unit yes, after the ten thousands no).
"""

from datetime import date
from decimal import Decimal
from itertools import product

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.text.tables.capitals import (
    ALIKE,
    DAY,
    MONTH,
    NAMES,
    OTHER_NAMES,
    SIMPLIFIED,
    TRADITIONAL,
    YEAR,
    Numerals,
)

_HUNDRED_MILLION = 10**8
_LIMIT = Decimal(_HUNDRED_MILLION**2)
_CENT = Decimal("0.01")
_LONGEST = 60


def capital_amount(amount: Decimal, currency: str = "", *, traditional: bool | None = None) -> str:
    """`amount` in capitals, with the name of `currency` in front where one is given.

    traditional: traditional characters; by default for every named currency but CNY.
    Raises ValidationError: `precision` (finer than the hundredth), `range` (from 10^16 on), `currency` (has no name).
    """
    is_traditional = currency not in ("", "CNY") if traditional is None else traditional
    numerals = TRADITIONAL if is_traditional else SIMPLIFIED
    if currency and currency not in NAMES:
        raise ValidationError(
            _("Amounts in %(currency)s have no form in capitals. Write the amount in figures and words."),
            code="currency",
            params={"currency": currency},
        )
    name = NAMES[currency][is_traditional] if currency else ""
    return name + _spellings(_storable(amount), numerals)[0]


def read_capital_amount(text: str, currency: str = "") -> Decimal:
    """The amount that `text` says, in either script, with or without the currency's name.

    currency: the currency that the document is in; a name of another one is refused.
    Raises ValidationError: `capitals` (not an amount, or not written by the rules), `currency`.
    """
    plain = "".join(text.split()).translate(ALIKE)
    name = next((name for name in _read_names if plain.startswith(name)), "")
    found = _read_names.get(name, "")
    if found and currency and found != currency:
        raise ValidationError(
            _("The amount in capitals is in %(found)s, the document in %(wanted)s. Correct one of them."),
            code="currency",
            params={"found": found, "wanted": currency},
        )
    plain = plain.removeprefix(name)
    amount = _read(plain) if len(plain) <= _LONGEST else None
    if amount is None or amount >= _LIMIT:
        raise ValidationError(
            _("%(text)s is not an amount in capitals. Write it like %(example)s."),
            code="capitals",
            params={"text": text[:_LONGEST], "example": capital_amount(Decimal("1409.50"))},
        )
    allowed = _spellings(amount, SIMPLIFIED)
    if plain not in allowed:
        raise ValidationError(
            _("%(text)s is not how %(amount)s is written in capitals. Write %(right)s."),
            code="capitals",
            params={"text": text[:_LONGEST], "amount": amount, "right": name + allowed[0]},
        )
    return amount


def capital_date(day: date, *, traditional: bool = False) -> str:
    """`day` in capitals, as cheques want it so that nothing can be put in front: year, month and day."""
    numerals = TRADITIONAL if traditional else SIMPLIFIED
    year = "".join(numerals.digits[int(digit)] for digit in f"{day.year:04d}")
    # The zero keeps 1 from becoming 11, and 10 from becoming 20; the third to ninth month can't become another.
    month = ("" if 3 <= day.month <= 9 or day.month > 10 else numerals.digits[0]) + _group(day.month, numerals)
    number = ("" if day.day > 10 and day.day % 10 else numerals.digits[0]) + _group(day.day, numerals)
    return f"{year}{YEAR}{month}{MONTH}{number}{DAY}"


def _storable(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError(f"an amount is a Decimal, not {type(amount).__name__}")
    if not amount.is_finite() or abs(amount) >= _LIMIT:
        raise ValidationError(_("This amount is too large for capitals. Split the document."), code="range")
    if amount.normalize().as_tuple().exponent < -2:  # type: ignore[operator]  # finite, so a number
        raise ValidationError(
            _("%(amount)s is finer than a hundredth and can't be written in capitals. Round it first."),
            code="precision",
            params={"amount": amount},
        )
    return amount.quantize(_CENT)


def _spellings(amount: Decimal, numerals: Numerals) -> list[str]:
    """Every allowed form of an amount with two places; the first is the one we write."""
    cents = int(abs(amount).scaleb(2))
    whole, tenth, hundredth = cents // 100, cents // 10 % 10, cents % 10
    zero, sign = numerals.digits[0], numerals.minus if amount < 0 else ""
    fronts = [each + numerals.unit for each in _whole(whole, numerals)] if whole else [""]
    if not tenth and not hundredth:
        fronts = fronts if whole else [zero + numerals.unit]
        return [sign + front + numerals.whole for front in fronts]
    joints = [""]
    tails = [""]
    if tenth:
        if whole and whole % 10 == 0:
            joints = [zero, ""]
        tails = [numerals.digits[tenth] + numerals.tenth]
    elif whole:
        joints = [zero]
    if hundredth:
        tails = [tail + numerals.digits[hundredth] + numerals.hundredth for tail in tails]
    else:
        tails += [tail + numerals.whole for tail in tails]
    return [sign + "".join(parts) for parts in product(fronts, joints, tails)]


def _whole(number: int, numerals: Numerals) -> list[str]:
    """Every allowed form of a whole number above 0."""
    for size, unit in ((8, numerals.hundred_million), (4, numerals.ten_thousand)):
        high, low = divmod(number, 10**size)
        if high:
            fronts = [each + unit for each in _whole(high, numerals)]
            if not low:
                return fronts
            joints = [""]
            if low < 10 ** (size - 1):
                joints = [numerals.digits[0]]
            elif high % 10 == 0:
                joints = ["", numerals.digits[0]]
            return ["".join(parts) for parts in product(fronts, joints, _whole(low, numerals))]
    return [_group(number, numerals)]


def _group(number: int, numerals: Numerals) -> str:
    """A number from 1 to 9,999."""
    written = ""
    for position, character in enumerate(str(number)):
        power = len(str(number)) - position - 1
        if character != "0":
            written += numerals.digits[int(character)] + numerals.small[power]
        elif not written.endswith(numerals.digits[0]):
            written += numerals.digits[0]
    return written.rstrip(numerals.digits[0])


def _read(plain: str) -> Decimal | None:
    """What well-formed capitals say; None for anything that isn't even made of them."""
    numerals = SIMPLIFIED
    sign = -1 if plain.startswith(numerals.minus) else 1
    plain = plain.removeprefix(numerals.minus).removesuffix(numerals.whole)
    front, unit, rest = plain.rpartition(numerals.unit)
    values = {numerals.tenth: 10, numerals.hundredth: 1}
    cents = 0
    digit: int | None = None
    for character in rest:
        if character in values:
            cents += (digit or 0) * values[character]
            digit = None
        elif character in numerals.digits:
            digit = numerals.digits.index(character)
        else:
            return None
    whole = _read_whole(front, numerals) if unit else 0
    return None if whole is None or not (unit or rest) else Decimal(sign * (whole * 100 + cents)).scaleb(-2)


def _read_whole(text: str, numerals: Numerals) -> int | None:
    for size, unit in ((8, numerals.hundred_million), (4, numerals.ten_thousand)):
        if unit in text:
            high, _, low = text.rpartition(unit)
            parts = _read_whole(high, numerals), _read_whole(low, numerals)
            return None if parts[0] is None or parts[1] is None else parts[0] * 10**size + parts[1]
    total = 0
    digit = 0
    for character in text:
        if character in numerals.digits:
            digit = numerals.digits.index(character)
        elif character in numerals.small:
            total += digit * 10 ** numerals.small.index(character)
            digit = 0
        else:
            return None
    return total + digit


_read_names = {
    name.translate(ALIKE): code
    for name, code in sorted(
        [*((name, code) for code, names in NAMES.items() for name in names), *OTHER_NAMES.items()],
        key=lambda pair: -len(pair[0]),
    )
}
