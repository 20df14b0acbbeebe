"""How much of a product can be promised for a day: what is free and what comes by then, less what is promised of it.

Asked while the products are locked, so that no two confirmations can promise the same arrival (2.6.1).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

from shangwu.chapters.sales.models import Line, Product
from shangwu.chapters.sales.promising import today

ZERO = Decimal(0)
_CHANGES = """
SELECT product_id, expected_on, quantity FROM sales_arrival
WHERE state = 'expected' AND expected_on >= %(today)s AND archived_at IS NULL AND product_id = ANY(%(products)s)
UNION ALL
SELECT l.product_id, o.promised_on, -l.awaited FROM sales_line l JOIN sales_order o ON o.id = l.order_id
WHERE l.awaited > 0 AND l.product_id = ANY(%(products)s)
"""


@dataclass(slots=True)
class Outlook:
    """changes: product -> what comes, and below zero what is promised of it before it has come, each with its day;
    what orders of the same run are promised included."""

    today: datetime.date
    changes: dict[int, list[tuple[datetime.date, Decimal]]] = field(default_factory=lambda: defaultdict(list))

    def left_for(self, goods: Product, day: datetime.date) -> Decimal:
        """How much more can be promised for a day, so that what was promised for later days can still be kept."""
        changes = self.changes[goods.pk]
        ends = {day, *(one for one, _quantity in changes if one > day)}
        free = goods.on_hand - goods.reserved
        return min(free + sum((quantity for one, quantity in changes if one <= end), ZERO) for end in ends)

    def first_day(self, goods: Product, quantity: Decimal) -> datetime.date | None:
        """The first day for which so much more can be promised; None while neither stock nor arrivals cover it."""
        days = sorted({self.today, *(one for one, came in self.changes[goods.pk] if came > 0)})
        return next((one for one in days if self.left_for(goods, one) >= quantity), None)

    def free_for(self, goods: Product, day: datetime.date) -> Decimal:
        """How much lies there and is promised to nobody who is to have it by that day."""
        owed = sum((-came for one, came in self.changes[goods.pk] if came < 0 and one <= day), ZERO)
        return max(goods.on_hand - goods.reserved - owed, ZERO)

    def promise(self, goods: Product, quantity: Decimal, day: datetime.date) -> None:
        """So much of what is still to come is promised for a day."""
        self.changes[goods.pk].append((day, -quantity))

    def forget(self, goods: Product, quantity: Decimal, day: datetime.date | None) -> None:
        """What was promised for a day is about to be promised for another."""
        if day is not None and (day, -quantity) in self.changes[goods.pk]:
            self.changes[goods.pk].remove((day, -quantity))


def outlook_of(lines: Iterable[Line]) -> Outlook:
    """What comes of the products of these lines that are kept in stock: one query, none for no products."""
    found = Outlook(today())
    products = sorted({one.product.pk for one in lines if one.product is not None and one.product.stocked})
    if products:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGES, {"today": found.today, "products": products})
            for product, day, quantity in cursor.fetchall():
                found.changes[product].append((day, quantity))
    return found


def possible_day(lines: Iterable[Line]) -> datetime.date | None:
    """The first day for which all of these lines can be promised; None while stock and arrivals do not cover them."""
    lines = list(lines)
    found, wanted = outlook_of(lines), _wanted(lines)
    days = [found.first_day(goods, quantity) for goods, quantity in wanted.items()]
    known = [one for one in days if one is not None]
    return max(known, default=found.today) if len(known) == len(days) else None


def _wanted(lines: Iterable[Line]) -> dict[Product, Decimal]:
    """How much of each product that is kept in stock these lines want."""
    wanted: dict[Product, Decimal] = {}
    for line in lines:
        if line.product is not None and line.product.stocked:
            wanted[line.product] = wanted.get(line.product, ZERO) + line.to_leave
    return wanted
