"""Pages of clause 2.6.3: delivery note and packing list as PDF, from a shipment's page."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales import shipping_papers
from shangwu.chapters.sales.models import Line, Order, Product, Shipment, ShipmentLine
from shangwu.chapters.sales.shipping_papers import Paper
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing


def paper(request: Request, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """A paper as PDF; `?prices=no` leaves the prices out. Who does not see the order gets none."""
    if kind not in set(Paper):
        raise missing()
    shipment = record_of(request.actor, Shipment, public_id)
    order = Order.objects.visible_to(request.actor, archived=True).filter(pk=shipment.order_id).first()
    if order is None:
        raise missing()
    entity = Entity.objects.visible_to(request.actor, archived=True).filter(pk=shipment.entity_id or 0).first()
    made = shipping_papers.paper(
        Paper(kind), shipment, order, _lines(request.actor, shipment), entity.name if entity is not None else "",
        priced=request.GET.get("prices") != "no",
    )  # fmt: skip
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{shipment.number} {shipping_papers.title_of(Paper(kind))}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(actor: Actor, shipment: Shipment) -> list[ShipmentLine]:
    """The lines with their order lines and products, each through its own gate."""
    found = list(ShipmentLine.objects.visible_to(actor).filter(shipment=shipment).order_by("position"))
    of_order = Line.objects.visible_to(actor).in_bulk({one.line_id for one in found})
    products = Product.objects.visible_to(actor, archived=True).in_bulk({one.product_id or 0 for one in found})
    for one in found:
        one.line, one.product = of_order[one.line_id], products.get(one.product_id or 0)
    return found


page(
    Route(
        "sales.shipment.paper", "sales/shipments/<uuid:public_id>/papers/<str:kind>/", paper, model=Shipment,
        verb="detail", sample={"public_id": "public_id", "kind": "=packing-list"},
    )
)  # fmt: skip


def papers(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The addresses of the papers."""
    assert isinstance(record, Shipment)
    if record.state == Shipment.State.CANCELLED:
        return None
    note, packing = (url("sales.shipment.paper", public_id=record.public_id, kind=str(one)) for one in Paper)
    return {
        "papers": [
            {"url": note, "label": gettext("Delivery note")},
            {"url": f"{note}?prices=no", "label": gettext("Delivery note without prices")},
            {"url": packing, "label": gettext("Packing list")},
        ]
    }


panel(Shipment, Panel("papers", _("Papers"), "sales/papers.html", papers, place="side", order=20, clause="2.6.3"))
