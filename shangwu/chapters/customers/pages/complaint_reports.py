"""Pages of clause 2.5.3: the monthly analysis of complaints, its Pareto chart and its document."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import diagrams, papers
from shangwu.chapters.customers.models import ComplaintReport
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Group, Hidden, Pages, Panel, Period, Route, page, panel
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Pages(
    ComplaintReport,
    clause="2.5.3",
    columns=["month", "state", "drawn_at", "department", "findings", "measures", Hidden("finished_at")],
    filters=["state", "department", Period("month")],
    sorts=["month"],
    title=["month"],
    empty=_("No analysis yet. Last month's is drafted on the first night of the month."),
    icon="chart-bar",
    order=45,
    facts=["month", "drawn_at", "findings", "measures"],
    groups=[Group(_("Month"), "month", "department", clause="2.5.3")],
    track=["draft", "finished"],
)


def pareto(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The chart of kinds, the same as a table, the products as another, and the figures around them."""
    assert isinstance(record, ComplaintReport)
    rows = papers.rows_of(record)
    drawn = [(row["label"], row["count"], float(row["run"])) for row in rows]
    return {
        "figures": papers.figures_of(record),
        "tables": [
            {"head": head, "rows": told}
            for head, told in ((gettext("Kind"), rows), (gettext("Product"), papers.products_of(record, actor)))
            if told
        ],
        "chart": diagrams.pareto(gettext("Complaints by kind"), drawn) if drawn else "",
        "paper": url("customers.complaintreport.paper", public_id=record.public_id),
    }


panel(
    ComplaintReport,
    Panel("pareto", _("By kind and product"), "customers/pareto.html", pareto, place="main", order=5, clause="2.5.3"),
)


def paper(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The analysis as PDF."""
    report = record_of(request.actor, ComplaintReport, public_id)
    assert isinstance(report, ComplaintReport)
    entity = Entity.objects.visible_to(request.actor, archived=True).filter(pk=request.actor.entity_id or 0).first()
    made = papers.paper(report, entity.name if entity is not None else "", request.actor)
    response = HttpResponse(made, content_type="application/pdf")
    name = gettext("Analysis of complaints, %(month)s") % {"month": f"{report.month:%Y-%m}"}
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


page(
    Route(
        "customers.complaintreport.paper", "customers/complaintreports/<uuid:public_id>/paper/", paper,
        model=ComplaintReport, verb="detail", sample={"public_id": "public_id"},
    )
)  # fmt: skip
