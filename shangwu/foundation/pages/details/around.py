"""Beside the page of a record: previous and next, and the sheet for the printer."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shangwu.foundation.audit.reading import How
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.details import facts
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.details.neighbours import neighbours
from shangwu.foundation.pages.details.page import Opened, head, opened
from shangwu.foundation.pages.details.panels import DrawnPanel
from shangwu.foundation.pages.details.panels import drawn as drawn_panel
from shangwu.foundation.pages.panels import Panel, panels_of, seals_of
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor


def steps(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Links to the records before and after this one in the list that the reader came from."""
    record = record_of(request.actor, pages.model, public_id)
    query = request.GET.get("from", "")[:2000]
    before, after = neighbours(request.actor, record, query) if pages.list is not None else ("", "")

    def url(key: str) -> str:
        address = reverse(f"{pages.name}.detail", kwargs={"public_id": key})
        return f"{address}?{urlencode({'from': query})}"

    found = {"before_url": url(before) if before else "", "after_url": url(after) if after else ""}
    return render(request, "pages/detail/steps.html", found)


def printed(pages: RecordPages, request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The record on paper: what is filled in, parts, totals; no frame, no buttons.

    Paper goes out of the house, so it shows nothing that has a gate (cost, profit), whoever prints it.
    """
    one = opened(pages, request, public_id, how=How.PRINT)
    top = head(one)
    papers = [facts.without(table, pages.model) for table in one.tables if table.rows]
    tables = [{"title": table.title, "heads": table.heads(), "rows": table.drawn_rows(one.names)} for table in papers]
    found: dict[str, Any] = {
        "organisation": _organisation(request, one.record),
        "heading": pages.model._meta.verbose_name,
        "number": top["number"] or top["title"],
        "date": formats.day(formats.today()),
        "tables": tables,
        "totals": facts.totals(pages, request.actor, one.record, one.names),
        "signatures": seals_of(one.record),
        "panels": _panels_on_paper(pages, request.actor, one.record),
        "sections": [drawn for section in one.sections if (drawn := _printed(pages, one, section))],
    }
    return render(request, "pages/detail/print.html", found)


def _printed(pages: RecordPages, one: Opened, section: facts.Section) -> dict[str, Any] | None:
    """A section's filled facts; None when there is none."""
    hidden = scopes.gated_fields(pages.model)
    shown = [
        column
        for column in section.columns
        if column.name not in hidden and not facts.is_empty(column.value(one.record))
    ]
    drawn = [facts.fact(pages, column, one.record, one.names, frozenset()) for column in shown]
    return {"title": section.title, "facts": drawn} if drawn else None


def _panels_on_paper(pages: RecordPages, actor: Actor, record: Any) -> list[DrawnPanel]:
    """What higher rooms show of the record on paper, too."""
    kept = (each for each in panels_of(pages.model) if isinstance(each, Panel) and each.on_paper)
    return [made for each in kept if (made := drawn_panel(actor, each, record)) is not None]


def _organisation(request: Request, record: Any) -> str:
    """The legal entity whose paper this is."""
    key = record.entity_id or request.actor.entity_id
    found = Entity.objects.visible_to(request.actor, archived=True).filter(pk=key).first() if key else None
    return found.name if found is not None else ""
