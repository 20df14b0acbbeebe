"""The registry of quality checks over a month's rows, filled by each chapter's checks.py."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


class Fault(StrEnum):
    """What can be wrong with a row."""

    MISSING = "missing"
    DOUBLED = "doubled"
    LATE = "late"
    OUTSIDE = "outside"


FAULTS = {
    Fault.MISSING: pgettext_lazy("of figures", "Something is missing"),
    Fault.DOUBLED: _("Entered twice"),
    Fault.LATE: _("Entered late"),
    Fault.OUTSIDE: _("Outside the limits"),
}


@dataclass(frozen=True, slots=True)
class Month:
    """The month of a legal entity that is checked: `first` and `last` day, both included, in the entity's zone."""

    entity: int
    first: datetime.date
    last: datetime.date
    zone: datetime.tzinfo

    @property
    def begins(self) -> datetime.datetime:
        """The moment at which its first day begins."""
        return datetime.datetime.combine(self.first, datetime.time(), self.zone)

    @property
    def over(self) -> datetime.datetime:
        """The moment at which its last day is over."""
        return datetime.datetime.combine(self.last + datetime.timedelta(days=1), datetime.time(), self.zone)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a month's rows must not have.

    find: the rows of `model` that have it; called by the house itself, for all of the entity's rows.
    mend: what to do about such a row. named: the field by which people know the row; nothing personal, for it is kept.
    """

    name: str
    label: Sentence
    fault: Fault
    model: type[Record]
    clause: str
    mend: Sentence
    find: Callable[[Month], QuerySet[Any]]
    named: str = "number"


checks: dict[str, Check] = {}


def declare(*found: Check) -> None:
    """Register checks. Raises ValueError for a name declared twice."""
    for one in found:
        if one.name in checks:
            raise ValueError(f"check {one.name} is declared twice")
        checks[one.name] = one


def choices() -> list[tuple[str, Any]]:
    """The names and labels of all checks, for the field that keeps a check's name."""
    return [(one.name, one.label) for one in checks.values()]
