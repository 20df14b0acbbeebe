"""Moves what refers to a merged file to the one that stays, and back (2.5.1).

Found by the registry of references, so that no room is forgotten, and moved by one statement per column: an order of
long ago, an archived contact and a file's paper go along alike.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models

from shangwu.chapters.customers.models import (
    Contact,
    Customer,
    Likeness,
    Merge,
    MergedFile,
    MovedReference,
    PoolView,
    Score,
)
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.references import Reference, marks_one, references_to, stays

marks_one(Contact, "customer", "is_main")
stays(Customer, "merged_into", because="it says where the file has gone")
stays(Likeness, "first", because="it compares the two files as they were")
stays(Likeness, "second", because="it compares the two files as they were")
stays(Merge, "customer", because="it says what was merged")
stays(MergedFile, "file", because="it says what was merged")
stays(Score, "customer", because="it says what a valuation found of the file as it was")
stays(PoolView, "customer", because="it says which file of the pool was opened on that day")
stays(MovedReference, "file", because="it says from where something was moved")

LABEL = Customer._meta.label_lower


def found(files: Sequence[int], into: int) -> list[MovedReference]:
    """What refers to these files, locked, as the rows of a merge; the marks that it must lose beside it."""
    rows: list[MovedReference] = []
    for one in references_to(Customer):
        by_file = _keys(one, files)
        rows += [_moved(one, one.column, file, keys) for file, keys in by_file.items()]
        if one.one_mark and by_file:
            rows += [_moved(one, one.one_mark, file, keys) for file, keys in _surplus(one, files, into).items()]
    return rows


def _moved(one: Reference, column: str, file: int, keys: list[int]) -> MovedReference:
    return MovedReference(table=one.model._meta.label_lower, column=column, file_id=file, keys=keys)


def _keys(one: Reference, files: Sequence[int]) -> dict[int, list[int]]:
    """File -> keys of the rows that point to it. The rows are locked."""
    kind = f' AND "{one.type_column}" = %s' if one.type_column else ""
    text = (
        f'SELECT "{_key(one.model)}", "{_column(one.model, one.column)}" FROM "{one.model._meta.db_table}"'
        f' WHERE "{_column(one.model, one.column)}" = ANY(%s){kind} ORDER BY 1 FOR NO KEY UPDATE'
    )
    return _grouped(text, [list(files), *([LABEL] if kind else [])])


def _surplus(one: Reference, files: Sequence[int], into: int) -> dict[int, list[int]]:
    """The marked rows beyond the first, of the file that stays if it has one: of many main contacts one is left."""
    column = _column(one.model, one.column)
    text = (
        f'SELECT "{_key(one.model)}", "{column}" FROM "{one.model._meta.db_table}" WHERE "{column}" = ANY(%s)'
        f' AND "{one.one_mark}" AND archived_at IS NULL ORDER BY "{column}" <> %s, 1'
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [[into, *files], into])
        marked = cursor.fetchall()[1:]
    by_file: dict[int, list[int]] = defaultdict(list)
    for key, file in marked:
        by_file[file].append(key)
    return by_file


def _grouped(text: str, params: list[Any]) -> dict[int, list[int]]:
    by_file: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        for key, file in cursor.fetchall():
            by_file[file].append(key)
    return by_file


def move(merge: Merge, rows: Iterable[MovedReference], by: Actor) -> set[type[models.Model]]:
    """Put these rows to the file that stays. Marks go first, so that none meets another."""
    touched = set()
    for one in sorted(rows, key=lambda row: not _is_mark(row)):
        touched.add(_write(one, False if _is_mark(one) else merge.customer_id, None, merge, by))
    return touched


def move_back(merge: Merge, by: Actor) -> set[type[models.Model]]:
    """Put back what still points where the merge put it; what has gone elsewhere since stays there."""
    touched = set()
    for one in sorted(merge.moved.all(), key=_is_mark):
        if _is_mark(one):
            touched.add(_write(one, True, None, merge, by))
        else:
            touched.add(_write(one, one.file_id, merge.customer_id, merge, by))
    return touched


def take_along(
    model: type[Record], gone: Sequence[int], into: int, at: datetime.datetime, by: Actor
) -> set[type[models.Model]]:
    """Put all that refers to these records of one type to the one that stays; the tables that were written.

    What may stand only once beside the other (the survey of a year) and stands there already, stays where it is.
    """
    touched: set[type[models.Model]] = set()
    for one in references_to(model):
        column = _column(one.model, one.column)
        text, params = _pointed(model, one, "= ANY(%s)", into, list(gone), at, by)
        for other in _once_with(one):
            text += (
                f' AND NOT EXISTS (SELECT 1 FROM "{one.model._meta.db_table}" there WHERE there."{column}" = %s'
                f' AND there."{other}" = moved."{other}" AND moved."{other}"::text <> %s)'
            )
            params += [into, ""]
        if _carried_out(text, params):
            touched.add(one.model)
    return touched


def bring_back(
    model: type[Record], to: int, at_present: int, at: datetime.datetime, by: Actor
) -> set[type[models.Model]]:
    """Put back to a record what `take_along` took from it to another, as the rows' own history tells; the tables that
    were written. What has come to the other since stays there."""
    touched: set[type[models.Model]] = set()
    for one in references_to(model):
        if one.model not in history_models:
            continue
        text, params = _pointed(model, one, "= %s", to, at_present, at, by)
        text += (
            f' AND EXISTS (SELECT 1 FROM "{history_models[one.model]._meta.db_table}" former'
            f' WHERE former.pgh_obj_id = moved."{_key(one.model)}" AND former."{_column(one.model, one.column)}" = %s)'
        )
        if _carried_out(text, [*params, to]):
            touched.add(one.model)
    return touched


def _pointed(
    model: type[Record], one: Reference, which: str, into: int, now: Any, at: datetime.datetime, by: Actor
) -> tuple[str, list[Any]]:
    """The statement that lets rows which point to `now` point to another record; `which`: how the column compares."""
    column = _column(one.model, one.column)
    sets = [f'"{column}" = %s']
    params: list[Any] = [into]
    if issubclass(one.model, Record):
        sets.append('"version" = "version" + 1, "changed_at" = %s, "changed_by_id" = %s')
        params += [at, by.person_id]
    text = f'UPDATE "{one.model._meta.db_table}" moved SET {", ".join(sets)} WHERE "{column}" {which}'
    params.append(now)
    if one.type_column:
        text += f' AND "{one.type_column}" = %s'
        params.append(model._meta.label_lower)
    return text, params


def _carried_out(text: str, params: Sequence[Any]) -> bool:
    """Whether the statement has written any row."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return bool(cursor.rowcount)


def _once_with(one: Reference) -> Iterable[str]:
    """Columns of which a value stands only once beside the same record."""
    for rule in one.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            columns = [_column(one.model, name) for name in rule.fields]
            if _column(one.model, one.column) in columns and len(columns) == 2:
                yield next(each for each in columns if each != _column(one.model, one.column))


def _write(one: MovedReference, value: Any, only: int | None, merge: Merge, by: Actor) -> type[models.Model]:
    """Set the column on the rows by one statement; `only`: those that hold this at present."""
    model = apps.get_model(one.table)
    sets, params = [f'"{_column(model, one.column)}" = %s'], [value]
    if issubclass(model, Record):
        sets.append('"version" = "version" + 1, "changed_at" = %s, "changed_by_id" = %s')
        params += [merge.changed_at, by.person_id]
    text = f'UPDATE "{model._meta.db_table}" SET {", ".join(sets)} WHERE "{_key(model)}" = ANY(%s)'
    params.append(one.keys)
    if only is not None:
        text += f' AND "{_column(model, one.column)}" = %s'
        params.append(only)
    elif value is True:
        text += f' AND "{_bearer(one)}" = %s'
        params.append(one.file_id)
        if model is Contact:
            text += ' AND "erased_at" IS NULL'  # who was erased since is nobody's main contact
    with connection.cursor() as cursor:
        cursor.execute(text, params)
    return model


def _bearer(one: MovedReference) -> str:
    """The column that says whose mark it is."""
    return next(
        _column(each.model, each.column)
        for each in references_to(Customer)
        if each.model._meta.label_lower == one.table and each.one_mark == one.column
    )


def _is_mark(one: MovedReference) -> bool:
    return isinstance(apps.get_model(one.table)._meta.get_field(one.column), models.BooleanField)


def _column(model: type[models.Model], name: str) -> str:
    return next(str(one.column) for one in model._meta.concrete_fields if name in (one.name, one.attname))


def _key(model: type[models.Model]) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)
