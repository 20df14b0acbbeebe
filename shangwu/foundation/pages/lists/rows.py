"""Draws rows: every cell by its column's look, made safe once, without a query per row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.actions.registry import Action, actions
from shangwu.foundation.pages.addresses import STAND_IN, pattern
from shangwu.foundation.pages.drawing import Drawn, plain_amount
from shangwu.foundation.pages.elements import Look
from shangwu.foundation.pages.face import icon
from shangwu.foundation.pages.formats import symbol
from shangwu.foundation.pages.lists.moving import Way
from shangwu.foundation.pages.lists.prepared import Prepared
from shangwu.foundation.pages.markup import attribute, escape, safe
from shangwu.foundation.pages.related import Names, names_for
from shangwu.foundation.pages.tones import tone_of
from shangwu.foundation.records.actors import Actor

_EDITED_IN_PLACE = frozenset(
    {Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.MOMENT, Kind.BOOLEAN, Kind.CHOICE, Kind.REFERENCE}
)


_ANCHORS = re.compile(r"</?a\b[^>]*>")
"""A name that is a link itself: no link stands within another, and the row's own is the one that counts."""
_SAYS_SOMETHING = re.compile(r"(?:^|>)[^<]*\w")
"""Words between the tags: a link that is only a mark or a dash needs a name."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all rows of a page share, so that it is worked out once.

    addresses: patterns of a record's page and cell, with a stand-in for the id. origin: what a link carries so that
    the page knows its neighbours in this list. editable: names of columns that the
    edit action takes. bulk: the actions for a selection. selectable: draw the box for choosing rows. ways: to the
    lanes that cards may be moved to. peeks: the side panel shows a row's record, which it does as of today only.
    """

    prepared: Prepared
    actor: Actor
    columns: Sequence[Drawn]
    names: Names
    addresses: tuple[str, str]
    origin: str
    edit: Action | None
    editable: frozenset[str]
    bulk: Sequence[Action]
    selectable: bool = True
    ways: Sequence[Way] = ()
    peeks: bool = True

    @property
    def amount(self) -> Drawn | None:
        """The column whose amounts a selection adds up."""
        return next((one for one in self.columns if one.look is Look.MONEY), None)


def sheet(
    prepared: Prepared,
    actor: Actor,
    columns: Sequence[Drawn],
    rows: Sequence[Any],
    *,
    selectable: bool = True,
    query: str | None = None,
) -> Sheet:
    """Gather what drawing `rows` needs: names of referred records, rights in general, addresses.

    query: the list's own question, when these are its rows.
    """
    edit = actions.get(f"{prepared.pages.name}.edit")
    may_edit = selectable and edit is not None and edit.offered_to(actor, None)
    asked = inputs_of(edit, actor) if edit and may_edit else ()
    inputs = {one.name for one in asked if one.kind in _EDITED_IN_PLACE}
    editable = frozenset(one.name for one in columns if one.column.edit and one.name in inputs)
    bulk = [one for one in prepared.bulk() if one.offered_to(actor, None)] if selectable else []
    addresses = (
        pattern(f"{prepared.pages.name}.detail"),
        pattern(f"{prepared.pages.name}.cell", field="FIELD") if editable else "",
    )
    names = names_for(actor, columns, rows)
    origin = "" if query is None else f"?from={quote(query, safe='')}"
    return Sheet(
        prepared,
        actor,
        columns,
        names,
        addresses,
        origin,
        edit if may_edit else None,
        editable,
        bulk,
        bool(bulk) or may_edit,
    )


def draw_rows(sheet: Sheet, rows: Sequence[Any]) -> SafeString:
    """All rows of the table's body."""
    shared = _Shared(sheet)
    return safe("\n".join([_row(shared, row) for row in rows]))


def draw_row(sheet: Sheet, row: Any) -> SafeString:
    """One `<tr>`: what the scripts need to know of it, its box, its cells."""
    return safe(_row(_Shared(sheet), row))


class _Shared:
    """What every row of a sheet begins with, written once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.select = escape(_("Select"))
        self.move = escape(_("Move to another lane:"))
        self.grip = icon("grip-vertical", "small")
        self.open = escape(_("Open the record"))
        self.amount = sheet.amount
        self.classes = [cell_classes(sheet.prepared, one) for one in sheet.columns]
        self.tones = sheet.prepared.page.tones
        # Verbs often share a predicate; each is asked once per row.
        self.rights = {id(one.may): one.may for one in (*sheet.bulk, *([sheet.edit] if sheet.edit else []))}


def _row(shared: _Shared, row: Any) -> str:
    sheet = shared.sheet
    key = str(row.public_id)
    href = sheet.addresses[0].replace(STAND_IN, key)
    may = {name: bool(right(sheet.actor, row)) for name, right in shared.rights.items()}
    edits = sheet.edit is not None and may[id(sheet.edit.may)] and sheet.edit.fits(row)
    cells = [_pick(shared, row, key)] if sheet.selectable else []
    cells += [
        _cell(shared, place, row, key, href, edits and one.name in sheet.editable)
        for place, one in enumerate(sheet.columns)
    ]
    facts = f' data-sw-href="{href}{sheet.origin}"' if href else ""
    facts += f' data-sw-peek="{href}"' if href and sheet.peeks else ""
    if shared.amount is not None:
        currency = shared.amount.column.currency
        code = getattr(row, currency, "") if currency else ""
        facts += f' data-sw-amount="{plain_amount(shared.amount, row)}" data-sw-currency="{escape(symbol(code))}"'
    if sheet.bulk:
        facts += f' data-sw-fits="{" ".join(one.verb for one in sheet.bulk if may[id(one.may)] and one.fits(row))}"'
    if sheet.ways:
        lanes = " ".join(escape(one.lane) for one in sheet.ways if one.takes(sheet.actor, row))
        facts += f' data-sw-version="{row.version}" data-sw-moves="{lanes}"'
        cells.append(_move(shared, row) if lanes else "")
    state = getattr(row, "state", "")
    if state and tone_of(str(state), shared.tones) == "void":
        facts += ' class="is-void"'
    return f'<tr data-sw-row="{key}"{facts}>{"".join(cells)}</tr>'


def _spoken(sheet: Sheet, row: Any) -> str:
    """What a row is called for who doesn't see it: its number, else the first words in it."""
    words = (one.value(row) for one in sheet.columns)
    return row.number or next((one for one in words if isinstance(one, str) and one), "")


def _pick(shared: _Shared, row: Any, key: str) -> str:
    name = escape(_spoken(shared.sheet, row))
    return (
        f'<td class="is-pick"><input type="checkbox" class="sw-check" name="row" value="{key}" form="sw-bulk"'
        f' aria-label="{shared.select} {name}"></td>'
    )


def _move(shared: _Shared, row: Any) -> str:
    name = escape(_spoken(shared.sheet, row))
    return (
        f'<td class="is-move"><button type="button" class="sw-icon-button is-small" data-sw-move aria-haspopup="menu"'
        f' aria-label="{shared.move} {name}">{shared.grip}</button></td>'
    )


def _cell(shared: _Shared, place: int, row: Any, key: str, href: str, editable: bool) -> str:
    sheet = shared.sheet
    one = sheet.columns[place]
    content = one.markup(row, sheet.names)
    if place == 0 and href:
        content = _ANCHORS.sub("", content)
        spoken = "" if _SAYS_SOMETHING.search(content) else f' aria-label="{shared.open} {escape(row.number or "")}"'
        link = f'<a class="sw-table-key" id="row-{key}" href="{href}{sheet.origin}"{spoken}>{content}</a>'
        return f"<td{shared.classes[0]}>{link}</td>"
    if not editable:
        return f"<td{shared.classes[place]}>{content}</td>"
    address = sheet.addresses[1].replace(STAND_IN, key).replace("FIELD", one.name)
    return f'<td{shared.classes[place]} data-sw-edit="{address}" tabindex="0">{content}</td>'


def cell_classes(prepared: Prepared, one: Drawn) -> SafeString:
    """The class attribute of a cell: alignment, and its place when the row folds."""
    found = [one.classes, prepared.folded.get(one.name, "")]
    if one.look is Look.KEY:
        found.append("sw-mono")
    elif one.look in (Look.TEXT, Look.LONG, Look.REFERENCE):
        found.append("sw-clip")
    return safe(attribute("class", " ".join(filter(None, found))))
