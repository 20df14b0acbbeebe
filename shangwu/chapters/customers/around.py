"""Everything about a customer in one line of time (2.5.2): each room says what happens in it, and none is imported.

A page costs one query for each kind of happening and one for the names, however many there are.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable

from shangwu.chapters.customers.models import Customer
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Compiled, Keys, once
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

AT_ONCE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """A kind of record that stands in a customer's line of time.

    at: its moment, a column or an expression over columns. text: what is shown of a row, from its own columns alone.
    only: which rows count. customer: the column that says whose it is.
    """

    model: type[Record]
    label: Sentence
    icon: str
    at: str | Combinable
    text: Callable[[Any], str]
    only: Q = field(default_factory=Q)
    customer: str = "customer"

    @property
    def name(self) -> str:
        """The public name of the record type: `sales.order`."""
        return record_name(self.model)


_kinds: dict[str, Happening] = {}


def happens(*found: Happening) -> None:
    """Let kinds of records stand in customers' lines of time. Raises ValueError for one that does already."""
    for one in found:
        if one.name in _kinds:
            raise ValueError(f"{one.name} stands in the line of time already")
        _kinds[one.name] = one


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line of time, between two of its entries: the moment, the kind and the key of the earlier page's
    last."""

    at: datetime.datetime
    name: str
    key: int

    @property
    def text(self) -> str:
        """As an address carries it."""
        return f"{self.at.isoformat()}~{self.name}~{self.key}"


def place_of(text: str) -> Place | None:
    """The place that an address names; None for none, or for what is no place."""
    parts = text.split("~")
    if len(parts) != 3 or not (parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 19):
        return None
    try:
        at = datetime.datetime.fromisoformat(parts[0])
    except ValueError:
        return None
    return Place(at, parts[1], int(parts[2])) if at.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. row: the record itself."""

    kind: Happening
    row: Any
    at: datetime.datetime

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.at, self.kind.name, self.row.pk)


def around(
    actor: Actor, customer: Customer, before: Place | None = None, size: int = AT_ONCE
) -> tuple[list[Entry], Place | None]:
    """What the reader sees of a customer's line of time, newest first, and the place from which the next page goes."""
    found: list[Entry] = []
    for kind in _kinds.values():
        found += _of_kind(actor, kind, customer, before, size + 1)
    found.sort(key=lambda one: (one.at, one.kind.name, one.row.pk), reverse=True)
    shown = found[:size]
    return shown, shown[-1].place if len(found) > size else None


def _of_kind(actor: Actor, kind: Happening, customer: Customer, before: Place | None, size: int) -> Sequence[Entry]:
    def draw() -> QuerySet[Any]:
        at = F(kind.at) if isinstance(kind.at, str) else kind.at
        rows: Any = kind.model._default_manager.visible_to(actor)
        rows = rows.filter(kind.only, **{f"{kind.customer}__any": Keys()}).annotate(happened_at=at)
        if before is not None:
            rows = rows.filter(_earlier(kind, before))
        return cast("QuerySet[Any]", rows.order_by("-happened_at", "-pk")[:size])

    found = Compiled(draw()) if before is not None else once((around, kind.name, size, actor.rights), draw)
    return [Entry(kind, row, at) for row, at in found.annotated([customer.pk])]


def _earlier(kind: Happening, before: Place) -> Q:
    """What stands after that place: at one moment, kinds stand in the order of their names."""
    if kind.name < before.name:
        return Q(happened_at__lte=before.at)
    if kind.name > before.name:
        return Q(happened_at__lt=before.at)
    return Q(happened_at__lt=before.at) | Q(happened_at=before.at, pk__lt=before.key)
