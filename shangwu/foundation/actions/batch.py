"""One run of an action on its rows: what was given, what was loaded, what the bodies changed."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions import locking
from shangwu.foundation.actions.entries import Changes
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.own_inputs import explained, inputs_of
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.actions.rows import Row
from shangwu.foundation.actions.staleness import stale
from shangwu.foundation.actions.validation import validated
from shangwu.foundation.records import clock
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal
from shangwu.foundation.records.scopes import hidden_fields


class Batch:
    """The state of one run. The runner calls the steps in order, inside one transaction.

    records: the record at each place once it is loaded or made. refusals: places left out, and why.
    keys: primary keys in store for records and parts to be made.
    new, dropped: rows that a place adds or takes away (parts, and what bodies return).
    written: rows that were updated. context: the id under which row history and log entry meet.
    inputs: what the actor may give: those of the action, and own fields.
    """

    def __init__(
        self, by: Actor, action: Action, given: Sequence[Row], reason: str, excluded: Mapping[int, Refusal]
    ) -> None:
        self.by, self.action, self.given, self.reason = by, action, given, reason
        self.context = uuid.uuid4()
        self.now = clock.now()
        self.inputs: tuple[Input, ...] = ()
        self.values: list[dict[str, Any]] = [{} for _row in given]
        self.records: list[Any] = [None] * len(given)
        self.places: dict[Any, int] = {}
        self.refusals: dict[int, Refusal] = dict(excluded)
        self.rows = locking.Rows()
        self.keys: dict[type[models.Model], list[int]] = {}
        self.new: dict[int, list[models.Model]] = defaultdict(list)
        self.dropped: dict[int, list[models.Model]] = defaultdict(list)
        self.written: list[models.Model] = []
        self.touched: set[type[models.Model]] = set()
        self.entry_id: int | None = None

    @property
    def alive(self) -> list[int]:
        """Places not refused."""
        return [place for place in range(len(self.given)) if place not in self.refusals]

    @property
    def many(self) -> bool:
        """Whether this is a set."""
        return len(self.given) > 1

    def refuse(self, place: int, refusal: Refusal) -> None:
        """Leave a row out, with its reason."""
        self.refusals[place] = refusal

    def take(self, place: int, record: Record) -> None:
        """The record at a place has been loaded or made."""
        self.records[place] = record
        self.places[record.pk] = place

    def place_of(self, row: models.Model) -> int | None:
        """The place of a row that is one of the action's own records."""
        return self.places.get(row.pk) if isinstance(row, self.action.model) else None

    def moment(self, place: int) -> datetime.datetime:
        """Business time of the row: given by an import or the demo, else now."""
        return self.given[place].occurred_at or self.now

    @property
    def part_names(self) -> list[str]:
        """Relations whose parts this action needs: on a path, or among its inputs."""
        paths = {path.partition(".")[0] for path in (*self.action.locks, *self.action.reads)}
        paths |= {one.name for one in self.action.inputs if one.kind is Kind.PARTS}
        return [name for name in self.action.model.parts if name in paths]

    def validate(self) -> None:
        """Check types and bounds of every row's inputs; a hidden field is refused as if it did not exist."""
        hidden = hidden_fields(self.action.model, self.by)
        inputs = self.inputs = tuple(one for one in inputs_of(self.action, self.by) if one.name not in hidden)
        for place in self.alive:
            row = self.given[place]
            try:
                self.values[place] = validated(inputs, self.action.name, row.inputs)
            except Refusal as refusal:
                self.refuse(place, explained(refusal, self.action.model, self.by, inputs, row.inputs))

    def check(self) -> None:
        """Refuse rows whose version, state or rights do not allow the verb."""
        if self.action.makes:
            return
        for place in self.alive:
            if refusal := self._objection(self.records[place], place):
                self.refuse(place, refusal)

    def _objection(self, record: Record, place: int) -> Refusal | None:
        version = self.given[place].version
        if not self.action.may(self.by, record):
            return Refusal("forbidden", _("This is not among your duties. Ask the head of the department."))
        if version is not None and version != record.version:
            return stale(record, version, self.values[place], self.by)
        if not self.action.fits(record):
            return self._misfit(record)
        return None

    def _misfit(self, record: Record) -> Refusal:
        if not self.action.lies_right(record):
            said = _("“%(action)s” does not fit: the record is in the archive, or is not. Reload to see.")
            return Refusal("state", said, {"action": self.action.label})
        said = _("“%(action)s” does not fit the state “%(state)s”. Reload to see what comes next.")
        state = getattr(record, "get_state_display", str)()
        return Refusal("state", said, {"action": self.action.label, "state": state})

    def changes_of(self, row: models.Model) -> Changes:
        """What changed in a row; in a made record of a set nothing is told, its history has it."""
        from shangwu.foundation.actions.entries import changes_of

        made = self.action.makes and self.place_of(row) is not None
        if made and self.many:
            return {}
        return changes_of(row, None if made else self.rows.before.get(row))
