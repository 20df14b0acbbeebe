"""DuckDB, in this process: the engine at home."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shangwu.foundation.measures.engines import rows_of


class DuckDB:
    """A connection in memory: it holds no data, only reads files."""

    def __init__(self) -> None:
        import ibis

        self._connection = ibis.duckdb.connect()
        self._connection.raw_sql("SET threads = 2; SET memory_limit = '2GB'")

    def read(self, paths: Sequence[Path], name: str) -> Any:
        """The files as one table."""
        return self._connection.read_parquet([str(one) for one in paths], table_name=name, union_by_name=True)

    def rows(self, question: Any) -> list[tuple[Any, ...]]:
        """The answer's rows."""
        return rows_of(question.to_pyarrow())
