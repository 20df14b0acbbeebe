"""Pages of clause 2.6.2: papers of a contract that nobody signs: with what departs from our terms, without prices."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.contract_goods import put_lines
from shangwu.chapters.sales.contract_papers import Edition, paper
from shangwu.chapters.sales.models import Contract, ContractDelivery, ContractOrder, Instalment, Line, Order, Product
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing

EDITIONS = (Edition.INTERNAL, Edition.UNPRICED)
"""What the page gives out; the text that is signed hangs on the contract as its document."""


def contract_paper(request: Request, public_id: uuid.UUID, edition: str) -> HttpResponse:
    """The contract as it stands, as PDF. It names each order, so who does not see all of them gets none."""
    actor = request.actor
    contract = record_of(actor, Contract, public_id)
    if edition not in EDITIONS or not _loaded(actor, contract):
        raise missing()
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=contract.entity_id or 0).first()
    made = paper(contract, entity.name if entity is not None else "", Edition(edition))
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{contract.number or contract.title} {edition}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _loaded(actor: Actor, contract: Contract) -> bool:
    """Bring all into memory that the paper says; False for who does not see all of its orders."""
    covered, orders = _orders(actor, contract)
    deliveries = list(ContractDelivery.objects.visible_to(actor).filter(contract=contract).order_by("position"))
    parts: list[Any] = [*covered, *deliveries]
    if any(one.order_id not in orders for one in parts):
        return False
    for one in parts:
        one.order = orders[one.order_id]
    lines = Line.objects.visible_to(actor, archived=True).joining(Product).filter(order__in=list(orders))
    put_lines(orders.values(), lines.select_related("product"))
    set_parts(contract, "covered", list(covered))
    set_parts(contract, "deliveries", list(deliveries))
    instalments = Instalment.objects.visible_to(actor).filter(contract=contract).order_by("position")
    set_parts(contract, "instalments", list(instalments))
    return True


def _orders(actor: Actor, contract: Contract) -> tuple[list[ContractOrder], dict[int, Order]]:
    """What it covers, and those of the orders that the reader sees."""
    covered = list(ContractOrder.objects.visible_to(actor).filter(contract=contract).order_by("position"))
    return covered, Order.objects.visible_to(actor, archived=True).in_bulk([one.order_id for one in covered])


page(
    Route(
        "sales.contract.paper", "sales/contracts/<uuid:public_id>/papers/<str:edition>/", contract_paper,
        model=Contract, verb="detail", sample={"public_id": "public_id", "edition": "=internal"},
    )
)  # fmt: skip


def papers(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The addresses of the papers, for who sees all of its orders."""
    assert isinstance(record, Contract)
    covered, orders = _orders(actor, record)
    if any(one.order_id not in orders for one in covered):
        return None
    named = {
        Edition.INTERNAL: gettext("Contract with its departures, for internal use"),
        Edition.UNPRICED: gettext("Contract without prices"),
    }
    return {
        "papers": [
            {"url": url("sales.contract.paper", public_id=record.public_id, edition=one.value), "label": named[one]}
            for one in EDITIONS
        ]
    }


panel(Contract, Panel("papers", _("Papers"), "sales/papers.html", papers, place="side", order=12, clause="2.6.2"))
