"""Pages of clause 2.7.2: the report to be read whole, each figure with its proof, and the papers, made by a job."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.analytics.reports import charts, figures, papers, word_files
from shangwu.chapters.analytics.reports.content import content_of, title_of
from shangwu.chapters.analytics.reports.models import SalesReport
from shangwu.chapters.analytics.reports.proof import proof_of
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Running
from shangwu.foundation.jobs.starting import begun
from shangwu.foundation.pages import frame
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Route, page
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.records.actors import Source
from shangwu.foundation.records.refusals import missing

FORMS = {"pdf": papers.paper, "docx": word_files.word}


def read(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The whole report on one page: what stands out, on what the figures stand, and every figure with its chart."""
    report: SalesReport = record_of(request.actor, SalesReport, public_id)
    crumbs = [{"label": str(report), "url": record_url(SalesReport, report.public_id)}]
    facts: dict[str, Any] = {"page": frame.page_facts(title_of(report), clause="2.7.2", crumbs=crumbs)}
    if not report.sheet:
        return render(request, "analytics/empty.html", facts | {"sentence": _("This report has no figures.")})
    content = content_of(report, request.actor)
    tables = [{"table": one, "option": charts.option(one) if one.bars else None} for one in content.tables]
    parts = [(_("Achievements"), content.achievements), (_("Problems and proposals"), content.problems)]
    told = {"content": content, "tables": tables, "parts": parts}
    return render(request, "analytics/report.html", facts | told)


def figure(request: Request, public_id: uuid.UUID, figure: str) -> HttpResponse:
    """One figure: what it means, its frozen numbers, whether it recomputes, and the records behind it."""
    report: SalesReport = record_of(request.actor, SalesReport, public_id)
    crumbs = [
        {"label": str(report), "url": record_url(SalesReport, report.public_id)},
        {"label": title_of(report), "url": reverse("analytics.salesreport.read", kwargs={"public_id": public_id})},
    ]
    one = figures.figure(report.sheet, figure)
    proved = proof_of(report, one, request.actor, again="again" in request.GET) if one is not None else None
    title = str(one.label) if one is not None else _("Figure")
    facts: dict[str, Any] = {"page": frame.page_facts(title, clause="2.7.2", crumbs=crumbs)}
    if proved is None:
        said = _("This report has no such figure, or its numbers are not yours to see.")
        return render(request, "analytics/empty.html", facts | {"sentence": said})
    return render(request, "analytics/report_figure.html", facts | {"proof": proved})


def make_paper(request: Request, public_id: uuid.UUID, form: str) -> HttpResponse:
    """POST: a job makes the document as this reader may see it; its page offers the file."""
    report: SalesReport = record_of(request.actor, SalesReport, public_id)
    if form not in FORMS or not report.sheet:
        raise missing()
    by = request.actor
    queued = begun(
        by, "analytics.report_paper", {"public_id": str(public_id), "form": form}, title=title_of(report),
        once=f"{public_id}:{form}:{by.person_id}:{by.language}", source=Source.PAGE,
    )  # fmt: skip
    return answers.go(request, reverse("job", kwargs={"public_id": queued.public_id}))


@job("analytics.report_paper", title=gettext_lazy("Sales report"))
def paper(running: Running, *, public_id: str, form: str) -> None:
    """Make the document. Safe to run twice: it only reads."""
    report = SalesReport.objects.visible_to(running.by, archived=True).filter(public_id=public_id).first()
    if report is None or form not in FORMS:
        raise missing()
    made = FORMS[form](content_of(report, running.by))
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        path = Path(folder) / "report"
        path.write_bytes(made)
        running.file(path, " ".join(one for one in (report.number, f"{title_of(report)}.{form}") if one))


ID = {"public_id": "public_id"}
page(
    Route(
        "analytics.salesreport.read", "analytics/salesreports/<uuid:public_id>/read/", read, model=SalesReport,
        verb="detail", sample=ID,
    )
)  # fmt: skip
page(
    Route(
        "analytics.salesreport.figure", "analytics/salesreports/<uuid:public_id>/figures/<slug:figure>/", figure,
        model=SalesReport, verb="detail", sample=ID | {"figure": "=sold"},
    )
)  # fmt: skip
page(
    Route(
        "analytics.salesreport.paper", "analytics/salesreports/<uuid:public_id>/paper/<slug:form>/", make_paper,
        model=SalesReport, verb="detail", methods=("POST",), sample=ID | {"form": "=pdf"},
    )
)  # fmt: skip
