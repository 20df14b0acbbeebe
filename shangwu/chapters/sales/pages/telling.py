"""Where the customer is told how an order or its goods stand (2.6.1, 2.6.3): a mail that names the number, begun.

That they were told is noted by the mail itself, or by a contact that names the number: nobody ticks it off.
"""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Shipment
from shangwu.chapters.sales.models.orders import OPEN
from shangwu.chapters.sales.pages.progress import followed
from shangwu.foundation.actions.registry import get
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

WRITING = "customers.message.create"


def mail_about_order(actor: Actor, order: Order) -> str:
    """The address of a mail that says how the order stands, and where the customer can look it up at any time; "" where
    it is another's to write."""
    told = {"order": order.number, "state": order.get_state_display()}
    said = [gettext("Your order %(order)s: %(state)s.") % told]
    if order.promised_on is not None and order.state in OPEN:
        said.append(gettext("The goods are promised for %(day)s.") % {"day": formats.day(order.promised_on)})
    if link := (followed(actor, order) or {}).get("link"):
        said.append(gettext("You can see at any time how it stands: %(link)s") % {"link": link})
    return _begun(actor, order, gettext("How your order %(order)s stands") % told, "\n".join(said))


def mail_about_shipment(actor: Actor, shipment: Shipment) -> str:
    """The address of a mail that names the tracking number; "" without one, or where it is another's to write."""
    order = Order.objects.visible_to(actor, archived=True).filter(pk=shipment.order_id).first()
    if order is None or not shipment.tracking_number:
        return ""
    text = gettext("Your goods are on their way by %(carrier)s. The number is %(number)s.") % {
        "carrier": shipment.carrier, "number": shipment.tracking_number,
    }  # fmt: skip
    return _begun(actor, order, gettext("Shipment of your order %(order)s") % {"order": order.number}, text)


def _begun(actor: Actor, order: Order, subject: str, text: str) -> str:
    if not get(WRITING).may(actor, None):
        return ""
    customer = Customer.objects.visible_to(actor).filter(pk=order.customer_id or 0).first()
    if customer is None:
        return ""
    query = {"customer": customer.public_id, "order_number": order.number, "subject": subject, "text": text}
    return f"{url(WRITING)}?{urlencode(query)}"


def writes(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """Who writes to customers is offered it on the order's page; the mail is begun when they press."""
    assert isinstance(record, Order)
    if record.imported or not get(WRITING).may(actor, None):
        return None
    return {"mail_url": url("sales.order.tell", public_id=record.public_id)}


panel(
    Order,
    Panel(
        "write", gettext_lazy("Tell the customer"), "sales/write.html", writes, place="side", order=41, clause="2.6.1"
    ),
)


def tell_of_order(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Leads to the mail; who may not write one, to the order."""
    order = record_of(request.actor, Order, public_id)
    return redirect(mail_about_order(request.actor, order) or record_url(Order, public_id))


def tell_of_shipment(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Leads to the mail; who may not write one, or without a number, to the shipment."""
    shipment = record_of(request.actor, Shipment, public_id)
    return redirect(mail_about_shipment(request.actor, shipment) or record_url(Shipment, public_id))


page(
    Route(
        "sales.order.tell", "sales/orders/<uuid:public_id>/tell/", tell_of_order, model=Order, verb="detail",
        clause="2.6.1", sample={"public_id": "public_id"},
    )
)  # fmt: skip
page(
    Route(
        "sales.shipment.tell", "sales/shipments/<uuid:public_id>/tell/", tell_of_shipment, model=Shipment,
        verb="detail", clause="2.6.3", sample={"public_id": "public_id"},
    )
)  # fmt: skip
