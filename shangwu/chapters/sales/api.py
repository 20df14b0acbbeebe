"""What is open, through the API: a page of lines as the page shows them, and all of them as a workbook (2.6.1)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Order, Product
from shangwu.chapters.sales.open_file import workbook
from shangwu.chapters.sales.open_lines import Asked, OpenLine, behind, open_lines, told
from shangwu.foundation.access.labels import labels
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.api.cursors import opened, sealed
from shangwu.foundation.api.naming import is_public_id
from shangwu.foundation.api.readings import Reading, reading
from shangwu.foundation.api.schemas import Schema
from shangwu.foundation.audit.reading import FROM, How, read_many
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

AFTER, LATE, UNTIL = "after", "late", "until"
MOST = 200
"""Lines of one answer."""
_UNTIL = Input(UNTIL, Kind.DATE, _("Until"))


def asked_of(by: Actor, given: Mapping[str, str]) -> Asked:
    """What of all that is open. Raises Refusal("invalid") for what names no customer or product that `by` sees."""
    if given.get(LATE, "no") not in ("yes", "no"):
        raise Refusal("invalid", _("Say yes or no."), fields={LATE: [_("Say yes or no.")]})
    until = validated((_UNTIL,), UNTIL, {UNTIL: given[UNTIL]})[UNTIL] if UNTIL in given else None
    return Asked(
        customer=_named(by, Customer, given, "customer"),
        product=_named(by, Product, given, "product"),
        until=until,
        late=given.get(LATE) == "yes",
    )


def _named(by: Actor, model: Any, given: Mapping[str, str], name: str) -> Any:
    if name not in given:
        return None
    key = given[name]
    found = model.objects.visible_to(by).filter(public_id=key).first() if is_public_id(key) else None
    if found is None:
        said = _("There is no such record, or it is not yours to see.")
        raise Refusal("invalid", said, fields={name: [said]})
    return found


def open_orders(by: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """Lines of orders that have not left whole, those promised first at the top. Raises Refusal `invalid`, `cursor`."""
    asked, today = asked_of(by, given), clock.today(by.zone)
    question = repr(sorted((name, value) for name, value in given.items() if name != AFTER))
    rows = open_lines(by, asked, today)
    if AFTER in given:
        (day, position), order = opened(question, given[AFTER])
        rows = behind(rows, datetime.date.fromisoformat(day) if day else None, order, position)
    lines = list(rows[: MOST + 1])
    found = told(lines[:MOST], today)
    read_many(by, Order, sorted({one.order.pk for one in found if one.order.secrecy >= FROM}), How.API)
    names = labels(by, Customer, {key for one in found if (key := one.order.customer_id) is not None})
    more = len(lines) > MOST
    return {
        "on": today,
        "lines": [_line(one, names) for one in found],
        "after": _cursor(question, found[-1]) if more else None,
    }


def _cursor(question: str, last: OpenLine) -> str:
    day = last.promised_on.isoformat() if last.promised_on else None
    return sealed(question, [day, last.line.position], last.order.pk)


def _line(one: OpenLine, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "order": one.order.public_id,
        "number": one.order.number,
        "position": one.line.position,
        "customer_name": names.get(one.order.customer_id or 0, one.order.customer_name),
        "po_number": one.order.po_number,
        "state": one.order.state,
        "product": one.product.public_id,
        "code": one.product.code,
        "quantity": f"{one.quantity:f}",
        "unit": one.line.unit,
        "net": f"{one.value:f}",
        "currency": one.line.currency,
        "wanted_on": one.wanted_on,
        "promised_on": one.promised_on,
        "possible_from": one.available_on,
        "late": one.is_late,
    }


def open_orders_file(by: Actor, given: Mapping[str, str]) -> HttpResponse:
    """The whole statement as a workbook, of one moment; that it left the house is written down."""
    query = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
    return workbook(by, asked_of(by, given), query)


_TEXT: Schema = {"type": "string"}
_KEY: Schema = {"type": "string", "format": "uuid"}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_NUMBER: Schema = {"type": "string", "description": "A decimal number as text."}
LINE: Schema = {
    "type": "object",
    "properties": {
        "order": {**_KEY, "description": "The order's public id."},
        "number": _TEXT,
        "position": {"type": "integer", "minimum": 1},
        "customer_name": _TEXT,
        "po_number": {**_TEXT, "description": "The customer's order number."},
        "state": _TEXT,
        "product": _KEY,
        "code": {**_TEXT, "description": "Of the product."},
        "quantity": {**_NUMBER, "description": "What has not left, a decimal number as text."},
        "unit": _TEXT,
        "net": {**_NUMBER, "description": "Of what has not left, without tax, in the order's currency."},
        "currency": _TEXT,
        "wanted_on": _DAY,
        "promised_on": _DAY,
        "possible_from": {**_DAY, "description": "As last worked out; null while nothing covers it."},
        "late": {"type": "boolean", "description": "Promised for a day that has passed, or can't be kept."},
    },
}
ASKS: Mapping[str, Schema] = {
    "customer": {**_KEY, "description": "Only of this customer."},
    "product": {**_KEY, "description": "Only of this product."},
    UNTIL: {"type": "string", "format": "date", "description": "Promised, or else wanted, up to this day."},
    LATE: {"type": "string", "enum": ["yes", "no"], "default": "no"},
}

reading(
    Reading(
        "sales.open_orders",
        "sales/open/",
        open_orders,
        "sales.open:read",
        _("What is open"),
        "Order lines that have not left whole, those promised first at the top, of the orders that the caller may see.",
        {
            "type": "object",
            "properties": {
                "on": {"type": "string", "format": "date"},
                "lines": {"type": "array", "items": LINE},
                AFTER: {"type": ["string", "null"], "description": "Cursor of the next page; null on the last."},
            },
        },
        asks={**ASKS, AFTER: {"type": "string", "description": "The cursor of the page before."}},
    )
)
reading(
    Reading(
        "sales.open_orders.file",
        "sales/open/file/",
        open_orders_file,
        "sales.open:read",
        _("What is open, as a workbook"),
        "All of these lines as xlsx, as they stood at one moment.",
        None,
        asks=ASKS,
    )
)
