"""Splitting an amount over lines so that the parts add up to it exactly (DOMAIN W3: discounts, vouchers, freight)."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.money.currencies import currency
from shangwu.foundation.money.rounding import EXACT, exact, product
from shangwu.foundation.money.rounding import total as sum_of


def split_money(amount: Decimal, weights: Sequence[Decimal], code: str) -> list[Decimal]:
    """`amount` in the currency `code` over `weights`, in their order: each gets its share rounded down, and the units
    that remain go one each to the largest remainders (of equal ones to the earlier line).

    50 over 180, 150, 70 gives 22.50, 18.75, 8.75; 100 over three equal ones 33.34, 33.33, 33.33. A negative amount is
    split as its opposite. No part is above its line's weight while `amount` is not above their sum.
    Raises ValidationError: `precision` (the amount is finer than the currency pays), `weights` (one is negative, or
    there is nothing to carry the amount).
    """
    smallest = currency(code).smallest
    units = EXACT.divide(abs(exact(amount)), smallest)
    if units != units.to_integral_value():
        raise ValidationError(
            _("%(amount)s is finer than %(currency)s is paid. Round it before it is split."),
            code="precision",
            params={"amount": amount, "currency": code},
        )
    shares = _split_units(int(units), weights)
    sign = -1 if amount < 0 else 1
    return [product(Decimal(sign * share), smallest) for share in shares]


def split_evenly(amount: Decimal, parts: int, code: str) -> list[Decimal]:
    """`amount` in `parts` equal parts; the first ones carry the units that remain. Raises as `split_money`."""
    return split_money(amount, [Decimal(1)] * parts, code)


def _split_units(units: int, weights: Sequence[Decimal]) -> list[int]:
    whole = sum_of(weights)
    if any(weight < 0 for weight in weights) or (units and not whole):
        raise ValidationError(
            _("This amount can't be spread: at least one line must be above 0 and none below. Check the lines."),
            code="weights",
        )
    if not units:
        return [0] * len(weights)
    # Integer arithmetic: weight x units may not divide evenly, and a rounded quotient could pick the wrong line.
    scaled = [int(EXACT.scaleb(weight, _decimals(weights))) for weight in weights]
    divisor = sum(scaled)
    shares = [weight * units // divisor for weight in scaled]
    by_remainder = sorted(range(len(scaled)), key=lambda line: -(scaled[line] * units % divisor))
    for line in by_remainder[: units - sum(shares)]:
        shares[line] += 1
    return shares


def _decimals(weights: Sequence[Decimal]) -> int:
    return max(max(-int(weight.as_tuple().exponent), 0) for weight in weights)
