"""Clause 2.7.2: the report as PDF by typst: A4, a CJK font of our own, and beside each figure a code to its page.

What people wrote goes into typst as data, never as markup: no sentence can become a command.
"""

import json
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.reports import charts
from shangwu.chapters.analytics.reports.content import Content, Proposed, Said, absolute
from shangwu.chapters.analytics.reports.tables import Table
from shangwu.chapters.customers.papers import fonts, typeface
from shangwu.chapters.sales.shipping_papers import qr
from shangwu.foundation.pages import formats

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#let dim = luma(90)
#let seal = rgb("#b4342b")
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 20mm),
  header: text(8pt, fill: dim)[#it.organisation #h(1fr) #it.number],
  footer: context text(7pt, fill: dim)[#it.foot #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: it.font, size: 10pt, lang: it.lang, region: it.region)
#set par(leading: 0.85em)
#let code(one) = if one != "" { image(bytes(one), format: "svg", width: 20mm) }
#let pairs(rows) = table(columns: (34mm, 1fr), stroke: (x: none, y: 0.4pt + luma(200)), inset: (x: 4pt, y: 5pt),
  ..rows.map(one => (text(9pt, fill: dim, one.at(0)), text(9pt, one.at(1)))).flatten())
#block(below: 8mm, stroke: (bottom: 1.2pt + seal), inset: (bottom: 8pt), width: 100%,
  grid(columns: (1fr, auto), [#text(20pt, weight: "bold", it.title) \\ #v(1mm)
    #text(10pt, fill: dim)[#it.period · #it.state]], code(it.code)))
#for part in it.parts [
  #text(13pt, weight: "bold", part.title)
  #if part.said.len() == 0 [#text(fill: dim, it.nothing)]
  #for one in part.said [
    #block(breakable: false, width: 100%, inset: (left: 3mm), stroke: (left: 1.6pt + seal))[#one.text \\
      #text(8pt, fill: dim, one.cites)
      #for each in one.proposals [#linebreak() → #each]]
  ]
  #v(3mm)
]
#pagebreak()
#text(13pt, weight: "bold", it.basis_title)
#pairs(it.basis)
#v(5mm)
#text(13pt, weight: "bold", it.definitions_title)
#pairs(it.definitions)
#pagebreak(weak: true)
#for one in it.tables [
  #block(breakable: one.rows.len() > it.torn, width: 100%, below: 9mm)[
  #grid(columns: (1fr, auto), text(15pt, weight: "bold", one.title), code(one.code))
  #if one.chart != "" { image(bytes(one.chart), format: "svg", width: 100%) }
  #v(3mm)
  #let barred = one.bars.len() > 0
  #let before = if barred { 2 } else { 1 }
  #table(columns: (1fr,) + if barred { (34mm,) } else { () } + one.heads.map(_head => auto),
    stroke: (x: none, y: 0.4pt + luma(200)), inset: (x: 5pt, y: 5pt),
    align: (place, _row) => horizon + if place < before { left } else { right },
    table.header(..range(before).map(_place => []), ..one.heads.map(head => text(8.5pt, fill: dim, head))),
    ..one.rows.enumerate().map(((place, row)) => {
      let cells = row.map(cell => text(9pt, cell))
      if not barred { cells } else {
        let long = one.bars.at(place, default: 0)
        (cells.at(0), box(width: long * 32mm, height: 5pt, fill: rgb("#5b6b7a")), ..cells.slice(1))
      }
    }).flatten())
  ]
]
"""
TORN = 24
"""Rows that still fit on a page: only a longer figure is spread over several; others share a page where they fit."""


def paper(content: Content) -> bytes:
    """The report as PDF, in the reader's language. Reads from memory alone."""
    import typst

    said = json.dumps(facts_of(content), ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said})
    assert isinstance(made, bytes)
    return made


def facts_of(content: Content) -> dict[str, Any]:
    """All that stands on the paper."""
    foot = f"SHA-256 {content.sha256}" if content.sha256 else _("Draft: not approved, not issued.")
    return {
        "title": content.title, "number": content.number, "organisation": content.organisation,
        "period": content.period, "state": content.state, "foot": foot, "code": qr(content.address), **typeface(),
        "torn": TORN, "nothing": _("Nothing stands out."), "basis_title": _("On what the figures stand"),
        "definitions_title": _("What the figures mean"),
        "basis": [list(one) for one in content.basis], "definitions": [list(one) for one in content.definitions],
        "parts": [
            {"title": _("Achievements"), "said": [_sentence(one) for one in content.achievements]},
            {"title": _("Problems and proposals"), "said": [_sentence(one) for one in content.problems]},
        ],
        "tables": [_table(one) for one in content.tables],
    }  # fmt: skip


def cites(one: Said) -> str:
    """Where a finding's numbers come from, and from where on the rule speaks."""
    if not one.tolerance:
        return _("Figure: %(figure)s") % {"figure": one.figure}
    return _("Figure: %(figure)s; from %(tolerance)s on") % {"figure": one.figure, "tolerance": one.tolerance}


def proposed(one: Proposed) -> str:
    """A proposal with who answers for it and until when."""
    if not one.who:
        return one.text
    day = formats.day(one.until) if one.until else ""
    return _("%(proposal)s (%(who)s, until %(day)s)") % {"proposal": one.text, "who": one.who, "day": day}


def _sentence(one: Said) -> dict[str, Any]:
    return {"text": one.text, "cites": cites(one), "proposals": [proposed(each) for each in one.proposals]}


def _table(one: Table) -> dict[str, Any]:
    return {
        "title": one.title, "heads": list(one.heads), "code": qr(absolute(one.url)),
        "chart": charts.svg(one.bars) if one.is_trend else "",
        "bars": [] if one.is_trend else charts.lengths(one.bars),
        "rows": [[label, *(cell.text for cell in cells)] for label, cells in one.rows],
    }  # fmt: skip
