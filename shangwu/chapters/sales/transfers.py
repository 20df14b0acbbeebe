"""A bank's statement: its rows as they are read, and the orders that each transfer may be for (2.6.1).

An order that the transfer names comes first, then what its payer owes, the oldest invoice first, then the only order of
which just so much is open. A person confirms it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.actions.payments import CHANGING, PAYABLE
from shangwu.chapters.sales.allotting import known_of
from shangwu.chapters.sales.models import Order, Payment
from shangwu.chapters.sales.sheets import read_mapping
from shangwu.foundation.actions.inputs import Input, Kind, from_field
from shangwu.foundation.exchange import pasting
from shangwu.foundation.exchange.pasting import Block, ReadRow, table_of
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.text.organisation_names import organisation_key

ZERO = Decimal(0)
MOST, MOST_ORDERS = 200, 2_000
"""Transfers that are allotted at a time; orders that are looked at for them."""
ROWS = Input(
    "rows",
    Kind.PARTS,
    gettext_lazy("Rows of the statement"),
    parts=(
        from_field(Payment, "received_on"),
        from_field(Payment, "amount"),
        Input("payer", Kind.TEXT, gettext_lazy("Payer"), required=False, max_length=200),
        replace(from_field(Payment, "reference"), required=True),
        Input("purpose", Kind.TEXT, gettext_lazy("Purpose"), required=False, max_length=300),
    ),
)
NAMED, PAYER, ALIKE = gettext_lazy("named"), gettext_lazy("of this payer"), gettext_lazy("just so much is open")
"""Why an order is proposed."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{3,59}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """So much of a transfer for this order, and why."""

    order: Order
    amount: Decimal
    why: Promise


@dataclass(slots=True)
class Transfer:
    """One row of the statement that was read. allotted: what of it was entered before."""

    row: ReadRow
    allotted: Decimal = ZERO

    def said(self, name: str) -> Any:
        """What the row says, None or "" where it says nothing."""
        return self.row.values[name].given if name in self.row.values else ""

    @property
    def amount(self) -> Decimal:
        """What came in."""
        amount: Decimal = self.said("amount")
        return amount

    @property
    def left(self) -> Decimal:
        """What is not allotted yet."""
        return max(self.amount - self.allotted, ZERO)

    @property
    def payer(self) -> str:
        """The payer's name as names are compared; "" where the row does not say it."""
        return organisation_key(self.said("payer") or "")[:200]

    @property
    def note(self) -> str:
        """Who paid, and what for, as it is kept with the payments."""
        return " ".join(filter(None, (self.said("payer"), self.said("purpose"))))[:200]


def read_statement(by: Actor, text: str, chosen: str = "") -> Block:
    """The rows of a pasted statement. chosen: a mapping as `sheets.mapping_text` writes it; empty: a proposal. A row
    that is no receipt, or stands there twice, says so. Raises ValidationError `no_rows`, `large`, `mapping`."""
    rows = table_of(text)
    if not any(any(cells) for cells in rows):
        raise ValidationError(_("There are no rows. Choose the file, or paste the rows."), code="no_rows")
    named_in, columns = read_mapping(chosen) if chosen else (None, None)
    block = pasting.read(by, ROWS, rows, columns=columns, named_in=named_in, start=[one.name for one in ROWS.parts])
    if len(block.rows) > MOST:
        raise ValidationError(
            _("This is more than %(most)s rows. Enter the statement in parts."), code="large", params={"most": MOST}
        )
    seen: dict[str, int] = {}
    for row in block.rows:
        if row.said:
            continue
        reference = row.values["reference"].given
        if row.values["amount"].given <= 0:
            row.said.append(_("No money came in by this row."))
        elif reference in seen:
            row.said.append(_("The same reference stands in row %(line)s. Each transfer is entered once.") % {
                "line": seen[reference]})  # fmt: skip
        else:
            seen[reference] = row.line
    return block


def transfers_in(by: Actor, block: Block, currency: str) -> dict[int, Transfer]:
    """Line -> the transfer of a row that was read, with what of it is entered already: one query."""
    rows = [row for row in block.rows if not row.said]
    with gate.free_reading():  # what others have entered of a transfer counts too
        known = known_of([row.values["reference"].given for row in rows]).allotted
    return {
        row.line: Transfer(row, known.get((by.entity_id, currency, row.values["reference"].given), ZERO))
        for row in rows
    }


def proposed(by: Actor, transfers: Iterable[Transfer], currency: str) -> dict[int, list[Proposal]]:
    """Line -> the orders that its transfer may be for, each so far as it is still open: two queries for all."""
    wanted = [one for one in transfers if one.left > 0]
    payers = _payers(by, wanted)
    orders = _orders(by, wanted, currency, {key for keys in payers.values() for key in keys})
    open_amounts = {one.pk: one.due - one.kept for one in orders}
    by_code, by_customer = defaultdict[str, list[Order]](list), defaultdict[int | None, list[Order]](list)
    for order in orders:
        by_customer[order.customer_id].append(order)
        for code in {order.number, order.po_number, order.invoice_number} - {None, ""}:
            by_code[str(code).upper()].append(order)

    def named(transfer: Transfer) -> Iterable[Order]:
        return (one for code in _codes(transfer) for one in by_code[code])

    def theirs(transfer: Transfer) -> Iterable[Order]:
        found = [one for key in payers.get(transfer.payer, ()) for one in by_customer[key]]
        return [one for one in found if open_amounts[one.pk] == transfer.left][:1] or found

    def alike(transfer: Transfer) -> Iterable[Order]:
        found = [one for one in orders if open_amounts[one.pk] == transfer.left]
        return found if len(found) == 1 else ()

    proposals: dict[int, list[Proposal]] = {}
    for meant, why in ((named, NAMED), (theirs, PAYER), (alike, ALIKE)):
        for one in (one for one in wanted if one.row.line not in proposals):
            if spread := _spread(one.left, meant(one), open_amounts, why):
                proposals[one.row.line] = spread
    return proposals


def _spread(amount: Decimal, orders: Iterable[Order], open_amounts: dict[int, Decimal], why: Promise) -> list[Proposal]:
    """An amount over what is open of these orders, in their order; what is proposed is open no more."""
    found = []
    for one in dict.fromkeys(orders):
        part = min(amount, open_amounts[one.pk])
        if part > 0:
            found.append(Proposal(one, part, why))
            open_amounts[one.pk] -= part
            amount -= part
    return found


def _codes(transfer: Transfer) -> Sequence[str]:
    """What in a transfer's words may be the number of an order, of an invoice, or the customer's own."""
    words = " ".join(str(transfer.said(name) or "") for name in ("reference", "purpose", "payer")).upper()
    return list(dict.fromkeys(_CODE.findall(words)))


def _payers(by: Actor, transfers: Sequence[Transfer]) -> dict[str, list[int]]:
    """Payer -> the customers of that name."""
    names = sorted({one.payer for one in transfers} - {""})
    rows = Customer.objects.visible_to(by).filter(name_key__in=names).order_by("pk").values_list("pk", "name_key")
    found = defaultdict[str, list[int]](list)
    for key, name in rows:
        found[name].append(key)
    return found


def _orders(by: Actor, transfers: Sequence[Transfer], currency: str, customers: set[int]) -> list[Order]:
    """The orders that are named, are of one of the payers, or of which just so much is open; the oldest invoice
    first."""
    codes = sorted({code for one in transfers for code in _codes(one)})
    payable = Q(state__in=PAYABLE) | Q(state__in=CHANGING, shipped_quantity__gt=0)
    rows = Order.objects.visible_to(by).filter(payable, imported=False, currency=currency)
    owing = rows.alias(open=F("gross") - F("credited") - F("paid") + F("refunded")).filter(open__gt=0)
    meant = Q(number__in=codes) | Q(po_number__in=codes) | Q(invoice_number__in=codes)
    meant |= Q(customer__in=customers) | Q(open__in={one.left for one in transfers})
    return list(owing.filter(meant).order_by(F("invoiced_on").asc(nulls_last=True), "pk")[:MOST_ORDERS])
