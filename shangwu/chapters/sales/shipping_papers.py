"""Delivery note and packing list as documents: A4 PDF by typst, with a QR code that opens the receipt's form (2.6.3).

Texts go into typst as data, never as markup: what a person wrote can't become a command.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import fonts
from shangwu.chapters.sales.models import Order, Shipment, ShipmentLine
from shangwu.chapters.sales.shares import share_of
from shangwu.foundation.pages import formats

_REGIONS = {"zh-hant": ("zh", "TW"), "zh-hans": ("zh", "CN")}
_FONTS = {"zh-hant": "Noto Sans CJK TC", "zh-hans": "Noto Sans CJK SC"}

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 18mm, y: 16mm), footer: context [#set text(8pt)
  #it.foot #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: it.font, size: 10pt, lang: it.lang, region: it.region)
#grid(columns: (1fr, auto), [#text(9pt, it.organisation) \\ #v(1mm) #text(17pt, weight: "bold", it.title)],
  image(bytes(it.qr), format: "svg", width: 24mm))
#v(2mm)
#grid(columns: (1fr, 1fr), column-gutter: 8mm, row-gutter: 2.2mm,
  ..it.facts.map(one => [#text(8pt, fill: luma(90), one.label) #h(2mm) #one.value]))
#v(4mm)
#table(columns: it.columns.map(one => if one == "wide" { 1fr } else { auto }), stroke: 0.4pt + gray,
  align: (place, _row) => if it.columns.at(place) == "number" { right } else { left },
  table.header(..it.heads.map(one => text(9pt, weight: "bold", one))), ..it.rows.flatten())
#let sums = it.sums.map(one => [#one.label #h(3mm) #text(weight: "bold", one.value)])
#align(right, sums.join(linebreak()))
#if it.note != "" [#v(3mm) #text(8pt, fill: luma(90), it.note_label) #h(2mm) #it.note]
#v(12mm)
#grid(columns: it.signatures.map(_one => 1fr), gutter: 8mm, ..it.signatures.map(one => [#one #box(width: 1fr,
  line(length: 100%, stroke: 0.4pt))]))
"""


class Paper(StrEnum):
    """The papers that go with goods."""

    NOTE = "delivery-note"
    PACKING = "packing-list"


def paper(
    kind: Paper, shipment: Shipment, order: Order, lines: Sequence[ShipmentLine], organisation: str, *, priced: bool
) -> bytes:
    """The paper as PDF, in the reader's language. priced: prices stand on a delivery note; never on a packing list."""
    return drawn(facts_of(kind, shipment, order, lines, organisation, priced=priced and kind is Paper.NOTE))


def drawn(facts: Mapping[str, Any], **more: Any) -> bytes:
    """The sheet with these facts on it. more: how the PDF is made, such as the standards that it keeps."""
    import typst

    said = json.dumps(facts, ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said}, **more)
    assert isinstance(made, bytes)
    return made


def title_of(kind: Paper) -> str:
    """What a paper is called."""
    return _("Delivery note") if kind is Paper.NOTE else _("Packing list")


def receipt_address(shipment: Shipment) -> str:
    """Where the QR code leads: the form for the receipt, for who has signed in."""
    path = reverse("sales.shipment.prove", kwargs={"public_id": shipment.public_id})
    return settings.SITE_ADDRESS.rstrip("/") + path


def qr(text: str) -> str:
    """A QR code as SVG: one path of black squares, with the quiet margin that readers need."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows = code.get_matrix()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}"><path d="{squares}"/></svg>'


def facts_of(
    kind: Paper, shipment: Shipment, order: Order, lines: Sequence[ShipmentLine], organisation: str, *, priced: bool
) -> dict[str, Any]:
    """All that stands on a paper."""
    language = get_language() or "zh-hant"
    lang, region = _REGIONS.get(language, ("en", "GB"))
    signatures = [_("Prepared by"), _("Driver"), _("Received by (signature, seal, time)")]
    return {
        "title": title_of(kind), "organisation": organisation, "lang": lang, "region": region,
        "font": _FONTS.get(language, "Noto Sans CJK TC"), "qr": qr(receipt_address(shipment)),
        "facts": [{"label": label, "value": value} for label, value in _head(shipment, order) if value],
        **_table(kind, order, lines, priced=priced),
        "note": shipment.note, "note_label": _("Note"),
        "signatures": signatures if kind is Paper.NOTE else [_("Packed by"), _("Checked by")],
        "foot": f"{shipment.number} · " + _("The code opens the form for the receipt."),
    }  # fmt: skip


def _head(shipment: Shipment, order: Order) -> list[tuple[str, str]]:
    weight = f"{formats.number(shipment.weight)} kg" if shipment.weight is not None else ""
    return [
        (_("Number"), shipment.number or ""),
        (_("Order"), order.number or ""),
        (_("Customer"), shipment.customer_name),
        (_("Customer's order number"), order.po_number),
        (_("Recipient"), shipment.recipient),
        (_("Phone"), shipment.phone),
        (_("Address"), shipment.address),
        (_("Shipped on"), formats.day(shipment.shipped_on) if shipment.shipped_on else ""),
        (_("Carrier"), shipment.carrier),
        (_("Tracking number"), shipment.tracking_number),
        (_("Insured for"), _insured(shipment, order)),
        (_("Packages"), str(shipment.packages or "")),
        (_("Weight"), weight),
    ]


def _insured(shipment: Shipment, order: Order) -> str:
    return f"{order.base_currency} {formats.money(shipment.insured, order.base_currency)}" if shipment.insured else ""


def _table(kind: Paper, order: Order, lines: Sequence[ShipmentLine], *, priced: bool) -> dict[str, Any]:
    """Columns, rows and sums; prices only on an edition with prices."""
    columns, heads = ["number", "text", "wide", "number", "text"], ["", _("Code"), _("Goods"), _("Quantity"), _("Unit")]
    if priced:
        columns, heads = [*columns, "number", "number"], [*heads, _("Unit price"), _("Amount with tax")]
    else:
        columns, heads = [*columns, "text"], [*heads, _("Batch, serial numbers")]
    rows, total = [], Decimal(0)
    for place, one in enumerate(lines, start=1):
        code = one.product.code if one.product is not None else ""
        name = one.line.description or (one.product.name if one.product is not None else "")
        row = [str(place), code, name, formats.number(one.quantity), one.line.unit]
        if priced:
            amount = share_of(one.line, one.quantity)
            total += amount
            price = formats.money(one.line.unit_price or Decimal(0), order.currency, exact=True)
            row += [price, formats.money(amount, order.currency)]
        else:
            row.append(" · ".join(part for part in (one.batch, one.serials) if part))
        rows.append(row)
    pieces = sum((one.quantity for one in lines), Decimal(0))
    sums = [{"label": _("Quantity in all"), "value": formats.number(pieces)}]
    if priced:
        said = f"{order.currency} {formats.money(total, order.currency)}"
        sums.append({"label": _("Amount with tax in all"), "value": said})
    return {"columns": columns, "heads": heads, "rows": rows, "sums": sums}
