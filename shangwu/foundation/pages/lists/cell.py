"""Editing one cell in the list, through the record's own edit action, with the version that was seen."""

import uuid
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.inputs import Input
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.pages import errors
from shangwu.foundation.pages.acting import answers, conflict
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.forms.entries import Entries, given, of_record, posted, version_of
from shangwu.foundation.pages.forms.fields import Field
from shangwu.foundation.pages.lists.prepared import prepared
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.pages.registry import RecordPages
from shangwu.foundation.pages.related import names_for
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import missing
from shangwu.foundation.records.scopes import hidden_fields


def cell(pages: RecordPages, request: Request, public_id: uuid.UUID, field: str) -> HttpResponse:
    """GET: the small form in the cell. POST: the cell with its new value, or why not."""
    record = record_of(request.actor, pages.model, public_id)
    edit, one = _input(pages, request, record, field)
    if request.method == "GET":
        entries, concealed = of_record(record, (one,), request.actor)
        if concealed:
            raise missing()
        return _form(request, pages, record, one, entries)
    entries = posted(request.POST)
    wanted = given((one,), entries, request.actor)
    try:
        did = act(
            request.actor, edit.name, record, wanted.inputs, version=version_of(request.POST), key=form_key(request)
        )
    except Refusal as refusal:
        return _refused(request, pages, record, edit, one, entries, refusal)
    changed = did.record if did.record is not None else record_of(request.actor, pages.model, public_id)
    undo_url = reverse("undo", kwargs={"entry": did.entry_id})
    said = _("%(field)s of %(record)s is changed") % {"field": one.label, "record": changed.number or changed}
    return HttpResponse(_content(request, pages, changed, field) + answers.toast(request, said, undo_url))


def _input(pages: RecordPages, request: Request, record: Record, field: str) -> tuple[Action, Input]:
    """The edit action and the one input that the cell takes; a hidden or unknown field answers 404."""
    edit = actions.get(f"{pages.name}.edit")
    found = next((one for one in inputs_of(edit, request.actor) if one.name == field), None) if edit else None
    if edit is None or found is None or field in hidden_fields(pages.model, request.actor):
        raise missing()
    if not edit.may(request.actor, record):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    return edit, found


def _form(
    request: Request, pages: RecordPages, record: Record, one: Input, entries: Entries, said: tuple[str, ...] = ()
) -> HttpResponse:
    shown = replace(one, multiline=False)
    facts = {
        "url": reverse(f"{pages.name}.cell", kwargs={"public_id": record.public_id, "field": one.name}),
        "field": Field(shown, one.name, entries, list(said), labelled=True),
        "version": record.version,
    }
    return render(request, "pages/components/cell_form.html", facts, status=422 if said else 200)


def _refused(
    request: Request, pages: RecordPages, record: Record, edit: Action, one: Input, entries: Entries, refusal: Refusal
) -> HttpResponse:
    if refusal.code == "stale" and "fields" in refusal.details:
        return conflict.answer(request, edit, record, entries, refusal)
    if refusal.status == errors.UNFIT and one.name in refusal.fields:
        sentences = tuple(map(str, refusal.fields[one.name])) or (refusal.sentence,)
        return _form(request, pages, record, one, entries, sentences)
    return errors.refused(request, refusal)


def _content(request: Request, pages: RecordPages, record: Record, field: str) -> str:
    drawn = next((one for one in prepared(pages.model).columns_for(request.actor) if one.name == field), None)
    if drawn is None:
        raise missing()
    return drawn.html(record, names_for(request.actor, [drawn], [record]))
