"""Rows as candidates for the door: the inputs of one record each, or the reasons why there are none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from shangwu.foundation.actions.inputs import Kind
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.exchange.declarations import Importer
from shangwu.foundation.exchange.grouping import grouped
from shangwu.foundation.exchange.mapping import Mapping, Mode
from shangwu.foundation.exchange.reading.sheets import Row
from shangwu.foundation.exchange.targets import NUMBER, OCCURRED_AT, Manner, Target, converter
from shangwu.foundation.records.actors import Actor

Reasons = dict[int, list[str]]

WAITING = 10_000
"""Candidates that wait for the end of the file, at most: so much memory is theirs."""


@dataclass(slots=True)
class Candidate:
    """One record that rows ask for. key: (field, value) that names it, if a row fills one; a value that people write in
    any case (`caseless` of the model) in capitals.

    repeats: an earlier row of the file names the same record (a customer on each of its orders): the first one counts.
    is_blank: its key and all other columns of interest are empty: it asks for no such record.
    reasons: line -> sentences; a candidate with reasons is refused with all its rows.
    """

    rows: list[Row]
    inputs: dict[str, Any] = field(default_factory=dict)
    key: tuple[str, str] | None = None
    number: str | None = None
    occurred_at: Any = None
    repeats: bool = False
    is_blank: bool = False
    reasons: Reasons = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Where it begins in the file."""
        return self.rows[0].line

    def refuse(self, line: int, sentence: str) -> None:
        """Add a reason."""
        self.reasons.setdefault(line, []).append(sentence)


Filler = tuple[int, str, Target, Callable[[str], Any]]
"""Position of the column, its title, what it fills, how."""


class Maker:
    """Turns the rows of one file into candidates."""

    def __init__(
        self,
        importer: Importer,
        by: Actor,
        header: Sequence[str],
        mapping: Mapping,
        targets: dict[str, Target],
        manner: Manner,
    ) -> None:
        self.importer, self.by = importer, by
        fillers: list[Filler] = [
            (at, header[at], targets[name], converter(targets[name], by, manner))
            for at, names in sorted(mapping.columns.items())
            for name in names
            if name in targets and at < len(header)
        ]
        self.head = [one for one in fillers if not one[2].part]
        self.lines = [one for one in fillers if one[2].part]
        self.fixed = {
            name: converter(targets[name], by, manner)(value)
            for name, value in mapping.fixed.items()
            if name in targets
        }
        self.fixed_parts = {targets[name].part: self.fixed.pop(name) for name in list(self.fixed) if targets[name].part}
        self.keys = [(at, target.name) for at, _title, target, _convert in self.head if target.name in importer.key]
        self.keys.sort(key=lambda pair: importer.key.index(pair[1]))
        makes = mapping.mode is not Mode.UPDATE
        self.needed = {one.name for one in inputs_of(importer.making, by) if one.required and makes and self.keys}

    def candidates(self, rows: Iterator[Row]) -> Iterator[Candidate]:
        """One candidate for each record that the rows ask for, in the order of the file."""
        if self.importer.lines and self.lines and self.keys:
            columns = [at for at, name in self.keys if name == self.keys[0][1]]
            for group in grouped(rows, columns):
                yield self.candidate(group)
            return
        seen: dict[tuple[str, str], int] = {}
        for one in self.whole_ones_first(rows):
            if one.key is not None:
                one.repeats = seen.setdefault(one.key, one.line) != one.line
            yield one

    def whole_ones_first(self, rows: Iterator[Row]) -> Iterator[Candidate]:
        """Candidates in the order of the file; one that only names its record waits for a row that tells the rest."""
        waiting: list[Candidate] = []
        for row in rows:
            one = self.candidate([row])
            if (
                one.key is not None
                and not one.reasons
                and not self.needed <= one.inputs.keys()
                and len(waiting) < WAITING
            ):
                waiting.append(one)
            else:
                yield one
        yield from waiting

    def candidate(self, rows: list[Row]) -> Candidate:
        """The record that these rows make together."""
        one = Candidate(rows)
        for row in rows:
            if row.fault is not None:
                one.refuse(row.line, " ".join(row.fault.messages))
        if one.reasons:
            return one
        head = self.filled(self.head, rows[0], one)
        one.is_blank = bool(self.keys) and not (head or one.reasons or self.lines or self.fixed_parts)
        one.inputs = {**self.fixed, **head}
        if self.importer.lines and (self.lines or self.fixed_parts):
            one.inputs[self.importer.lines] = [
                {**self.fixed_parts, **self.filled(self.lines, row, one)} for row in rows
            ]
        if NUMBER not in self.importer.making.input_names:
            one.number = one.inputs.pop(NUMBER, None)
        if OCCURRED_AT not in self.importer.making.input_names:
            one.occurred_at = one.inputs.pop(OCCURRED_AT, None)
        cells = ((name, rows[0].cells[at].strip()) for at, name in self.keys)
        one.key = next(((name, self.importer.folded(name, text)) for name, text in cells if text), None)
        if self.importer.adapt is not None and not one.reasons:
            self.adapted(one)
        return one

    def filled(self, fillers: list[Filler], row: Row, one: Candidate) -> dict[str, Any]:
        """The values of one row's cells; a cell without a value leaves its input out."""
        found: dict[str, Any] = {}
        cells = row.cells
        for at, title, target, convert in fillers:
            cell = cells[at]
            if not cell:
                continue
            try:
                value = convert(cell)
            except ValidationError as error:
                one.refuse(row.line, f"{title}: {' '.join(error.messages)}")
                continue
            if value is not None:
                name = target.part or target.name
                # Two columns of one text, such as a first and a last name, are read together.
                joins = name in found and target.kind is Kind.TEXT
                found[name] = f"{found[name]} {value}" if joins else value
        return found

    def adapted(self, one: Candidate) -> None:
        """The importer's own last word on the inputs."""
        assert self.importer.adapt is not None
        try:
            one.inputs = self.importer.adapt(one.inputs, self.by)
        except ValidationError as error:
            one.refuse(one.line, " ".join(error.messages))
