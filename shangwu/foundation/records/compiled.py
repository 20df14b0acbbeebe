"""Reads whose SQL is worked out once and asked again with other keys.

Django draws a query anew each time, which for our wide tables costs more than PostgreSQL's answer. The places of the
keys are `Keys` objects under the lookup `any` (`= ANY(array)`), so that the text is the same for one key and for
thousands.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.lookups import Lookup

TEXTS_KEPT = 2000
"""How many texts are kept at most: record types x actors' rights; then they are worked out anew."""


class Keys:
    """The place of a list of keys in a compiled read."""


@models.Field.register_lookup
@models.ForeignKey.register_lookup
class Any_(Lookup):  # noqa: N801
    """`field__any=keys`: equal to one of an array, given as one parameter."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`column = ANY(array)`."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs]


class Compiled:
    """One read. `rows` and `values` ask it with keys for its places, in the order in which they stand in the text."""

    def __init__(self, found: models.QuerySet[Any]) -> None:
        compiler: Any = found.query.get_compiler(connection.alias)
        try:
            self.text, self.params = compiler.as_sql()
        except EmptyResultSet:  # such as for who has no role
            self.text, self.params = "", ()
        columns = [column for column, _sql, _alias in compiler.select or ()]
        self.model = found.model
        self.names = [getattr(getattr(column, "target", None), "attname", "") for column in columns]
        self.converters = compiler.get_converters(columns)

    def rows(self, *keys: Sequence[Any]) -> list[Any]:
        """The rows as records."""
        return [self.model.from_db(connection.alias, self.names, values) for values in self.values(*keys)]

    def annotated(self, *keys: Sequence[Any]) -> list[tuple[Any, Any]]:
        """The rows as records, each with its last column, which is no field."""
        found = self.values(*keys)
        return [(self.model.from_db(connection.alias, self.names[:-1], row[:-1]), row[-1]) for row in found]

    def values(self, *keys: Sequence[Any]) -> list[Any]:
        """The rows as tuples, converted as Django does."""
        if not self.text:
            return []
        given = iter(keys)
        params = [list(next(given)) if isinstance(one, Keys) else one for one in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.text, params)
            found = cursor.fetchall()
        return [self._converted(values) for values in found] if self.converters else found

    def _converted(self, values: Sequence[Any]) -> Sequence[Any]:
        row = list(values)
        for place, (converters, expression) in self.converters.items():
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        return row


_known: dict[Any, Compiled] = {}


def once(key: Any, draw: Callable[[], models.QuerySet[Any]]) -> Compiled:
    """The compiled read of that key; `draw` makes its queryset when it is asked for the first time."""
    found = _known.get(key)
    if found is None:
        if len(_known) >= TEXTS_KEPT:
            _known.clear()
        found = _known[key] = Compiled(draw())
    return found


def by_pk(model: type[models.Model], pks: Iterable[Any], *, lock: bool = False) -> list[Any]:
    """Rows by primary key in ascending order, locked when asked; no gate: whoever calls has passed it."""

    def draw() -> models.QuerySet[Any]:
        found = model._default_manager.filter(pk__any=Keys()).order_by("pk")
        return found.select_for_update(no_key=True) if lock else found

    return once((model, lock), draw).rows(list(pks))
