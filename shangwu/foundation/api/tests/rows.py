"""A row of every record type, made from its columns alone: a new record type is tested before anybody thinks of it."""

import datetime
import itertools
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from shangwu.foundation.api.exposure import parts_of
from shangwu.foundation.api.vocabulary import record_types
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.models import Record

_numbers = itertools.count(1)

_KEPT_BY_THE_HOUSE = frozenset({"entity", "owner", "department", "created_by", "changed_by"})

FAR = 770_000_000
"""Where primary keys start in these tests: no other number looks like one."""


def far_keys() -> None:
    """Let the sequences of all record tables start at FAR, so that a key that leaks out is recognised."""
    with connection.cursor() as cursor:
        for table in gate.guarded_tables:
            cursor.execute(f"SELECT setval('\"{table}_id_seq\"', %s)", [FAR + next(_numbers) * 1000])


def lift_rules() -> None:
    """Drop the tables' own rules until the test's transaction is rolled back: what rows mean matters not."""
    tables = [sorted(gate.guarded_tables)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            tables,
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE (tgconstraint <> 0 AND NOT tgisinternal OR tgname LIKE 'pgtrigger_not_own%%') "
            "AND tgrelid::regclass::text = ANY(%s)",
            tables,
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')


def a_row(model: type[models.Model], depth: int = 0, **given: Any) -> Any:
    """A row of `model` with a plausible value in each column that needs one.

    Where such a row is there already (a calendar of this country, a report of this period), the columns that may be
    empty and other days tell it apart.
    """
    try:
        with transaction.atomic():
            return _written(model, depth, given, filled=False)
    except IntegrityError:
        return _written(model, depth, given, filled=True)


def _written(model: type[models.Model], depth: int, given: dict[str, Any], *, filled: bool) -> Any:
    values = dict(given)
    for one in model._meta.concrete_fields:
        if one.name not in values and one.attname not in values and not one.primary_key:
            empty = one.blank and isinstance(one, models.CharField | models.TextField)
            needed = not (one.null or empty or one.has_default() or isinstance(one, models.GeneratedField))
            telling = isinstance(one, models.ForeignKey) and one.related_model is not model and depth < 1
            telling = telling and (filled or one.name not in _KEPT_BY_THE_HOUSE)
            if needed or telling or one.name in ("created_at", "changed_at"):
                values[one.name] = _value(one, depth)
                if filled and type(values[one.name]) is datetime.date:
                    values[one.name] -= datetime.timedelta(days=next(_numbers))
    row = model(**values)
    with gate.door():
        row.save(force_insert=True)
    return row


def _value(one: Any, depth: int) -> Any:
    if isinstance(one, models.ForeignKey):
        assert depth < 4, one
        return a_row(one.related_model, depth + 1)
    if one.choices:
        return one.flatchoices[0][0]
    if isinstance(one, models.DateTimeField):
        return clock.now()
    if isinstance(one, models.DateField):
        return clock.now().date()
    if isinstance(one, models.CharField | models.TextField):
        return f"{one.name[:3]}{next(_numbers)}"[: one.max_length or 40]
    if isinstance(one, ArrayField):
        return []
    if isinstance(one, models.JSONField):
        return {}
    return 1


def everything(**given: Any) -> dict[type[Record], Any]:
    """One row of each record type that the API serves, with one part of each kind, all with `given` columns."""
    found = {}
    lift_rules()
    for model in record_types():
        names = {one.attname for one in model._meta.concrete_fields}
        row = a_row(model, **{name: value for name, value in given.items() if name in names})
        for part in parts_of(model).values():
            a_row(part, **{part.parent: row})
        found[model] = row
    return found


def set_columns(row: Any, **values: Any) -> None:
    """Write columns of a row past the door, as no caller can."""
    with gate.door():
        type(row).objects.filter(pk=row.pk).update(**values)


def an_employee_of_all_roles(make: Any, **values: Any) -> Person:
    """A person whom nothing but secrecy stops."""
    from shangwu.foundation.people.roles import SEPARATE, Role

    return make(*[role for role in Role if role not in SEPARATE], Role.ADMINISTRATOR, whole_company=True, **values)
