"""Runs the bodies in memory: makes records, assigns fields and parts, enters states."""

import datetime
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import locking, writing
from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.actions.gone import Gone
from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal, from_validation


def apply(batch: Batch) -> None:
    """Run the body for each row. A refusal puts the shared rows it touched back as they were."""
    if batch.action.makes:
        places = batch.alive
        batch.keys = _keys(batch, places)
        for place in places:
            batch.take(place, _new_record(batch, place, batch.keys[batch.action.model].pop(0)))
    known = _prepared(batch)
    for place in batch.alive:
        kept = [(row, locking.values_of(row)) for row in _shared(batch, place)] if batch.many else []
        try:
            _apply_one(batch, place, known)
        except (Refusal, ValidationError) as error:
            batch.refuse(place, error if isinstance(error, Refusal) else from_validation(error))
            batch.new.pop(place, None)
            batch.dropped.pop(place, None)
            for row, values in kept:
                row.__dict__.update(values)


def _keys(batch: Batch, places: list[int]) -> dict[type[models.Model], list[int]]:
    """Primary keys of the records to be made and of their parts."""
    counts: Counter[type[models.Model]] = Counter({batch.action.model: len(places)})
    for one in batch.action.inputs:
        if one.kind is Kind.PARTS and one.model is not None:
            counts[one.model] += sum(len(batch.values[place].get(one.name, ())) for place in places)
    return writing.reserve(counts)


def _prepared(batch: Batch) -> tuple[Any, ...]:
    """What the action's `prepare` found out for its bodies, as their further argument; none when it has none."""
    prepare, places = batch.action.prepare, batch.alive
    if prepare is None:
        return ()
    return (prepare([batch.records[one] for one in places], batch.by, [batch.values[one] for one in places]),)


def _shared(batch: Batch, place: int) -> list[models.Model]:
    """Rows that this row's body may change besides its own: those at the end of its locks."""
    found: list[models.Model] = []
    for path in batch.action.locks:
        if path not in batch.action.model.parts:
            model = locking.target_of(batch.action.model, path)
            pks = locking.foreign_keys_at([batch.records[place]], path)
            found += [row for pk in pks if (row := batch.rows.get(model, pk)) is not None]
    return found


def _new_record(batch: Batch, place: int, pk: int) -> Any:
    """The record to be made, its bookkeeping filled from the actor, its fields from the inputs."""
    record = newborn(batch.action.model, batch.by, batch.moment(place))
    record.__dict__.update(id=pk, number=batch.given[place].number)
    for relation in batch.action.model.parts:
        set_parts(record, relation, [])
    _assign(batch, place, record)
    return record


def newborn(model: type[Record], by: Actor, moment: datetime.datetime) -> Any:
    """A record not yet written, its bookkeeping filled from the actor: also for those that a body makes."""
    record: Any = writing.blank(model)
    record.__dict__.update(
        entity_id=by.entity_id,
        department_id=by.department_id,
        owner_id=by.person_id,
        created_by_id=by.person_id,
        created_at=moment,
        changed_by_id=by.person_id,
        changed_at=moment,
    )
    return record


def _apply_one(batch: Batch, place: int, known: tuple[Any, ...]) -> None:
    record, one, moment = batch.records[place], batch.action, batch.moment(place)
    record.changed_at, record.changed_by_id = moment, batch.by.person_id
    if one.partial:
        _assign(batch, place, record)
    if (one.makes or one.partial) and not one.may(batch.by, record):
        raise Refusal("forbidden", _("You may not put it there. Choose your own department or owner."))
    if one.body is not None:
        takes_fields = one.makes or one.partial
        for row in one.body(record, batch.by, *known, **({} if takes_fields else _arguments(batch, place))) or ():
            if isinstance(row, Gone):
                batch.dropped[place].append(row.row)
            elif row._state.adding:
                batch.new[place].append(row)
    if one.target is not None:
        enter_state(record, one.target, moment, batch.by.person_id)


def _arguments(batch: Batch, place: int) -> dict[str, Any]:
    """A body's keyword arguments: what was given, and the declared defaults."""
    values = batch.values[place]
    return {one.name: values.get(one.name, one.default) for one in batch.action.inputs}


def enter_state(record: Any, state: str, moment: datetime.datetime, person_id: int | None) -> None:
    """Put a record into a state and store the fact, also for a locked record that a body moves on."""
    record.state = state
    if hasattr(type(record), f"{state}_at"):
        setattr(record, f"{state}_at", moment)
        setattr(record, f"{state}_by_id", person_id)


def _assign(batch: Batch, place: int, record: Any) -> None:
    """Put given values on the record: fields, references, persons, and parts as a whole list."""
    for one in batch.inputs:
        if one.name not in batch.values[place]:
            continue
        value = batch.values[place][one.name]
        if own.is_own(one.name):
            own.put(record, one.name, value)
        elif one.kind is Kind.PARTS:
            _assign_parts(batch, place, record, one.name, value)
        elif one.kind is Kind.REFERENCES:
            setattr(record, one.name, [row.pk for row in value])
        elif value is None and one.field is not None and not one.field.null:
            setattr(record, one.name, one.default if one.default is not None else "")
        elif value == "" and one.field is not None and one.field.null:
            # A text that may be missing is missing, not empty: two persons without a staff number don't share one.
            setattr(record, one.name, None)
        else:
            setattr(record, one.name, value)


def _assign_parts(batch: Batch, place: int, record: Any, relation: str, values: list[dict[str, Any]]) -> None:
    """Parts by position: those there are changed, further ones added, surplus ones dropped."""
    part: Any = locking.target_of(type(record), relation)
    keys = batch.keys.get(part)
    present = {row.position: row for row in record._prefetched_objects_cache.get(relation, ())}
    kept = []
    for position, given in enumerate(values, start=1):
        row = present.pop(position, None)
        if row is None:
            row = writing.blank(part)
            row.position = position
            if keys:
                row.pk = keys.pop()
            setattr(row, part.parent, record)
            for name, value in given.items():
                setattr(row, name, value)
            batch.new[place].append(row)
        else:
            for name, value in given.items():
                setattr(row, name, value)
        kept.append(row)
    batch.dropped[place] += [row for row in present.values() if row.pk is not None]
    set_parts(record, relation, kept)
