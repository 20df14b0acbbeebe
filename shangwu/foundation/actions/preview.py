"""Preview: what an action would make of unfinished entries, computed by its own body, nothing written.

A form asks it while a person types: sums and rates come from the same code that will count when it is sent.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction

from shangwu.foundation.actions import applying, loading
from shangwu.foundation.actions.batch import Batch
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.actions.rows import Row
from shangwu.foundation.records import gate, own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

PASSES = 4
"""How often unusable entries are taken out and the rest tried again."""

WAIT = "200ms"
"""How long a preview waits for a row that someone is writing; it is asked again soon anyway."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the entries come to so far.

    record: as the action would leave it, in memory only; None when too little is known yet.
    kept: for each relation, which of the given rows stand in the record, by place.
    refusal: why the action would be refused as things stand; field by field for what was left out.
    """

    record: Any = None
    kept: dict[str, list[int]] = field(default_factory=dict)
    refusal: Refusal | None = None


def preview(by: Actor, one: Action, target: Any, inputs: Mapping[str, Any]) -> Preview:
    """Try `one` with what has been entered so far. Never raises for what a person typed."""
    parts = [given.name for given in one.inputs if given.kind is Kind.PARTS and given.name in inputs]
    kept = {name: list(range(len(inputs[name]))) for name in parts}
    values = dict(inputs)
    unlocked = replace(one, locks=(), reads=tuple(dict.fromkeys((*one.locks, *one.reads))))
    relaxed = replace(unlocked, inputs=_relaxed(one.inputs), own=False)
    first: Refusal | None = None
    for strict in (True, *(False,) * PASSES):
        record, refusal = _tried(Batch(by, unlocked if strict else relaxed, [Row(values, target)], "", {}))
        first = first or refusal
        if refusal is None or not refusal.fields:
            return Preview(record, kept, first)
        for name, rows in _unusable(refusal, values).items():
            _take_out(values, kept, name, rows)
        values = {name: value for name, value in values.items() if not own.is_own(name)}
    return Preview(None, kept, first)


@functools.cache
def _relaxed(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """Inputs of which none is needed yet. Kept: a compiled model is looked up by its inputs' identity."""
    return tuple(replace(given, required=False, filled=False) for given in inputs)


def _tried(batch: Batch) -> tuple[Any, Refusal | None]:
    """The record after the body, or why not. The transaction is rolled back in any case."""
    batch.validate()
    if not batch.alive:
        return None, batch.refusals[0]
    try:
        with gate.door(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            loading.load(batch)
            batch.check()
            applying.apply(batch)
            transaction.set_rollback(True)
    except (OperationalError, loading.Moved):
        return None, None
    except (AttributeError, TypeError, ArithmeticError, ObjectDoesNotExist):
        # A body may rely on entries that have not been made yet; the door itself would have refused before it ran.
        return None, batch.refusals.get(0)
    return (None if 0 in batch.refusals else batch.records[0]), batch.refusals.get(0)


def _unusable(refusal: Refusal, values: Mapping[str, Any]) -> dict[str, set[int] | None]:
    """Names whose entry can't be used; for parts the places of the rows, None for the whole input."""
    found: dict[str, set[int] | None] = {}
    for path in refusal.fields:
        name, _dot, rest = path.partition(".")
        place = rest.partition(".")[0]
        if place.isdigit() and isinstance(values.get(name), list):
            rows = found.setdefault(name, set())
            if rows is not None:
                rows.add(int(place))
        else:
            found[name] = None
    return found


def _take_out(values: dict[str, Any], kept: dict[str, list[int]], name: str, rows: set[int] | None) -> None:
    if rows is None:
        values.pop(name, None)
        kept.pop(name, None)
        return
    values[name] = [row for place, row in enumerate(values[name]) if place not in rows]
    kept[name] = [given for place, given in enumerate(kept[name]) if place not in rows]
