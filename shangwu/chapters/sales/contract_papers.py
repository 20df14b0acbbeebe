"""The text of a contract as PDF by typst, with a CJK font of our own (2.6.2).

What people wrote goes into typst as data, never as markup: no clause can become a command.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import fonts
from shangwu.chapters.sales.contract_checks import MANDATORY, USUAL, label_of
from shangwu.chapters.sales.contract_goods import addresses, tables
from shangwu.chapters.sales.models import Contract, Order
from shangwu.chapters.sales.quotation_papers import label
from shangwu.chapters.sales.tables.contract_words import COUNTED
from shangwu.foundation.pages import formats

_PLACES = {
    "zh-hant": ("zh", "TW", "Noto Sans CJK TC", COUNTED), "zh-hans": ("zh", "CN", "Noto Sans CJK SC", COUNTED),
    "en": ("en", "GB", "Noto Sans CJK TC", "1. "),
}  # fmt: skip
"""Language, region, font, and how clauses are counted (in Chinese by its own figures)."""

ABOUT_MONEY = ("price_terms", "payment_terms")
"""Clauses that an edition without prices leaves out."""

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 25mm, top: 24mm, bottom: 22mm),
  header: grid(columns: (1fr, auto), text(8pt, fill: luma(90), it.title), text(8pt, it.head)),
  footer: context align(center, text(8pt, counter(page).display("1 / 1", both: true))))
#set text(font: it.font, size: 10.5pt, lang: it.lang, region: it.region)
#set par(leading: 0.9em, justify: true)
#let lines(one) = one.split("\\n").map(line => [#line]).join(linebreak())
#align(center, text(18pt, weight: "bold", it.title))
#v(4mm)
#table(columns: (auto, 1fr), stroke: (x: none, y: 0.4pt + luma(190)), inset: (left: 0pt, right: 6mm, y: 5pt),
  ..it.facts.map(one => (text(9.5pt, fill: luma(90), one.label), text(one.value))).flatten())
#if it.departures != "" {
  v(3mm)
  block(stroke: 0.8pt + rgb("#b4342b"), inset: 3mm, width: 100%)[#text(weight: "bold", it.departures_label)

    #lines(it.departures)]
}
#for (place, clause) in it.clauses.enumerate() [
  #v(3mm)
  #block(sticky: true, text(12pt, weight: "bold")[#numbering(it.numbering, place + 1)#clause.title])
  #lines(clause.text)
]
#for one in it.tables [
  #v(4mm)
  #block(sticky: true, text(12pt, weight: "bold", one.title))
  #table(columns: one.columns.map(kind => if kind == "wide" { 1fr } else { auto }),
    inset: (x: if one.size < 10 { 3pt } else { 6pt }, y: 5pt),
    stroke: (x: none, y: 0.4pt + luma(190)),
    align: (place, _row) => if one.columns.at(place) == "number" { right } else { left },
    table.header(..one.heads.map(head => text(one.size * 1pt - 1pt, weight: "bold", head))),
    ..one.rows.flatten().map(cell => text(one.size * 1pt, cell)))
]
#v(12mm)
#block(breakable: false, grid(columns: (1fr, 1fr), gutter: 14mm, ..it.sides.map(side => [
  #text(9.5pt, fill: luma(90), side.part) #linebreak() #text(weight: "bold", side.name)
  #v(16mm)
  #for one in side.lines [#one #box(width: 1fr, line(length: 100%, stroke: 0.4pt)) #v(4mm)]
])))
"""


class Edition(StrEnum):
    """For whom a paper is: both sign the first; the others are not to be signed, and say so."""

    SIGNED = "signed"
    INTERNAL = "internal"
    UNPRICED = "unpriced"


def paper(contract: Contract, organisation: str, edition: Edition = Edition.SIGNED) -> bytes:
    """The contract as it stands, in the reader's language: the same bytes until it changes. Reads from memory alone."""
    return drawn(facts_of(contract, organisation, edition), timestamp=contract.changed_at.replace(microsecond=0))


def drawn(facts: Mapping[str, Any], **more: Any) -> bytes:
    """The sheet with these facts on it. more: how the PDF is made, such as the standards that it keeps."""
    import typst

    said = json.dumps(facts, ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said}, **more)
    assert isinstance(made, bytes)
    return made


def facts_of(contract: Contract, organisation: str, edition: Edition = Edition.SIGNED) -> dict[str, Any]:
    """All that stands on the paper. What differs from our standard is for those who decide, not for the customer; an
    edition without prices leaves out what was agreed on them."""
    lang, region, font, numbering = _PLACES.get(get_language() or "", _PLACES["zh-hant"])
    lines = [_("Signature and seal"), _("Day")]
    priced = edition != Edition.UNPRICED
    clauses = [name for name in (*MANDATORY, *USUAL, "relief") if priced or name not in ABOUT_MONEY]
    sides = ((_("Seller"), organisation), (_("Buyer"), contract.customer_name))
    return {
        "title": contract.title, "lang": lang, "region": region, "font": font, "numbering": numbering,
        "head": " ".join(one for one in (_("Contract"), contract.number, _mark(edition)) if one),
        "facts": [{"label": name, "value": value} for name, value in _head(contract, organisation, priced) if value],
        "departures": _departures(contract) if edition == Edition.INTERNAL else "",
        "departures_label": label_of("departures"),
        "clauses": [
            {"title": label_of(name), "text": getattr(contract, name)}
            for name in clauses
            if getattr(contract, name).strip()
        ],
        "tables": [
            one | {"size": 8.5 if one.get("small") else 10.5} for one in _tables(contract, priced) if one["rows"]
        ],
        "sides": [
            {"part": part, "name": name, "lines": lines} for part, name in sides if edition == Edition.SIGNED
        ],
    }  # fmt: skip


def _mark(edition: Edition) -> str:
    """What tells an edition that nobody signs from the contract."""
    if edition == Edition.INTERNAL:
        return _("(for internal use, not to be signed)")
    return _("(without prices, not to be signed)") if edition == Edition.UNPRICED else ""


def _head(contract: Contract, organisation: str, priced: bool) -> Iterator[tuple[str, str]]:
    """What stands above the clauses, each with its label."""
    yield _("Contract number"), contract.number or ""
    yield _("Seller"), organisation
    yield _("Buyer"), f"{contract.customer_name} {contract.customer_number}"
    if contract.signer_name:
        yield label_of("signer"), f"{contract.signer_name} ({contract.get_signer_display()})"
    if priced:
        yield from _amounts(contract)
    yield _("Term"), f"{contract.starts_on or ''} – {contract.ends_on or ''}"
    for address in addresses(contract):
        yield label(Order, "ship_to_address"), address
    # How long the customer may complain; nothing where the law alone says it.
    days = contract.inspection_days
    yield label_of("inspection_days"), "" if days is None else str(days)
    yield label_of("originals"), str(contract.originals or "")


def _amounts(contract: Contract) -> Iterator[tuple[str, str]]:
    yield label_of("amount"), _amount(contract, contract.amount)
    yield label_of("amount_words"), contract.amount_words
    if contract.tax:  # stated apart, so that stamp duty is of the price without it
        yield label_of("net"), _amount(contract, contract.net)
        yield label_of("tax"), _amount(contract, contract.tax)
    if contract.deposit:
        yield str(contract.get_deposit_kind_display()), _amount(contract, contract.deposit)


def _departures(contract: Contract) -> str:
    """What stands on the cover: the clauses that are not ours, and what the drafter says about it."""
    titles = ", ".join(label_of(name) for name in contract.differing)
    listed = _("Other than our standard: %(clauses)s") % {"clauses": titles} if titles else ""
    return "\n".join(one for one in (listed, contract.departures) if one.strip())


def _amount(contract: Contract, amount: Any) -> str:
    return f"{contract.currency} {formats.money(amount, contract.currency)}"


def _tables(contract: Contract, priced: bool) -> Iterator[dict[str, Any]]:
    yield from tables(contract, priced=priced)
    if priced:
        yield from _money_tables(contract)
    yield {
        "title": _("Deliveries promised"),
        "heads": [_("What"), _("Order"), _("Due on")],
        "columns": ["wide", "text", "text"],
        "rows": [[one.what, str(one.order.number), one.due_on.isoformat()] for one in contract.deliveries.all()],
    }


def _money_tables(contract: Contract) -> Iterator[dict[str, Any]]:
    yield {
        "title": _("Orders covered"),
        "heads": [_("Order"), _("Total")],
        "columns": ["wide", "number"],
        "rows": [[str(one.order.number), _amount(contract, one.order.gross)] for one in contract.covered.all()],
    }
    yield {
        "title": _("Instalments"),
        "heads": ["", _("What for"), _("When"), _("Amount")],
        "columns": ["number", "wide", "text", "number"],
        "rows": [
            [str(one.position), one.purpose, when_due(one), _amount(contract, one.amount)]
            for one in contract.instalments.all()
        ],
    }


def when_due(one: Any) -> str:
    """When an instalment is due, in words where it has no day of its own."""
    if one.after == one.After.DAY:
        return one.due_on.isoformat() if one.due_on else ""
    return _("%(event)s, %(days)s days") % {"event": one.get_after_display(), "days": one.days}
