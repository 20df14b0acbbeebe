"""What a change of an order changes, line by line, as its revision keeps it (2.6.1)."""

from decimal import Decimal
from typing import Any

from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.pricing import Former

_ORDER = (
    "customer_id", "contact_id", "channel_id", "po_number", "ordered_on", "requested_on", "ship_to_address", "region",
    "ship_method", "freight", "payment_terms", "payment_days", "prices_with_tax", "currency", "rate", "note", "net",
    "tax", "gross",
)  # fmt: skip
_LINE = (
    "product_id", "description", "quantity", "unit", "unit_price", "discount", "tax_rate", "wanted_on", "net", "tax",
    "gross",
)  # fmt: skip


def differences(order: Order, former: Former) -> list[dict[str, Any]]:
    """Each difference as {"what", "line", "before", "after"}; a line that came or went has one, with its product."""
    found = [
        _entry(name, None, former.values[name], getattr(order, name))
        for name in _ORDER
        if former.values[name] != getattr(order, name)
    ]
    present = {line.position: line for line in order.lines.all()}
    for position in sorted(former.lines.keys() | present.keys()):
        before = former.lines[position][1] if position in former.lines else None
        after = present.get(position)
        if before is None or after is None:
            gone, come = before and before["product_id"], after and after.product_id
            found.append(_entry("product_id", position, gone, come))
            continue
        found += [
            _entry(name, position, before[name], getattr(after, name))
            for name in _LINE
            if before[name] != getattr(after, name)
        ]
    return found


def _entry(what: str, line: int | None, before: Any, after: Any) -> dict[str, Any]:
    return {"what": what, "line": line, "before": _plain(before), "after": _plain(after)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, bool | int | str) else str(value)
