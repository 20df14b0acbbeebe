"""What clauses 2.7.1 to 2.7.3 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter("data.month", "2.7.1", _("Data of the month locked within"), 3, Unit.WORKING_DAYS, least=1, most=15),
    Parameter("report.month", "2.7.2", _("Monthly report by"), 8, Unit.WORKING_DAY_OF_MONTH, least=1, most=20),
    Parameter("report.quarter", "2.7.2", _("Quarterly report within"), 10, Unit.WORKING_DAYS, least=1, most=40),
    Parameter("report.year", "2.7.2", _("Yearly report by"), "01-31", kind=Kind.DAY_OF_YEAR),
    Parameter("kpi.set", "2.7.3", _("Targets of the year set and signed by"), "01-31", kind=Kind.DAY_OF_YEAR),
    Parameter(
        "kpi.weights",
        "2.7.3",
        _("Weights of the sales indicators"),
        {"revenue": 50, "profit": 20, "growth": 15, "satisfaction": 15},
        kind=Kind.SHARES,
        touches_pay=True,
        parts={
            "revenue": _("sales"),
            "profit": _("profit on sales"),
            "growth": _("growth of sales"),
            "satisfaction": _("customer satisfaction"),
        },
    ),
    Parameter(
        "kpi.cap", "2.7.3", _("One indicator counts at most"), 120, Unit.POINTS, least=100, most=300, touches_pay=True
    ),
    Parameter(
        "kpi.every",
        "2.7.3",
        _("Sales performance is judged"),
        "month",
        kind=Kind.CHOICE,
        parts=cadences("month", "quarter"),
        touches_pay=True,
    ),
    Parameter("kpi.objection", "2.7.3", _("Objection to an indicator within"), 3, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "kpi.reward", "2.7.3", _("Rewards and penalties carried out within"), 10, Unit.WORKING_DAYS, least=1, most=40
    ),
)
