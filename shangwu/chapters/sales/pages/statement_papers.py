"""Pages of clause 2.6.2: the statement of account as PDF, which goes to the customer to be signed."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales import statement_papers
from shangwu.chapters.sales.models import Order, Statement, StatementLine
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing


def paper(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The statement as PDF. It names each order, so who does not see all of them gets none."""
    actor = request.actor
    statement = record_of(actor, Statement, public_id)
    lines, orders = _lines(actor, statement)
    if len(orders) < len({one.order_id for one in lines}):
        raise missing()
    entity = Entity.objects.visible_to(actor, archived=True).filter(pk=statement.entity_id or 0).first()
    made = statement_papers.paper(statement, lines, orders, entity)
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{statement.number}.pdf") or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(actor: Actor, statement: Statement) -> tuple[list[StatementLine], dict[int, Order]]:
    """The lines, and those of their orders that the reader sees."""
    lines = list(StatementLine.objects.visible_to(actor).filter(statement=statement).order_by("position"))
    return lines, Order.objects.visible_to(actor, archived=True).in_bulk({one.order_id for one in lines})


page(
    Route(
        "sales.statement.paper", "sales/statements/<uuid:public_id>/paper/", paper, model=Statement, verb="detail",
        sample={"public_id": "public_id"},
    )
)  # fmt: skip


def papers(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The address of the paper, for who sees all of its orders."""
    assert isinstance(record, Statement)
    lines, orders = _lines(actor, record)
    if not lines or len(orders) < len({one.order_id for one in lines}):
        return None
    address = url("sales.statement.paper", public_id=record.public_id)
    return {"papers": [{"url": address, "label": gettext("Statement of account (PDF)")}]}


panel(Statement, Panel("papers", _("Papers"), "sales/papers.html", papers, place="side", order=12, clause="2.6.2"))
