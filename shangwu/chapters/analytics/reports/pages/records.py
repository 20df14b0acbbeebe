"""Pages of clause 2.7.2: lists, details and forms of reports, findings and proposals."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports import figures, telling
from shangwu.chapters.analytics.reports.content import rate_of, row_labels, table_of, visible_measures
from shangwu.chapters.analytics.reports.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.tables import figure_url
from shangwu.foundation.pages.addresses import record_url, url
from shangwu.foundation.pages.kit import (
    Computed,
    Digest,
    Due,
    FormPage,
    Group,
    Hidden,
    Pages,
    Panel,
    Period,
    RowsPanel,
    View,
    Wide,
    my_day,
    panel,
)
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Pages(
    SalesReport,
    clause="2.7.2",
    columns=[
        "number", "cadence", "starts_on", "state", "department", "issued_at", Hidden("drawn_at"), Hidden("receivers"),
        Hidden("entity"), Hidden("secrecy"), Hidden("owner"),
    ],
    filters=["state", "cadence", "department", Period("starts_on")],
    sorts=["starts_on"],
    views=[View("drafts", _("Drafts"), "state=draft"), View("issued", _("Issued"), "state=issued")],
    empty=_("No report yet. Once a month is locked its report drafts itself the night after, or you draft it now."),
    icon="report-analytics",
    order=20,
    facts=[
        "cadence", "starts_on", "entity", "drawn_at", "issued_at", "issued_by", "receivers", Digest("snapshot"),
        Digest("sha256"),
    ],
    groups=[Group(_("Sales report"), "cadence", "starts_on", "department", "secrecy", clause="2.7.2")],
    track=["draft", "submitted", "approved", "issued"],
    tones={"draft": "open", "submitted": "wait", "approved": "wait", "issued": "done", "withdrawn": "void"},
    compact=["starts_on", "state"],
)  # fmt: skip

Pages(
    ReportFinding,
    clause="2.7.2",
    columns=[
        Computed("said", telling.brief, label=_("Finding"), needs=["wording", "rule", "facts"]),
        "kind",
        "state",
        "figure",
        "outcome",
        "report",
        Hidden("rule"),
        Hidden("department"),
    ],
    filters=["report", "state", "kind", "outcome", "figure"],
    icon="bulb",
    order=22,
    facts=["report", "kind", "figure", "rule", "outcome", "former"],
    groups=[Group(_("Finding"), "report", "kind", "figure", Wide("wording"), clause="2.7.2")],
    tones={"drafted": "wait", "accepted": "done", "rejected": "void"},
    empty=_("No findings yet. A report drafts them by rules; add your own on its page."),
)

Pages(
    Proposal,
    clause="2.7.2",
    columns=[
        Computed("said", telling.proposal_text, label=_("Proposal"), needs=["text", "rule", "facts"]), "state", "owner",
        Due("due_on", open_while=["open"]), "report", Hidden("note"), Hidden("confirmed_at"), Hidden("department"),
    ],
    filters=["report", "state", "owner", Period("due_on"), "finding"],
    sorts=["due_on"],
    views=[View("mine", _("Mine"), "owner=me"), View("open", _("Open"), "state=open&state=done")],
    icon="list-check",
    order=24,
    facts=["report", "finding", "owner", "due_on", "note", "done_at", "confirmed_by", "confirmed_at"],
    groups=[Group(_("Proposal"), "finding", Wide("text"), clause="2.7.2")],
    track=["draft", "open", "done", "confirmed"],
    tones={"draft": "open", "open": "wait", "done": "wait", "confirmed": "done", "dropped": "void"},
    empty=_("No proposals yet. Reports make them; each has a person and a day."),
)  # fmt: skip

FormPage("analytics.reportfinding.edit", groups=[Group(_("Finding"), "kind", Wide("wording"), clause="2.7.2")])
FormPage("analytics.proposal.edit", groups=[Group(_("Proposal"), Wide("text"), clause="2.7.2")])


def overview(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The first numbers of a report, where it is read whole, and its papers."""
    assert isinstance(record, SalesReport)
    found = []
    for key in ("sold", "orders", "delivery", "complaints"):
        one = figures.figure(record.sheet, key)
        for name in visible_measures(one, actor)[:2] if one is not None else []:
            assert one is not None
            table = table_of(record, one, actor)
            place = visible_measures(one, actor).index(name)
            label, cells = table.rows[place]
            found.append(
                {
                    "label": label, "value": cells[0].text, "url": cells[0].url,
                    "change": rate_of(one, name, currency=record.sheet["currency"]),
                }
            )  # fmt: skip
    public_id = record.public_id
    return {
        "numbers": found,
        "read": url("analytics.salesreport.read", public_id=public_id),
        "pdf": url("analytics.salesreport.paper", public_id=public_id, form="pdf"),
        "word": url("analytics.salesreport.paper", public_id=public_id, form="docx"),
    }


panel(
    SalesReport,
    Panel("figures", _("Figures"), "analytics/report_overview.html", overview, place="first", order=5, clause="2.7.2"),
)


def findings(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """What the report says, each sentence with its figure, its state and what is proposed."""
    assert isinstance(record, SalesReport)
    rows = list(ReportFinding.objects.visible_to(actor).filter(report=record.pk).order_by("pk"))
    proposals = list(Proposal.objects.visible_to(actor).filter(report=record.pk).order_by("pk"))
    named = {one.key: row_labels(actor, one) for one in figures.figures(record.sheet)}
    return {
        "rows": [_row(record, one, [each for each in proposals if each.finding_id == one.pk], named) for one in rows],
        "add": url("analytics.reportfinding.create") + f"?report={record.public_id}",
        "is_draft": record.state == SalesReport.State.DRAFT,
    }


def _row(
    report: SalesReport, one: ReportFinding, proposals: list[Proposal], named: Mapping[str, Mapping[Any, str]]
) -> dict[str, Any]:  # fmt: skip
    name = str(named.get(one.figure, {}).get(one.facts.get("row"), ""))
    return {
        "text": telling.worded(one, report.sheet.get("currency", ""), name),
        "url": record_url(ReportFinding, one.public_id),
        "figure": one.get_figure_display(),
        "figure_url": figure_url(report, one.figure, one.facts.get("row")),
        "kind": one.get_kind_display(),
        "state": one.get_state_display(),
        "proposals": [
            {"text": telling.proposal_text(each, name), "url": record_url(Proposal, each.public_id),
             "state": each.get_state_display(), "due_on": each.due_on}
            for each in proposals
        ],
    }  # fmt: skip


panel(
    SalesReport,
    Panel(
        "findings", _("Findings"), "analytics/report_findings.html", findings, place="first", order=8, clause="2.7.2"
    ),
)


def cited(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The sentence as it stands, and the numbers from which it is made."""
    assert isinstance(record, ReportFinding)
    report = SalesReport.objects.visible_to(actor, archived=True).filter(pk=record.report_id).first()
    if report is None:
        return None
    currency = report.sheet.get("currency", "")
    one = figures.figure(report.sheet, record.figure)
    row = record.facts.get("row")
    name = row_labels(actor, one).get(row, "") if one is not None and row is not None else ""
    numbers = telling.numbers_of(record.facts, record.rule, currency) if record.rule else record.facts.get("values", {})
    return {
        "text": telling.worded(record, currency, name),
        "said": telling.said(record, currency, name) if record.rule and record.wording else "",
        "figure": record.get_figure_display(),
        "figure_url": figure_url(report, record.figure, row),
        "numbers": list(numbers.values()),
        "tolerance": record.facts.get("tolerance", ""),
        "propose": url("analytics.proposal.create") + f"?finding={record.public_id}",
    }


panel(ReportFinding, Panel("cited", _("What it says"), "analytics/report_cited.html", cited, order=5, clause="2.7.2"))
panel(
    ReportFinding,
    RowsPanel("proposals", Proposal, _("Proposals"), "finding={record}", place="main", order=10, clause="2.7.2"),
)
my_day(
    RowsPanel(
        "proposals", Proposal, _("Proposals to carry out"), "owner=me&state=open", columns=("said", "due_on"),
        sort="due_on", place="side", order=46, clause="2.7.2",
    )
)  # fmt: skip
