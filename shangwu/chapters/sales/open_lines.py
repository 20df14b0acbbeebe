"""What is open: order lines that have not left whole, with the days promised and possible (2.6.1)."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Availability, Line, Order, Product
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.foundation.money.rounding import product, round_money
from shangwu.foundation.records.actors import Actor

AT_ONCE = 1_000
"""Lines that are fetched at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of all that is open. until: promised, or if nothing is promised wanted, up to that day. late: only what was
    promised for a day that has passed, or can't be kept."""

    customer: Customer | None = None
    product: Product | None = None
    until: datetime.date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line. quantity: what has not left. value: of that part, net, in the order's currency. available_on: None for
    what is not counted, or not covered by stock and arrivals; `reckoned` tells these apart."""

    line: Line
    order: Order
    product: Product
    quantity: Decimal
    value: Decimal
    wanted_on: datetime.date | None
    promised_on: datetime.date | None
    available_on: datetime.date | None
    reckoned: bool
    is_late: bool


def open_lines(by: Actor, asked: Asked, today: datetime.date) -> Any:
    """The open lines that somebody sees, those promised first at the top."""
    orders = Order.objects.visible_to(by).filter(state__in=OPEN, imported=False)
    if asked.customer is not None:
        orders = orders.filter(customer=asked.customer)
    rows = Line.objects.visible_to(by).joining(Order, Product).filter(order__in=orders, quantity__gt=F("shipped"))
    if asked.product is not None:
        rows = rows.filter(product=asked.product)
    if asked.until is not None:
        promised = Q(order__promised_on__lte=asked.until)
        wanted = Q(wanted_on__lte=asked.until) | Q(wanted_on__isnull=True, order__requested_on__lte=asked.until)
        rows = rows.filter(promised | Q(order__promised_on__isnull=True) & wanted)
    if asked.late:
        known = Availability.objects.filter(line_id=OuterRef("pk"), available_on__gt=OuterRef("order__promised_on"))
        rows = rows.filter(Q(order__promised_on__lt=today) | Q(Exists(known)))
    # An order without a promise has no day; it stands behind those that have one.
    promised_first = F("order__promised_on").asc(nulls_last=True)
    return rows.select_related("order", "product").order_by(promised_first, "order_id", "position")


def told(rows: Sequence[Line], today: datetime.date) -> list[OpenLine]:
    """The lines with the days from which they can be kept, as last reckoned: one query."""
    known = Availability.objects.in_bulk([row.pk for row in rows])
    return [_told(row, known.get(row.pk), today) for row in rows]


def _told(line: Line, known: Availability | None, today: datetime.date) -> OpenLine:
    order, goods = line.order, line.product
    assert goods is not None  # an order of our own has a product on each line
    open_quantity = line.quantity - line.shipped
    net = line.net or Decimal(0)
    available_on = known.available_on if known is not None else None
    promised = order.promised_on
    slips = promised is not None and available_on is not None and available_on > promised
    return OpenLine(
        line=line,
        order=order,
        product=goods,
        quantity=open_quantity,
        value=round_money(product(net, open_quantity) / line.quantity, line.currency),
        wanted_on=line.wanted_on or order.requested_on,
        promised_on=promised,
        available_on=available_on,
        reckoned=known is not None,
        is_late=slips or (promised is not None and promised < today),
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """Within: whatever is read is of one moment, however long it takes and whoever writes meanwhile.

    Inside another transaction that one's own level holds.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def all_told(by: Actor, asked: Asked, today: datetime.date) -> Iterator[OpenLine]:
    """All of them, for a file: which ones in one query, what stands on them a portion at a time. For one moment's
    picture it is asked within `snapshot`."""
    keys = list(open_lines(by, asked, today).values_list("pk", flat=True))
    for begin in range(0, len(keys), AT_ONCE):
        portion = keys[begin : begin + AT_ONCE]
        rows = Line.objects.visible_to(by).joining(Order, Product).select_related("order", "product").in_bulk(portion)
        yield from told([rows[key] for key in portion if key in rows], today)


def behind(rows: Any, day: datetime.date | None, order: int, position: int) -> Any:
    """Those of the open lines that stand behind one: its order's promised day, the order, its place there."""
    after = Q(order_id__gt=order) | Q(order_id=order, position__gt=position)
    if day is None:
        return rows.filter(after, order__promised_on__isnull=True)
    later = Q(order__promised_on__gt=day) | Q(order__promised_on__isnull=True)
    return rows.filter(later | Q(order__promised_on=day) & after)
