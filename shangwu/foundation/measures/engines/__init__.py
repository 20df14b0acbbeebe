"""Engines that answer questions: DuckDB at home, Apache Spark or ClickHouse when one machine is outgrown.

Each takes the same Ibis expressions over the same Parquet files, and answers the same numbers to the cent.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """What answers questions. An engine belongs to one thread."""

    def read(self, paths: Sequence[Path], name: str) -> Any:
        """The files as one Ibis table under a name; what a former definition lacked is empty."""

    def rows(self, question: Any) -> list[tuple[Any, ...]]:
        """The answer's rows as plain Python values; money as Decimal."""


def _duckdb() -> Engine:
    from shangwu.foundation.measures.engines.duckdb import DuckDB

    return DuckDB()


def _spark() -> Engine:
    from shangwu.foundation.measures.engines.spark import Spark

    return Spark()


def _clickhouse() -> Engine:
    from shangwu.foundation.measures.engines.clickhouse import ClickHouse

    return ClickHouse()


MAKERS: dict[str, Callable[[], Engine]] = {"duckdb": _duckdb, "spark": _spark, "clickhouse": _clickhouse}
"""By the name that the setting SHANGWU_ENGINE takes. Their libraries are loaded at the first question."""


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of an Arrow table."""
    columns = [column.to_pylist() for column in answer.columns]
    return list(zip(*columns, strict=True)) if columns else []
