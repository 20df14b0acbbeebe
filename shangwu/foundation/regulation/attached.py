"""Files that hang on a record, for actions that name one of them as a proof."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Attached = Mapping[tuple[int, str], StoredFile]
"""(id of the record, public id or name of the file) -> the file; of two with one name the newer."""


def attached_to(model: type[Record]) -> Callable[[Sequence[Any], Actor, Sequence[Mapping[str, Any]]], Attached]:
    """The `prepare` of an action that names a file of its record."""

    def prepare(records: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Attached:
        ids = [one.pk for one in records]
        found = StoredFile.objects.filter(record_type=model._meta.label_lower, record_id__in=ids, archived_at=None)
        known: dict[tuple[int, str], StoredFile] = {}
        for one in found.order_by("pk"):
            known |= {(one.record_id, one.name): one, (one.record_id, str(one.public_id)): one}
        return known

    return prepare


def file_of(record: Record, named: object, attached: Attached) -> StoredFile:
    """The file of the record that is called so. Refuses `file` for one that hangs elsewhere, or nowhere."""
    found = attached.get((record.pk, str(named).strip()))
    if found is None:
        said = _("That file does not hang on this record. Attach it here first.")
        raise Refusal("file", said, fields={"file": [said]})
    return found
