"""The reading gate for engines: a scope's condition as an Ibis expression over the facts' scope columns."""

from collections.abc import Callable
from functools import reduce
from typing import Any, cast

from django.db import models
from django.db.models import Q

from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "exact": lambda column, value: column == value,
    "in": lambda column, value: column.isin(list(value)),
    "lte": lambda column, value: column <= value,
    "lt": lambda column, value: column < value,
    "gte": lambda column, value: column >= value,
    "gt": lambda column, value: column > value,
    "isnull": lambda column, value: column.isnull() if value else column.notnull(),
}


def visible(table: Any, model: type[models.Model], actor: Actor) -> Any:
    """The rows of a fact table that `actor` may see: the same arms and clamp as in SQL.

    Raises NotImplementedError for an operator that the facts can't answer, so that nothing is shown by mistake.
    """
    import ibis

    arms = [arm for arm in scopes.arms(model, actor) if arm.in_facts]
    if not arms:
        return table.filter(ibis.literal(False))
    clamp = _expression(table, scopes.clamp(model, actor))
    if all(arm.name != "all" for arm in arms):
        allowed = reduce(lambda left, right: left | right, (_expression(table, arm.condition) for arm in arms))
        table = table.filter(allowed)
    return table.filter(clamp)


def _expression(table: Any, condition: Q) -> Any:
    """A Q over scope columns as a boolean Ibis expression."""
    import ibis

    parts = []
    for child in condition.children:
        if isinstance(child, Q):
            parts.append(_expression(table, child))
        elif not isinstance(child, tuple):
            raise NotImplementedError(f"facts can't look into other tables: {child}")
        else:
            path, value = cast("tuple[str, Any]", child)
            parts.append(_leaf(table, path, value))
    if not parts:
        return ibis.literal(True)
    joined = reduce((lambda a, b: a | b) if condition.connector == Q.OR else (lambda a, b: a & b), parts)
    return ~joined if condition.negated else joined


def _leaf(table: Any, path: str, value: Any) -> Any:
    name, _, operator = path.partition("__")
    if name == "archived_at" and operator == "isnull":
        return table.archived != value
    operator = operator or "exact"
    if operator not in _OPERATORS:
        raise NotImplementedError(f"facts cannot answer {path}")
    column = name if name in table.columns else f"{name}_id"
    if column not in table.columns:
        raise NotImplementedError(f"facts have no column for {path}")
    return _OPERATORS[operator](table[column], value)
