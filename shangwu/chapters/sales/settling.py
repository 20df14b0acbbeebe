"""When an order counts as paid (2.6.1): payments and credit notes may come before, between and after
deliveries and the invoice."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract, Order
from shangwu.foundation.actions.door import enter_state
from shangwu.foundation.money.rounding import product, round_money
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

ZERO = Decimal(0)
_DONE = (Order.State.DELIVERED, Order.State.INVOICED)
_COUNTS = (
    Order.State.CONFIRMED, Order.State.SCHEDULED, Order.State.READY, Order.State.PART_SHIPPED, Order.State.SHIPPED,
    *_DONE,
)  # fmt: skip
_CHANGING = (Order.State.RECEIVED, Order.State.REVIEW, Order.State.ACCEPTED, Order.State.CONFIRMED)
"""States in which an order of which a part has left is being changed."""


def owed(order: Order) -> Decimal:
    """What is still to be paid, in the entity's currency."""
    if order.kept >= order.due:
        return ZERO
    assert order.rate is not None
    settled = round_money(product(order.kept + order.credited, order.rate), order.base_currency)
    return max(order.base_gross - settled, ZERO)


def settle(order: Order, by: Actor) -> None:
    """What the order uses of the credit, and the state that follows from what is paid."""
    if order.kept >= order.due and order.state in _DONE:
        enter_state(order, Order.State.PAID, order.changed_at, by.person_id)
    elif order.kept < order.due and order.state == Order.State.PAID:
        back = Order.State.INVOICED if order.invoiced_on else Order.State.DELIVERED
        enter_state(order, back, order.changed_at, by.person_id)
    counts = order.state in _COUNTS or bool(order.shipped_quantity)
    order.base_open = owed(order) if counts else ZERO
    is_settled = order.kept >= order.due and (counts or order.state == Order.State.PAID)
    order.settled_at = (order.settled_at or order.changed_at) if is_settled else None


def stand_under(orders: Iterable[Order], contract: Contract, by: Actor) -> None:
    """From now on a signed contract says what of these orders is to be paid when, and is itself collected (2.6.2)."""
    for order in orders:
        _touch(order, contract, by)
        order.under_contract = True


def _touch(order: Order, contract: Contract, by: Actor) -> None:
    """What happens to the contract happens to the order, which may have gone on since."""
    order.changed_at, order.changed_by_id = max(order.changed_at, contract.changed_at), by.person_id


def stand_alone(orders: Iterable[Order], contract: Contract, by: Actor) -> None:
    """The contract over these orders has ended early: each is collected by itself again."""
    for order in orders:
        _touch(order, contract, by)
        order.under_contract = False


def reopen(order: Order, by: Actor, *, all_made: bool) -> None:
    """Something of an order is to be shipped once more. all_made: all of that has to be made first.

    When it was first scheduled and ready stays as it was: that is what its duties are judged by. The customer is told
    of it as of any change. Raises Refusal("changing") while a change of what is left has not been confirmed.
    """
    if order.state in _CHANGING:
        said = _("What is left of this order is being changed. Replace the goods when the change has been scheduled.")
        raise Refusal("changing", said)
    order.open_again_at = order.changed_at
    if order.shipped_quantity:
        order.state = Order.State.PART_SHIPPED.value
    else:
        order.state = Order.State.SCHEDULED.value if all_made else Order.State.READY.value
    settle(order, by)
