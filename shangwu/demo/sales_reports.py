"""The sales reports of the demo: that of the newest locked month is issued, the last whole quarter's is a draft."""

import dataclasses
import datetime
from typing import Any

from shangwu.chapters.analytics.closing.figures import locked_months
from shangwu.chapters.analytics.models import Proposal, ReportFinding, SalesReport
from shangwu.chapters.analytics.reports import spans
from shangwu.demo.people import Staff
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.approvals.models import Request
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, Source

KEPT = 2
"""Findings that stand in the issued report."""
NOT_TOLD = "與前項同一原因，不另述。"
OPINION = "同意發布。"
HOUR = datetime.timedelta(hours=1)


def make(staff: Staff, now: datetime.datetime) -> int:
    """Draft both, and bring the monthly one to its end, as people would; how many reports."""
    months = locked_months(staff.entity)
    if not months:
        return 0
    business, head, executive = (_one(staff, role) for role in (Role.BUSINESS, Role.HEAD, Role.EXECUTIVE))
    at = datetime.datetime.combine(spans.months_on(months[-1], 1), datetime.time(10), head.zone) + 6 * 24 * HOUR
    made = 1
    _issue(_draft(staff, business, "month", months[-1], min(at, now - 12 * HOUR)), business, head, executive, staff)
    quarter = next((one for one in reversed(months) if one.month % 3 == 0), None)
    if quarter is not None and set(months) >= {spans.months_on(quarter, -back) for back in range(3)}:
        _draft(staff, business, "quarter", spans.months_on(quarter, -2), min(at + HOUR, now - HOUR))
        made += 1
    return made


def _one(staff: Staff, role: Role) -> Actor:
    return dataclasses.replace(actor_of(staff.holders(role)[0]), source=Source.DEMO)


def _draft(staff: Staff, by: Actor, cadence: str, first: datetime.date, at: datetime.datetime) -> SalesReport:
    given = {"cadence": cadence, "starts_on": first, "department": staff.departments["BD"], "secrecy": 1}
    made: SalesReport = act(by, "analytics.salesreport.create", None, given, occurred_at=at).record
    return made


def _issue(report: SalesReport, business: Actor, head: Actor, executive: Actor, staff: Staff) -> None:
    """Two findings stand; the head answers for the proposals that the salespeople carry out."""
    at = report.created_at
    found = list(ReportFinding.objects.filter(report=report.pk).order_by("pk"))
    if not found:
        found = [_own(report, business, at + HOUR)]
    for place, one in enumerate(found):
        verb, reason = ("accept", "") if place < KEPT else ("reject", NOT_TOLD)
        act(business, f"analytics.reportfinding.{verb}", one, reason=reason, occurred_at=at + HOUR)
    doers = staff.holders(Role.SALES)
    for place, each in enumerate(Proposal.objects.filter(report=report.pk).order_by("pk")):
        given = {"person": doers[place % len(doers)], "due_on": at.date() + datetime.timedelta(days=45)}
        act(head, "analytics.proposal.assign", each, given, occurred_at=at + 2 * HOUR)
    act(business, "analytics.salesreport.submit", report.fresh, occurred_at=at + 3 * HOUR)
    for by, later in ((head, 4), (executive, 5)):
        asked = Request.objects.get(subject_id=report.public_id)
        act(by, "approvals.request.approve", asked, {"opinion": OPINION}, occurred_at=at + later * HOUR)
    act(executive, "analytics.salesreport.issue", report.fresh, occurred_at=at + 6 * HOUR)


def _own(report: SalesReport, by: Actor, at: datetime.datetime) -> ReportFinding:
    """A month in which no rule finds anything still has a sentence."""
    sold = next(one for one in report.sheet["figures"] if one["key"] == "orders")
    wording = f"本月訂單 {sold['rows']['now'][0][0]} 張。"
    given: dict[str, Any] = {"report": report, "kind": "achievement", "figure": "orders", "wording": wording}
    made: ReportFinding = act(by, "analytics.reportfinding.create", None, given, occurred_at=at).record
    return made
