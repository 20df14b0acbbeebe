"""Writes the table of duties. Nothing else does: what a rule says of a subject becomes rows in one statement.

The same facts written again change nothing. A closed duty keeps its deadline and holder; only an outage that is found
out later still moves it, and a calendar that came later gives it the deadline that it lacked. A duty whose evidence was
taken back is open again.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from shangwu.foundation.duties.judging import Ended, Judged

AT_ONCE = 1000
"""Rows of one statement."""

_TYPES = {
    "rule": "text", "clause": "text", "period": "text", "subject_type": "text", "subject_id": "bigint",
    "subject_key": "uuid", "entity_id": "bigint", "department_id": "bigint", "holder_id": "bigint",
    "acting_id": "bigint", "lacking": "text", "opened_at": "timestamptz", "due_at": "timestamptz", "week": "date",
    "done_at": "timestamptz", "done_by_id": "bigint", "cancelled_at": "timestamptz", "secrecy": "smallint",
    "basis": "text", "moved": "smallint", "former_done_at": "timestamptz", "former_holder_id": "bigint",
    "former_acting_id": "bigint", "sole": "boolean",
}  # fmt: skip
_ENDED = {
    "rule": "text", "subject_type": "text", "subject_id": "bigint", "done_at": "timestamptz", "done_by_id": "bigint",
    "cancelled_at": "timestamptz",
}  # fmt: skip
_COLUMNS = [name for name in _TYPES if name != "sole" and not name.startswith("former_")]
_KEY = ("subject_type", "subject_id", "rule", "period")
_EVIDENCE = ("done_at", "done_by_id", "cancelled_at", "secrecy")
_ENTERED = [name for name in _COLUMNS if name not in (*_KEY, *_EVIDENCE, "clause", "subject_key")]

_CLOSED = (
    "(d.done_at IS NOT NULL AND EXCLUDED.done_at IS NOT NULL "
    "OR d.cancelled_at IS NOT NULL AND EXCLUDED.cancelled_at IS NOT NULL OR d.waived_at IS NOT NULL) "
    "AND EXCLUDED.moved <= d.moved AND (d.due_at IS NOT NULL OR EXCLUDED.due_at IS NULL)"
)
_SETS = ", ".join(
    [f"{name} = EXCLUDED.{name}" for name in _EVIDENCE]
    + [f"{name} = CASE WHEN {_CLOSED} THEN d.{name} ELSE EXCLUDED.{name} END" for name in _ENTERED]
)
_DIFFERS = (
    f"({', '.join('d.' + name for name in _EVIDENCE)}) IS DISTINCT FROM "
    f"({', '.join('EXCLUDED.' + name for name in _EVIDENCE)}) OR NOT ({_CLOSED}) AND "
    f"({', '.join('d.' + name for name in _ENTERED)}) IS DISTINCT FROM "
    f"({', '.join('EXCLUDED.' + name for name in _ENTERED)})"
)


def _arrays(types: dict[str, str]) -> str:
    return ", ".join(f"%s::{kind}[]" for kind in types.values())


_OPEN = "d.done_at IS NULL AND d.cancelled_at IS NULL AND d.waived_at IS NULL"
_FORMER = "d.period < g.period AND g.former_done_at IS NOT NULL"
_SAME = "d.subject_type = g.subject_type AND d.subject_id = g.subject_id AND d.rule = g.rule"

_WRITE = f"""
WITH g AS (SELECT * FROM unnest({_arrays(_TYPES)}) AS g({", ".join(_TYPES)})),
e AS (SELECT * FROM unnest({_arrays(_ENDED)}) AS e({", ".join(_ENDED)})),
gone AS (
    UPDATE duties_duty d SET
        done_at = CASE WHEN d.period < g.period THEN g.former_done_at END,
        holder_id = CASE WHEN {_FORMER} THEN g.former_holder_id ELSE d.holder_id END,
        acting_id = CASE WHEN {_FORMER} THEN g.former_acting_id ELSE d.acting_id END,
        cancelled_at = CASE WHEN d.period > g.period OR g.former_done_at IS NULL THEN g.opened_at END
    FROM g WHERE g.sole AND {_SAME} AND d.period <> g.period AND {_OPEN}
    RETURNING 1
),
ended AS (
    UPDATE duties_duty d SET done_at = g.done_at, done_by_id = g.done_by_id, cancelled_at = g.cancelled_at
    FROM e AS g WHERE {_SAME} AND {_OPEN}
    RETURNING 1
),
written AS (
    INSERT INTO duties_duty AS d ({", ".join(_COLUMNS)}, waived_because)
    SELECT {", ".join(_COLUMNS)}, '' FROM g
    ON CONFLICT ({", ".join(_KEY)}) DO UPDATE SET {_SETS}
    WHERE {_DIFFERS}
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM ended) + (SELECT count(*) FROM written)
"""


def write(found: Iterable[Judged | Ended]) -> int:
    """Bring the table in line with what the rules say; how many rows changed. One statement per thousand.

    Rows go in one order, so that two writers never wait in a circle.
    """
    given: list[Judged] = []
    ended: list[Ended] = []
    for one in found:
        if isinstance(one, Judged):
            given.append(one)
        else:
            ended.append(one)
    given.sort(key=lambda one: (one.subject_type, one.subject_id, one.rule, one.period))
    ended.sort(key=lambda one: (one.subject_type, one.subject_id, one.rule))
    changed = 0
    for start in range(0, max(len(given), len(ended)), AT_ONCE):
        changed += _write(given[start : start + AT_ONCE], ended[start : start + AT_ONCE])
    return changed


def _write(given: Sequence[Judged], ended: Sequence[Ended]) -> int:
    values = [[getattr(one, name) for one in given] for name in _TYPES]
    values += [[getattr(one, name) for one in ended] for name in _ENDED]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        return int(cursor.fetchone()[0])


def waive(duty_id: int, *, at: datetime | None, by: int | None, because: str) -> bool:
    """Waive a duty, or take the waiver back (at=None); whether it was there to be waived.

    The one seam for approvals: what carries a granted waiver out calls this, in its own transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_duty SET waived_at = %s, waived_by_id = %s, waived_because = %s WHERE id = %s",
            [at, by, because, duty_id],
        )
        return bool(cursor.rowcount)


assert set(_TYPES) == {each.name for each in dataclasses.fields(Judged)}
