"""Clause 2.7.3: the arithmetic of scores: exact until the one rounding, half up, as money is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

PERCENT = Fraction(100)


@dataclass(frozen=True, slots=True)
class Piece:
    """A target and the working days for which it holds."""

    target: Decimal
    days: int


def aim_of(pieces: Sequence[Piece]) -> Fraction:
    """The target that counts: each weighted by its working days; the first, where nobody works at all."""
    days = sum(one.days for one in pieces)
    if len(pieces) == 1 or days == 0:
        return Fraction(pieces[0].target)
    return sum((Fraction(one.target) * one.days for one in pieces), Fraction()) / days


def unlimited(actual: Decimal | Fraction, aim: Decimal | Fraction, *, lower_is_better: bool) -> Fraction | None:
    """How far a target is reached, in per cent, before any limit; None of a target of nothing.

    Higher is better: actual / target. Lower is better: 2 - actual / target.
    """
    if aim <= 0:
        return None
    share = Fraction(actual) / Fraction(aim)
    return (2 - share if lower_is_better else share) * PERCENT


def reached(actual: Decimal | Fraction, aim: Decimal | Fraction, *, lower_is_better: bool, cap: int) -> Fraction:
    """The same as it counts: from 0 to `cap`; a target of nothing is reached by nothing."""
    found = unlimited(actual, aim, lower_is_better=lower_is_better)
    if found is None:
        met = actual <= 0 if lower_is_better else actual > 0
        return PERCENT if met else Fraction()
    return min(max(found, Fraction()), Fraction(cap))


def points(percent: Fraction, weight: Decimal) -> Decimal:
    """What an indicator adds to the score: per cent times weight, in hundredths."""
    return rounded(percent * Fraction(weight) / 100)


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """A number half up (away from zero), with so many decimals."""
    scaled = abs(value) * 10**places
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def shared_out(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """A total in parts by weight that come to it exactly: what rounding leaves goes to the largest remainders, the
    earlier first. Decimals finer than `places` stay with the first that gets one.

    >>> shared_out(Decimal("100.00"), [Decimal(1)] * 3, 2)
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    whole, unit = sum(weights, Decimal()), Decimal(1).scaleb(-places)
    sign = -1 if total < 0 else 1
    exact = [Fraction(abs(total)) * Fraction(one) / Fraction(whole) for one in weights]
    parts = [Decimal(int(one * 10**places)).scaleb(-places) for one in exact]
    left = abs(total) - sum(parts, Decimal())
    ranked = sorted(range(len(parts)), key=lambda at: (Fraction(parts[at]) - exact[at], at))
    coins = int(left / unit)
    for at in ranked[:coins]:
        parts[at] += unit
    parts[ranked[0]] += left - coins * unit
    return [sign * one for one in parts]
