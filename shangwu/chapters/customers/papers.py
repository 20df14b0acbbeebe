"""The monthly analysis as a document: PDF by typst, with a CJK font of our own (2.5.3).

Texts go into typst as data, never as markup: what a person wrote can't become a command.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangwu.chapters.customers import pareto
from shangwu.chapters.customers.models import Complaint, ComplaintReport
from shangwu.foundation.access.labels import CONCEALED
from shangwu.foundation.pages import formats
from shangwu.foundation.pages.addresses import record_url
from shangwu.foundation.records.actors import Actor

_REGIONS = {"zh-hant": ("zh", "TW"), "zh-hans": ("zh", "CN")}
_FONTS = {"zh-hant": "Noto Sans CJK TC", "zh-hans": "Noto Sans CJK SC"}

_SHEET = """
#let it = json(bytes(sys.inputs.at("it")))
#set document(title: it.title)
#set page(paper: "a4", margin: (x: 22mm, y: 20mm), footer: align(center, text(8pt, it.foot)))
#set text(font: it.font, size: 10.5pt, lang: it.lang, region: it.region)
#set par(leading: 0.9em)
#text(9pt, it.organisation)
#align(center, text(17pt, weight: "bold", it.title))
#v(4mm)
#grid(columns: (1fr,) * it.figures.len(), gutter: 4mm, ..it.figures.map(one => box(stroke: 0.4pt + gray, inset: 6pt,
  width: 100%)[#text(8pt, fill: luma(90), one.label) \\ #text(14pt, weight: "bold", one.value)]))
#v(4mm)
#for one in it.tables {
  table(columns: (1fr, auto, auto, auto, 38%), align: (left, right, right, right, left), stroke: 0.4pt + gray,
    ..one.heads.map(one => text(9pt, weight: "bold", one)),
    ..one.rows.map(one => (one.label, one.count, one.share, one.run,
      box(width: one.width * 1%, height: 8pt, fill: rgb("#b4342b")))).flatten())
  v(3mm)
}
#for part in it.parts [
  #v(3mm)
  #text(12pt, weight: "bold", part.title)

  #part.text.split("\\n").map(one => [#one]).join(linebreak())
]
#v(1fr)
#grid(columns: (1fr, 1fr), gutter: 10mm, ..it.signatures.map(one => [#one #box(width: 1fr, line(length: 100%,
  stroke: 0.4pt))]))
"""


def paper(report: ComplaintReport, organisation: str, by: Actor) -> bytes:
    """The analysis as PDF, in the reader's language; products are named as far as the reader sees them."""
    import typst

    said = json.dumps(facts_of(report, organisation, by), ensure_ascii=False)
    made = typst.compile(_SHEET.encode(), format="pdf", font_paths=fonts(), sys_inputs={"it": said})
    assert isinstance(made, bytes)
    return made


@cache
def fonts() -> Any:
    """The fonts of the papers: the CJK font that came with the program, since the server may have none."""
    import typst

    found = find_spec("manimgx_fonts_cjk")
    assert found is not None
    assert found.origin is not None
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(found.origin).parent)])


def typeface() -> dict[str, str]:
    """Language, region and font of a paper in the reader's language."""
    language = get_language() or "zh-hant"
    lang, region = _REGIONS.get(language, ("en", "GB"))
    return {"lang": lang, "region": region, "font": _FONTS.get(language, "Noto Sans CJK TC")}


def rows_of(report: ComplaintReport) -> list[dict[str, Any]]:
    """The kinds of the month: label, count, share, running share."""
    labels = {str(key): label for key, label in Complaint.Category.choices}
    return [
        {"label": str(labels.get(kind) or _("Not yet judged")), "count": count, "share": share, "run": run}
        for kind, count, share, run in report.figures.get("rows", [])
    ]


def products_of(report: ComplaintReport, by: Actor) -> list[dict[str, Any]]:
    """The products of the month: label, url of the product's page where it has one, count, share, running share."""
    rows = report.figures.get("products", [])
    model: Any = Complaint._meta.get_field("article").related_model
    wanted = [key for key, *_rest in rows if key not in ("", pareto.WORDS, pareto.OTHERS)]
    seen = model.objects.visible_to(by, archived=True).filter(public_id__in=wanted) if wanted else ()
    names = {str(one.public_id): str(one) for one in seen}
    stands = {"": _("No product named"), pareto.OTHERS: _("Other products")}
    return [
        {
            "label": words or stands.get(key) or names.get(key, CONCEALED),
            "url": record_url(model, key) if key in names else "", "count": count, "share": share, "run": run,
        }
        for key, words, count, share, run in rows
    ]  # fmt: skip


def figures_of(report: ComplaintReport) -> list[dict[str, str]]:
    """The numbers above the table."""
    found = report.figures
    in_time, due = found.get("replies", [0, 0])
    rate = f"{100 * in_time / due:.1f}%" if due else "—"
    return [
        {"label": _("Number of complaints"), "value": str(found.get("count", 0))},
        {"label": _("Answered in time"), "value": rate, "note": f"{in_time} / {due}"},
        {"label": _("Repeats"), "value": str(found.get("repeats", 0))},
        {"label": _("Urgent"), "value": str(found.get("urgent", 0))},
        {"label": _("Still open"), "value": str(found.get("open", 0))},
    ]


def facts_of(report: ComplaintReport, organisation: str, by: Actor) -> dict[str, Any]:
    """All that stands on the paper."""
    state = _("Finished on %(day)s") if report.finished_at else _("Draft, figures of %(day)s")  # type: ignore[attr-defined]
    when = report.finished_at or report.drawn_at  # type: ignore[attr-defined]
    return {
        "title": _("Analysis of complaints, %(month)s") % {"month": f"{report.month:%Y-%m}"},
        "organisation": organisation, **typeface(),
        "figures": figures_of(report),
        "tables": [
            _table(head, rows)
            for head, rows in ((_("Kind"), rows_of(report)), (_("Product"), products_of(report, by)))
            if rows
        ],
        "parts": [
            {"title": title, "text": text}
            for title, text in ((_("What stands out"), report.findings), (_("What we do about it"), report.measures))
            if text
        ],
        "signatures": [_("Prepared by"), _("Head")],
        "foot": state % {"day": formats.moment(when)},
    }  # fmt: skip


def _table(head: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows with their shares, and bars as wide as they are many."""
    most = max(row["count"] for row in rows)
    return {
        "heads": [head, _("Count"), _("Share of the whole"), _("Together"), ""],
        "rows": [
            {
                "label": row["label"], "count": str(row["count"]), "share": f"{row['share']}%", "run": f"{row['run']}%",
                "width": round(100 * row["count"] / most),
            }
            for row in rows
        ],
    }  # fmt: skip
