"""Values of groupings as addresses carry them: records by their public id, never by the key of a table."""

import calendar
import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from shangwu.chapters.analytics.explorer.asked import Asked, grouping, unknown
from shangwu.chapters.analytics.periods import Span
from shangwu.foundation.measures.asking import TIME
from shangwu.foundation.measures.registry import Dimension, fact_sets, measures
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

NONE = "-"
"""In an address: no value. Never shown."""
ALL = "all"
"""The period that is the whole time."""


def tokens(actor: Actor, one: Dimension, values: Iterable[Any]) -> dict[Any, str]:
    """How addresses call values of a grouping; a record that the reader may not see has no name."""
    wanted = set(values)
    if one.model is None:
        return {value: _plain(value) for value in wanted}
    keys = wanted - {None}
    rows: Any = one.model._default_manager
    with gate.free_reading():
        found = dict(rows.visible_to(actor, archived=True).filter(pk__in=keys).values_list("pk", "public_id"))
    return {value: NONE if value is None else str(found[value]) for value in wanted if value is None or value in found}


def _plain(value: Any) -> str:
    if value is None or value == "":
        return NONE
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def values(actor: Actor, asked: Asked) -> dict[str, list[Any]]:
    """The filter of a question as the engine takes it. What the reader may not see counts as nothing at all."""
    columns = fact_sets[measures[asked.measures[0]].facts].all_columns
    return {name: _read(actor, one, columns[one.column].kind, given)
            for name, given in asked.where for one in [grouping(name)]}  # fmt: skip


def _read(actor: Actor, one: Dimension, kind: str, given: Sequence[str]) -> list[Any]:
    if one.model is None:
        return [_value(token, "text" if one.key is not None else kind) for token in given]
    ids = [token for token in given if _is_public_id(token)]
    rows: Any = one.model._default_manager
    found: list[Any] = list(
        rows.visible_to(actor, archived=True).filter(public_id__in=ids).values_list("pk", flat=True)
    )
    return [*found, None] if NONE in given else found or [0]


def _value(token: str, kind: str) -> Any:
    """A value as its column holds it. Raises Refusal `invalid` for what such a column can't hold."""
    if kind == "text":
        return "" if token == NONE else token
    if token == NONE:
        return None
    try:
        number = Decimal(token)
    except ArithmeticError as error:
        raise unknown(token) from error
    if not number.is_finite():
        raise unknown(token)
    return number if kind.startswith("numeric") else int(number)


def _is_public_id(token: str) -> bool:
    try:
        return str(uuid.UUID(token)) == token.lower()
    except ValueError:
        return False


def days_of(one: Dimension, value: Any) -> Span:
    """The days that a value of a grouping by time stands for."""
    if one.name == "year":
        return Span(datetime.date(value, 1, 1), datetime.date(value, 12, 31))
    if one.name == "day":
        return Span(value, value)
    last = value.month + (2 if one.name == "quarter" else 0)
    return Span(value, datetime.date(value.year, last, calendar.monthrange(value.year, last)[1]))


def narrowed(asked: Asked, today: datetime.date, at: Mapping[str, tuple[Any, str]]) -> Asked:
    """The question of one cell. at: grouping -> (value, as the address calls it)."""
    span = asked.span(today)
    found = replace(asked, period="", since=span.since, until=span.until, row="", column="")
    for name, (value, token) in at.items():
        if name not in TIME:
            found = found.only(name, [token])
        elif value is not None:
            days = days_of(TIME[name], value)
            since = max(filter(None, (found.since, days.since)))
            until = min(filter(None, (found.until, days.until)))
            found = replace(found, since=since, until=until)
    return found if found.since or found.until else replace(found, period=ALL)
