"""The report through the API (2.7.2): all that it says to the caller, each figure with its proof, and its papers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import keys
from shangwu.chapters.analytics.reports import figures, papers, word_files
from shangwu.chapters.analytics.reports.content import Said, content_of, title_of, visible_measures
from shangwu.chapters.analytics.reports.content import row_labels as labels_of
from shangwu.chapters.analytics.reports.figures import Figure
from shangwu.chapters.analytics.reports.models import LanguageModel, SalesReport
from shangwu.chapters.analytics.reports.tables import Table
from shangwu.foundation.api.exposure import show_by_example
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import How
from shangwu.foundation.measures.registry import dimensions, measures
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, missing

AGAIN = "again"
FORMS = {
    "pdf": (papers.paper, "application/pdf"),
    "docx": (word_files.word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
Facts = dict[str, Any]

show_by_example(LanguageModel, address="https://example.com/v1")


def _report(by: Actor, public_id: str, how: How = How.API) -> SalesReport:
    """The report with its figures. Raises Refusal("missing")."""
    if not is_public_id(public_id):
        raise missing()
    found: SalesReport = record_of(by, SalesReport, public_id, how)
    if not found.sheet:
        raise missing()
    return found


def content(by: Actor, given: Mapping[str, str], *, public_id: str) -> Facts:
    """All that the report says to `by`. Raises Refusal("missing")."""
    found = content_of(_report(by, public_id), by)
    return {
        "title": found.title, "number": found.number or None, "organisation": found.organisation,
        "period": found.period, "state": found.state, "sha256": found.sha256 or None, "basis": _pairs(found.basis),
        "definitions": _pairs(found.definitions),
        "achievements": [_said(one) for one in found.achievements],
        "problems": [_said(one) for one in found.problems],
        "tables": [_table(public_id, one) for one in found.tables], "page": found.address,
    }  # fmt: skip


def _pairs(found: Sequence[tuple[str, str]]) -> list[Facts]:
    return [{"label": label, "text": text} for label, text in found]


def _said(one: Said) -> Facts:
    return {
        "public_id": one.public_id, "state": one.state, "text": one.text, "figure": one.figure, "page": one.url,
        "from": one.tolerance or None,
        "proposals": [
            {"public_id": each.public_id, "text": each.text, "owner": each.who or None, "due_on": each.until}
            for each in one.proposals
        ],
    }  # fmt: skip


def _table(public_id: str, one: Table) -> Facts:
    return {
        "key": one.key, "title": one.title, "heads": list(one.heads),
        "rows": [{"label": label, "cells": [cell.text for cell in cells]} for label, cells in one.rows],
        "figure": FIGURE.address(public_id=public_id, figure=one.key) if one.proven else None, "page": one.url,
    }  # fmt: skip


def figure(by: Actor, given: Mapping[str, str], *, public_id: str, figure: str) -> Facts:
    """The frozen numbers of a figure, those of the spans that they are compared with, and what they come to when they
    are asked again. Raises Refusal `invalid`, `missing`, `snapshot`."""
    if given.get(AGAIN, "no") not in ("yes", "no"):
        raise Refusal("invalid", _("Say yes or no."), fields={AGAIN: [_("Say yes or no.")]})
    report = _report(by, public_id)
    one = figures.figure(report.sheet, figure)
    names = visible_measures(one, by) if one is not None else []
    if one is None or not names:
        raise missing(_("This report has no such figure, or its numbers are not yours to see."))
    again = figures.again(report.sheet, one.key) if given.get(AGAIN) == "yes" else None
    return {
        "key": one.key, "title": one.label, "by": one.kept["by"] or None, "currency": report.sheet["currency"],
        "snapshot": report.snapshot, "cut_off": report.sheet["cut_off"] or None,
        "measures": [{"name": name, "label": measures[name].label, "version": version}
                     for name, version in zip(one.kept["names"], one.kept["versions"], strict=True) if name in names],
        "spans": [_span(one, span, names, by) for span in one.kept["rows"]],
        "again": None if again is None else {"at": again.at, "equal": again.equal},
    }  # fmt: skip


def _span(one: Figure, span: str, names: Sequence[str], by: Actor) -> Facts:
    """The rows of a span of days; none where its months were not locked then."""
    since, until = one.kept["spans"][span]
    labels, dimension = labels_of(by, one), dimensions.get(one.kept["by"])
    tokens = keys.tokens(by, dimension, one.about(span)) if dimension is not None else {}
    rows = [None] if one.rows(span) and not one.kept["by"] else one.about(span)
    return {
        "span": span, "since": since or None, "until": until, "locked": one.rows(span) is not None,
        "rows": [
            {
                "value": tokens.get(row, row if dimension is None else None),
                "label": labels.get(row, "") if one.kept["by"] else None,
                "values": {name: _plain(one, name, span, row) for name in names},
            }
            for row in rows
        ],
    }  # fmt: skip


def _plain(one: Figure, name: str, span: str, row: Any) -> str | None:
    value = one.value(name, span, row)
    return None if value is None else f"{value:f}"


def paper(by: Actor, given: Mapping[str, str], *, public_id: str, form: str) -> HttpResponse:
    """The report as a file, as `by` may see it. Raises Refusal("missing")."""
    if form not in FORMS:
        raise missing()
    report = _report(by, public_id, How.FILE)
    made, media_type = FORMS[form]
    answer = HttpResponse(made(content_of(report, by)), content_type=media_type)
    name = " ".join(one for one in (report.number, f"{title_of(report)}.{form}") if one)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_UUID: Schema = {"type": "string", "format": "uuid"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_DECIMAL: Schema = {"type": ["string", "null"], "description": "A decimal number as text; null where there is none."}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _rows(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


_SAID = _rows(
    **{"from": {**_MAYBE, "description": "The tolerance from which on its rule speaks."}}, public_id=_UUID,
    state={"type": "string", "enum": ["drafted", "accepted", "rejected"]}, text=_TEXT, figure=_TEXT, page=_TEXT,
    proposals=_rows(public_id=_UUID, text=_TEXT, owner=_MAYBE, due_on=_DAY),
)  # fmt: skip
_ID = {"public_id": "5f3c2a9e-6b1d-4c8f-9a70-2d4e6f8a1b3c"}
_SCOPE = "analytics.salesreport:read"

reading(
    Reading(
        "analytics.salesreport.content",
        "analytics/salesreport/{public_id}/content/",
        content,
        _SCOPE,
        _("What a report says"),
        "Findings and proposals in words, on what the figures stand, and every figure as a table, as far as the caller "
        "may see it.",
        _object(
            title=_TEXT, number=_MAYBE, organisation=_TEXT, period=_TEXT, state=_TEXT, sha256=_MAYBE,
            basis=_rows(label=_TEXT, text=_TEXT), definitions=_rows(label=_TEXT, text=_TEXT), achievements=_SAID,
            problems=_SAID, page=_TEXT,
            tables=_rows(
                key=_TEXT, title=_TEXT, heads={"type": "array", "items": _TEXT}, figure=_MAYBE, page=_TEXT,
                rows=_rows(label=_TEXT, cells={"type": "array", "items": _TEXT}),
            ),
        ),
        names=_ID,
    )
)  # fmt: skip
FIGURE = reading(
    Reading(
        "analytics.salesreport.figure",
        "analytics/salesreport/{public_id}/figures/{figure}/",
        figure,
        _SCOPE,
        _("Figure of a report"),
        "The frozen numbers of a figure by span: `now`, `prior`, `year`. With `again=yes` the locked months are asked "
        "once more.",
        _object(
            key=_TEXT, title=_TEXT, by=_MAYBE, currency=_TEXT, snapshot=_TEXT, cut_off=_MAYBE,
            measures=_rows(name=_TEXT, label=_TEXT, version={"type": "integer"}),
            spans=_rows(
                span=_TEXT, since=_DAY, until=_DAY, locked={"type": "boolean"},
                rows=_rows(value=_MAYBE, label=_MAYBE,
                           values={"type": "object", "additionalProperties": _DECIMAL}),
            ),
            again={"type": ["object", "null"], "properties": {
                "at": {"type": "string", "format": "date-time"},
                "equal": {"type": ["boolean", "null"], "description": "Null for what stands at the cut-off."},
            }},
        ),
        asks={AGAIN: {"type": "string", "enum": ["yes", "no"], "default": "no"}},
        names=_ID | {"figure": "sold"},
    )
)  # fmt: skip
reading(
    Reading(
        "analytics.salesreport.paper",
        "analytics/salesreport/{public_id}/paper/{form}/",
        paper,
        _SCOPE,
        _("Report as a file"),
        "The report as `pdf` or `docx`, in the caller's language, with the figures as they were frozen.",
        None,
        names=_ID | {"form": "pdf"},
    )
)
