"""Files forget a person whose data are erased: those they came in by, and the lists they were taken out in."""

from typing import Any

from django.db import connection, transaction

from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.audit.erasing import Erased, erase, forgets
from shangwu.foundation.exchange.models import Import
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.storage import Blob, forget
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.models import Record

ERASED = "a person's data are erased wherever they lie, whoever brought them"

_BROUGHT = """
SELECT DISTINCT of_id FROM exchange_importbatch b
WHERE EXISTS (SELECT FROM jsonb_array_elements(b.entries) AS e WHERE e::bigint = ANY(%s))
"""


@forgets
def forget_imports(erased: Erased) -> None:
    """The bytes of files whose rows made or changed the record go, with their copies; that they came in stays told."""
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT, [list(erased.entries)])
        found = [pk for (pk,) in cursor.fetchall()]
    rows: Any = Import.objects.unscoped(reason=ERASED)
    brought = set(rows.filter(pk__in=found).exclude(sha256="").values_list("sha256", flat=True))
    for one in rows.filter(sha256__in=brought):
        blobs = [one.blob, *([one.refused_blob] if one.refused_blob else [])]
        act(system(Source.IMPORT), "exchange.import.forget", one)
        _let_go(blobs)


@forgets
def forget_lists(erased: Erased) -> None:
    """Lists of such records that were written to files go."""
    jobs = Job.objects.filter(name="exchange.export", arguments__record=record_name(erased.model))
    blobs = [one.blob for one in jobs if one.blob is not None]
    jobs.filter(state__in=[Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED]).delete()
    _let_go(blobs)


def forget_files(record: Record, kind: str = "") -> None:
    """The files on a record of an erased person go, or those of a kind: their names, from history too, and their bytes.

    Called in the transaction of an action whose verb is `erase`, by the room that keeps such records.
    """
    rows: Any = StoredFile.objects.unscoped(reason=ERASED)
    theirs = rows.filter(record_type=record._meta.label_lower, record_id=record.pk).exclude(sha256="")
    for one in theirs.filter(kind=kind) if kind else theirs:
        name, note, blob = one.name, one.note, one.blob
        act(system(Source.EVENT), "files.storedfile.forget", one)
        erase(one, {"name": "-", "note": ""}, [name, note])
        _let_go([blob])


def _let_go(blobs: list[Blob]) -> None:
    """Remove bytes once the erasure is committed, unless another row still needs them."""

    def remove() -> None:
        for blob in blobs:
            if not _needed(blob):
                forget(blob)

    transaction.on_commit(remove)


def _needed(blob: Blob) -> bool:
    files: Any = StoredFile.objects.unscoped(reason=ERASED)
    imports: Any = Import.objects.unscoped(reason=ERASED)
    return bool(
        files.filter(sha256=blob.sha256, kept_for=blob.entity).exists()
        or imports.filter(sha256=blob.sha256, kept_for=blob.entity).exists()
        or Job.objects.filter(file_sha256=blob.sha256, file_entity=blob.entity).exists()
    )
