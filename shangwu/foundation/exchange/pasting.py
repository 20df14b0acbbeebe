"""A block of cells, pasted from a spreadsheet or sent by a customer, as the lines of a record (2.7.1).

One reading for forms, for the API and for whoever takes a customer's own sheet: each row becomes a line, or says why it
does not. Nothing is lost: what could not be read stands in its field as it was written.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import NOT_PROVIDED, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.locking import in_capitals, natural_keys
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.exchange.reading import proposals, separated
from shangwu.foundation.exchange.reading.words import folded, is_nothing
from shangwu.foundation.exchange.targets import Convert, Target, converter, fields_of, manner_of
from shangwu.foundation.pages.forms.entries import text_of
from shangwu.foundation.pages.forms.shares import is_share, to_percent
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.records.scopes import hidden_fields
from shangwu.foundation.text.normalise import stored_lines

MOST_ROWS, MOST_COLUMNS, MOST_SIGNS = 2_000, 60, 1_000_000
"""A block that is larger comes by the import of files."""
LOOKED_AT = 20
"""Rows that may stand above the one that names the columns."""
NAMED = proposals.LIKENESS["part"][0]
"""A column that resembles a field at least so much is named like it."""

Table = list[list[str]]
Columns = Mapping[int, str]
"""Position of a column, counted from 0 -> the input of a line that it fills."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell means. given: for the door. shown: in the field of a form. label: of a reference, its name.

    record: what a reference names, as far as it is known.
    """

    given: Any
    shown: str
    label: str = ""
    record: Any = None


@dataclass(slots=True)
class ReadRow:
    """One row. line: counted from 1 in the block. said: why something in it could not be read; empty if all was."""

    line: int
    cells: list[str]
    values: dict[str, Value] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> dict[str, Any]:
        """The line for the door."""
        return {name: value.given for name, value in self.values.items()}


@dataclass(slots=True)
class Block:
    """A block as it was read. header: names of the columns, from row `named_in`; empty where no row names them.

    notes: what its owner should know or check.
    """

    header: list[str]
    columns: dict[int, str]
    rows: list[ReadRow]
    notes: list[str] = field(default_factory=list)
    named_in: int = 0


def table_of(text: str) -> Table:
    """The rows of a pasted text: cells stand apart by tabs, as spreadsheets copy them, else as in a text file.

    Raises ValidationError `large`, `garbled`, `control`, or `quote` for a quotation mark that is never closed.
    """
    text = stored_lines(whole(text))
    lines = text.split("\n")
    if len(text) > MOST_SIGNS or len(lines) > MOST_ROWS + LOOKED_AT:
        raise ValidationError(
            _("This is more than %(most)s rows. Import it as a file, or take it in parts."),
            code="large",
            params={"most": MOST_ROWS},
        )
    ended = [f"{line}\n" for line in lines]
    separator = "\t" if "\t" in text else separated.separator_of(iter(ended))
    if separator == "\t":
        # A spreadsheet quotes only cells that hold a tab, a line's end or the mark itself; 3" pipe stands as it is.
        try:
            return [_tidy(cells) for cells in csv.reader(ended, delimiter="\t", strict=True)]
        except csv.Error:
            return [_tidy(line.split("\t")) for line in lines]
    return [_tidy(cells) for _line, cells in separated.records(iter(ended), separator)]


def whole(text: str) -> str:
    """The text so that trimming takes no cell away: an empty cell at its beginning is written as such."""
    text = text.strip("\r\n")
    return f'""{text}' if text.startswith("\t") else text


def _tidy(cells: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) if "\n" not in cell else cell.strip() for cell in cells[:MOST_COLUMNS]]


def targets_of(one: Input, by: Actor) -> dict[str, Target]:
    """What a column of the block may fill: the inputs of a line that this person sees."""
    hidden = hidden_fields(one.model, by) if one.model is not None else frozenset()
    return {
        part.name: Target(part.name, part, part.label, part.name, part.required)
        for part in one.parts
        if part.name not in hidden
    }


def read(
    by: Actor,
    one: Input,
    table: Table,
    *,
    columns: Columns | None = None,
    named_in: int | None = None,
    start: Sequence[str] = (),
) -> Block:
    """Read a block as lines of the input `one`, with one query for each record type that lines refer to.

    columns: the mapping that somebody chose. named_in: the row that names the columns, 0 for none; None to find it.
    start: the inputs from the field in which it was pasted to the right, which count where no row names the columns.
    """
    targets = targets_of(one, by)
    at = header_of(table, targets) if named_in is None else named_in
    header = list(table[at - 1]) if 0 < at <= len(table) else []
    body = [ReadRow(line, cells) for line, cells in enumerate(table, start=1) if line > at and any(cells)]
    filled = [row.cells for row in body]
    found = _Found(by, targets, header, filled, columns)
    chosen = dict(columns) if columns is not None else _proposed(targets, header, filled, found, start)
    chosen = {place: name for place, name in chosen.items() if name in targets}
    width = max(chosen, default=-1) + 1
    manner, _sure = manner_of([targets.get(chosen.get(place, "")) for place in range(width)], filled)
    converters = {name: converter(targets[name], by, manner) for name in chosen.values()}
    for row in body:
        _read_row(row, header, chosen, targets, converters, found)
        if not row.said:
            row.said = _objections(one, row, targets)
    block = Block(header, chosen, body, named_in=at if header else 0)
    _note(block, at, targets)
    return block


def header_of(table: Table, targets: Mapping[str, Target]) -> int:
    """The row that names the columns, counted from 1: the first that names two of the fields; 0 where none does."""
    fields = fields_of(targets.values())
    for line, cells in enumerate(islice(table, LOOKED_AT), start=1):
        hits = {
            one.name
            for place, title in enumerate(cells)
            if title and not _is_number(title)
            for one in fields
            if (like := proposals.likeness(place, title, one, [])) and like.score >= NAMED
        }
        if len(hits) >= min(2, sum(map(bool, cells)) or 1):
            return line
    return 0


def _is_number(cell: str) -> bool:
    return all(sign in "0123456789.,-/% " for sign in unicodedata.normalize("NFKC", cell))


class _Found:
    """The records that cells of the block name, through the reader's gate."""

    def __init__(
        self, by: Actor, targets: Mapping[str, Target], header: Sequence[str], rows: Table, columns: Columns | None
    ) -> None:
        self.places: dict[str, list[int]] = {}
        self._named: dict[str, dict[str, list[Any]]] = {}
        width = max((len(cells) for cells in rows), default=0)
        for name, target in targets.items():
            if target.kind is not Kind.REFERENCE or target.one.model is None:
                continue
            places = list(range(width))
            if columns is not None:
                places = [place for place, filled in columns.items() if filled == name]
            elif header:
                (one,) = fields_of([target])
                likely = [proposals.likeness(place, title, one, []) for place, title in enumerate(header) if title]
                places = [each.column for each in likely if each is not None and each.score >= NAMED] or places
            cells = {cells[place] for cells in rows for place in places if place < len(cells) and cells[place]}
            known = self._named[name] = named(by, target.one.model, cells)
            hits = {
                place: sum(place < len(cells) and folded(cells[place]) in known for cells in rows) for place in places
            }
            self.places[name] = sorted(places, key=lambda place: (-hits[place], place))
            if columns is None and len(places) == width:
                self.places[name] = [place for place in self.places[name] if hits[place]]

    def of(self, name: str, cell: str) -> list[Any]:
        """The records that a cell may mean."""
        return self._named.get(name, {}).get(folded(cell), [])


def named(by: Actor, model: type[models.Model], texts: Iterable[str]) -> dict[str, list[Any]]:
    """Folded text -> the records of `model` that it names by number, code or name, as far as `by` sees them."""
    wanted = {text for text in texts if len(text) <= 200}
    if not wanted:
        return {}
    plain = {unicodedata.normalize("NFKC", text) for text in wanted}
    written = sorted(wanted | plain | {text.upper() for text in plain} | {text.lower() for text in plain})
    fields = dict.fromkeys((*natural_keys(model), *getattr(model, "named_by", ())))
    condition = Q()
    for name in fields:
        condition |= Q(**{f"{name}__in": written})
    caseless = {f"upper_{name}": Upper(name) for name in getattr(model, "caseless", ())}
    for name in caseless:
        condition |= Q(**{f"{name}__in": sorted({in_capitals(text) for text in plain})})
    manager: Any = model._default_manager
    found: dict[str, list[Any]] = {}
    keys = set(natural_keys(model))
    # A code is surer than a name: where a text is somebody's code, it is nobody's name.
    rows = list(manager.visible_to(by).alias(**caseless).filter(condition).order_by("pk")[: MOST_ROWS * 2])
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        for text in {folded(str(value)) for name in keys if (value := getattr(row, name, None))}:
            by_key.setdefault(text, []).append(row)
    for row in rows:
        for name in fields:
            text = folded(str(getattr(row, name, None) or ""))
            if text and text not in by_key and row not in found.setdefault(text, []):
                found[text].append(row)
    return found | by_key


def _proposed(
    targets: Mapping[str, Target], header: Sequence[str], rows: Table, found: _Found, start: Sequence[str]
) -> dict[int, str]:
    """Which column fills what: by the header; else by the place where it was pasted; else by what the cells hold."""
    chosen: dict[int, str] = {}
    if not header and start:
        by_place = {place: name for place, name in enumerate(start) if name in targets}
        if _fits(by_place, targets, rows, found):
            width = max((len(cells) for cells in rows), default=0)
            return {place: name for place, name in by_place.items() if place < width}
    for name, places in found.places.items():
        free = [place for place in places if place not in chosen]
        if free:
            chosen[free[0]] = name
    left = {name: target for name, target in targets.items() if name not in chosen.values()}
    if header:
        titles = ["" if place in chosen else title for place, title in enumerate(header)]
        pairs = proposals.propose(titles, fields_of(left.values()), rows)
        chosen |= {one.column: one.field for one in pairs if one.score >= proposals.LEAST}
        left = {name: one for name, one in left.items() if name not in chosen.values() and _is_needed(one)}
    return chosen | _by_content(left, chosen, rows)


def _fits(by_place: Columns, targets: Mapping[str, Target], rows: Table, found: _Found) -> bool:
    """Whether most cells can be what the place where they were pasted makes of them."""
    for place, name in by_place.items():
        cells = proposals.cells_of(rows, place)
        if not cells:
            continue
        if targets[name].kind is Kind.REFERENCE:
            good = sum(bool(found.of(name, cell)) for cell in cells)
            others = any(places and places[0] != place for key, places in found.places.items() if key == name)
            if good * 2 < len(cells) and others:
                return False
        elif proposals.fitting(fields_of([targets[name]])[0], cells) < 0.5:
            return False
    return True


def _by_content(left: Mapping[str, Target], taken: Columns, rows: Table) -> dict[int, str]:
    """Figures fill the needed amount first, then the others in the order of the form; days fill days."""
    numbers = [name for name, one in left.items() if one.kind in (Kind.DECIMAL, Kind.INTEGER) and not is_share(one.one)]
    numbers.sort(key=lambda name: not left[name].required)
    days = [name for name, one in left.items() if one.kind is Kind.DATE]
    found: dict[int, str] = {}
    for place in range(max((len(cells) for cells in rows), default=0)):
        cells = proposals.cells_of(rows, place)
        if place in taken or not cells:
            continue
        if numbers and sum(proposals.readable("decimal", cell) for cell in cells) * 2 > len(cells):
            found[place] = numbers.pop(0)
        elif days and sum(proposals.readable("date", cell) for cell in cells) * 2 > len(cells):
            found[place] = days.pop(0)
    return found


def _read_row(
    row: ReadRow,
    header: Sequence[str],
    columns: Columns,
    targets: Mapping[str, Target],
    converters: Mapping[str, Convert],
    found: _Found,
) -> None:
    for place, name in sorted(columns.items()):
        cell = row.cells[place] if place < len(row.cells) else ""
        target = targets[name]
        if target.kind is Kind.REFERENCE:
            _refer(row, name, target, cell, found)
        elif cell and not is_nothing(cell):
            try:
                _take(row, name, target, converters[name](cell))
            except ValidationError as error:
                title = header[place] if place < len(header) and header[place] else str(target.label)
                row.values[name] = Value(cell, cell)
                row.said.append(f"{title}: {' '.join(error.messages)}")
    for name, target in targets.items():
        if name not in row.values and _is_needed(target):
            row.said.append(_("%(field)s is missing.") % {"field": target.label})


def _objections(one: Input, row: ReadRow, targets: Mapping[str, Target]) -> list[str]:
    """What the door would say to the row's entries: too many digits, a figure out of bounds."""
    try:
        validated(one.parts, one.name, row.inputs)
    except Refusal as refusal:
        said = [(name.partition(".")[0], each) for name, all_said in refusal.fields.items() for each in all_said]
        return [f"{targets[name].label}: {each}" if name in targets else str(each) for name, each in said]
    return []


def _is_needed(target: Target) -> bool:
    """Whether a line can't be without it: the table may leave open what the record's own rules ask for."""
    column = target.one.field
    return target.required or (column is not None and not column.blank and column.default is NOT_PROVIDED)


def _take(row: ReadRow, name: str, target: Target, value: Any) -> None:
    if value is None:
        return
    if is_share(target.one) and isinstance(value, Decimal) and value > 1:
        value = value.scaleb(-2)
    text = text_of(value)
    row.values[name] = Value(value, to_percent(text) if is_share(target.one) else text)


def _refer(row: ReadRow, name: str, target: Target, cell: str, found: _Found) -> None:
    """The record that the row names: by its column, else by another column that may name it."""
    model: Any = target.one.model
    tried = [cell, *(row.cells[place] for place in found.places.get(name, ()) if place < len(row.cells))]
    tried = list(dict.fromkeys(each for each in tried if each))
    several: list[Any] = []
    for each in tried:
        rows = found.of(name, each)
        if len(rows) == 1:
            key = str(rows[0].public_id)
            row.values[name] = Value(key, key, str(rows[0]), rows[0])
            return
        several = several or rows
    if not tried:
        return
    row.values[name] = Value(tried[0], "", tried[0])
    params = {"cell": tried[0][:60], "records": model._meta.verbose_name}
    if several:
        keys = ", ".join(str(getattr(each, natural_keys(model)[-1])) for each in several[:5])
        row.said.append(_("“%(cell)s” may be several: %(keys)s. Write which one.") % (params | {"keys": keys}))
    else:
        row.said.append(_("“%(cell)s” is no %(records)s of ours. Write its code, or choose one.") % params)


def _note(block: Block, at: int, targets: Mapping[str, Target]) -> None:
    if at > 1:
        block.notes.append(_("Row %(line)s names the columns; those above it were passed over.") % {"line": at})
    width = max((len(row.cells) for row in block.rows), default=0)
    left = [
        place
        for place in range(width)
        if place not in block.columns and any(place < len(row.cells) and row.cells[place] for row in block.rows)
    ]
    if left:
        names = [
            block.header[place] if place < len(block.header) and block.header[place] else str(place + 1)
            for place in left
        ]
        block.notes.append(_("Columns that fill nothing: %(names)s.") % {"names": ", ".join(names)})
