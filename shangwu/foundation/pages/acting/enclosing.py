"""Files that a form encloses: each is attached to the record first, and the action then names it."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from shangwu.foundation.actions.door import Done, Refusal, act
from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.files import intake, receipts
from shangwu.foundation.pages.forms.entries import Entries
from shangwu.foundation.pages.forms.form import offered_inputs
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence


def enclosed(request: Request, one: Action, record: Any, entries: Entries) -> Entries:
    """The entries, with the id of the attached file in place of each that was chosen.

    A file stays attached when the action is then refused: the form that is shown again names it, and nobody need
    choose it a second time. Of who may not do it no file is taken in: the door refuses them. Raises Refusal for a file
    that is not taken in, with the sentence at its field.
    """
    if record is None or not one.may(request.actor, record):
        return entries
    found, key = dict(entries), form_key(request)
    for each in offered_inputs(one, request.actor):
        file = request.FILES.get(each.name) if each.kind is Kind.FILE else None
        if file is None:
            continue
        try:
            did = attach(request.actor, one.model, record.public_id, file, f"{key}-{each.name}" if key else None)
        except ValidationError as error:
            said: list[Sentence] = list(error.messages)
            raise Refusal("invalid", said[0], fields={each.name: said}) from error
        found[each.name] = [str(did.public_id)]
    return found


def attach(by: Actor, model: type[Record], public_id: uuid.UUID, file: UploadedFile[Any], key: str | None) -> Done:
    """Take an upload in and attach it, once for each key. Raises Refusal, or ValidationError for the file."""
    taken = intake.take(file, file.name or "", entity=by.entity_id or 0)
    inputs = {"record_type": record_name(model), "note": str(public_id), "name": receipts.receipt(taken, by)}
    return act(by, "files.storedfile.create", None, inputs, key=key)
