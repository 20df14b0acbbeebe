"""What a contract is about: the goods of the orders that it covers, line by line, and where they go (2.6.2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.sales.models import Contract, Line, Order
from shangwu.chapters.sales.quotation_papers import label
from shangwu.foundation.actions.loading import set_parts
from shangwu.foundation.pages import formats


def with_goods(contracts: Iterable[Contract]) -> None:
    """Bring the lines of the orders into memory, for the text of these contracts: one query."""
    orders = {part.order_id: part.order for contract in contracts for part in contract.covered.all()}
    put_lines(orders.values(), Line.objects.filter(order__in=orders).select_related("product"))


def put_lines(orders: Iterable[Order], lines: Any) -> None:
    """Let each order answer from memory which lines it has."""
    found: dict[int, list[Any]] = defaultdict(list)
    for line in lines.order_by("order_id", "position"):
        found[line.order_id].append(line)
    for order in orders:
        set_parts(order, "lines", found[order.pk])


def wanted(order: Order) -> list[Line]:
    """The lines of which something is still wanted."""
    return [line for line in order.lines.all() if line.quantity]


def addresses(contract: Contract) -> list[str]:
    """Where the goods go, each place once."""
    found = (part.order.ship_to_address.strip() for part in contract.covered.all())
    return list(dict.fromkeys(one for one in found if one))


def tables(contract: Contract, *, priced: bool) -> Iterator[dict[str, Any]]:
    """The goods of each order. priced: with unit price, net and tax."""
    for part in contract.covered.all():
        yield _table(part.order, wanted(part.order), priced=priced)


def _table(order: Order, lines: list[Line], *, priced: bool) -> dict[str, Any]:
    title = _("Goods of order %(order)s (%(currency)s)") if priced else _("Goods of order %(order)s")
    heads = ["", _("Code"), label(Line, "description"), label(Line, "quantity"), label(Line, "unit")]
    if priced:
        with_tax = all(line.prices_with_tax for line in lines)
        heads += [
            _("Unit price with tax") if with_tax else label(Line, "unit_price"), label(Line, "discount"),
            label(Line, "net"), label(Line, "tax"),
        ]  # fmt: skip
    return {
        "title": title % {"order": order.number, "currency": order.currency},
        "heads": heads,
        "columns": ["number", "text", "wide", "number", "text", *(["number"] * 4 if priced else ())],
        "rows": [[str(place), *_cells(line, priced=priced)] for place, line in enumerate(lines, start=1)],
        "small": True,
    }


def _cells(line: Line, *, priced: bool) -> Iterator[str]:
    yield line.product.code if line.product is not None else ""
    yield line.description
    yield formats.number(line.quantity)
    yield line.unit
    if priced:
        yield formats.money(line.unit_price, line.currency, exact=True) if line.unit_price is not None else ""
        yield formats.percent(line.discount) if line.discount else ""
        yield _money(line, line.net)
        yield _money(line, line.tax)


def _money(line: Line, amount: Any) -> str:
    return formats.money(amount, line.currency) if amount is not None else ""


def in_words(contract: Contract) -> str:
    """The same as lines of text, for a Word template."""
    return "\n".join(
        " ".join(cell for cell in (f"{place}.", *_cells(line, priced=True)) if cell)
        for part in contract.covered.all()
        for place, line in enumerate(wanted(part.order), start=1)
    )
