"""Values all customers by recency, frequency and money, and grades them by their share of turnover (2.5.1).

Sales lies above this room: what was bought is asked by the names of measures. The work is done in the engine that
answers measures, set by set; the scores go into the database in one COPY, and each customer whose grade or segment
differs then takes it through the door.

Scores. In each of the three, customers stand in order, the worst first; a customer's score is 1 and one more for each
full fifth of all customers that stands behind. Equal figures have equal scores. High means: at or above the mean score.
Grades. Customers stand by net amount, the largest first. Whoever stands where less than the first share was reached is
A, else B below the second share: the customer who crosses the line keeps the upper grade. Without net amount it is C.
"""

import datetime
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from shangwu.chapters.customers.models import Customer, Score, Valuation
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.measures.asking import question
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Source, system

METHOD = 1
"""Version of the rules above; a stored valuation says under which one it was made."""

NET, ORDERS, LAST = "sales.revenue", "sales.orders", "sales.last_order"
FIFTHS = 5
AT_ONCE = 2000
"""Customers that take their grade in one run of the door."""

COLUMNS = ("customer_id", "last_on", "orders", "net", "recency", "frequency", "money", "segment", "grade", "place",
           "before")  # fmt: skip

Progress = Callable[[int, int], None]


def value_all(valuation: Valuation, progress: Progress | None = None) -> Valuation:
    """Do what a valuation asks for: scores, then grades. Safe to run twice: one that is done is only carried on.

    Raises Refusal("facts") while there are no figures of sales.
    """
    if valuation.state != Valuation.State.DONE:
        valuation = score(valuation)
    apply_grades(valuation, progress)
    return valuation


def score(valuation: Valuation) -> Valuation:
    """Work out the scores of all customers and keep them; the valuation is done then. Raises Refusal("facts")."""
    by = system(Source.JOB)
    until = valuation.until
    window = policy("rfm.window", until)
    since = until - datetime.timedelta(days=window - 1)
    shares = policy("abc.a", until), policy("abc.b", until)
    posed = question(by, [NET, ORDERS, LAST], by=["customer"], since=since, until=until)
    table = scored(posed.table, *shares).to_pyarrow()
    found = {"since": since, "window": window, "share_a": shares[0], "share_b": shares[1], "facts_at": posed.as_of}
    with transaction.atomic():
        _keep(valuation, table)
        done = act(
            by, "customers.valuation.finish", valuation,
            found | {
                "digest": _digest(table, valuation, found), "customers": table.num_rows, "total": _total(table),
                "bounds": json.dumps(_bounds(table), default=str),
            },
        )  # fmt: skip
    record: Valuation = done.record
    return record


def scored(bought: Any, share_a: int, share_b: int) -> Any:
    """One row per customer with scores, segment and grade, from what each has bought: an expression of the engine."""
    import ibis

    rows = bought.filter(bought.by_customer.notnull()).select(
        customer_id="by_customer", last_on="sales_last_order", orders="sales_orders", net="sales_revenue"
    )
    everyone = ibis.window()
    rows = rows.mutate(n=rows.count().over(everyone), counted=rows.net.clip(lower=0).cast("decimal(38, 6)"))
    for score, figure in (("recency", "last_on"), ("frequency", "orders"), ("money", "net")):
        behind = ibis.rank().over(ibis.window(order_by=rows[figure]))
        rows = rows.mutate(**{score: (behind * FIFTHS // rows.n + 1).cast("int16")})
    for score in ("recency", "frequency", "money"):
        total = rows[score].sum().over(everyone)
        rows = rows.mutate(**{f"{score}_high": ibis.ifelse(rows[score] * rows.n >= total, "H", "L")})
    front = ibis.window(order_by=[rows.net.desc(), rows.customer_id], preceding=None, following=0)
    rows = rows.mutate(
        segment=rows.recency_high + rows.frequency_high + rows.money_high,
        place=ibis.row_number().over(ibis.window(order_by=[rows.net.desc(), rows.customer_id])) + 1,
        reached=rows.counted.sum().over(front) - rows.counted,
        all=rows.counted.sum().over(everyone),
    )
    bought_any = (rows["all"] > 0) & (rows.net > 0)
    grade = ibis.cases(
        (bought_any & (rows.reached * 100 < rows["all"] * share_a), "A"),
        (bought_any & (rows.reached * 100 < rows["all"] * share_b), "B"),
        else_="C",
    )
    share = ibis.ifelse(rows["all"] > 0, rows.reached.cast("float64") / rows["all"].cast("float64"), 0.0)
    return rows.mutate(grade=grade, before=share.round(10)).select(*COLUMNS).order_by("place")


def _digest(table: Any, valuation: Valuation, found: dict[str, Any]) -> str:
    """Of what went in: the method, the parameters and what each customer bought; when it was drawn does not count."""
    parts = {name: value for name, value in found.items() if name != "facts_at"}
    digest = hashlib.sha256(json.dumps([METHOD, valuation.until, parts], default=str, sort_keys=True).encode())
    for text in _csv(table.select(COLUMNS[:4]).sort_by("customer_id")):
        digest.update(text)
    return digest.hexdigest()


def _csv(table: Any) -> Iterator[bytes]:
    import pyarrow as arrow
    import pyarrow.csv as arrow_csv

    for batch in table.to_batches(max_chunksize=50_000):
        text = io.BytesIO()
        arrow_csv.write_csv(arrow.table(batch), text, arrow_csv.WriteOptions(include_header=False))
        yield text.getvalue()


def _total(table: Any) -> Decimal:
    import pyarrow.compute as compute

    return compute.sum(table["net"]).as_py() or Decimal(0)


def _bounds(table: Any) -> dict[str, Any]:
    """Per figure, the least and the greatest value of each score, and the mean score: what the numbers mean."""
    import pyarrow.compute as compute

    found: dict[str, Any] = {}
    for score, figure in (("recency", "last_on"), ("frequency", "orders"), ("money", "net")):
        spans = table.group_by(score).aggregate([(figure, "min"), (figure, "max")]).to_pylist()
        mean = compute.mean(table[score]).as_py()
        found[score] = {
            "mean": None if mean is None else round(mean, 4),
            "spans": {str(one[score]): [one[f"{figure}_min"], one[f"{figure}_max"]] for one in spans},
        }
    return found


def _keep(valuation: Valuation, table: Any) -> None:
    """Add the scores by one COPY: a trace, which needs no door."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    keyed = table.append_column("valuation_id", [[valuation.pk] * table.num_rows])
    with connection.cursor() as cursor:
        target = f'COPY "{Score._meta.db_table}" ({columns}, valuation_id) FROM STDIN (FORMAT csv)'
        with connection.wrap_database_errors, cursor.copy(target) as copy:
            for text in _csv(keyed):
                copy.write(text)


_DIFFERING = """
SELECT c.id, s.grade, s.segment FROM customers_customer c
LEFT JOIN customers_score s ON s.customer_id = c.id AND s.valuation_id = %s
WHERE c.id > %s AND c.archived_at IS NULL
  AND CASE WHEN s.id IS NULL THEN c.won_at IS NOT NULL AND (c.computed_grade <> 'C' OR c.segment <> '')
           ELSE c.computed_grade <> s.grade OR c.segment <> s.segment END
ORDER BY c.id LIMIT %s
"""


def apply_grades(valuation: Valuation, progress: Progress | None = None) -> int:
    """Let each customer whose grade or segment differs take it; how many did.

    A customer who has ordered once but not within the window is C, in no segment. One who never ordered has no grade
    of ours. Raises what `progress` raises, between two portions.
    """
    done = 0
    for portion in _portions(valuation):
        with gate.free_reading():
            customers = Customer.objects.in_bulk([pk for pk, _grade, _segment in portion])
        rows = [
            Row({"grade": grade or "C", "segment": segment or None}, customers[pk]) for pk, grade, segment in portion
        ]
        done += len(act_many(system(Source.JOB), "customers.customer.take_grade", rows).done)
        if progress is not None:
            progress(done, valuation.customers)
    return done


def _portions(valuation: Valuation) -> Iterator[list[tuple[int, str | None, str | None]]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DIFFERING, [valuation.pk, last, AT_ONCE])
            found = cursor.fetchall()
        if not found:
            return
        last = found[-1][0]
        yield found
