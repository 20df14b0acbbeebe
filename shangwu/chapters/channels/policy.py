"""What clauses 2.4.1 and 2.4.2 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "channel.idle",
        "2.4.1",
        _("Talks are taken up again, or ended, after a pause of"),
        30,
        Unit.DAYS,
        least=7,
        most=180,
    ),
    Parameter(
        "channel.dealreg", "2.4.1", _("A registered project is protected for"), 90, Unit.DAYS, least=14, most=365
    ),
    Parameter(
        "channel.every",
        "2.4.2",
        _("Channels are scored"),
        "quarter",
        kind=Kind.CHOICE,
        parts=cadences("month", "quarter", "half_year"),
    ),
    Parameter("channel.score", "2.4.2", _("Scores after the period within"), 10, Unit.WORKING_DAYS, least=1, most=30),
    Parameter(
        "channel.weights",
        "2.4.2",
        _("Weights of the channel score"),
        {"sales": 50, "coverage": 20, "feedback": 20, "compliance": 10},
        kind=Kind.SHARES,
        parts={
            "sales": _("sales"),
            "coverage": _("coverage"),
            "feedback": _("customer feedback"),
            "compliance": _("compliance"),
        },
        legal_note=_("Neither a fixed nor a lowest resale price may be demanded; a list price is a recommendation."),
    ),
    Parameter(
        "channel.cut_a",
        "2.4.2",
        _("Channel grade A from"),
        85,
        Unit.POINTS,
        least=0,
        most=100,
        not_below="channel.cut_b",
    ),
    Parameter(
        "channel.cut_b",
        "2.4.2",
        _("Channel grade B from"),
        70,
        Unit.POINTS,
        least=0,
        most=100,
        not_above="channel.cut_a",
    ),
    Parameter(
        "channel.contact_a", "2.4.2", _("Speak with channels of grade A every"), 30, Unit.DAYS, least=7, most=365
    ),
    Parameter(
        "channel.contact_b", "2.4.2", _("Speak with channels of grade B every"), 60, Unit.DAYS, least=7, most=365
    ),
    Parameter(
        "channel.contact_c", "2.4.2", _("Speak with channels of grade C every"), 90, Unit.DAYS, least=7, most=365
    ),
    Parameter(
        "channel.support",
        "2.4.2",
        _("Training and support are planned"),
        "half_year",
        kind=Kind.CHOICE,
        parts=cadences("quarter", "half_year", "year"),
    ),
    Parameter("channel.dispute_ack", "2.4.2", _("Disputes taken up within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter("channel.dispute", "2.4.2", _("Disputes settled within"), 15, Unit.WORKING_DAYS, least=1, most=60),
    Parameter(
        "channel.remind_first", "2.4.2", _("End of authorisation, first reminder"), 60, Unit.DAYS, least=14, most=180
    ),
    Parameter(
        "channel.remind_last", "2.4.2", _("End of authorisation, last reminder"), 30, Unit.DAYS, least=1, most=90
    ),
)
