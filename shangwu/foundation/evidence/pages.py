"""Where bundles are taken and found: the clause's page, the list of those that were taken, the file itself. And the
month's compliance report: its list, its paper, and the card of My day that asks for it.
"""

import datetime
import uuid
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import act
from shangwu.foundation.evidence import monthly
from shangwu.foundation.evidence.access import prepares_reports, takes_bundles
from shangwu.foundation.evidence.files import file_of
from shangwu.foundation.evidence.models import Bundle, Report
from shangwu.foundation.evidence.signing import public_key
from shangwu.foundation.exchange.pages.files import as_download
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.as_of import past
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.kit import Group, Pages, Panel, my_day, panel
from shangwu.foundation.pages.panels import on_clause
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.registry import Route, page
from shangwu.foundation.policy.clauses import CLAUSES, INTRODUCTION
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

_DAY = datetime.timedelta(days=1)

Pages(
    Bundle,
    clause=INTRODUCTION,
    columns=["number", "clause", "first", "last", "state", "owner", "duties", "records", "entries", "created_at"],
    facts=["clause", "first", "last", "owner", "duties", "records", "entries", "position", "size", "sha256"],
    groups=[Group(_("Audit bundle"), "clause", "first", "last")],
    filters=["state", "clause", "created_at"],
    bulk=[],
    icon="shield-lock",
    empty=_("No audit bundle was taken yet. Open a clause of the regulation, choose a period and press the button."),
)


Pages(
    Report,
    clause=INTRODUCTION,
    columns=["number", "month", "state", "department", "kept", "late", "waived", "signed_by", "signed_at"],
    facts=["month", "department", "kept", "late", "waived", "owner", "signed_by", "signed_at", "noted_by", "noted_at",
           "remark", "sha256"],
    groups=[Group(_("Compliance report"), "month")],
    filters=["state", "month", "signed_at"],
    track=["prepared", "signed", "noted"],
    bulk=[],
    icon="file-text",
    tones={"prepared": "wait", "signed": "done", "noted": "done", "discarded": "void"},
    compact=["month", "state"],
    empty=_("No month has been prepared yet. Prepare the last one: it counts the duties, for you to sign."),
)  # fmt: skip


@on_clause("evidence/of_clause.html")
def of_clause(actor: Actor, code: str, on: datetime.date | None, beside: Record | None) -> dict[str, Any] | None:
    """One press takes the bundle of the clause: of the month before the day looked at, unless other days are said."""
    if code not in CLAUSES or not takes_bundles(actor, None):
        return None
    last = (past(on) or formats.today()).replace(day=1) - _DAY
    return {"code": code, "first": last.replace(day=1), "last": last, "address": url("evidence.bundle.take")}


def take(request: Request) -> HttpResponse:
    """POST: ask for the bundle, and show how far it is."""
    given_days = {name: request.POST.get(name, "") for name in ("clause", "first", "last")}
    did = act(request.actor, "evidence.bundle.create", None, given_days, key=form_key(request))
    return answers.go(request, reverse("evidence.bundle.detail", kwargs={"public_id": did.public_id}))


def download(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The file, for whose rights it was made alone."""
    return file_of(request.actor, public_id)


def progress_of(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """How far it is, the file once it is there, and how it is checked."""
    assert isinstance(record, Bundle)
    if record.owner_id != actor.person_id:
        return None
    job = Job.objects.filter(once=str(record.public_id), person_id=actor.person_id or 0).order_by("-id").first()
    return {
        "bundle": record,
        "job": job if record.blob is None else None,
        "is_open": job is not None and job.is_open,
        "here": reverse("job", kwargs={"public_id": job.public_id}) if job is not None else "",
        "file_url": reverse("evidence.bundle.download", kwargs={"public_id": record.public_id}),
        "public_key": public_key() if record.blob is not None else "",
    }


panel(Bundle, Panel("bundle", _("Audit bundle"), "evidence/progress.html", progress_of, place="side", order=5))

ID = {"public_id": "public_id"}
OWN = "a bundle's file is its owner's alone: the page asks the bundle's gate, and then whose it is"
page(Route("evidence.bundle.take", "evidence/take/", take, Bundle, "evidence.bundle.create", ("POST",)))
page(Route("evidence.bundle.download", "evidence/bundles/<uuid:public_id>/file/", download, reason=OWN, sample=ID))


def paper(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The report on A4."""
    report: Report = record_of(request.actor, Report, public_id)
    name = f"{report.number}-{report.month}.pdf"
    pdf = monthly.paper_of(report, request.actor)
    return as_download(StreamingHttpResponse([pdf], content_type="application/pdf"), name)


def sheet_of(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """The counts of the report, and its paper."""
    assert isinstance(record, Report)
    address = reverse("evidence.report.paper", kwargs={"public_id": record.public_id})
    return {"rows": monthly.rows_of(record), "late": monthly.late_of(record), "paper_url": address}


panel(Report, Panel("sheet", _("Compliance report"), "evidence/sheet.html", sheet_of, place="main", order=5))
page(Route("evidence.report.paper", "evidence/reports/<uuid:public_id>/paper/", paper, Report, "detail", sample=ID))


def unsigned(actor: Actor, record: Record | None) -> dict[str, Any] | None:
    """A head's last month, until its report is signed."""
    if not prepares_reports(actor, None) or actor.department_id is None:
        return None
    month = f"{formats.today().replace(day=1) - _DAY:%Y-%m}"
    rows = Report.objects.visible_to(actor).filter(month=month, department=actor.department_id)
    found = rows.exclude(state=Report.State.DISCARDED).first()
    if found is None:
        return {"month": month, "url": f"{url('evidence.report.create')}?month={month}", "is_there": False}
    if found.state != Report.State.PREPARED:
        return None
    return {"month": month, "url": record_url(Report, found.public_id), "is_there": True}


my_day(Panel("report", _("Compliance report"), "evidence/unsigned.html", unsigned, place="side", order=45))
