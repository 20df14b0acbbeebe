"""Sums by month beside the facts themselves: the everyday question reads thousands of rows instead of millions.

A rolled file holds, per month, scope and grouping, the sums of the set's amounts. It keeps the scope columns, so the
reading gate is the same; and it never mixes rows whose amount is known with rows whose amount isn't, so a measure such
as revenue less known cost has the same answer, to the last digit, as over the facts.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shangwu.foundation.measures.registry import SCOPE_COLUMNS, FactSet, Measure

_DAY = datetime.timedelta(days=1)


def rolled(facts: FactSet, table: Any) -> Any:
    """A month's facts (an Arrow table) as sums by month, scope and `facts.rolled_by`."""
    import pyarrow.compute as compute

    keys = ["month", *SCOPE_COLUMNS, *(["currency"] if facts.currency else ()), *facts.rolled_by]
    unknown = []
    for name in facts.sums:
        table = table.append_column(f"{name}_unknown", compute.is_null(table[name]))
        unknown.append(f"{name}_unknown")
    summed = table.group_by([*keys, *unknown]).aggregate([(name, "sum") for name in facts.sums])
    return summed.select([*keys, *(f"{name}_sum" for name in facts.sums)]).rename_columns([*keys, *facts.sums])


def counting_column(
    facts: FactSet, measure: Measure, grouped: Collection[str], only: Mapping[str, Sequence[Any]]
) -> str:
    """The column whose sum counts the records once in each group; "" where each group must be looked through.

    Among several values of a varying column a record may stand more than once: then it has no such column.
    """
    if not measure.counts_records or any(len(only[name]) > 1 for name in only if name in facts.varying):
        return ""
    within = frozenset({*grouped, *only}.intersection(facts.varying))
    return next((name for name, groups in facts.first_of.items() if within in groups), "")


def answers(
    facts: FactSet,
    measures: Sequence[Measure],
    columns: Collection[str],
    since: datetime.date | None,
    until: datetime.date | None,
) -> bool:
    """Whether the sums suffice: measures that only add up, groupings that were kept, and whole months."""
    whole = (since is None or since.day == 1) and (until is None or (until + _DAY).day == 1)
    kept = {"month", *SCOPE_COLUMNS, *facts.rolled_by}
    return bool(facts.sums) and whole and kept.issuperset(columns) and all(one.adds_up for one in measures)


def files_of(release_files: Mapping[str, Mapping[str, Any]], *, sums: bool) -> list[str]:
    """The names of a release's files: the facts themselves, or their sums."""
    return [one["sums" if sums else "file"] for one in release_files.values()]
