"""An order from the customer's own sheet, or from pasted rows: choose, look, make; and what was not read (2.6.1)."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.sheets import lines_input, mapping_text, read_sheet, text_of_file
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.exchange.pages.begin import ACCEPTED
from shangwu.foundation.exchange.pasting import Block, ReadRow, named, targets_of, whole
from shangwu.foundation.pages.acting import answers
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.pages.forms.fields import pick
from shangwu.foundation.pages.frame import page_facts
from shangwu.foundation.pages.kit import Panel, Route, page, panel
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Facts = dict[str, Any]

SAMPLES, SHOWN = 3, 200
"""Cells that are shown of each column; rows that are shown, those first that were not read."""
TAKE = "sales.order.take_sheet"
HEAD = ("customer", "po_number", "requested_on", "currency", "rate", "note")


def sheet(request: Request) -> HttpResponse:
    """Choose the customer and the rows; look which column is which; make the order. What was given stays there."""
    actor, one = request.actor, registry.get(TAKE)
    if not one.admits(actor) or not one.may(actor, None):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    given = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in HEAD}
    given["customer"] = given["customer"] or request.POST.get("customer_text", "").strip()
    facts: Facts = {"status": 200}
    if request.method == "POST":
        try:
            given["sheet"] = rows_in(request)
            customer = _customer(actor, given["customer"])
            if request.POST.get("step") == "make":
                return _make(request, given)
            facts |= _look(actor, customer, given["sheet"], chosen_columns(request))
        except Refusal as refusal:
            if refusal.status in (403, 409, 503):
                raise
            facts |= {"wrong": sentences(refusal), "status": refusal.status}
        except ValidationError as error:
            facts |= {"wrong": error.messages, "status": 422}
    return _drawn(request, given, facts)


def rows_in(request: Request) -> str:
    """The rows: of the file that was chosen, else as they were pasted."""
    file = request.FILES.get("file")
    if file is None:
        return whole(request.POST.get("sheet", ""))
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        path = Path(folder) / "sheet"
        with path.open("wb") as to:
            for chunk in file.chunks():
                to.write(chunk)
        return text_of_file(path, file.name or "")


def _customer(actor: Actor, key: str) -> Customer:
    """The customer by id, number or name. Raises Refusal `invalid`."""
    key = key[:200]
    if key.isprintable() and is_public_id(key):
        found = list(Customer.objects.visible_to(actor).filter(public_id=key))
    else:
        found = next(iter(named(actor, Customer, [key]).values()), []) if key.isprintable() and key else []
    if len(found) != 1:
        said = _("Choose the customer.")
        raise Refusal("invalid", said, fields={"customer": [said]})
    return found[0]


def chosen_columns(request: Request) -> str:
    """The mapping as the form says it; empty when the columns were not shown yet."""
    places = {
        int(name.removeprefix("column-")): str(value)
        for name, value in request.POST.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal() and value
    }
    named_in = request.POST.get("named_in", "")
    if not named_in.isdecimal() or request.POST.get("step") == "look":
        return ""
    return mapping_text(places, int(named_in))


def _make(request: Request, given: Mapping[str, str]) -> HttpResponse:
    """Through the door, and on to the order."""
    inputs = {name: value for name, value in given.items() if value}
    inputs |= {
        "customer": str(_customer(request.actor, given["customer"]).public_id),
        "columns": chosen_columns(request),
    }
    did = act(request.actor, TAKE, None, inputs, key=form_key(request))
    order = did.record
    if order is not None and order.unread:
        answers.warn(request, _("%(count)s rows were not read. They stand below, each with its reason.") % {
            "count": len(order.unread)})  # fmt: skip
    return answers.go(request, record_url(Order, did.public_id))


def _look(actor: Actor, customer: Customer, text: str, chosen: str) -> Facts:
    block = read_sheet(actor, customer.pk, text, chosen)
    targets = targets_of(lines_input(), actor)
    rows = sorted(block.rows, key=lambda row: not row.said)
    return {
        "read": block,
        "columns": columns_of(block),
        "targets": [{"name": name, "label": target.label} for name, target in targets.items()],
        "rows": [_row(row, block) for row in rows[:SHOWN]],
        "titles": [_title(block, place) for place in sorted(block.columns)],
        "good": sum(not row.said for row in block.rows),
        "bad": sum(bool(row.said) for row in block.rows),
    }


def columns_of(block: Block) -> list[Facts]:
    """Each column with its first cells and what it fills."""
    width = max((len(row.cells) for row in block.rows), default=0)
    return [
        {
            "at": place,
            "title": _title(block, place),
            "samples": [row.cells[place] for row in block.rows if place < len(row.cells) and row.cells[place]][
                :SAMPLES
            ],
            "filled": block.columns.get(place, ""),
        }
        for place in range(max(width, len(block.header)))
    ]


def _title(block: Block, place: int) -> str:
    named = block.header[place] if place < len(block.header) else ""
    return named or _("Column %(number)s") % {"number": place + 1}


def _row(row: ReadRow, block: Block) -> Facts:
    cells = []
    for place, name in sorted(block.columns.items()):
        value = row.values.get(name)
        written = row.cells[place] if place < len(row.cells) else ""
        cells.append(value.label or value.shown if value is not None else written)
    return {"line": row.line, "cells": cells, "said": row.said}


def sentences(refusal: Refusal) -> list[str]:
    """What a refusal says, each sentence once."""
    found = [str(said) for all_said in refusal.fields.values() for said in all_said]
    return list(dict.fromkeys(found)) or [str(refusal.sentence)]


def _drawn(request: Request, given: Mapping[str, str], facts: Facts) -> HttpResponse:
    key = given["customer"]
    try:
        known = _customer(request.actor, key)
        value, text = str(known.public_id), str(known)
    except Refusal:
        value, text = "", key
    said = {"id": "id_customer", "required": True, "invalid": bool(facts.get("wrong")) and not value}
    title = _("Order from a sheet")
    return render(
        request,
        "sales/sheet.html",
        {
            "page": page_facts(title, clause="2.6.1"),
            "title": title,
            "picker": pick(Customer, "customer", value, text, said),
            "given": given,
            "accepted": ACCEPTED,
            **facts,
        },
        status=facts["status"],
    )


def unread(actor: Actor, record: Record | None) -> Mapping[str, Any] | None:
    """The rows of the customer's sheet that are not dealt with yet; none where all were read."""
    assert isinstance(record, Order)
    return {"rows": record.unread} if record.unread else None


panel(
    Order,
    Panel("unread", gettext_lazy("Rows not read"), "sales/unread.html", unread, place="main", order=5, clause="2.6.1"),
)
page(
    Route(
        "sales.order.sheet", "sales/orders/sheet/", sheet, model=Order, verb=TAKE, methods=("GET", "POST"),
        clause="2.6.1", label=gettext_lazy("Order from a sheet"), icon="file-import",
    )
)  # fmt: skip
