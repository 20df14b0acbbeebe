"""Exports facts to Parquet, one file per month, and publishes them by one row.

Only months that hold a changed record are written again; of a large month only the changed records are asked for, and
put into its file anew. Which records changed is read from the row history, with a margin for transactions that were
open during the last export; `everything=True` starts anew.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.patching import of_month, put_anew
from shangwu.foundation.measures.reading import among, of_records, read, select
from shangwu.foundation.measures.registry import FactSet, fact_sets
from shangwu.foundation.measures.rolling import files_of, rolled
from shangwu.foundation.records import clock, gate
from shangwu.foundation.records.history import history_models

MARGIN = 20_000
"""History rows that are read again: ids are given before commit, so a later commit may hold an earlier id."""

LONGEST = datetime.timedelta(hours=1)
"""No transaction takes longer: what was written earlier than that before an export was committed when it read."""

LARGE = 20_000
"""From so many rows on a month is not written whole for a few changed records."""

MANY = 100_000
"""So many changed records at most are put anew; for more, months are written whole."""

NO_MONTH = "none"

LOOKED_AGAIN = datetime.timedelta(minutes=15)

Changes = Mapping[str, Mapping[int, int]]
"""History table -> the rows of it in which a value of a joined record has changed, with the record's id."""


def folder(facts: FactSet) -> Path:
    """Where the files of a fact set lie."""
    return Path(settings.FACTS) / facts.name


def definition_of(facts: FactSet) -> str:
    """A digest of how the set is defined; another definition means exporting everything anew."""
    columns = {name: [one.sql, one.kind] for name, one in facts.all_columns.items()}
    rolling = [facts.rolled_by, facts.sums]
    text = json.dumps([facts.source, facts.period, facts.where, columns, rolling], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def export(
    name: str,
    *,
    everything: bool = False,
    whole: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> FactRelease:
    """Bring a fact set up to date. Raises KeyError for an unknown name.

    whole: months to be written whole if only records were put anew in them since: a joined row's change shows then too.
    """
    facts = fact_sets[name]
    outermost = not connection.in_atomic_block
    with gate.free_reading(), transaction.atomic(), connection.cursor() as cursor:
        if outermost:  # one view of the data for all months; inside another transaction its own level holds
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _take_turns(cursor)
        former = FactRelease.objects.filter(fact_set=name).first()
        if former is not None and (
            everything or former.definition != definition_of(facts) or not _all_there(facts, former)
        ):
            former = None
        seen = _last_history_row(cursor, facts)
        files: dict[str, Any] = {} if former is None else dict(former.files)
        patched = {month for month in whole if files.get(month, {}).get("patched")}
        joined = {} if former is None else _changed_joined(cursor, facts, former)
        months = _all_months(cursor, facts) if former is None else _changed_months(cursor, facts, former, joined)
        large = {month for month in months if files.get(month, {}).get("rows", 0) >= LARGE} - patched
        changed = _changed_records(cursor, facts, former, joined) if former is not None and large else None
        for done, month in enumerate(months := sorted(patched.union(months))):
            if changed is not None and month in large:
                _put(files, month, _patch_month(facts, month, files[month], *changed))
            else:
                _put(files, month, _write_month(cursor, facts, month))
            if progress:
                progress(done + 1, len(months))
        return _publish(facts, files, seen, _kept_in_mind(former, joined, seen))


def _take_turns(cursor: Any) -> None:
    """Wait for another export to end: the minute's, the night's, that of a month's close. The view of the data is
    taken only then, for locking a table takes none: what the other has published is there, and isn't overwritten."""
    cursor.execute(f'LOCK TABLE "{FactRelease._meta.db_table}" IN SHARE UPDATE EXCLUSIVE MODE')


def is_behind() -> bool:
    """Whether any fact set has something to export; asked each minute, so it loads nothing large.

    A row that was committed late, under a lower number than the last, shows in no maximum: once in LOOKED_AGAIN
    everything is looked at, with its margin.
    """
    with gate.free_reading(), connection.cursor() as cursor:
        for name, facts in fact_sets.items():
            former = FactRelease.objects.filter(fact_set=name).first()
            if former is None or former.definition != definition_of(facts):
                return True
            if clock.now() - former.as_of > LOOKED_AGAIN:
                return True
            if former.read_to != _last_history_row(cursor, facts) or not _all_there(facts, former):
                return True
    return False


def export_all() -> None:
    """Bring every fact set up to date."""
    for name in fact_sets:
        export(name)


def has_patched() -> bool:
    """Whether a month of any fact set is to be written whole again."""
    with gate.free_reading():
        return any(one.get("patched") for release in FactRelease.objects.all() for one in release.files.values())


def write_whole() -> None:
    """Write each month whole again in which records were put anew: what they join may have changed by itself."""
    with gate.free_reading():
        releases = list(FactRelease.objects.filter(fact_set__in=fact_sets))
    for release in releases:
        export(release.fact_set, whole=release.files)


def _put(files: dict[str, Any], month: str, written: dict[str, Any] | None) -> None:
    files.pop(month, None)
    if written is not None:
        files[month] = written


def _names(files: dict[str, Any]) -> set[str]:
    """All files that a release names."""
    return {*files_of(files, sums=False), *files_of(files, sums=True)} - {""}


def _publish(facts: FactSet, files: dict[str, Any], seen: dict[str, int], joined: dict[str, list[int]]) -> FactRelease:
    release, _made = FactRelease.objects.update_or_create(
        fact_set=facts.name,
        defaults={
            "definition": definition_of(facts),
            "files": files,
            "read_to": seen,
            "joined": joined,
            "as_of": clock.now(),
            "rows": sum(one["rows"] for one in files.values()),
        },
    )
    transaction.on_commit(lambda: _sweep(facts, _names(files)))
    return release


def _sweep(facts: FactSet, kept: set[str]) -> None:
    """Remove files that no release names any more; one generation stays for readers still at work."""
    stale = sorted(
        (path for path in folder(facts).glob("*.parquet") if path.name not in kept),
        key=lambda path: path.stat().st_mtime,
    )
    for path in stale[: -max(len(kept), 1)] if len(stale) > len(kept) else []:
        path.unlink(missing_ok=True)


def _all_there(facts: FactSet, release: FactRelease) -> bool:
    return all((folder(facts) / name).exists() for name in _names(release.files))


def _history_tables(facts: FactSet) -> list[str]:
    """The history of the record, and of what its facts follow or join: a line's change moves the record's version."""
    joined = (one.model for one in facts.joins)
    return [_history_of(model) for model in (facts.model, *facts.follows.values(), *joined)]


def _history_of(model: type[models.Model]) -> str:
    return history_models[model]._meta.db_table


def _last_history_row(cursor: Any, facts: FactSet) -> dict[str, int]:
    found = {}
    for table in _history_tables(facts):
        cursor.execute(f'SELECT coalesce(max(pgh_id), 0) FROM "{table}"')
        found[table] = cursor.fetchone()[0]
    return found


def _all_months(cursor: Any, facts: FactSet) -> list[str]:
    cursor.execute(
        f"SELECT DISTINCT coalesce(to_char({facts.period}, 'YYYY-MM'), '{NO_MONTH}') FROM {facts.source} "
        f"WHERE {facts.where} ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def _changed_months(
    cursor: Any, facts: FactSet, release: FactRelease, joined: Changes, margin: int | None = None
) -> list[str]:
    """Months in which a changed record stands now, or stood before, or what it follows or joins has changed."""
    table = _history_of(facts.model)
    if release.read_to.get(table, 0) == 0:
        return _all_months(cursor, facts)
    found = set(_months_of_changed(cursor, facts, table, _unread(release, table, margin)))
    for alias, model in facts.follows.items():
        followed = _history_of(model)
        found |= set(_months_of_followed(cursor, facts, alias, followed, _unread(release, followed, margin)))
    for rows in _holding(facts, joined):
        cursor.execute(f"SELECT DISTINCT coalesce(to_char({facts.period}, 'YYYY-MM'), '{NO_MONTH}') FROM {rows}")
        found |= {row[0] for row in cursor.fetchall()}
    if facts.moments:
        since = release.as_of - (LONGEST if margin is None else datetime.timedelta())
        cursor.execute(
            f"SELECT DISTINCT coalesce(to_char({facts.period}, 'YYYY-MM'), '{NO_MONTH}') FROM {_passed(facts)}",
            [since] * len(facts.moments),
        )
        found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def _changed_joined(cursor: Any, facts: FactSet, release: FactRelease, margin: int | None = None) -> Changes:
    """Where a value of a joined record has changed, without what the files show already."""
    found = {}
    for one in facts.joins:
        table = _history_of(one.model)
        now, before = (", ".join(f"{alias}.{name}" for name in one.values) for alias in "hb")
        cursor.execute(
            f'SELECT h.pgh_id, h.pgh_obj_id FROM (SELECT * FROM "{table}" WHERE {_UNREAD}) h CROSS JOIN LATERAL ('
            f'SELECT * FROM "{table}" WHERE pgh_obj_id = h.pgh_obj_id AND pgh_id < h.pgh_id '
            f"ORDER BY pgh_id DESC LIMIT 1) b WHERE ({now}) IS DISTINCT FROM ({before})",
            _unread(release, table, margin),
        )
        shown = set(release.joined.get(table, ()))
        found[table] = {row: record for row, record in cursor.fetchall() if row not in shown}
    return found


def _kept_in_mind(former: FactRelease | None, joined: Changes, seen: dict[str, int]) -> dict[str, list[int]]:
    """The rows that need not be found again: those whose change the files show now, and the recent ones before."""
    found = {}
    for table, rows in joined.items():
        before = former.joined.get(table, ()) if former is not None else ()
        found[table] = sorted(row for row in {*before, *rows} if row > seen[table] - MARGIN)
    return found


def _passed(facts: FactSet) -> str:
    """What stands after FROM for the records `r` of which a moment has passed since one that is given for each."""
    passed = " OR ".join(f"({one} > %s AND {one} <= now())" for one in facts.moments)
    return f"{facts.source} WHERE ({facts.where}) AND ({passed})"


def _holding(facts: FactSet, joined: Changes) -> Iterator[str]:
    """What stands after FROM for the records `r` whose facts hold a joined value that has changed."""
    for one in facts.joins:
        if records := {*joined.get(_history_of(one.model), {}).values()}:
            yield f'"{facts.model._meta.db_table}" r WHERE {one.records.format(among=among(records))}'


def _changed_records(
    cursor: Any, facts: FactSet, release: FactRelease, joined: Changes
) -> tuple[Sequence[int], Any] | None:
    """The records whose facts may have changed, and their facts of all months; None for more than MANY."""
    table = _history_of(facts.model)
    parts, given = [f'SELECT pgh_obj_id FROM "{table}" WHERE {_UNREAD}'], _unread(release, table, None)
    for alias, model in facts.follows.items():
        followed = _history_of(model)
        parts.append(f"SELECT r.id FROM {_follow(facts, alias, followed)}")
        given += _unread(release, followed, None)
    parts += [f"SELECT r.id FROM {rows}" for rows in _holding(facts, joined)]
    if facts.moments:
        parts.append(f"SELECT r.id FROM {_passed(facts)}")
        given += [release.as_of - LONGEST] * len(facts.moments)
    cursor.execute(f"SELECT DISTINCT id FROM ({' UNION ALL '.join(parts)}) changed (id) LIMIT {MANY + 1}", given)
    records = [int(row[0]) for row in cursor.fetchall()]
    if len(records) > MANY:
        return None
    return records, of_records(cursor, facts, records)


def has_changed(facts: FactSet, release: FactRelease, month: str) -> bool:
    """Whether rows of a month (2026-11) have changed since the release was published."""
    with gate.free_reading(), connection.cursor() as cursor:
        joined = _changed_joined(cursor, facts, release, margin=0)
        return month in _changed_months(cursor, facts, release, joined, margin=0)


_UNREAD = "pgh_id > %s AND (pgh_id > %s OR pgh_created_at > %s)"


def _unread(release: FactRelease, table: str, margin: int | None) -> list[Any]:
    """What `_UNREAD` asks: rows after the last one read, and those before it that may have been committed later."""
    read_to = int(release.read_to.get(table, 0))
    return [max(read_to - (MARGIN if margin is None else margin), 0), read_to, release.as_of - LONGEST]


def _months_of_changed(cursor: Any, facts: FactSet, table: str, unread: list[Any]) -> list[str]:
    day = facts.period.replace("r.", "h.")
    cursor.execute(
        f'WITH changed AS (SELECT DISTINCT pgh_obj_id FROM "{table}" WHERE {_UNREAD}) '
        f"SELECT DISTINCT coalesce(to_char({day}, 'YYYY-MM'), '{NO_MONTH}') "
        f'FROM "{table}" h JOIN changed USING (pgh_obj_id) ORDER BY 1',
        unread,
    )
    return [row[0] for row in cursor.fetchall()]


def _months_of_followed(cursor: Any, facts: FactSet, alias: str, table: str, unread: list[Any]) -> list[str]:
    cursor.execute(
        f"SELECT DISTINCT coalesce(to_char({facts.period}, 'YYYY-MM'), '{NO_MONTH}') "
        f"FROM {_follow(facts, alias, table)}",
        unread,
    )
    return [row[0] for row in cursor.fetchall()]


def _follow(facts: FactSet, alias: str, table: str) -> str:
    """What stands after FROM for the records `r` that follow an unread row of a history table."""
    if column := facts.named_by.get(alias):
        own = facts.model._meta.db_table
        return f'"{own}" r WHERE r.id IN (SELECT {column} FROM "{table}" WHERE {_UNREAD})'
    return f'{facts.source} WHERE ({facts.where}) AND {alias}.id IN (SELECT pgh_obj_id FROM "{table}" WHERE {_UNREAD})'


def _write_month(cursor: Any, facts: FactSet, month: str) -> dict[str, Any] | None:
    """Write one month's rows, and their sums, to new files: what the release says of them; None without rows."""
    if month == NO_MONTH:
        when = f"{facts.period} IS NULL"
    else:
        when = f"{facts.period} >= '{month}-01' AND {facts.period} < date '{month}-01' + interval '1 month'"
    table = read(cursor, facts, f"{select(facts, facts.source)} AND {when}")
    return None if table is None else _written(facts, month, table)


def _patch_month(
    facts: FactSet, month: str, former: dict[str, Any], records: Sequence[int], found: Any
) -> dict[str, Any] | None:
    """Put the records' rows anew in a month's file: what the release says of it; the former one if nothing differs."""
    import pyarrow.parquet as parquet

    table = put_anew(parquet.read_table(folder(facts) / former["file"]), records, of_month(found, month))
    if table is None:
        return former
    return {**_written(facts, month, table), "patched": True} if table.num_rows else None


def _written(facts: FactSet, month: str, table: Any) -> dict[str, Any]:
    """Write a month's table and its sums to new files; what the release says of them."""
    sums = _write(facts, f"{month}-sums", rolled(facts, table)) if facts.sums else ""
    return {"file": _write(facts, month, table), "rows": table.num_rows, "sums": sums}


def _write(facts: FactSet, month: str, table: Any) -> str:
    """Write a table to a file of its own; its name."""
    import pyarrow.parquet as parquet

    folder(facts).mkdir(parents=True, exist_ok=True)
    name = f"{month}-{uuid.uuid4().hex[:12]}.parquet"
    parquet.write_table(table, folder(facts) / name, compression="zstd")
    return name
