"""Reads facts from the ledger, as the declaration of their set says."""

import io
from collections.abc import Collection, Sequence
from typing import Any

from shangwu.foundation.measures.arrow_types import schema
from shangwu.foundation.measures.registry import FactSet

FEW = 5_000
"""So many records are asked for at once by their ids: of more at once PostgreSQL would search for long."""


def select(facts: FactSet, source: str) -> str:
    """The question for all facts of a source; further conditions may follow."""
    columns = ", ".join(f"{one.sql} AS {name}" for name, one in facts.all_columns.items())
    return f"SELECT {columns} FROM {source} WHERE ({facts.where})"


def among(records: Collection[int]) -> str:
    """Ids as PostgreSQL compares with them."""
    return f"ANY ('{{{','.join(str(one) for one in records)}}}'::bigint[])"


def of_records(cursor: Any, facts: FactSet, records: Sequence[int]) -> Any:
    """The facts of these records, FEW records at a time, as an Arrow table."""
    import pyarrow as arrow

    found = [schema(facts).empty_table()]
    for start in range(0, len(records), FEW):
        ids = among(records[start : start + FEW])
        source = facts.narrow.format(among=ids) if facts.narrow else facts.source
        table = read(cursor, facts, f"{select(facts, source)} AND r.id = {ids}")
        found += [] if table is None else [table]
    return arrow.concat_tables(found)


def read(cursor: Any, facts: FactSet, question: str) -> Any:
    """The rows of a question in the columns of the facts, as an Arrow table; None without rows."""
    import pyarrow.csv as arrow_csv

    buffer = io.BytesIO()
    with cursor.copy(f"COPY ({question}) TO STDOUT (FORMAT csv)") as source:
        for chunk in source:
            buffer.write(chunk)
    if buffer.tell() == 0:
        return None
    buffer.seek(0)
    return arrow_csv.read_csv(
        buffer,
        read_options=arrow_csv.ReadOptions(column_names=list(facts.all_columns)),
        convert_options=arrow_csv.ConvertOptions(
            column_types=schema(facts), true_values=["t"], false_values=["f"], strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
    )  # fmt: skip
