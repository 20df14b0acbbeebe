"""What the asker of a bundle may see of the log: which rows, and which values of them. Nothing else gets in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from shangwu.foundation.audit.models import Entry
from shangwu.foundation.records import own, scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Part, Record

Subject = tuple[type[models.Model], int]


class Sight:
    """The rows that one actor may see, asked for by the hundred and remembered."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._seen: dict[type[models.Model], set[int]] = defaultdict(set)
        self._asked: dict[type[models.Model], set[int]] = defaultdict(set)

    def look(self, subjects: Iterable[Subject | None]) -> None:
        """Ask for all of these: one query per record type."""
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for one in subjects:
            if one is not None and one[1] not in self._asked[one[0]]:
                wanted[one[0]].add(one[1])
        for model, keys in wanted.items():
            self._asked[model] |= keys
            if model in scopes.declared():
                rows = model._default_manager.visible_to(self.by, archived=True)  # type: ignore[attr-defined]
                self._seen[model] |= set(rows.filter(pk__in=keys).values_list("pk", flat=True))

    def sees(self, subject: Subject | None) -> bool:
        """Whether the actor may see this row; `look` must have asked for it."""
        return subject is not None and subject[1] in self._seen[subject[0]]

    def shows(self, model: type[models.Model], row: Mapping[str, Any]) -> bool:
        """Whether all open values of a history row are for the actor: a gated one shuts the row."""
        if {*row} & self._shut(model) - classed_columns(model):
            return False
        return not any(own.PREFIX + key in self._shut(model) for key in row.get("extra") or ())

    def tells(self, model: type[models.Model] | None, changes: Collection[str]) -> bool:
        """Whether all fields that an entry or link names are for the actor."""
        return model is not None and not set(changes) & self._shut(model)

    def _shut(self, model: type[models.Model]) -> set[str]:
        hidden = scopes.hidden_fields(model, self.by)
        columns = {one.attname for one in model._meta.concrete_fields if one.name in hidden}
        return columns | hidden


def classed_columns(model: type[models.Model]) -> set[str]:
    """Columns of personal or secret values: the log and the bundle hold commitments of them only."""
    classes: Mapping[str, str] = getattr(model, "classes", {})
    return {one.attname for one in model._meta.concrete_fields if one.name in classes}


def subject_of(label: str, key: int | None) -> Subject | None:
    """The row that an entry or link names; None when there is none, or this release knows no such type."""
    try:
        return (apps.get_model(label), key) if key is not None else None
    except (LookupError, ValueError):
        return None


def subject_of_row(model: type[models.Model], row: Mapping[str, Any]) -> Subject | None:
    """The record whose gate a history row passes: its own, or that of the record it is a part of."""
    if issubclass(model, Part):
        related = model._meta.get_field(model.parent).related_model
        key = row[f"{model.parent}_id"]
        return (related, key) if isinstance(related, type) and issubclass(related, Record) else None
    return (model, row["pgh_obj_id"])


def subject_of_entry(entry: Entry) -> Subject | None:
    """The one record that an entry is about; None for a set."""
    return subject_of(entry.record_type, entry.record_id)
