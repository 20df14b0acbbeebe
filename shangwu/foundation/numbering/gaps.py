"""Which numbers of a series stand on no record: asked of the tables themselves, in few statements."""

import datetime
from collections.abc import Sequence

from django.db import connection

from shangwu.foundation.numbering.models import Counter, Leap
from shangwu.foundation.numbering.series import Series

MOST = 100
"""So many runs of a counter are named."""

_FORMATS = {0: "", 4: "%Y", 6: "%Y%m", 8: "%Y%m%d"}
_HELD = """
SELECT substr(number, %s, length(number) - %s) FROM {table} WHERE number >= %s AND number < %s || '~'
"""
_RUNS = """
SELECT n + 1, following - 1 FROM (
    SELECT n, lead(n, 1, %s) OVER (ORDER BY n) AS following
    FROM (SELECT 0::bigint UNION ALL SELECT text::bigint FROM ({held}) AS held (text) WHERE text ~ '^[0-9]{{1,15}}$')
    AS known (n)) AS runs
WHERE following > n + 1 ORDER BY n LIMIT %s
"""
_COUNTED = """
SELECT (SELECT count(*) FROM {table} WHERE number >= before AND number < before || '~')
FROM unnest(%s::text[]) WITH ORDINALITY AS ends (before, place) ORDER BY place
"""


def day_of(counter: Counter) -> datetime.date:
    """A day of the counter's period."""
    form = _FORMATS[len(counter.period)]
    start = datetime.date(2000, 1, 1)
    return datetime.datetime.strptime(counter.period, form).date() if form else start  # noqa: DTZ007 -- a day, in no zone


def around(of: Series, counter: Counter) -> tuple[str, str]:
    """What stands before and after the running number in every number of a counter."""
    pattern = day_of(counter).strftime(of.pattern).replace("{entity}", counter.entity_code)
    before, _brace, rest = pattern.partition("{n")
    return before, rest.partition("}")[2]


def counted(of: Series, counters: Sequence[Counter], tables: Sequence[str]) -> list[int]:
    """How many numbers of each counter stand on records."""
    starts = [around(of, one)[0] for one in counters]
    sums = [0] * len(starts)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(_COUNTED.format(table=connection.ops.quote_name(table)), [starts])
            sums = [one + row[0] for one, row in zip(sums, cursor.fetchall(), strict=True)]
    return sums


def runs(of: Series, counter: Counter, tables: Sequence[str]) -> list[tuple[int, int]]:
    """The runs of running numbers, (first, last), that the counter has passed and no record bears."""
    before, after = around(of, counter)
    held = " UNION ALL ".join(_HELD.format(table=connection.ops.quote_name(table)) for table in tables)
    one: list[int | str] = [len(before) + 1, len(before) + len(after), before, before]
    with connection.cursor() as cursor:
        cursor.execute(_RUNS.format(held=held), [counter.last + 1, *one * len(tables), MOST])
        return list(cursor.fetchall())


def leapt_over(counter: Counter, first: int, last: int) -> bool:
    """Whether the counter went past these numbers because others, further on, came from elsewhere."""
    where = {"series": counter.series, "entity_code": counter.entity_code, "period": counter.period}
    return Leap.objects.filter(**where, first__lte=first, last__gt=last).exists()
