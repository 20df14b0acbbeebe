"""Clause 2.5.3: the analysis of a month's complaints drafts itself; people finish it."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers import pareto
from shangwu.chapters.customers.access import in_own_department
from shangwu.chapters.customers.complaint_access import analyses_complaints
from shangwu.chapters.customers.models import Complaint, ComplaintReport
from shangwu.foundation.actions.door import Refusal, Row, act_many, action, create, edit
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.people.models import Department, RoleAssignment
from shangwu.foundation.people.roles import Role
from shangwu.foundation.people.zones import house_in, lies_in, zones
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.actors import Actor

State = ComplaintReport.State
Figures = Mapping[tuple[datetime.date, int | None], Any]


def figures(reports: Sequence[ComplaintReport], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Figures:
    """The `prepare`: the figures of these months as they are now."""
    in_own_department(reports, by, analyses_complaints)
    return pareto.of_months((one.month.replace(day=1), one.department_id) for one in reports)


def draw(report: ComplaintReport, by: Actor, found: Figures) -> None:
    """2.5.3: the figures of a month, as they are now. Refuses `future`."""
    report.month = report.month.replace(day=1)
    if report.month > report.changed_at.astimezone(by.zone).date():
        said = _("This month lies ahead. Choose one that has begun.")
        raise Refusal("future", said, fields={"month": [said]})
    report.figures, report.drawn_at = found[report.month, report.department_id], report.changed_at


create(
    ComplaintReport, clause="2.5.3", may=analyses_complaints, fields=["month", "department"], prepare=figures,
    body=draw, label=_("Analyse a month"), icon="chart-bar",
)  # fmt: skip
edit(
    ComplaintReport, clause="2.5.3", may=analyses_complaints, fields=["findings", "measures"], source=State.DRAFT,
    bulk=False,
)  # fmt: skip


@action(
    ComplaintReport, "redraw", clause="2.5.3", label=_("Draw the figures anew"), may=analyses_complaints,
    source=State.DRAFT, prepare=figures, icon="refresh", event="customers.complaintreport.redrawn",
)  # fmt: skip
def redraw(report: ComplaintReport, by: Actor, found: Figures) -> None:
    """2.5.3: as long as it is a draft, its figures follow what happens."""
    draw(report, by, found)


@action(
    ComplaintReport, "finish", clause="2.5.3", label=_("Finish"), may=analyses_complaints, source=State.DRAFT,
    target=State.FINISHED, prepare=figures, primary=True, icon="circle-check",
    event="customers.complaintreport.finished",
)  # fmt: skip
def finish(report: ComplaintReport, by: Actor, found: Figures) -> None:
    """2.5.3: people have said what stands out and what is done about it; the figures stand from now on. Refuses
    `early` before the month is over, `findings`, `measures`."""
    if report.changed_at.astimezone(by.zone).date() <= pareto.last_day(report.month):
        raise Refusal("early", _("The month is not over yet."))
    if not report.findings.strip():
        raise Refusal("findings", _("Say what stands out first; where nothing does, say so."))
    if not report.measures.strip():
        raise Refusal("measures", _("Say what is done about it first."))
    draw(report, by, found)


@every("10 1 * * *", "customers.draft_complaint_reports")
def draft_reports() -> int:
    """Draft last month's analysis for each department that answers complaints, where it is missing; how many."""
    with gate.free_reading():
        return sum(_draft_reports(zone) for zone in sorted(zones()))


def _draft_reports(zone: str) -> int:
    by = house_in(zone)
    month = (clock.today(by.zone).replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    there = ComplaintReport.objects.filter(month=month).values_list("department_id", flat=True)
    wanted = _departments(month) - set(there)
    departments = Department.objects.filter(lies_in(zone), pk__in=wanted, archived_at=None)
    rows = [Row({"month": month, "department": one}) for one in departments.order_by("pk")]
    return len(act_many(by, "customers.complaintreport.create", rows).done) if rows else 0


def _departments(month: datetime.date) -> set[int]:
    """Departments with customer service, and those that were complained to in a month and stand below none of them."""
    seats = RoleAssignment.objects.filter(role=Role.SERVICE, archived_at=None, starts_on__lte=pareto.last_day(month))
    found = {reaches for reaches in seats.values_list("reaches_id", flat=True) if reaches is not None}
    rows = Complaint.objects.filter(registered_on__gte=month, registered_on__lte=pareto.last_day(month))
    covered = {below for one in found for below in pareto.within(one)}
    complained = {one for one in rows.values_list("department_id", flat=True).distinct() if one is not None}
    return found | (complained - covered)
