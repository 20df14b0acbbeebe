"""Clause 2.7.1: freezing a month: the facts are brought up to date, and its rows copied into files of their own."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.analytics.closing import vault
from shangwu.chapters.analytics.closing.models import MonthClose
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures import arrow_types, exporting
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import FactSet, fact_sets
from shangwu.foundation.measures.rolling import rolled
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Refusal

Progress = Callable[[int, int, object], None]

TRIES = 3
"""How often a month is frozen anew because its facts have changed meanwhile."""


def lock(
    by: Actor,
    close: MonthClose,
    progress: Progress = lambda done, total, said: None,
    *,
    at: datetime.datetime | None = None,
) -> MonthClose:
    """Freeze a month's facts and lock it. Safe to repeat. Raises Refusal as `analytics.monthclose.lock` does.

    at: business time of the lock, for the demo, which has brought the facts up to date for all months at once.
    """
    for left in reversed(range(TRIES)):
        snapshot = freeze(close, progress, export=at is None)
        try:
            done = act(by, "analytics.monthclose.lock", close.fresh, {"snapshot": snapshot}, occurred_at=at)
            locked: MonthClose = done.record
        except Refusal as refusal:
            if refusal.code != "changed" or not left:
                raise
        else:
            return locked
    raise AssertionError


def freeze(close: MonthClose, progress: Progress, *, export: bool = True) -> str:
    """Write the month's rows of every fact set to files of their own; the hash of the list of them all."""
    total = 2 * len(fact_sets)
    for done, name in enumerate(fact_sets if export else ()):
        progress(done, total, _("Bringing the facts up to date"))
        exporting.export(name, whole=[f"{close.month:%Y-%m}"])
    frozen = []
    for done, facts in enumerate(fact_sets.values(), start=len(fact_sets)):
        progress(done, total, _("Freezing the month"))
        frozen.append(_freeze(close, facts))
    named = {"entity": close.entity_id, "month": f"{close.month:%Y-%m}", "frozen": frozen}
    return vault.keep_list(named)


def _freeze(close: MonthClose, facts: FactSet) -> dict[str, Any]:
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet

    release = FactRelease.objects.get(fact_set=facts.name)
    file = _file(release, close)
    if file:
        table = parquet.read_table(exporting.folder(facts) / file)
        table = table.filter(compute.equal(table["entity_id"], close.entity_id)).sort_by("record_id")
    else:
        table = arrow_types.schema(facts).empty_table()
    return {
        "fact_set": facts.name,
        "rows": table.num_rows,
        "sha256": _kept(table),
        "sums_sha256": _kept(rolled(facts, table)) if facts.sums else "",
        "definition": release.definition,
        "as_of": release.as_of.isoformat(),
        "file": file,
    }


def _kept(table: Any) -> str:
    import pyarrow.parquet as parquet

    arrived = vault.arriving()
    try:
        parquet.write_table(table, arrived, compression="zstd")
        return vault.keep(arrived)
    finally:
        Path(arrived).unlink(missing_ok=True)


def _file(release: FactRelease, close: MonthClose) -> str:
    """The file of a month in what is published now; "" where it has no rows."""
    return str(release.files.get(f"{close.month:%Y-%m}", {}).get("file", ""))


def read(snapshot: str, close: MonthClose) -> list[dict[str, Any]]:
    """What was frozen under a hash, for this close, if it is still the newest.

    Raises Refusal `snapshot` when it is not this month's, or damaged; `changed` when the facts have changed since.
    """
    named = vault.read_list(snapshot)
    if (named["entity"], named["month"]) != (close.entity_id, f"{close.month:%Y-%m}"):
        raise Refusal("snapshot", _("This snapshot is of another month. Lock the month again."))
    if changed := list(_changed(named["frozen"], close)):
        said = _("The facts have changed meanwhile (%(facts)s). Lock the month again.")
        raise Refusal("changed", said, {"facts": ", ".join(changed)})
    return list(named["frozen"])


def _changed(frozen: list[dict[str, Any]], close: MonthClose) -> Iterator[str]:
    """Names of the fact sets of which something newer than what was frozen is there."""
    releases = {one.fact_set: one for one in FactRelease.objects.all()}
    named = {one["fact_set"]: one for one in frozen}
    month = f"{close.month:%Y-%m}"
    for name, facts in fact_sets.items():
        one, release = named.get(name), releases.get(name)
        if release is None or one is None or _is_newer(facts, release, one["file"], month):
            yield name


def _is_newer(facts: FactSet, release: FactRelease, file: str, month: str) -> bool:
    """Whether another file was published since, or rows have changed that are not even published."""
    published = release.files.get(month, {}).get("file", "")
    return published != file or exporting.has_changed(facts, release, month)
