"""Clause 2.6.1: taking an order, changing it, moving it on, cancelling it. Its review stands in `reviews`."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.access import (
    SELLERS,
    cancels_orders,
    clerks_of_orders,
    confirms_orders,
    leads_sales,
    lets_ship,
    plans_orders,
    ships_orders,
    takes_orders,
)
from shangwu.chapters.sales.actions.production import PRODUCTION, ask_production
from shangwu.chapters.sales.actions.reviews import credit_and_review, open_review
from shangwu.chapters.sales.bounds import bounded
from shangwu.chapters.sales.cancelling import settle_cost
from shangwu.chapters.sales.credit import Credit, credit_of
from shangwu.chapters.sales.differences import differences
from shangwu.chapters.sales.left_before import require_left_as_it_was
from shangwu.chapters.sales.models import Line, Order, ProductionRequest, Revision
from shangwu.chapters.sales.models.orders import PROMISED
from shangwu.chapters.sales.outlook import Outlook, outlook_of
from shangwu.chapters.sales.pricing import Document, Former, Prices, price, prices_for
from shangwu.chapters.sales.stock import give_back, promise_anew, put_aside_awaited, reserve
from shangwu.chapters.sales.unread import require_read
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, create, edit, enter_state, hand_over
from shangwu.foundation.approvals.opening import Opening
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor

ORDERS = Series("order", "SO%Y%m%d-{n:04d}", _("Order"), Reset.DAY)

ZERO = Decimal(0)
State = Order.State
HEAD = [
    "customer", "contact", "channel", "po_number", "ordered_on", "requested_on", "ship_to_name", "ship_to_phone",
    "ship_to_address", "region", "ship_method", "freight", "payment_terms", "payment_days", "prices_with_tax",
    "currency", "rate", "note",
]  # fmt: skip
LINE = ["product", "description", "quantity", "unit", "unit_price", "discount", "tax_rate", "wanted_on"]
INPUTS, LINES = bounded(Order, HEAD), {"lines": bounded(Line, LINE)}
AFTER_ACCEPTANCE = [State.ACCEPTED, State.CONFIRMED, State.SCHEDULED, State.READY]
CHANGEABLE = [*AFTER_ACCEPTANCE, State.PART_SHIPPED]
OF_CUSTOMER = ("ship_to_name", "ship_to_phone", "ship_to_address", "region", "channel_id", "payment_days")
"""What a document takes from its customer's file unless it says otherwise."""

hand_over(
    Order, clause="2.6.1", may=leads_sales, source=[one for one in State if one not in (State.CLOSED, State.CANCELLED)]
)
classify(Order, may=leads_sales)


def take(order: Order, by: Actor, prices: Prices) -> None:
    """2.6.1: fill in what the customer's file says, price the lines, find out which review the order needs.

    Refuses `invalid`, `price`, `rate`, `blacklisted`.
    """
    customer = _require_customer(order)
    order.base_currency = by.currency or customer.currency or order.currency
    order.currency = order.currency or customer.currency or order.base_currency
    if not order.currency:
        raise Refusal("invalid", _("Say in which currency."), fields={"currency": [_("This is needed.")]})
    order.ordered_on = order.ordered_on or order.changed_at.astimezone(by.zone).date()
    if not by.holds_any(SELLERS):
        order.owner_id = customer.owner_id or order.owner_id
        order.department_id = customer.department_id or order.department_id
    for name in OF_CUSTOMER:
        if getattr(order, name) in (None, ""):
            setattr(order, name, getattr(customer, name))
    complete(order, prices)


def correct(order: Order, by: Actor, prices: Prices) -> None:
    """2.6.1: correct an order before its review; it is priced and judged again. Refuses as taking does."""
    _require_customer(order)
    follow_customer(order, prices.former[order.pk])
    complete(order, prices)


def _require_customer(order: Order) -> Customer:
    customer = order.customer
    if customer is None:
        raise Refusal("invalid", _("An order needs its customer."), fields={"customer": [_("This is needed.")]})
    require_welcome(customer)
    require_own_contact(order)
    return customer


def require_own_contact(order: Order) -> None:
    """Raises Refusal("invalid"): the contact is one of the order's customer."""
    if order.contact is not None and order.contact.customer_id != order.customer_id:
        said = _("This contact belongs to another customer. Choose one of this customer's.")
        raise Refusal("invalid", said, fields={"contact": [said]})


def follow_customer(document: Document, former: Former) -> None:
    """What was taken from the former customer's file is taken from that of the new one, unless it is said anew."""
    if former.customer is None or former.values["customer_id"] == document.customer_id:
        return
    for name in (one for one in OF_CUSTOMER if one in former.values):
        if getattr(document, name) == former.values[name] == getattr(former.customer, name):
            setattr(document, name, getattr(document.customer, name))


def require_welcome(customer: Customer) -> None:
    """Raises Refusal("blacklisted"): no business is done with a blacklisted customer."""
    if customer.state == Customer.State.BLACKLISTED:
        raise Refusal("blacklisted", _("This customer is on the blacklist. Ask the executive."))


def complete(order: Order, prices: Prices) -> None:
    """The name as it stands on documents, prices and totals."""
    assert order.customer is not None
    order.customer_name = order.customer.name
    price(order, prices)
    require_left_as_it_was(order, prices.former.get(order.pk))


create(
    Order, clause="2.6.1", may=takes_orders, fields=INPUTS, parts=LINES, series=ORDERS, prepare=prices_for, body=take,
    label=_("New order"), then="submit",
)  # fmt: skip
edit(
    Order, clause="2.6.1", may=takes_orders, fields=INPUTS, parts=LINES, source=State.RECEIVED,
    reads=["customer", "contact", "lines.product"], prepare=prices_for, body=correct, bulk=False,
)  # fmt: skip


def credit_and_outlook(
    orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Credit, Outlook]:
    """What a confirmation needs: the credit that is left, and what comes of the goods."""
    return credit_of(orders, by, inputs), outlook_of(line for order in orders for line in order.lines.all())


@action(
    Order, "confirm", clause="2.6.1", label=_("Confirm"), may=confirms_orders, source=[State.RECEIVED, State.ACCEPTED],
    target=State.CONFIRMED, locks=["customer", "lines.product"], prepare=credit_and_outlook, primary=True, icon="check",
    bulk=True,
)  # fmt: skip
def confirm(
    order: Order,
    by: Actor,
    known: tuple[Credit, Outlook],
    *,
    promised_on: Annotated[datetime.date, Ask(_("Delivery day"))],
) -> None:
    """2.6.1: promise a delivery day, use credit, reserve the goods. What is not in stock can be promised for a day by
    which it is expected: it is reserved when it comes.

    Sales support's confirmation of a routine order is its review, and so is not for who entered the order. Refuses
    `unread`, `review`, `conditions`, `past`, `blacklisted`, `credit`, `rate`, `stock`.
    """
    assert order.customer is not None
    credit, outlook = known
    require_read(order)
    if order.state == State.RECEIVED:
        if order.special_because:
            raise Refusal("review", _("This order needs a special review. Submit it first."))
        enter_state(order, State.ACCEPTED, order.changed_at, by.person_id)
    if order.conditions:
        raise Refusal("conditions", _("It was accepted on a condition that is not yet met. Meet it first."))
    _require_no_past_day(order, by, promised_on)
    require_welcome(order.customer)
    credit.require(order)
    reserve(order.lines.all(), promised_on, outlook)
    credit.use(order)
    order.first_promised_on = order.first_promised_on or promised_on
    order.promised_on = promised_on


def _require_no_past_day(order: Order, by: Actor, day: datetime.date) -> None:
    if day < order.changed_at.astimezone(by.zone).date():
        said = _("This day has passed. Promise today or a later day.")
        raise Refusal("past", said, fields={"promised_on": [said]})


def outlook_for(orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Outlook:
    """What comes of the goods that these orders still wait for; nothing is asked where they wait for none."""
    return outlook_of(line for order in orders for line in order.lines.all() if line.awaited)


@action(
    Order, "promise", clause="2.6.1", label=_("Promise another day"), may=plans_orders, needs_reason=True,
    source=PROMISED, locks=["lines.product"], prepare=outlook_for, icon="calendar-event", bulk=True,
)  # fmt: skip
def promise(
    order: Order, by: Actor, outlook: Outlook, *, promised_on: Annotated[datetime.date, Ask(_("New delivery day"))]
) -> None:
    """2.6.1: tell the customer another day; the first promise stays, lateness is counted from both. What it still waits
    for has to come by that day, as for the first one. Refuses `same`, `past`, `stock`."""
    if promised_on == order.promised_on:
        raise Refusal("same", _("This is the day already promised."))
    _require_no_past_day(order, by, promised_on)
    promise_anew(order.lines.all(), order.promised_on, promised_on, outlook)
    order.promised_on, order.repromised_at = promised_on, order.changed_at


def prices_and_review(
    orders: Sequence[Order], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Prices, Credit, Opening]:
    """What a change needs: prices of the new lines, credit and route for the new review."""
    return prices_for(orders, by, inputs), *credit_and_review(orders, by, inputs)


def revise(order: Order, by: Actor, known: tuple[Prices, Credit, Opening]) -> Iterable[models.Model]:
    """2.6.1: change an accepted order without cancelling it. What differs is kept, and it is reviewed again.

    Goods and credit are given back until it is confirmed anew; what has left of it stays as it is, and is owed. Refuses
    `shipping` while a shipment is prepared, `shipped` and `rest` for what has left, `invoiced`, `rate`, and `same` when
    nothing differs.
    """
    prices, credit, opened = known
    former = prices.former[order.pk]
    if order.invoiced_on is not None:
        raise Refusal("invoiced", _("It has been invoiced. Take what differs as an order of its own."))
    if order.allotted_quantity:
        raise Refusal("shipping", _("A shipment of this order is being prepared. Cancel that one first."))
    _set_free(order, former)
    _require_customer(order)
    follow_customer(order, former)
    complete(order, prices)
    changes = differences(order, former)
    if not changes:
        raise Refusal("same", _("Nothing differs that is reviewed. Recipient and phone are delivery details."))
    order.revision = max(order.revision, len(order.revisions.all())) + 1
    order.revised_at = order.changed_at
    if order.shipped_quantity:
        credit.correct(order)
    else:
        credit.give_back(former.values["customer_id"], order)
    order.conditions, order.excess_allowed = "", None
    order.countersign, order.countersigned_on = "", None
    return [
        *open_review(order, by, credit, opened),
        Revision(
            order=order,
            position=order.revision,
            changes=changes,
            gross_before=former.values["gross"],
            gross_after=order.gross,
            made_by_id=by.person_id,
            made_at=order.changed_at,
        ),
    ]


def _set_free(order: Order, former: Former) -> None:
    """What the order held or waited for is free until it is confirmed anew."""
    for goods, values in former.lines.values():
        if goods is not None:
            goods.reserved -= values["reserved"]
    for line in order.lines.all():
        line.reserved = line.unreleased = line.awaited = ZERO


edit(
    Order, clause="2.6.1", may=takes_orders, fields=INPUTS, parts=LINES, source=CHANGEABLE, target=State.REVIEW,
    verb="change", label=_("Change"), locks=["lines.product"], reads=["customer", "contact", "revisions"],
    prepare=prices_and_review, body=revise, needs_reason=True, bulk=False, undo=False, icon="versions",
)  # fmt: skip


@action(
    Order, "schedule", clause="2.6.1", label=_("Schedule"), may=plans_orders, source=State.CONFIRMED,
    target=State.SCHEDULED, reads=["lines"], numbers={ProductionRequest: PRODUCTION}, icon="calendar-time", bulk=True,
)  # fmt: skip
def schedule(
    order: Order,
    by: Actor,
    *,
    due_on: Annotated[datetime.date | None, Ask(_("Needed by"), _("Without a day it is the promised one."))] = None,
) -> Iterable[models.Model]:
    """2.6.1: hand the order to production. What is made to order gets a request of its own, due by the promised day
    unless an earlier one is given. Refuses `past`, and `promised` for a day after the promised one."""
    return ask_production(order, by, due_on)


@action(
    Order, "make_ready", clause="2.6.1", label=_("Ready to ship"), may=plans_orders | ships_orders,
    source=[State.CONFIRMED, State.SCHEDULED], target=State.READY, reads=["lines"], primary=True, icon="package",
    bulk=True, event="sales.order.ready",
)  # fmt: skip
def make_ready(order: Order, by: Actor) -> None:
    """2.6.1: the goods are there and released, all of them or the first.

    Refuses `unscheduled` while something has still to be asked of production, `unreleased` while nothing of it is
    released, and `stock` while nothing of it has come.
    """
    lines = list(order.lines.all())
    if any(line.awaited for line in lines) and not any(line.to_ship > 0 for line in lines):
        raise Refusal("stock", _("Nothing of it has come yet. The order is ready when the expected goods are in."))
    if order.state == State.CONFIRMED and any(line.unreleased for line in lines):
        raise Refusal("unscheduled", _("Some of it is made to order. Schedule the order first."))
    if not any(line.to_ship > 0 for line in lines):
        raise Refusal("unreleased", _("Quality has not released any of it yet. The order is ready when it has."))


@action(
    Order, "set_aside", clause="2.6.1", label=_("Put goods aside"), may=plans_orders, source=PROMISED,
    locks=["lines.product"], shown=False, bulk=True, event="sales.order.set_aside",
)  # fmt: skip
def set_aside(order: Order, by: Actor) -> None:
    """2.6.1: goods that the order was promised before they had come are there, and are put aside for it, as far as
    they go. The house does it when goods come in. Refuses `stock` while nothing of them is free."""
    if not sum((put_aside_awaited(line) for line in order.lines.all()), ZERO):
        raise Refusal("stock", _("Nothing that it waits for is free. It is put aside when the expected goods are in."))


@action(
    Order, "let_ship", clause="2.6.3", label=_("Ship despite the credit"), may=lets_ship, needs_reason=True,
    source=[State.CONFIRMED, State.SCHEDULED, State.READY, State.PART_SHIPPED], icon="lock-open",
)  # fmt: skip
def let_ship(order: Order, by: Actor) -> None:
    """2.6.3: the executive lets an order leave although its customer is beyond the credit limit, or overdue."""
    order.excess_allowed = max(order.excess_allowed or Decimal(0), order.gross)


@action(
    Order, "cancel", clause="2.6.1", label=_("Cancel"), may=cancels_orders, target=State.CANCELLED, needs_reason=True,
    source=[State.RECEIVED, State.REVIEW, *AFTER_ACCEPTANCE], locks=["lines.product"], icon="x",
    danger=_("The order is given up. What was reserved goes back."),
)  # fmt: skip
def cancel(
    order: Order,
    by: Actor,
    *,
    cost: Annotated[Decimal | None, Ask(_("Cost of cancelling"), _("Left empty: what its state costs."))] = None,
    charged: Annotated[Decimal, Ask(_("Charged for cancelling"), _("What the customer bears of it."))] = ZERO,
) -> None:
    """2.6.1: give an order up before anything has left; after confirmation that is the head's decision.

    cost: what has been spent on it, in the order's currency; at least what the regulation says for its state. What we
    bear ourselves is the head's decision up to a limit. Refuses `shipping`, `paid`, `invoiced`, `stage`, `authority`.
    """
    require_here(order)
    settle_cost(order, by, cost, charged)
    drop(order)


def require_here(order: Order) -> None:
    """Raises Refusal `shipping` when goods have left or are about to, `paid` while we hold money for them, and
    `invoiced` where they were to be replaced and the invoice stands."""
    if order.allotted_quantity or order.shipped_quantity:
        raise Refusal("shipping", _("Goods are on their way. Cancel the shipment, or take them back."))
    if order.kept:
        raise Refusal("paid", _("It has been paid in part. Void the payment first."))
    if order.invoiced_on is not None:
        raise Refusal("invoiced", _("It has been invoiced. Give up what is left of it."))


def drop(order: Order) -> None:
    """Give back what was reserved; nothing is owed any more. Raises the refusals of `require_here`."""
    require_here(order)
    for line in order.lines.all():
        give_back(line)
    order.base_open, order.cancel_asked_at = ZERO, None


@action(
    Order, "close", clause="2.6.1", label=_("Close"), may=clerks_of_orders | leads_sales, source=State.PAID,
    target=State.CLOSED, primary=True, icon="lock", bulk=True,
)  # fmt: skip
def close(order: Order, by: Actor) -> None:
    """2.6.1: delivered and paid: nothing is left to do. Refuses `overpaid` while we owe the customer a refund."""
    if order.overpaid:
        said = _("%(amount)s %(currency)s were paid too much. Pay it back first.")
        raise Refusal("overpaid", said, {"amount": order.overpaid, "currency": order.currency})


@action(
    Order, "reopen", clause="2.6.1", label=_("Open again"), may=leads_sales, source=State.CLOSED, target=State.PAID,
    needs_reason=True, icon="lock-open", event="sales.order.reopened",
)  # fmt: skip
def reopen(order: Order, by: Actor) -> None:
    """2.6.1: something was left to do after all, such as goods that come back under warranty: they are taken back and
    made good, and it is closed again. Refuses `imported`."""
    if order.imported:
        raise Refusal("imported", _("This order is another ledger's. Open it there."))
