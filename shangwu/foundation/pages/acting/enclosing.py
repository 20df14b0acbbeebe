"""Files that a form encloses: each is attached to the record first, and the action then names it."""

from typing import Any

from django.core.exceptions import ValidationError

from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.registry import Action, record_name
from shangwu.foundation.files import intake, receipts
from shangwu.foundation.pages.forms.entries import Entries
from shangwu.foundation.pages.forms.form import offered_inputs
from shangwu.foundation.pages.reading import Request, form_key
from shangwu.foundation.records.refusals import Sentence


def enclosed(request: Request, one: Action, record: Any, entries: Entries) -> Entries:
    """The entries, with the id of the attached file in place of each that was chosen.

    A file stays attached when the action is then refused: the form that is shown again names it, and nobody need
    choose it a second time. Raises Refusal for a file that is not taken in, with the sentence at its field.
    """
    if record is None:
        return entries
    found, key = dict(entries), form_key(request)
    for each in offered_inputs(one, request.actor):
        file = request.FILES.get(each.name) if each.kind is Kind.FILE else None
        if file is None:
            continue
        try:
            taken = intake.take(file, file.name or "", entity=request.actor.entity_id or 0)
        except ValidationError as error:
            said: list[Sentence] = list(error.messages)
            raise Refusal("invalid", said[0], fields={each.name: said}) from error
        inputs = {
            "record_type": record_name(one.model),
            "note": str(record.public_id),
            "name": receipts.receipt(taken, request.actor),
        }
        did = act(
            request.actor, "files.storedfile.create", None, inputs, key=f"{key}-{each.name}" if key else None
        )  # fmt: skip
        found[each.name] = [str(did.public_id)]
    return found
