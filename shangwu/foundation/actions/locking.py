"""Locks: resolves the paths of an action to rows, locks them in one fixed order, and checks that none moved.

Row locks only, FOR NO KEY UPDATE, one statement per table, tables in the order of their names, keys ascending.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, by_pk, once
from shangwu.foundation.records.models import Record

Key = Any


def target_of(model: type[models.Model], path: str) -> type[models.Model]:
    """The model that a path such as `lines.product` ends at."""
    for step in path.split("."):
        related = model._meta.get_field(step).related_model
        assert isinstance(related, type), f"{model._meta.label}.{step} leads nowhere"
        model = related
    return model


@dataclass(slots=True)
class Rows:
    """Rows loaded for one run: one object per row, whoever refers to it, with its values as they were.

    by_key: (model, key as given by the caller) -> row; None when there is no such row for this actor.
    """

    by_pk: dict[tuple[type[models.Model], Any], models.Model] = field(default_factory=dict)
    by_key: dict[tuple[type[models.Model], Key], models.Model | None] = field(default_factory=dict)
    before: dict[models.Model, dict[str, Any]] = field(default_factory=dict)
    locked: set[models.Model] = field(default_factory=set)

    def add(self, row: models.Model, *, locked: bool) -> models.Model:
        """Take a row in; a second reading of the same row answers with the first object."""
        known = self.by_pk.setdefault((type(row), row.pk), row)
        if known is not row and locked and known not in self.locked:
            known.__dict__.update(values_of(row))
        if known is row or (locked and known not in self.locked):
            self.before[known] = values_of(known)
        if locked:
            self.locked.add(known)
        return known

    def get(self, model: type[models.Model], pk: Any) -> models.Model | None:
        """The loaded row with that primary key."""
        return self.by_pk.get((model, pk))


def values_of(row: models.Model) -> dict[str, Any]:
    """Column values by attribute name, as they are now. Generated columns are left out; JSON and lists copied."""
    held = row.__dict__
    plain, structured = _attributes(type(row))
    found = {name: held.get(name) for name in plain}
    for name in structured:
        value = held.get(name)
        found[name] = value.copy() if isinstance(value, dict | list) else value
    return found


@functools.cache
def _attributes(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Attribute names of plain columns, and of those whose values can be changed in place."""
    columns = [one for one in model._meta.concrete_fields if not isinstance(one, models.GeneratedField)]
    structured = [one.attname for one in columns if isinstance(one, models.JSONField) or hasattr(one, "base_field")]
    return tuple(one.attname for one in columns if one.attname not in structured), tuple(structured)


def reference_inputs(inputs: Iterable[Input], prefix: str = "") -> Iterable[tuple[str, Input]]:
    """(path, input) of every input that points to a record, those inside parts included."""
    for given in inputs:
        if given.kind in (Kind.REFERENCE, Kind.REFERENCES):
            yield prefix + given.name, given
        elif given.kind is Kind.PARTS:
            yield from reference_inputs(given.parts, f"{prefix}{given.name}.")


def collect_keys(values: dict[str, Any], path: str) -> Iterable[Key]:
    """The keys that validated values hold at a path; records given as such are passed on."""
    head, _, rest = path.partition(".")
    value = values.get(head)
    if rest:
        for part in value or ():
            yield from collect_keys(part, rest)
    elif isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def natural_keys(model: type[models.Model]) -> tuple[str, ...]:
    """Fields by which people and files name a record: its number, and what the model adds (`code`)."""
    names = tuple(getattr(model, "natural_keys", ()))
    return ("number", *names) if issubclass(model, Record) else names


_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)


def in_capitals(text: str) -> str:
    """A key that people write in any case, as it is compared: as upper() of PostgreSQL gives it for a column that is
    ordered by code points, letters other than a to z as they are."""
    return text.translate(_CAPITALS)


def stored_spelling(model: type[models.Model], by: Actor, texts: Sequence[str]) -> dict[str, str]:
    """How keys that people write in any case are stored (`caseless` of the model, which holds no two of them that
    differ in case alone): text -> stored key. No query where nothing is written so."""
    found: dict[str, str] = {}
    for name in getattr(model, "caseless", ()):
        if not texts:
            return {}
        manager: Any = model._default_manager
        wanted = sorted({in_capitals(text) for text in texts})
        rows = manager.visible_to(by).alias(upper=Upper(name)).filter(upper__in=wanted)
        spelt = {in_capitals(stored): stored for stored in rows.order_by("pk").values_list(name, flat=True)}
        found |= {text: spelt[key] for text in texts if (key := in_capitals(text)) in spelt}
    return found


def load_references(rows: Rows, by: Actor, model: type[models.Model], keys: set[Key], *, lock: bool) -> None:
    """Load, and lock when asked, the rows of `model` that `keys` name, through the actor's gate."""
    wanted = {key for key in keys if (model, key) not in rows.by_key}
    if not wanted:
        return
    given = {key for key in wanted if isinstance(key, models.Model)}
    texts = [str(key) for key in wanted - given]
    stored = stored_spelling(model, by, [text for text in texts if not _is_public(text)])
    texts = sorted({*texts, *stored.values()}) if stored else texts
    loaded = [rows.add(row, locked=lock) for row in seen(model, by, texts, [row.pk for row in given], lock=lock)]
    named: dict[Any, models.Model] = {}
    for row in loaded:
        named[row.pk] = row
        for name in ("public_id", *natural_keys(model)):
            value = getattr(row, name, None)
            if value:
                named.setdefault(str(value), row)
    for key in wanted:
        if isinstance(key, models.Model):
            rows.by_key[(model, key)] = named.get(key.pk)
        else:
            rows.by_key[(model, key)] = named.get(str(key)) or named.get(stored.get(str(key), ""))


def _is_public(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def seen(
    model: type[models.Model],
    by: Actor,
    texts: Sequence[str],
    pks: Sequence[Any],
    *,
    lock: bool,
    archived: bool = False,
) -> list[Any]:
    """The rows that these public ids, numbers, natural keys and primary keys name, as far as `by` sees them."""
    public = [text for text in texts if _is_public(text)]
    others = [text for text in texts if text not in set(public)] if len(public) < len(texts) else []
    given = {"public_id": public, **dict.fromkeys(natural_keys(model), others), "pk": pks}
    asked = {name: keys for name, keys in given.items() if keys}
    if not asked:
        return []

    def draw() -> models.QuerySet[Any]:
        condition = Q()
        for name in asked:
            condition |= Q(**{f"{name}__any": Keys()})
        manager: Any = model._default_manager
        found = manager.visible_to(by, archived=archived) if hasattr(manager, "visible_to") else manager.all()
        found = found.filter(condition).order_by("pk")
        return found.select_for_update(no_key=True) if lock else found  # type: ignore[no-any-return]

    return once((model, rights(by), tuple(asked), lock, archived), draw).rows(*asked.values())


def rights(by: Actor) -> Key:
    """What a scope may depend on: two actors with the same rights, within a quarter of an hour, see the same."""
    quarter = int(clock.now().timestamp()) // 900
    return (by.kind, by.person_id, by.entity_id, by.department_id, by.grants, by.team, by.clearance, by.zone, quarter)


def load_by_pk(rows: Rows, model: type[models.Model], pks: set[Any], *, lock: bool) -> None:
    """Load rows that already loaded ones point to; the pointing row's gate has been passed."""
    wanted = sorted(
        pk for pk in pks
        if pk is not None and ((model, pk) not in rows.by_pk or (lock and rows.by_pk[(model, pk)] not in rows.locked))
    )  # fmt: skip
    if wanted:
        for row in by_pk(model, wanted, lock=lock):
            rows.add(row, locked=lock)


def foreign_keys_at(records: Iterable[models.Model], path: str) -> set[Any]:
    """Primary keys that the last step of a path holds on these records (parts are prefetched)."""
    *steps, last = path.split(".")
    holders: list[models.Model] = list(records)
    for step in steps:
        holders = [part for holder in holders for part in holder._prefetched_objects_cache.get(step, ())]  # type: ignore[attr-defined]
    return {getattr(holder, f"{last}_id") for holder in holders}


def bind(records: Iterable[models.Model], path: str, rows: Rows) -> None:
    """Point the relation caches along a path to the loaded rows, so that a body never queries."""
    *steps, last = path.split(".")
    holders: list[models.Model] = list(records)
    for step in steps:
        holders = [part for holder in holders for part in holder._prefetched_objects_cache.get(step, ())]  # type: ignore[attr-defined]
    for holder in holders:
        related = type(holder)._meta.get_field(last).related_model
        assert isinstance(related, type)
        found = rows.get(related, getattr(holder, f"{last}_id"))
        if found is not None:
            setattr(holder, last, found)


def by_table(wanted: dict[type[models.Model], Any]) -> list[type[models.Model]]:
    """Models in the one order in which tables are locked."""
    return sorted(wanted, key=lambda model: model._meta.db_table)


def grouped(paths: Iterable[tuple[str, type[models.Model]]]) -> dict[type[models.Model], list[str]]:
    """Paths by the model that they end at."""
    found: dict[type[models.Model], list[str]] = defaultdict(list)
    for path, model in paths:
        found[model].append(path)
    return found
