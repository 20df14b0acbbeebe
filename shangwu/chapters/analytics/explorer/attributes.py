"""Whether two attributes of customers go together (2.7.2): the customers whom the reader sees counted by both, own
fields among them, and Pearson's test of independence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, F
from django.db.models.fields.json import KT

from shangwu.chapters.analytics.explorer.independence import Independence, independence
from shangwu.chapters.customers.models import Customer
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

BUILT_IN = ("state", "grade", "segment", "kind", "industry", "size", "region", "source")
MOST = 40
"""Values of an attribute: a wider table tells nobody anything."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that customers have. choices: what its values are called; `name` is that of the list's filter."""

    name: str
    label: Sentence
    value: Any
    choices: Mapping[Any, Sentence] = field(default_factory=dict)

    def called(self, value: Any) -> str:
        """What a value is called."""
        return str(self.choices.get(value, value))


@dataclass(frozen=True, slots=True)
class Counted:
    """The customers by two attributes, those that lack one left out. test: None where the table is too small for it."""

    rows: Sequence[Any]
    columns: Sequence[Any]
    counts: Mapping[tuple[Any, Any], int]
    test: Independence | None

    @property
    def is_wide(self) -> bool:
        """Whether an attribute has more values than a table shows."""
        return max(len(self.rows), len(self.columns)) > MOST


def attributes(actor: Actor) -> dict[str, Attribute]:
    """The attributes that the reader may ask about, by name."""
    found, hidden = {}, hidden_fields(Customer, actor)
    for name in (one for one in BUILT_IN if one not in hidden):
        known: Any = Customer._meta.get_field(name)
        is_record = isinstance(known, models.ForeignKey)
        value = F(f"{name}__name") if is_record else F(name)
        found[name] = Attribute(name, known.verbose_name, value, {} if is_record else dict(known.flatchoices or ()))
    for one in own.seen(Customer, actor):
        if one.kind is own.Kind.CHOICE:
            choices = dict(one.column.flatchoices or ())
            found[one.name] = Attribute(one.name, one.label, KT(f"extra__{one.key}"), choices)
    return found


def counted(actor: Actor, one: Attribute, other: Attribute) -> Counted:
    """The visible customers by both, and whether these go together."""
    rows = Customer.objects.visible_to(actor).order_by().annotate(asked_row=one.value, asked_column=other.value)
    tallies = rows.values_list("asked_row", "asked_column").annotate(Count("pk"))
    none = (None, "")
    counts = {(row, column): count for row, column, count in tallies if row not in none and column not in none}
    heads = sorted({row for row, _column in counts}, key=str), sorted({column for _row, column in counts}, key=str)
    table = [[counts.get((row, column), 0) for column in heads[1]] for row in heads[0]]
    return Counted(*heads, counts, independence(table))
