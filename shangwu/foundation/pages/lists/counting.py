"""Counts and sums of a list: exact to 10,000, then "10,000+", exact on request. One later fragment asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from shangwu.foundation.pages import formats
from shangwu.foundation.pages.drawing import Drawn
from shangwu.foundation.pages.lists import past
from shangwu.foundation.pages.lists.asked import Asked
from shangwu.foundation.pages.lists.find import branches, of_then
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.records.actors import Actor

ENOUGH = 10_000
"""Above this a count is rounded down and says so: nobody walks further, and each row costs."""


@dataclass(frozen=True, slots=True)
class Count:
    """number: how many; capped: there are more."""

    number: int
    capped: bool = False

    def __str__(self) -> str:
        return formats.number(self.number) + ("+" if self.capped else "")


def keys_of(prepared: Prepared, question: Asked, actor: Actor, limit: int | None) -> Any:
    """Primary keys of the wanted rows, at most `limit`; None when nothing can be wanted."""
    parts = [rows.order_by().values_list("pk")[:limit] for rows in branches(prepared, question, actor)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])


def count(prepared: Prepared, question: Asked, actor: Actor, *, exact: bool = False, enough: int = ENOUGH) -> Count:
    """How many rows the question finds; counted no further than to `enough` unless it is to be exact."""
    limit = None if exact else enough + 1
    if question.on is not None:
        found = past.count_on(of_then(prepared, question, actor)[:limit], question.on, actor)
    else:
        keys = keys_of(prepared, question, actor, limit)
        found = keys.count() if keys is not None else 0
    return Count(found) if exact or found <= enough else Count(enough, capped=True)


def sums(prepared: Prepared, question: Asked, actor: Actor, columns: Sequence[Drawn], counted: Count) -> dict[str, str]:
    """Footer sums in words by column name, per currency; empty while the count is capped, and for a past day."""
    wanted = [one for one in columns if one.column.total and one.field is not None]
    if not wanted or counted.capped or not counted.number or question.on is not None:
        return {}
    keys = keys_of(prepared, question, actor, None)
    rows = prepared.model.objects.visible_to(actor, archived=True).filter(pk__in=keys).order_by()
    found: dict[str, str] = {}
    for currency in {one.column.currency for one in wanted}:
        group = [one for one in wanted if one.column.currency == currency]
        by = [currency] if currency and any(one.name == currency for one in _fields(prepared)) else []
        asked_sums = {one.name: Sum(one.name) for one in group}
        totals = (
            list(rows.values(*by).annotate(**_renamed(asked_sums))) if by else [rows.aggregate(**_renamed(asked_sums))]
        )
        for one in group:
            found[one.name] = _said(totals, one, by[0] if by else "")
    return found


def _fields(prepared: Prepared) -> list[Any]:
    return list(prepared.model._meta.concrete_fields)


def _renamed(sums_by_name: dict[str, Sum]) -> dict[str, Sum]:
    return {f"sum_{name}": one for name, one in sums_by_name.items()}


def _said(totals: Sequence[dict[str, Any]], one: Drawn, currency: str) -> str:
    amounts = [(str(row.get(currency, "")), row[f"sum_{one.name}"]) for row in totals]
    amounts = sorted(((code, amount) for code, amount in amounts if amount is not None), key=lambda pair: pair[0])
    if one.column.look != "money":
        return formats.number(sum((amount for _code, amount in amounts), Decimal(0)))
    if len(amounts) == 1:
        return formats.money(amounts[0][1], amounts[0][0])
    return _(", ").join(f"{formats.symbol(code)}\u00a0{formats.money(amount, code)}" for code, amount in amounts)
