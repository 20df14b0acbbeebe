"""Invoices written and money received: how an order gets from delivered to paid (2.6.1)."""

import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.access import takes_payments
from shangwu.chapters.sales.allotting import Transfers, transfers
from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.settling import settle
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, Refusal, action, classify, create, enter_state
from shangwu.foundation.money.rounding import round_money
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import filled

PAYMENTS = Series("payment", "PM%Y%m%d-{n:04d}", _("Payment"), Reset.DAY)

State = Order.State
PAYABLE = frozenset(
    {
        State.CONFIRMED, State.SCHEDULED, State.READY, State.PART_SHIPPED, State.SHIPPED,
        State.DELIVERED, State.INVOICED,
    }
)  # fmt: skip


CHANGING = frozenset({State.RECEIVED, State.REVIEW, State.ACCEPTED})
"""States of an order of which a part has left, and the rest is being changed: what has left is owed."""

classify(Payment, may=nobody, shown=False)


def take_in(payment: Payment, by: Actor, known: Transfers) -> None:
    """2.6.1: money received counts against the order, to the cent, and each transfer once. Refuses `unpayable`, `day`
    for one that is still to come, `precision`, `overpaid`; `duplicate` for a bank reference that is entered already,
    unless it is said how much came in by it in all, and `allotted` for more than that."""
    order = payment.order
    if order.imported or not (order.state in PAYABLE or (order.shipped_quantity and order.state in CHANGING)):
        raise Refusal("unpayable", _("Nothing is to be paid for this order at present."))
    payment.currency, payment.customer_name = order.currency, order.customer_name
    payment.entity_id, payment.owner_id, payment.department_id = order.entity_id, order.owner_id, order.department_id
    payment.secrecy, payment.reference = order.secrecy, payment.reference.strip()
    if payment.amount <= 0:
        said = _("An amount received is above zero. To take one back, void it.")
        raise Refusal("invalid", said, fields={"amount": [said]})
    if payment.received_on > payment.changed_at.astimezone(by.zone).date():
        said = _("This day is still to come. Enter the day on which the money was on the account.")
        raise Refusal("day", said, fields={"received_on": [said]})
    if payment.amount != round_money(payment.amount, order.currency):
        said = _("Nobody pays fractions of the smallest coin. Correct the amount.")
        raise Refusal("precision", said, fields={"amount": [said]})
    if payment.amount > order.due - order.kept:
        said = _("Only %(open)s %(currency)s are still to be paid. Correct the amount.")
        params = {"open": max(order.due - order.kept, order.paid * 0), "currency": order.currency}
        raise Refusal("overpaid", said, params, fields={"amount": [filled(said, params)]})
    known.allot(payment)
    order.changed_at, order.changed_by_id = payment.changed_at, by.person_id
    order.paid += payment.amount
    settle(order, by)


create(
    Payment, clause="2.6.1", may=takes_payments, series=PAYMENTS, locks=["order"], prepare=transfers,
    body=take_in, fields=["order", "amount", "received_on", "method", "reference", "transferred", "note"],
    label=_("Enter a payment"),
)  # fmt: skip


@action(
    Payment, "void", clause="2.6.1", label=_("Void"), may=takes_payments, source=Payment.State.RECEIVED,
    target=Payment.State.VOID, locks=["order"], needs_reason=True, icon="x", event="sales.payment.voided",
    danger=_("The amount is owed again."),
)  # fmt: skip
def void(payment: Payment, by: Actor) -> None:
    """2.6.1: the payment was entered in error or was taken back. Refuses `closed`, and
    `refunded` where it was paid back."""
    order = payment.order
    if order.state == State.CLOSED:
        raise Refusal("closed", _("The order is closed. Its payments stand."))
    order.changed_at, order.changed_by_id = payment.changed_at, by.person_id
    if order.paid - payment.amount < order.refunded:
        raise Refusal("refunded", _("A part of it was paid back. Declare that refund void first."))
    order.paid -= payment.amount
    settle(order, by)


@action(
    Order, "invoice", clause="2.6.1", label=_("Invoiced"), may=takes_payments, source=[State.SHIPPED, State.DELIVERED],
    icon="file-invoice", primary=True, offered_when=lambda order: order.invoiced_on is None,
)  # fmt: skip
def invoice(
    order: Order,
    by: Actor,
    *,
    invoice_number: Annotated[str, Ask(_("Invoice number"))],
    invoiced_on: Annotated[datetime.date, Ask(_("Invoiced on"))],
) -> None:
    """2.6.1: the invoice is written; the order waits for its payment, or is paid already. Refuses `imported`, and
    `invoiced` for a second one."""
    if order.imported:
        raise Refusal("imported", _("This order is another ledger's. It is not invoiced here."))
    if order.invoiced_on is not None:
        said = _("Its invoice %(number)s was written already; replaced goods need none.")
        raise Refusal("invoiced", said, {"number": order.invoice_number})
    order.invoice_number, order.invoiced_on = invoice_number[:40], invoiced_on
    enter_state(order, State.INVOICED, order.changed_at, by.person_id)
    settle(order, by)
