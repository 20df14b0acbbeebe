"""DuckDB, in this process: the engine at home."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from shangwu.foundation.measures.engines import rows_of

REMEMBERED = 256
"""Questions whose SQL a thread keeps: writing it takes longer than most answers do, and people ask the same again."""


class DuckDB:
    """A connection in memory: it holds no data, only reads files."""

    def __init__(self) -> None:
        import ibis

        self._connection = ibis.duckdb.connect()
        self._connection.raw_sql("SET threads = 2; SET memory_limit = '2GB'")
        self._sql = lru_cache(maxsize=REMEMBERED)(self._written)

    def read(self, paths: Sequence[Path], name: str) -> Any:
        """The files as one table."""
        return self._connection.read_parquet([str(one) for one in paths], table_name=name, union_by_name=True)

    def rows(self, question: Any) -> list[tuple[Any, ...]]:
        """The answer's rows."""
        table = question.as_table()
        answer = self._connection.con.sql(self._sql(table.op())).to_arrow_table()
        return rows_of(answer.cast(table.schema().to_pyarrow()))

    def _written(self, asked: Any) -> str:
        return str(self._connection.compile(asked.to_expr()))
