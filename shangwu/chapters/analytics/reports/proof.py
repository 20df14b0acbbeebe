"""Clause 2.7.2: why a figure is what it is: definition, question, rows, and what it comes to when asked anew."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.explorer import behind, keys
from shangwu.chapters.analytics.explorer.asked import IS, MOST_VALUES
from shangwu.chapters.analytics.reports import figures, spans, workings
from shangwu.chapters.analytics.reports.content import row_labels, visible_measures
from shangwu.chapters.analytics.reports.figures import Figure
from shangwu.chapters.analytics.reports.models import SalesReport
from shangwu.chapters.analytics.reports.tables import NONE, number_of
from shangwu.chapters.analytics.reports.workings import Working
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.measures.asking import SCOPE
from shangwu.foundation.measures.registry import dimensions, fact_sets, measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.editions import held_on


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, how it came about, the list of records behind it, and the page that works it out of today's ledger."""

    text: str
    workings: Sequence[str]
    records: str
    ledger: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a figure: what it is about, and its numbers."""

    key: str
    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of a figure in one span of days."""

    title: str
    days: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Proof:
    """All that a figure's page says."""

    definitions: Sequence[tuple[str, str, str]]
    heads: Sequence[str]
    blocks: Sequence[Block]
    question: Sequence[tuple[str, str]]
    verdict: str
    equal: bool | None
    differs: Sequence[tuple[str, str, str]]


SPANS = ("now", "prior", "year", "rate_now", "rate_then")


def proof_of(report: SalesReport, one: Figure, actor: Actor, *, again: bool) -> Proof | None:
    """The proof of a figure for one reader; None where none of its numbers are theirs to see."""
    names = visible_measures(one, actor)
    if not names:
        return None
    labels = row_labels(actor, one)
    found = figures.again(report.sheet, one.key) if again else None
    return Proof(
        definitions=[_definition(one, name) for name in names],
        heads=[str(measures[name].label) for name in names],
        blocks=[
            Block(
                _span_title(span), " – ".join(one.kept["spans"][span]),
                _lines(report, one, span, names, labels, actor),
            )
            for span in SPANS
            if span in one.kept["rows"]
        ],
        question=_question(report, one),
        verdict=_verdict(found),
        equal=found.equal if found is not None else None,
        differs=_differences(report, one, found, names, labels) if found is not None else [],
    )  # fmt: skip


def _span_title(span: str) -> str:
    return {
        "now": _("This period"), "prior": _("Period before"), "year": _("Year before"),
        "rate_now": _("January and February"), "rate_then": _("January and February of the year before"),
    }[span]  # fmt: skip


def _definition(one: Figure, name: str) -> tuple[str, str, str]:
    """A measure: its label and version, what it means, its clause."""
    version = dict(zip(one.kept["names"], one.kept["versions"], strict=True))[name]
    measure = measures[name]
    label = _("%(measure)s, version %(version)s") % {"measure": measure.label, "version": version}
    return label, f"{measure.definition}{_('. ')}{measure.basis}", measure.clause


def _question(report: SalesReport, one: Figure) -> list[tuple[str, str]]:
    kept = report.sheet["frame"]
    on = datetime.date.fromisoformat(report.sheet["cut_off"][:10]) if report.sheet["cut_off"] else None
    edition = held_on(on)
    return [
        (_("Asked by"), one.kept["by"] or _("nothing: the whole")),
        (_("Days"), " – ".join(one.kept["spans"]["now"])),
        (_("Departments counted"), str(len(kept["departments"]) or _("all"))),
        (_("Secrecy up to"), str(kept["secrecy"])),
        (_("Frozen"), formats.moment(report.drawn_at) if report.drawn_at else NONE),
        (_("Snapshot"), report.snapshot or NONE),
        (_("Edition of the regulation"), edition.number if edition is not None else _("as shipped")),
    ]


def _lines(
    report: SalesReport, one: Figure, span: str, names: Sequence[str], labels: Mapping[Any, str], actor: Actor
) -> list[Line]:  # fmt: skip
    by, rows = one.kept["by"], one.about(span) if one.kept["by"] else [None]
    tokens, frame = _tokens(one, span, actor), _frame(report, actor)
    worked = workings.workings(report.sheet, one, span, names) if one.rows(span) else {}
    found = []
    for row in rows:
        cells = [
            _cell(report, one, name, span, row, worked.get(row), _asked(one, name, span, row, tokens, frame), actor)
            for name in names
        ]
        found.append(Line(str(row) if by else "", labels.get(row, NONE) if by else _("In all"), cells))
    return found


def _cell(
    report: SalesReport, one: Figure, name: str, span: str, row: Any, worked: Working | None, asked: str, actor: Actor
) -> Cell:  # fmt: skip
    currency, value = report.sheet["currency"], one.value(name, span, row) if one.rows(span) else None
    said = [workings.formula(name, value, worked, currency)]
    if span == "now":
        said += [workings.share(one, name, row, currency)] if one.kept["by"] else []
        said += workings.changes(one, name, row, currency)
    text = number_of(measures[name], value, currency)
    records = _moved_customers(report, one, span, row, actor) if one.choices else _records(name, asked)
    return Cell(text, [each for each in said if each], records, _ledger(asked))


def _moved_customers(report: SalesReport, one: Figure, span: str, row: Any, actor: Actor) -> str:
    """The list of the customers of a kind, as today's ledger has them."""
    departments = figures.Frame.of(report.sheet["frame"]).departments
    known = keys.tokens(actor, SCOPE["department"], departments)
    count = one.value("sales.buyers", span, row) or 0
    if len(known) < len(departments):
        return ""
    days = one.kept["spans"][span]
    return behind.list_url(Customer, "moved", row, *days, *sorted(known.values()), count=int(count))


def _frame(report: SalesReport, actor: Actor) -> list[tuple[str, str]] | None:
    """Whose rows the report counts, as an address says it; None where the reader can't name them all."""
    found = []
    for name, values in figures.Frame.of(report.sheet["frame"]).where.items():
        known = keys.tokens(actor, SCOPE[name], values)
        if len(known) < len(values) or len(values) > MOST_VALUES:
            return None
        found += [(f"{IS}{name}", known[value]) for value in values]
    return found


def _tokens(one: Figure, span: str, actor: Actor) -> dict[Any, str]:
    """How addresses call the rows: what is a record by its public id, if the reader sees it."""
    by = dimensions.get(one.kept["by"])
    return keys.tokens(actor, by, one.about(span)) if by is not None else {}


def _asked(
    one: Figure, name: str, span: str, row: Any, tokens: Mapping[Any, str], frame: list[tuple[str, str]] | None
) -> str:  # fmt: skip
    """The question of one number as an address carries it; "" where the reader may not name its row, or whose rows
    count: of others it would be another number."""
    by, (since, until) = one.kept["by"], one.kept["spans"][span]
    if one.key == "trend" and row:
        since, until = row, str(spans.last_of_month(datetime.date.fromisoformat(row)))
        by = ""
    if frame is None or (by and not tokens.get(row)):
        return ""
    about = [(f"{IS}{by}", tokens[row])] if by else []
    days = [(key, day) for key, day in (("since", since), ("until", until)) if day]
    return urlencode([("m", name), *days, *about, *frame])


def _records(name: str, asked: str) -> str:
    """The ordinary list of the records that a number counts; "" where there is none."""
    path = url(f"{record_name(fact_sets[measures[name].facts].model)}.list")
    return f"{path}?{urlencode({'figure': asked})}" if path and asked else ""


def _ledger(asked: str) -> str:
    """The page that works a number out of today's ledger; "" where none does, or the row can't be named."""
    path = url("analytics.figure")
    return f"{path}?{asked}" if path and asked else ""


def _verdict(found: figures.Again | None) -> str:
    if found is None:
        return ""
    if found.equal is None:
        return _("It is of the moment at which the report was drawn. What was paid since shows beside it.")
    if found.equal:
        return _("Asked again of the locked months at %(at)s: every number is the same.") % {
            "at": formats.moment(found.at)
        }
    return _("Asked again at %(at)s: it differs. A definition has changed since, or a locked month.") % {
        "at": formats.moment(found.at)
    }


def _differences(
    report: SalesReport, one: Figure, found: figures.Again, names: Sequence[str], labels: Mapping[Any, str]
) -> list[tuple[str, str, str]]:  # fmt: skip
    """Where the facts of today, with every correction since, say otherwise: what, then, today."""
    if found.today is None:
        return []
    currency, said = report.sheet["currency"], []
    rows = dict.fromkeys([*one.about(), *found.today.about()]) if one.kept["by"] else {None: None}
    for row in rows:
        for name in names:
            then, now = one.value(name, row=row), found.today.value(name, row=row)
            if then != now:
                label = f"{labels.get(row, NONE) if row else ''} {measures[name].label}".strip()
                shown = [number_of(measures[name], value, currency) for value in (then, now)]
                said.append((label, shown[0], shown[1]))
    return said
