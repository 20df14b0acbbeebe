"""The text of a contract as PDF by typst, with a CJK font of our own (2.6.2).

What people wrote goes into typst as data, never as markup: no clause can become a command.
"""

import json
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.chapters.customers.papers import fonts
from shangwu.chapters.sales.contract_checks import MANDATORY, USUAL, label_of
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.pages import formats

_PLACES = {
    "zh-hant": ("zh", "TW", "Noto Sans CJK TC"), "zh-hans": ("zh", "CN", "Noto Sans CJK SC"),
    "en": ("en", "GB", "Noto Sans CJK TC"),
}  # fmt: skip

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 25mm, y: 22mm), header: align(right, text(8pt, it.head)),
  footer: context align(center, text(8pt, counter(page).display("1 / 1", both: true))))
#set text(font: it.font, size: 10.5pt, lang: it.lang, region: it.region)
#set par(leading: 0.9em, justify: true)
#align(center, text(18pt, weight: "bold", it.title))
#v(4mm)
#grid(columns: (auto, 1fr), gutter: 3mm, ..it.facts.map(one => (text(weight: "bold", one.label), one.value)).flatten())
#if it.departures != "" {
  v(3mm)
  block(stroke: 0.8pt + rgb("#b4342b"), inset: 3mm, width: 100%)[#text(weight: "bold", it.departures_label)

    #it.departures]
}
#for (place, clause) in it.clauses.enumerate() [
  #v(3mm)
  #text(12pt, weight: "bold")[#(place + 1). #clause.title]

  #clause.text.split("\\n").map(one => [#one]).join(linebreak())
]
#for one in it.tables [
  #v(4mm)
  #text(12pt, weight: "bold", one.title)
  #table(columns: one.heads.len(), stroke: 0.4pt + gray, ..one.heads.map(head => text(weight: "bold", head)),
    ..one.rows.flatten())
]
#v(14mm)
#block(breakable: false, grid(columns: (1fr, 1fr), gutter: 12mm, ..it.sides.map(side => [
  #text(weight: "bold", side.name)

  #side.lines.map(one => [#one #box(width: 1fr, line(length: 100%, stroke: 0.4pt))]).join(parbreak())
])))
"""


def paper(contract: Contract, organisation: str) -> bytes:
    """The contract as it stands, in the reader's language. Reads its parts and orders from memory."""
    import typst

    said = json.dumps(facts_of(contract, organisation), ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said})
    assert isinstance(made, bytes)
    return made


def facts_of(contract: Contract, organisation: str) -> dict[str, Any]:
    """All that stands on the paper."""
    lang, region, font = _PLACES.get(get_language() or "", _PLACES["zh-hant"])
    lines = [_("Signature and seal"), _("Day")]
    return {
        "title": contract.title, "lang": lang, "region": region, "font": font,
        "head": f"{_('Contract')} {contract.number or ''}",
        "facts": [
            {"label": _("Seller"), "value": organisation},
            {"label": _("Buyer"), "value": f"{contract.customer_name} {contract.customer_number}"},
            {"label": label_of("amount"), "value": _amount(contract, contract.amount)},
            {"label": label_of("amount_words"), "value": contract.amount_words},
            *_deposit(contract),
            {"label": _("Term"), "value": f"{contract.starts_on or ''} – {contract.ends_on or ''}"},
        ],
        "departures": contract.departures, "departures_label": label_of("departures"),
        "clauses": [
            {"title": label_of(name), "text": getattr(contract, name)}
            for name in (*MANDATORY, *USUAL, "relief")
            if getattr(contract, name).strip()
        ],
        "tables": [one for one in _tables(contract) if one["rows"]],
        "sides": [{"name": name, "lines": lines} for name in (organisation, contract.customer_name)],
    }  # fmt: skip


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
            "rows": [[str(one.order.number), _amount(contract, one.order.gross)] for one in contract.covered.all()],
        },
        {
            "title": _("Instalments"),
            "heads": [_("Instalment"), _("What for"), _("When"), _("Amount")],
            "rows": [
                [str(one.position), one.purpose, when_due(one), _amount(contract, one.amount)] for one in instalments
            ],
        },
        {
            "title": _("Deliveries promised"),
            "heads": [_("What"), _("Order"), _("Due on")],
            "rows": [[one.what, str(one.order.number), one.due_on.isoformat()] for one in deliveries],
        },
    ]


def when_due(one: Any) -> str:
    """When an instalment is due, in words where it has no day of its own."""
    if one.after == one.After.DAY:
        return one.due_on.isoformat() if one.due_on else ""
    return _("%(event)s, %(days)s days") % {"event": one.get_after_display(), "days": one.days}
