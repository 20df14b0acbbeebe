"""The text of a contract as PDF by typst, with a CJK font of our own (2.6.2).

What people wrote goes into typst as data, never as markup: no clause can become a command.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import fonts
from shangwu.chapters.sales.contract_checks import MANDATORY, USUAL, label_of
from shangwu.chapters.sales.models import Contract
from shangwu.chapters.sales.tables.contract_words import COUNTED
from shangwu.foundation.pages import formats

_PLACES = {
    "zh-hant": ("zh", "TW", "Noto Sans CJK TC", COUNTED), "zh-hans": ("zh", "CN", "Noto Sans CJK SC", COUNTED),
    "en": ("en", "GB", "Noto Sans CJK TC", "1. "),
}  # fmt: skip
"""Language, region, font, and how clauses are counted (in Chinese by its own figures)."""

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
  #table(columns: one.columns.map(kind => if kind == "wide" { 1fr } else { auto }), inset: (x: 6pt, y: 5pt),
    stroke: (x: none, y: 0.4pt + luma(190)),
    align: (place, _row) => if one.columns.at(place) == "number" { right } else { left },
    table.header(..one.heads.map(head => text(9pt, weight: "bold", head))), ..one.rows.flatten())
]
#v(12mm)
#block(breakable: false, grid(columns: (1fr, 1fr), gutter: 14mm, ..it.sides.map(side => [
  #text(9.5pt, fill: luma(90), side.part) #linebreak() #text(weight: "bold", side.name)
  #v(16mm)
  #for one in side.lines [#one #box(width: 1fr, line(length: 100%, stroke: 0.4pt)) #v(4mm)]
])))
"""


def paper(contract: Contract, organisation: str) -> bytes:
    """The contract as it stands, in the reader's language: the same bytes until it changes. Reads from memory alone."""
    return drawn(facts_of(contract, organisation), timestamp=contract.changed_at.replace(microsecond=0))


def drawn(facts: Mapping[str, Any], **more: Any) -> bytes:
    """The sheet with these facts on it. more: how the PDF is made, such as the standards that it keeps."""
    import typst

    said = json.dumps(facts, ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said}, **more)
    assert isinstance(made, bytes)
    return made


def facts_of(contract: Contract, organisation: str) -> dict[str, Any]:
    """All that stands on the paper."""
    lang, region, font, numbering = _PLACES.get(get_language() or "", _PLACES["zh-hant"])
    lines = [_("Signature and seal"), _("Day")]
    return {
        "title": contract.title, "lang": lang, "region": region, "font": font, "numbering": numbering,
        "head": f"{_('Contract')} {contract.number or ''}",
        "facts": [
            *([{"label": _("Contract number"), "value": contract.number}] if contract.number else []),
            {"label": _("Seller"), "value": organisation},
            {"label": _("Buyer"), "value": f"{contract.customer_name} {contract.customer_number}"},
            {"label": label_of("amount"), "value": _amount(contract, contract.amount)},
            {"label": label_of("amount_words"), "value": contract.amount_words},
            *_deposit(contract),
            {"label": _("Term"), "value": f"{contract.starts_on or ''} – {contract.ends_on or ''}"},
            *_inspection(contract),
        ],
        "departures": _departures(contract), "departures_label": label_of("departures"),
        "clauses": [
            {"title": label_of(name), "text": getattr(contract, name)}
            for name in (*MANDATORY, *USUAL, "relief")
            if getattr(contract, name).strip()
        ],
        "tables": [one for one in _tables(contract) if one["rows"]],
        "sides": [
            {"part": part, "name": name, "lines": lines}
            for part, name in ((_("Seller"), organisation), (_("Buyer"), contract.customer_name))
        ],
    }  # fmt: skip


def _inspection(contract: Contract) -> list[dict[str, str]]:
    """How long the customer may complain; nothing where the law alone says it."""
    days = contract.inspection_days
    return [] if days is None else [{"label": label_of("inspection_days"), "value": str(days)}]


def _departures(contract: Contract) -> str:
    """What stands on the cover: the clauses that are not ours, and what the drafter says about it."""
    titles = ", ".join(label_of(name) for name in contract.differing)
    listed = _("Other than our standard: %(clauses)s") % {"clauses": titles} if titles else ""
    return "\n".join(one for one in (listed, contract.departures) if one.strip())


def _amount(contract: Contract, amount: Any) -> str:
    return f"{contract.currency} {formats.money(amount, contract.currency)}"


def _deposit(contract: Contract) -> list[dict[str, str]]:
    if not contract.deposit:
        return []
    return [{"label": str(contract.get_deposit_kind_display()), "value": _amount(contract, contract.deposit)}]


def _tables(contract: Contract) -> list[dict[str, Any]]:
    instalments, deliveries = contract.instalments.all(), contract.deliveries.all()
    return [
        {
            "title": _("Orders covered"),
            "heads": [_("Order"), _("Total")],
            "columns": ["wide", "number"],
            "rows": [[str(one.order.number), _amount(contract, one.order.gross)] for one in contract.covered.all()],
        },
        {
            "title": _("Instalments"),
            "heads": ["", _("What for"), _("When"), _("Amount")],
            "columns": ["number", "wide", "text", "number"],
            "rows": [
                [str(one.position), one.purpose, when_due(one), _amount(contract, one.amount)] for one in instalments
            ],
        },
        {
            "title": _("Deliveries promised"),
            "heads": [_("What"), _("Order"), _("Due on")],
            "columns": ["wide", "text", "text"],
            "rows": [[one.what, str(one.order.number), one.due_on.isoformat()] for one in deliveries],
        },
    ]


def when_due(one: Any) -> str:
    """When an instalment is due, in words where it has no day of its own."""
    if one.after == one.After.DAY:
        return one.due_on.isoformat() if one.due_on else ""
    return _("%(event)s, %(days)s days") % {"event": one.get_after_display(), "days": one.days}
