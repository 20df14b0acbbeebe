"""Clause 2.7.3: which measures can be indicators, and what they are called."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shangwu.chapters.customers.contact_access import counts_contacts
from shangwu.chapters.customers.survey_access import counts_surveys
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.measures.registry import Measure, Unit, measures
from shangwu.foundation.records.refusals import Sentence

CREDITED, SELLER = "credited_person", "salesperson"
DIMENSIONS = {
    "person": (CREDITED, SELLER, "customer_owner", "survey_owner", "contact_person", "opportunity_owner"),
    "department": ("credited_department",),
    "company": ("credited_company",),
}
"""By level of a sheet, the groupings by one of which a measure answers; the first that it has is taken."""
WHOSE = {"department": "department", "company": "entity"}
"""What else a measure that knows its persons is told apart by: whose its rows are."""
OPEN_TO_ONESELF = frozenset({counts_surveys, counts_contacts})
"""Gates that keep sums of parts from misleading: what is one's own misleads nobody, and stands on one's own sheet."""
REPLACED = frozenset({"sales.revenue", "sales.profit"})
"""Measures whose credited counterpart knows of split deals."""
_ADDING = frozenset({Unit.MONEY, Unit.COUNT, Unit.QUANTITY})


def measurable() -> list[Measure]:
    """The measures that can be told apart by person, in the order of their declaration."""
    return [
        one
        for one in measures.values()
        if dimension_of(one, "person") and one.unit is not Unit.DATE and one.name not in REPLACED
        and one.gate in (None, sees_cost, *OPEN_TO_ONESELF)
    ]  # fmt: skip


def choices() -> Sequence[tuple[str, Sentence]]:
    """The choices of a line's measure."""
    return [(one.name, one.label) for one in measurable()]


def dimension_of(one: Measure, level: str) -> str:
    """By what a measure is grouped for sheets of a level; "" where it can't be."""
    found = next((name for name in DIMENSIONS[level] if name in one.dimensions), "")
    if found or level == "person":
        return found
    return WHOSE[level] if dimension_of(one, "person") else ""


def label_of(name: str) -> Sentence:
    """What a measure is called; its name where it is gone."""
    return measures[name].label if name in measures else name


def is_closed(name: str) -> bool:
    """Whether a measure is for those alone who may see costs: its amounts are then shown to nobody else."""
    return name in measures and measures[name].gate not in (None, *OPEN_TO_ONESELF)


def is_mean(name: str) -> bool:
    """Whether a measure is a share or a mean: nothing of it is no result, and its parts do not come to the whole."""
    if name not in measures:
        return False
    one = measures[name]
    return one.unit in (Unit.RATIO, Unit.DAYS) or (one.formula is not None and not one.formula.adds)


def unit_of(name: str, way: str) -> Unit | None:
    """What a line counts in; None for what is entered by hand. Growth is a ratio."""
    if way == "manual" or name not in measures:
        return None
    return Unit.RATIO if way == "growth" else measures[name].unit


def adds_up(name: str, way: str) -> bool:
    """Whether the parts of a measure come to the whole."""
    return way == "measure" and name in measures and measures[name].unit in _ADDING and not is_mean(name)


def definition_of(name: str) -> str:
    """The measure's definition and basis, for those who sign."""
    one = measures[name]
    return _("%(definition)s. %(basis)s") % {"definition": one.definition, "basis": one.basis}
