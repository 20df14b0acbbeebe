"""Clause 2.7.2: how the numbers of a report came about: formulas filled in, shares and changes with their terms.

Terms are asked of the same locked months as the numbers were. Where they no longer work out to what a report says,
because a definition has changed since, no formula is shown: a report recomputes to that number elsewhere, or says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangwu.chapters.analytics.closing.figures import Snapshot, closes_between
from shangwu.chapters.analytics.explorer.explained import filled_in
from shangwu.chapters.analytics.explorer.figures import equal
from shangwu.chapters.analytics.reports.content import compared, rate_of
from shangwu.chapters.analytics.reports.figures import Figure, Frame, Frozen, plain, reader
from shangwu.chapters.analytics.reports.tables import NONE, number_of
from shangwu.foundation.measures import engine
from shangwu.foundation.measures.asking import RECORD, Question, question
from shangwu.foundation.measures.registry import Unit, measures
from shangwu.foundation.pages import formats
from shangwu.foundation.records.refusals import Refusal


@dataclass(slots=True)
class Working:
    """terms: by measure and term of its formula. count: the records of the row."""

    count: int = 0
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)


def workings(sheet: Frozen, one: Figure, span: str, names: Sequence[str]) -> dict[Any, Working]:
    """What the numbers of a span were worked out of, by row; nothing where the months can't be asked any more."""
    if one.is_moment:
        return {}
    frame, by = Frame.of(sheet["frame"]), [one.kept["by"]] if one.kept["by"] else []
    since, until = (date.fromisoformat(day) for day in one.kept["spans"][span])
    days: Any = {"since": since, "until": until, "where": frame.where}
    try:
        source = Snapshot(closes_between(frame.entity, since, until))
        posed = question(reader(frame), names, by=by, source=source, terms=True, **days)
        records = question(reader(frame), names[:1], by=[*by, RECORD.name], source=source, **days).table
        found = _terms(posed)
        keys = [f"by_{name}" for name in by]
        counted = records.group_by(keys).agg(n=records.count()) if keys else records.aggregate(n=records.count())
        for *row, count in engine.rows(counted):
            found.setdefault(plain(row[0]) if row else None, Working()).count = count
    except Refusal:
        return {}
    return found


def _terms(posed: Question) -> dict[Any, Working]:
    found = {}
    for cells in engine.rows(posed.table):
        row = plain(cells[0]) if posed.by else None
        rest = iter(cells[len(posed.by) + len(posed.measures) :])
        terms = {one.name: {term.name: next(rest) for term in one.terms} for one in posed.measures}
        found[row] = Working(terms=terms)
    return found


def formula(name: str, value: Decimal | None, working: Working | None, currency: str) -> str:
    """A number's formula with its terms; "" where they do not come to it."""
    measure = measures[name]
    if value is None or working is None:
        return ""
    terms = working.terms.get(name, {})
    if measure.formula is not None and not _comes_to(measure.formula.work(terms), value):
        return ""
    return filled_in(measure, terms, working.count, number_of(measure, value, currency), currency)


def _comes_to(worked_out: Any, value: Decimal) -> bool:
    """Whether terms come to a number as a report keeps it: shares to nine places."""
    if worked_out is None:
        return False
    nearly = Decimal("1e-8") * max(Decimal(1), abs(value))
    return equal(worked_out, value) or abs(Decimal(str(worked_out)) - value) <= nearly


def share(one: Figure, name: str, row: Any, currency: str) -> str:
    """A row's part of the whole, filled in; "" where the report tells none."""
    value, whole = one.value(name, row=row), one.total(name)
    if value is None or not whole or name != one.kept["names"][0] or not one.has_shares:
        return ""
    said = [number_of(measures[name], each, currency) for each in (value, whole)]
    percent = formats.percent(value / whole)
    return f"{pgettext('part of a whole', 'Share')}: {said[0]} ÷ {said[1]} = {percent}"


def changes(one: Figure, name: str, row: Any, currency: str) -> list[str]:
    """The changes that the report tells of a number, filled in."""
    if one.key == "trend":
        return []
    labels = {"prior": _("Change on the period before"), "year": _("Change on the year before")}
    told = [change(one, name, row, before, currency) for before in labels]
    wanted: Mapping[str, str] = dict(zip(labels.values(), told, strict=True))
    if one.kept["by"]:
        is_first = name == one.kept["names"][0]
        wanted = {labels["year"]: told[1] if is_first else ""}
    return [f"{label}: {text}" for label, text in wanted.items() if text]


def change(one: Figure, name: str, row: Any, before: str, currency: str) -> str:
    """One change filled in; "" where there is no base."""
    spans, moved = compared(one, before), rate_of(one, name, row, before=before, currency=currency)
    if spans is None or moved == NONE:
        return ""
    values = [one.value(name, span, row) for span in spans]
    now, base = (number_of(measures[name], value, currency) for value in values)
    if measures[name].unit is Unit.RATIO or (values[1] or 0) < 0:
        return f"{now} − {base} = {moved}"
    return f"({now} − {base}) ÷ {base} = {moved}"
