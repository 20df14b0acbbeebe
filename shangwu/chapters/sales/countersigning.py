"""The customer signs our confirmation of a large order before it is made, unless a contract is signed over it (2.6.1).

Without it production is not held up: who sells the order is reminded, and its page says so.
"""

from django.utils.translation import gettext_noop

from shangwu.chapters.sales.models import Contract, ContractOrder, Order
from shangwu.foundation.actions.door import Acted, on
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Source

UNSIGNED = gettext_noop("Order %(order)s: have the customer sign our confirmation before it goes into production.")
SIGNED = (Contract.State.SIGNED, Contract.State.IN_FORCE, Contract.State.FULFILLED, Contract.State.EXPIRED)
"""States of a contract that both have signed."""


def wants_signature(order: Order) -> bool:
    """Whether an order is so large that the customer is asked to sign our confirmation, and has not yet."""
    return not order.imported and not order.countersign and order.base_gross > policy("order.countersign")


@on("sales.order.confirmed")
def ask_for_signatures(acted: Acted) -> None:
    """2.6.1: the salesperson has the confirmation of a large order signed, where no contract is."""
    if acted.by.source in (Source.DEMO, Source.IMPORT):
        return
    large = [one for one in acted.records if isinstance(one, Order) and wants_signature(one)]
    if not large:
        return
    bound = ContractOrder.objects.filter(order__in=[one.pk for one in large], contract__state__in=SIGNED)
    under = set(bound.values_list("order_id", flat=True))
    for one in large:
        if one.pk not in under:
            notify([one.owner_id], UNSIGNED, {"order": one.number}, about=one)
