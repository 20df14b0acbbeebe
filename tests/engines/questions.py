"""Every measure by every grouping, over rows made up from each fact set's own schema: what all engines are asked."""

import csv
import datetime
import io
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
from django.db import connection

from shangwu.foundation.measures.arrow_types import schema
from shangwu.foundation.measures.asking import TIME, _key, with_new
from shangwu.foundation.measures.engines import Engine
from shangwu.foundation.measures.registry import FactSet, Measure, dimensions, fact_sets, measures

ROWS = 400
SINCE = datetime.date(2025, 11, 9)
"""Some values are first met before that day, others later."""
EMPTY = 0.1
"""How much of what may be missing is missing."""

Asked = tuple[str, str, Any]
Answers = dict[tuple[str, str], list[tuple[Any, ...]]]


def made_up(facts: FactSet, seed: int = 7) -> pyarrow.Table:
    """Rows with every type of value, missing ones included; sums that float arithmetic would get wrong."""
    chance = random.Random(f"{facts.name} {seed}")
    days = [datetime.date(2025, 11, 1) + datetime.timedelta(days=chance.randrange(100)) for _row in range(ROWS)]
    columns: dict[str, list[Any]] = {}
    for name, column in facts.all_columns.items():
        if name in ("day", "month"):
            columns[name] = [day.replace(day=1) if name == "month" else day for day in days]
        elif name == "record_id":
            columns[name] = [chance.randrange(1, ROWS) for _day in days]
        else:
            columns[name] = [None if chance.random() < EMPTY else _value(column.kind, chance) for _day in days]
    return pyarrow.table(columns, schema=schema(facts))


def _value(kind: str, chance: random.Random) -> Any:
    if kind.startswith("numeric"):
        digits, places = (int(one) for one in kind[8:-1].split(","))
        kept = min(places, 6)
        most = 10 ** min(12, digits - places + kept)  # no more than the column holds
        return Decimal(chance.randrange(-most, most)).scaleb(-kept)
    if kind == "boolean":
        return chance.random() < 0.6
    if kind == "text":
        return chance.choice(["", "高雄", "台北", "O'Neill; --", "a b"])
    if kind == "date":
        return datetime.date(2026, 1, 1) + datetime.timedelta(days=chance.randrange(30))
    return chance.choice([-100, 0, 1, 2, 3, 100]) if kind == "smallint" else chance.randrange(1, 9)


def files(folder: Path) -> dict[str, Path]:
    """A Parquet file of each fact set."""
    written = {}
    for name, facts in fact_sets.items():
        written[name] = folder / f"{name}.parquet"
        parquet.write_table(made_up(facts), written[name], compression="zstd")
    return written


def _measures_of(facts: FactSet) -> list[Measure]:
    return [one for one in measures.values() if one.facts == facts.name]


def groupings(facts: FactSet) -> list[str]:
    """Every way in which some measure of the fact set may be grouped; "" for none."""
    return ["", *TIME, *sorted({way for one in _measures_of(facts) for way in one.dimensions})]


def questions(facts: FactSet, table: Any) -> Iterator[tuple[str, Any]]:
    """(grouping, expression) with all measures that may be grouped so."""
    for way in groupings(facts):
        asked = [one for one in _measures_of(facts) if not way or way in TIME or way in one.dimensions]
        rows = table
        for column in sorted({one.new_in for one in asked} - {""}):
            rows = with_new(rows, table, column, "day", None if way in TIME else SINCE, [way])
        values = {one.name.replace(".", "_"): one.value(rows) for one in asked}
        if not values:
            continue
        key = _key(rows, TIME.get(way) or dimensions[way]) if way else None
        yield way, rows.agg(**values) if key is None else rows.group_by(by=key).agg(**values)


def answers(engine: Engine, written: dict[str, Path]) -> Answers:
    """All answers of an engine, each in the order of its keys."""
    found: Answers = {}
    for place, (name, facts) in enumerate(fact_sets.items()):
        table = engine.read([written[name]], f"facts_made_up_{place}")
        for way, question in questions(facts, table):
            found[name, way] = in_order(engine.rows(question))
    return found


def in_order(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows by their key, however an engine sorts."""
    return sorted(rows, key=lambda row: (row[0] is None, str(row[0])))


def answers_of_postgresql() -> Answers:
    """The same by PostgreSQL, over the same rows in tables of their own: nothing of it runs in an engine of ours."""
    import ibis

    found: Answers = {}
    with connection.cursor() as cursor:
        for place, (name, facts) in enumerate(fact_sets.items()):
            called = f"facts_made_up_{place}"
            rows = made_up(facts)
            kinds = ", ".join(f'"{one}" {column.kind}' for one, column in facts.all_columns.items())
            cursor.execute(f"CREATE TEMPORARY TABLE {called} ({kinds}) ON COMMIT DROP")
            with cursor.copy(f"COPY {called} FROM STDIN (FORMAT csv, NULL 'NULL')") as target:
                target.write(_csv(rows))
            table = ibis.table(ibis.Schema.from_pyarrow(rows.schema), name=called)
            for way, question in questions(facts, table):
                cursor.execute(str(ibis.to_sql(question, dialect="postgres")))
                found[name, way] = in_order(cursor.fetchall())
    return found


def _csv(rows: pyarrow.Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    for row in rows.to_pylist():
        writer.writerow(["NULL" if value is None else value for value in row.values()])
    return text.getvalue()


def differences(ours: Answers, theirs: Answers) -> list[str]:
    """Where two engines do not agree: amounts, counts and days exactly, means to the twelfth digit."""
    if ours.keys() != theirs.keys():
        return [f"asked differently: {ours.keys() ^ theirs.keys()}"]
    return [
        f"{key}: {one} is not {other}"
        for key, rows in ours.items()
        for one, other in zip(rows, theirs[key], strict=True)
        if not all(_equal(a, b) for a, b in zip(one, other, strict=True))
    ]


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        if one is None or other is None:
            return one is other
        return abs(float(one) - float(other)) <= 1e-12 * max(1.0, abs(float(one)))
    return bool(one == other)
