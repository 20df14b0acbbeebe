"""The one way to round money: half up (away from zero), to what the currency pays.

`Decimal.quantize` alone rounds half to even and works in 28 digits: 0.125 becomes 0.12, and a long product loses its
end before it is rounded. Everything here is exact until the one rounding.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from shangwu.foundation.money.currencies import currency

# Three columns of 20 digits multiplied stay exact.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


def exact(amount: Decimal) -> Decimal:
    """`amount` itself. Raises TypeError for a float or anything else that is no Decimal, ValueError for no number."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}: a float has lost the cents already")
    if not amount.is_finite():
        raise ValueError(f"money is a number, not {amount}")
    return amount


def round_half_up(amount: Decimal, places: int) -> Decimal:
    """`amount` with `places` decimals, halves away from zero: 2.345 and -2.345 become 2.35 and -2.35."""
    return EXACT.plus(exact(amount).quantize(Decimal(1).scaleb(-places), context=EXACT))  # plus: no -0.00


def round_money(amount: Decimal, code: str) -> Decimal:
    """`amount` as the currency `code` pays it: 2 decimals for CNY, none for TWD and JPY. Raises as `currency`."""
    return round_half_up(amount, currency(code).minor_units)


def product(*factors: Decimal) -> Decimal:
    """The exact product (price x quantity x discount), unrounded."""
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, exact(factor))
    return result


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum, unrounded; 0 of none."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, exact(amount))
    return result
