"""Writes a run: numbers last, then rows; logs it; announces it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models

from shangwu.foundation.actions import entries, events, writing
from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.numbering.series import UNKNOWN, Series, draw, register
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import gate
from shangwu.foundation.records.models import Part, Record


def write(batch: Batch, places: Sequence[int]) -> None:
    """Write the rows of these places and the shared rows that changed. Raises IntegrityError."""
    _give_numbers(batch, places)
    made: list[models.Model] = []
    for one in places:
        if batch.action.makes:
            made.append(batch.records[one])
        made += batch.new.get(one, ())
    writing.insert(made)
    batch.touched |= {type(row) for row in made}
    dropped = [row for place in places for row in batch.dropped.get(place, ())]
    writing.delete(dropped)
    batch.touched |= {type(row) for row in dropped}
    own = set(places)
    changed = []
    for row in batch.rows.before:
        place = batch.place_of(row)
        concerned = place in own if place is not None else not _belongs_elsewhere(batch, row, own)
        if concerned and (columns := _changed_columns(batch, row, place)):
            changed.append((row, columns))
    writing.update(changed)
    batch.written += [row for row, _columns in changed]
    batch.touched |= {type(row) for row, _columns in changed}
    if batch.action.sweeps is not None:
        batch.touched |= set(batch.action.sweeps([batch.records[one] for one in places], made, batch.by))


def _belongs_elsewhere(batch: Batch, row: models.Model, places: set[int]) -> bool:
    """Whether a part belongs to a record that is not being written now."""
    if not isinstance(row, Part) or row._meta.get_field(row.parent).related_model is not batch.action.model:
        return False
    place = batch.places.get(getattr(row, f"{row.parent}_id"))
    return place is not None and place not in places


def _changed_columns(batch: Batch, row: models.Model, place: int | None) -> frozenset[str]:
    """Changed columns of a loaded row; a record's version goes up by one, unless others only kept its tallies."""
    before = batch.rows.before[row]
    columns = {name for name, value in before.items() if row.__dict__.get(name) != value}
    telling = columns - {"changed_at", "changed_by_id", "version"}
    parts_moved = place is not None and (batch.new[place] or batch.dropped[place] or _parts_changed(batch, row))
    if not telling and not parts_moved:
        return frozenset()
    if isinstance(row, Record) and (place is not None or not telling <= set(row.tallies)):
        row.version = before["version"] + 1
        if place is None:
            row.changed_at, row.changed_by_id = batch.now, batch.by.person_id
        columns |= {"version", "changed_at", "changed_by_id"}
    return frozenset(columns)


def _parts_changed(batch: Batch, record: Any) -> bool:
    """Whether a part of the record differs from what was loaded: the record's version counts for its parts."""
    for relation in batch.part_names:
        for part in record._prefetched_objects_cache.get(relation, ()):
            before = batch.rows.before.get(part) if part.pk else None
            if before and any(part.__dict__.get(name) != value for name, value in before.items()):
                return True
    return False


def _give_numbers(batch: Batch, places: Sequence[int]) -> None:
    """Draw numbers for records that have none yet; the counter stays locked until commit, so it comes last.

    Numbers that an import brought are registered first: the series goes on behind them.
    """
    if batch.action.makes and batch.action.series is not None:
        register(batch.action.series, [number for one in places if (number := batch.given[one].number)])
    for series, records in _unnumbered(batch, places):
        groups: dict[tuple[Any, str], list[Any]] = defaultdict(list)
        code_of = _codes(series, records)
        for record in records:
            on = record.changed_at.astimezone(batch.by.zone).date()
            groups[(on, code_of(record))].append(record)
        for (on, code), found in sorted(groups.items(), key=lambda item: item[0]):
            for record, number in zip(found, draw(series, on, len(found), code), strict=True):
                record.number = number


def _unnumbered(batch: Batch, places: Sequence[int]) -> list[tuple[Series, list[Any]]]:
    """Per series, in the order of their keys: the records of these places that have no number yet."""
    found: dict[str, tuple[Series, list[Any]]] = {}
    numbers: Mapping[Any, Series] = batch.action.numbers
    for place in places:
        own = [(batch.action.series, batch.records[place])]
        made = [(numbers.get(type(row)), row) for row in batch.new.get(place, ())] if numbers else []
        for series, record in (*own, *made):
            if series is not None and record.number is None:
                found.setdefault(series.key, (series, []))[1].append(record)
    return [found[key] for key in sorted(found)]


def _codes(series: Series, records: Sequence[Any]) -> Callable[[Any], str]:
    """What tells the part of a split series that a record is numbered in."""
    if not series.by:
        return lambda record: ""
    if series.by != "entity":
        return lambda record: getattr(record, series.by) or UNKNOWN
    wanted = {record.entity_id for record in records} - {None}
    with gate.free_reading():
        codes = dict(Entity.objects.filter(pk__in=wanted).values_list("pk", "code"))
    return lambda record: codes.get(record.entity_id, UNKNOWN)


def finish(batch: Batch) -> None:
    """Log the run and announce it to those who listen."""
    records = [batch.records[place] for place in batch.alive]
    changes = [batch.changes_of(record) for record in records]
    made = [row for place in batch.alive for row in batch.new.get(place, ())]
    others = [row for row in batch.written if batch.place_of(row) is None and isinstance(row, Record)]
    others += [row for row in made if isinstance(row, Record)]
    also = [(row, batch.changes_of(row)) for row in others]
    parts, fresh = [row for row in made if not isinstance(row, Record)], {id(row) for row in made}
    entry = entries.write_entry(
        verb=batch.action.name,
        clause=batch.action.clause,
        model=batch.action.model,
        by=batch.by,
        context=batch.context,
        reason=batch.reason,
        occurred_at=batch.given[batch.alive[0]].occurred_at,
        records=records,
        changes=changes,
        also=also,
        touched=batch.touched,
    )
    batch.entry_id = entry.pk
    events.announce(
        events.Acted(
            action=batch.action,
            by=batch.by,
            records=records,
            changes=[{} if batch.action.makes else changed for changed in changes],
            entry_id=entry.pk,
            context=batch.context,
            inputs=[batch.values[place] for place in batch.alive],
            also=[*others, *parts],
            also_changes=[None if id(row) in fresh else changed for row, changed in also] + [None] * len(parts),
        )
    )
