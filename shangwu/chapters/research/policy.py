"""What clauses 2.1.1 to 2.1.3 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "brief.mode",
        "2.1.1",
        _("Market brief"),
        "daily",
        kind=Kind.CHOICE,
        parts={"daily": _("daily brief"), "weekly": _("weekly brief")},
    ),
    Parameter("brief.due", "2.1.1", _("Daily brief, each working day by"), "17:30", kind=Kind.TIME),
    Parameter("brief.week_due", "2.1.1", _("Weekly brief, last working day by"), "17:00", kind=Kind.TIME),
    Parameter("event.per_quarter", "2.1.1", _("Events attended in a quarter"), 1, Unit.TIMES, least=0, most=20),
    Parameter("event.report", "2.1.1", _("Report after an event within"), 5, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "survey.report", "2.1.2", _("Survey report after data lock within"), 10, Unit.WORKING_DAYS, least=1, most=60
    ),
    Parameter("survey.answer", "2.1.2", _("Receivers answer a report within"), 5, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "competitor.least", "2.1.3", _("Main competitors, at least"), 3, least=1, most=20, not_above="competitor.most"
    ),
    Parameter(
        "competitor.most", "2.1.3", _("Main competitors, at most"), 8, least=1, most=30, not_below="competitor.least"
    ),
    Parameter(
        "competitor.review",
        "2.1.3",
        _("List of competitors reviewed"),
        "half_year",
        kind=Kind.CHOICE,
        parts=cadences("quarter", "half_year", "year"),
    ),
    Parameter(
        "competitor.every",
        "2.1.3",
        _("Competitor profiles renewed"),
        "quarter",
        kind=Kind.CHOICE,
        parts=cadences("month", "quarter", "half_year"),
    ),
    Parameter(
        "competitor.refresh",
        "2.1.3",
        _("Profiles renewed after the period within"),
        10,
        Unit.WORKING_DAYS,
        least=1,
        most=30,
        legal_note=_("Facts about competitors come from lawful sources only, and each names its source."),
    ),
    Parameter(
        "competitor.advice", "2.1.3", _("Advice after the quarter within"), 15, Unit.WORKING_DAYS, least=1, most=40
    ),
)
