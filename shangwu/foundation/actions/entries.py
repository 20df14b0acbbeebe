"""Writes the log entry of a run: what changed, with commitments in place of personal and secret values."""

import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from shangwu.foundation.actions import writing
from shangwu.foundation.audit.commitments import REASON, commitment
from shangwu.foundation.audit.models import Entry, EntryRecord, Salt
from shangwu.foundation.records import clock, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record, classes_of

Changes = dict[str, tuple[Any, Any]]

_UNTOLD = frozenset({"version", "changed_at", "changed_by_id", "created_at", "created_by_id", "id", "public_id"})


def changes_of(row: models.Model, before: dict[str, Any] | None) -> Changes:
    """Attribute -> (before, after) of what differs; for a new row, of what is filled. Bookkeeping is left out."""
    found: Changes = {}
    for one in writing.writable_fields(type(row)):
        name = one.attname
        if name in _UNTOLD:
            continue
        now = row.__dict__.get(name)
        if name == "extra" and isinstance(row, Record):
            found |= own.changes((before or {}).get(name), now)
        elif before is None:
            if now not in (None, "", [], {}):
                found[name] = (None, now)
        elif before.get(name) != now:
            found[name] = (before.get(name), now)
    return found


def classified(record: models.Model, changes: Changes, salt: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record's changes as the log may hold them: open ones, and commitments of the classed ones."""
    model = type(record)
    classes = classes_of(model, record.__dict__)
    plain, committed = {}, {}
    for name, (before, after) in changes.items():
        of_a_person = own.is_own(name) and "extra" in classes
        if name in classes or name.removesuffix("_id") in classes or of_a_person or own.is_classed(model, name):
            committed[name] = [commitment(salt, name, before), commitment(salt, name, after)]
        else:
            plain[name] = [before, after]
    return plain, committed


def write_entry(
    *,
    verb: str,
    clause: str,
    model: type[Record],
    by: Actor,
    context: uuid.UUID,
    reason: str,
    occurred_at: Any,
    records: Sequence[Record],
    changes: Sequence[Changes],
    also: Sequence[tuple[models.Model, Changes]],
    touched: Iterable[type[models.Model]],
) -> Entry:
    """One entry for the run; a link row per record when there are several, or other rows changed too."""
    salt = secrets.token_bytes(32)
    written = {one for one in touched if one in history_models}
    single = len(records) == 1
    plain, committed = classified(records[0], changes[0], salt) if single else ({}, {})
    links = ([] if single else _links(model, records, changes, salt)) + _links_beside(also, salt)
    entry = Entry(
        at=clock.now(),
        occurred_at=occurred_at,
        verb=verb,
        clause=clause,
        record_type=model._meta.label_lower,
        record_id=records[0].pk if single else None,
        count=len(records),
        reason=reason,
        context=context,
        changes=plain,
        commitments=committed | _of_reason(model, reason, salt),
        touched=sorted(one._meta.label_lower for one in written),
        **_who(by),
    )
    writing.insert_one(entry)
    _write_links(entry, links)
    if entry.commitments or any(link[-1] for link in links) or any(getattr(one, "classes", None) for one in written):
        writing.copy_values(Salt, ("entry", "value"), [(entry.pk, salt)])
    return entry


def _of_reason(model: type[Record], reason: str, salt: bytes) -> dict[str, Any]:
    """The commitment of a reason on a record that has personal fields: whoever gives one may name the person."""
    if not reason or not getattr(model, "classes", None):
        return {}
    return {REASON: [commitment(salt, REASON, one) for one in ("", reason)]}


_LINK = ("entry", "record_type", "record_id", "version", "changes", "commitments")
Link = tuple[str, int, int, dict[str, Any], dict[str, Any]]


def _who(by: Actor) -> dict[str, Any]:
    """Who did it, in whose place, and from where."""
    return {
        "actor_kind": by.kind.value, "person_id": by.person_id, "acting_for_id": _acting_for(by),
        "source": by.source.value, "address": by.address, "request_id": by.request_id,
    }  # fmt: skip


def _links_beside(also: Sequence[tuple[models.Model, Changes]], salt: bytes) -> list[Link]:
    rows = ((row, changed) for row, changed in also if isinstance(row, Record))
    return [link for row, changed in rows for link in _links(type(row), [row], [changed], salt)]


def _write_links(entry: Entry, links: Sequence[Link]) -> None:
    if len(links) < writing.COPY_FROM:
        EntryRecord.objects.bulk_create(EntryRecord(**dict(zip(_LINK, (entry, *link), strict=True))) for link in links)
        return
    rows = (
        (entry.pk, kind, pk, version, json_text(said), json_text(hidden)) for kind, pk, version, said, hidden in links
    )
    writing.copy_values(EntryRecord, _LINK, rows)


def json_text(value: dict[str, Any]) -> str:
    """A JSON column's text for COPY."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if value else "{}"


def _links(model: type[models.Model], records: Sequence[Record], changes: Sequence[Changes], salt: bytes) -> list[Link]:
    """(record type, id, version, open changes, commitments) per record."""
    kind = model._meta.label_lower
    return [
        (kind, record.pk, record.version, *(classified(record, changed, salt) if changed else ({}, {})))
        for record, changed in zip(records, changes, strict=True)
    ]


def _acting_for(by: Actor) -> int | None:
    """The absent person whose role was used, when all of the actor's roles came by delegation."""
    stood_in = {grant.acting_for for grant in by.grants}
    return next(iter(stood_in)) if len(stood_in) == 1 and None not in stood_in else None
