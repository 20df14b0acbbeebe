"""Which numbers of a series stand on no record: asked of the tables themselves, in few statements."""

import datetime
import re
import sys
from bisect import bisect_right
from collections.abc import Sequence

from django.db import connection

from shangwu.foundation.numbering.models import Counter, Leap
from shangwu.foundation.numbering.series import Series

MOST = 100
"""So many runs of a counter are named."""

_FORMATS = {0: "", 4: "%Y", 6: "%Y%m", 8: "%Y%m%d"}
_HELD = "SELECT substring(substr(number, %s) FROM %s) FROM {table} WHERE number >= %s AND number < %s || '~'"
_RUNS = """
SELECT n + 1, following - 1 FROM (
    SELECT n, lead(n, 1, %s) OVER (ORDER BY n) AS following
    FROM (SELECT 0::bigint UNION ALL SELECT text::bigint FROM ({held}) AS held (text) WHERE text IS NOT NULL)
    AS known (n)) AS runs
WHERE following > n + 1 AND n < %s ORDER BY n DESC LIMIT %s
"""
_COUNTED = """
SELECT (
    SELECT count(substring(substr(number, length(before) + 1) FROM rest)) FROM {table}
    WHERE number >= before AND number < before || '~')
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS ends (before, rest, place) ORDER BY place
"""


def day_of(counter: Counter) -> datetime.date:
    """A day of the counter's period."""
    form = _FORMATS[len(counter.period)]
    start = datetime.date(2000, 1, 1)
    return datetime.datetime.strptime(counter.period, form).date() if form else start  # noqa: DTZ007 -- a day, in no zone


def around(of: Series, counter: Counter) -> tuple[str, str]:
    """What stands before and after the running number in every number of a counter."""
    pattern = day_of(counter).strftime(of.pattern).replace(f"{{{of.by}}}", counter.entity_code)
    before, _brace, rest = pattern.partition("{n")
    return before, rest.partition("}")[2]


def _rest(of: Series, after: str) -> str:
    """What follows the beginning, as an expression that finds the running number in it and no number from elsewhere:
    `C7` and `CUST-1` stand on customers, but `C000007` would be ours."""
    return f"^({of.digits}){re.escape(after)}$"


def counted(of: Series, counters: Sequence[Counter], tables: Sequence[str]) -> list[int]:
    """How many numbers of each counter stand on records."""
    ends = [around(of, one) for one in counters]
    starts, rests = [before for before, _after in ends], [_rest(of, after) for _before, after in ends]
    sums = [0] * len(starts)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_COUNTED.format(table=connection.ops.quote_name(table)), [starts, rests])
            sums = [one + row[0] for one, row in zip(sums, cursor.fetchall(), strict=True)]
    return sums


def runs(
    of: Series, counter: Counter, tables: Sequence[str], *, top: int | None = None, most: int | None = MOST
) -> list[tuple[int, int]]:
    """The runs of running numbers, (first, last), that the counter has passed and no record bears; the latest first.

    top: only those that begin at or below it. most: so many; None for all.
    """
    before, after = around(of, counter)
    held = " UNION ALL ".join(_HELD.format(table=connection.ops.quote_name(table)) for table in tables)
    one: list[int | str] = [len(before) + 1, _rest(of, after), before, before]
    below = counter.last if top is None else top
    with connection.cursor() as cursor:
        cursor.execute(_RUNS.format(held=held), [counter.last + 1, *one * len(tables), below, most])
        return list(cursor.fetchall())


class Leaps:
    """Where a counter went on behind numbers that came from elsewhere: asked once, told for each run."""

    def __init__(self, counter: Counter) -> None:
        where = {"series": counter.series, "entity_code": counter.entity_code, "period": counter.period}
        self._all = list(Leap.objects.filter(**where).order_by("first").values_list("first", "last"))

    def explain(self, first: int, last: int) -> bool:
        """Whether the counter went past these numbers because others, further on, came from elsewhere."""
        place = bisect_right(self._all, (first, sys.maxsize)) - 1
        return place >= 0 and last < self._all[place][1]
