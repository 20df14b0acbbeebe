"""What the API tells of a record type, read from its model: nothing is written per record.

Workings that mean nothing outside are left out: columns called `…_key` (by which lists are sorted, names compared),
and what a room names in its api.py: `leave_out(Order, "excess_allowed")`.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.api import own_fields
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part, Record
from shangwu.foundation.records.scopes import hidden_fields

_NEVER = frozenset({"id", "search_text"})
_left_out: dict[type[models.Model], set[str]] = {}
_examples: dict["models.Field[Any, Any]", Any] = {}

ORDERED = ("gt", "gte", "lt", "lte")

OPERATORS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("", "in", "starts"),
    Kind.INTEGER: ("", "in", *ORDERED),
    Kind.DECIMAL: ("", "in", *ORDERED),
    Kind.DATE: ("", "in", *ORDERED),
    Kind.MOMENT: ORDERED,
    Kind.BOOLEAN: ("",),
    Kind.CHOICE: ("", "in"),
    Kind.REFERENCE: ("", "in"),
    Kind.REFERENCES: ("has",),
    Kind.FILE: ("", "in"),
}
"""What may be asked of a field of each kind. FILE stands for plain UUIDs here."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field as the API tells it. `input`: kind, label, bounds, choices; `column`: the attribute that holds it."""

    name: str
    column: str
    input: Input
    nullable: bool
    filters: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """What sort of value it is."""
        return self.input.kind


def points_to_part(told: Told) -> bool:
    """Whether a field points to a part of another record (an order's line), which is told by its position."""
    return told.kind is Kind.REFERENCE and told.input.model is not None and issubclass(told.input.model, Part)


def leave_out(model: type[models.Model], *names: str) -> None:
    """Keep fields out of the API for everybody: workings that mean nothing outside.

    Raises FieldDoesNotExist for a misspelt name.
    """
    for name in names:
        model._meta.get_field(name)
    _left_out.setdefault(model, set()).update(names)


def show_by_example(model: type[models.Model], **values: Any) -> None:
    """Give examples for the documentation, of fields whose kind alone does not tell what fits."""
    for name, value in values.items():
        found = model._meta.get_field(name)
        assert isinstance(found, models.Field)
        _examples[found] = value


def example_of(given: Input) -> Any:
    """The example said for an input's field; None when there is none."""
    return _examples.get(given.field) if given.field is not None else None


@functools.cache
def fields_of(model: type[models.Model]) -> dict[str, Told]:
    """All that the API tells of a record or part, by name, in the order of the model."""
    parent = getattr(model, "parent", "")
    found = {}
    for one in model._meta.concrete_fields:
        skipped = one.name in {*_NEVER, *_left_out.get(model, ()), parent} or _is_key(one)
        given = None if skipped else _input_of(model, one)
        if given is not None:
            told = Told(
                one.name, one.attname, given, one.null, () if issubclass(model, Part) else _filters(given, one.null)
            )
            found[one.name] = replace(told, filters=()) if points_to_part(told) else told
    return found


def _is_key(one: "models.Field[Any, Any]") -> bool:
    return one.name.endswith("_key") and not one.editable


def _filters(given: Input, nullable: bool) -> tuple[str, ...]:
    """What may be asked of a field; long texts only whether there is any."""
    found = () if given.multiline else OPERATORS.get(given.kind, ())
    return (*found, "empty") if nullable or given.kind is Kind.TEXT else found


def _input_of(model: type[models.Model], one: "models.Field[Any, Any]") -> Input | None:
    """The kind of a field; None for what has no plain form (search vectors, JSON, binary)."""
    if one.name == own_fields.NAME and model in own.extensible:
        return Input(one.name, Kind.OWN, one.verbose_name, field=one)
    if isinstance(one, models.UUIDField):
        return Input(one.name, Kind.FILE, one.verbose_name)
    if isinstance(one, models.GeneratedField):
        return _generated(one)
    try:
        return from_field(model, one.name)
    except TypeError:
        return None


_GENERATED: tuple[tuple[type[models.Field[Any, Any]], Kind], ...] = (
    (models.BooleanField, Kind.BOOLEAN),
    (models.DecimalField, Kind.DECIMAL),
    (models.IntegerField, Kind.INTEGER),
    (models.DateField, Kind.DATE),
)


def _generated(one: models.GeneratedField) -> Input | None:
    """The kind of a computed column; None for texts, which only serve searching and sorting."""
    of = one.output_field
    kind = next((kind for cls, kind in _GENERATED if isinstance(of, cls)), None)
    if kind is None:
        return None
    digits, places = getattr(of, "max_digits", None), getattr(of, "decimal_places", None)
    return Input(one.name, kind, one.verbose_name, digits=digits, places=places)


@functools.cache
def parts_of(model: type[Record]) -> dict[str, type[Part]]:
    """The parts that belong to a record, by relation name."""
    found: dict[str, type[Part]] = {}
    for relation in model.parts:
        part = model._meta.get_field(relation).related_model
        assert isinstance(part, type)
        assert issubclass(part, Part)
        found[relation] = part
    return found


def open_fields(model: type[models.Model], by: Actor) -> dict[str, Told]:
    """What the API tells `by` of a record type: a hidden field does not exist."""
    hidden = hidden_fields(model, by)
    return {name: told for name, told in fields_of(model).items() if name not in hidden and told.column not in hidden}


@functools.cache
def sorts_of(model: type[models.Model]) -> tuple[str, ...]:
    """Columns by which records may be sorted: those with an index of their own, or (column, id)."""
    known = {*fields_of(model), *(one.name for one in model._meta.concrete_fields if _is_key(one))}
    return tuple(dict.fromkeys(name for name in _indexed(model) if name in known))


def _indexed(model: type[models.Model]) -> Iterator[str]:
    for one in model._meta.concrete_fields:
        if (
            (one.unique or getattr(one, "db_index", False))
            and one.name not in ("id", "public_id")
            and not one.is_relation
        ):
            yield one.name
    for index in model._meta.indexes:
        columns = [name for name, _order in index.fields_orders]
        by_itself = len(columns) == 2 and columns[1] == "id" and index.condition is None
        if by_itself and not model._meta.get_field(columns[0]).is_relation:
            yield columns[0]
