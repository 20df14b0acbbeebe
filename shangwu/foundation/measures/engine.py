"""The engine that answers. DuckDB in this process; another by a setting, with the same Ibis expressions."""

import datetime
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.measures.exporting import definition_of, folder
from shangwu.foundation.measures.models import FactRelease
from shangwu.foundation.measures.registry import FactSet
from shangwu.foundation.measures.rolling import files_of
from shangwu.foundation.records.refusals import Refusal

_own = threading.local()


def connection() -> Any:
    """This thread's Ibis connection; made at its first question, so that a web process without any stays small."""
    if not hasattr(_own, "connection"):
        import ibis

        _own.connection = ibis.duckdb.connect()
        _own.connection.raw_sql("SET threads = 2; SET memory_limit = '2GB'")
        _own.tables = {}
    return _own.connection


def table(facts: FactSet, sums: bool = False) -> tuple[Any, datetime.datetime]:
    """The published facts, or their sums by month, as an Ibis table; and when they were exported.

    Raises Refusal("facts") before the first export, and after an update that changed their columns until the next one.
    """
    release = FactRelease.objects.filter(fact_set=facts.name).first()
    if release is None or not release.files or release.definition != definition_of(facts):
        raise Refusal("facts", _("There is nothing to analyse yet. The figures appear a minute after the first order."))
    engine = connection()
    key = (facts.name, sums, release.as_of)
    if key not in _own.tables:
        paths = [str(folder(facts) / name) for name in files_of(release.files, sums=sums)]
        _own.tables = {other: kept for other, kept in _own.tables.items() if other[:2] != key[:2]}
        _own.tables[key] = engine.read_parquet(paths, table_name=f"facts_{abs(hash(key))}")
    return _own.tables[key], release.as_of


def frozen(paths: Sequence[Path]) -> Any:
    """Files that never change again, as one Ibis table; what a former definition lacked is empty."""
    engine = connection()
    key = ("frozen", False, tuple(paths))
    if key not in _own.tables:
        names = [str(path) for path in paths]
        _own.tables[key] = engine.read_parquet(names, table_name=f"facts_{abs(hash(key))}", union_by_name=True)
    return _own.tables[key]


def rows(question: Any) -> list[tuple[Any, ...]]:
    """The answer's rows as plain Python values; money as Decimal."""
    found = question.to_pyarrow()
    columns = [column.to_pylist() for column in found.columns]
    return list(zip(*columns, strict=True)) if columns else []
