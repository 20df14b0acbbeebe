"""Whether two attributes go together: a table of counts and Pearson's test of independence (2.7.2)."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST_EXPECTED = 5
"""Cells that expect fewer make the test unsure; more than a fifth of them, and it says so."""


@dataclass(frozen=True, slots=True)
class Independence:
    """statistic: chi-square; freedom: its degrees; p: how likely a table at least as uneven is by chance.

    strength: Cramer's V, 0 to 1. sure: whether the cells are filled well enough for the test to hold.
    """

    statistic: float
    freedom: int
    p: float
    strength: float
    sure: bool


def counted(pairs: Iterable[tuple[Hashable, Hashable]]) -> list[list[int]]:
    """The table of counts of pairs (row, column)."""
    cells: Mapping[tuple[Hashable, Hashable], int] = Counter(pairs)
    rows = sorted({row for row, _column in cells}, key=str)
    columns = sorted({column for _row, column in cells}, key=str)
    return [[cells.get((row, column), 0) for column in columns] for row in rows]


def independence(table: Sequence[Sequence[int]]) -> Independence | None:
    """The test of a table of counts; None of one that has no two rows and columns with anything in them."""
    rows = [row for row in table if sum(row)]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    if len(rows) < 2 or len(columns) < 2:
        return None
    of_rows = [sum(column[at] for column in columns) for at in range(len(rows))]
    whole = sum(of_rows)
    statistic, thin = 0.0, 0
    for column in columns:
        for at, found in enumerate(column):
            expected = of_rows[at] * sum(column) / whole
            statistic += (found - expected) ** 2 / expected
            thin += expected < LEAST_EXPECTED
    freedom = (len(rows) - 1) * (len(columns) - 1)
    strength = math.sqrt(statistic / whole / (min(len(rows), len(columns)) - 1))
    return Independence(
        statistic, freedom, upper_tail(statistic, freedom), strength, thin * 5 <= len(rows) * len(columns)
    )


def upper_tail(statistic: float, freedom: int) -> float:
    """The part of the chi-square distribution beyond a value: the regularised upper incomplete gamma function."""
    shape, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = math.exp(-x + shape * math.log(x) - math.lgamma(shape))
    return 1 - front * _series(shape, x) if x < shape + 1 else front * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    step = shape
    while abs(term) > abs(total) * 1e-16:
        step += 1
        term *= x / step
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    """Lentz's continued fraction."""
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    found = d
    for place in range(1, 1000):
        a = -place * (place - shape)
        b += 2
        d, c = 1 / (a * d + b), b + a / c
        found *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return found
