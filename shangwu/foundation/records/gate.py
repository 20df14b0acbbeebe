"""The reading gate: in request code every query on a record names who reads.

The refusal sits in the SQL compiler, where count, aggregate, exists, iteration, subqueries and joins
all pass. Code outside requests (start-up, migrations, tests, the door itself) reads freely.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.backends.postgresql.compiler import SQLCompiler
from django.db.models.sql import Query

_gated: ContextVar[bool] = ContextVar("gated", default=False)
_writing: ContextVar[bool] = ContextVar("writing", default=False)

guarded_tables: set[str] = set()
unscoped_reasons: dict[str, int] = {}
_selects: dict[Any, Any] = {}


class UnscopedRead(RuntimeError):
    """Request code read a record without saying for whom. Use `visible_to(actor)`."""


class WriteOutsideTheDoor(RuntimeError):
    """Code changed a record without an action. Call `act` or `act_many`."""


@contextmanager
def request_code() -> Iterator[None]:
    """Within: pages, API, jobs and commands on a person's behalf. Unscoped reads raise."""
    token = _gated.set(True)
    try:
        yield
    finally:
        _gated.reset(token)


@contextmanager
def free_reading() -> Iterator[None]:
    """Within: the door's own reads (locks, uniqueness, references it has gated itself)."""
    token = _gated.set(False)
    try:
        yield
    finally:
        _gated.reset(token)


@contextmanager
def door() -> Iterator[None]:
    """Within: the runner writes. Nobody else enters."""
    writing, reading = _writing.set(True), _gated.set(False)
    try:
        yield
    finally:
        _writing.reset(writing)
        _gated.reset(reading)


def is_gated() -> bool:
    """Whether the code now running must name its reader."""
    return _gated.get()


def require_door(model: type[models.Model]) -> None:
    """Refuse a write to a record outside the runner."""
    if not _writing.get():
        raise WriteOutsideTheDoor(f"{model._meta.label} is changed by actions only: use act() or act_many()")


class GuardedCompiler(SQLCompiler):
    """Compiles a query only if its records may be read this way."""

    query: "RecordQuery"

    def get_select(self, with_col_aliases: bool = False) -> Any:
        """The columns of a plain read of whole rows are worked out once per table: records have many."""
        if with_col_aliases or not self.query.reads_whole_rows:
            return super().get_select(with_col_aliases)
        key = (self.query.model, self.query.get_initial_alias())
        if key not in _selects:
            _selects[key] = super().get_select()
        columns, klass, annotations = _selects[key]
        return list(columns), klass and dict(klass), dict(annotations)

    def get_default_columns(self, select_mask: Any, *args: Any, **kwargs: Any) -> Any:
        """All columns but generated ones, which serve searching and are read when asked for."""
        columns: Any = super().get_default_columns(select_mask, *args, **kwargs)
        return columns if select_mask else [one for one in columns if not isinstance(one.target, models.GeneratedField)]

    def get_from_clause(self) -> Any:
        """The FROM clause, or UnscopedRead in request code when one of its record tables has no reader.

        Every SELECT passes here with all its joins in place, those for sorting and related rows included.
        """
        if _gated.get():
            self._require_reader()
        return super().get_from_clause()

    def _require_reader(self) -> None:
        query, model = self.query, self.query.model
        assert model is not None
        if query.reader is None:
            raise UnscopedRead(f"{model._meta.label} was read without visible_to()")
        own = model._meta.db_table
        for alias, join in query.alias_map.items():
            table = join.table_name
            if table != own and table in guarded_tables and table not in query.joined and query.alias_refcount[alias]:
                raise UnscopedRead(f"{model._meta.label} joined {table} without a gate of its own")


class RecordQuery(Query):
    """A query that remembers for whom it reads."""

    reader: str | None = None
    joined: frozenset[str] = frozenset()

    @property
    def reads_whole_rows(self) -> bool:
        """Whether this asks for a table's rows as they are, and nothing beside them."""
        plain = self.default_cols and not (self.select_related or self.annotations or self.extra)
        return plain and self.deferred_loading == (frozenset(), True)

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> Any:
        """Django's compiler, with the guard in front for plain SELECTs."""
        compiler = super().get_compiler(using, connection, elide_empty)
        if type(compiler) is SQLCompiler:
            compiler.__class__ = GuardedCompiler
        return compiler
