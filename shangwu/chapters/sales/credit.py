"""How much of a customer's credit is used: what it owes for confirmed orders, in the entity's currency (2.6.1).

Asked while the customer is locked, so that two confirmations can't both use the last of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
        return order.excess_allowed is not None and order.gross <= order.excess_allowed

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
    """What the customers of these orders owe at present: one query for all."""
    owed = once((Order, "owed"), _owed).values(sorted({order.customer_id for order in orders} - {None}))
    credit = Credit()
    credit.used.update(dict(owed))
    return credit


def _owed() -> QuerySet[Order, Any]:
    """What each of these customers owes."""
    found = Order.objects.filter(customer__any=Keys()).filter(base_open__gt=0)
    return found.values_list("customer").annotate(Sum("base_open")).order_by()
