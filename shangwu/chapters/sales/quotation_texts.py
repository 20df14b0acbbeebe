"""What stands on a quotation, as plain data: the paper, the customer's page and former texts are drawn from it (2.6.1).

Amounts are kept as exact text. Nobody at the customer is named; a private customer is, and goes out of it when their
data are erased.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from shangwu.chapters.sales.models import Quotation, QuotationLine
from shangwu.chapters.sales.pricing import Former
from shangwu.foundation.text.redaction import without

HEAD = (
    "customer_name", "subject", "quoted_on", "valid_until", "payment_terms", "payment_days", "delivery", "terms",
    "prices_with_tax", "currency", "net", "tax", "gross",
)  # fmt: skip
LINE = ("description", "quantity", "unit", "unit_price", "discount", "tax_rate", "wanted_on", "net", "tax", "gross")

Text = dict[str, Any]


def text_of(quotation: Quotation, lines: Iterable[QuotationLine]) -> Text:
    """The present text."""
    return _text(quotation.revision, vars(quotation), (vars(one) for one in lines))


def text_before(former: Former) -> Text:
    """The text as it stood before a revision."""
    rows = (former.lines[position][1] for position in sorted(former.lines))
    return _text(former.values["revision"], former.values, rows)


def changes(before: Text, after: Text) -> list[dict[str, Any]]:
    """What differs from one text to another: {"what", "line", "before", "after"}; line is None for the head.

    A line that came or went is told by its description, its quantity and its total.
    """
    found = [
        {"what": name, "line": None, "before": before[name], "after": after[name]}
        for name in HEAD
        if before[name] != after[name]
    ]
    old, new = before["lines"], after["lines"]
    for place in range(max(len(old), len(new))):
        was, now = (rows[place] if place < len(rows) else {} for rows in (old, new))
        names = LINE if was and now else ("description", "quantity", "gross")
        found += [
            {"what": name, "line": place + 1, "before": was.get(name), "after": now.get(name)}
            for name in names
            if was.get(name) != now.get(name)
        ]
    return found


def redacted(text: Text, pattern: str, mask: str) -> Text:
    """A text with the mask wherever the pattern fits (`redaction.without`), in its head and its lines."""
    told = {name: without(value, pattern, mask) if isinstance(value, str) else value for name, value in text.items()}
    return told | {"lines": [redacted(one, pattern, mask) for one in text["lines"]]} if "lines" in text else told


def _text(revision: int, head: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Text:
    found: Text = {name: _plain(head[name]) for name in HEAD}
    return found | {"revision": revision, "lines": [{name: _plain(one[name]) for name in LINE} for one in lines]}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, bool | int | str) else str(value)
