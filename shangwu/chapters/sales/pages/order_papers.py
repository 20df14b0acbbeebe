"""Pages of clause 2.6.1: the confirmation of an order as PDF, with prices or without, from the order's page."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales import order_papers
from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing


def paper(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The confirmation as PDF; `?prices=no` leaves the prices out. Another ledger's order is confirmed there."""
    actor = request.actor
    order = record_of(actor, Order, public_id)
    if order.imported:
        raise missing()
    lines = list(Line.objects.visible_to(actor, archived=True).filter(order=order).order_by("position"))
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=order.entity_id or 0).first()
    made = order_papers.paper(order, lines, entity, priced=request.GET.get("prices") != "no")
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{order_papers.edition_of(order)}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


page(
    Route(
        "sales.order.paper", "sales/orders/<uuid:public_id>/paper/", paper, model=Order, verb="detail",
        sample={"public_id": "public_id"},
    )
)  # fmt: skip


def papers(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The addresses of the paper."""
    assert isinstance(record, Order)
    if record.imported:
        return None
    address = url("sales.order.paper", public_id=record.public_id)
    return {
        "papers": [
            {"url": address, "label": gettext("Order confirmation")},
            {"url": f"{address}?prices=no", "label": gettext("Order confirmation without prices")},
        ]
    }


panel(Order, Panel("papers", _("Papers"), "sales/papers.html", papers, place="side", order=12, clause="2.6.1"))
