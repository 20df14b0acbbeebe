"""Questions of the explorer through the API, and each figure explained as on its page (2.7.2)."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import keys, saying
from shangwu.chapters.analytics.explorer.asked import Asked, groupings, offered, read
from shangwu.chapters.analytics.explorer.explained import Explained, explained
from shangwu.chapters.analytics.explorer.figures import equal, figure, of_measure, worked_out_again
from shangwu.chapters.analytics.explorer.sheet import Head, Sheet, sheet
from shangwu.foundation.access.labels import labels
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import FROM, How, read_many
from shangwu.foundation.measures.asking import TIME
from shangwu.foundation.measures.registry import Measure, Unit
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, missing

QUERY, AGAIN = "query", "again"
SHOWN = 200
"""Records of a figure that are named, the largest first."""
SCOPE = "analytics.figures:read"

Facts = dict[str, Any]


def measures_of(by: Actor, given: Mapping[str, str]) -> Facts:
    """The measures that `by` may ask, with their definitions and groupings."""
    return {
        "measures": [
            {
                **_named(one), "clause": one.clause, "definition": one.definition, "basis": one.basis,
                "groupings": [{"name": each.name, "label": each.label} for each in groupings([one])],
            }
            for one in offered(by)
        ]
    }  # fmt: skip


def _named(one: Measure) -> Facts:
    return {"name": one.name, "label": one.label, "unit": one.unit.value, "version": one.version}


def asked_of(by: Actor, given: Mapping[str, str]) -> Asked:
    """The question, as an address of the explorer carries it. Raises Refusal `invalid`, `missing`."""
    try:
        return read(QueryDict(given.get(QUERY, "").removeprefix("?")), by)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, fields={QUERY: [refusal.sentence]}) from refusal


@contextmanager
def once_exported() -> Iterator[None]:
    """Within: before the first export nothing is there to be found."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code != "facts":
            raise
        raise missing(refusal.sentence) from refusal


@once_exported()
def answered(by: Actor, given: Mapping[str, str]) -> Facts:
    """The table that answers a question: its cells, each with the question of its own figure.

    Raises Refusal `invalid`, `missing`.
    """
    asked = asked_of(by, given)
    found, today = sheet(by, asked), clock.today(by.zone)
    span = asked.span(today)
    return {
        "query": asked.query,
        "since": span.since,
        "until": span.until,
        "as_of": found.as_of,
        "currency": by.currency or None,
        "measures": [_named(one) for one in found.measures],
        "row": asked.row or None,
        "column": asked.column or None,
        "cells": [
            _cell(asked, found, today, row, column, values) for row, column, values in _cells(found)
        ],
        "more_rows": found.hidden_rows,
        "more_columns": found.hidden_columns,
    }  # fmt: skip


def _cells(found: Sheet) -> list[tuple[Head | None, Head | None, Sequence[Any]]]:
    """The cells with what they are of; those of no row or no column are the totals."""
    rows, columns = (
        [None] if dimension is None else heads
        for dimension, heads in ((found.row, found.rows), (found.column, found.columns))
    )
    nothing = (None,) * len(found.measures)
    cells: list[tuple[Head | None, Head | None, Sequence[Any]]] = []
    for row in filter(None, rows):
        for column in filter(None, columns):
            cells.append((row, column, found.cells.get((row.value, column.value), nothing)))
        cells.append((row, None, found.row_totals.get(row.value, nothing)))
    cells += [(None, column, found.column_totals.get(column.value, nothing)) for column in filter(None, columns)]
    return [*cells, (None, None, found.total)]


def _cell(
    asked: Asked, found: Sheet, today: datetime.date, row: Head | None, column: Head | None, values: Sequence[Any]
) -> Facts:
    heads = [(one.name, head) for one, head in ((found.row, row), (found.column, column)) if one and head]
    can_be_asked = all(head.token and not (name in TIME and head.value is None) for name, head in heads)
    at = {name: (head.value, head.token) for name, head in heads}
    return {
        "row": _head(row), "column": _head(column),
        "values": {one.name: plain(value) for one, value in zip(found.measures, values, strict=True)},
        "query": keys.narrowed(asked, today, at).query if can_be_asked else None,
    }  # fmt: skip


def _head(one: Head | None) -> Facts | None:
    return None if one is None else {"value": one.token or None, "label": one.label}


def plain(value: Any) -> Any:
    """A figure for programs: amounts as text, to the last digit; shares and means as numbers, days as days."""
    return f"{value:f}" if isinstance(value, Decimal) else value


@once_exported()
def told(by: Actor, given: Mapping[str, str]) -> Facts:
    """A figure with all that its page says. Raises Refusal `invalid`, `missing`."""
    if given.get(AGAIN, "no") not in ("yes", "no"):
        raise Refusal("invalid", _("Say yes or no."), fields={AGAIN: [_("Say yes or no.")]})
    asked = asked_of(by, given)
    asked = of_measure(asked, asked.measures[0])
    found = figure(by, asked, shown=SHOWN)
    one, said = found.measure, explained(by, found)
    return {
        "query": asked.query,
        **_named(one),
        "value": plain(found.value),
        "currency": by.currency if one.unit is Unit.MONEY else None,
        "since": found.span.since,
        "until": found.span.until,
        "as_of": found.as_of,
        **_said(said),
        "terms": [
            {"name": term.name, "label": term.label, "value": plain(found.terms[term.name])} for term in one.terms
        ],
        "filters": [{"label": label, "values": text} for label, text in saying.conditions(by, asked)],
        "count": found.count,
        "records": _records(by, found.model, found.records),
        "again": _again(by, asked, found.value) if given.get(AGAIN) == "yes" else None,
    }  # fmt: skip


def _said(said: Explained) -> Facts:
    """Formula, definition and rule."""
    one = said.measure
    return {
        "formula": said.formula, "definition": one.definition, "basis": one.basis, "clause": one.clause,
        "edition": said.edition,
        "parameters": [
            {"key": each["key"], "label": each["label"], "value": str(each["value"])} for each in said.parameters
        ],
    }  # fmt: skip


def _records(by: Actor, model: Any, found: Sequence[tuple[int, Any]]) -> list[Facts]:
    """The records and what each adds; one that is not the caller's has no ids, and its name is not told."""
    pks = [pk for pk, _value in found]
    rows = model.objects.visible_to(by, archived=True).filter(pk__in=pks)
    known = {pk: (public, secrecy) for pk, public, secrecy in rows.values_list("pk", "public_id", "secrecy")}
    read_many(by, model, sorted(pk for pk, (_public, secrecy) in known.items() if secrecy >= FROM), How.API)
    names = labels(by, model, set(pks))
    return [
        {
            "type": record_name(model), "public_id": known[pk][0] if pk in known else None, "label": names[pk],
            "value": plain(value),
        }
        for pk, value in found
    ]  # fmt: skip


def _again(by: Actor, asked: Asked, value: Any) -> Facts:
    """From the ledger as it is now; without a value where these are too many rows to wait for."""
    now = worked_out_again(by, asked)
    is_too_much = now is None and value is not None
    return {"value": plain(now), "same": None if is_too_much else equal(now, value)}


_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DAY: Schema = {"type": ["string", "null"], "format": "date", "description": "Null for an open end."}
_MOMENT: Schema = {"type": "string", "format": "date-time", "description": "When the facts were exported."}
_VALUE: Schema = {
    "type": ["string", "number", "null"],
    "description": "A decimal number as text, a count, share or mean as a number, a day; null where there is none.",
}
_CURRENCY: Schema = {"type": ["string", "null"], "description": "Of what is money."}
_QUERY: Schema = {
    "type": "string",
    "maxLength": 2000,
    "description": "The question as the explorer's address and a saved analysis carry it, such as "
    "`m=sales.revenue&row=category&column=quarter&period=year&is.region=North`.",
}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _rows(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


_MEASURE: dict[str, Schema] = {
    "name": _TEXT, "label": _TEXT, "unit": {"type": "string", "enum": [one.value for one in Unit]}, "version": _COUNT,
}  # fmt: skip
_HEAD: Schema = {
    "type": ["object", "null"],
    "properties": {"value": {**_MAYBE, "description": "As a filter takes it; null for what can't be asked."},
                   "label": _TEXT},
}  # fmt: skip

reading(
    Reading(
        "analytics.measures",
        "analytics/measures/",
        measures_of,
        SCOPE,
        _("Measures"),
        "The measures that the caller may ask, each with its definition, basis, clause, and how it can be grouped.",
        _object(measures=_rows(**_MEASURE, clause=_TEXT, definition=_TEXT, basis=_TEXT,
                               groupings=_rows(name=_TEXT, label=_TEXT))),
    )
)  # fmt: skip
reading(
    Reading(
        "analytics.figures",
        "analytics/figures/",
        answered,
        SCOPE,
        _("Figures"),
        "Any question of the explorer, answered over what the caller may see: cells and totals, each with the question "
        "of its own figure. Totals hold what is not shown.",
        _object(
            query=_TEXT, since=_DAY, until=_DAY, as_of=_MOMENT, currency=_CURRENCY, measures=_rows(**_MEASURE),
            row=_MAYBE, column=_MAYBE,
            cells=_rows(row=_HEAD, column=_HEAD, values={"type": "object", "additionalProperties": _VALUE},
                        query={**_MAYBE, "description": "To be asked of `analytics/figure/`."}),
            more_rows=_COUNT, more_columns=_COUNT,
        ),
        asks={QUERY: _QUERY},
    )
)  # fmt: skip
reading(
    Reading(
        "analytics.figure",
        "analytics/figure/",
        told,
        SCOPE,
        _("Figure"),
        "One figure explained: its formula filled in, clause, edition and parameters of the regulation, and the "
        "largest records behind it; with `again=yes` also worked out from the ledger as it is now.",
        _object(
            query=_TEXT, **_MEASURE, value=_VALUE, currency=_CURRENCY, since=_DAY, until=_DAY, as_of=_MOMENT,
            formula=_TEXT, definition=_TEXT, basis=_TEXT, clause=_TEXT, edition=_TEXT,
            parameters=_rows(key=_TEXT, label=_TEXT, value=_TEXT),
            terms=_rows(name=_TEXT, label=_TEXT, value=_VALUE), filters=_rows(label=_TEXT, values=_TEXT), count=_COUNT,
            records=_rows(type=_TEXT, public_id={**_MAYBE, "format": "uuid"}, label=_TEXT, value=_VALUE),
            again={"type": ["object", "null"], "properties": {
                "value": _VALUE, "same": {"type": ["boolean", "null"], "description": "Null for too many rows."},
            }},
        ),
        asks={QUERY: _QUERY, AGAIN: {"type": "string", "enum": ["yes", "no"], "default": "no"}},
    )
)  # fmt: skip
