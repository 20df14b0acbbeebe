"""What a parameter counts in, and how a count of it is said in the reader's language."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Unit(StrEnum):
    """The unit of a parameter. A SHARE is stored as a fraction of one; a PERCENT as a whole number of hundredths."""

    NONE = ""
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    YEARS = "years"
    TIMES = "times"
    DAY_OF_MONTH = "day of the month"
    WORKING_DAY_OF_MONTH = "working day of the month"
    PERCENT = "percent"
    SHARE = "share"
    SHARE_A_DAY = "share a day"
    POINTS = "points"
    MONEY = "money"


_WORDED: dict[Unit, Callable[[int], str]] = {
    Unit.MINUTES: lambda n: ngettext("%(count)s minute", "%(count)s minutes", n),
    Unit.HOURS: lambda n: ngettext("%(count)s hour", "%(count)s hours", n),
    Unit.DAYS: lambda n: ngettext("%(count)s day", "%(count)s days", n),
    Unit.WORKING_DAYS: lambda n: ngettext("%(count)s working day", "%(count)s working days", n),
    Unit.YEARS: lambda n: ngettext("%(count)s year", "%(count)s years", n),
    Unit.TIMES: lambda n: ngettext("%(count)s time", "%(count)s times", n),
    Unit.DAY_OF_MONTH: lambda n: _("day %(count)s"),
    Unit.WORKING_DAY_OF_MONTH: lambda n: _("working day %(count)s"),
    Unit.PERCENT: lambda n: _("%(count)s%%"),
    Unit.SHARE: lambda n: _("%(count)s%%"),
    Unit.SHARE_A_DAY: lambda n: _("%(count)s%% a day"),
    Unit.POINTS: lambda n: ngettext("%(count)s point", "%(count)s points", n),
    Unit.MONEY: lambda n: _("%(count)s yuan"),
}


def worded(unit: Unit, count: int, figure: str) -> str:
    """`figure` with its unit; `count` decides between one and many."""
    if unit not in _WORDED:
        return figure
    return _WORDED[unit](count) % {"count": figure}
