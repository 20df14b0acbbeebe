"""What clauses 2.7.1 to 2.7.3 demand of whom, and what proves it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing.models import MonthClose
from shangwu.foundation.duties.deadlines import DayOfYear, Start, WorkingDayOfMonth, WorkingDays
from shangwu.foundation.duties.rules import Proof, duty
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


duty(
    "2.7.2.1",
    _("Analysis report"),
    Role.BUSINESS,
    {
        "month": WorkingDayOfMonth("report.month"),
        "quarter": WorkingDays("report.quarter"),
        "year": DayOfYear("report.year"),
    },
    _("The report is issued."),
    every="month",
)
duty("2.7.2.2", _("Follow up proposals"), HEAD, Start(), _("Each proposal of the report is closed."))
