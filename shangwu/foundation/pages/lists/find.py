"""Finds the rows of one page: one sliced, ordered subquery per arm of the scope, united, so that each is an index scan.

"Own or team or department" as one OR reads a million rows (94-131 ms); as a union of index scans it reads a page per
arm (8 ms). The same holds for several ways to answer a search, and for the empty values of a sort column, which stand
last in either direction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce

from shangwu.foundation.pages.elements import Sort
from shangwu.foundation.pages.lists import past
from shangwu.foundation.pages.lists.asked import Asked
from shangwu.foundation.pages.lists.conditions import ME
from shangwu.foundation.pages.lists.cursor import Cursor
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.lists.search import alternatives
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.compiled import Keys, once

SIZE = 50

SPLIT = 12
"""An arm of so many departments or owners is split into one index scan each; beyond, the planner does better."""

BULKY = ("search_text", "search_bigrams", "extra")


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one page. newer, older: places to go on from, None at an end. first: rank of the first row."""

    rows: list[Any]
    newer: Cursor | None
    older: Cursor | None
    first: int = 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the order a page starts: after (or before) this key and sort value."""

    key: int
    value: Any


def found(prepared: Prepared, asked: Asked, actor: Actor, *, size: int = SIZE) -> Found:
    """One page of rows that `actor` sees and `asked` wants, in its order."""
    backward = asked.before is not None
    cursor = asked.before or asked.after
    place = _place(prepared, asked, actor, cursor) if cursor else None
    if cursor is not None and place is None:
        asked, cursor, backward = replace(asked, after=None, before=None), None, False
    page = _page_of_then if asked.on else _page
    rows = page(prepared, asked, actor, place, backward, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Found([], None, None)
    rank = cursor.rank if cursor else 0
    first = max(1, rank - len(rows) if backward else rank + 1)
    newer = Cursor.at(rows[0], asked.sort, first) if (more if backward else cursor is not None) else None
    last = Cursor.at(rows[-1], asked.sort, first + len(rows) - 1)
    return Found(rows, newer, last if backward or more else None, first)


def _place(prepared: Prepared, asked: Asked, actor: Actor, cursor: Cursor) -> _Place | None:
    """The cursor in the table's own terms; None for a row that the reader does not see or a value that is none."""
    rows = prepared.model.objects.visible_to(actor, archived=True).filter(public_id=cursor.public_id)
    key = rows.values_list("pk", flat=True).first()
    if key is None:
        return None
    if not asked.sort:
        return _Place(key, None)
    try:
        return _Place(key, cursor.sort_value(prepared.model._meta.get_field(asked.sort)))
    except (ValidationError, TypeError, ValueError, OverflowError):
        return None


def branches(prepared: Prepared, asked: Asked, actor: Actor) -> list[Any]:
    """The wanted rows as querysets that together hold them all, each on one arm and one way to answer the search."""
    return [rows for rows, _is_shared in _branches(prepared, asked, actor, in_order=False)]


def _branches(prepared: Prepared, asked: Asked, actor: Actor, *, in_order: bool) -> list[tuple[Any, bool]]:
    """The same, and whether the arm is found by whom a row is shared with. in_order: each can follow one index."""
    condition = _condition(asked)
    ways = alternatives(prepared.page, actor, asked.q) or [Q()]
    arms = prepared.model.objects.visible_arms(actor, archived=asked.archived)
    asked_for = [one.q for one in asked.conditions]
    # Who asks for the pool asks for exactly one arm, and the others hold nothing that it does not.
    arms = [(arm, rows) for arm, rows in arms if arm.condition in asked_for][:1] or arms
    made = []
    for arm, rows in arms:
        for part in _split(arm.condition) if in_order else [Q()]:
            made += [(rows.filter(part & condition & way), arm.name == "shared") for way in ways]
    return made


def _condition(asked: Asked) -> Q:
    """All that is set in the filter bar."""
    condition = Q()
    for one in asked.conditions:
        condition &= one.q
    return condition & Q(archived_at__isnull=False) if asked.archived else condition


def of_then(prepared: Prepared, asked: Asked, actor: Actor) -> Any:
    """The wanted rows of a past day, to be read by `past`, which is their gate and gives the values of then."""
    ways = alternatives(prepared.page, actor, asked.q) or [Q()]
    wanted = _condition(asked) & Q(archived_at__isnull=not asked.archived)
    return prepared.model.objects.filter(wanted & reduce(or_, ways))


def _page_of_then(
    prepared: Prepared, asked: Asked, actor: Actor, place: _Place | None, backward: bool, limit: int
) -> list[Any]:
    assert asked.on is not None
    order = _order(asked, backward, {"nulls_first": True} if backward else {"nulls_last": True})
    wanted = reduce(or_, _segments(prepared, asked, place, backward))
    rows = of_then(prepared, asked, actor).filter(wanted).order_by(*order)
    return past.rows_on(rows[:limit], asked.on, actor)


def _split(condition: Q) -> Iterator[Q]:
    """`column IN (a, b)` gives no order from an index; `column = a` and `column = b` do."""
    if len(condition.children) == 1 and not condition.negated and isinstance(condition.children[0], tuple):
        name, values = condition.children[0]
        if name.endswith("__in") and isinstance(values, list | tuple) and 1 < len(values) <= SPLIT:
            yield from (Q(**{name.removesuffix("__in"): value}) for value in values)
            return
    yield Q()


def scans(
    prepared: Prepared, asked: Asked, actor: Actor, place: _Place | None, backward: bool, limit: int
) -> list[Any]:
    """The querysets that are united: each sliced and ordered, so that an index can serve it."""
    natural = _order(asked, backward, {})
    return [
        rows.filter(keyset).order_by(*(_gathered(natural) if is_shared else natural))[:limit]
        for rows, is_shared in _branches(prepared, asked, actor, in_order=True)
        for keyset in _segments(prepared, asked, place, backward)
    ]


def _gathered(order: list[OrderBy]) -> list[OrderBy]:
    """The same order, which no index serves: few rows hold the person, and walking all in order finds them last."""
    return [
        OrderBy(
            Coalesce(one.expression, one.expression),
            descending=one.descending,
            nulls_first=one.nulls_first,
            nulls_last=one.nulls_last,
        )
        for one in order
    ]


def _page(
    prepared: Prepared, asked: Asked, actor: Actor, place: _Place | None, backward: bool, limit: int
) -> list[Any]:
    def draw() -> Any:
        parts = scans(prepared, asked, actor, place, backward, limit)
        if not parts:
            return prepared.model.objects.visible_to(actor).none().values_list("pk")
        order = _order(asked, backward, {"nulls_first": True} if backward else {"nulls_last": True})
        names = ("pk", asked.sort) if asked.sort else ("pk",)
        plain = [part.values_list(*names) for part in parts]
        return plain[0].union(*plain[1:]).order_by(*order)[:limit] if len(plain) > 1 else plain[0]

    def draw_rows() -> Any:
        rows = prepared.model.objects.visible_to(actor, archived=True)
        return rows.filter(pk__any=Keys()).defer(*spared).order_by()

    spared = deferred(prepared.model)
    if place is None and _is_common(asked):
        how = (tuple(asked.pairs(view=False)), asked.sort, asked.descending, limit)
        found = once((_page, prepared.model, how, actor.rights), draw).values()
    else:
        found = list(draw())
    keys = [row[0] for row in found]
    rows = once((_page, prepared.model, tuple(spared), actor.rights), draw_rows).rows(keys) if keys else []
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


_COMMON = frozenset({Sort.CHOICE, Sort.YES_NO, Sort.PERIOD})
"""Questions of few answers, which turn on the row's columns and the day alone."""


def _is_common(asked: Asked) -> bool:
    """Whether others will ask the same and it will mean the same: no searched word, no one record of many, and nothing
    that a higher room has worked out from other rows, such as the records behind a figure."""
    return not asked.q and all(
        one.question.sort in _COMMON or {value for values in one.values.values() for value in values} == {ME}
        for one in asked.conditions
    )


def deferred(model: Any) -> list[str]:
    """Columns that no list needs and that are long; own fields are shown where there are any."""
    names = {field.name for field in model._meta.concrete_fields}
    needed = {"extra"} if own.fields_of(model) else set()
    return [name for name in BULKY if name in names - needed]


def _order(asked: Asked, backward: bool, nulls: dict[str, Any]) -> list[OrderBy]:
    """The order of the list, turned round for a page before a place.

    Within one part the order is left as indexes have it; `nulls` says where empty values stand among all parts.
    """
    descending = asked.descending != backward
    last = OrderBy(F("pk"), descending=descending)
    return [OrderBy(F(asked.sort), descending=descending, **nulls), last] if asked.sort else [last]


def _segments(prepared: Prepared, asked: Asked, place: _Place | None, backward: bool) -> list[Q]:
    """Conditions of the parts of the order that the page may come from: rows with a sort value, rows without."""
    descending = asked.descending != backward
    if not asked.sort:
        return [Q(**{"pk__lt" if descending else "pk__gt": place.key}) if place else Q()]
    filled, empty = Q(**{f"{asked.sort}__isnull": False}), Q(**{f"{asked.sort}__isnull": True})
    nullable = prepared.model._meta.get_field(asked.sort).null
    if place is None:
        return [filled, empty] if nullable else [Q()]
    beyond = Q(**{"pk__lt" if descending else "pk__gt": place.key})
    if place.value is None:
        return [empty & beyond, filled] if backward else [empty & beyond]
    compare = TupleLessThan if descending else TupleGreaterThan
    further = Q(compare(Tuple(F(asked.sort), F("pk")), (place.value, place.key)))
    return [further, empty] if nullable and not backward else [further]
