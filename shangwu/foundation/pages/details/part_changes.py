"""What actions did to a record's parts, read from the row history of the parts: the log itself tells of the record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _

from shangwu.foundation.actions.locking import target_of
from shangwu.foundation.pages.details import changes
from shangwu.foundation.pages.details.changes import Change
from shangwu.foundation.pages.details.logged import Logged
from shangwu.foundation.pages.related import Names
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record

Values = dict[str, Any]

_UNTOLD = frozenset({"id", "position"})


@dataclass(frozen=True, slots=True)
class PartChange:
    """What an action did to one part. what: "added", "removed" or "changed". about: what the part is of (a product)."""

    model: type[models.Model]
    what: str
    position: int
    changes: list[Change]
    about: tuple[type[models.Model], int] | None = None

    def name(self, names: Names) -> str:
        """What people call the part: the product on it, else its place."""
        if self.about is not None and (known := names.of(*self.about)).public_id:
            return known.label
        return _("%(rows)s %(number)s") % {"rows": self.model._meta.verbose_name, "number": self.position}

    def drawn(self, names: Names) -> list[str]:
        """The change in words."""
        if self.what == "removed":
            return [_("%(row)s removed") % {"row": self.name(names)}]
        return [changes.drawn(self.model, each, names, row=self.name(names)) for each in self.changes]


PartChanges = dict[UUID, list[PartChange]]


def part_changes(model: type[Record], record: Any, actor: Actor, shown: Sequence[Logged]) -> PartChanges:
    """What each entry did to parts, by the entry's context. Asks only the tables that the entries say they touched."""
    told = [one for one in shown if one.action is None or not one.action.makes]
    contexts = {one.entry.context for one in told}
    touched = {label for one in told for label in one.entry.touched}
    found: PartChanges = defaultdict(list)
    for relation in model.parts:
        part: Any = target_of(model, relation)
        if part._meta.label_lower not in touched:
            continue
        for row, before in part_events(part, record):
            if row["pgh_context_id"] in contexts and (change := _change(part, actor, row, before)):
                found[row["pgh_context_id"]].append(change)
    return found


def add_names(names: Names, actor: Actor, found: PartChanges) -> None:
    """Read the names of what the parts are of, and of what their changes refer to."""
    changes.add_names(names, actor, ((each.model, each.changes) for group in found.values() for each in group))
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for each in (change for group in found.values() for change in group):
        if each.about is not None:
            wanted[each.about[0]].add(each.about[1])
    for model, keys in wanted.items():
        names.add(actor, model, keys)


def part_events(part: Any, record: Any) -> Iterable[tuple[Values, Values | None]]:
    """All history rows of a record's parts, each with the one before it."""
    rows: Any = history_models[part]._default_manager.filter(**{f"{part.parent}_id": record.pk})
    with gate.free_reading():
        found = list(
            rows.annotate(previous=Window(Lag("pgh_id"), partition_by="pgh_obj_id", order_by="pgh_id"))
            .order_by("pgh_id")
            .values()
        )
    by_key = {row["pgh_id"]: row for row in found}
    return [(row, by_key.get(row["previous"])) for row in found]


def _change(part: Any, actor: Actor, row: Values, before: Values | None) -> PartChange | None:
    what = {"insert": "added", "delete": "removed"}.get(row["pgh_label"], "changed")
    parent = f"{part.parent}_id"
    columns = [name for name in changes.fields_by_column(part) if name not in _UNTOLD and name != parent]
    if what == "added":
        pairs = [(name, None, row[name]) for name in columns if row.get(name) not in (None, "", [], {})]
    elif what == "removed":
        pairs = []
    else:
        pairs = [(name, (before or {}).get(name), row.get(name)) for name in columns if name in row]
        pairs = [one for one in pairs if one[1] != one[2]]
    told = changes.shown_changes(part, actor, pairs)
    if not told and what != "removed":
        return None
    return PartChange(part, what, row["position"], told, _about(part, row))


def _about(part: Any, row: Values) -> tuple[type[models.Model], int] | None:
    """The first record that a part refers to besides its own."""
    for column, one in changes.fields_by_column(part).items():
        if isinstance(one, models.ForeignKey) and one.name != part.parent and isinstance(row.get(column), int):
            related = one.related_model
            return (related, row[column]) if isinstance(related, type) else None
    return None
