"""The quotation as a document: PDF by typst, with a CJK font of our own (2.6.1).

Texts go into typst as data, never as markup: what a person wrote can't become a command.
"""

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import fonts, typeface
from shangwu.chapters.sales.models import Quotation, QuotationLine
from shangwu.foundation.pages import formats

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 18mm, y: 18mm), footer: context [#text(8pt)[#it.foot #h(1fr)
  #counter(page).display("1 / 1", both: true)]])
#set text(font: it.font, size: 10pt, lang: it.lang, region: it.region)
#set par(leading: 0.8em)
#text(11pt, weight: "bold", it.organisation)
#align(center, text(17pt, weight: "bold", it.title))
#if it.mark != "" { align(center, text(10pt, fill: rgb("#b4342b"), it.mark)) }
#v(3mm)
#grid(columns: (1fr, 1fr), gutter: 3mm, ..it.facts.map(one => [#text(9pt, fill: luma(90), one.label) #h(2mm)
  #one.value]))
#v(3mm)
#table(columns: (auto, 1fr) + (auto,) * (it.heads.len() - 2),
  align: (place, _row) => if place == 1 or place == 3 { left } else { right },
  stroke: (x: none, y: 0.4pt + gray), inset: 5pt, table.header(..it.heads.map(one => text(9pt, weight: "bold", one))),
  ..it.lines.map(one => one.map(cell => text(9.5pt, cell))).flatten())
#align(right, table(columns: 2, align: (left, right), stroke: none, inset: 3pt,
  ..it.sums.map(one => (one.label, one.value)).flatten()))
#for part in it.parts [
  #v(2mm)
  #text(11pt, weight: "bold", part.title)

  #part.text.split("\\n").map(one => [#one]).join(linebreak())
]
#v(1fr)
#grid(columns: (1fr, 1fr), gutter: 10mm, ..it.signatures.map(one => [#one #box(width: 1fr, line(length: 100%,
  stroke: 0.4pt))]))
"""


def paper(quotation: Quotation, text: Mapping[str, Any], organisation: str) -> bytes:
    """One text of a quotation as PDF, in the reader's language."""
    return drawn(facts_of(quotation, text, organisation))


def drawn(facts: Mapping[str, Any]) -> bytes:
    """The sheet with these facts on it. Of the columns, the second takes what room is left."""
    import typst

    said = json.dumps(facts, ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said})
    assert isinstance(made, bytes)
    return made


def file_name(quotation: Quotation, text: Mapping[str, Any]) -> str:
    """How the file is called."""
    return f"{edition_of(quotation, text)}.pdf"


def edition_of(quotation: Quotation, text: Mapping[str, Any]) -> str:
    """The number of the revision that a text is."""
    return f"{quotation.number}-R{text['revision']}" if text["revision"] else str(quotation.number)


def label(model: type[models.Model], name: str) -> str:
    """How a part of a text is called."""
    if name == "customer_name":
        return _("Customer")
    found: Any = model._meta.get_field(name)
    return str(capfirst(found.verbose_name))


def said(name: str, value: Any, currency: str) -> str:
    """A value of a text as people read it."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in ("net", "tax", "gross", "freight"):
        return formats.money(Decimal(value), currency)
    if name == "unit_price":
        return formats.money(Decimal(value), currency, exact=True)
    if name in ("discount", "tax_rate"):
        return formats.percent(Decimal(value))
    if name == "quantity":
        return formats.number(Decimal(value))
    if name in ("quoted_on", "valid_until", "ordered_on", "requested_on", "wanted_on"):
        return formats.day(datetime.date.fromisoformat(value))
    return str(value)


COLUMNS = ("description", "quantity", "unit", "unit_price", "discount", "gross")


def table_of(text: Mapping[str, Any]) -> dict[str, Any]:
    """Heads, rows and sums of a text, for the paper and for pages."""
    currency = text["currency"]
    rows = [
        [str(place), *(said(name, one[name], currency) for name in COLUMNS)]
        for place, one in enumerate(text["lines"], start=1)
    ]
    sums = [
        {"label": label(Quotation, name), "value": f"{currency} {said(name, text[name], currency)}"}
        for name in ("net", "tax", "gross")
    ]
    return {"heads": ["#", *(label(QuotationLine, name) for name in COLUMNS)], "rows": rows, "sums": sums}


def facts_in(text: Mapping[str, Any]) -> list[dict[str, str]]:
    """What stands above the lines, each with its label; what is empty is left out."""
    names = ("customer_name", "subject", "quoted_on", "valid_until", "payment_terms", "payment_days", "delivery")
    shown = [(label(Quotation, name), said(name, text[name], text["currency"])) for name in names]
    return [{"label": name, "value": value} for name, value in shown if value]


def facts_of(quotation: Quotation, text: Mapping[str, Any], organisation: str) -> dict[str, Any]:
    """All that stands on the paper."""
    table = table_of(text)
    binding = quotation.state not in (Quotation.State.DRAFT, Quotation.State.REVIEW)
    present = text["revision"] == quotation.revision
    return {
        "title": _("Quotation %(number)s") % {"number": edition_of(quotation, text)},
        "organisation": organisation, **typeface(),
        "mark": _("Superseded by a later revision") if not present else "" if binding else _("Draft, not binding"),
        "facts": facts_in(text), "heads": table["heads"], "lines": table["rows"], "sums": table["sums"],
        "parts": [{"title": _("Further terms"), "text": text["terms"]}] if text["terms"] else [],
        "signatures": [_("For the customer"), _("For us")],
        "foot": _("Prices include tax") if text["prices_with_tax"] else _("Prices without tax; the total includes it"),
    }  # fmt: skip
