"""Clause 2.7.1: adjustments: what a locked month would come to today, beside what was locked, and which rows differ."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import vault
from shangwu.chapters.analytics.closing.figures import Snapshot
from shangwu.chapters.analytics.closing.models import FrozenFacts, MonthClose
from shangwu.foundation.access.labels import labels
from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.audit.models import Entry, EntryRecord
from shangwu.foundation.measures import asking, engine, visibility
from shangwu.foundation.measures.registry import (
    SCOPE_COLUMNS,
    Dimension,
    FactSet,
    Measure,
    Unit,
    dimensions,
    fact_sets,
    measures,
)
from shangwu.foundation.people.models import Person
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal, Sentence

SHOWN = 100
"""Rows of a sheet that are listed as changed."""
_SUMS = (Unit.MONEY, Unit.QUANTITY, Unit.COUNT)
"""Units of what is no share, mean or day."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the sheet: what it is about, and the figure as locked, as of today, and the difference."""

    label: str
    locked: Any
    today: Any

    @property
    def difference(self) -> Any:
        """Today less locked; None where one of them isn't a number."""
        if isinstance(self.locked, datetime.date) or isinstance(self.today, datetime.date):
            return None
        return _number(self.today) - _number(self.locked)


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing of a row that differs: a measure with its numbers, or else a grouping in words."""

    label: Sentence
    locked: Any
    today: Any
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs from what was locked, what of it does, and the last action on it since: who, which, why."""

    record_id: int
    public_id: Any
    label: str
    is_new: bool
    is_gone: bool
    at: datetime.datetime | None = None
    who: str = ""
    verb: str = ""
    why: str = ""
    moved: Sequence[Moved] = ()


class Today:
    """A source of facts: what is published now, of one legal entity."""

    def __init__(self, entity: int | None) -> None:
        self.entity = entity

    def __call__(self, facts: FactSet, sums: bool) -> tuple[Any, datetime.datetime]:
        """The published rows, or sums, of the entity alone; and when they were exported."""
        table, as_of = engine.table(facts, sums)
        return table.filter(table.entity_id == self.entity), as_of


def sheet(actor: Actor, close: MonthClose, name: str, by: Sequence[str] = ()) -> list[Difference]:
    """A measure of a locked month, as locked and today, by a dimension; through the reader's gates.

    Raises Refusal as `measures.asking.ask` does, and `snapshot` when a frozen file is damaged.
    """
    if set(by) - {*asking.allowed(actor, name).dimensions, *asking.TIME}:
        raise Refusal("invalid", _("These measures can't be grouped that way. Choose another grouping."))
    span: dict[str, Any] = {"by": by, "since": close.month, "until": close.last_day}
    locked = asking.ask(actor, [name], source=Snapshot([close]), **span)
    today = asking.ask(actor, [name], source=Today(close.entity_id), **span)
    told = [{**one.labels.get(by[0], {}), None: "—"} if by else {} for one in (locked, today)]
    before, after = ({tuple(row[:-1]): row[-1] for row in one.rows} for one in (locked, today))
    keys = sorted({*before, *after}, key=str)
    return [
        Difference(
            str(told[1].get(key[0]) or told[0].get(key[0], key[0])) if key else str(locked.measures[0].label),
            before.get(key), after.get(key),
        )
        for key in keys
    ]  # fmt: skip


def changes(actor: Actor, close: MonthClose, name: str) -> list[Change]:
    """The rows under a measure that differ from what was locked, newest first; those that the reader may see."""
    facts = fact_sets[measures[name].facts]
    frozen = FrozenFacts.objects.visible_to(actor).filter(close=close, fact_set=facts.name).first()
    if frozen is None:
        return []
    then, now = _compared(actor, close, facts, frozen)
    gone, fresh = then.difference(now, distinct=False), now.difference(then, distinct=False)
    before, after = ({row[0] for row in engine.rows(one.select("record_id"))} for one in (gone, fresh))
    found = sorted(before | after, reverse=True)[:SHOWN]
    moved = _measured(actor, close, measures[name], found, before & after) if found else {}
    for key, words in _regrouped(actor, facts, then, now, [one for one in found if one in before & after]).items():
        moved[key] = [*moved.get(key, ()), *words]
    return _told(actor, close, facts, found, before, after, moved)


def _compared(actor: Actor, close: MonthClose, facts: FactSet, frozen: FrozenFacts) -> tuple[Any, Any]:
    """The month's rows as locked and as of today, by the columns that both have.

    Scope columns don't count, nor which row of a record comes first; and what is not this reader's to see differs for
    others alone.
    """
    then = engine.frozen([vault.verified(frozen.sha256)])
    now, _as_of = Today(close.entity_id)(facts, False)
    then, now = (visibility.visible(one, facts.seen_as, actor) for one in (then, now))
    hidden = {one for one, gate_of in facts.closed.items() if not gate_of(actor)}
    left_out = {*SCOPE_COLUMNS, *facts.first_of, *hidden}
    columns = [one for one in facts.all_columns if one in then.columns and one not in left_out]
    now = now.filter(now.month == close.month)
    return then.select(columns), now.select(columns)


def _measured(
    actor: Actor, close: MonthClose, chosen: Measure, found: list[int], both: set[int]
) -> dict[int, list[Moved]]:
    """Row -> its numbers that differ: of the chosen measure, and for rows that were there then and now also of the
    other sums that the reader may see."""
    beside = [one for one in allowed(actor) if one.facts == chosen.facts and one is not chosen]
    asked = [chosen, *(one for one in beside if one.unit in _SUMS and (one.formula is None or one.formula.adds))]
    then, now = (
        _by_record(actor, close, asked, found, source) for source in (Snapshot([close]), Today(close.entity_id))
    )
    nothing = (None,) * len(asked)
    return {
        key: [
            Moved(one.label, was, is_now, one)
            for one, was, is_now in zip(asked, then.get(key, nothing), now.get(key, nothing), strict=True)
            if was != is_now and (key in both or one is chosen)
        ]
        for key in found
    }


def _by_record(
    actor: Actor, close: MonthClose, asked: Sequence[Measure], found: list[int], source: asking.Source
) -> dict[int, tuple[Any, ...]]:
    answer = asking.ask(
        actor, [one.name for one in asked], by=[asking.RECORD.name], since=close.month, until=close.last_day,
        where={asking.RECORD.name: found}, source=source,
    )  # fmt: skip
    return {row[0]: tuple(row[1:]) for row in answer.rows}


def _regrouped(actor: Actor, facts: FactSet, then: Any, now: Any, found: list[int]) -> dict[int, list[Moved]]:
    """Row -> by what it is grouped otherwise than then, in words: another customer, another region."""
    names = {name for one in measures.values() if one.facts == facts.name for name in one.dimensions}
    known = [dimensions[name] for name in sorted(names)]
    ways = [one for one in known if one.column in then.columns and one.key is None]
    moved: dict[int, list[Moved]] = {}
    for way in ways if found else ():
        was, is_now = (_values(one, way, found) for one in (then, now))
        told = {None: "—", "": "—"} | dict(
            asking.labels_of(actor, [way], [(value,) for each in (was, is_now) for values in each.values()
                                            for value in values])[way.name]
        )  # fmt: skip
        for key in found:
            if was[key] != is_now[key]:
                words = [
                    ", ".join(sorted(str(told.get(value) or value) for value in one[key])) for one in (was, is_now)
                ]
                moved.setdefault(key, []).append(Moved(way.label, words[0], words[1]))
    return moved


def _values(rows: Any, way: Dimension, found: list[int]) -> dict[int, set[Any]]:
    values: dict[int, set[Any]] = {key: set() for key in found}
    for key, value in engine.rows(rows.filter(rows.record_id.isin(found)).select("record_id", way.column).distinct()):
        values[key].add(value)
    return values


def _told(
    actor: Actor,
    close: MonthClose,
    facts: FactSet,
    found: list[int],
    before: set[int],
    after: set[int],
    moved: Mapping[int, Sequence[Moved]],
) -> list[Change]:
    named = labels(actor, facts.model, found)
    manager: Any = facts.model._default_manager
    rows = manager.visible_to(actor, archived=True).filter(pk__in=found)
    public = dict(rows.values_list("pk", "public_id"))
    last = _last_actions(facts.model, found, close)
    people = labels(actor, Person, {one.person_id for one in last.values() if one.person_id})
    told = []
    for pk in found:
        one = last.get(pk)
        told.append(
            Change(
                pk, public.get(pk), named[pk], is_new=pk not in before, is_gone=pk not in after,
                at=one.at if one else None, who=people.get(one.person_id or 0, "") if one else "",
                verb=one.verb if one else "", why=one.reason if one else "", moved=moved.get(pk, ()),
            )
        )  # fmt: skip
    return told


def _last_actions(model: Any, found: Sequence[int], close: MonthClose) -> dict[int, Entry]:
    """Per row the last action on it since the lock, its own or one of a set."""
    kind, since = record_name(model), close.locked_at
    with gate.free_reading():
        links = EntryRecord.objects.filter(record_type=kind, record_id__in=found, entry__at__gte=since)
        of_sets = dict(links.order_by("entry_id").values_list("record_id", "entry_id"))
        single = Entry.objects.filter(record_type=kind, record_id__in=found, at__gte=since)
        entries = Entry.objects.filter(Q(pk__in=single.values("pk")) | Q(pk__in=of_sets.values())).in_bulk()
    last = {pk: entries[entry] for pk, entry in of_sets.items()}
    for one in sorted(entries.values(), key=lambda entry: entry.pk):
        if one.record_id is not None and one.record_id in found and one.record_type == kind:
            last[one.record_id] = max(last.get(one.record_id, one), one, key=lambda entry: entry.pk)
    return last


def allowed(actor: Actor) -> list[Measure]:
    """The measures that a reader may compare, by name."""
    return [one for _name, one in sorted(measures.items()) if one.gate is None or one.gate(actor)]


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal()
