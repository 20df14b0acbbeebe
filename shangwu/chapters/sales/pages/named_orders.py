"""Beside complaints and opportunities (2.5.3, 2.5.2): the order that they name; beside orders their complaints."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Complaint, Opportunity
from shangwu.chapters.sales.models import Line, Order, Product
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.kit import Panel, RowsPanel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

LINES, COMPLAINTS = 8, 8
"""How many of either are told."""


def order_meant(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The order of this customer that the record names, if the reader may see it."""
    assert isinstance(record, Complaint | Opportunity)
    if not record.order_reference or record.customer_id is None:
        return None
    orders = Order.objects.visible_to(actor).filter(customer=record.customer_id, number=record.order_reference)
    order = orders.first()
    if order is None:
        return None
    lines = Line.objects.visible_to(actor).filter(order=order).order_by("position")[:LINES]
    return {
        "order": order, "url": url("sales.order.detail", public_id=order.public_id),
        "state": order.get_state_display(), "day": formats.day(order.ordered_on),
        "total": f"{order.currency} {formats.money(order.gross, order.currency)}" if order.gross is not None else "",
        "lines": [
            {"what": one.description, "quantity": formats.number(one.quantity), "unit": one.unit} for one in lines
        ],
    }  # fmt: skip


def complained_of(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The complaints of the order's customer that name it, newest first."""
    assert isinstance(record, Order)
    if record.customer_id is None or not record.number:
        return None
    named = Complaint.objects.visible_to(actor).filter(customer=record.customer_id, order_reference=record.number)
    found = [
        {
            "number": one.number, "url": url("customers.complaint.detail", public_id=one.public_id),
            "state": one.get_state_display(), "day": formats.day(one.registered_on),
        }
        for one in named.order_by("-pk")[:COMPLAINTS]
    ]  # fmt: skip
    return {"complaints": found} if found else None


for named in (Complaint, Opportunity):
    panel(named, Panel("order", _("Order"), "sales/order_meant.html", order_meant, place="side", order=20))
panel(
    Product,
    RowsPanel("complaints", Complaint, _("Complaints about it"), "article={record}", order=40, clause="2.5.3"),
)
panel(
    Order,
    Panel(
        "complaints", _("Complaints about it"), "sales/complained_of.html", complained_of, place="side", order=45,
        clause="2.5.3",
    ),
)  # fmt: skip
