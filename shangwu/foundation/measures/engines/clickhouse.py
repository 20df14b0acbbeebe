"""ClickHouse: Ibis writes its SQL, and the embedded engine `chdb` runs it. Needs the extra `clickhouse`."""

import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from shangwu.foundation.measures.engines import rows_of

_one_at_a_time = threading.Lock()
_APPROXIMATE = re.compile(r"\buniq(If)?\(")
"""Ibis counts distinct values by an estimate; figures are exact."""


@cache
def _session() -> Any:
    import chdb.session

    library: Any = chdb.session  # it has no types
    found = library.Session()
    found.query("CREATE DATABASE facts ENGINE = Atomic; USE facts")
    return found


_TYPES = {
    "int64": "Int64", "int32": "Int32", "int16": "Int16", "string": "String", "bool": "Bool", "date32[day]": "Date32",
}  # fmt: skip


def _columns(schema: Any) -> str:
    """The columns of the files, for ClickHouse: any of them may be empty, or missing from a file."""
    return ", ".join(f"{one.name} Nullable({_type(one.type)})" for one in schema)


def _type(kind: Any) -> str:
    import pyarrow

    if pyarrow.types.is_decimal(kind):
        return f"Decimal({kind.precision}, {kind.scale})"
    return _TYPES[str(kind)]


def _quoted(path: Path) -> str:
    """A path in a text of SQL. Raises ValueError for one that would mean more than itself there."""
    if set(str(path)) & set("'\\{}*?,"):
        raise ValueError(f"ClickHouse can't read files under {path}")
    return str(path)


class ClickHouse:
    """The session of the process; it holds no data, only views of the files."""

    def read(self, paths: Sequence[Path], name: str) -> Any:
        """The files as one table: a view, and what Ibis must know of it."""
        import ibis
        import pyarrow
        import pyarrow.parquet as parquet

        schemas = [parquet.read_schema(one) for one in paths]
        joined = pyarrow.unify_schemas(schemas)
        files = "{" + ",".join(_quoted(one) for one in paths) + "}" if len(paths) > 1 else _quoted(paths[0])
        with _one_at_a_time:
            _session().query(
                f"CREATE OR REPLACE VIEW facts.{name} AS SELECT * FROM file('{files}', Parquet, '{_columns(joined)}')"
            )
        return ibis.table(ibis.Schema.from_pyarrow(joined), name=name)

    def rows(self, question: Any) -> list[tuple[Any, ...]]:
        """The answer's rows."""
        import ibis
        import pyarrow

        sql = _APPROXIMATE.sub(r"uniqExact\1(", str(ibis.to_sql(question, dialect="clickhouse")))
        with _one_at_a_time:
            answer = _session().query(sql, "Arrow").bytes()
        return rows_of(pyarrow.ipc.open_file(pyarrow.BufferReader(answer)).read_all())
