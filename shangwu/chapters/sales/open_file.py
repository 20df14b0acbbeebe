"""The statement of what is open as a workbook, of one moment, and the note that it left the house (2.6.1)."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.sales.models import Order
from shangwu.chapters.sales.open_lines import Asked, OpenLine, all_told, snapshot
from shangwu.foundation.audit.reading import FROM, How, read_many
from shangwu.foundation.exchange.exporting import note
from shangwu.foundation.exchange.pages.files import made
from shangwu.foundation.exchange.writing import Column, write
from shangwu.foundation.pages import formats
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor

TITLES = (
    gettext_lazy("Order"), gettext_lazy("Customer"), gettext_lazy("Customer's order number"), gettext_lazy("State"),
    gettext_lazy("Code"), gettext_lazy("Product"), gettext_lazy("Still open"), gettext_lazy("Unit"),
    gettext_lazy("Net"), gettext_lazy("Currency"), gettext_lazy("Wanted on"), gettext_lazy("Promised for"),
    gettext_lazy("Possible from"),
)  # fmt: skip
NUMBERS = (6, 8)


def workbook(actor: Actor, asked: Asked, query: str) -> HttpResponse:
    """The whole statement as a download. query: how it was asked for, as the register of exports keeps it."""
    secret: set[int] = set()

    def cells() -> Iterator[list[str]]:
        for one in all_told(actor, asked, clock.today(actor.zone)):
            if one.order.secrecy >= FROM:
                secret.add(one.order.pk)
            yield row(one)

    with tempfile.NamedTemporaryFile(prefix="open-", suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    columns = [Column(str(title), place in NUMBERS) for place, title in enumerate(TITLES)]
    with snapshot():
        count = write(path, "xlsx", columns, cells(), title=_("What is open"))
    note(actor, "sales.order", query[:1000], [column.title for column in columns], "xlsx", count)
    read_many(actor, Order, sorted(secret), How.EXPORT)
    return made(path, f"{_('What is open')}.xlsx")


def row(one: OpenLine) -> list[str]:
    """The cells of one line, in the order of the titles."""
    return [
        one.order.number or "", one.order.customer_name, one.order.po_number, str(one.order.get_state_display()),
        one.product.code, str(one.product), f"{one.quantity:f}", one.line.unit, f"{one.value:f}", one.line.currency,
        *map(_iso, (one.wanted_on, one.promised_on)), _iso(one.available_on) or possible(one),
    ]  # fmt: skip


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def possible(one: OpenLine) -> str:
    """From which day a line can be kept, for people."""
    if not one.product.stocked:
        return _("made to order")
    if not one.reckoned:
        return ""
    return (formats.day(one.available_on) if one.available_on else "") or _("not covered")
