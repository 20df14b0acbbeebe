"""How much of a customer's credit is used: what it owes for confirmed orders, in the entity's currency (2.6.1).

Asked while the customer is locked, so that two confirmations can't both use the last of it. Asked again when goods
leave (2.6.3): a limit may have been lowered since, and money may be overdue.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.settling import owed
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.refusals import Refusal


@dataclass(slots=True)
class Credit:
    """What each customer of a run owes, those confirmed earlier in the run included."""

    used: dict[int | None, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def left(self, order: Order) -> Decimal | None:
        """Limit less what is owed; None when no limit was set or the limit does not block."""
        assert order.customer is not None
        if order.customer.credit_limit is None or not policy("credit.block"):
            return None
        return order.customer.credit_limit - self.used[order.customer_id]

    def suffices(self, order: Order) -> bool:
        """Whether the order fits in, to the cent, or the executive has let it pass."""
        left = self.left(order)
        if left is None or owed(order) <= left:
            return True
        return _is_let_pass(order.excess_allowed, order.gross)

    def require(self, order: Order) -> None:
        """Raises Refusal("credit") when the order goes beyond the limit."""
        if not self.suffices(order):
            said = _(
                "Credit left is %(left)s %(currency)s, the order needs %(needed)s. Ask the executive, or for payment."
            )
            params = {"left": self.left(order), "currency": order.base_currency, "needed": owed(order)}
            raise Refusal("credit", said, params, details=params)

    def use(self, order: Order) -> None:
        """The order now counts."""
        order.base_open = owed(order)
        self.used[order.customer_id] += order.base_open


def credit_of(orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Credit:
    """What the customers of these orders owe at present, those that they are to get included: one query for all."""
    customers = {order.customer_id for order in orders}
    customers |= {given["customer"].pk for given in inputs if given.get("customer")}
    owed = once((Order, "owed"), _owed).values(sorted(customers - {None}))
    credit = Credit()
    credit.used.update(dict(owed))
    return credit


@dataclass(frozen=True, slots=True)
class Debts:
    """What customers owe when goods are to leave. owed: without the orders that the executive let pass; due_on: since
    when the oldest unpaid of what they have, or were billed for, is due."""

    owed: Mapping[int, Decimal] = field(default_factory=dict)
    due_on: Mapping[int, datetime.date] = field(default_factory=dict)

    def require(self, order: Order, today: datetime.date) -> None:
        """Raises Refusal("credit_hold") while the customer is beyond the limit, or overdue for too long."""
        customer = order.customer
        if customer is None or _is_let_pass(order.excess_allowed, order.gross) or not policy("credit.block"):
            return
        owed, due_on = self.owed.get(customer.pk, Decimal(0)), self.due_on.get(customer.pk)
        limit = customer.credit_limit
        if limit is not None and owed > limit:
            said = _(
                "The customer owes %(owed)s %(currency)s; the limit is %(limit)s. Ask for payment, or the executive."
            )
            raise Refusal("credit_hold", said, {"owed": owed, "currency": order.base_currency, "limit": limit})
        if due_on is not None and (today - due_on).days > policy("ship.hold"):
            said = _("The customer has not paid what was due on %(day)s. Ask for payment, or the executive.")
            raise Refusal("credit_hold", said, {"day": due_on})


def debts_of(customers: Iterable[int | None]) -> Debts:
    """What these customers owe at present: one query."""
    wanted = sorted({key for key in customers if key is not None})
    rows = Order.objects.filter(customer__in=wanted, base_open__gt=0).order_by()
    owed: dict[int, Decimal] = defaultdict(Decimal)
    due: dict[int, datetime.date] = {}
    columns = ("customer_id", "base_open", "excess_allowed", "gross", "invoiced_on", "delivered_on", "payment_days")
    for key, amount, allowed, gross, invoiced, delivered, days in rows.values_list(*columns):
        assert key is not None
        if not _is_let_pass(allowed, gross):
            owed[key] += amount
        since = invoiced or delivered
        if since is not None:
            day = since + datetime.timedelta(days=days or 0)
            due[key] = min(due.get(key, day), day)
    return Debts(owed, due)


def _is_let_pass(allowed: Decimal | None, gross: Decimal) -> bool:
    """Whether the executive has let this order pass the limit."""
    return allowed is not None and gross <= allowed


def _owed() -> QuerySet[Order, Any]:
    """What each of these customers owes."""
    found = Order.objects.filter(customer__any=Keys()).filter(base_open__gt=0)
    return found.values_list("customer").annotate(Sum("base_open")).order_by()
