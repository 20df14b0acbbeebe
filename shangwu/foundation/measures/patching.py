"""Puts the facts of a few changed records anew in a month's table, and leaves all other rows as they are."""

import datetime
from collections.abc import Sequence
from typing import Any


def of_month(table: Any, month: str) -> Any:
    """The rows of a month as 2026-11; those without a day for any other word."""
    import pyarrow.compute as compute

    year, _dash, number = month.partition("-")
    if not number:
        return table.filter(compute.is_null(table["month"]))
    return table.filter(compute.equal(table["month"], datetime.date(int(year), int(number), 1)))


def put_anew(table: Any, records: Sequence[int], theirs: Any) -> Any:
    """The table with the records' rows replaced by `theirs`; None where they are the same rows as before."""
    import pyarrow as arrow
    import pyarrow.compute as compute

    among = compute.is_in(table["record_id"], value_set=arrow.array(records, "int64"))
    if _sorted(table.filter(among)).equals(_sorted(theirs)):
        return None
    return arrow.concat_tables([table.filter(compute.invert(among)), theirs])


def _sorted(table: Any) -> Any:
    return table.sort_by([(name, "ascending") for name in table.column_names])
