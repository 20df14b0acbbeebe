"""Clause 2.7.3: each line explains itself: its formula filled in, as far as the reader may see its figures."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.performance import indicators
from shangwu.chapters.analytics.performance.models import KpiLine
from shangwu.chapters.analytics.performance.progress import LineNow, SheetNow
from shangwu.chapters.analytics.performance.scoring import rounded, unlimited
from shangwu.chapters.sales.access import sees_cost
from shangwu.foundation.measures.registry import Unit
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

NONE = "—"


def currencies_of(sheets: "list[SheetNow]") -> dict[int, str]:
    """The currency of each sheet's legal entity."""
    with gate.free_reading():
        keys = {key for one in sheets if (key := one.sheet.entity_id) is not None}
        rows = Entity.objects.filter(pk__in=keys)
        return dict(rows.values_list("pk", "currency"))


def amount(line: KpiLine, value: Decimal | Fraction | None, currency: str) -> str:
    """A figure of a line in its unit; a dash for none."""
    return in_unit(indicators.unit_of(line.measure, line.way), value, currency)


def in_unit(unit: Unit | None, value: Decimal | Fraction | None, currency: str) -> str:
    """A figure in a unit, shares already in per cent; a dash for none."""
    if value is None:
        return NONE
    exact = rounded(value, 6) if isinstance(value, Fraction) else value
    if unit is Unit.MONEY:
        return formats.money(exact, currency)
    if unit is Unit.RATIO:
        return f"{formats.number(formats.round_to(exact, 2).normalize() + 0)}%"
    return formats.number(formats.round_to(exact, 4))


def explained(actor: Actor, sheet: SheetNow, one: LineNow, currency: str) -> dict[str, Any]:
    """A line for a page: its figures, its bar, its formula. What the reader may not see is left out."""
    line = one.line
    open_to = not line.is_closed or sees_cost(actor)
    percent = rounded(one.percent) if one.percent is not None else None
    return {
        "position": line.position,
        "label": line.label,
        "weight": formats.number(line.weight),
        "target": amount(line, one.aim, currency) if open_to else "",
        "actual": amount(line, one.actual, currency) if open_to else "",
        "reached": NONE if percent is None else f"{formats.number(percent)}%",
        "bar": 0 if percent is None else min(int(percent), 100),
        "points": NONE if one.points is None else formats.number(one.points, 2),
        "behind": bool(percent is not None and sheet.is_provisional and percent < sheet.passed),
        "mark": _mark(one) if open_to else "",
        "formula": formula(sheet, one, currency, open_to=open_to),
        "over_time": _over_time(one, currency) if open_to and len(one.pieces) > 1 else "",
        "is_closed": not open_to,
        "adjusted": _adjusted(one, currency) if open_to else "",
        "evidence": line.evidence if open_to else "",
        "until": line.objectable_until,
        "stopped": line.stopped_on,
    }


def _mark(one: LineNow) -> str:
    """Whether the result is below the floor, or beyond the stretch target."""
    lower = one.line.direction == KpiLine.Direction.DOWN
    floor, stretch, actual = one.line.figure("floor"), one.line.figure("stretch"), one.actual
    if actual is None:
        return ""
    if stretch is not None and (actual <= stretch if lower else actual >= stretch):
        return _("stretch target reached")
    if floor is not None and (actual > floor if lower else actual < floor):
        return _("below the floor")
    return ""


def formula(sheet: SheetNow, one: LineNow, currency: str, *, open_to: bool) -> str:
    """How the points come about, filled in; without the amounts for whoever may not see them."""
    if one.percent is None or one.points is None or one.actual is None:
        return _("not yet known")
    is_lower = one.line.direction == KpiLine.Direction.DOWN
    exact = unlimited(one.actual, one.aim, lower_is_better=is_lower)
    words: Mapping[str, Any] = {
        "actual": amount(one.line, one.actual, currency),
        "target": amount(one.line, one.aim, currency),
        "exact": "" if exact is None else formats.number(rounded(exact)),
        "reached": formats.number(rounded(one.percent)),
        "weight": formats.number(one.line.weight),
        "points": formats.number(one.points, 2),
    }
    if not open_to:
        return _("%(reached)s%% × weight %(weight)s = %(points)s") % words
    if exact is None:
        said = _("%(actual)s against a target of %(target)s: %(reached)s%%, × weight %(weight)s = %(points)s")
    elif exact != one.percent and is_lower:
        said = _(
            "(2 − %(actual)s ÷ %(target)s) = %(exact)s%%, counted as %(reached)s%%, × weight %(weight)s = %(points)s"
        )
    elif exact != one.percent:
        said = _("%(actual)s ÷ %(target)s = %(exact)s%%, counted as %(reached)s%%, × weight %(weight)s = %(points)s")
    elif is_lower:
        said = _("(2 − %(actual)s ÷ %(target)s) = %(reached)s%%, × weight %(weight)s = %(points)s")
    else:
        said = _("%(actual)s ÷ %(target)s = %(reached)s%%, × weight %(weight)s = %(points)s")
    return said % words


def _adjusted(one: LineNow, currency: str) -> str:
    """What was locked, what an upheld objection added, and the result; "" where nothing was."""
    if not one.adjusted or one.actual is None:
        return ""
    sign = "+" if one.adjusted > 0 else "−"
    locked, by, result = (
        amount(one.line, each, currency) for each in (one.actual - one.adjusted, abs(one.adjusted), one.actual)
    )
    return f"{locked} {sign} {by} = {result}"


def _over_time(one: LineNow, currency: str) -> str:
    """The targets one after the other, weighted by working days."""
    whole = sum(piece.days for piece in one.pieces)
    parts = [f"{amount(one.line, piece.target, currency)} × {piece.days}/{whole}" for piece in one.pieces]
    return " + ".join(parts) + f" = {amount(one.line, one.aim, currency)}"
