"""Reads records for someone: one page of a list, or one record with its parts. Few queries, however many rows."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from shangwu.foundation.api import cursors
from shangwu.foundation.api.exposure import Told, open_fields, parts_of
from shangwu.foundation.api.questions import Question, Sort
from shangwu.foundation.api.rendering import References, Values, drawer, plain
from shangwu.foundation.audit.reading import FROM, How, about_to_show, read_many
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.patience import patience
from shangwu.foundation.records.refusals import missing

KEPT = ("pk", "secrecy")
"""Columns that are read whichever are asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they are sent, and the cursor of the next page; None on the last."""

    rows: list[dict[str, Any]]
    cursor: str | None


def page_of(question: Question, by: Actor) -> Page:
    """One page. Raises Refusal("cursor") for a foreign cursor, Refusal("slow") when it takes too long."""
    told = question.told
    columns = {*KEPT, *(one.column for one in told)} | ({question.sort.name} if question.sort.name else set())
    with patience() if question.conditions or question.archived == "only" else nullcontext():
        rows = _rows(question, by, sorted(columns))
        more, rows = len(rows) > question.limit, rows[: question.limit]
        drawn = _drawn(question.model, told, question.parts, rows, by)
    _note_read(question.model, rows, by)
    cursor = None
    if more:
        value = plain(rows[-1][question.sort.name]) if question.sort.name else None
        cursor = cursors.sealed(question.digest, value, rows[-1]["pk"])
    return Page(drawn, cursor)


def one_of(
    model: type[Record], public_id: str, told: tuple[Told, ...], parts: Sequence[str], by: Actor
) -> dict[str, Any]:
    """One record, archived ones too. Raises Refusal("missing")."""
    columns = {*KEPT, *(one.column for one in told)}
    found = model.objects.visible_to(by, archived=True).filter(public_id=public_id).values(*sorted(columns)).first()
    if found is None:
        raise missing()
    _note_read(model, [found], by)
    return _drawn(model, told, parts, [found], by)[0]


def _note_read(model: type[Record], rows: Sequence[Values], by: Actor) -> None:
    """Tell the room that they are read, and write it down of secret ones."""
    about_to_show(by, model, [row["pk"] for row in rows], How.API)
    read_many(by, model, [row["pk"] for row in rows if row["secrecy"] >= FROM], How.API)


def drawn_rows(model: type[Record], keys: Sequence[int], by: Actor) -> list[dict[str, Any]]:
    """Those records of `keys` that `by` may see, with all open fields, in the order of `keys`: for webhooks."""
    told = tuple(open_fields(model, by).values())
    columns = {"pk", *(one.column for one in told)}
    rows = model.objects.visible_to(by, archived=True).filter(pk__in=keys).values(*sorted(columns))
    by_key = {row["pk"]: row for row in rows}
    return _drawn(model, told, (), [by_key[key] for key in keys if key in by_key], by)


def _rows(question: Question, by: Actor, columns: Sequence[str]) -> list[Values]:
    """One row more than asked for, so that it is known whether a further page exists."""
    wanted = question.limit + 1
    found: list[Values] = []
    for segment in _segments(question):
        if len(found) < wanted:
            found += _segment(question, segment, by, columns, wanted - len(found))
    return found


def _segments(question: Question) -> list[Q]:
    """Where to go on reading, as conditions that an index answers, in order.

    PostgreSQL puts NULL last when ascending, first when descending; the rows with and without a value are two
    segments, because one condition for both would make it walk the index from its beginning.
    """
    sort = question.sort
    after = cursors.opened(question.digest, question.cursor) if question.cursor else None
    past = "lt" if sort.descending else "gt"
    if not sort.name:
        return [Q(**{f"pk__{past}": after[1]}) if after else Q()]
    nullable = question.model._meta.get_field(sort.name).null
    filled, empty = Q(**{f"{sort.name}__isnull": False}), Q(**{f"{sort.name}__isnull": True})
    if after is None:
        whole = [filled, empty] if nullable else [Q()]
        return whole[::-1] if sort.descending and nullable else whole
    value, pk = after
    if value is None:
        rest = [empty & Q(**{f"pk__{past}": pk})]
        return [*rest, filled] if sort.descending else rest
    beyond = Q(**{f"{sort.name}__{past}e": value}) & (Q(**{f"{sort.name}__{past}": value}) | Q(**{f"pk__{past}": pk}))
    return [beyond, empty] if nullable and not sort.descending else [beyond]


def _segment(question: Question, segment: Q, by: Actor, columns: Sequence[str], limit: int) -> list[Values]:
    arms = question.model.objects.visible_arms(by, archived=question.archived != "no")
    order = _order(question.sort)
    found = []
    for _arm, rows in arms:
        rows = rows.filter(segment, *question.conditions)
        if question.archived == "only":
            rows = rows.filter(archived_at__isnull=False)
        found.append(rows.order_by(*order))
    if len(found) == 1:
        return list(found[0].values(*columns)[:limit])
    if not found:
        return []
    sorted_columns = ["pk", *([question.sort.name] if question.sort.name else [])]
    first, *others = [rows.values(*sorted_columns)[:limit] for rows in found]
    keys = [row["pk"] for row in first.union(*others).order_by(*order)[:limit]]
    rows = question.model.objects.visible_to(by, archived=True).filter(pk__in=keys).values(*columns)
    by_key = {row["pk"]: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


def _order(sort: Sort) -> list[str]:
    sign = "-" if sort.descending else ""
    return [f"{sign}{sort.name}", f"{sign}pk"] if sort.name else [f"{sign}pk"]


def _drawn(
    model: type[Record], told: Sequence[Told], parts: Sequence[str], rows: Sequence[Values], by: Actor
) -> list[dict[str, Any]]:
    """Rows as they are sent: their references read together, then their parts, a query per record type."""
    references = References(by)
    references.want(told, rows)
    nested = {relation: _part_rows(model, relation, rows, by) for relation in parts}
    for relation, found in nested.items():
        references.want(_part_fields(model, relation, by), [row for group in found.values() for row in group])
    references.load()
    draw = drawer(told, references)
    drawn = [draw(row) for row in rows]
    for relation, found in nested.items():
        draw_part = drawer(_part_fields(model, relation, by), references)
        for row, told_row in zip(rows, drawn, strict=True):
            told_row[relation] = [draw_part(part) for part in found[row["pk"]]]
    return drawn


def _part_fields(model: type[Record], relation: str, by: Actor) -> list[Told]:
    return list(open_fields(parts_of(model)[relation], by).values())


def _part_rows(model: type[Record], relation: str, rows: Sequence[Values], by: Actor) -> dict[Any, list[Values]]:
    """The parts of all rows in one query, by their record's primary key, in their order."""
    part = parts_of(model)[relation]
    columns = {f"{part.parent}_id", *(one.column for one in _part_fields(model, relation, by))}
    found = part.objects.visible_to(by, archived=True).filter(**{f"{part.parent}_id__in": [row["pk"] for row in rows]})
    groups: dict[Any, list[Values]] = defaultdict(list)
    for row in found.order_by(f"{part.parent}_id", "position", "pk").values(*sorted(columns)):
        groups[row[f"{part.parent}_id"]].append(row)
    return groups
