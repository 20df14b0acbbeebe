"""What giving an order up costs, by how far it has come (2.6.1, DOMAIN W6)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pricing import in_base
from shangwu.foundation.money.rounding import product, round_money
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, filled

ZERO = Decimal(0)
SHARES = {
    Order.State.CONFIRMED: "cancel.confirmed", Order.State.SCHEDULED: "cancel.scheduled",
    Order.State.READY: "cancel.ready",
}  # fmt: skip
"""State -> the parameter that says which share of the net amount is lost."""


def stage_cost(order: Order, state: str) -> Decimal:
    """What cancelling costs in a state, in the order's currency: a share of its net amount, once it is confirmed."""
    share = policy(SHARES[Order.State(state)]) if state in SHARES else ZERO
    return round_money(product(order.net, share), order.currency)


def settle_cost(order: Order, by: Actor, cost: Decimal | None, charged: Decimal) -> None:
    """Note what it has cost and who bears it, as `note_cost`; refuses also `authority` where we would bear more than
    the head may decide."""
    note_cost(order, by, cost, charged)
    if bears_too_much(order, by):
        said = _(
            "We would bear more than %(most)s %(currency)s. Charge the customer, or put the cancelling forward: the "
            "executive decides."
        )
        params = {"most": Decimal(policy("cancel.head")), "currency": order.base_currency}
        raise Refusal("authority", said, params, fields={"charged": [filled(said, params)]})


def borne(order: Order) -> Decimal:
    """What we bear of what cancelling costs, in the entity's currency: by what is noted, else by its state."""
    cost = stage_cost(order, order.state) if order.cancel_cost is None else order.cancel_cost
    return in_base(cost - (order.cancel_charged or ZERO), order)


def is_within(order: Order) -> bool:
    """Whether the head may decide about what we bear."""
    return borne(order) <= Decimal(policy("cancel.head"))


def bears_too_much(order: Order, by: Actor) -> bool:
    """Whether we would bear more than who asks may decide."""
    return not is_within(order) and not _leads_house(by)


def _leads_house(by: Actor) -> bool:
    return by.is_system or by.holds_any((Role.EXECUTIVE, Role.VICE_EXECUTIVE))


def note_cost(order: Order, by: Actor, cost: Decimal | None, charged: Decimal, usual: Decimal | None = None) -> None:
    """Note what it costs and who bears it. usual: what it costs at least; else what its state does. Refuses `invalid`,
    and `stage` for less than that."""
    usual = stage_cost(order, order.state) if usual is None else usual
    cost = usual if cost is None else cost
    if cost < 0:
        raise Refusal("invalid", _("A cost is not below zero."), fields={"cost": [_("Not below zero, please.")]})
    if not 0 <= charged <= cost:
        said = _("A customer bears no more than what cancelling costs.")
        raise Refusal("invalid", said, fields={"charged": [said]})
    if cost < usual and not _leads_house(by):
        said = _("In this state cancelling costs %(usual)s %(currency)s. Only the executive enters less.")
        params = {"usual": usual, "currency": order.currency}
        raise Refusal("stage", said, params, fields={"cost": [filled(said, params)]})
    order.cancel_cost, order.cancel_charged = cost, charged
