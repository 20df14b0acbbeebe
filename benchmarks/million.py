"""A million customers and ten million order lines: the demo department's rows, multiplied inside the database.

Rows are copied with triggers and foreign keys asleep and the secondary indexes dropped, so the copies have no history
and no log entries; whatever the benchmarks change afterwards goes through the door and has both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from shangwu.chapters.customers.models import Customer
from shangwu.chapters.sales.models import Line, Order
from shangwu.cli.cluster import Cluster

Said = Callable[[str], None]
COPY = "(copy.n)"
"""The number of the copy, from 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table's copies differ from their origin: column -> SQL over `o` (the origin) and `copy.n`."""

    model: type[models.Model]
    copies: int
    changes: dict[str, str]


def grow(cluster: Cluster, customers: int, lines: int, said: Said) -> None:
    """Multiply until there are at least so many; what is there already stays."""
    with cluster.superuser_connection("shangwu") as asleep, asleep.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'"
        )
        for plan in _plans(cursor, customers, lines):
            said(f"{plan.model._meta.verbose_name}: {plan.copies} copies")
            _multiply(cursor, plan)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _plans(cursor: Any, customers: int, lines: int) -> list[Plan]:
    count = {model: _one(cursor, f"SELECT count(*) FROM {_table(model)}") for model in (Customer, Order, Line)}
    stride = {model: _one(cursor, f"SELECT max(id) + 1 FROM {_table(model)}") for model in (Customer, Order, Line)}
    of_customers, of_orders = max(customers // count[Customer] - 1, 0), max(lines // count[Line], 0)
    own = {"public_id": "gen_random_uuid()", "number": f"o.number || '-' || {COPY}"}
    moved = {model: {"id": f"o.id + {COPY} * {stride[model]}"} for model in stride}
    customer = f"o.customer_id + ({COPY} % {of_customers + 1}) * {stride[Customer]}"
    return [
        Plan(
            Customer,
            of_customers,
            moved[Customer]
            | own
            | {name: f"o.{name} || {COPY}" for name in ("name", "name_key", "sort_key")}
            | {"identity_number": "''", "changed_at": f"o.changed_at - {COPY} * interval '1 minute'"},
        ),
        Plan(Order, of_orders, moved[Order] | own | {"customer_id": customer, "gross": f"o.gross + {COPY} % 97"}),
        Plan(Line, of_orders, moved[Line] | {"order_id": f"o.order_id + {COPY} * {stride[Order]}"}),
    ]


def _multiply(cursor: Any, plan: Plan) -> None:
    table = _table(plan.model)
    columns = _columns(cursor, table)
    taken = ", ".join(plan.changes.get(name, f'o."{name}"') for name in columns)
    named = ", ".join(f'"{name}"' for name in columns)
    indexes = _secondary_indexes(cursor, table)
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {taken} FROM {table} o, generate_series(1, {plan.copies}) copy(n) "
        "ORDER BY copy.n"
    )
    for _name, definition in indexes:
        cursor.execute(definition)
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    return [row[0] for row in cursor.fetchall()]


def _secondary_indexes(cursor: Any, table: str) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass AND NOT i.indisunique",
        [table],
    )
    return list(cursor.fetchall())


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _one(cursor: Any, question: str) -> int:
    cursor.execute(question)
    return int(cursor.fetchone()[0])
