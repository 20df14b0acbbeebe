"""What is owed by age, through the API: each sum with the address of its orders, as the page has it (2.7.2, 2.6.2)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.explorer import behind, receivables
from shangwu.chapters.analytics.explorer.receivables import AGES, Age
from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order
from shangwu.foundation.access.labels import labels
from shangwu.foundation.api.cursors import opened, sealed
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import FROM, How, read_many
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

CURRENCY, AGE, AFTER = "currency", "age", "after"
MOST = 200
"""Orders of one answer."""

Facts = dict[str, Any]


def receivable(by: Actor, given: Mapping[str, str]) -> Facts:
    """The sums by currency and age of the orders that `by` sees; of one of them its orders, if it is asked for.

    Raises Refusal `invalid`, `cursor`.
    """
    today = clock.today(by.zone)
    facts: Facts = {
        "on": today,
        "currencies": [_currency(currency, rows) for currency, rows in receivables.ages(by, today).items()],
        "orders": [],
        AFTER: None,
    }
    if not given:
        return facts
    currency, age = given.get(CURRENCY, ""), given.get(AGE, "")
    if not currency or age not in AGES:
        said = _("Give both a currency and an age, as the sums have them.")
        raise Refusal("invalid", said, fields={CURRENCY if not currency else AGE: [said]})
    question = f"receivables {currency} {age}"
    rows = receivables.aged(by, today).filter(base_currency=currency, age=age).order_by("pk")
    if AFTER in given:
        rows = rows.filter(pk__gt=opened(question, given[AFTER])[1])
    found = list(rows[: MOST + 1])
    facts["orders"] = _orders(by, found[:MOST])
    facts[AFTER] = sealed(question, None, found[MOST - 1].pk) if len(found) > MOST else None
    return facts


def _currency(currency: str, rows: Sequence[Age]) -> Facts:
    return {
        "currency": currency,
        "amount": f"{sum((one.amount for one in rows), Decimal()):f}",
        "count": sum(one.count for one in rows),
        "ages": [
            {
                "age": one.age,
                "amount": f"{one.amount:f}",
                "count": one.count,
                "orders": f"{reverse('api-1:analytics.receivables')}?{urlencode({CURRENCY: currency, AGE: one.age})}",
                "page": behind.list_url(Order, "owed", currency, one.age, count=min(one.count, behind.MOST)) or None,
            }
            for one in rows
        ],
    }


def _orders(by: Actor, found: Sequence[Any]) -> list[Facts]:
    read_many(by, Order, sorted(one.pk for one in found if one.secrecy >= FROM), How.API)
    names = labels(by, Customer, {one.customer_id for one in found if one.customer_id is not None})
    return [
        {
            "public_id": one.public_id,
            "number": one.number,
            "customer_name": names.get(one.customer_id, one.customer_name),
            "amount": f"{one.base_open:f}",
            "due_on": one.fell_due,
        }
        for one in found
    ]


_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_AMOUNT: Schema = {"type": "string", "description": "What is owed, a decimal number as text, in this currency."}
_AGE: Schema = {"type": "string", "enum": list(AGES), "description": "Days overdue at most; `open`: not yet due."}
_SUM: Schema = {
    "type": "object",
    "properties": {
        "age": _AGE,
        "amount": _AMOUNT,
        "count": _COUNT,
        "orders": {**_TEXT, "description": "The address of its orders here."},
        "page": {"type": ["string", "null"], "description": "The page that lists them; null where there are none."},
    },
}
_ORDER: Schema = {
    "type": "object",
    "properties": {
        "public_id": {"type": "string", "format": "uuid"},
        "number": _TEXT,
        "customer_name": _TEXT,
        "amount": _AMOUNT,
        "due_on": {"type": "string", "format": "date"},
    },
}

reading(
    Reading(
        "analytics.receivables",
        "analytics/receivables/",
        receivable,
        "analytics.receivables:read",
        _("Receivables by age"),
        "What is owed by currency and age, of the orders that arrived or were invoiced and that the caller may see, "
        "each sum with the address of its "
        "orders; the orders of one of them, if asked for.",
        {
            "type": "object",
            "properties": {
                "on": {"type": "string", "format": "date"},
                "currencies": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "currency": _TEXT,
                            "amount": _AMOUNT,
                            "count": _COUNT,
                            "ages": {"type": "array", "items": _SUM},
                        },
                    },
                },
                "orders": {"type": "array", "items": _ORDER},
                AFTER: {"type": ["string", "null"], "description": "Cursor of the next page; null on the last."},
            },
        },
        asks={
            CURRENCY: {**_TEXT, "description": "With an age: list the orders of this sum."},
            AGE: _AGE,
            AFTER: {**_TEXT, "description": "The cursor of the page before."},
        },
    )
)
