"""The address of every action: GET draws its form or dialog, POST does it through the door."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shangwu.foundation.actions.door import Done, Refusal, act
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages import errors
from shangwu.foundation.pages.acting import answers, conflict
from shangwu.foundation.pages.acting.enclosing import enclosed
from shangwu.foundation.pages.acting.following import THEN, following
from shangwu.foundation.pages.details.finding import record_of
from shangwu.foundation.pages.forms import drafts, showing
from shangwu.foundation.pages.forms.entries import REASON, Entries, Given, given, last, posted, version_of
from shangwu.foundation.pages.forms.form import Errors, Form, offered_inputs
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.models import Record


def endpoint(request: Request, *, one: Action, public_id: uuid.UUID | None = None) -> HttpResponse:
    """One action on one record, or the making of one."""
    record = record_of(request.actor, one.model, public_id) if public_id is not None else None
    if request.method == "GET":
        _require_offer(request, one, record)
        return showing.of_action(request, one, record)
    entries = posted(request.POST)
    return attempt(request, one, record, entries)


def _require_offer(request: Request, one: Action, record: Record | None) -> None:
    """A form is only shown to who may send it."""
    if not one.may(request.actor, record):
        raise Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
    if record is not None and not one.fits(record):
        said = _("“%(action)s” does not fit the state of this record now. Reload the page to see what comes next.")
        raise Refusal("state", said, {"action": one.label})


def attempt(request: Request, one: Action, record: Record | None, entries: Entries) -> HttpResponse:
    """Send the entries to the door, and answer."""
    actor = request.actor
    wanted = given(offered_inputs(one, actor), entries, actor)
    try:
        if request.FILES:
            entries = enclosed(request, one, record, entries)
            wanted = given(offered_inputs(one, actor), entries, actor)
        did = act(
            actor,
            one.name,
            record,
            wanted.inputs,
            version=version_of(request.POST),
            key=form_key(request),
            reason=last(entries, REASON),
        )
    except Refusal as refusal:
        return refused(request, one, record, entries, wanted, refusal)
    drafts.forget(actor, one.name, record.public_id if record is not None else None)
    if one.makes and (then := request.POST.get(THEN)):
        return _go_on(request, one, did, then)
    return answers.done(request, one, did)


def refused(
    request: Request, one: Action, record: Record | None, entries: Entries, wanted: Given, refusal: Refusal
) -> HttpResponse:
    """The form again with its errors; a choice between two versions; or a sentence, when there is no form."""
    if refusal.code == "stale" and record is not None and "fields" in refusal.details:
        return conflict.answer(request, one, record, entries, refusal)
    if refusal.status in (403, 404, 409, 429, 503) or not (one.inputs or one.needs_reason):
        return errors.refused(request, refusal)
    found, said = placed(refusal, wanted)
    form = Form(one, request.actor, entries, errors=found, said=said)
    return showing.again(request, form, record, refusal.status)


def placed(refusal: Refusal, wanted: Given) -> tuple[Errors, list[Any]]:
    """(place in the form -> sentences, sentences for the whole form) of a refusal."""
    found: Errors = {}
    for path, sentences in refusal.fields.items():
        place = REASON if path == "reason" and path not in wanted.inputs else wanted.place(path)
        found.setdefault(place, []).extend(sentences or [refusal.sentence])
    return found, [] if found else [refusal.sentence]


def _go_on(request: Request, one: Action, did: Done, then: str) -> HttpResponse:
    """The record is made; do the next step too. If that is refused, the record's page says why."""
    after = following(one, request.actor)
    if after is None or after.name != then:
        return answers.done(request, one, did)
    try:
        did = act(request.actor, after.name, did.public_id, {}, key=f"{form_key(request) or uuid.uuid4()}+")
    except Refusal as refusal:
        answers.warn(request, refusal.sentence)
        return answers.done(request, one, did)
    return answers.done(request, after, did)
