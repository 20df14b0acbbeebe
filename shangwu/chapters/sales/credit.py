"""How much of a customer's credit is used: what it owes for confirmed orders, in the entity's currency (2.6.1).

Asked while the customer is locked, so that two confirmations can't both use the last of it. Asked again when goods
leave (2.6.3): a limit may have been lowered since, and money may be overdue.

The limit is in the currency of the customer's legal entity, and each order in that of its own: what is in another
currency than the order that asks counts at the rate of the day.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.rates import Rates, rates_for
from shangwu.chapters.sales.settling import owed
from shangwu.foundation.money.rounding import total
from shangwu.foundation.people.models import Entity
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.refusals import Refusal

ZERO = Decimal(0)
Amounts = dict[str, Decimal]
"""Currency -> an amount in it."""


def _amounts() -> Amounts:
    return defaultdict(Decimal)


@dataclass(frozen=True, slots=True)
class Worth:
    """What limits and debts are worth in the own currency of an order, on a day. limits_in: customer -> currency of its
    limit."""

    day: datetime.date
    rates: Rates = field(default_factory=Rates)
    limits_in: Mapping[int, str] = field(default_factory=dict)

    def limit(self, customer: Customer, order: Order) -> Decimal | None:
        """The customer's limit; None when none was set. Raises Refusal("rate") when no rate of it is known."""
        if customer.credit_limit is None:
            return None
        return self.into(customer.credit_limit, self.limits_in.get(customer.pk, ""), order)

    def sum(self, amounts: Mapping[str, Decimal], order: Order) -> Decimal:
        """What these come to. Raises Refusal("rate") as `limit` does."""
        return total(self.into(amount, currency, order) for currency, amount in amounts.items() if amount)

    def into(self, amount: Decimal, currency: str, order: Order) -> Decimal:
        """An amount of that currency, "" for the order's own. Raises Refusal("rate") as `limit` does."""
        own = order.base_currency
        found = self.rates.into(amount, currency or own, own, self.day)
        if found is None:
            said = _(
                "A part of the customer's account is in %(currency)s, and no rate between %(currency)s and %(own)s is "
                "known for %(day)s. Have finance enter the rate of that day."
            )
            raise Refusal("rate", said, {"currency": currency, "own": own, "day": self.day})
        return found


def worth(
    orders: Sequence[Order], customers: Iterable[Customer | None], owed: Mapping[Any, Amounts], by: Actor
) -> Worth:
    """What is needed to hold these orders against the limits of their customers: no query where all is in one currency
    and of one legal entity, else one for the entities and one for the rates."""
    known = {one.pk: one for one in customers if one is not None and one.credit_limit is not None}
    own_house = by.entity_id
    others = {one.entity_id for one in known.values() if one.entity_id is not None and one.entity_id != own_house}
    kept_in = {own_house: by.currency}
    if others:
        kept_in |= dict(Entity.objects.filter(pk__in=others).values_list("pk", "currency"))
    limits_in = {key: kept_in.get(one.entity_id, "") if one.entity_id else "" for key, one in known.items()}
    there = {*limits_in.values(), *(currency for key in known for currency in owed.get(key, ()))}
    own, day = {one.base_currency for one in orders}, clock.today(by.zone)
    pairs = {pair for one in own for other in there for pair in ((one, other), (other, one))}
    return Worth(day, rates_for((*pair, day) for pair in pairs), limits_in)


@dataclass(slots=True)
class Credit:
    """What each customer of a run owes, those confirmed earlier in the run included, by the orders' own currencies."""

    worth: Worth
    used: dict[int | None, Amounts] = field(default_factory=lambda: defaultdict(_amounts))

    def left(self, order: Order) -> Decimal | None:
        """Limit less what is owed beside the order, in its own currency; None when no limit was set or the limit does
        not block. Raises Refusal("rate") when it rests on a currency without a rate."""
        assert order.customer is not None
        if order.customer.credit_limit is None or not policy("credit.block"):
            return None
        limit = self.worth.limit(order.customer, order)
        assert limit is not None
        return limit - self.worth.sum(self.used[order.customer_id], order) + order.base_open

    def suffices(self, order: Order) -> bool:
        """Whether the order fits in, to the cent, or the executive has let it pass. Raises Refusal as `left` does."""
        if _is_let_pass(order.excess_allowed, order.gross):
            return True
        left = self.left(order)
        return left is None or owed(order) <= left

    def require(self, order: Order) -> None:
        """Raises Refusal("credit") when the order goes beyond the limit, and as `left` does."""
        if not self.suffices(order):
            said = _(
                "Credit left is %(left)s %(currency)s, the order needs %(needed)s. Ask the executive, or for payment."
            )
            params = {"left": self.left(order), "currency": order.base_currency, "needed": owed(order)}
            raise Refusal("credit", said, params, details=params)

    def use(self, order: Order) -> None:
        """The order now counts."""
        self.correct(order)

    def correct(self, order: Order) -> None:
        """The order counts with what is owed for it now, in place of what it counted with before."""
        self.used[order.customer_id][order.base_currency] += owed(order) - order.base_open
        order.base_open = owed(order)

    def give_back(self, customer: int | None, order: Order) -> None:
        """What the order used of this customer's credit is free again."""
        self.used[customer][order.base_currency] -= order.base_open
        order.base_open = ZERO


def credit_of(orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Credit:
    """What the customers of these orders owe at present, those that they are to get included: one query for all, and
    those of `worth`."""
    customers: dict[int | None, Customer | None] = {
        order.customer_id: order._state.fields_cache.get("customer") for order in orders
    }
    customers |= {given["customer"].pk: given["customer"] for given in inputs if given.get("customer")}
    used: dict[int | None, Amounts] = defaultdict(_amounts)
    for customer, currency, amount in once((Order, "owed"), _owed).values(sorted(key for key in customers if key)):
        used[customer][currency] += amount
    return Credit(worth(orders, customers.values(), used, by), used)


@dataclass(frozen=True, slots=True)
class Debts:
    """What customers owe when goods are to leave. owed: without the orders that the executive let pass, by the orders'
    own currencies; due_on: since when the oldest unpaid of what they have, or were billed for, is due."""

    worth: Worth
    owed: Mapping[int, Amounts] = field(default_factory=dict)
    due_on: Mapping[int, datetime.date] = field(default_factory=dict)

    def require(self, order: Order, today: datetime.date) -> None:
        """Raises Refusal("credit_hold") while the customer is beyond the limit, or overdue for too long, and "rate"
        where the limit rests on a currency without a rate."""
        customer = order.customer
        if customer is None or _is_let_pass(order.excess_allowed, order.gross) or not policy("credit.block"):
            return
        due_on, limit = self.due_on.get(customer.pk), self.worth.limit(customer, order)
        owed = ZERO if limit is None else self.worth.sum(self.owed.get(customer.pk, {}), order)
        if limit is not None and owed > limit:
            said = _(
                "The customer owes %(owed)s %(currency)s; the limit is %(limit)s. Ask for payment, or the executive."
            )
            raise Refusal("credit_hold", said, {"owed": owed, "currency": order.base_currency, "limit": limit})
        if due_on is not None and (today - due_on).days > policy("ship.hold"):
            said = _("The customer has not paid what was due on %(day)s. Ask for payment, or the executive.")
            raise Refusal("credit_hold", said, {"day": due_on})


def debts_of(orders: Sequence[Order], by: Actor) -> Debts:
    """What the customers of these orders owe at present: one query, and those of `worth`."""
    customers = {one.customer_id: one._state.fields_cache.get("customer") for one in orders}
    wanted = sorted(key for key in customers if key is not None)
    rows = Order.objects.filter(customer__in=wanted, base_open__gt=0).order_by()
    owed: dict[int, Amounts] = defaultdict(_amounts)
    due: dict[int, datetime.date] = {}
    columns = (
        "customer_id", "base_currency", "base_open", "excess_allowed", "gross", "invoiced_on", "delivered_on",
        "payment_days",
    )  # fmt: skip
    for key, currency, amount, allowed, gross, invoiced, delivered, days in rows.values_list(*columns):
        assert key is not None
        if not _is_let_pass(allowed, gross):
            owed[key][currency] += amount
        since = invoiced or delivered
        if since is not None:
            day = since + datetime.timedelta(days=days or 0)
            due[key] = min(due.get(key, day), day)
    return Debts(worth(orders, customers.values(), owed, by), owed, due)


def _is_let_pass(allowed: Decimal | None, gross: Decimal) -> bool:
    """Whether the executive has let this order pass the limit."""
    return allowed is not None and gross <= allowed


def _owed() -> QuerySet[Order, Any]:
    """What each of these customers owes, by the own currencies of its orders."""
    found = Order.objects.filter(customer__any=Keys()).filter(base_open__gt=0)
    return found.values_list("customer", "base_currency").annotate(Sum("base_open")).order_by()
