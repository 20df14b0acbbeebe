"""From rows to what is sent: plain values, references by name through their own gate, parts nested."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.api import own_fields
from shangwu.foundation.api.exposure import Told, points_to_part
from shangwu.foundation.records import gate, scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part

Values = Mapping[str, Any]
Reference = dict[str, str | None]

CONCEALED_REFERENCE: Reference = {"public_id": None, "number": None, "label": CONCEALED}
"""What stands for a record that is there but not for this reader; the same whatever it is."""


class References:
    """The records that rows point to, each read once, all of one type in one query, through the reader's gate."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        self._found: dict[tuple[type[models.Model], int], Reference] = {}
        self._positions: dict[tuple[type[models.Model], int], int] = {}

    def want(self, told: Iterable[Told], rows: Iterable[Values]) -> None:
        """Note what these rows point to."""
        pointing = [one for one in told if one.kind in (Kind.REFERENCE, Kind.REFERENCES)]
        for one in pointing:
            assert one.input.model is not None
            wanted = self._wanted[one.input.model]
            for row in rows:
                value = row[one.column]
                wanted.update(value if isinstance(value, list) else () if value is None else (value,))

    def load(self) -> None:
        """Read all that is wanted: one query per record type."""
        for model, ids in self._wanted.items():
            ids = {pk for pk in ids if (model, pk) not in self._found}
            if not ids:
                continue
            visible: Any = model._default_manager
            if model not in scopes.declared() and not issubclass(model, Part):
                continue
            rows = list(visible.visible_to(self.by, archived=True).filter(pk__in=ids))
            if issubclass(model, Part):
                self._positions |= {(model, row.pk): row.position for row in rows}
                continue
            with gate.free_reading():
                for row in rows:
                    told = {"public_id": str(row.public_id), "number": row.number, "label": str(row)}
                    self._found[(model, row.pk)] = told
        self._wanted.clear()

    def get(self, model: type[models.Model], pk: int | None) -> Reference | None:
        """The reference to one record: concealed when it is not for this reader, None when there is none."""
        return None if pk is None else self._found.get((model, pk), CONCEALED_REFERENCE)

    def position(self, model: type[models.Model], pk: int | None) -> int | None:
        """The position of a part within its record; None when there is none for this reader."""
        return None if pk is None else self._positions.get((model, pk))


def plain(value: Any) -> Any:
    """A value as JSON has it: decimals as text, so that no cent is lost; moments in UTC."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value


def drawer(told: Sequence[Told], references: References) -> Callable[[Values], dict[str, Any]]:
    """A function that turns a row into what is sent of it."""
    steps = [(one.name, one.column, _drawn(one, references)) for one in told]

    def draw(row: Values) -> dict[str, Any]:
        return {name: step(row[column]) for name, column, step in steps}

    return draw


def _drawn(one: Told, references: References) -> Callable[[Any], Any]:
    model = one.input.model
    if points_to_part(one):
        assert model is not None
        return lambda value: references.position(model, value)
    if one.kind is Kind.REFERENCE:
        assert model is not None
        return lambda value: references.get(model, value)
    if one.kind is Kind.OWN and one.input.field is not None:
        of = one.input.field.model
        return lambda extra: own_fields.seen(of, references.by, extra)
    if one.kind is Kind.REFERENCES:
        assert model is not None
        return lambda values: [references.get(model, value) for value in values or ()]
    return plain
