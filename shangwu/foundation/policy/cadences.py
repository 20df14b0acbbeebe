"""How often: the choices of parameters that say it."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence

_CADENCES: dict[str, Sentence] = {
    "day": _("every day"),
    "week": _("every week"),
    "month": _("every month"),
    "quarter": _("every quarter"),
    "half_year": _("every half-year"),
    "year": _("every year"),
}


def cadences(*names: str) -> dict[str, Sentence]:
    """Some of: day, week, month, quarter, half_year, year. Raises KeyError for another."""
    return {name: _CADENCES[name] for name in names}
