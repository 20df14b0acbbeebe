"""Clause 2.7.2: a sentence says only numbers that recompute. Which numbers a figure has, and which a text names."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.reports.access import READERS
from shangwu.chapters.analytics.reports.figures import Figure, figure, may_see
from shangwu.chapters.analytics.reports.judged import change
from shangwu.chapters.analytics.reports.models import ReportFinding, SalesReport
from shangwu.chapters.analytics.reports.telling import has_number, unknown_numbers
from shangwu.foundation.records.actors import Actor, ActorKind, Grant
from shangwu.foundation.records.refusals import Refusal


def is_open(measure: str) -> bool:
    """Whether every reader of reports may see numbers of this measure: only these may stand in a sentence."""
    return all(may_see(Actor(kind=ActorKind.PERSON, person_id=0, grants=(Grant(role),)), measure) for role in READERS)


def candidates(one: Figure) -> Iterator[tuple[str, Decimal]]:
    """All numbers of a figure that a sentence may cite: amounts by row and span, and by how much they changed."""
    rows: Sequence[Any] = one.about() if one.kept["by"] else [None]
    for name in filter(is_open, one.kept["names"]):
        for row in [*rows, *([None] if one.kept["by"] else [])]:
            yield from _of(one, name, row)


def _of(one: Figure, name: str, row: Any) -> Iterator[tuple[str, Decimal]]:
    whole = row is None
    found = {}
    for span in one.kept["rows"]:
        value = one.total(name, span) if whole else one.value(name, span, row)
        if value is not None:
            found[span] = value
            yield f"{name}|{'' if whole else row}|{span}", value
    for before in ("prior", "year"):
        rate = change(found["now"], found[before]) if {"now", before} <= found.keys() else None
        if rate is not None:
            yield f"{name}|{'' if whole else row}|change_{before}", rate


def cited(report: SalesReport, key: str, text: str) -> dict[str, Any]:
    """The facts of a finding that a person writes: the figure's numbers that the text names.

    Raises Refusal `figure` for one that the report doesn't have, `number` for a text without a number of it.
    """
    one = figure(report.sheet, key)
    if one is None:
        said = _("This report has no such figure. Choose one that stands in it.")
        raise Refusal("figure", said, fields={"figure": [said]})
    values = {name: str(value) for name, value in candidates(one)}
    require_known(text, {"values": values}, report)
    named = {name: value for name, value in values.items() if _names(text, value, report)}
    return {"values": named, "row": None, "metric": "", "tolerance": ""}


def _names(text: str, value: str, report: SalesReport) -> bool:
    """Whether a text names this number: it would be unknown without it."""
    without = unknown_numbers(text, {"values": {}}, days=_days(report))
    return len(unknown_numbers(text, {"values": {"": value}}, days=_days(report))) < len(without)


def require_known(text: str, facts: dict[str, Any], report: SalesReport, names: Sequence[str] = ()) -> None:
    """Raises Refusal `number` where a text names none, or one that is not of the facts."""
    if not has_number(text):
        said = _("Say the number: a sentence without one can't be checked.")
        raise Refusal("number", said, fields={"wording": [said]})
    if unknown := unknown_numbers(text, facts, names, _days(report)):
        sentence = _("%(numbers)s does not follow from the figure. Use its numbers, rounded as you like.")
        params = {"numbers": ", ".join(unknown)}
        raise Refusal("number", sentence, params, fields={"wording": [str(sentence) % params]})


def _days(report: SalesReport) -> list[str]:
    """The days that a sentence about a report may name: its period's, and the year before."""
    frame = report.sheet["frame"]
    return [frame["first"][:4], str(int(frame["first"][:4]) - 1), frame["first"][5:7]]


def require_draft(finding: ReportFinding) -> None:
    """Raises Refusal `settled` once the report has been put forward: what is decided about stays as it is."""
    if finding.report.state != SalesReport.State.DRAFT:
        raise Refusal("settled", _("The report has been put forward. Take it back to change what it says."))
