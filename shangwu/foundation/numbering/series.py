"""Number series and the drawing of numbers."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.db import connection

from shangwu.foundation.records.refusals import Sentence


class Reset(StrEnum):
    """When a series starts again at one."""

    NEVER = ""
    YEAR = "%Y"
    MONTH = "%Y%m"
    DAY = "%Y%m%d"


UNKNOWN = "00"
"""Stands in a number for the code that its record does not tell."""


@dataclass(frozen=True)
class Series:
    """A number series: `SO%Y%m%d-{n:04d}` with a date and a running number in it.

    pattern: strftime codes for the business date, `{n...}` for the running number, and what `by` names in braces.
    by: the field of the record that splits the series, with a counter for each of its values, written into the number:
    `entity`, the legal entity's code, or a field that holds a code. Empty: one counter for all.
    formerly: how the same records were numbered before; those numbers stay, and none is drawn any more.
    """

    key: str
    pattern: str
    label: Sentence
    reset: Reset = Reset.NEVER
    by: str = ""
    formerly: "tuple[Series, ...]" = ()

    def __post_init__(self) -> None:
        series[self.key] = self

    def period(self, on: datetime.date) -> str:
        """The counter's period on a date, such as 20261123."""
        return on.strftime(self.reset.value) if self.reset.value else ""

    def number(self, n: int, on: datetime.date, code: str = "") -> str:
        """The n-th number of the period, written out."""
        return on.strftime(self.pattern).format(n=n, **({self.by: code} if self.by else {}))

    def read(self, number: str) -> "Place | None":
        """Where in the series a number stands; None for a number that this series would never have written."""
        found = self._form.fullmatch(number)
        if found is None:
            return None
        parts = found.groupdict()
        try:
            on = datetime.date(int(parts.get("Y") or 2000), int(parts.get("m") or 1), int(parts.get("d") or 1))
        except ValueError:
            return None
        code = parts.get("by") or ""
        n = int(parts["n"])
        if not n or self.number(n, on, code) != number:
            return None
        return Place(code, self.period(on), n)

    @cached_property
    def digits(self) -> str:
        """An expression for a running number as the pattern writes it: of its width, wider when that is full."""
        found = re.search(r"\{n:0(\d+)d\}", self.pattern)
        width = int(found[1]) if found else 1
        return rf"[0-9]{{{width}}}|[1-9][0-9]{{{width},14}}"

    @cached_property
    def _form(self) -> re.Pattern[str]:
        """The pattern, as an expression that reads what it has written; each part once."""
        form = re.escape(self.pattern)
        for code, digits in _DIGITS.items():
            form = form.replace(f"%{code}", rf"(?P<{code}>\d{{{digits}}})")
        form = re.sub(r"\\\{n[^}]*\\\}", r"(?P<n>\\d{1,15})", form)
        return re.compile(form.replace(rf"\{{{self.by}\}}", r"(?P<by>[^-]+)"), re.ASCII)


_DIGITS = {"Y": 4, "m": 2, "d": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: the counter (code and period) and the running number."""

    entity_code: str
    period: str
    n: int


series: dict[str, Series] = {}

_DRAW = """
INSERT INTO numbering_counter AS c (series, entity_code, period, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (series, entity_code, period) DO UPDATE SET last = c.last + EXCLUDED.last RETURNING last
"""


def draw(of: Series, on: datetime.date, count: int = 1, code: str = "") -> list[str]:
    """The next `count` numbers. Call last, inside the action's transaction: the counter stays locked until commit.

    code: of the part of a series that is split.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [of.key, code, of.period(on), count])
        last = cursor.fetchone()[0]
    return [of.number(n, on, code) for n in range(last - count + 1, last + 1)]


_REGISTER = """
WITH given (entity_code, period, last) AS (
    SELECT * FROM unnest(%(codes)s::text[], %(periods)s::text[], %(ns)s::bigint[])),
before AS (
    SELECT g.*, coalesce(c.last, 0) AS former FROM given g LEFT JOIN numbering_counter c
    ON c.series = %(series)s AND c.entity_code = g.entity_code AND c.period = g.period),
leapt AS (
    INSERT INTO numbering_leap (series, entity_code, period, first, last)
    SELECT %(series)s, entity_code, period, former + 1, last FROM before WHERE former < last)
INSERT INTO numbering_counter AS c (series, entity_code, period, last)
SELECT %(series)s, entity_code, period, last FROM before WHERE former < last
ON CONFLICT (series, entity_code, period) DO UPDATE SET last = greatest(c.last, EXCLUDED.last)
"""


def register(of: Series, numbers: Iterable[str]) -> None:
    """Numbers that came from elsewhere count as drawn, so that the series goes on behind them and meets none again."""
    furthest: dict[tuple[str, str], int] = {}
    for number in numbers:
        if (place := of.read(number)) is not None:
            key = (place.entity_code, place.period)
            furthest[key] = max(furthest.get(key, 0), place.n)
    if furthest:
        keys = sorted(furthest)
        with connection.cursor() as cursor:
            codes, periods = [code for code, _period in keys], [period for _code, period in keys]
            ns = [furthest[key] for key in keys]
            cursor.execute(_REGISTER, {"series": of.key, "codes": codes, "periods": periods, "ns": ns})
