"""Clause 2.6.1: giving an order up where we would bear more than the head may decide is the executive's decision."""

from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import leads_sales
from shangwu.chapters.sales.actions.orders import drop, require_here
from shangwu.chapters.sales.cancelling import SHARES, borne, is_within, note_cost
from shangwu.chapters.sales.models import Order
from shangwu.foundation.actions.door import Ask, Refusal, action
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor

State = Order.State
CANCELLING = "sales.order.cancelling"
ZERO = Decimal(0)

approvable(
    CANCELLING,
    model=Order,
    label=_("Giving up an order"),
    clause="2.6.1",
    amount=borne,
    currency=lambda order: order.base_currency,
    title=lambda order: f"{order.number} {order.customer_name}",
    on_approved="sales.order.give_up",
    on_rejected="sales.order.go_on",
    on_returned="sales.order.go_on",
    on_withdrawn="sales.order.go_on",
    resubmitted_by="sales.order.ask_to_cancel",
    lapses_on=["sales.order.cancelled"],
    route=[StepSpec(name=_("Executive"), role=Role.EXECUTIVE)],
)


@action(
    Order, "ask_to_cancel", clause="2.6.1", label=_("Put the cancelling forward"), may=leads_sales, needs_reason=True,
    source=list(SHARES), prepare=opening(CANCELLING), icon="x", event="sales.order.cancelling_asked",
    offered_when=lambda order: order.cancel_asked_at is None,
)  # fmt: skip
def ask_to_cancel(
    order: Order,
    by: Actor,
    opened: Opening,
    *,
    cost: Annotated[Decimal | None, Ask(_("Cost of cancelling"), _("Left empty: what its state costs."))] = None,
    charged: Annotated[Decimal, Ask(_("Charged for cancelling"), _("What the customer bears of it."))] = ZERO,
) -> list[models.Model]:
    """2.6.1: what we would bear is beyond the head's limit: the executive decides, and the decision cancels it.

    Refuses `asked` while a decision is waited for, `within` where the head decides alone, `route`, and what cancelling
    refuses.
    """
    if order.cancel_asked_at is not None:
        raise Refusal("asked", _("A decision is being waited for. Withdraw that request first."))
    require_here(order)
    note_cost(order, by, cost, charged)
    if is_within(order):
        raise Refusal("within", _("This is within your own authority. Cancel the order yourself."))
    order.cancel_asked_at = order.changed_at
    return opened.request(order, by)


@action(
    Order, "give_up", clause="2.6.1", label=_("Cancel"), may=by_decision, source=list(SHARES),
    target=State.CANCELLED, locks=["lines.product"], icon="x", persons_only=True, shown=False,
    event="sales.order.cancelled",
)  # fmt: skip
def give_up(order: Order, by: Actor) -> None:
    """2.6.1: the executive has decided: the order is cancelled as it was put forward. Only a decision does this.
    Refuses `shipping`, `paid`."""
    drop(order)


@action(
    Order, "go_on", clause="2.6.1", label=_("Go on with the order"), may=by_decision, icon="arrow-back",
    persons_only=True, shown=False, event="sales.order.cancelling_ended",
)  # fmt: skip
def go_on(order: Order, by: Actor) -> None:
    """2.6.1: it is not cancelled: the request was rejected, returned or withdrawn. Only a decision does this."""
    order.cancel_cost = order.cancel_charged = order.cancel_asked_at = None
