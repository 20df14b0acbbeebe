"""What clauses 2.7.1 to 2.7.3 demand of whom, and what proves it."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.models import MonthClose, Proposal, SalesReport
from shangwu.foundation.duties.deadlines import DayOfYear, Start, WorkingDayOfMonth, WorkingDays
from shangwu.foundation.duties.rules import Facts, Proof, duty
from shangwu.foundation.people.roles import Role

HEAD = Role.HEAD


@duty(
    "2.7.1.1",
    _("Sales data of the month"),
    Role.SALES_SUPPORT,
    WorkingDays("data.month"),
    _("The month is locked, its quality checked."),
    every="month",
    does="analytics.monthclose.ask_lock",
).proved_by
def lock_month(periods: Sequence[str]) -> Sequence[Proof]:
    """2.7.1: the month is locked: every check ran, every finding is mended or accepted, and its facts are frozen."""
    locked = MonthClose.objects.unscoped(reason="a locked month proves the duty to have its data").filter(
        state=MonthClose.State.LOCKED, month__in=[f"{one}-01" for one in periods]
    )
    columns = ("month", "locked_at", "department_id", "locked_by_id")
    return [Proof(f"{month:%Y-%m}", at, department, by) for month, at, department, by in locked.values_list(*columns)]


@duty(
    "2.7.2.1",
    _("Monthly analysis report"),
    Role.BUSINESS,
    WorkingDayOfMonth("report.month"),
    _("The report of the month is issued."),
    every="month",
    does="analytics.salesreport.issue",
).proved_by
def report_month(periods: Sequence[str]) -> Sequence[Proof]:
    """2.7.2: the month's sales report is issued in time."""
    return _issued(SalesReport.Cadence.MONTH)


@duty(
    "2.7.2.2",
    _("Follow up proposals"),
    HEAD,
    Start(),
    _("Each proposal of the report is closed."),
    does="analytics.proposal.confirm",
).on(
    Proposal, "open_at", "due_on", "confirmed_at", "dropped_at", "archived_at",
)  # fmt: skip
def follow_up(proposal: Any) -> Facts | None:
    """2.7.2: the head sees to it that each proposal is done by its day."""
    if proposal.open_at is None or proposal.due_on is None or proposal.archived_at is not None:
        return None
    return Facts(
        opened_at=proposal.open_at,
        start=datetime.datetime.combine(proposal.due_on, datetime.time(12), datetime.UTC),
        done_at=proposal.confirmed_at,
        done_by=proposal.confirmed_by_id,
        cancelled_at=proposal.dropped_at,
    )


@duty(
    "2.7.2.3",
    _("Quarterly analysis report"),
    Role.BUSINESS,
    WorkingDays("report.quarter"),
    _("The report of the quarter is issued."),
    every="quarter",
    does="analytics.salesreport.issue",
).proved_by
def report_quarter(periods: Sequence[str]) -> Sequence[Proof]:
    """2.7.2: the quarter's sales report is issued in time."""
    return _issued(SalesReport.Cadence.QUARTER)


@duty(
    "2.7.2.4",
    _("Yearly analysis report"),
    Role.BUSINESS,
    DayOfYear("report.year"),
    _("The report of the year is issued."),
    every="year",
    does="analytics.salesreport.issue",
).proved_by
def report_year(periods: Sequence[str]) -> Sequence[Proof]:
    """2.7.2: the year's sales report is issued in time."""
    return _issued(SalesReport.Cadence.YEAR)


def _issued(cadence: str) -> list[Proof]:
    """Reports that are issued, with the department that they are of."""
    found = SalesReport.objects.unscoped(reason="an issued report proves the duty of its period").filter(
        state=SalesReport.State.ISSUED, cadence=cadence, archived_at__isnull=True
    )
    rows = found.only("cadence", "starts_on", "issued_at", "issued_by_id", "department_id").order_by("issued_at")
    return [Proof(one.period, one.issued_at, one.department_id, one.issued_by_id) for one in rows if one.issued_at]
