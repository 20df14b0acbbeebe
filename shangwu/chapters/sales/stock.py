"""Promising, giving back and taking out goods. The product is locked by whoever calls (2.6.1, 2.6.3)."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Line
from shangwu.foundation.records.refusals import Refusal, Sentence


def lacking(lines: Iterable[Line]) -> list[Line]:
    """Lines for which the free stock does not suffice, the lines before them counted."""
    wanted: dict[int, Decimal] = {}
    short = []
    for line in lines:
        if line.product is not None and line.product.stocked:
            wanted[line.product.pk] = wanted.get(line.product.pk, Decimal(0)) + line.quantity
            if wanted[line.product.pk] > line.product.on_hand - line.product.reserved:
                short.append(line)
    return short


def reserve(lines: Iterable[Line]) -> None:
    """Promise the goods. Raises Refusal("stock") with the lines that lack."""
    lines = list(lines)
    if short := lacking(lines):
        fields: dict[str, list[Sentence]] = {
            f"lines.{line.position - 1}.quantity": [_("In stock and free: %(free)s") % {"free": _free(line)}]
            for line in short
        }
        said = _("There is not enough in stock for %(product)s. Promise less, or a later day after the next delivery.")
        raise Refusal("stock", said, {"product": short[0].product}, fields=fields)
    for line in lines:
        if line.product is not None and line.product.stocked:
            line.product.reserved += line.quantity
            line.reserved = line.quantity


def _free(line: Line) -> str:
    assert line.product is not None
    return f"{line.product.on_hand - line.product.reserved:f}"


def give_back(line: Line) -> None:
    """Let go of what the line holds and has not shipped."""
    if line.product is not None and line.reserved:
        line.product.reserved -= line.reserved
        line.reserved = Decimal(0)


def take_out(line: Line, quantity: Decimal) -> None:
    """The goods leave: less on hand, less reserved."""
    line.shipped += quantity
    if line.product is not None and line.product.stocked:
        line.product.on_hand -= quantity
        line.product.reserved -= quantity
        line.reserved -= quantity
