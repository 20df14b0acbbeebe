"""What clauses 2.7.1 to 2.7.3 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import DayOfYear, Start, WorkingDayOfMonth, WorkingDays
from shangwu.foundation.duties.rules import duty
from shangwu.foundation.people.roles import Role

HEAD = Role.HEAD

duty(
    "2.7.1.1",
    _("Sales data of the month"),
    Role.SALES_SUPPORT,
    WorkingDays("data.month"),
    _("The month is locked, its quality checked."),
    every="month",
)
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
