"""What an action changed, as people read it: the field's label, before and after, through the field's gate."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.pages import face, formats
from shangwu.foundation.pages.codes import listed
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.fields import RecordsField
from shangwu.foundation.records.scopes import hidden_fields

Change = tuple[str, Any, Any]
"""Column, value before, value after; both as the log's JSON or the row history holds them."""

UNSAID = frozenset({"state", "archived_at", "extra"})
"""Columns that the verb itself tells of."""

LONGEST = 120


@cache
def fields_by_column(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The model's fields by column attribute (`customer_id`)."""
    return {one.attname: one for one in model._meta.concrete_fields}


def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    """The field behind a column attribute, an own field's among them; None when there is none any more."""
    one = own.named(model, name)
    return one.column if one is not None else fields_by_column(model).get(name)


def shown_changes(model: type[models.Model], actor: Actor, changes: Iterable[Change]) -> list[Change]:
    """Those that the reader may know of: a gated field's changes are not even mentioned."""
    hidden = hidden_fields(model, actor)
    return [
        one
        for one in changes
        if (known := column_of(model, one[0])) is not None
        and known.name not in hidden
        and one[0] not in UNSAID
        and not _is_for_programs(known)
        and not _is_fact(model, one[0])
    ]


def _is_for_programs(column: models.Field[Any, Any]) -> bool:
    """Data without words of their own, columns that nobody gave a name, and keys of records that one does not name."""
    is_keys = isinstance(column, ArrayField) and isinstance(column.base_field, models.BigIntegerField)
    is_unnamed = column.verbose_name == column.name.replace("_", " ") and not own.is_own(column.name)
    return (
        isinstance(column, models.JSONField)
        or (is_keys and not isinstance(column, RecordsField))
        or (is_unnamed and isinstance(column.verbose_name, str))
    )


def _is_fact(model: type[models.Model], column: str) -> bool:
    """Who and when of a state: the entry itself says that."""
    states = getattr(model._meta.get_field("state"), "facts", ()) if "state" in fields_by_column(model) else ()
    return any(column in (f"{state}_by_id", f"{state}_at") for state in states)


def add_names(names: Names, actor: Actor, found: Iterable[tuple[type[models.Model], Iterable[Change]]]) -> None:
    """Read the names of every record that the changes refer to, one query for each table."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for model, changes in found:
        for column, before, after in changes:
            one = column_of(model, column)
            if isinstance(one, models.ForeignKey) and isinstance(one.related_model, type):
                wanted[one.related_model].update(key for key in (before, after) if isinstance(key, int))
            elif isinstance(one, RecordsField):
                wanted[one.named].update(key for value in (before, after) for key in value or ())
    for related, keys in wanted.items():
        names.add(actor, related, keys)


def drawn(model: type[models.Model], one: Change, names: Names, *, row: str = "") -> str:
    """One change as HTML. row: which part it was, before the field's label."""
    column, before, after = one
    found = column_of(model, column)
    assert found is not None
    label = f"{row} {found.verbose_name}" if row else str(found.verbose_name)
    return face.change(label, text_of(found, before, names), text_of(found, after, names))


def text_of(found: models.Field[Any, Any], value: Any, names: Names) -> str:
    """A logged value in words."""
    if value in (None, "", []):
        return ""
    if isinstance(found, RecordsField):
        return _(", ").join(names.of(found.named, key).label for key in value)
    if isinstance(found, ArrayField) and isinstance(value, list | tuple):
        return listed(found, value)
    if isinstance(found, models.ForeignKey) and isinstance(found.related_model, type):
        return names.of(found.related_model, value).label if isinstance(value, int) else CONCEALED
    if found.choices:
        return str(next((label for key, label in found.flatchoices if key == value), value))
    if isinstance(found, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(found, models.PositiveSmallIntegerField):
        return str(value)  # a year, or a step: never long enough to be grouped
    if isinstance(found, models.DecimalField | models.IntegerField):
        return _number(value)
    if isinstance(found, models.DateTimeField):
        return _moment(value)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _number(value: Any) -> str:
    try:
        return formats.number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _moment(value: Any) -> str:
    found = value if isinstance(value, datetime.datetime) else parse_datetime(str(value))
    return formats.moment(found) if found is not None else str(value)


def of_entry(changes: Mapping[str, Any]) -> list[Change]:
    """The open changes of a log entry or its link."""
    return [(column, pair[0], pair[1]) for column, pair in changes.items() if isinstance(pair, list) and len(pair) == 2]
