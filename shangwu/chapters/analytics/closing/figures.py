"""Clause 2.7.1: figures of locked months. They are read from what was frozen, and stay what they were."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import vault
from shangwu.chapters.analytics.closing.models import FrozenFacts, MonthClose
from shangwu.foundation.measures import asking, engine
from shangwu.foundation.measures.arrow_types import schema
from shangwu.foundation.measures.asking import Answer
from shangwu.foundation.measures.exporting import definition_of
from shangwu.foundation.measures.registry import FactSet, fact_sets
from shangwu.foundation.pages import formats
from shangwu.foundation.people.models import Entity
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

_DAY = datetime.timedelta(days=1)
_LOCKED = MonthClose.State.LOCKED


def ask_locked(
    actor: Actor,
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    where: Mapping[str, Sequence[Any]] | None = None,
    entity: int | None = None,
) -> Answer:
    """The measures `names` from the snapshots of a legal entity's locked months; otherwise as `measures.asking.ask`.

    entity: its key; the actor's own if left out. since, until: the first day of the first month and the last day of the
    last; left out: the oldest and the newest locked month. The answer's `snapshot` is one digest of all that was read.
    Raises Refusal: `open` naming the months that are not locked, `invalid` for days within a month, `snapshot` when a
    frozen file is not what it was.
    """
    closes = closes_between(entity or actor.entity_id, since, until)
    answer = asking.ask(
        actor, names, by=by, since=closes[0].month, until=closes[-1].last_day, where=where, source=Snapshot(closes)
    )
    return replace(answer, snapshot=digest(closes))


def locked_months(entity: Entity | int) -> list[datetime.date]:
    """The first days of an entity's locked months, oldest first."""
    return [close.month for close in _locked(_key(entity))]


def newest_locked(entity: Entity | int) -> datetime.date | None:
    """The first day of an entity's newest locked month; None before the first lock."""
    months = locked_months(entity)
    return months[-1] if months else None


def closes_between(
    entity: int | None, since: datetime.date | None = None, until: datetime.date | None = None
) -> list[MonthClose]:
    """The locked closes of each month from `since` to `until`. Raises Refusal `open` or `invalid`."""
    if (since is not None and since.day != 1) or (until is not None and (until + _DAY).day != 1):
        raise Refusal("invalid", _("Only whole months are locked. Ask from a first day to a last day of a month."))
    found = {close.month: close for close in _locked(entity)}
    if not found and (since is None or until is None):
        raise Refusal("open", _("No month is locked yet. Close one first."))
    first = since or min(found)
    last = (until or max(found)).replace(day=1)
    months = _months(first, last)
    missing = [month for month in months if month not in found]
    if missing or not months:
        said = _("Not yet locked: %(months)s. Close them first, or ask for others.")
        raise Refusal("open", said % {"months": ", ".join(f"{month:%Y-%m}" for month in missing or [first, last])})
    return [found[month] for month in months]


def is_former(frozen: FrozenFacts) -> bool:
    """Whether rows were frozen under a definition of their facts that no longer holds."""
    facts = fact_sets.get(frozen.fact_set)
    return facts is None or definition_of(facts) != frozen.definition


def frozen_formerly(entity: int | None, name: str, since: datetime.date, until: datetime.date) -> str:
    """In which months between two days the facts of this name were frozen under a former definition, in words for who
    reads their figures; "" where it is today's."""
    with gate.free_reading():
        rows = FrozenFacts.objects.filter(
            close__entity=entity, close__state=_LOCKED, close__month__gte=since.replace(day=1),
            close__month__lte=until, fact_set=name,
        )  # fmt: skip
        former = [one for one in rows.select_related("close").order_by("close__month") if is_former(one)]
    if not former:
        return ""
    said = gettext(
        "Locked under a former definition of these facts, which their figures keep: %(months)s. The definition said "
        "here is today's; “Compare with today” on the month's page shows the difference."
    )
    told = ", ".join(f"{one.close.month:%Y-%m} ({formats.day(one.as_of)}, {one.definition[:8]})" for one in former)
    return said % {"months": told}


def digest(closes: Sequence[MonthClose]) -> str:
    """One digest of several months' snapshots; of one month, its own."""
    if len(closes) == 1:
        return closes[0].snapshot
    return hashlib.sha256("\n".join(close.snapshot for close in closes).encode()).hexdigest()


class Snapshot:
    """A source of facts: the frozen files of locked months."""

    def __init__(self, closes: Sequence[MonthClose]) -> None:
        self.closes = closes

    def __call__(self, facts: FactSet, sums: bool) -> tuple[Any, datetime.datetime]:
        """The frozen rows, or sums, as an Ibis table; and when the last of them was frozen."""
        with gate.free_reading():
            frozen = list(FrozenFacts.objects.filter(close__in=self.closes, fact_set=facts.name))
        if len(frozen) != len(self.closes):
            said = _("These months were locked before there were facts of this kind. Ask for later months.")
            raise Refusal("facts", said)
        table = engine.frozen([vault.verified(one.sha256) for one in frozen])
        if sums and all(one.definition == definition_of(facts) for one in frozen):
            table = engine.frozen([vault.verified(one.sums_sha256) for one in frozen])
        return _completed(table, facts), max(close.locked_at for close in self.closes if close.locked_at)


def _completed(table: Any, facts: FactSet) -> Any:
    """The frozen rows with the columns of today's definition: what there was not yet when they were frozen is empty."""
    import ibis

    kinds = ibis.Schema.from_pyarrow(schema(facts))
    return table.mutate(**{name: ibis.null(kind) for name, kind in kinds.items() if name not in table.columns})


def _key(entity: Entity | int) -> int:
    return entity if isinstance(entity, int) else entity.pk


def _locked(entity: int | None) -> list[MonthClose]:
    if entity is None:
        return []
    with gate.free_reading():
        return list(MonthClose.objects.filter(entity_id=entity, state=_LOCKED).order_by("month"))


def _months(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    found = []
    while first <= last:
        found.append(first)
        first = (first + 31 * _DAY).replace(day=1)
    return found
