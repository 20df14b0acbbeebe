"""How a figure came about, in words (2.7.2): its formula filled in, the edition and parameters of the regulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import saying
from shangwu.chapters.analytics.explorer.figures import Figure
from shangwu.foundation.measures.registry import Measure, Term, Unit
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.wording import parameters_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation import editions


@dataclass(frozen=True, slots=True)
class Explained:
    """formula: with its numbers. edition: its number, as of the last day that counts. parameters: those that the rows
    were judged by, as of that day; see `parameters_of`."""

    measure: Measure
    formula: str
    edition: str
    parameters: Sequence[Mapping[str, Any]]


def explained(actor: Actor, found: Figure) -> Explained:
    """A figure explained to one reader."""
    one, last_day = found.measure, found.span.until
    edition = editions.held_on(last_day)
    return Explained(
        one,
        formula(actor, found),
        edition.number if edition is not None else _("as shipped with the program"),
        [each for each in parameters_of(one.clause, last_day) if each["key"] in one.parameters],
    )


def formula(actor: Actor, found: Figure) -> str:
    """The formula of a figure with its numbers, see `filled_in`."""
    value = saying.of_measure(found.value, found.measure, actor)
    return filled_in(found.measure, found.terms, found.count, value, actor.currency)


def filled_in(one: Measure, terms: Mapping[str, Any], count: int, value: str, currency: str) -> str:
    """The formula with its numbers: 1,200,000.00 - 700,000.00 = 500,000.00; counts and sums name their rows."""
    if one.formula is None:
        return _("%(definition)s, over %(count)s records: %(value)s") % {
            "definition": one.definition, "count": formats.number(count), "value": value,
        }  # fmt: skip
    said = {each.name: _term_said(each, terms[each.name], currency) for each in one.terms}
    return one.formula.said % said + f" = {value}"


def term(actor: Actor, found: Figure, one: Term) -> str:
    """A term of a figure in its own unit."""
    return _term_said(one, found.terms[one.name], actor.currency)


def _term_said(one: Term, value: Any, currency: str) -> str:
    """Whole numbers as such, amounts as money."""
    if isinstance(value, int) or value is None:
        return saying.said(value, Unit.COUNT)
    unit = Unit.QUANTITY if one.name == "quantity" else Unit.MONEY
    return saying.said(value, unit, currency)
