"""Names of referred records, gathered for a whole page: one gated query per record type, never one per row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once
from shangwu.foundation.records.models import Part

if TYPE_CHECKING:
    from shangwu.foundation.pages.drawing import Drawn


@dataclass(frozen=True, slots=True)
class Named:
    """A referred record as the reader may know it. url: its page; "" when concealed or without one."""

    label: str
    url: str = ""
    public_id: str = ""


_CONCEALED = Named(CONCEALED)


class Names:
    """Names by record type and primary key. mixed_currencies: amounts of this page say their currency each."""

    def __init__(self) -> None:
        self._found: dict[type[models.Model], dict[int, Named]] = {}
        self.mixed_currencies = False

    def of(self, model: type[models.Model], key: int) -> Named:
        """The name of one record; the concealed mark when it may not be seen."""
        return self._found.get(model, {}).get(key, _CONCEALED)

    def know(self, row: models.Model) -> None:
        """Take the name of a record that the reader has open already."""
        self._found.setdefault(type(row), {})[row.pk] = _named(type(row), row)

    def add(self, actor: Actor, model: type[models.Model], keys: Iterable[int]) -> None:
        """Read the names of `keys` that are not known yet, in one query."""
        known = self._found.setdefault(model, {})
        wanted = {key for key in keys if key is not None} - known.keys()
        if wanted:
            text = once((named, model, actor.rights), lambda: _rows(actor, model, models.Q(pk__any=Keys())))
            with gate.free_reading():
                known.update({row.pk: _named(model, row) for row in text.rows(sorted(wanted))})


def named(actor: Actor, model: Any, condition: models.Q, limit: int | None = None) -> dict[int, Named]:
    """Visible records of `model` that meet a condition on its own columns, by primary key."""
    with gate.free_reading():
        return {row.pk: _named(model, row) for row in _rows(actor, model, condition)[:limit]}


def _rows(actor: Actor, model: Any, condition: models.Q) -> "models.QuerySet[Any]":
    """With the columns that make a name."""
    rows: models.QuerySet[Any] = model._default_manager.visible_to(actor, archived=True).filter(condition)
    if named_by := getattr(model, "named_by", ()):
        return rows.only("public_id", *named_by)
    return rows.defer(*[field.name for field in model._meta.concrete_fields if field.name in _BULKY])


def _named(model: Any, row: Any) -> Named:
    """A part has neither a page nor a name of its own: it is called by its place."""
    if isinstance(row, Part):
        label = _("%(rows)s %(number)s") % {"rows": model._meta.verbose_name, "number": row.position}
        return Named(label)
    return Named(str(row), record_url(model, row.public_id), str(row.public_id))


_BULKY = frozenset({"search_text", "search_bigrams", "extra"})


def names_for(actor: Actor, drawn: Sequence["Drawn"], rows: Sequence[Any]) -> Names:
    """Everything that drawing `rows` by these columns needs."""
    names = Names()
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    codes: set[str] = set()
    for one in drawn:
        if one.related is not None:
            wanted[one.related].update(one.value(row) for row in rows)
        elif one.look == "persons":
            wanted[getattr(one.field, "named", Person)].update(key for row in rows for key in one.value(row) or ())
        elif one.look == "money" and one.column.currency:
            codes.update(getattr(row, one.column.currency, "") for row in rows)
    for model, keys in wanted.items():
        names.add(actor, model, keys)
    names.mixed_currencies = len(codes) > 1
    return names
