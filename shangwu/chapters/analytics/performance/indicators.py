"""Clause 2.7.3: which measures can be indicators, and what they are called."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.measures.registry import Measure, Unit, measures
from shangwu.foundation.records.refusals import Sentence

CREDITED, SELLER = "credited_person", "salesperson"
DIMENSIONS = {"person": (CREDITED, SELLER), "department": ("credited_department",), "company": ("credited_company",)}
"""By level of a sheet, the groupings by one of which a measure has to answer; the first that it has is taken."""
REPLACED = frozenset({"sales.revenue", "sales.profit"})
"""Measures whose credited counterpart knows of split deals."""
_ADDING = frozenset({Unit.MONEY, Unit.COUNT, Unit.QUANTITY})


def measurable() -> list[Measure]:
    """The measures that can be told apart by person, in the order of their declaration."""
    return [
        one
        for one in measures.values()
        if dimension_of(one, "person") and one.unit is not Unit.DATE and one.gate in (None, sees_cost)
        and one.name not in REPLACED
    ]  # fmt: skip


def choices() -> Sequence[tuple[str, Sentence]]:
    """The choices of a line's measure."""
    return [(one.name, one.label) for one in measurable()]


def dimension_of(one: Measure, level: str) -> str:
    """By what a measure is grouped for sheets of a level; "" where it can't be."""
    return next((name for name in DIMENSIONS[level] if name in one.dimensions), "")


def label_of(name: str) -> Sentence:
    """What a measure is called; its name where it is gone."""
    return measures[name].label if name in measures else name


def is_closed(name: str) -> bool:
    """Whether a measure is for those alone who pass its gate: its amounts are then shown to nobody else."""
    return name in measures and measures[name].gate is not None


def unit_of(name: str, way: str) -> Unit | None:
    """What a line counts in; None for what is entered by hand. Growth is a ratio."""
    if way == "manual" or name not in measures:
        return None
    return Unit.RATIO if way == "growth" else measures[name].unit


def adds_up(name: str, way: str) -> bool:
    """Whether the parts of a measure come to the whole."""
    return way == "measure" and name in measures and measures[name].unit in _ADDING


def definition_of(name: str) -> str:
    """The measure's definition and basis, for those who sign."""
    one = measures[name]
    return _("%(definition)s. %(basis)s") % {"definition": one.definition, "basis": one.basis}
