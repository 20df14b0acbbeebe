"""What a month's orders, shipments, payments and customers must not have when it is closed (2.7.1)."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.measures import COUNTED
from shangwu.chapters.sales.models import Order, Payment, Shipment
from shangwu.foundation.measures.checks import Check, Fault, Month, declare

SENT = ("shipped", "delivered", "invoiced", "paid", "closed")


def _orders(month: Month) -> QuerySet[Any]:
    """The month's orders that count in its figures."""
    return Order.objects.filter(
        entity=month.entity, ordered_on__gte=month.first, ordered_on__lte=month.last, state__in=COUNTED,
        archived_at__isnull=True,
    )  # fmt: skip


def _own(month: Month) -> QuerySet[Any]:
    """Those of our own: another ledger's documents stay as they were given."""
    return _orders(month).filter(imported=False)


def _payments(month: Month) -> QuerySet[Any]:
    return Payment.objects.filter(
        entity=month.entity, received_on__gte=month.first, received_on__lte=month.last, state="received",
        archived_at__isnull=True,
    )  # fmt: skip


def _twice(month: Month) -> QuerySet[Any]:
    alike = Window(Count("pk"), partition_by=["customer_id", "ordered_on", "gross", "currency"])
    found: QuerySet[Any] = _orders(month).filter(customer__isnull=False).annotate(times=alike).filter(times__gt=1)
    return found


def _paid_twice(month: Month) -> QuerySet[Any]:
    alike = Window(Count("pk"), partition_by=["order_id", "received_on", "amount", "currency"])
    found: QuerySet[Any] = _payments(month).annotate(times=alike).filter(times__gt=1)
    return found


def _without_receipt(month: Month) -> QuerySet[Any]:
    # What left before a number was asked of shipments is let be, as the duty of the receipt does.
    return Shipment.objects.filter(
        entity=month.entity, delivered_on__gte=month.first, delivered_on__lte=month.last, state="delivered",
        receipted_at__isnull=True, numbered__isnull=False, archived_at__isnull=True,
    )  # fmt: skip


def _nobodys_customers(month: Month) -> QuerySet[Any]:
    bought = _own(month).filter(customer__isnull=False)
    return Customer.objects.filter(pk__in=bought.values("customer"), owner__isnull=True, archived_at__isnull=True)


def _invoiced_early(month: Month) -> QuerySet[Any]:
    invoiced = Order.objects.filter(
        entity=month.entity, invoiced_on__gte=month.first, invoiced_on__lte=month.last, imported=False,
        state__in=COUNTED, archived_at__isnull=True,
    )  # fmt: skip
    return invoiced.filter(Q(shipped_on__gt=month.last) | Q(ordered_on__gt=F("invoiced_on")))


declare(
    Check(
        "orders.no_salesperson", _("Orders without a salesperson"), Fault.MISSING, Order, "2.6.1",
        _("Give the order its salesperson, so that it counts for somebody."),
        lambda month: _own(month).filter(owner__isnull=True),
    ),
    Check(
        "orders.no_region", _("Orders without a region"), Fault.MISSING, Order, "2.7.1",
        _("Fill in the region, of the order or of its customer."),
        lambda month: _own(month).filter(Q(region="") & (Q(customer__isnull=True) | Q(customer__region=""))),
    ),
    Check(
        "orders.no_terms", _("Shipped without terms of payment"), Fault.MISSING, Order, "2.6.1",
        _("Agree the terms of payment with the customer and enter them."),
        lambda month: _own(month).filter(state__in=SENT, payment_terms="", payment_days__isnull=True),
    ),
    Check(
        "orders.twice", _("The same customer, day and amount twice"), Fault.DOUBLED, Order, "2.6.1",
        _("Compare the two orders. Cancel the one that was entered twice, or say why both are right."), _twice,
    ),
    Check(
        "orders.late", _("Orders entered after the month"), Fault.LATE, Order, "2.6.1",
        _("Say why the order was entered late, or correct its day."),
        lambda month: _own(month).filter(created_at__gte=month.over),
    ),
    Check(
        "orders.overpaid", _("Paid beyond what is due"), Fault.OUTSIDE, Order, "2.6.2",
        _("Pay back, or assign the payment to the right order."),
        lambda month: _orders(month).filter(paid__gt=F("gross") - F("credited") + F("refunded"), gross__gte=0),
    ),
    Check(
        "orders.invoiced_early", _("Invoiced in another month than shipped"), Fault.OUTSIDE, Order, "2.6.1",
        _("Correct the day of the invoice or of the shipment, or say why they differ."), _invoiced_early,
    ),
    Check(
        "payments.late", _("Payments entered after the month"), Fault.LATE, Payment, "2.6.2",
        _("Say why the payment was entered late."),
        lambda month: _payments(month).filter(created_at__gte=month.over),
    ),
    Check(
        "payments.early", _("Paid before it was ordered"), Fault.OUTSIDE, Payment, "2.6.2",
        _("Correct the day of the payment or of the order."),
        lambda month: _payments(month).filter(received_on__lt=F("order__ordered_on")),
    ),
    Check(
        "payments.twice", _("The same payment of an order twice"), Fault.DOUBLED, Payment, "2.6.2",
        _("Compare the two payments. Void the one that was entered twice, or say why both are right."), _paid_twice,
    ),
    Check(
        "shipments.no_receipt", _("Delivered without a signed receipt"), Fault.MISSING, Shipment, "2.6.3",
        _("Bring the signed receipt and attach it, or say why there is none."), _without_receipt,
    ),
    Check(
        "customers.no_salesperson", _("Customers who ordered and are nobody's"), Fault.MISSING, Customer, "2.7.1",
        _("Give the customer a salesperson, or say why it has none."), _nobodys_customers,
    ),
)  # fmt: skip
