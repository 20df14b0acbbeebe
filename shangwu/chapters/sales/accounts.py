"""What customers owe a legal entity at the end of a quarter, order by order (2.6.2).

Goods that arrived or were invoiced, less payments and credit notes; what was paid back counts as never paid.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, Sum

from shangwu.chapters.sales.models import CreditNote, Order, Payment, Refund

ZERO = Decimal(0)
_DAY = datetime.timedelta(days=1)
MONTHS = (3, 6, 9, 12)
"""Months that end a quarter."""


class Key(NamedTuple):
    """Whose account it is, and with which legal entity; until: the last day of the quarter."""

    customer: int
    currency: str
    until: datetime.date
    entity: int | None


class Owed(NamedTuple):
    """An order that is not even: open, or more was paid for it than was due after a credit note."""

    order: int
    gross: Decimal
    paid: Decimal
    credited: Decimal
    refunded: Decimal
    due_on: datetime.date | None

    @property
    def open(self) -> Decimal:
        """What is owed for it; below zero where we owe the customer and have not paid it back yet."""
        return self.gross - self.paid - self.credited + self.refunded


def quarter_end(day: datetime.date) -> datetime.date:
    """The last day of the quarter before the one in which `day` lies."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - _DAY


def ends_quarter(day: datetime.date) -> bool:
    """Whether a day is the last of a quarter."""
    return day.month in MONTHS and (day + _DAY).day == 1


def owed_at(keys: Sequence[Key]) -> Mapping[Key, list[Owed]]:
    """What each of these owed on its day: goods that had arrived or were invoiced, less what had come in or was
    credited. Four queries for each day that is asked for."""
    found: dict[Key, list[Owed]] = {}
    for day in {one.until for one in keys}:
        wanted = [one for one in keys if one.until == day]
        owed = _owed_on(day, {one.customer for one in wanted})
        found |= {one: owed.get(one, []) for one in wanted}
    return found


def _owed_on(day: datetime.date, customers: Iterable[int]) -> dict[Key, list[Owed]]:
    there = Q(invoiced_on__lte=day) | Q(delivered_on__lte=day)
    orders = Order.objects.filter(there, customer__in=customers, imported=False, archived_at__isnull=True)
    orders = orders.exclude(state=Order.State.CANCELLED).order_by("pk")
    columns = ("pk", "customer_id", "currency", "entity_id", "gross", "invoiced_on", "delivered_on", "payment_days")
    rows = list(orders.values_list(*columns))
    paid = Payment.objects.filter(order__in=[row[0] for row in rows], state=Payment.State.RECEIVED)
    came = dict(paid.filter(received_on__lte=day).order_by().values_list("order").annotate(Sum("amount")))
    notes = CreditNote.objects.filter(order__in=[row[0] for row in rows], state=CreditNote.State.ISSUED)
    less = dict(notes.filter(issued_on__lte=day).order_by().values_list("order").annotate(Sum("amount")))
    backs = Refund.objects.filter(order__in=[row[0] for row in rows], state=Refund.State.PAID)
    back = dict(backs.filter(paid_on__lte=day).order_by().values_list("order").annotate(Sum("amount")))
    found: dict[Key, list[Owed]] = defaultdict(list)
    for key, customer, currency, entity, gross, invoiced, delivered, days in rows:
        since = invoiced or delivered
        due_on = since + (days or 0) * _DAY if since is not None else None
        one = Owed(key, gross, came.get(key, ZERO), less.get(key, ZERO), back.get(key, ZERO), due_on)
        if one.open and customer is not None:
            found[Key(customer, currency, day, entity)].append(one)
    return found
