"""Live sums beside a form: what the entries come to so far, worked out by the action's own body."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.preview import Preview, preview
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages import face
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.drawing import Drawn, resolve
from shangwu.foundation.pages.elements import Checked, Column, Group, Parts
from shangwu.foundation.pages.forms.entries import Entries, Given, given, initial, last, plain_number, posted
from shangwu.foundation.pages.forms.entries import show as show_value
from shangwu.foundation.pages.forms.form import Form
from shangwu.foundation.pages.forms.grid import Head
from shangwu.foundation.pages.reading import Request
from shangwu.foundation.pages.registry import RecordPages, record_pages
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import gate
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields


@dataclass(slots=True)
class Sums:
    """What stands beside a form. rows: label, id and value of each total; the last is the grand one.

    cells: name in the form -> worked-out value. note: why the action would be refused as things stand. moved: what was
    entered and comes to something else, since what it follows has changed. taken: name of an entry left empty -> what
    the action takes in its place. checks: the lines of the checklist.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    note: Sentence = ""
    moved: list[Sentence] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    checks: Sequence[Checked] = ()

    @property
    def said(self) -> str:
        """The lines under the sums: what follows, and what still stands in the way. What is taken in place of empty
        entries goes along unseen; the script shows it within them."""
        moved = format_html_join("", "<p>{}</p>", ((one,) for one in self.moved))
        note = format_html('<p class="sw-late">{}</p>', self.note) if self.note else ""
        taken = format_html('<span hidden data-sw-taken="{}"></span>', json.dumps(self.taken, ensure_ascii=False))
        return format_html("{}{}{}", moved, note, taken)


def sums_of(form: Form, record: Any) -> Sums:
    """The sums of a form as it is drawn: tried from its entries; the grids get their worked-out cells."""
    if not wants_sums(form):
        return Sums()
    one = form.action
    wanted = given(form.inputs, form.entries, form.actor)
    tried = preview(form.actor, one, record, wanted.inputs)
    sums = _sums(form, tried, wanted)
    form.computed |= sums.cells
    return sums


def wants_sums(form: Form) -> bool:
    """Whether anything on the form is worked out by the server."""
    return bool(form.page and (form.page.sums or form.page.checklist)) or any(
        head.computed for grid in form.grids for head in grid.heads
    )


def show(request: Request, *, one: Action, public_id: Any = None) -> HttpResponse:
    """The fragment that a form asks for while a person types: only the places that hold sums."""
    record = record_of(request.actor, one.model, public_id) if public_id is not None else None
    form = Form(one, request.actor, posted(request.POST))
    wanted = given(form.inputs, form.entries, request.actor)
    sums = _sums(form, preview(request.actor, one, record, wanted.inputs), wanted)
    places = [(f"sum_{row['name']}", row["value"]) for row in sums.rows]
    places += [(f"sum_{name}", text) for name, text in sums.cells.items()]
    places += [("sum__note", sums.said)]
    if form.page and form.page.checklist:
        places += [("sum__checks", render_to_string("pages/components/checklist.html", {"items": sums.checks}))]
    drawn = format_html_join("", '<hx-partial hx-target="#{}" hx-swap="innerHTML">{}</hx-partial>', places)
    return HttpResponse(drawn)


def _sums(form: Form, tried: Preview, wanted: Given) -> Sums:
    one, record = form.action, tried.record
    found = Sums()
    names = form.page.sums if form.page else ()
    hidden = hidden_fields(one.model, form.actor)
    for name in (name for name in names if name not in hidden):
        drawn = column_of(one.model, name)
        value = drawn.html(record, Names(), brief=False) if record is not None else face.NOTHING
        found.rows.append({"name": name, "label": drawn.label, "value": value, "total": name == names[-1]})
    for grid in form.grids:
        kept, parts = _kept(grid.name, tried, wanted)
        for place in range(grid.total_forms):
            for head in (head for head in grid.heads if head.computed):
                part = parts[kept.index(place)] if place in kept and len(parts) == len(kept) else None
                cell = f"{grid.name}-{place}-{head.name}"
                found.cells[cell] = _cell(one.model, grid.name, head, part)
    if tried.refusal is not None and tried.refusal.code != "invalid":
        found.note = tried.refusal.sentence
    found.moved = _moved(form, tried, wanted)
    found.taken = _taken(form, tried, wanted)
    if form.page and form.page.checklist:
        with gate.free_reading():  # as the action itself reads: it tells what the action would find, no rows
            found.checks = form.page.checklist.ask(form.actor, record)
    return found


def _kept(relation: str, tried: Preview, wanted: Given) -> tuple[list[int], list[Any]]:
    """The rows of the form that were tried, and the parts that they became."""
    kept = [wanted.rows.get(relation, [])[place] for place in tried.kept.get(relation, [])]
    return kept, list(getattr(tried.record, relation).all()) if tried.record is not None else []


def _moved(form: Form, tried: Preview, wanted: Given) -> list[Sentence]:
    """What follows another entry and comes to something else than what stands in the form."""
    found: list[Sentence] = []
    inputs = {one.name: one for one in form.inputs}
    names = Names()
    for path in form.page.follows if form.page and tried.record is not None else ():
        relation, _dot, name = path.rpartition(".")
        one = inputs.get(relation or name)
        if one is None:
            continue
        if not relation:
            found += _instead(form, one, tried.record, name, str(one.label), names)
            continue
        kept, parts = _kept(relation, tried, wanted)
        numbers = {row.place: row.number for grid in form.grids if grid.name == relation for row in grid.rows}
        part = next(part for part in one.parts if part.name == name)
        for place, row in zip(kept, parts, strict=False) if len(kept) == len(parts) else ():
            at = _("%(rows)s, row %(number)s") % {"rows": one.label, "number": numbers[str(place)]}
            found += _instead(form, part, row, f"{relation}-{place}-{name}", f"{at}: {part.label}", names)
    return found


def _taken(form: Form, tried: Preview, wanted: Given) -> dict[str, str]:
    """What the action takes where nothing was entered: from the customer's file, the product, the price list."""
    found: dict[str, str] = {}
    names = Names()
    for one in form.inputs if tried.record is not None else ():
        if one.kind is not Kind.PARTS:
            found |= _in_place_of_nothing(form, one, tried.record, one.name, names)
            continue
        hidden = hidden_fields(one.model, form.actor) if one.model is not None else frozenset()
        kept, parts = _kept(one.name, tried, wanted)
        for place, row in zip(kept, parts, strict=False) if len(kept) == len(parts) else ():
            for part in (part for part in one.parts if part.name not in hidden):
                found |= _in_place_of_nothing(form, part, row, f"{one.name}-{place}-{part.name}", names)
    return found


TAKEN_FROM = (Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.CHOICE, Kind.REFERENCE)
"""What sort of entries shows what is taken in its place."""


def _in_place_of_nothing(form: Form, one: Input, row: Any, name: str, names: Names) -> dict[str, str]:
    """What one empty entry comes to; nothing where something was entered, or where it stays empty."""
    if one.kind not in TAKEN_FROM or one.secret or last(form.entries, name) or last(form.entries, f"{name}_text"):
        return {}
    if one.kind is Kind.REFERENCE and one.model is not None:
        key = getattr(row, f"{one.name}_id", None)  # an input need not be a field of the record
        names.add(form.actor, one.model, [key] if key is not None else [])
    shown: Entries = {}
    show_value(one, row, name, shown, names, set(), form.actor)
    text = last(shown, f"{name}_text") if one.kind is Kind.REFERENCE else last(shown, name)
    return {name: text} if text and text != initial(one) else {}


def _instead(form: Form, one: Input, row: Any, name: str, label: str, names: Names) -> Iterable[Sentence]:
    """The sentence about one entry; none where it is empty, or is what the record would have."""
    entered = last(form.entries, name).strip()
    if not entered:
        return
    if one.kind is Kind.REFERENCE and one.model is not None:
        names.add(form.actor, one.model, [getattr(row, f"{one.name}_id")])
    shown: Entries = {}
    show_value(one, row, name, shown, names, set(), form.actor)
    now = last(shown, name)
    if now == entered or (one.kind in (Kind.INTEGER, Kind.DECIMAL) and _is_same_number(now, entered)):
        return
    told = {"what": label, "now": _told(shown, name), "entered": _told(form.entries, name)}
    yield _("%(what)s: %(now)s instead of %(entered)s") % told


def _told(entries: Entries, name: str) -> str:
    return last(entries, f"{name}_text") or last(entries, name) or "—"


def _is_same_number(one: str, other: str) -> bool:
    try:
        return Decimal(plain_number(one)) == Decimal(plain_number(other))
    except InvalidOperation:
        return False


def _cell(model: type[Record], relation: str, head: Head, part: Any) -> str:
    if part is None:
        return ""
    if head.column is not None:
        drawn = resolve(type(part), head.column)
    else:
        drawn = column_of(type(part), head.name, _declared_parts(record_pages.get(model), relation))
    return drawn.html(part, Names())


def column_of(model: type[models.Model], name: str, declared: Iterable[str | Column] = ()) -> Drawn:
    """A field as the record's own pages draw it (an amount in its currency), else by its type."""
    pages = record_pages.get(model)
    choices = [*declared, *(_declared(pages) if pages else ())]
    return resolve(model, next((each for each in choices if isinstance(each, Column) and each.name == name), name))


def _declared(pages: RecordPages) -> Sequence[str | Column]:
    found: list[str | Column] = list(pages.list.columns) if pages.list else []
    for each in pages.detail.facts if pages.detail else ():
        found += [item for item in each.items if isinstance(item, str)] if isinstance(each, Group) else [each]
    return found


def _declared_parts(pages: RecordPages | None, relation: str) -> Sequence[str | Column]:
    tables: Sequence[Parts] = pages.detail.parts if pages and pages.detail else ()
    return next((table.columns for table in tables if table.relation == relation), ())
