"""What a seal covers: the columns of each table at the time, and which of them were personal or secret.

Tables grow: a later version of the program adds a column to a record, and with it to the rows of its history that were
sealed long before. A seal therefore names the shape in which it was drawn, and is checked in that shape.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, TypeGuard

from django.db import models

from shangwu.foundation.audit.models import Entry, EntryRecord, Seal, Shape
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record, classes_of

ENTRY, LINK = "entry", "link"
ALWAYS = ".always"
"""Behind a record type's name: its columns that are classed in every row, where the rows decide about others."""


def present() -> Shape:
    """The shape of the program as it runs; made when it is the first to need it."""
    columns, classes = described()
    text = json.dumps([columns, classes], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    found, _made = Shape.objects.get_or_create(digest=digest, defaults={"columns": columns, "classes": classes})
    return found


def of(seal: Seal, known: Mapping[int, Shape]) -> Shape:
    """The shape in which a seal was drawn, of all that are `known` by their key: it is large, and few differ."""
    return known[Shape.FIRST if seal.shape_id is None else seal.shape_id]


@cache
def described() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By table: its columns, and those whose values only a commitment proves. A table is named by its record type."""
    columns = {ENTRY: _columns(Entry), LINK: _columns(EntryRecord)}
    classes = {}
    for model, history in history_models.items():
        label = model._meta.label_lower
        columns[label] = _columns(history)
        closed = {*getattr(model, "classes", {}), *classes_of(model, {})}
        classes[label] = _among(columns[label], closed)
        if _by_row(model):
            classes[label + ALWAYS] = _among(columns[label], model.classes)
    return columns, classes


def covered(shape: Shape, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row that the seal covers."""
    known = shape.columns.get(table, ())
    return {name: row[name] for name in row if name in known}


def closed_in(shape: Shape, model: type[models.Model], row: Mapping[str, Any]) -> list[str]:
    """The columns of a history row that the seal covers by a commitment only.

    Where the row itself decides which of them are personal, the record's own rule chooses among them.
    """
    label = model._meta.label_lower
    closed = {*shape.classes.get(label, ())}
    if _by_row(model):
        now = model.classes_of(row)
        closed &= {*_among(row, now)}
        if now == model.classes:
            closed &= {*shape.classes.get(label + ALWAYS, model.first_classes)}
    return [name for name in row if name in closed]


def _by_row(model: type[models.Model]) -> TypeGuard[type[Record]]:
    """Whether each row decides for itself which of its columns are classed."""
    return issubclass(model, Record) and "classes_of" in vars(model)


def _among(columns: Iterable[str], fields: Collection[str]) -> list[str]:
    """The columns of these fields; a reference is stored under another name than its field's."""
    return [name for name in columns if name in fields or name.removesuffix("_id") in fields]


def lost(shape: Shape) -> list[str]:
    """Columns that the seal covers and the program has no more: what it covered can't be computed again."""
    columns, _classes = described()
    return [
        f"{table}.{name}" for table, names in shape.columns.items()
        for name in names if name not in columns.get(table, ())
    ]  # fmt: skip


def _columns(model: type[models.Model]) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields]
