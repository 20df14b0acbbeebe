"""From one period's sales to another's: price, volume, mix, what is new and what went (2.7.2). Exact to the cent.

Products with a quantity in both periods are compared. Price: what is paid more for the new quantity than the former
price would come to. Volume: the change of the whole quantity at the former mean price. Mix: what is left, for the same
whole quantity of other products. Products of one period alone stand apart, and so does what has no quantity.
"""

from collections.abc import Iterable, Mapping
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
class Effect:
    """What one product adds to a step: price, new, gone or other. Volume and mix are of all that are compared."""

    product: Any
    step: str
    amount: Decimal
    before: Sold
    after: Sold


@dataclass(frozen=True, slots=True)
class Bridge:
    """before + price + volume + mix + new + gone + other = after, each in the currency's minor unit.

    compared: what is known of the products with a quantity in both periods, together, before and after. effects: by
    product, the largest first.
    """

    before: Decimal
    price: Decimal
    volume: Decimal
    mix: Decimal
    new: Decimal
    gone: Decimal
    other: Decimal
    after: Decimal
    compared: tuple[Sold, Sold]
    effects: list[Effect]

    @property
    def steps(self) -> list[tuple[str, Decimal]]:
        """The effects in their order."""
        return [(name, getattr(self, name)) for name in ("price", "volume", "mix", "new", "gone", "other")]


def bridge(before: Mapping[Any, Sold], after: Mapping[Any, Sold], places: int) -> Bridge:
    """Split the change between two periods. Keys are products; None is what was sold without one.

    Each effect is rounded to `places`; mix, the rest by its definition, takes what rounding leaves.
    """
    found = [_effect(product, before, after) for product in before.keys() | after.keys()]
    found.sort(key=lambda one: (-abs(one.amount), str(one.product)))
    former, now = compared = (
        _together(one.before for one in found if one.step == "price"),
        _together(one.after for one in found if one.step == "price"),
    )
    volume = (now.quantity - former.quantity) * former.amount / former.quantity if former.quantity else ZERO
    whole = [round_half_up(_together(each.values()).amount, places) for each in (before, after)]
    price, new, gone, other = (
        round_half_up(sum((one.amount for one in found if one.step == step), ZERO), places)
        for step in ("price", "new", "gone", "other")
    )
    volume = round_half_up(volume, places)
    has_both = bool(former.quantity)
    rest = whole[1] - whole[0] - price - volume - new - gone - other
    return Bridge(
        whole[0], price, volume, rest if has_both else ZERO, new, gone, other if has_both else other + rest, whole[1],
        compared, found,
    )  # fmt: skip


def _effect(product: Any, before: Mapping[Any, Sold], after: Mapping[Any, Sold]) -> Effect:
    former, now = before.get(product, Sold()), after.get(product, Sold())
    if product is not None and former.quantity > 0 and now.quantity > 0:
        step, amount = "price", now.amount - former.amount / former.quantity * now.quantity
    elif product is not None and product not in before:
        step, amount = "new", now.amount
    elif product is not None and product not in after:
        step, amount = "gone", -former.amount
    else:
        step, amount = "other", now.amount - former.amount
    return Effect(product, step, amount, former, now)


def _together(found: Iterable[Sold]) -> Sold:
    every = list(found)
    return Sold(sum((one.amount for one in every), ZERO), sum((one.quantity for one in every), ZERO))
