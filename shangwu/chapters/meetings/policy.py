"""What clauses 3.2.1 to 3.2.3 leave open."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter(
        "meeting.weekday",
        "3.2.1",
        _("Department meeting on"),
        "1",
        kind=Kind.CHOICE,
        parts={str(day + 1): name for day, name in WEEKDAYS.items()},
    ),
    Parameter("meeting.start", "3.2.1", _("Department meeting at"), "09:30", kind=Kind.TIME),
    Parameter("meeting.submit", "3.2.1", _("Summary and plan on the working day before by"), "17:00", kind=Kind.TIME),
    Parameter(
        "meeting.red",
        "3.2.2",
        _("Meeting after a milestone is in danger within"),
        3,
        Unit.WORKING_DAYS,
        least=1,
        most=10,
    ),
    Parameter("meeting.minutes", "3.2.3", _("Minutes issued within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter("meeting.spread", "3.2.3", _("Decisions passed on within"), 1, Unit.WORKING_DAYS, least=1, most=5),
    Parameter("meeting.extensions", "3.2.3", _("A decision may be put off, at most"), 2, Unit.TIMES, least=0, most=5),
)
