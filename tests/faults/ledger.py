"""What must be true of the ledger, whatever broke: asked in SQL, so that no code of ours judges itself."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.faults.clients import Placed

HALF = {
    "totals that differ from their lines": """
        SELECT o.number FROM sales_order o LEFT JOIN sales_line l ON l.order_id = o.id GROUP BY o.id
        HAVING count(l.id) = 0 OR o.net <> sum(l.net) OR o.tax <> sum(l.tax) OR o.gross <> sum(l.gross)
            OR o.quantity <> sum(l.quantity)
    """,
    "stock reserved for nobody, or twice": """
        SELECT p.code FROM sales_product p LEFT JOIN sales_line l ON l.product_id = p.id GROUP BY p.id
        HAVING p.reserved <> coalesce(sum(l.reserved), 0)
    """,
    "confirmed without goods, or goods without confirmation": """
        SELECT o.number FROM sales_order o JOIN sales_line l ON l.order_id = o.id
        WHERE l.reserved <> CASE WHEN o.state = 'confirmed' THEN l.quantity ELSE 0 END
    """,
    "an order without exactly one entry in the log": """
        SELECT o.number FROM sales_order o LEFT JOIN audit_entry e ON e.record_type = 'sales.order'
            AND e.record_id = o.id AND e.verb = 'sales.order.create' GROUP BY o.id HAVING count(e.id) <> 1
    """,
    "an order whose history does not tell its making and each change": """
        SELECT o.number FROM sales_order o LEFT JOIN sales_orderhistory h ON h.pgh_obj_id = o.id
        GROUP BY o.id HAVING count(h.pgh_id) <> o.version
    """,
    "a number twice": "SELECT number FROM sales_order GROUP BY number HAVING count(*) > 1",
    "a gap in the numbers": """
        SELECT c.period || ': ' || c.last || ' drawn, ' || count(o.id) || ' orders'
        FROM numbering_counter c LEFT JOIN sales_order o ON o.number LIKE 'SO' || c.period || '-%'
        WHERE c.series = 'order' GROUP BY c.id, c.period, c.last HAVING c.last <> count(o.id)
    """,
}


def half_done(connection: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Everything in the ledger that is half done, by its kind."""
    found = {said: connection.execute(query.encode()).fetchall() for said, query in HALF.items()}
    return {said: rows for said, rows in found.items() if rows}


def lost_or_doubled(connection: psycopg.Connection[Any], placed: dict[str, Placed]) -> list[str]:
    """What was acknowledged and is not there, what is there twice, and what nobody asked for."""
    rows = connection.execute(
        b"SELECT o.public_id::text, o.number, o.state, count(l.id) FROM sales_order o "
        b"JOIN sales_line l ON l.order_id = o.id GROUP BY o.id"
    ).fetchall()
    there = {(public_id, number): (state, lines) for public_id, number, state, lines in rows}
    wrong = []
    for key, one in placed.items():
        if len(one.orders) != 1:
            wrong.append(f"{key} was answered with {len(one.orders)} orders")
            continue
        (order,) = one.orders
        state, lines = there.pop(order, ("lost", 0))
        if lines != len(one.body["lines"]) or (one.is_confirmed and state != "confirmed"):
            wrong.append(f"{order[1]} is {state} with {lines} lines")
    return wrong + [f"{number} was never acknowledged" for _public_id, number in there]
