"""Files on records: attach and take away, through the door; and who may see them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import anyone, nobody, owns
from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import action, archive, edit
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.receipts import redeem
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.references import hangs_on_any
from shangwu.foundation.records.refusals import from_validation, missing

CLAUSE = "3.3.3"
"""Filing: a paper stands with the matter that it belongs to."""

WITH_ITS_RECORD = "files are read with the record they hang on, whose gate the reader has passed"


def subject_model(name: str) -> type[models.Model] | None:
    """The record type of a public name such as `sales.order`; None when files hang on no such record."""
    return next(
        (model for model in scopes.declared() if record_name(model) == name and model not in (StoredFile, Import)), None
    )


def _attach(file: Any, by: Actor) -> None:
    """Attach an uploaded file to a record (3.3.3).

    Refuses `missing` for a record that the actor may not see, `receipt` for a file that they have not uploaded. The
    record may be of any type, so that no lock path can name it: this body asks the gate itself, once.
    """
    model: Any = subject_model(file.record_type)
    try:
        key = uuid.UUID(file.note)
        received = redeem(file.name, by)
    except ValueError:
        raise missing() from None
    except ValidationError as error:
        raise from_validation(error) from error
    found = model and model.objects.visible_to(by).filter(public_id=key).values_list("pk", "secrecy", "entity").first()
    if not found:
        raise missing()
    file.record_type, file.note = model._meta.label_lower, ""
    file.record_id, file.secrecy, file.entity_id = found
    file.name, file.kind, file.notices = received.name, received.kind, " ".join(received.notices)
    file.kept_for, file.sha256, file.size = received.blob


registry.register(
    StoredFile,
    "create",
    CLAUSE,
    label=_("Attach a file"),
    may=anyone,
    body=_attach,
    makes=True,
    icon="paperclip",
    shown=False,
    event="files.storedfile.attached",
    inputs=(
        Input("record_type", Kind.TEXT, _("Record type"), max_length=80),
        Input("note", Kind.TEXT, _("Public id of the record"), max_length=36),
        Input("name", Kind.TEXT, _("Receipt of the upload"), max_length=2000),
    ),
    description=(_attach.__doc__ or "").strip(),
)
archive(StoredFile, clause=CLAUSE, may=owns)


@action(
    StoredFile, "forget", clause="2.5.1", label=_("Forget the file"), may=nobody, shown=False, archive_too=True,
)  # fmt: skip
def forget(file: StoredFile, by: Actor) -> None:
    """2.5.1: of a file that told of an erased person only remains that there was one."""
    file.name, file.note, file.notices, file.sha256, file.size = "-", "", "", "", 0
    file.archived_at = file.archived_at or file.changed_at


edit(
    StoredFile, clause="2.5.1", may=nobody, fields=["name", "note"], verb="redact",
    label=_("Take a person's name out"), undo=False, shown=False, archive_too=True, own=False,
)  # fmt: skip

hangs_on_any(StoredFile)


def files_on(record: Record) -> Sequence[StoredFile]:
    """The files of a record, newest first. The caller has passed the record's gate."""
    rows = StoredFile.objects.unscoped(reason=WITH_ITS_RECORD)
    found = rows.filter(record_type=record._meta.label_lower, record_id=record.pk, archived_at__isnull=True)
    return list(found.order_by("-pk"))


def file_for(by: Actor, public_id: uuid.UUID) -> StoredFile:
    """A file by its public id, if the reader sees the record that it hangs on. Raises Refusal `missing`."""
    rows = StoredFile.objects.unscoped(reason=WITH_ITS_RECORD)
    file = rows.filter(public_id=public_id, archived_at__isnull=True).first()
    model: Any = next(
        (model for model in scopes.declared() if file and model._meta.label_lower == file.record_type), None
    )
    if file is None or model is None or file.secrecy > by.clearance:
        raise missing()
    if not model.objects.visible_to(by, archived=True).filter(pk=file.record_id).exists():
        raise missing()
    return file
