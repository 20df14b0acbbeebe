"""What clauses 2.2.1 and 2.2.2 demand of whom, and what proves it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.duties.deadlines import DayOfYear, Days, WorkingDays
from shangwu.foundation.duties.rules import duty
from shangwu.foundation.people.roles import Role

duty(
    "2.2.1.1",
    _("Score and choose market segments"),
    Role.HEAD,
    DayOfYear("segment.year"),
    _("The segments of the year are chosen."),
    every="year",
    from_start=True,
)
duty(
    "2.2.2.1",
    _("A portrait for each focus market"),
    Role.MARKETING,
    {"first": WorkingDays("persona.after"), "review": Days("persona.review")},
    _("The portrait is filled in whole."),
)
