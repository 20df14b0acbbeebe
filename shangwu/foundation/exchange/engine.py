"""Puts candidates through the door, portion by portion: new ones are made, known ones changed or passed over."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import OperationalError, models, transaction
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from shangwu.foundation.actions import registry
from shangwu.foundation.actions.door import Outcome, Row, act_many
from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.locking import natural_keys
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.exchange.candidates import Candidate
from shangwu.foundation.exchange.declarations import Importer
from shangwu.foundation.exchange.mapping import Mode
from shangwu.foundation.exchange.twins import Twins
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Refusal

Keep = Callable[["Report"], None]
"""Stores a report, within its portion's transaction."""

PORTION = 2_000
"""Candidates of one transaction. Larger ones are hardly faster, and hold their locks longer."""
TRIES = 5
LOCKED = ("55P03", "40P01", "40001")


@dataclass(slots=True)
class Report:
    """What became of one portion. reasons: line -> sentences; lines: accepted ones."""

    rows: int = 0
    accepted: int = 0
    skipped: int = 0
    made: int = 0
    changed: int = 0
    lines: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    reasons: dict[int, list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """Rows that did not go in."""
        return self.rows - self.accepted - self.skipped


@dataclass(frozen=True, slots=True)
class Known:
    """A record that is there already."""

    public_id: Any
    is_archived: bool


def portions(candidates: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    """The candidates in portions. The same file and mapping give the same portions each time."""
    waiting = iter(candidates)
    while portion := list(islice(waiting, PORTION)):
        yield portion


class Engine:
    """Submits portions of one file for one actor.

    titles: target name -> column title, to say where a refused value stands. past: lines that an earlier import of
    the same file has brought in; only rows without a key are told apart by them.
    """

    def __init__(
        self, importer: Importer, by: Actor, mode: Mode, titles: dict[str, str], past: frozenset[int] = frozenset()
    ) -> None:
        self.importer, self.by, self.mode, self.titles, self.past = importer, by, mode, titles, past

    def check(self, portion: Sequence[Candidate]) -> Report:
        """What would become of a portion; nothing is kept."""
        with transaction.atomic():
            report = self.submit(portion)
            transaction.set_rollback(True)
        return report

    def patiently(self, portion: Sequence[Candidate], keep: Keep) -> Report:
        """Submit a portion and keep its report in one transaction; waits and tries again while others hold locks."""
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    report = self.submit(portion)
                    keep(report)
                    return report
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in LOCKED or attempt == TRIES:
                    raise
            except Refusal as refusal:
                if refusal.code != "busy" or attempt == TRIES:
                    raise
            time.sleep(attempt)
        raise AssertionError("the last try returns or raises")

    def submit(self, portion: Sequence[Candidate]) -> Report:
        """Put a portion through the door."""
        report = Report(rows=sum(len(one.rows) for one in portion))
        fit = []
        for one in portion:
            if one.reasons:
                self.refuse(report, one)
            elif one.repeats or one.is_blank or (one.key is None and one.line in self.past):
                report.skipped += len(one.rows)
            else:
                fit.append(one)
        known = self.known(fit)
        self.name_references(fit)
        old = [(one, known[one.key]) for one in fit if one.key in known]
        new = self.without_twins(report, [one for one in fit if one.key not in known], old)
        if self.mode is Mode.UPDATE:
            for one in new:
                one.refuse(one.line, _("There is no such record to change. Choose “new and known ones”."))
                self.refuse(report, one)
        elif new:
            self.make(report, new)
        self.meet(report, old)
        return report

    def without_twins(
        self, report: Report, new: Sequence[Candidate], old: list[tuple[Candidate, Known]]
    ) -> list[Candidate]:
        """Candidates of which no record is there. Twins of what stands join `old`; what was put away stays away, as do
        rows that say the same twice."""
        twins, found = Twins(self.importer, self.by, new), []
        for one in new:
            twin = twins.of(one)
            if twins.is_double(one) or (twin is not None and twin["archived_at"] is not None):
                report.skipped += len(one.rows)
            elif twin is not None:
                old.append((one, Known(twin["public_id"], is_archived=False)))
            else:
                found.append(one)
        return found

    def make(self, report: Report, new: Sequence[Candidate]) -> None:
        """New records."""
        rows = [Row(one.inputs, number=one.number, occurred_at=one.occurred_at) for one in new]
        outcome = act_many(self.by, self.importer.making.name, rows)
        report.made += self.take(report, new, outcome)

    def meet(self, report: Report, old: Sequence[tuple[Candidate, Known]]) -> None:
        """Known records: those in the archive are brought back, then they are changed, or passed over."""
        touched = []
        for one, known in old:
            if self.mode is Mode.CREATE and not known.is_archived:
                report.skipped += len(one.rows)
            else:
                touched.append((one, known))
        self.bring_back(report, [known for _one, known in touched if known.is_archived])
        editing = self.importer.editing
        if editing is None:
            report.skipped += sum(len(one.rows) for one, _known in touched)
        elif touched:
            taken = {one.name for one in inputs_of(editing, self.by)}
            rows = [Row(self.anew(one, taken), known.public_id) for one, known in touched]
            outcome = act_many(self.by, editing.name, rows)
            report.changed += self.take(report, [one for one, _known in touched], outcome)

    def anew(self, one: Candidate, taken: set[str]) -> dict[str, Any]:
        """What a file changes in a known record: a key in other letters names it, and renames nothing."""
        caseless = getattr(self.importer.model, "caseless", ())
        named = one.key[0] if one.key is not None and one.key[0] in caseless else None
        return {name: value for name, value in one.inputs.items() if name in taken and name != named}

    def bring_back(self, report: Report, archived: Sequence[Known]) -> None:
        """A file that names a record in the archive wants it back."""
        name = f"{self.importer.name}.unarchive"
        if archived and name in registry.actions:
            outcome = act_many(self.by, name, [Row({}, known.public_id) for known in archived])
            report.entries += [outcome.entry_id] if outcome.entry_id is not None else []

    def take(self, report: Report, candidates: Sequence[Candidate], outcome: Outcome) -> int:
        """Enter the door's answers; gives the number of records that went in."""
        if outcome.entry_id is not None:
            report.entries.append(outcome.entry_id)
        done = 0
        for one, result in zip(candidates, outcome.results, strict=True):
            if isinstance(result, Refusal):
                self.explain(one, result)
                self.refuse(report, one)
            else:
                done += 1
                report.accepted += len(one.rows)
                report.lines += [row.line for row in one.rows]
        return done

    def explain(self, one: Candidate, refusal: Refusal) -> None:
        """The refusal's sentences at the rows and columns that they concern."""
        for path, sentences in refusal.fields.items():
            line, title = self.place(one, path)
            for sentence in sentences:
                one.refuse(line, f"{title}: {sentence}" if title else str(sentence))
        if not any(refusal.fields.values()):
            one.refuse(one.line, refusal.sentence)

    def place(self, one: Candidate, path: str) -> tuple[int, str]:
        """The row and the column title behind an input's path such as `lines.2.quantity`."""
        head, _dot, rest = path.partition(".")
        index, _dot, name = rest.partition(".")
        if head == self.importer.lines and index.isdigit() and int(index) < len(one.rows):
            return one.rows[int(index)].line, self.titles.get(f"{head}.{name}", name)
        return one.line, self.titles.get(path, path)

    def refuse(self, report: Report, one: Candidate) -> None:
        """A candidate's rows are refused together: half an order is none."""
        cause = next(iter(one.reasons), one.line)
        for row in one.rows:
            with_it = _("Line %(line)s, which belongs to the same record, was refused.") % {"line": cause}
            report.reasons[row.line] = one.reasons.get(row.line) or [with_it]

    def known(self, fit: Sequence[Candidate]) -> dict[tuple[str, str] | None, Known]:
        """Records that are there already under the candidates' keys, among those that the actor may see."""
        found: dict[tuple[str, str] | None, Known] = {}
        by_field: dict[str, set[str]] = {}
        for one in fit:
            if one.key is not None:
                by_field.setdefault(one.key[0], set()).add(one.key[1])
        for name, texts in by_field.items():
            manager: Any = self.importer.model.objects
            rows = manager.visible_to(self.by, archived=True)
            if name in getattr(self.importer.model, "caseless", ()):
                rows = rows.alias(upper=Upper(name)).filter(upper__in=texts)
            else:
                rows = rows.filter(**{f"{name}__in": texts})
            for key, public_id, archived_at in rows.values_list(name, "public_id", "archived_at"):
                found[name, self.importer.folded(name, str(key))] = Known(public_id, archived_at is not None)
        return found

    def name_references(self, fit: Sequence[Candidate]) -> None:
        """People name customers and colleagues by name: a unique visible name stands for its record."""
        for one in self.importer.making.inputs:
            if one.kind is Kind.REFERENCE:
                replace_names(self.by, one, [candidate.inputs for candidate in fit])
            elif one.name == self.importer.lines:
                lines = [line for candidate in fit for line in candidate.inputs.get(one.name, ())]
                for part in one.parts:
                    if part.kind is Kind.REFERENCE:
                        replace_names(self.by, part, lines)


def replace_names(by: Actor, one: Input, values: Sequence[dict[str, Any]]) -> None:
    """Put public ids in place of names that are no key of any record but the name of exactly one."""
    model: Any = one.model
    texts = {value for inputs in values if isinstance(value := inputs.get(one.name), str)}
    if not texts or not has_name(model) or not issubclass(model, Record):
        return
    visible = model.objects.visible_to(by)
    for key in natural_keys(model):
        texts -= set(visible.filter(**{f"{key}__in": texts}).values_list(key, flat=True)) if texts else set()
    found: dict[str, list[Any]] = {}
    for name, public_id in visible.filter(name__in=texts).values_list("name", "public_id") if texts else ():
        found.setdefault(name, []).append(public_id)
    for inputs in values:
        ids = found.get(inputs.get(one.name) or "", ())
        if len(ids) == 1:
            inputs[one.name] = str(ids[0])


def has_name(model: type[models.Model]) -> bool:
    """Whether records of the model have a name column."""
    try:
        return isinstance(model._meta.get_field("name"), models.Field)
    except FieldDoesNotExist:
        return False
