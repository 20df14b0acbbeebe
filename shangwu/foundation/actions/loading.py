"""Loads a run's targets, parts and references through the gate, and locks what the decision rests on."""

import functools
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import locking
from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.actions.inputs import Input
from shangwu.foundation.records import compiled
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal, missing


class Moved(Exception):
    """A row changed between reading and locking: roll back and start again."""


def load(batch: Batch) -> None:
    """All rows that the run needs, each table once, tables in one order, so that two runs never wait in a circle."""
    action = batch.action
    paths = [path for path in dict.fromkeys((*action.locks, *action.reads)) if path not in action.model.parts]
    references = {path: one for path, one in locking.reference_inputs(action.inputs) if one.model is not None}
    if not action.makes:
        alone = not paths and not batch.part_names and not references
        _load_targets(batch, lock=alone)
        if not alone:
            _load_parts(batch)
    else:
        alone = True
    ends = {path: one.model for path, one in references.items()}
    ends |= {path: locking.target_of(action.model, path) for path in paths}
    groups = locking.grouped(ends.items())  # type: ignore[arg-type]
    if not alone:
        groups.setdefault(action.model, [])
    for model in locking.by_table(groups):
        if model is action.model and not alone:
            _lock_targets(batch)
        _load_table(batch, model, groups[model], references)
    if not action.makes:
        for path in paths:
            locking.bind((batch.records[place] for place in batch.alive), path, batch.rows)
    _resolve_references(batch, references)


def _load_targets(batch: Batch, *, lock: bool) -> None:
    keys = {row.target.pk if isinstance(row.target, Record) else str(row.target) for row in batch.given}
    ids = [key for key in keys if isinstance(key, int)]
    public = [key for key in keys if isinstance(key, str) and _is_uuid(key)]
    by_key: dict[Any, Any] = {}
    for row in locking.seen(batch.action.model, batch.by, public, ids, lock=lock, archived=True):
        batch.rows.add(row, locked=lock)
        by_key[row.pk] = by_key[str(row.public_id)] = row
    for place in batch.alive:
        target = batch.given[place].target
        record = by_key.get(target.pk if isinstance(target, Record) else str(target))
        if record is None or record.pk in batch.places:
            batch.refuse(place, missing())
        else:
            batch.take(place, record)


def _load_parts(batch: Batch) -> None:
    """Prefetch the parts of all targets, so that bodies read `order.lines.all()` without a query."""
    records = {record.pk: record for record in batch.records if record is not None}
    for relation in batch.part_names:
        part: Any = locking.target_of(batch.action.model, relation)
        groups: dict[Any, list[models.Model]] = defaultdict(list)
        for row in _parts_of(part, records):
            batch.rows.add(row, locked=False)
            groups[getattr(row, f"{part.parent}_id")].append(row)
        for pk, record in records.items():
            for row in groups[pk]:
                setattr(row, part.parent, record)
            set_parts(record, relation, groups[pk])


def _parts_of(part: Any, records: Iterable[Any]) -> list[Any]:
    def draw() -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = part._default_manager.filter(**{f"{part.parent}__any": compiled.Keys()})
        return found.order_by("position")

    return compiled.once((part, "parts"), draw).rows(list(records))


def _lock_targets(batch: Batch) -> None:
    """Lock the targets read before; one that changed in between starts the run again."""
    records = {record.pk: record for record in batch.records if record is not None}
    if not records:
        return
    for row in compiled.by_pk(batch.action.model, sorted(records), lock=True):
        if _has_moved(row, records[row.pk]):
            raise Moved
        batch.rows.locked.add(records[row.pk])


def _has_moved(row: Any, read: Any) -> bool:
    """Whether a row is no longer as it was read. Tallies change without a new version."""
    return row.version != read.version or any(getattr(row, one) != getattr(read, one) for one in row.tallies)


def _load_table(batch: Batch, model: type[models.Model], paths: Sequence[str], references: dict[str, Input]) -> None:
    """Everything this run needs of one table, at once: what inputs name and what the records point to."""
    lock = any(path in batch.action.locks for path in paths)
    pks: set[Any] = set()
    keys: set[Any] = set()
    for path in paths:
        if path in references:
            keys |= {key for place in batch.alive for key in locking.collect_keys(batch.values[place], path)}
        if not batch.action.makes and (path in batch.action.locks or path in batch.action.reads):
            pks |= locking.foreign_keys_at([batch.records[place] for place in batch.alive], path)
    locking.load_references(batch.rows, batch.by, model, keys, lock=lock)
    locking.load_by_pk(batch.rows, model, pks, lock=lock)


def _resolve_references(batch: Batch, references: dict[str, Input]) -> None:
    """Put rows in place of keys; an unknown or unseen one is refused by name."""
    for place in batch.alive:
        unknown: dict[str, list[Any]] = {}
        for path, one in references.items():
            _resolve(batch, batch.values[place], path, path, one.model, unknown)
        if unknown:
            batch.refuse(place, Refusal("invalid", _("Some entries need your attention."), fields=unknown))


def _resolve(
    batch: Batch, values: dict[str, Any], path: str, place: str, model: Any, unknown: dict[str, list[Any]]
) -> None:
    head, _dot, rest = path.partition(".")
    value = values.get(head)
    if rest:
        for index, part in enumerate(value or ()):
            _resolve(batch, part, rest, f"{head}.{index}.{rest}", model, unknown)
        return
    if value is None:
        return
    keys = value if isinstance(value, list) else [value]
    found = [batch.rows.by_key.get((model, key)) for key in keys]
    for key, row in zip(keys, found, strict=True):
        if row is None:
            said = str(_("“%(key)s” was not found, or is not yours to see. Choose one of the list."))
            unknown.setdefault(place, []).append(said % {"key": key})
    values[head] = found if isinstance(value, list) else found[0]


def set_parts(record: models.Model, relation: str, parts: list[Any]) -> None:
    """Fill the prefetch cache, so that `record.<relation>.all()` answers without a query."""
    link = _link(type(record), relation)
    rows: Any = link.model._default_manager.get_queryset()
    # What `record.<relation>` filters by, put off until someone asks further: most parts are only gone through.
    rows._deferred_filter = False, (), {link.name: record}
    rows._hints, rows._known_related_objects = {"instance": record}, {link: {record.pk: record}}
    rows._result_cache, rows._prefetch_done = parts, True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = rows


@functools.cache
def _link(model: type[models.Model], relation: str) -> Any:
    """The field by which parts point to their record."""
    return getattr(model, relation).rel.field


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
