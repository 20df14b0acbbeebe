"""Files forget a person whose data are erased: those they came in by, and the lists they were taken out in."""

from collections.abc import Collection, Iterator
from email import message_from_bytes
from email.header import decode_header
from typing import Any

from django.db import connection, models, transaction

from shangwu.foundation.actions.door import act
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.audit.erasing import Erased, erase, forgets
from shangwu.foundation.exchange.declarations import importers
from shangwu.foundation.exchange.models import Import, ImportBatch
from shangwu.foundation.exchange.speaking import files_that_speak
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.storage import Blob, forget, pieces
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.text.redaction import without

READABLE = frozenset({"text", "message"})
"""Families of files whose words can be read as they lie there."""
LARGEST_READ = 30 << 20

ERASED = "a person's data are erased wherever they lie, whoever brought them"

_BROUGHT = """
SELECT DISTINCT of_id FROM exchange_importbatch b
WHERE EXISTS (SELECT FROM jsonb_array_elements(b.entries) AS e WHERE e::bigint = ANY(%s))
"""


@forgets
def forget_imports(erased: Erased) -> None:
    """The bytes of files whose rows made or changed the record go, with their copies, and those of files that speak of
    the person though no row went in: cancelled, refused, passed over, taken back. That they came in stays told."""
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT, [list(erased.entries)])
        found = [pk for (pk,) in cursor.fetchall()]
    rows: Any = Import.objects.unscoped(reason=ERASED)
    brought = set(rows.filter(pk__in=found).exclude(sha256="").values_list("sha256", flat=True))
    if record_name(erased.model) in importers and erased.values:
        others = rows.exclude(sha256="").exclude(sha256__in=brought)
        brought |= {one.sha256 for one in others if files_that_speak(one, erased.values, _speaks)}
    for one in rows.filter(sha256__in=brought):
        blobs = [one.blob, *([one.refused_blob] if one.refused_blob else [])]
        act(system(Source.IMPORT), "exchange.import.forget", one)
        # Reasons quote what stood in the cells.
        ImportBatch.objects.filter(of=one).exclude(reasons={}).update(reasons={})
        _let_go(blobs)


@forgets
def forget_lists(erased: Erased) -> None:
    """Lists of such records that were written to files go, and of records that refer to such ones by name."""
    told = {record_name(erased.model), *(record_name(one) for one in _referring(erased.model))}
    jobs = Job.objects.filter(name="exchange.export", arguments__record__in=sorted(told))
    blobs = [one.blob for one in jobs if one.blob is not None]
    jobs.filter(state__in=[Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED]).delete()
    _let_go(blobs)


def _referring(model: type[models.Model]) -> Iterator[type[models.Model]]:
    """Record types that refer to this one, by themselves or by a part of theirs."""
    for relation in model._meta.get_fields(include_hidden=True):
        found: Any = relation.related_model if isinstance(relation, models.ManyToOneRel) else None
        while found is not None and issubclass(found, Part):
            found = found._meta.get_field(found.parent).related_model
        if found is not None and issubclass(found, Record):
            yield found


def forget_files(record: Record, kind: str = "") -> None:
    """The files on a record of an erased person go, or those of a kind: their names, from history too, and their bytes.

    Called in the transaction of an action whose verb is `erase`, by the room that keeps such records.
    """
    rows: Any = StoredFile.objects.unscoped(reason=ERASED)
    theirs = rows.filter(record_type=record._meta.label_lower, record_id=record.pk).exclude(sha256="")
    for one in theirs.filter(kind=kind) if kind else theirs:
        forget_file(one)


def redact_files(model: type[models.Model], keys: Collection[int], pattern: str, mask: str) -> None:
    """Of files on records that name a person (`redaction.pattern_of`): plain texts and mails that speak of them go, of
    all others the name and note are cleared, from history too. Papers themselves are kept as the law asks.

    Called in the transaction of an action whose verb is `erase`.
    """
    rows: Any = StoredFile.objects.unscoped(reason=ERASED)
    for one in rows.filter(record_type=model._meta.label_lower, record_id__in=list(keys)).exclude(sha256=""):
        if one.content.family in READABLE and _speaks(one.blob, pattern):
            forget_file(one)
        else:
            _clear(one, pattern, mask)


def _speaks(blob: Blob, pattern: str) -> bool:
    """Whether the pattern stands in a text or a mail, in whatever way the mail is encoded."""
    if blob.size > LARGEST_READ:
        return False
    try:
        raw = b"".join(pieces(blob))
    except FileNotFoundError:
        return False
    return any(without(text, pattern, "") != text for text in _texts(raw))


def _texts(raw: bytes) -> Iterator[str]:
    yield raw.decode("utf-8", "replace")
    mail = message_from_bytes(raw)
    for name in ("Subject", "From", "To", "Cc"):
        for piece, charset in decode_header(mail.get(name, "")):
            yield piece if isinstance(piece, str) else _decoded(piece, charset)
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            yield _decoded(payload if isinstance(payload, bytes) else b"", part.get_content_charset())


def _decoded(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:  # a name of no charset at all
        return raw.decode("utf-8", "replace")


def _clear(file: StoredFile, pattern: str, mask: str) -> None:
    former: Any = history_models[StoredFile]._default_manager.filter(pgh_obj_id=file.pk)
    told = [*former.values_list("name", flat=True), *former.values_list("note", flat=True)]
    if all(without(text, pattern, "") == text for text in told):
        return
    given = {name: without(getattr(file, name), pattern, mask)[:200] for name in ("name", "note")}
    act(system(Source.EVENT), "files.storedfile.redact", file, given)
    erase(file, given, [])


def forget_file(file: StoredFile) -> None:
    """A file that told of a person goes: its name, from history too, and its bytes. Called as `forget_files` is."""
    name, note, blob = file.name, file.note, file.blob
    act(system(Source.EVENT), "files.storedfile.forget", file)
    erase(file, {"name": "-", "note": ""}, [name, note])
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
