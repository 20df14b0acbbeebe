"""From one period's sales to another's: price, volume, mix, what is new and what went (2.7.2). Exact to the cent.

Products with a quantity in both periods are compared. Price: what is paid more for the new quantity than the former
price would come to. Volume: the change of the whole quantity at the former mean price. Mix: what is left, for the same
whole quantity of other products. Products of one period alone stand apart, and so does what has no quantity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shangwu.foundation.money.rounding import round_half_up

ZERO = Decimal()


@dataclass(frozen=True, slots=True)
class Sold:
    """Of one product in one period."""

    amount: Decimal = ZERO
    quantity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Bridge:
    """before + price + volume + mix + new + gone + other = after, each in the currency's minor unit."""

    before: Decimal
    price: Decimal
    volume: Decimal
    mix: Decimal
    new: Decimal
    gone: Decimal
    other: Decimal
    after: Decimal

    @property
    def steps(self) -> list[tuple[str, Decimal]]:
        """The effects in their order."""
        return [(name, getattr(self, name)) for name in ("price", "volume", "mix", "new", "gone", "other")]


def bridge(before: Mapping[Any, Sold], after: Mapping[Any, Sold], places: int) -> Bridge:
    """Split the change between two periods. Keys are products; None is what was sold without one.

    Each effect is rounded to `places`; mix, the rest by its definition, takes what rounding leaves.
    """
    price = volume_before = volume_after = kept_before = kept_after = new = gone = other = ZERO
    for product in before.keys() | after.keys():
        former, now = before.get(product, Sold()), after.get(product, Sold())
        if product is not None and former.quantity > 0 and now.quantity > 0:
            price += now.amount - former.amount / former.quantity * now.quantity
            volume_before, volume_after = volume_before + former.quantity, volume_after + now.quantity
            kept_before, kept_after = kept_before + former.amount, kept_after + now.amount
        elif product is not None and product not in before:
            new += now.amount
        elif product is not None and product not in after:
            gone -= former.amount
        else:
            other += now.amount - former.amount
    volume = (volume_after - volume_before) * kept_before / volume_before if volume_before else ZERO
    whole = [round_half_up(sum((one.amount for one in each.values()), ZERO), places) for each in (before, after)]
    price, volume, new, gone, other = (round_half_up(one, places) for one in (price, volume, new, gone, other))
    has_both = bool(volume_before)
    rest = whole[1] - whole[0] - price - volume - new - gone - other
    return Bridge(
        whole[0], price, volume, rest if has_both else ZERO, new, gone, other if has_both else other + rest, whole[1]
    )
