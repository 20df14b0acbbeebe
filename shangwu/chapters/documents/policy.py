"""What clauses 3.3.1 to 3.3.4 leave open."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.cadences import cadences
from shangwu.foundation.policy.parameters import Kind, Parameter, declare
from shangwu.foundation.policy.units import Unit

declare(
    Parameter("doc.review", "3.3.2", _("Head reviews a draft within"), 2, Unit.WORKING_DAYS, least=1, most=10),
    Parameter("doc.issue", "3.3.2", _("Signed and issued after review within"), 2, Unit.WORKING_DAYS, least=1, most=10),
    Parameter("doc.file", "3.3.3", _("Filed after issue within"), 5, Unit.WORKING_DAYS, least=1, most=20),
    Parameter(
        "doc.year", "3.3.3", _("Documents of the past year handed to the archive by"), "03-31", kind=Kind.DAY_OF_YEAR
    ),
    Parameter(
        "doc.backup",
        "3.3.3",
        _("Important documents are backed up"),
        "day",
        kind=Kind.CHOICE,
        parts=cadences("day", "week"),
    ),
    Parameter(
        "doc.check",
        "3.3.3",
        _("Copies, media and storeroom are checked"),
        "month",
        kind=Kind.CHOICE,
        parts=cadences("week", "month", "quarter"),
    ),
    Parameter(
        "doc.restore",
        "3.3.3",
        _("Restoring from the backup is tried"),
        "quarter",
        kind=Kind.CHOICE,
        parts=cadences("month", "quarter", "half_year"),
    ),
    Parameter("doc.media", "3.3.3", _("Media are renewed every"), 5, Unit.YEARS, least=1, most=10),
    Parameter("loan.days", "3.3.4", _("A document is lent for at most"), 10, Unit.WORKING_DAYS, least=1, most=30),
    Parameter(
        "loan.secret_days", "3.3.4", _("A secret document is lent for at most"), 5, Unit.WORKING_DAYS, least=1, most=5
    ),
    Parameter("loan.renewals", "3.3.4", _("A loan is renewed at most"), 1, Unit.TIMES, least=0, most=3),
    Parameter("loan.remind", "3.3.4", _("Return is reminded of before, by"), 2, Unit.WORKING_DAYS, least=1, most=5),
    Parameter(
        "loan.inspect", "3.3.4", _("Returned documents are inspected within"), 1, Unit.WORKING_DAYS, least=1, most=5
    ),
)
