"""Clause 2.7.2: the report as a Word file, to be quoted from; its figures are texts, fixed like the PDF's."""

import io
from typing import Any

from django.utils.translation import gettext as _

from shangwu.chapters.analytics.reports.content import Content, Said, absolute
from shangwu.chapters.analytics.reports.papers import cites, proposed
from shangwu.chapters.analytics.reports.tables import Table
from shangwu.chapters.customers.papers import typeface


def word(content: Content) -> bytes:
    """The report as .docx, in the reader's language."""
    import docx

    made = docx.Document()
    _set_face(made, typeface()["font"])
    made.core_properties.title, made.core_properties.author = content.title, content.organisation
    made.add_heading(content.title, 0)
    made.add_paragraph(" · ".join(one for one in (content.number, content.period, content.state) if one))
    for title, found in ((_("Achievements"), content.achievements), (_("Problems and proposals"), content.problems)):
        made.add_heading(title, 1)
        for one in found:
            _finding(made, one)
        if not found:
            made.add_paragraph(_("Nothing stands out."))
    made.add_heading(_("On what the figures stand"), 1)
    _pairs(made, content.basis)
    made.add_heading(_("What the figures mean"), 1)
    _pairs(made, content.definitions)
    for table in content.tables:
        _table(made, table)
    if content.sha256:
        made.add_paragraph(f"SHA-256 {content.sha256}")
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _set_face(made: Any, face: str) -> None:
    """The same typeface for Latin and Chinese in every style that has one."""
    from docx.oxml.ns import qn

    for style in made.styles:
        if getattr(style, "font", None) is not None:
            style.font.name = face
            properties = style.element.get_or_add_rPr()
            properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _finding(made: Any, one: Said) -> None:
    made.add_paragraph(one.text, style="List Bullet")
    made.add_paragraph(f"{cites(one)} · {absolute(one.url)}")
    for each in one.proposals:
        made.add_paragraph(f"→ {proposed(each)}")


def _pairs(made: Any, rows: Any) -> None:
    table = made.add_table(rows=0, cols=2)
    for label, text in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text


def _table(made: Any, one: Table) -> None:
    made.add_heading(one.title, 1)
    made.add_paragraph(absolute(one.url))
    table = made.add_table(rows=1, cols=len(one.heads) + 1)
    table.style = "Light Grid"
    for place, head in enumerate(one.heads, start=1):
        table.rows[0].cells[place].text = head
    for label, cells in one.rows:
        row = table.add_row().cells
        row[0].text = label
        for place, cell in enumerate(cells, start=1):
            row[place].text = cell.text
