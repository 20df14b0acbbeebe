"""What the credit limit stops, and would stop: the orders of twelve months, put to it again (2.6.1)."""

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.credit import Amounts, Worth
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.rates import rates_for
from shangwu.chapters.sales.settling import owed
from shangwu.foundation.policy.parameters import Parameter
from shangwu.foundation.records import clock
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.regulation.replaying import Line, replays

BLOCK = "credit.block"
ASKED = gettext_noop("Orders of customers with a credit limit, put to review or confirmed")
BEYOND = gettext_noop("of these, stopped by the limit: they need the executive")

_AMOUNTS = ("paid", "gross", "rate", "base_gross", "base_currency")
_ASKING = (Order.State.REVIEW, Order.State.CONFIRMED)

Limits = Mapping[int, tuple[list[datetime.datetime], list[Decimal | None]]]


@replays(lambda key: key == BLOCK)
def replay(parameter: Parameter, former: Any, value: Any, since: datetime.date, until: datetime.date) -> Iterator[Line]:
    """How many orders came to the limit, and how many of them go beyond it if it blocks; none if it does not."""
    start = datetime.datetime.combine(since, datetime.time(), timezone.get_default_timezone())
    asked, beyond = put_again(start)
    yield Line(ASKED, len(asked), len(asked))
    before, after = (len(beyond) if blocks else 0 for blocks in (former, value))
    yield Line(BEYOND, before, after)


def put_again(start: datetime.datetime) -> tuple[set[int], set[int]]:
    """The orders that asked for credit since then, and those of them that needed more than was left at that moment.

    What the others of the same customer owed is added up from the rows of the log, in its order: an order counts from
    its confirmation on, and a payment gives credit back.
    """
    limits, used, worth = limits_of(), _used_by_unmoved(start), _worth()
    states: dict[int, str] = {}
    own: dict[int, tuple[int, str, Decimal]] = {}
    asked: set[int] = set()
    beyond: set[int] = set()
    for row in _rows(start):
        order, customer, currency = row["pgh_obj_id"], row["customer_id"], row["base_currency"]
        payer, paid_in, amount = own.get(order, (customer, currency, Decimal(0)))
        used[payer][paid_in] -= amount
        if row["state"] in _ASKING and states.get(order) != row["state"] and row["changed_at"] >= start:
            limit = _limit_at(limits, customer, row["pgh_created_at"])
            if limit is not None:
                asked.add(order)
                if _goes_beyond(
                    Order(**{name: row[name] for name in _AMOUNTS}), customer, limit, used[customer], worth
                ):
                    beyond.add(order)
        used[customer][currency] += row["base_open"]
        states[order], own[order] = row["state"], (customer, currency, row["base_open"])
    return asked, beyond


def _goes_beyond(order: Order, customer: int, limit: Decimal, used: Amounts, worth: Worth) -> bool:
    """Whether it needs more than is left. Without a rate between two currencies nobody can tell."""
    try:
        left = worth.into(limit, worth.limits_in.get(customer, ""), order) - worth.sum(used, order)
    except Refusal:
        return False
    return owed(order) > left


def _worth() -> Worth:
    """What the currencies of limits and orders are worth today."""
    rows = Customer.objects.filter(pk__in=_limited(), entity__isnull=False)
    limits_in = dict(rows.values_list("pk", "entity__currency"))
    there = {*limits_in.values(), *_orders().order_by().values_list("base_currency", flat=True).distinct()}
    day = clock.today(timezone.get_default_timezone())
    return Worth(day, rates_for((one, other, day) for one in there for other in there), limits_in)


def _limited() -> QuerySet[Any, Any]:
    """The customers that have or had a limit."""
    history: Any = history_models[Customer]
    found: QuerySet[Any, Any] = history.objects.filter(credit_limit__isnull=False).values("pgh_obj_id")
    return found


def limits_of() -> Limits:
    """Of each customer that has or had a limit: the moments at which it was set, and to what."""
    history: Any = history_models[Customer]
    rows = history.objects.filter(pgh_obj_id__in=_limited()).order_by("pgh_id")
    found: dict[int, tuple[list[datetime.datetime], list[Decimal | None]]] = {}
    for customer, moment, limit in rows.values_list("pgh_obj_id", "pgh_created_at", "credit_limit").iterator():
        moments, set_to = found.setdefault(customer, ([], []))
        if not set_to or set_to[-1] != limit:
            moments.append(moment)
            set_to.append(limit)
    return found


def _limit_at(limits: Limits, customer: int, moment: datetime.datetime) -> Decimal | None:
    moments, set_to = limits.get(customer, ([], []))
    place = bisect_right(moments, moment)
    return set_to[place - 1] if place else None


def _orders() -> QuerySet[Order]:
    return Order.objects.filter(customer__in=_limited(), imported=False)


def _used_by_unmoved(start: datetime.datetime) -> dict[int, Amounts]:
    """What customers owe for orders that have not changed since then."""
    used: dict[int, Amounts] = defaultdict(lambda: defaultdict(Decimal))
    rows = _orders().filter(changed_at__lt=start, base_open__gt=0)
    for customer, currency, amount in rows.values_list("customer_id", "base_currency", "base_open"):
        used[customer][currency] += amount
    return used


def _rows(start: datetime.datetime) -> Iterator[dict[str, Any]]:
    """The log's rows of the orders that have changed since then, in its order."""
    history: Any = history_models[Order]
    changed = _orders().filter(changed_at__gte=start).values("pk")
    columns = ("pgh_obj_id", "pgh_created_at", "customer_id", "state", "base_open", "changed_at", *_AMOUNTS)
    rows = history.objects.filter(pgh_obj_id__in=changed).order_by("pgh_id").values(*columns)
    found: Iterator[dict[str, Any]] = rows.iterator()
    return found
