"""Figures in words: each in its unit; changes by the rules of 2.7.2; a filter as one reads it."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import keys
from shangwu.chapters.analytics.explorer.asked import Asked, grouping
from shangwu.chapters.analytics.explorer.changes import Change
from shangwu.chapters.analytics.explorer.independence import Independence
from shangwu.foundation.measures.asking import labels_of
from shangwu.foundation.measures.registry import Measure, Unit
from shangwu.foundation.pages import formats
from shangwu.foundation.records.actors import Actor

NOTHING = "—"
LIKELY_CHANCE = 0.05
"""A table at least as uneven comes by chance in so many cases: below it, it is no chance."""


def said(value: Any, unit: Unit, currency: str = "") -> str:
    """A value in its unit; a dash for none."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime.date):
        return formats.day(value)
    exact = value if isinstance(value, int | Decimal) else Decimal(repr(value))
    if unit is Unit.MONEY:
        return formats.money(exact, currency)
    if unit is Unit.RATIO:
        return formats.percent(exact)
    return formats.number(exact if isinstance(exact, int) else formats.round_to(exact, 2).normalize() + 0)


def of_measure(value: Any, one: Measure, actor: Actor) -> str:
    """A measure's value in its unit, money in the currency of the reader's legal entity."""
    return said(value, one.unit, actor.currency)


def share(part: Any, whole: Any) -> str:
    """A part of a whole in per cent, two places; a dash where the whole is nothing."""
    return f"{formats.number(Decimal(part) / Decimal(whole) * 100, 2)}%" if part is not None and whole else NOTHING


def quotient(part: Any, whole: Any, currency: str) -> str:
    """A share of amounts filled in, for whoever points at it; "" where there is none."""
    if part is None or not whole:
        return ""
    return f"{said(part, Unit.MONEY, currency)} ÷ {said(whole, Unit.MONEY, currency)}"


def dependence(row: str, column: str, test: Independence | None) -> str:
    """Whether two groupings go together, in a sentence; "" where their table is too small to say."""
    if test is None:
        return ""
    facts = {
        "row": row, "column": column, "statistic": f"{test.statistic:,.6f}",
        "freedom": test.freedom, "p": f"{test.p:.3g}", "strength": f"{test.strength:.2f}",
    }  # fmt: skip
    if test.p < LIKELY_CHANCE:
        said = _(
            "%(row)s and %(column)s go together: chi-square %(statistic)s with %(freedom)s degrees of freedom, "
            "p = %(p)s, strength %(strength)s of 1."
        )
    else:
        said = _(
            "No dependence of %(row)s and %(column)s shows: chi-square %(statistic)s with %(freedom)s degrees of "
            "freedom, p = %(p)s."
        )
    unsure = "" if test.sure else " " + _("Many cells hold too little for a sure judgement.")
    return said % facts + unsure


def conditions(actor: Actor, asked: Asked) -> list[tuple[str, str]]:
    """The filter as (grouping, its values in the reader's words)."""
    found = []
    for (name, _given), wanted in zip(asked.where, keys.values(actor, asked).values(), strict=True):
        one = grouping(name)
        known = labels_of(actor, [one], [(value,) for value in wanted])[name]
        found.append((str(one.label), _(", ").join(known.get(value) or NOTHING for value in wanted)))
    return found


def span(asked: Asked, today: datetime.date) -> str:
    """The days that count, in words."""
    found = asked.span(today)
    if found.since is None and found.until is None:
        return _("the whole time")
    first, last = (day.isoformat() if day else "" for day in (found.since, found.until))
    return f"{first} – {last}".strip()


def moved(found: Change, one: Measure, actor: Actor) -> str:
    """A change of a measure; of shares in percentage points, which are no per cent of per cent."""
    if one.unit is not Unit.RATIO:
        return found.said(actor.currency if one.unit is Unit.MONEY else "")
    if found.difference is None:
        return NOTHING
    sign = "+" if found.difference >= 0 else formats.MINUS
    points = formats.number(abs(found.difference) * 100, 2)
    return _("%(points)s points") % {"points": f"{sign}{points}"}
