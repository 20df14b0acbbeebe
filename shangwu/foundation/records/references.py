"""Who refers to a record: found in the models themselves, so that a merge forgets nobody.

Every foreign key moves with what it points to. A room says only what the models can't: which one stays behind and why,
which rows hang on any record by type and id, and which mark only one row of a record may bear.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from shangwu.foundation.records.history import history_models


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds the keys of records. type_column: for rows that hang on any record, where its label stands.

    one_mark: a yes-or-no column that only one unarchived row of each record may bear.
    """

    model: type[models.Model]
    column: str
    type_column: str = ""
    one_mark: str = ""

    @property
    def name(self) -> str:
        """`sales.order.customer_id`."""
        return f"{self.model._meta.label_lower}.{self.column}"


_staying: dict[str, str] = {}
_hanging: dict[type[models.Model], tuple[str, str]] = {}
_marks: dict[str, str] = {}


def stays(model: type[models.Model], field: str, *, because: str) -> None:
    """This foreign key goes on pointing to a record that was merged into another."""
    _staying[f"{model._meta.label_lower}.{_column(model, field)}"] = because


def hangs_on_any(model: type[models.Model], type_column: str = "record_type", id_column: str = "record_id") -> None:
    """Rows of this table hang on records of any type, which they name by label and primary key."""
    _hanging[model] = (type_column, id_column)


def marks_one(model: type[models.Model], field: str, mark: str) -> None:
    """Among the rows of one record only one unarchived bears this mark (a customer's main contact)."""
    _marks[f"{model._meta.label_lower}.{_column(model, field)}"] = mark


def staying() -> dict[str, str]:
    """Columns that stay behind, and why."""
    return dict(_staying)


def references_to(model: type[models.Model]) -> list[Reference]:
    """All that points to records of this type and goes with them, in the order of their tables."""
    found = [*_keys(model), *(Reference(one, column, kind) for one, (kind, column) in _hanging.items())]
    return sorted(found, key=lambda one: (one.model._meta.db_table, one.column))


def _keys(model: type[models.Model]) -> Iterator[Reference]:
    histories = set(history_models.values())
    for each in apps.get_models():
        if each in histories or each._meta.proxy or not each._meta.managed:
            continue
        for field in each._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                one = Reference(each, field.attname)
                if one.name not in _staying:
                    yield Reference(each, field.attname, one_mark=_marks.get(one.name, ""))


def _column(model: type[models.Model], field: str) -> str:
    found: Any = model._meta.get_field(field)
    return str(found.attname)
