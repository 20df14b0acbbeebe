"""Clause 2.7.2: why a figure is what it is: definition, question, rows, and what it comes to when asked anew."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.reports import figures
from shangwu.chapters.analytics.reports.content import NONE, number_of, row_labels, visible_measures
from shangwu.chapters.analytics.reports.figures import Figure
from shangwu.chapters.analytics.reports.models import SalesReport
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.measures import COUNTED
from shangwu.foundation.measures.registry import measures
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import url
from shangwu.foundation.people.models import Person
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.editions import held_on


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a figure: what it is about, its numbers, the list of records behind it, and the page that works its
    first number out of today's ledger."""

    key: str
    label: str
    cells: Sequence[str]
    records: str
    ledger: str = ""


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
    currency = report.sheet["currency"]
    if not one.kept["by"]:
        values = [one.value(name, span) if one.rows(span) else None for name in names]
        cells = [number_of(measures[name], value, currency) for name, value in zip(names, values, strict=True)]
        return [Line("", _("In all"), cells, _records(one, span, None, None), _ledger(one, names[0], span, ""))]
    public_ids = _public_ids(one, span, actor)
    found = []
    for row in one.about(span):
        cells = [number_of(measures[name], one.value(name, span, row), currency) for name in names]
        public_id = public_ids.get(row)
        token = public_id or (row if one.kept["by"] in ("region", "category", "complaint_category") else "")
        ledger = _ledger(one, names[0], span, token or "")
        found.append(Line(str(row), labels.get(row, NONE), cells, _records(one, span, row, public_id), ledger))
    return found


def _public_ids(one: Figure, span: str, actor: Actor) -> dict[Any, str]:
    """The public ids of the records that the rows are about, as far as the reader sees them."""
    model = {"customer": Customer, "salesperson": Person}.get(one.kept["by"])
    if model is None:
        return {}
    rows = model.objects.visible_to(actor, archived=True).filter(pk__in=[row for row in one.about(span) if row])
    return {pk: str(public_id) for pk, public_id in rows.values_list("pk", "public_id")}


def _records(one: Figure, span: str, row: Any, public_id: str | None) -> str:
    """The list of the records behind a row, as its reader may see them; "" where no list asks that way."""
    by, (since, until) = one.kept["by"], one.kept["spans"][span]
    if one.key == "trend" and row:
        since, until = row, str((datetime.date.fromisoformat(row) + datetime.timedelta(days=31)).replace(day=1)
                                - datetime.timedelta(days=1))  # fmt: skip
    if one.kept["names"][0].startswith("complaints."):
        more = [("category", row)] if row else []
        return _list("customers.complaint.list", [("registered_on", f"{since}..{until}"), *more])
    column = "shipped_on" if one.kept["names"][0] == "sales.shipped" else "ordered_on"
    asked = [(column, f"{since}..{until}")]
    if column == "ordered_on":
        asked += [("state", state) for state in COUNTED]
    if by == "region" and row:
        asked.append(("region", row))
    elif by in ("customer", "salesperson") and public_id:
        asked.append(("customer" if by == "customer" else "owner", public_id))
    elif by not in ("", "month"):
        return ""
    return _list("sales.order.list", asked)


def _ledger(one: Figure, name: str, span: str, token: str) -> str:
    """The page that works a measure out of today's ledger; "" where none does, or the row can't be named."""
    path, by, (since, until) = url("analytics.figure"), one.kept["by"], one.kept["spans"][span]
    if not path or (by and not token):
        return ""
    asked = [("m", name), ("since", since), ("until", until), *([(f"is.{by}", token)] if by else [])]
    return f"{path}?{urlencode(asked)}"


def _list(name: str, asked: Sequence[tuple[str, str]]) -> str:
    path = url(name)
    return f"{path}?{urlencode(asked)}" if path else ""


def _verdict(found: figures.Again | None) -> str:
    if found is None:
        return ""
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
